"""One figure from the marks of the other members (chấm chéo): mean or median, with the number of scorers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from config.kit.figures import points_text
from scoring.enums import CrossMethod
from scoring.rules.numbers import Rounding, rounded

METHOD_WORDS = {CrossMethod.MEAN: "Trung bình", CrossMethod.MEDIAN: "Trung vị"}


@dataclass(frozen=True)
class CrossResult:
    """The agreed figure (None without scorers), how many scored, the lowest and the highest, in a sentence."""

    points: Decimal | None
    scorers: int
    spread: Decimal
    sentence: str
    lowest: Decimal | None = None
    highest: Decimal | None = None
    # The versions of the evidence that the scorers have judged.
    versions: tuple[str, ...] = ()


def cross_result(
    points: Sequence[Decimal],
    method: CrossMethod,
    rounding: Rounding,
    bounds: tuple[Decimal, Decimal] | None = None,
) -> CrossResult:
    """Combine the scorers' points; the caller leaves out those set aside and the unit itself.

    Rounded once, by the guidance's rule for the criterion; its `bounds` are never left for a step.
    """
    if not points:
        return CrossResult(None, 0, Decimal(0), "Chưa có đơn vị nào chấm chéo.")
    low, high = min(points), max(points)
    result = _settled(_combined(points, method), rounding, bounds)
    count = len(points)
    between = f"đều {points_text(low)}" if low == high else f"từ {points_text(low)} đến {points_text(high)}"
    sentence = f"{METHOD_WORDS[method]} của {count} đơn vị, {between}: {points_text(result)} điểm."
    return CrossResult(result, count, high - low, sentence, low, high)


def _combined(points: Sequence[Decimal], method: CrossMethod) -> Fraction:
    ordered = sorted(Fraction(value) for value in points)
    count = len(ordered)
    if method == CrossMethod.MEDIAN:
        return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return sum(ordered, Fraction(0)) / count


def _settled(exact: Fraction, rounding: Rounding, bounds: tuple[Decimal, Decimal] | None) -> Decimal:
    result = rounded(exact, rounding)
    if bounds is None:
        return result
    low, high = bounds
    reached = next((bound for bound in bounds if Fraction(bound) == exact), None)
    return min(max(result, low), high) if reached is None else reached
