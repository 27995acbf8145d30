"""The demonstration says what the five articles say, and no more."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from awards.enums import AwardCode, DecisionForm, PollKind
from awards.models import Ballot, Count, DecisionEntry, Nomination, Poll, SealedBallot
from awards.queries import elected_of
from blocs.enums import Office, Phase
from blocs.models import Cycle, Membership, PhaseMove, Province, Term
from blocs.queries import all_violations, journal_violations, tracked_models
from config.postgres import OWNER
from covenants.models import Content, Covenant, InitiativeCount, Movement, Target
from documents.enums import DocumentKind, SigningState
from documents.models import Document, Signing
from meetings.demo import stories
from meetings.enums import MeetingKind
from meetings.models import Attendance, Meeting
from scoring.models import Guidance, RankingRow, Scoreboard
from tests import places
from tests.factories.law import signed_in_as
from tests.factories.papers import plain_papers
from tests.factories.planted import around_triggers

pytestmark = pytest.mark.django_db


def five_articles():
    stories.tell_all()


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The five articles, told once; by the owner, as `make run` does, each test takes back what it did."""
    with django_db_blocker.unblock(), signed_in_as(OWNER), plain_papers(), places.at(five_articles):
        yield


def cycle(province, year):
    return Cycle.objects.get(bloc__province__slug=province, year=year)


def members(one):
    return set(Membership.objects.filter(cycle=one).values_list("unit__slug", flat=True))


def chairs(one):
    return dict(Term.objects.filter(cycle=one).values_list("office", "unit__slug"))


def nominated(one, code):
    found = Nomination.objects.filter(cycle=one, award_type__code=code)
    return set(found.values_list("unit__slug", flat=True))


def covenant_size(one):
    covenant = Covenant.objects.get(cycle=one)
    targets = Target.objects.filter(content__covenant=covenant)
    return Content.objects.filter(covenant=covenant).count(), targets.count()


# S4, the main one (DOMAIN §7)


def test_kien_giang_has_its_seven_members_and_its_chairs(told):
    one = cycle("kien-giang", 2019)

    assert (str(one.bloc), one.bloc.code, one.phase) == ("Khối thi đua 4", "KTĐ4", Phase.CLOSED)
    assert members(one) == {
        "ban-dantoc", "so-gddt", "so-dulich", "so-ldtbxh", "so-khcn", "so-yte", "so-vhtt",
    }  # fmt: skip
    assert chairs(one)[Office.CHAIR] == "so-ldtbxh"
    assert chairs(cycle("kien-giang", 2020)) == {Office.CHAIR: "so-dulich", Office.VICE: "so-khcn"}


def test_kien_giang_has_its_regulation_and_three_contents(told):
    one = cycle("kien-giang", 2019)
    paper = Document.objects.get(cycle=one, kind=DocumentKind.REGULATION)

    assert (paper.number, paper.symbol, paper.issued_on) == ("3387", "QĐ-KTĐ4", date(2019, 5, 2))
    assert covenant_size(one)[0] == 3


def test_kien_giang_ranked_and_elected_by_consensus_without_a_ballot(told):
    one = cycle("kien-giang", 2019)
    polls = Poll.objects.filter(cycle=one)
    chosen = {
        (poll.kind, poll.award_type.code if poll.award_type else ""): [o.unit.slug for o in elected_of(poll)]
        for poll in polls
    }

    assert {poll.form for poll in polls} == {DecisionForm.CONSENSUS}
    assert chosen == {
        (PollKind.AWARD, AwardCode.FLAG): ["so-khcn"],
        (PollKind.AWARD, AwardCode.MERIT): ["so-gddt"],
        (PollKind.CHAIR, ""): ["so-dulich"],
        (PollKind.VICE, ""): ["so-khcn"],
    }
    assert (Ballot.objects.count(), SealedBallot.objects.count(), Count.objects.count()) == (0, 0, 0)
    ranks = RankingRow.objects.filter(run__cycle=one, rank__lte=2).order_by("rank")
    assert list(ranks.values_list("unit__slug", flat=True)) == ["so-khcn", "so-gddt"]
    assert (nominated(one, AwardCode.FLAG), nominated(one, AwardCode.MERIT)) == ({"so-khcn"}, {"so-gddt"})


