"""Nothing that is kept tells how anybody voted."""

import logging
import re
from io import BytesIO

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pghistory.models import Context, Event

from awards import queries, reports, services
from awards.enums import DecisionForm, PollKind
from awards.models import Ballot, Count, Poll, Roll, SealedBallot
from tests.factories.awards import MORNING, AwardYear, fresh_poll
from tests.factories.documents import at

pytestmark = pytest.mark.django_db

REVERSED = (7, 3, 5, 1, 6, 2, 4)


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def column(sql, *params):
    return [row[0] for row in rows(sql, *params)]


def page_of(client, user, poll):
    client.force_login(user)
    return client.get(poll.get_absolute_url())


def words(response):
    bare = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def events():
    return {
        model: model.objects.count() for model in apps.get_models() if issubclass(model, Event)
    }  # fmt: skip


# What is kept


@pytest.mark.parametrize(
    ("model", "content"),
    [(Ballot, ("box", models.BinaryField)), (SealedBallot, ("choice", models.JSONField))],
)
def test_a_ballot_has_a_random_key_its_poll_and_its_choice_and_nothing_else(model, content):
    kept = {(field.name, type(field), field.related_model) for field in model._meta.get_fields()}

    assert kept == {
        ("id", models.UUIDField, None),
        ("poll", models.ForeignKey, Poll),
        (*content, None),
    }
    columns = column(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", model._meta.db_table
    )
    assert set(columns) == {"id", "poll_id", content[0]}


def test_nothing_points_from_a_line_of_the_roll_to_a_ballot():
    tables = column(
        """SELECT confrelid::regclass::text FROM pg_constraint
        WHERE contype = 'f' AND conrelid IN ('awards_ballot'::regclass, 'awards_sealedballot'::regclass)"""
    )
    pointing = column(
        """SELECT conrelid::regclass::text FROM pg_constraint
        WHERE contype = 'f' AND confrelid IN ('awards_ballot'::regclass, 'awards_sealedballot'::regclass)"""
    )

    assert (tables, pointing) == (["awards_poll", "awards_poll"], [])


def test_that_somebody_voted_is_kept_without_the_time():
    times = [field.name for field in Roll._meta.get_fields() if isinstance(field, models.DateField | models.TimeField)]  # fmt: skip

    assert times == []


def test_the_server_keeps_no_times_of_commits(db):
    assert column("SHOW track_commit_timestamp") == ["off"]


# The journal


def test_ballots_have_no_journal_and_the_roll_one_without_the_vote():
    followed = {model.pgh_tracked_model for model in apps.get_models() if issubclass(model, Event) and hasattr(model, "pgh_tracked_model")}  # fmt: skip
    assert not followed & {Ballot, SealedBallot}

    event = next(model for model in apps.get_models() if getattr(model, "pgh_tracked_model", None) is Roll)
    assert "has_voted" not in {field.name for field in event._meta.get_fields()}
    assert column(
        "SELECT tgname FROM pg_trigger WHERE tgrelid IN ('awards_ballot'::regclass, 'awards_sealedballot'::regclass)"
        " AND tgname LIKE '%%event%%'"
    ) == []  # fmt: skip


def test_a_vote_leaves_no_line_in_the_journal(client, year):
    poll = year.open_poll()
    before, contexts = events(), Context.objects.count()
    client.force_login(year.heads[2])
    answer = client.post(
        reverse("vote_cast", args=[*year.cycle.slugs, poll.pk]), {"chosen": year.key(poll, 1)}
    )

    assert answer.status_code == 302
    assert Ballot.objects.count() == 1
    assert events() == before
    assert Context.objects.count() == contexts


def test_counting_journals_the_figures_and_no_line_of_the_roll(year):
    poll = year.open_poll()
    for voter in REVERSED:
        year.vote(poll, voter, 1)
    year.close(poll)
    roll_event = next(
        model for model in apps.get_models() if getattr(model, "pgh_tracked_model", None) is Roll
    )
    before = roll_event.objects.count()
    year.count(poll)

    assert roll_event.objects.count() == before
    assert Count.objects.get().events.count() == 1


