"""One figure from the marks of the other members (chấm chéo): mean or median, with the number of scorers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from config.kit.text import number
from scoring.enums import CrossMethod
from scoring.rules.numbers import Rounding, rounded


@dataclass(frozen=True)
class CrossResult:
    """The agreed figure (None without scorers), how many scored, and highest less lowest."""

    points: Decimal | None
    scorers: int
    spread: Decimal
    sentence: str


def cross_result(points: Sequence[Decimal], method: CrossMethod, rounding: Rounding) -> CrossResult:
    """Combine the scorers' points; the caller leaves out the recused and the unit itself."""
    if not points:
        return CrossResult(None, 0, Decimal(0), "Chưa có đơn vị nào chấm chéo.")
    ordered = sorted(Fraction(value) for value in points)
    count = len(ordered)
    if method == CrossMethod.MEDIAN:
        exact = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    else:
        exact = sum(ordered) / count
    result = rounded(exact, rounding)
    spread = max(points) - min(points)
    sentence = f"{method.label} của {count} đơn vị chấm: {number(result)} điểm, chênh lệch {number(spread)}."
    return CrossResult(result, count, spread, sentence)
