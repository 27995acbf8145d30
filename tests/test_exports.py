"""Whoever takes the data of a whole bloc or province away stands in the journal; who is refused does not."""

import pytest
from django.core.management import call_command
from django.urls import get_resolver, reverse

from accounts.enums import SecurityKind
from accounts.models import SecurityEvent, User
from tests.factories.access import PEOPLE

pytestmark = pytest.mark.django_db

WHOLE = (
    ("cycle_archive", "2020", "chair"),
    ("results_xlsx", "2020", "chair"),
    ("comparison_xlsx", "2020", "chair"),
    ("bloc_to_fill", "2020", "chair"),
    ("ranking_xlsx", "2019", "chair"),
    ("summary_xlsx", "2019", "chair"),
    ("nominations_xlsx", "2019", "chair"),
    ("directory_export", "province", "admin"),
)

# Files of data that are not the whole: of one card, one meeting or one guidance, and empty forms.
OF_ONE = {
    "scorecard_xlsx", "card_to_fill", "folder_zip", "guidance_xlsx", "guidance_sample", "directory_template",
}  # fmt: skip


def test_every_file_of_data_is_of_the_whole_or_of_one():
    """A new one is thought about: does it carry a bloc's year, or a province, away?"""
    known = {name for name, *_ in WHOLE} | OF_ONE
    forms = {
        name: found[0][0] for name, *found in get_resolver().reverse_dict.lists() if isinstance(name, str)
    }
    files = {name for name, (shapes, *_) in forms.items() if shapes[0][0].endswith((".xlsx", ".zip"))}

    assert files == known


@pytest.mark.parametrize(("name", "thing", "who"), WHOLE)
def test_a_file_of_the_whole_is_recorded_with_who_took_it(name, thing, who, town):
    url, before = reverse(name, args=town.things[thing]), SecurityEvent.objects.count()

    refused = town.client("other province").get(url).status_code
    assert (refused, SecurityEvent.objects.count()) == (404, before)
    assert town.client(who).get(url).status_code == 200

    taken = SecurityEvent.objects.order_by("pk").last()
    assert (SecurityEvent.objects.count(), taken.kind) == (before + 1, SecurityKind.EXPORTED)
    assert taken.user == User.objects.get(username=PEOPLE[who])
    assert taken.note.endswith(f"({'/'.join(map(str, town.things[thing]))})")


def test_a_paper_of_one_unit_is_no_export(town):
    before = SecurityEvent.objects.count()
    assert (
        town.client("officer").get(reverse("scorecard_xlsx", args=town.things["own card"])).status_code == 200
    )
    assert SecurityEvent.objects.count() == before


def test_the_operators_command_is_recorded_too(town, tmp_path):
    province, bloc, year = town.things["2019"]
    call_command("export_cycle", province, bloc, year, tmp_path / "out")

    taken = SecurityEvent.objects.order_by("pk").last()
    assert (taken.kind, taken.user) == (SecurityKind.EXPORTED, None)
    assert taken.note.startswith("export_cycle Khối thi đua 4")
