"""What the database itself refuses, behind the forms."""

import json
import uuid
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.utils import InternalError, ProgrammingError

from awards import services
from awards.enums import DecisionForm, PollKind
from awards.models import (
    Appraisal,
    AwardLaw,
    AwardType,
    Ballot,
    Count,
    Decision,
    DecisionEntry,
    Nomination,
    Poll,
    PollOption,
    Presentation,
    Proposal,
    Roll,
    SealedBallot,
    VettingFinding,
    Withdrawal,
)
from blocs.enums import Phase
from tests.factories.awards import MORNING, NOON

pytestmark = pytest.mark.django_db


@contextmanager
def refused(words):
    with pytest.raises((IntegrityError, InternalError, ProgrammingError)) as wrong, transaction.atomic():
        yield
    assert words in str(wrong.value)


def one(thing, **changes):
    """Change a single row without any service."""
    return type(thing).objects.filter(pk=thing.pk).update(**changes)


def drop(thing):
    """Delete a single row by plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {thing._meta.db_table} WHERE id = %s", [thing.pk])


def ask(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


# The law


def test_an_award_has_one_code_and_one_law_a_day(year):
    law = year.law()
    kept = {"award_type": year.flag, "province": year.province, "citation": "x"}
    with refused("awards_awardtype_code"):
        AwardType.objects.create(code="flag", name="Cờ", short_name="Cờ", position=9)
    with refused("awardlaw_one_a_day"):
        AwardLaw.objects.create(from_date=law.from_date, **kept)
    with refused("awardlaw_multiplier_positive"):
        AwardLaw.objects.create(from_date=date(2020, 1, 1), multiplier=0, **kept)
    with refused("awardlaw_ends_after_it_begins"):
        AwardLaw.objects.create(from_date=date(2020, 1, 1), to_date=date(2019, 12, 31), **kept)
    AwardLaw.objects.create(from_date=date(2020, 1, 1), to_date=date(2020, 1, 1), **kept)


# Polls


def test_a_poll_names_its_award_and_a_number_of_seats(year):
    kept = {"cycle": year.cycle, "form": "paper", "question": "x"}
    with refused("poll_award_names_its_award"):
        Poll.objects.create(kind="award", **kept)
    with refused("poll_award_names_its_award"):
        Poll.objects.create(kind="chair", award_type=year.flag, **kept)
    with refused("poll_seats_positive"):
        Poll.objects.create(kind="chair", seats=0, **kept)
    for award in (None, year.flag):
        Poll.objects.create(kind="council", award_type=award, **kept)


def test_who_and_when_stand_with_each_state_of_a_poll(year):
    poll, agreed = year.draft_poll(), year.agree()
    with refused("poll_opened_who_and_when"):
        one(poll, status="open", opened_at=NOON, ballot_key="0" * 64)
    with refused("poll_voided_with_reason"):
        one(poll, status="voided")
    with refused("poll_confirmed_who_and_when"):
        one(agreed, status="confirmed", confirmed_at=NOON)


def test_a_poll_has_one_next_round(year):
    first = year.draft_poll()
    year.draft_poll(previous=first)
    with refused("previous_id"):
        Poll.objects.create(
            cycle=year.cycle, kind="award", form="paper", question="x", award_type=year.flag, previous=first
        )


FROZEN = {
    "kind": PollKind.COUNCIL,
    "form": DecisionForm.PAPER,
    "question": "Khác",
    "award_type_id": None,
    "seats": 2,
    "round": 2,
    "rule": {"base": "valid"},
    "counting_committee": "Ông X, bà Y, ông Z",
    "opened_at": NOON,
    "closes_at": NOON,
}


@pytest.mark.parametrize("field", FROZEN)
def test_nothing_of_the_question_changes_once_it_is_open(year, field):
    kind = PollKind.COUNCIL if field == "award_type_id" else PollKind.AWARD
    assert one(year.draft_poll(kind=PollKind.COUNCIL, award_type=year.flag), **{field: FROZEN[field]})
    poll = year.open_poll(kind=kind, award_type=year.flag)
    with refused("Cannot update rows from awards_poll"):
        one(poll, **{field: FROZEN[field]})


def test_the_one_who_opened_and_the_round_before_are_frozen_too(year):
    first, poll = year.draft_poll(), year.open_poll()
    with refused("Cannot update rows from awards_poll"):
        one(poll, opened_by=year.boss)
    with refused("Cannot update rows from awards_poll"):
        one(poll, previous=first)


def test_a_counted_result_is_kept_and_confirming_only_adds_to_it(year):
    poll = year.counted(1, 1, 1, 1)
    for change in (
        {"outcome": "tie"},
        {"counted_at": MORNING},
        {"result": {**poll.result, "elected": [year.key(poll, 2)]}},
        {"result": {}},
    ):
        with refused("Cannot update rows from awards_poll"):
            one(poll, **change)
    one(poll, result={**poll.result, "winners": [], "findings": []})


def test_what_is_over_stays_as_it_is(year):
    confirmed, voided = year.agree(), year.open_poll()
    year.confirm(confirmed)
    services.void_poll(poll=voided, reason="Nhầm.", by=year.chair, at=NOON)
    for poll in (confirmed, voided):
        with refused("Cannot update rows from awards_poll"):
            one(poll, decision_reason="khác")
        with refused("awards_poll"):
            one(poll, status="open")


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("open", "draft"),
        ("counted", "open"),
        ("counted", "voided"),
        ("counted", "draft"),
        ("draft", "confirmed"),
    ],
)
def test_a_poll_moves_along_its_states_only(year, state, to):
    poll = {"open": year.open_poll, "counted": year.counted, "draft": year.draft_poll}[state]()
    fields = {"void_reason": "x", "confirmed_at": NOON, "confirmed_by": year.chair}
    opened = {"opened_at": NOON, "opened_by": year.chair} if state == "draft" else {}

    with refused("Invalid transition"):
        one(poll, status=to, **fields, **opened)


def test_only_a_draft_is_deleted(year):
    draft, poll = year.draft_poll(), year.open_poll()
    with refused("Cannot delete rows from awards_poll"):
        drop(poll)
    draft.delete()


# Options and the roll


def test_options_are_frozen_at_opening(year):
    draft, poll = year.draft_poll(), year.open_poll()
    option = poll.options.first()
    with refused("the poll has been opened"):
        one(option, text="Khác")
    with refused("the poll has been opened"):
        drop(option)
    with refused("the poll has been opened"):
        PollOption.objects.create(poll=poll, text="Thêm", position=9)
    with refused("the poll has been opened"):
        one(draft.options.first(), poll=poll)
    with refused("polloption_text_once"):
        PollOption.objects.create(poll=draft, text="Sở số 1", position=9)
    PollOption.objects.create(poll=draft, text="Thêm", position=9)


def test_the_roll_names_voters_once(year):
    draft = year.draft_poll()
    with refused("roll_names_a_voter"):
        Roll.objects.create(poll=draft, name="Ai đó")
    with refused("roll_unit_once"):
        for _ in range(2):
            Roll.objects.create(poll=draft, unit=year.units[0], name="Sở số 1")
    with refused("roll_member_once"):
        for _ in range(2):
            Roll.objects.create(poll=draft, user=year.council, name="Ủy viên")
    # The same person may stand for two units.
    for unit in year.units[:2]:
        Roll.objects.create(poll=draft, unit=unit, user=year.council, name=unit.name)


def test_the_roll_is_frozen_at_opening_but_for_who_has_voted(year):
    poll = year.open_poll()
    line = poll.roll.get(unit=year.units[2])
    for change in (
        {"name": "Khác"},
        {"representative": "Khác"},
        {"mandate": "GUQ"},
        {"is_present": False},
        {"user": year.council},
        {"unit": year.stranger},
        {"poll": year.open_poll()},
        {"has_voted": True, "is_present": False},
    ):
        with refused("the poll has been opened"):
            one(line, **change)
    with refused("the poll has been opened"):
        drop(line)
    with refused("the poll has been opened"):
        Roll.objects.create(poll=poll, unit=year.stranger, name="Thêm")
    with refused("the poll has been opened"):
        one(line, has_voted=True)
    assert cast(poll, line) == "cast"
    with refused("the poll has been opened"):
        one(line, has_voted=False)


def test_nobody_is_marked_as_a_voter_once_the_poll_is_over(year):
    poll = year.open_poll()
    year.close(poll)
    with refused("the poll has been opened"):
        one(poll.roll.first(), has_voted=True)
    # Laying a line down as it stands is for the sealing alone.
    with refused("the poll has been opened"):
        one(poll.roll.first(), has_voted=False)


# Ballots

NOT_GRANTED = "permission denied for table awards_ballot"


def box(length=304):
    return bytes(length)


def cast(poll, line=None, length=304):
    line = line or poll.roll.first()
    return ask("SELECT cast_ballot(%s, %s)", line.pk, box(length))


def test_a_ballot_is_written_by_its_routine_only(year):
    poll = year.open_poll()
    with refused(NOT_GRANTED):
        Ballot.objects.create(poll=poll, box=box())
    year.vote(poll, 1, 1)
    ballot = Ballot.objects.get()
    with refused(NOT_GRANTED):
        one(ballot, box=box())
    with refused(NOT_GRANTED):
        ballot.delete()
    with refused("ballots are sealed by their routine only"):
        SealedBallot.objects.create(poll=poll, choice={})


@pytest.mark.parametrize("routine", ["cast", "seal"])
def test_the_setting_of_the_routines_opens_no_door_to_the_role_that_serves(year, routine):
    poll = year.open_poll()
    ask("SELECT set_config('ballots.routine', %s, true)", routine)

    with refused(NOT_GRANTED):
        Ballot.objects.create(poll=poll, box=box())
    with refused("ballots are sealed by their routine only"):
        SealedBallot.objects.create(poll=poll, choice={})
    with refused("the poll has been opened"):
        one(poll.roll.first(), has_voted=True)


def test_a_ballot_is_no_longer_nor_shorter_than_others(year):
    poll = year.open_poll()

    for length in (303, 305, 0):
        with refused("ballot_of_one_length"):
            cast(poll, length=length)
    assert cast(poll) == "cast"


def test_a_sealed_ballot_is_never_changed_nor_removed(year):
    year.counted(1)
    sealed = SealedBallot.objects.get()
    with refused("permission denied for table awards_sealedballot"):
        one(sealed, choice={})
    with refused("permission denied for table awards_sealedballot"):
        sealed.delete()


def test_casting_answers_with_a_word_and_takes_one_ballot_a_line(year):
    poll, draft, paper = year.open_poll(), year.draft_poll(), year.open_poll(DecisionForm.PAPER)
    Roll.objects.create(poll=draft, unit=year.units[0], name="Sở số 1")

    assert [cast(poll), cast(poll)] == ["cast", "voted"]
    assert [cast(draft), cast(paper)] == ["closed", "closed"]
    assert cast(poll, Roll(pk=0)) == "closed"
    assert Ballot.objects.count() == 1
    year.close(poll)
    assert cast(poll, poll.roll.filter(has_voted=False).first()) == "closed"
    assert Ballot.objects.count() == 1


def test_casting_and_sealing_leave_the_door_shut_behind_them(year):
    year.counted(1)
    again = year.open_poll()
    year.vote(again, 1, 1)

    assert ask("SELECT current_setting('ballots.routine', true)") == ""


def test_sealing_writes_down_the_ballots_of_one_poll_once(year):
    first, second = year.open_poll(), year.open_poll()
    for poll in (first, second):
        for voter, number in ((1, 1), (2, 2), (3, 2)):
            year.vote(poll, voter, number)
    keys = set(Ballot.objects.values_list("pk", flat=True))
    choices = [{year.key(first, number): "for"} for number in (1, 2, 2)]

    def seal(choices):
        return ask("SELECT seal_ballots(%s, %s::jsonb)", first.pk, json.dumps(choices))

    for wrong in (choices[1:], [*choices, {}]):
        with refused("as many ballots are sealed as were cast"):
            seal(wrong)
    assert seal(choices) == 3
    assert Ballot.objects.filter(poll=second).count() == 3
    assert not Ballot.objects.filter(poll=first).exists()
    sealed = list(SealedBallot.objects.filter(poll=first))
    assert sorted(str(ballot.choice) for ballot in sealed) == sorted(map(str, choices))
    assert not keys & {ballot.pk for ballot in sealed}
    with refused("this poll has no ballots to be sealed"):
        seal([])


def test_ballots_are_discarded_of_a_void_poll_only(year):
    poll = year.open_poll()
    year.vote(poll, 1, 1)

    with refused("only ballots of a void poll are discarded"):
        ask("SELECT discard_ballots(%s)", poll.pk)
    assert Ballot.objects.count() == 1


def test_an_electronic_vote_is_not_open_without_a_key(year):
    poll = year.draft_poll()

    with refused("poll_electronic_has_its_key"):
        one(poll, status="open", opened_at=MORNING, opened_by=year.chair)
    one(poll, status="open", opened_at=MORNING, opened_by=year.chair, ballot_key="0" * 64)
    with refused("Cannot update rows"):
        one(poll, ballot_key="1" * 64)


def test_a_poll_with_ballots_is_not_deleted(year):
    poll = year.counted(1)
    with pytest.raises(ProtectedError):
        poll.delete()


# Counts


def count_of(poll, **fields):
    given = {"issued": 7, "used": 7, "returned": 7, "options": [], "fingerprint": uuid.uuid4().hex, **fields}
    return Count.objects.create(poll=poll, counted_at=NOON, **{"origin": "paper", **given})


def test_figures_of_a_count_add_up_and_somebody_stands_for_them(year):
    poll = year.open_poll(DecisionForm.PAPER)
    by = {"counted_by": year.chair}
    for wrong in (
        {"issued": 8},
        {"spoiled": 1},
        {"unused": 1},
        {"used": 6, "issued": 6},
        {"blank": 4, "invalid": 4},
    ):
        with refused("count_adds_up"):
            count_of(poll, **wrong, **by)
    with refused("count_by_somebody"):
        count_of(poll)
    count_of(poll, issued=9, spoiled=1, unused=1, blank=3, invalid=4, **by)
    with refused("count_electronic_once"):
        for _ in range(2):
            count_of(poll, origin="electronic")


def test_a_count_is_never_changed_nor_removed(year):
    count = count_of(year.open_poll(DecisionForm.PAPER), counted_by=year.chair)
    with refused("Cannot update or delete rows"):
        one(count, returned=6)
    with refused("Cannot update or delete rows"):
        count.delete()


# Nominations and the dossier


def test_a_unit_has_one_living_nomination_a_year(year):
    nomination = year.nominated()
    again = {"cycle": year.cycle, "unit": nomination.unit, "award_type": year.merit, "agreed_how": "x"}
    with refused("nomination_one_award_a_unit"):
        Nomination.objects.create(**again)
    one(nomination, state="withdrawn")
    Nomination.objects.create(**again)


def test_a_nomination_has_possible_votes_and_a_reason_for_its_hold(year):
    nomination = year.nominated()
    with refused("nomination_votes_within_base"):
        one(nomination, votes=8, votes_base=7)
    with refused("nomination_votes_within_base"):
        one(nomination, votes=7)
    with refused("nomination_held_with_reason"):
        one(nomination, state="held")
    one(nomination, state="held", hold_reason="Thanh tra", votes=7, votes_base=7)


def test_a_nomination_moves_along_its_states_only(year):
    nomination = year.nominated()
    for to in ("draft", "rejected"):
        with refused("Invalid transition"):
            one(nomination, state=to)
    one(nomination, state="withdrawn")
    with refused("Invalid transition"):
        one(nomination, state="agreed")


def test_a_dossier_is_one_a_year_with_who_when_and_why(year):
    year.nominated()
    proposal = year.drafted()
    with refused("awards_proposal_cycle_id"):
        Proposal.objects.create(cycle=year.cycle)
    with refused("proposal_submitted_who_and_when"):
        one(proposal, state="submitted", submitted_at=NOON)
    one(proposal, state="submitted", submitted_at=NOON, submitted_by=year.chair)
    with refused("proposal_returned_with_reason"):
        one(proposal, state="returned")


def test_a_dossier_moves_along_its_states_only(year):
    year.nominated()
    proposal = year.drafted()
    who = {"submitted_at": NOON, "submitted_by": year.chair}
    for to in ("appraising", "appraised", "decided"):
        with refused("Invalid transition"):
            one(proposal, state=to, **who)
    for to in ("submitted", "appraising"):
        one(proposal, state=to, **who)
    with refused("Invalid transition"):
        one(proposal, state="draft")


def test_the_provinces_word_has_a_reason_and_stays(year):
    year.nominated()
    year.appraised()
    word = Appraisal.objects.get()
    kept = {"nomination": word.nomination, "appraised_at": NOON, "appraised_by": year.boss}
    with refused("appraisal_other_than_accept_has_reason"):
        Appraisal.objects.create(verdict="return", **kept)
    with refused("appraisal_adjusts_to_an_award"):
        Appraisal.objects.create(verdict="adjust", reason="x", **kept)
    with refused("Cannot update or delete rows"):
        one(word, reason="khác")
    with refused("Cannot update or delete rows"):
        word.delete()


def test_a_report_does_not_end_before_it_began(year):
    with refused("vettingfinding_ends_after_it_begins"):
        VettingFinding.objects.create(
            unit=year.units[0], agency="x", text="y", from_on=date(2020, 1, 2), to_on=date(2020, 1, 1),
            recorded_at=NOON, recorded_by=year.boss,
        )  # fmt: skip


# Decisions


def test_a_decision_and_its_awards_are_written_once_and_stay(year):
    entry = year.awarded()
    decision = entry.decision
    kept = {"decision": decision, "cycle": year.cycle, "unit_name": "x"}
    with refused("decision_number_once"):
        Decision.objects.create(
            province=year.province, number=decision.number, signed_on=decision.signed_on, recorded_at=NOON,
            recorded_by=year.boss,
        )  # fmt: skip
    with refused("decisionentry_award_once"):
        DecisionEntry.objects.create(unit=entry.unit, award_type=year.flag, **kept)
    with refused("decisionentry_prize_with_basis"):
        DecisionEntry.objects.create(unit=year.units[1], award_type=year.flag, prize=1, **kept)
    with refused("awards_decisionentry_nomination_id"):
        DecisionEntry.objects.create(
            unit=year.units[1], award_type=year.flag, nomination=entry.nomination, **kept
        )
    for thing, change in ((decision, {"number": "9"}), (entry, {"unit_name": "khác"})):
        with refused("Cannot update or delete rows"):
            one(thing, **change)
        with refused("Cannot update or delete rows"):
            drop(thing)


def test_handing_over_and_annulment_are_written_once_and_stay(year):
    entry = year.awarded()
    who = {"entry": entry, "recorded_at": NOON, "recorded_by": year.boss}
    given = {"presented_on": date(2020, 12, 1), "place": "x", **who}
    gone = {"basis": "x", "withdrawn_on": date(2021, 1, 1), **who}
    with refused("withdrawal_with_reason"):
        Withdrawal.objects.create(reason="", **gone)
    for model, fields, change in (
        (Presentation, given, {"place": "khác"}),
        (Withdrawal, {"reason": "y", **gone}, {"reason": "khác"}),
    ):
        made = model.objects.create(**fields)
        with refused("entry_id"):
            model.objects.create(**fields)
        with refused("Cannot update or delete rows"):
            one(made, **change)
        with refused("Cannot update or delete rows"):
            made.delete()


# The closed year


def test_a_closed_year_keeps_its_votes_and_proposals_as_they_are(year):
    poll = year.agree()
    year.awarded()
    nomination, proposal = Nomination.objects.get(), Proposal.objects.get()
    year.go(Phase.CLOSED)

    for act in (
        lambda: Poll.objects.create(cycle=year.cycle, kind="chair", form="paper", question="x"),
        lambda: one(poll, decision_reason="khác"),
        lambda: one(nomination, order_reason="khác"),
        lambda: drop(nomination),
        lambda: Nomination.objects.create(
            cycle=year.cycle, unit=year.units[1], award_type=year.flag, agreed_how="x"
        ),
        lambda: one(proposal, returned_reason="khác"),
        lambda: drop(proposal),
    ):
        with refused("the cycle of this row is closed"):
            act()
