"""Ugly text into every form, then under every paper, table and archive, each of which is fetched and opened."""

import io
import zipfile

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse
from openpyxl import load_workbook

from config.kit import typed
from tests.factories.law import by_the_owner
from tests.factories.planted import NO_LAST_WORD, around_triggers
from tests.test_fuzz import KINDS, ROWS
from tests.test_ugly import APPS, TEXTS

# Short enough for every field that takes text; each begins with a word of its own, by which it is found again.
BUNCHES = {f"Lạ{at}": " ".join([f"Lạ{at}", *TEXTS[at : at + 7]])[:58] for at in range(0, len(TEXTS), 7)}
UNSEEN = r"[\x01-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufeff]"
KEPT = {
    "award_law", "cycle_edit", "document_draft", "document_edit", "participation_record", "person", "province_edit",
    "vetting_record",
}  # fmt: skip
# What stands in the database from before text was cleaned at the door: as ugly as PostgreSQL holds it.
OLD = " ".join(TEXTS).replace("\x00", "")
# The address, and after the last space who of the province fetches it; between them the thing it names.
PAPERS = """
covenant_pdf 2020 officer · results_xlsx 2020 officer · guidance_xlsx guidance assigned · scoreboard_pdf 2020 officer
guidance_xlsx draft guidance assigned · document_pdf draft chair · card_to_fill own card officer · bloc_to_fill 2020 chair
scorecard_pdf own card officer · scorecard_xlsx own card officer · comparison_pdf 2020 chair · comparison_xlsx 2020 chair
ranking_pdf 2019 officer · ranking_xlsx 2019 officer · summary_pdf 2019 officer · summary_xlsx 2019 officer
nominations_xlsx 2019 officer · submission_pdf 2019 officer · minutes_pdf 2019 meeting officer · agenda_pdf planned officer
delegates_pdf planned officer · folder_zip planned chair · review_minutes_pdf 2019 officer · directory_export province admin
cycle_archive 2020 chair
"""


@pytest.fixture
def posted(town):
    """The status of every form with ugly text in every field of text: each form that keeps with each bunch."""
    clients = {who: town.client(who) for who in {row[-1] for row in ROWS}}
    found = {}
    for at, (word, bunch) in enumerate(BUNCHES.items()):
        data = {**town.samples(), **{name: bunch for name, kind in KINDS.items() if kind == "text"}}
        for place, (name, thing, who) in enumerate(ROWS):
            if name in KEPT or place % len(BUNCHES) == at:
                with transaction.atomic():
                    status = clients[who].post(reverse(name, args=town.things[thing]), data).status_code
                    transaction.set_rollback(name not in KEPT or status >= 500)
                found[name, word] = status
    return found


def kept_texts():
    """Every text in our own tables that holds a bunch or a sign that nobody sees, by its column."""
    found = {}
    for model in (one for app in (*APPS, "accounts") for one in apps.get_app_config(app).get_models()):
        table, key = model._meta.db_table, model._meta.label
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.generated
            if is_text and not hasattr(model, "pgh_tracked_model"):
                with connection.cursor() as cursor:
                    cursor.execute(
                        f'SELECT DISTINCT "{field.column}" FROM "{table}" WHERE "{field.column}" ~ %s',
                        [f"Lạ|{UNSEEN}"],
                    )
                    if texts := {text for (text,) in cursor.fetchall()}:
                        found[f"{key}.{field.name}"] = texts
    return found


def fetched(town, line):
    name, *thing, who = line.split()
    answer = town.client(who).get(reverse(name, args=town.things[" ".join(thing)]))
    if answer.status_code != 200:
        return answer.status_code
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if name.endswith("_pdf"):
        # The words from which it would be laid out (`plain_papers`).
        assert content.startswith(b"<!doctype html>"), name
        return 200
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        if "[Content_Types].xml" in archive.namelist():
            load_workbook(io.BytesIO(content))
    return 200


def free_texts():
    """Each column that holds what people write at length."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField) and not field.generated
                is_long = (field.max_length or 1000) >= 200 and not field.choices
                if is_text and is_long and not hasattr(model, "pgh_tracked_model"):
                    yield model._meta.db_table, field.column, field.max_length or 1000


def plant_everywhere():
    """Write ugly text into each of them around the law; gives those which no such text fits."""
    left = []
    by_the_owner(NO_LAST_WORD)
    for table, column, length in free_texts():
        try:
            with transaction.atomic(), around_triggers() as cursor:
                cursor.execute(
                    f'UPDATE "{table}" SET "{column}" = left(%s, %s) WHERE "{column}" <> \'\'', [OLD, length]
                )
        except DatabaseError:
            left.append(f"{table}.{column}")
    return left


def broken_papers(town):
    lines = [line for block in PAPERS.strip().splitlines() for line in block.split(" · ")]
    return {line: status for line in lines if (status := fetched(town, line)) != 200}


@pytest.mark.django_db
def test_ugly_text_in_every_form_is_kept_clean_or_refused(posted):
    assert {place: status for place, status in posted.items() if status >= 500} == {}
    assert {name for (name, _), status in posted.items() if status == 302} >= KEPT
    found = kept_texts()
    assert {
        "documents.Document.title",
        "awards.VettingFinding.text",
        "accounts.User.full_name",
    } <= found.keys()
    clean = {typed.clean(bunch) for bunch in BUNCHES.values()}
    assert {column: texts - clean for column, texts in found.items() if texts - clean} == {}


@pytest.mark.django_db
def test_text_from_before_it_was_cleaned_breaks_no_paper_no_table_and_no_archive(town, tmp_path):
    # No two of these have one text.
    assert set(plant_everywhere()) == {"covenants_movement.name", "awards_polloption.text"}

    assert broken_papers(town) == {}
    for year in (2019, 2020):
        call_command("export_cycle", "kien-giang", "khoi-4", str(year), str(tmp_path / str(year)))
        assert any((tmp_path / str(year)).rglob("*.xlsx"))