def test_the_statement_that_carries_a_ballot_names_nobody(year):
    poll = year.open_poll()
    with CaptureQueriesContext(connection) as seen:
        year.vote(poll, 3, 1)

    carried = [query["sql"] for query in seen if "cast_ballot" in query["sql"]]
    line = poll.roll.get(unit=year.units[2]).pk
    assert re.fullmatch(rf"SELECT cast_ballot\({line}, '\\x[0-9a-f]{{608}}'::bytea\)", *carried)
    assert not [query for query in seen if "pghistory.context" in query["sql"]]


def test_a_vote_says_nothing_in_the_log(client, year, caplog):
    poll = year.open_poll()
    client.force_login(year.heads[2])
    address = reverse("vote_cast", args=[*year.cycle.slugs, poll.pk])
    with caplog.at_level(logging.INFO):
        client.post(address, {"chosen": year.key(poll, 1)})
        again = client.post(address, {"chosen": year.key(poll, 2)})

    assert again.status_code == 422
    said = " ".join(record.getMessage() for record in caplog.records)
    for word in (year.heads[2].username, year.heads[2].full_name, "Sở số", "cast_ballot", "chosen", '"for"'):
        assert word not in said


# Order, keys and transactions


def test_sealed_ballots_lie_in_an_order_that_has_nothing_to_do_with_who_came_first(year):
    """Seven different ballots, twice: one order in five thousand would be the one they came in."""
    orders = []
    for _ in range(2):
        poll = year.open_poll(candidates=REVERSED)
        for voter in range(1, 8):
            year.vote(poll, voter, voter)
        cast = [f'{{"{year.key(poll, voter)}": "for"}}' for voter in range(1, 8)]
        keys = column("SELECT id FROM awards_ballot WHERE poll_id = %s", poll.pk)
        year.close(poll)
        year.count(poll)
        sealed = "FROM awards_sealedballot WHERE poll_id = %s"
        lying = column(f"SELECT choice::text {sealed} ORDER BY ctid", poll.pk)
        by_key = column(f"SELECT choice::text {sealed} ORDER BY id", poll.pk)
        assert sorted(lying) == sorted(cast)
        assert not set(keys) & set(column(f"SELECT id {sealed}", poll.pk))
        orders.append((lying == cast, by_key == cast))

    assert not all(lying for lying, _ in orders)
    assert not all(by_key for _, by_key in orders)


@pytest.mark.django_db(transaction=True)
def test_transactions_that_marked_the_roll_one_by_one_are_forgotten_at_sealing():
    """With real commits each vote has its own transaction; the count leaves one for all."""
    year = AwardYear(units=5)
    poll = year.open_poll()
    for voter in (4, 2, 5, 1, 3):
        year.vote(poll, voter, 1)
    marked = column("SELECT xmin::text FROM awards_roll WHERE poll_id = %s", poll.pk)
    assert len(set(marked)) == 5
    year.close(poll)
    year.count(poll)

    after = rows("SELECT id, xmin::text FROM awards_roll WHERE poll_id = %s ORDER BY ctid", poll.pk)
    sealed = column("SELECT xmin::text FROM awards_sealedballot WHERE poll_id = %s", poll.pk)
    assert not Ballot.objects.exists()
    assert {xmin for _, xmin in after} == set(sealed)
    assert len(set(sealed)) == 1
    assert not set(sealed) & set(marked)
    assert [line for line, _ in after] == sorted(line for line, _ in after)


# Pages


def test_no_figure_is_on_the_page_before_the_count(client, year):
    poll = year.open_poll()
    for voter in (1, 2, 3):
        year.vote(poll, voter, 1)

    for state in ("open", "closed"):
        if state == "closed":
            year.close(poll)
        for user in (year.chair, year.heads[0], year.heads[6], year.boss, year.auditor):
            page = page_of(client, user, poll)
            assert page.status_code == 200
            assert not re.search(r"\d/7|Mọi đơn vị", words(page))
            for line in page.context["lines"]:
                assert (line["votes"], line["base"], line["share"], line["sentence"]) == (None, None, "", "")
                assert not line["is_elected"]
        assert (fresh_poll(poll).result, fresh_poll(poll).outcome) == ({}, "")
    year.count(poll)
    assert "3/7 đã bỏ phiếu." in words(page_of(client, year.officers[3], poll))


