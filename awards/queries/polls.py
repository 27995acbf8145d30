"""Polls: who may see them, who votes on which line, what the year's guidance says of voting."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from awards.enums import CountOrigin, DecisionForm, PollStatus
from awards.models import Ballot, Count, Poll, PollOption, Roll
from awards.rules import (
    FIGURES,
    SECRET_FORMS,
    UnreadableBallot,
    VoteRule,
    count_from_json,
    read_ballot,
    rule_from_json,
    sits_on,
)
from awards.rules import Count as CountFigures
from blocs.models import Appointment, Cycle
from blocs.queries import Standing, appointments_on, units_of
from config.kit import keys
from scoring.models import Guidance, Scoreboard

SETTLED = (PollStatus.COUNTED, PollStatus.CONFIRMED)
# No way leads back from here to an open vote.
OVER = (*SETTLED, PollStatus.VOIDED)


def poll_by_key(pk: int) -> Poll:
    """One poll read anew with options, roll and counts; for a service that holds the cycle's lock."""
    return whole_polls().get(pk=pk)


def polls_of(cycle: Cycle) -> QuerySet[Poll]:
    """The polls of a year in the order they were asked, with options and roll."""
    return whole_polls().filter(cycle=cycle)


def whole_polls() -> QuerySet[Poll]:
    """Every poll with options, roll and counts."""
    return (
        Poll.objects.select_related("award_type", "cycle__bloc__province", "confirmed_by")
        .prefetch_related(
            Prefetch("options", PollOption.objects.select_related("unit").order_by("position", "pk")),
            Prefetch("roll", Roll.objects.select_related("unit").order_by("pk")),
            Prefetch("counts", Count.objects.select_related("counted_by").order_by("pk")),
        )
        .order_by("pk")
    )


def polls_for(who: Standing, cycle: Cycle) -> QuerySet[Poll]:
    """The polls of a year that a person may see: members and the province; drafts only the secretariat."""
    polls = polls_of(cycle)
    if who.is_chair:
        return polls
    if who.member_of or who.reads_all:
        return polls.exclude(status=PollStatus.DRAFT)
    return polls.none()


def counted_polls(cycle: Cycle) -> QuerySet[Poll]:
    """Polls of a year that were settled by counted ballots; hands are counted without any."""
    return polls_of(cycle).filter(status__in=SETTLED, form__in=SECRET_FORMS, counts__isnull=False).distinct()


def roll_entry_for(who: Standing, poll: Poll) -> Roll | None:
    """The line of the roll on which this person votes next, if any."""
    named = Q(user=who.user)
    heads = Q(unit__in=who.head_of, user=None)
    return (
        Roll.objects.filter(named | heads, poll=poll)
        .select_related("unit")
        .order_by("has_voted", "-is_present", "pk")
        .first()
    )


def everybody_voted(poll: Poll) -> bool:
    """Whether all who are there have cast their ballot."""
    return all(one.has_voted for one in poll.roll.all() if one.is_present)


def has_lost_key(poll: Poll) -> bool:
    """Whether the ballots of a vote that is not over can no longer be opened."""
    is_under_way = poll.form == DecisionForm.ELECTRONIC and poll.status in (
        PollStatus.OPEN,
        PollStatus.CLOSED,
    )
    return is_under_way and not keys.exists(poll.ballot_key)


def opened_ballots(poll: Poll) -> list[dict[str, str]]:
    """What is on the ballots of a poll, as many as there were voters; CannotOpen when it is not certain."""
    boxes = Ballot.objects.filter(poll=poll).values_list("box", flat=True)
    try:
        ballots = [read_ballot(content) for content in keys.opened(poll.ballot_key, boxes)]
    except UnreadableBallot as broken:
        raise keys.CannotOpen from broken
    if len(ballots) != sum(one.has_voted for one in poll.roll.all()):
        raise keys.CannotOpen
    return ballots


def status_by_key(names: Iterable[str]) -> dict[str, str]:
    """How the polls stand whose ballots are sealed with these keys."""
    return dict(Poll.objects.filter(ballot_key__in=names).values_list("ballot_key", "status"))


def figures_of(count: Count) -> CountFigures:
    """A stored count as the rules read it."""
    plain = {name: getattr(count, name) for name in FIGURES if name != "collected"}
    return count_from_json({**plain, "collected": count.returned, "options": count.options})


def settling_count(poll: Poll) -> CountFigures | None:
    """The figures that settled a poll: those of its last count."""
    counts = list(poll.counts.all())
    return figures_of(counts[-1]) if counts and poll.status in SETTLED else None


def guidance_of(cycle: Cycle) -> Guidance | None:
    """The guidance on which the year's scoreboard stands."""
    board = Scoreboard.objects.filter(cycle=cycle).select_related("guidance").order_by("-version").first()
    return board.guidance if board else None


def vote_rule_of(cycle: Cycle) -> VoteRule | None:
    """The guidance's rule of voting, when it states one."""
    guidance = guidance_of(cycle)
    return rule_from_json(guidance.vote_rule) if guidance and guidance.vote_rule else None


def in_words(poll: Poll) -> str:
    """How people know a poll: its question, its bloc and year."""
    return f"Cuộc bỏ phiếu “{poll.question}”, {poll.cycle}"


def units_that_count(poll: Poll, on: date) -> set[int]:
    """The member units, as their keys, of whom somebody with an account sits on the counting committee."""
    held = Appointment.objects.on(on).filter(unit__in=units_of(poll.cycle))
    return {
        unit
        for unit, name in held.values_list("unit_id", "user__full_name")
        if sits_on(poll.counting_committee, name)
    }


def shares_unit(who: Standing, last: Count | None) -> bool:
    """Whether a person serves a member unit together with who typed the count before."""
    if last is None or last.origin == CountOrigin.ELECTRONIC:
        return False
    return appointments_on(last.counted_by, who.on).filter(unit__in=who.member_of).exists()
