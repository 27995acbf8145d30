"""Exact arithmetic: fractions inside, decimals outside, and the one place where points are rounded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property, reduce
from math import ceil, floor

from scoring.enums import CriterionKind, RoundingMode

# Wide enough that adding and converting finite decimals of a card is never inexact.
WIDE = Context(prec=80)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Rounding:
    """How a calculated figure is rounded: to a multiple of `step`, in the guidance's `mode`."""

    step: Decimal = Decimal("0.01")
    mode: RoundingMode = RoundingMode.HALF_UP

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError("Bước làm tròn phải lớn hơn 0.")

    @cached_property
    def exact_step(self) -> Fraction:
        """The step as a fraction."""
        return Fraction(self.step)


PLAIN = Rounding()


@dataclass(frozen=True)
class RoundingTable:
    """The guidance's rounding: by kind of criterion, for the rescaled total, and for the rest."""

    default: Rounding = PLAIN
    total: Rounding = PLAIN
    kinds: Mapping[CriterionKind, Rounding] = field(default_factory=dict)

    def of(self, kind: CriterionKind) -> Rounding:
        """The rounding of a leaf of this kind."""
        return self.kinds.get(kind, self.default)


def _whole_steps(steps: Fraction, mode: RoundingMode) -> int:
    """Round the magnitude, so that a figure and its opposite round alike."""
    size = abs(steps)
    if mode == RoundingMode.DOWN:
        whole = floor(size)
    elif mode == RoundingMode.UP:
        whole = ceil(size)
    elif mode == RoundingMode.HALF_EVEN:
        whole = round(size)
    else:
        whole = floor(size + Fraction(1, 2))
    return whole if steps >= 0 else -whole


def rounded(exact: Fraction, rounding: Rounding) -> Decimal:
    """The multiple of the step that the mode chooses for an exact figure."""
    steps = _whole_steps(exact / rounding.exact_step, rounding.mode)
    return WIDE.multiply(Decimal(steps), rounding.step)


def as_decimal(exact: Fraction) -> Decimal:
    """A fraction that is a finite decimal, as that decimal.

    Raises ValueError for any other fraction: those must be rounded by the guidance first.
    """
    value = WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    if Fraction(value) != exact:
        raise ValueError(f"{exact} không phải là số thập phân hữu hạn.")
    return value


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The exact sum of decimals, whatever their order."""
    return reduce(WIDE.add, values, ZERO)
