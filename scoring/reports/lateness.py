"""What a late card loses, as the page of a card says it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from blocs.queries import Standing
from config.kit.text import day, moment
from scoring import policies, queries
from scoring.queries import EDITABLE_CARD, CardView


@dataclass(frozen=True)
class LateNote:
    """The sentence, whether points are lost, and the act of whoever lets off: what, where it goes and why not.

    `refusals` of None: not of this person.
    """

    sentence: str
    is_losing: bool
    act: str = ""
    asks: str = ""
    url: str = ""
    refusals: list[str] | None = None


class Act(NamedTuple):
    """What whoever lets off may do with a late card."""

    label: str
    asks: str
    url: str
    policy: Callable[..., list[str]]


WAIVE = Act("Miễn trừ điểm", "Lý do miễn trừ điểm gửi chậm", "lateness_waive", policies.waive_lateness)
CHARGE = Act("Bỏ miễn trừ", "Lý do bỏ miễn trừ điểm gửi chậm", "lateness_charge", policies.charge_lateness)


def late_note(who: Standing, view: CardView) -> LateNote | None:
    """None for a card in time. One query for whoever may waive, otherwise as `CardView.late` was read."""
    card, late = view.card, view.late
    if late is None:
        return _overdue(who, view)
    sentence = late.sentence
    is_waived = queries.is_let_off(card)
    if is_waived:
        sentence += f" {card.late_waived_by}, {moment(card.late_waived_at)}."
    keeps = who.is_chair or who.is_assigned_officer or who.is_province_head
    if not (keeps and (is_waived or late.points)):
        return LateNote(sentence, bool(late.points))
    act = CHARGE if is_waived else WAIVE
    ranked = queries.has_adopted_ranking(card.scoreboard.cycle)
    return LateNote(
        sentence,
        bool(late.points),
        act.label,
        act.asks,
        reverse(act.url, args=[*card.scoreboard.cycle.slugs, card.unit.slug]),
        act.policy(who, card, "có", is_ranked=ranked),
    )


def _overdue(who: Standing, view: CardView) -> LateNote | None:
    """The day is over and the card is still with its unit: what was entered is kept."""
    card, board = view.card, view.board
    due = queries.due_of(card.scoreboard.cycle, board.guidance) if card.state in EDITABLE_CARD else None
    if due is None or card.first_sent_at or who.on <= due:
        return None
    late = queries.late_if_sent(card, board, who.at)
    words = f"Đã hết hạn gửi (ngày {day(due)}). Phần đã nhập được giữ nguyên và vẫn gửi được."
    return LateNote(f"{words} {late.sentence}" if late else words, bool(late and late.points))
