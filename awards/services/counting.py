"""Counting: electronic ballots sealed once, paper and hands typed by two people; the frozen rule decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from awards import policies, queries
from awards.enums import CountOrigin, DecisionForm, Outcome, PollStatus
from awards.models import Count, Poll, PollOption, SealedBallot
from awards.rules import Count as CountFigures
from awards.rules import (
    Selection,
    VoteRule,
    break_tie,
    count_ballots,
    count_findings,
    count_to_json,
    differences,
    fingerprint,
    rule_from_json,
    selection_to_json,
)
from awards.services.sealing import seal_ballots, void
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.keys import CannotOpen
from config.kit.refusals import refuse


@transaction.atomic
def count_poll(*, poll: Poll, by: User, at: datetime) -> Poll:
    """Open, seal and count the electronic ballots, once; when they cannot all be opened, the poll is void."""
    cycle = lock_cycle(poll.cycle_id)
    poll = queries.poll_by_key(poll.pk)
    refuse(policies.count_poll(standing_in(cycle, by, at), poll))
    try:
        seal_ballots(poll, queries.opened_ballots(poll))
    except CannotOpen:
        void(poll, policies.LOST_BALLOTS, by)
        return poll
    ballots = SealedBallot.objects.filter(poll=poll).values_list("choice", flat=True)
    keys = [str(option.pk) for option in poll.options.all()]
    figures = count_ballots(ballots, keys, issued=len(poll.roll.all()))
    with audited("awards.poll.counted", by=by):
        _record(poll, figures, CountOrigin.ELECTRONIC, by, at)
        _settle(poll, figures, at)
    return poll


@transaction.atomic
def enter_count(*, poll: Poll, figures: CountFigures, by: User, at: datetime) -> list[str]:
    """Type the figures of a paper or hand count; the second person's equal ones settle the poll.

    Returns the differences from the count typed before, as sentences; empty when equal or first.
    """
    cycle = lock_cycle(poll.cycle_id)
    poll = queries.poll_by_key(poll.pk)
    last = next(reversed(poll.counts.all()), None)
    names = {str(option.pk): option.text for option in poll.options.all()}
    present, in_writing = queries.voters_of(poll)
    findings = count_findings(figures, present, in_writing, names, _choices_per_ballot(poll))
    who = standing_in(cycle, by, at)
    shares_unit = queries.shares_unit(who, last)
    refuse(policies.enter_count(who, poll, last, findings, shares_unit=shares_unit))
    with audited("awards.count.entered", by=by):
        _record(poll, figures, policies.COUNTED_BY_HAND[DecisionForm(poll.form)], by, at)
        if last is None:
            return []
        if last.fingerprint != fingerprint(figures):
            return differences(queries.figures_of(last), figures, names)
        _settle(poll, figures, at)
    return []


def _choices_per_ballot(poll: Poll) -> int | None:
    """How many candidates one ballot may name; hands go up for each of them anew."""
    return poll.seats if poll.form == DecisionForm.PAPER and poll.is_choice else None


def _record(poll: Poll, figures: CountFigures, origin: str, by: User, at: datetime) -> Count:
    plain = count_to_json(figures)
    return Count.objects.create(
        poll=poll,
        origin=origin,
        returned=plain.pop("collected"),
        fingerprint=fingerprint(figures),
        counted_at=at,
        counted_by=by,
        **plain,
    )


def _settle(poll: Poll, figures: CountFigures, at: datetime) -> None:
    """Let the frozen rule decide what the figures mean."""
    rule, options = rule_from_json(poll.rule), {str(option.pk): option for option in poll.options.all()}
    names = {key: option.text for key, option in options.items()}
    selection = queries.selection_of(poll, figures)
    poll.outcome, poll.result = selection.outcome, selection_to_json(selection)
    if selection.outcome == Outcome.TIE:
        poll.result |= _after_tie(poll, rule, selection, options)
        if not poll.result["tied"]:
            chosen = ", ".join(names[key] for key in poll.result["elected"])
            poll.outcome = Outcome.PASSED
            poll.result["sentence"] = f"Được chọn sau các bước khi bằng phiếu: {chosen}."
    poll.status, poll.counted_at = PollStatus.COUNTED, at
    poll.save(update_fields=["outcome", "result", "status", "counted_at"])


def _after_tie(
    poll: Poll, rule: VoteRule, selection: Selection, options: Mapping[str, PollOption]
) -> dict[str, Any]:
    """Take a tie through the chain of the year; what people must decide stays open."""
    names = {key: option.text for key, option in options.items()}
    units = {key: option.unit for key, option in options.items() if option.unit}
    by_unit = queries.scores_of(poll.cycle)
    scores = {key: by_unit[unit.pk] for key, unit in units.items() if unit.pk in by_unit}
    women = {key: unit.women_share for key, unit in units.items() if unit.women_share is not None}
    broken = break_tie(rule, selection, scores=scores, women=women, rounds_done=poll.round, names=names)
    return {
        "elected": list(broken.elected),
        "tied": list(broken.tied),
        "seats_left": broken.seats_left,
        "steps": list(broken.steps),
        "next_step": broken.next_step or "",
    }