def test_who_counts_learns_that_everybody_voted_and_nobody_how_many_did(client, year):
    poll = year.open_poll(roll=year.roll(absent=(7,)))
    people = (year.chair, year.officers[3], year.boss, year.auditor)
    before = [words(page_of(client, user, poll)) for user in people]
    for voter in range(1, 6):
        year.vote(poll, voter, 1)
        assert [words(page_of(client, user, poll)) for user in people] == before
    year.vote(poll, 6, 1)

    after = [words(page_of(client, user, poll)) for user in people]
    assert "Mọi đơn vị có mặt đã bỏ phiếu." in after[0]
    assert after[1:] == before[1:]


def test_the_page_does_not_tell_who_has_voted(client, year):
    shown = []
    for voter in (3, 6):
        poll = year.open_poll()
        year.vote(poll, voter, 1 if voter == 3 else 2)
        shown.append(words(page_of(client, year.chair, poll)))

    assert shown[0] == shown[1]


def test_who_voted_sees_that_it_is_done_and_not_what_was_chosen(client, year):
    shown = []
    for number in (1, 2):
        poll = year.open_poll()
        year.vote(poll, 3, number)
        page = page_of(client, year.heads[2], poll)
        assert "Đơn vị đã bỏ phiếu. Mỗi đơn vị chỉ bỏ một lá phiếu." in words(page)
        assert 'name="chosen"' not in page.content.decode()
        shown.append(words(page))

    assert shown[0] == shown[1]


def test_workbook_search_and_todo_tell_nothing_of_a_vote_in_progress(client, year):
    poll = year.open_poll()

    def told():
        client.force_login(year.chair)
        cells = load_workbook(BytesIO(client.get(reverse("nominations_xlsx", args=year.cycle.slugs)).content))
        return (
            [list(sheet.values) for sheet in cells],
            words(client.get(reverse("search") + "?q=suy+ton")),
            words(client.get(reverse("search") + "?q=so+so+1")),
            words(client.get(reverse("nominations", args=year.cycle.slugs))),
            queries.search_for(year.boss, "Sở số 1", at(2020, 2, 6)),
            [item.path for item in reports.archive(year.cycle)],
        )

    before = told()
    for voter in (1, 2, 3):
        year.vote(poll, voter, 1)
    assert told() == before


def test_the_minutes_of_counting_hold_sums_and_no_names_of_voters(year):
    poll = year.counted(1, 1, 2)
    paper = services.draft_count_minutes(cycle=year.cycle, by=year.chair, at=MORNING)
    text = str(reports.count_minutes_paper(paper).context["polls"][0]["lines"])

    assert [head.full_name for head in year.heads if head.full_name in text] == []
    assert poll.counts.get().counted_by == year.chair


def test_a_person_is_warned_before_and_after_where_the_vote_cannot_be_secret(client, year):
    small = AwardYear(slug="an-giang", units=3)
    poll = small.open_poll(candidates=(1, 2))
    assert "alert-warning" in page_of(client, small.chair, poll).content.decode()

    unanimous = year.counted(1, 1, 1, 1, 1, 1, 1, candidates=(1, 2))
    assert reports.secrecy_lines(fresh_poll(unanimous)) != []


def test_answers_to_an_adoption_are_as_secret(client, year):
    poll = year.open_poll(kind=PollKind.ADOPTION, candidates=(), texts=["Phương hướng"], award_type=None)
    key = poll.options.get().pk
    client.force_login(year.heads[2])
    answer = client.post(
        reverse("vote_cast", args=[*year.cycle.slugs, poll.pk]), {f"option-{key}": "against"}
    )

    assert answer.status_code == 302
    assert year.on_ballots(poll) == [{str(key): "against"}]
    assert "against" not in page_of(client, year.heads[2], poll).content.decode()


def test_paper_ballots_are_printed_without_names(client, year):
    poll = year.open_poll(DecisionForm.PAPER)
    client.force_login(year.chair)
    answer = client.get(reverse("ballots_pdf", args=[*year.cycle.slugs, poll.pk]))

    assert answer["Content-Type"] == "application/pdf"
    client.force_login(year.officers[3])
    assert client.get(reverse("ballots_pdf", args=[*year.cycle.slugs, poll.pk])).status_code == 404
