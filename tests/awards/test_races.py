"""Many people at once: every ballot that was taken is counted, once, and none that came too late."""

import random
import threading

import pytest
from django.db import connection

from awards import queries, services
from awards.enums import DecisionForm, PollStatus
from awards.models import Ballot, Count, DecisionEntry, Nomination, Poll, SealedBallot
from blocs.enums import Phase
from config.kit.refusals import Refused
from tests.factories.awards import MORNING, NOON, AwardYear, fresh_poll, later

pytestmark = pytest.mark.django_db(transaction=True)
# The server of the tests is shared; so many sessions at a time and no more.
SESSIONS = threading.BoundedSemaphore(60)


def at_once(acts):
    """Run every act in a thread of its own, all let loose together; what each gave, or its reasons."""
    gate = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(place, act):
        gate.wait()
        with SESSIONS:
            try:
                outcomes[place] = act()
            except Refused as refused:
                outcomes[place] = refused
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def is_refused(outcome):
    return isinstance(outcome, Refused)


def test_fifty_votes_against_fifty_closings_lose_none_and_take_none_too_late():
    year = AwardYear(units=50)
    poll = year.open_poll(candidates=(1, 2))
    choices = {year.key(poll, 1): "for"}
    voted, closed = [], []

    def vote(head):
        def act():
            services.cast_vote(poll=poll, choices=choices, by=head, at=later(1))
            voted.append(head)

        return act

    def close():
        services.close_poll(poll=poll, by=year.chair, at=later(2))
        closed.append(services.count_poll(poll=poll, by=year.chair, at=later(3)))

    acts = [vote(head) for head in year.heads] + [close] * 50
    random.shuffle(acts)
    outcomes = at_once(acts)

    reasons = {reason for one in outcomes if is_refused(one) for reason in one.reasons}
    assert reasons <= {
        "Cuộc bỏ phiếu đã đóng. Phiếu của bạn chưa được ghi nhận.",
        "Cuộc bỏ phiếu này không còn mở.",
    }
    assert len(closed) == 1
    count = Count.objects.get()
    taken = {line.unit for line in poll.roll.filter(has_voted=True).select_related("unit")}
    assert taken == {unit for unit, head in zip(year.units, year.heads, strict=True) if head in voted}
    assert count.returned == count.options[0]["votes_for"] == len(voted)
    assert (SealedBallot.objects.count(), Ballot.objects.count()) == (len(voted), 0)
    assert queries.violations() == []


def test_all_fifty_vote_at_once():
    year = AwardYear(units=50)
    poll = year.open_poll(candidates=(1, 2))
    keys = [year.key(poll, 1), year.key(poll, 2)]

    def vote(place):
        choices = {keys[place % 2]: "for"}
        return lambda: services.cast_vote(poll=poll, choices=choices, by=year.heads[place], at=MORNING)

    assert not any(is_refused(one) for one in at_once([vote(place) for place in range(50)]))
    year.close(poll)
    count = year.count(poll).counts.get()
    assert [option["votes_for"] for option in count.options] == [25, 25]
    assert count.returned == 50


def test_two_votes_of_one_person_at_once_are_one_ballot():
    year = AwardYear()
    poll = year.open_poll()
    votes = [{year.key(poll, number): "for"} for number in (1, 2)]

    def vote(choices):
        return lambda: services.cast_vote(poll=poll, choices=choices, by=year.heads[2], at=MORNING)

    outcomes = at_once([vote(choices) for choices in votes * 5])

    refused = [one.reasons for one in outcomes if is_refused(one)]
    assert refused == [["Đơn vị đã bỏ phiếu. Mỗi đơn vị chỉ bỏ một lá phiếu."]] * 9
    assert [ballot in votes for ballot in year.on_ballots(poll)] == [True]
    assert poll.roll.get(has_voted=True).unit == year.units[2]


def test_two_people_who_may_vote_for_one_unit_cast_one_ballot():
    year = AwardYear()
    year.officers[2].appointments.create(role="unit_head", unit=year.units[2], from_on="2019-01-01")
    poll = year.open_poll()

    def vote(user):
        return lambda: services.cast_vote(poll=poll, choices={year_key: "for"}, by=user, at=MORNING)

    year_key = year.key(poll, 1)
    outcomes = at_once([vote(user) for user in (year.heads[2], year.officers[2]) * 3])

    assert sum(is_refused(one) for one in outcomes) == 5
    assert Ballot.objects.count() == 1