def test_kien_giang_met_at_eight_on_the_day_that_was_meant_with_the_reason_kept(told):
    meeting = Meeting.objects.get(cycle=cycle("kien-giang", 2019), kind=MeetingKind.SUMMARY)

    assert meeting.starts_at.isoformat() == "2020-02-05T01:00:00+00:00"
    assert "02/05/2020" in meeting.note
    assert "13/02/2020" in meeting.note


def test_kien_giang_signed_the_covenant_of_2020_by_seven_units(told):
    following = cycle("kien-giang", 2020)
    signings = Signing.objects.filter(document__covenant__cycle=following)

    assert [signing.state for signing in signings] == [SigningState.SIGNED] * 7


# The four others


def test_quang_nam_was_presided_by_two_and_proposed_three(told):
    one = cycle("quang-nam", 2019)
    meeting = Meeting.objects.get(cycle=one, kind=MeetingKind.SUMMARY)

    assert members(one) == {"so-vhttdl", "so-ldtbxh", "so-yte", "so-gddt", "so-tttt", "bao", "dai-ptth"}
    assert [chair.name for chair in meeting.chairs.order_by("pk")] == ["Nguyễn Thanh Hồng", "Phạm Hồng Quảng"]
    assert nominated(one, AwardCode.MERIT) == {"so-ldtbxh", "bao", "dai-ptth"}
    assert nominated(one, AwardCode.FLAG) == set()
    elected = Poll.objects.get(cycle=one, kind=PollKind.CHAIR)
    assert [option.unit.slug for option in elected_of(elected)] == ["so-tttt"]
    counts = InitiativeCount.objects.filter(cycle=one).values_list("count", flat=True)
    assert (sorted(counts), one.phase) == ([6, 130], Phase.SUBMITTED)


def test_binh_phuoc_gave_three_certificates_a_year_after(told):
    one = cycle("binh-phuoc", 2020)
    entries = DecisionEntry.objects.filter(cycle=one)

    assert members(one) == {
        "so-gtvt", "so-tnmt", "so-xaydung", "lienminh-htx", "bql-vqg-bugiamap", "bql-da-dtxd",
    }  # fmt: skip
    assert {entry.unit.slug for entry in entries} == {"so-gtvt", "so-xaydung", "bql-vqg-bugiamap"}
    assert {entry.award_type.code for entry in entries} == {AwardCode.MERIT}
    assert {entry.presentation.presented_on for entry in entries} == {date(2021, 3, 12)}
    assert (Movement.objects.filter(cycle=one).count(), one.phase) == (4, Phase.DECIDED)


def test_khoi_4a_gave_the_flag_to_its_own_chair_whom_another_checked(told):
    one = cycle("tinh-khoi-4a", 2020)

    assert members(one) == {"so-khcn", "so-gtvt", "so-xaydung", "so-tnmt", "tt-xuctien"}
    assert chairs(one)[Office.CHAIR] == "so-khcn"
    assert chairs(cycle("tinh-khoi-4a", 2021)) == {Office.CHAIR: "so-gtvt", Office.VICE: "so-xaydung"}
    assert nominated(one, AwardCode.FLAG) == {"so-khcn"}
    assert nominated(one, AwardCode.MERIT) == {"tt-xuctien", "so-tnmt"}
    assert (covenant_size(one)[0], one.phase) == (3, Phase.CLOSED)


def test_kinh_te_ky_thuat_launched_three_contents_and_23_targets(told):
    one = cycle("tinh-kinh-te-ky-thuat", 2024)
    guidance = Guidance.objects.get(province=one.bloc.province, from_year=2024)

    assert members(one) == {"so-xaydung", "so-congthuong", "so-gtvt", "so-nnptnt", "so-tnmt", "bql-kkt"}
    assert chairs(one)[Office.CHAIR] == "so-xaydung"
    assert (guidance.number, guidance.issued_on) == ("16/HD-HĐTĐKT", date(2024, 7, 25))
    assert covenant_size(one) == (3, 23)
    launch = Meeting.objects.get(cycle=one, kind=MeetingKind.LAUNCH)
    assert (launch.starts_at.date(), one.phase) == (date(2024, 8, 7), Phase.EXECUTING)


