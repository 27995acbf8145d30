"""Exact arithmetic: fractions inside, decimals outside, and the one place where points are rounded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache, reduce

from scoring.enums import CriterionKind, GivenPoints, RoundingMode

# Wide enough that adding and converting finite decimals of a card is never inexact.
WIDE = Context(prec=80)
ZERO = Decimal(0)


@lru_cache(maxsize=10_000)
def exactly(value: Decimal) -> Fraction:
    """A decimal as a fraction. The maxima of a frame are few and asked for at every point."""
    return Fraction(value)


def ratio(part: Decimal, whole: Decimal) -> Fraction:
    """`part` divided by `whole`, exactly; raises ZeroDivisionError where that is nothing."""
    (top, below), (whole_top, whole_below) = part.as_integer_ratio(), whole.as_integer_ratio()
    return Fraction(top * whole_below, below * whole_top)


@dataclass(frozen=True)
class Rounding:
    """How a calculated figure is rounded: to a multiple of `step`, in the guidance's `mode`."""

    step: Decimal = Decimal("0.01")
    mode: RoundingMode = RoundingMode.HALF_UP

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError("Bước làm tròn phải lớn hơn 0.")

    @cached_property
    def exact_step(self) -> tuple[int, int]:
        """The step as numerator and denominator."""
        return self.step.as_integer_ratio()


PLAIN = Rounding()


@dataclass(frozen=True)
class RoundingTable:
    """The guidance's rounding: by kind of criterion, for the rescaled total, and for the rest.

    `given`: what becomes of points off the step that a person gives.
    """

    default: Rounding = PLAIN
    total: Rounding = PLAIN
    kinds: Mapping[CriterionKind, Rounding] = field(default_factory=dict)
    given: GivenPoints = GivenPoints.ROUND

    def of(self, kind: CriterionKind) -> Rounding:
        """The rounding of a leaf of this kind."""
        return self.kinds.get(kind, self.default)


def _whole_steps(top: int, below: int, mode: RoundingMode) -> int:
    """Round `top`/`below` (`below` > 0) by its magnitude, so that a figure and its opposite round alike.

    In whole numbers: a bloc is scored again in thousands of these, and fractions would look for common
    divisors at every step.
    """
    size = abs(top)
    if mode == RoundingMode.DOWN:
        whole = size // below
    elif mode == RoundingMode.UP:
        whole = -(-size // below)
    elif mode == RoundingMode.HALF_EVEN:
        whole, rest = divmod(size, below)
        whole += 2 * rest > below or (2 * rest == below and whole % 2)
    else:
        whole = (2 * size + below) // (2 * below)
    return whole if top >= 0 else -whole


def rounded(exact: Fraction, rounding: Rounding) -> Decimal:
    """The multiple of the step that the mode chooses for an exact figure."""
    top, below = rounding.exact_step
    steps = _whole_steps(exact.numerator * below, exact.denominator * top, rounding.mode)
    return WIDE.multiply(Decimal(steps), rounding.step)


def as_decimal(exact: Fraction) -> Decimal:
    """A fraction that is a finite decimal, as that decimal.

    Raises ValueError for any other fraction: those must be rounded by the guidance first.
    """
    value = WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    if value.as_integer_ratio() != (exact.numerator, exact.denominator):
        raise ValueError(f"{exact} không phải là số thập phân hữu hạn.")
    return value


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The exact sum of decimals, whatever their order."""
    return reduce(WIDE.add, values, ZERO)