def test_the_routine_itself_takes_one_ballot_a_line():
    year = AwardYear(units=3)
    line = year.open_poll(candidates=(1, 2)).roll.first().pk

    def cast():
        with connection.cursor() as cursor:
            cursor.execute("SELECT cast_ballot(%s, %s)", [line, bytes(304)])
            return cursor.fetchone()[0]

    assert sorted(at_once([cast] * 8)) == ["cast"] + ["voted"] * 7
    assert Ballot.objects.count() == 1


def test_a_result_is_counted_confirmed_and_proposed_once():
    year = AwardYear()
    poll = year.open_poll()
    for voter in range(1, 8):
        year.vote(poll, voter, 1)
    year.close(poll)

    counted = at_once([lambda: services.count_poll(poll=poll, by=year.chair, at=NOON)] * 5)
    assert sum(is_refused(one) for one in counted) == 4
    assert Count.objects.get().returned == 7
    confirmed = at_once([lambda: services.confirm_poll(poll=poll, by=year.chair, at=NOON)] * 5)
    assert sum(is_refused(one) for one in confirmed) == 4
    assert Nomination.objects.get().votes == 7


def test_two_people_who_type_the_same_figures_at_once_settle_the_count():
    year = AwardYear()
    poll = year.open_poll(DecisionForm.PAPER, candidates=(1,))
    figures = year.figures(poll, {1: 6})

    outcomes = at_once(
        [
            lambda: services.enter_count(poll=poll, figures=figures, by=year.officers[0], at=NOON),
            lambda: services.enter_count(poll=poll, figures=figures, by=year.officers[1], at=NOON),
        ]
    )

    assert outcomes == [[], []]
    assert fresh_poll(poll).status == PollStatus.COUNTED
    assert queries.violations() == []


def test_a_poll_is_voided_or_counted_but_not_both():
    year = AwardYear()
    poll = year.open_poll()
    year.vote(poll, 1, 1)
    year.close(poll)

    outcomes = at_once(
        [
            lambda: services.count_poll(poll=poll, by=year.chair, at=NOON),
            lambda: services.void_poll(poll=poll, reason="Nhầm.", by=year.chair, at=NOON),
        ]
    )

    assert sum(is_refused(one) for one in outcomes) == 1
    found = Poll.objects.get(pk=poll.pk)
    assert (found.status, Count.objects.count()) in {("counted", 1), ("voided", 0)}


def test_a_dossier_is_recalled_or_taken_up_but_not_both():
    year = AwardYear()
    nomination = year.nominated()
    proposal = year.submitted()
    year.go(Phase.SUBMITTED)

    recalled, appraised = at_once(
        [
            lambda: services.withdraw_proposal(proposal=proposal, by=year.chair, at=NOON),
            lambda: services.appraise_nomination(
                nomination=nomination, verdict="accept", by=year.province_officer, at=NOON
            ),
        ]
    )

    assert is_refused(recalled) != is_refused(appraised)


def test_an_award_is_decided_once():
    year = AwardYear()
    year.nominated()
    year.appraised()
    awards = services.awards_of(queries.nominations_of(year.cycle))

    def decide(number):
        return lambda: services.record_decision(
            cycle=year.cycle,
            number=f"{number}/QĐ",
            signed_on=NOON.date(),
            awards=awards,
            by=year.boss,
            at=NOON,
        )

    outcomes = at_once([decide(number) for number in range(5)])

    assert sum(is_refused(one) for one in outcomes) == 4
    assert DecisionEntry.objects.count() == 1
    assert queries.entries_of(year.cycle).get().decision.entries.count() == 1


def test_a_report_of_an_agency_meets_the_confirmation_before_or_after_it_and_holds_either_way():
    year = AwardYear()
    poll = year.agree()

    at_once(
        [
            lambda: services.confirm_poll(poll=poll, by=year.chair, at=NOON),
            lambda: services.record_vetting(
                unit=year.units[0],
                agency="Thanh tra",
                finding="x",
                from_on=NOON.date(),
                by=year.boss,
                at=NOON,
            ),
        ]
    )

    assert Nomination.objects.get().state == "held"
