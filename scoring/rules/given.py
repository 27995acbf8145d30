"""Points that a person gives obey the guidance's step, whoever gives them and in whatever way they come."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from config.kit.figures import points_text
from scoring.enums import GivenPoints, RoundingMode
from scoring.rules.kinds import Rule
from scoring.rules.numbers import Rounding, exactly, rounded


@dataclass(frozen=True)
class Given:
    """The points that stand, and a sentence where they are not those that were typed."""

    points: Decimal
    note: str = ""


def stated_figures(rule: Rule) -> frozenset[Decimal]:
    """The points that a rule names itself: of its levels, of its ranges, its cap."""
    parts = (*getattr(rule, "levels", ()), *getattr(rule, "bands", ()))
    cap = getattr(rule, "cap", None)
    return frozenset({one.points for one in parts} | ({cap} if cap is not None else set()))


def given_points(
    typed: Decimal,
    bounds: tuple[Decimal, Decimal],
    rounding: Rounding,
    mode: GivenPoints,
    known: Iterable[Decimal] = (),
) -> Given:
    """Round typed points to the step and say so, or raise ValueError, as the guidance says.

    The bounds and the figures that are `known` (stated by the rule, or standing on the card already) are taken as
    they are. Points outside the bounds are refused, never cut.
    """
    low, high = bounds
    if not low <= typed <= high:
        raise ValueError(f"điểm phải từ {points_text(low)} đến {points_text(high)}.")
    exact = exactly(typed)
    settled = rounded(exact, rounding)
    if typed in (settled, low, high, 0) or typed in known:
        return Given(typed)
    step = points_text(rounding.step)
    if mode == GivenPoints.REFUSE:
        near = " hoặc ".join(points_text(one) for one in _around(exact, rounding, bounds))
        raise ValueError(
            f"điểm theo bước {step} của hướng dẫn, {points_text(typed)} không đúng bước. Hãy nhập {near}."
        )
    settled = min(max(settled, low), high)
    return Given(
        settled, f"{points_text(typed)} làm tròn thành {points_text(settled)} theo bước {step} của hướng dẫn."
    )


def _around(exact: Fraction, rounding: Rounding, bounds: tuple[Decimal, Decimal]) -> list[Decimal]:
    """The points next to a figure that the step allows, the smaller first."""
    low, high = bounds
    near = {rounded(exact, Rounding(rounding.step, mode)) for mode in (RoundingMode.DOWN, RoundingMode.UP)}
    return sorted({min(max(one, low), high) for one in near})
