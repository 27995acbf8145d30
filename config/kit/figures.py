"""One way to write each kind of figure, on every screen, paper and in every workbook.

None of them rounds: what is stored is what is read, in the digits that a person would type. A figure is rounded
where it is worked out and stored; only a share, which is worked out to be read, is rounded here.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from config.kit.text import number

Figure = Decimal | int | None
TENTH = Decimal("0.1")

# How a workbook shows each kind. “General” shows every digit; “0.0##” would round, “0.###” leaves “7,” for 7.
EXCEL: Mapping[str, str] = {
    "points": "General",
    "measure": "General",
    "percent": 'General"%"',
    "count": "#,##0",
    "money": "#,##0",
    "day": "dd/mm/yyyy",
}


def points_text(points: Figure) -> str:
    """“7,5”, “2,995”, “40”."""
    return number(points)


def measure_text(value: Figure, unit: str = "") -> str:
    """A figure in its unit: “36.000 m²”, “97,1%”."""
    return in_unit(number(value), unit)


def in_unit(words: str, unit: str) -> str:
    """Words that end in a figure, with its unit: “dưới 90%”, “dưới 90 hồ sơ”."""
    return f"{words}%" if unit == "%" else f"{words} {unit}".strip()


def percent_text(value: Figure) -> str:
    """“57,1%”."""
    return "" if value is None else f"{number(value)}%"


def count_text(value: Figure) -> str:
    """“1.234”."""
    return number(value)


def money_text(value: Figure) -> str:
    """“11.920.000 đồng”."""
    return "" if value is None else f"{number(value)} đồng"


def share(part: int, whole: int) -> Decimal:
    """How many per cent `part` is of `whole`, to a tenth: for reading only, nothing is decided by it."""
    exact = Fraction(part * 100, whole)
    return (Decimal(exact.numerator) / exact.denominator).quantize(TENTH, ROUND_HALF_UP)


WRITTEN: Mapping[str, Any] = {
    "points": points_text,
    "measure": measure_text,
    "percent": percent_text,
    "count": count_text,
    "money": money_text,
}
