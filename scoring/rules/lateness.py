"""Points lost for a late card, by the guidance's rule as data. A waiver is not decided here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from config.kit.figures import points_text
from config.kit.text import VIETNAM
from config.kit.typed import clean
from scoring.rules import reading
from scoring.rules.numbers import Rounding, rounded


@dataclass(frozen=True)
class LateStep:
    """From this day late on, this many points are lost in all."""

    from_day: int
    points: Decimal


@dataclass(frozen=True)
class LatenessRule:
    """Points lost by days late: `steps` when given, otherwise `per_day` a day; at most `cap`.

    `is_percent`: the figures are per cent of the maximum of the whole (scale or group), never of the points
    reached.
    """

    per_day: Decimal = Decimal(0)
    steps: tuple[LateStep, ...] = ()
    cap: Decimal | None = None
    is_percent: bool = False


@dataclass(frozen=True)
class Lateness:
    """Days late, points lost (negative or 0), and the sentence."""

    days: int
    points: Decimal
    sentence: str


def days_late(due_on: date, sent_at: datetime) -> int:
    """Whole days after the due day by the clock of Vietnam; the due day itself counts to its end."""
    return max((sent_at.astimezone(VIETNAM).date() - due_on).days, 0)


def lateness_of(rule: LatenessRule, days: int, maximum: Decimal, rounding: Rounding) -> Lateness:
    """What a card sent `days` late loses; `maximum` in points is used only for per cent."""
    if days <= 0:
        return Lateness(0, Decimal(0), "Gửi đúng hạn: không trừ điểm.")
    if rule.steps:
        reached = [step.points for step in rule.steps if step.from_day <= days]
        figure = max(reached, default=Decimal(0))
        words = f"Gửi chậm {days} ngày, theo mức {points_text(figure)}"
    else:
        figure = rule.per_day * days
        words = f"Gửi chậm {days} ngày: {points_text(rule.per_day)} × {days} = {points_text(figure)}"
    if rule.cap is not None and figure > rule.cap:
        figure = rule.cap
        words += f", tối đa {points_text(figure)}"
    lost = figure
    if rule.is_percent:
        lost = rounded(Fraction(figure) / 100 * Fraction(maximum), rounding)
        words += f"% của {points_text(maximum)}"
    return Lateness(days, -lost if lost else lost, f"{words}, trừ {points_text(lost)} điểm.")


def waived(late: Lateness, reason: str) -> Lateness:
    """The same days late with nothing lost, and why."""
    return Lateness(late.days, Decimal(0), f"Gửi chậm {late.days} ngày, được miễn trừ điểm: {reason}.")


def counted_elsewhere(late: Lateness, codes: Sequence[str]) -> Lateness:
    """Nothing is lost twice: a criterion of the frame already counts this lateness."""
    where = ", ".join(codes)
    return Lateness(
        late.days, Decimal(0), f"Gửi chậm {late.days} ngày: đã tính ở tiêu chí {where}, không trừ lần nữa."
    )


IS_LATE = re.compile(r"chậm|muộn|trễ|quá hạn|đúng hạn|đúng thời (?:hạn|gian)", re.IGNORECASE)
IS_CARD = re.compile(r"tự chấm|chấm điểm|bảng điểm", re.IGNORECASE)


def criteria_on_lateness(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Codes of the criteria (code, text) that themselves count a card sent late."""
    return [code for code, text in rows if IS_LATE.search(clean(text)) and IS_CARD.search(clean(text))]


def punished_twice(codes: Sequence[str]) -> str:
    """What the checker says where both the frame and the rule count a late card."""
    where = ", ".join(codes)
    return (
        f"Gửi bảng tự chấm điểm chậm vừa bị trừ theo quy định gửi chậm vừa tính ở tiêu chí {where}. "
        "Hãy bỏ một trong hai; nếu hướng dẫn muốn trừ cả hai, hãy chấp nhận và ghi căn cứ."
    )


# Until this month a card, its check and the dossier still belong to the year before.
LAST_MONTH_AFTER = 6
AFTER_NEW_YEAR = frozenset({"self_scoring", "verifying", "submission"})


def deadline_in(year: int, kind: str, month_day: Sequence[int]) -> date:
    """The day that a guidance names by month and day: scores of January to June are those of the year before."""
    month, day_of_month = month_day
    follows = kind in AFTER_NEW_YEAR and month <= LAST_MONTH_AFTER
    return date(year + follows, month, day_of_month)


def _step(data: Any) -> LateStep:
    readers = {"from_day": reading.a_whole, "points": reading.some_points}
    return reading.read_object(LateStep, data, readers)


LATENESS_READERS: Mapping[str, reading.Reader] = {
    "per_day": reading.an_amount,
    "steps": reading.a_list_of(_step),
    "cap": reading.an_amount,
    "is_percent": reading.a_flag,
}


def lateness_from_json(data: Any) -> LatenessRule:
    """Read a lateness rule; raises FormatError whose `reasons` are Vietnamese sentences."""
    return reading.read_object(LatenessRule, data, LATENESS_READERS)