def test_kinh_te_ky_thuat_holds_the_certificates_of_2023(told):
    entries = DecisionEntry.objects.filter(cycle=cycle("tinh-kinh-te-ky-thuat", 2023))

    assert cycle("tinh-kinh-te-ky-thuat", 2023).phase == Phase.CLOSED
    assert {entry.unit.slug for entry in entries} == {"so-xaydung", "so-gtvt"}
    assert {entry.presentation.presented_on for entry in entries} == {date(2024, 8, 7)}


# What holds for all


def test_every_year_and_province_is_marked_as_made_up_where_articles_are_silent(told):
    assert set(Cycle.objects.values_list("is_illustrative", flat=True)) == {True}
    assert set(Province.objects.values_list("is_demo", flat=True)) == {True}
    assert set(User.objects.values_list("is_demo", flat=True)) == {True}


def test_whole_database_keeps_its_invariants(told):
    assert all_violations() == []


def test_a_row_changed_or_taken_out_behind_the_triggers_is_found_in_whatever_table(told):
    harmed = {}
    with around_triggers() as cursor:
        for events in tracked_models().values():
            model = events.pgh_tracked_model
            table, key, title = model._meta.db_table, model._meta.pk.column, str(model._meta.verbose_name)
            keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
            pointing = [one for one in model._meta.local_concrete_fields if one.is_relation and not one.null]
            if keys:
                cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = %s', [keys[0]])
                harmed[title] = {"đã mất khỏi dữ liệu"}
            if pointing and keys[1:]:
                column = pointing[0].column
                cursor.execute(f'UPDATE "{table}" SET "{column}" = -1 WHERE "{key}" = %s', [keys[-1]])
                harmed[title].add("khác với lần ghi nhật ký cuối")

    found = journal_violations()
    assert len(harmed) > 40
    for name, faults in harmed.items():
        title = name[:1].upper() + name[1:]
        for fault in faults:
            assert [one for one in found if one.startswith(f"{title} “") and fault in one], (name, fault)


def test_totals_are_what_the_places_say(told):
    for one in Cycle.objects.filter(phase__in=(Phase.CLOSED, Phase.DECIDED, Phase.SUBMITTED)):
        rows = RankingRow.objects.filter(run__cycle=one).order_by("rank")
        totals = [row.total for row in rows]
        assert totals == sorted(totals, reverse=True)
        assert all(isinstance(total, Decimal) for total in totals)


# The command


def test_demo_is_refused_where_there_is_something(told):
    with pytest.raises(CommandError, match="trống"):
        call_command("demo")

    assert Province.objects.count() == 5


def test_demo_if_empty_says_and_does_nothing_where_there_is_something(told, capsys):
    call_command("demo", if_empty=True)

    assert (capsys.readouterr().out, Province.objects.count()) == ("", 5)


def test_walk_is_refused_where_the_year_is_a_real_one(told):
    Province.objects.update(is_demo=False)

    with pytest.raises(CommandError, match="demo"):
        call_command("demo", walk=True)

    assert cycle("kien-giang", 2019).phase == Phase.CLOSED


def test_walk_sets_kien_giang_back_to_an_empty_year_and_touches_nothing_else(told, capsys):
    others = Document.objects.exclude(bloc__province__slug="kien-giang").count()

    call_command("demo", walk=True)

    one = cycle("kien-giang", 2019)
    assert one.phase == Phase.PREPARING
    assert (len(members(one)), chairs(one)[Office.CHAIR]) == (7, "so-ldtbxh")
    assert not Cycle.objects.filter(bloc=one.bloc, year=2020).exists()
    left = (Covenant, Scoreboard, Poll, Nomination, Meeting, PhaseMove)
    assert [model.__name__ for model in left if model.objects.filter(cycle=one).exists()] == []
    assert not Attendance.objects.filter(meeting__cycle=one).exists()
    assert not Document.objects.filter(cycle=one).exists()
    assert Document.objects.exclude(bloc__province__slug="kien-giang").count() == others
    assert all_violations() == []
