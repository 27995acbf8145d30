"""When cards are due, and what a card that was sent late loses: computed when read, never stored."""

from collections.abc import Sequence
from datetime import date, datetime

from blocs.enums import MilestoneKind
from blocs.models import Cycle
from blocs.queries import due_on
from config.kit.reading import read_once
from scoring.models import Guidance, Scorecard
from scoring.queries.boards import Board, scoreboard_of
from scoring.rules import (
    Lateness,
    counted_elsewhere,
    days_late,
    deadline_in,
    lateness_from_json,
    lateness_of,
    punished_twice,
    waived,
)


@read_once
def due_of(cycle: Cycle, guidance: Guidance | None = None) -> date | None:
    """The day by which cards are to be sent: the bloc's own, else the province's, else the guidance's."""
    found = due_on(cycle, MilestoneKind.SELF_SCORING)
    if found is not None:
        return found
    if guidance is None:
        scoreboard = scoreboard_of(cycle)
        guidance = scoreboard.guidance if scoreboard else None
    named = guidance.deadlines.get(MilestoneKind.SELF_SCORING) if guidance else None
    return deadline_in(cycle.year, MilestoneKind.SELF_SCORING, named) if named else None


def late_of(card: Scorecard, board: Board) -> Lateness | None:
    """What a card lost by being late; None before it is sent, and where the guidance takes nothing."""
    return lates_of([card], board)[card.pk]


def lates_of(cards: Sequence[Scorecard], board: Board) -> dict[int, Lateness | None]:
    """The same for cards of one board; one query at most, none where the guidance takes nothing."""
    found: dict[int, Lateness | None] = dict.fromkeys((card.pk for card in cards), None)
    sent = [card for card in cards if card.first_sent_at] if board.guidance.lateness else []
    due = due_of(sent[0].scoreboard.cycle, board.guidance) if sent else None
    if due is not None:
        found.update((card.pk, _late(card, board, due, card.first_sent_at)) for card in sent)
    return found


def late_if_sent(card: Scorecard, board: Board, at: datetime) -> Lateness | None:
    """What a card that has never been sent would lose if it were sent now."""
    if card.first_sent_at or not board.guidance.lateness:
        return None
    due = due_of(card.scoreboard.cycle, board.guidance)
    return _late(card, board, due, at) if due is not None else None


def is_let_off(card: Scorecard) -> bool:
    """Whether the card loses nothing by a waiver: one lets off the sending that it followed, not a later one."""
    return bool(card.late_waived_at and card.first_sent_at and card.late_waived_at >= card.first_sent_at)


def _late(card: Scorecard, board: Board, due: date, sent_at: datetime) -> Lateness | None:
    days = days_late(due, sent_at)
    if not days:
        return None
    rule = lateness_from_json(board.guidance.lateness)
    late = lateness_of(rule, days, board.guidance.scale, board.roundings.total)
    if is_let_off(card):
        return waived(late, card.late_waived_reason)
    twice = board.on_lateness
    if twice and punished_twice(twice) not in board.waivers:
        return counted_elsewhere(late, twice)
    return late
