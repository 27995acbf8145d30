"""The law as dated rows: what a paper cites and what a prize is worth on its day.

The functions know no figure; a province's rows do. With the tables below every province begins, that of the
demonstration too; they say where each figure comes from.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from awards.enums import AwardCode
from config.kit.figures import measure_text, money_text
from config.kit.text import day
from documents.rules import in_force
from documents.rules.citations import LAW_2022, ND_152_DAY, NEW_LAW


@dataclass(frozen=True)
class Multiplier:
    """Prize of one award as a multiple of the base salary (hệ số mức lương cơ sở)."""

    award: AwardCode
    value: Decimal
    from_date: date
    to_date: date | None = None
    source: str = ""
    is_verified: bool = True


@dataclass(frozen=True)
class Salary:
    """Base salary (mức lương cơ sở), đồng a month."""

    amount: int
    from_date: date
    to_date: date | None = None
    source: str = ""
    is_verified: bool = True


@dataclass(frozen=True)
class Prize:
    """The money of one award on a day, in đồng."""

    amount: int
    multiplier: Decimal
    salary: int
    sentence: str
    is_verified: bool
    sources: tuple[str, ...] = ()  # where multiplier and salary stand, as far as it is recorded


def cited_once(citations: Iterable[str]) -> list[str]:
    """The citations in order, without one whose papers' numbers stand in those before it."""
    kept: list[str] = []
    for line in citations:
        numbers = re.findall(r"\d+/\d{4}/[^\s,;]+", line)
        before = " ".join(kept)
        if line not in kept and not (numbers and all(number in before for number in numbers)):
            kept.append(line)
    return kept


def prize(
    award: AwardCode, multipliers: Iterable[Multiplier], salaries: Iterable[Salary], on: date, step: int = 1
) -> Prize | None:
    """Multiplier × base salary on the day of the decision, rounded up to `step` đồng; None where a row is lacking."""
    multiplier = in_force([row for row in multipliers if row.award == award], on)
    salary = in_force(salaries, on)
    if multiplier is None or salary is None:
        return None
    exact = multiplier.value * salary.amount / step
    amount = int(exact.to_integral_value(ROUND_CEILING)) * step
    is_verified = multiplier.is_verified and salary.is_verified
    doubt = "" if is_verified else " (chưa xác minh)"
    sentence = (
        f"{measure_text(multiplier.value)} × {money_text(salary.amount)} = {money_text(amount)}, "
        f"theo quy định có hiệu lực ngày {day(on)}{doubt}."
    )
    sources = tuple(source for source in (multiplier.source, salary.source) if source)
    return Prize(amount, multiplier.value, salary.amount, sentence, is_verified, sources)


_ND_91 = "Nghị định số 91/2017/NĐ-CP"
_ND_98 = "Nghị định số 98/2023/NĐ-CP"
_ND_152_TEXT = "Nghị định số 152/2025/NĐ-CP"
OLD_LAW = date(2017, 10, 1)


@dataclass(frozen=True)
class NationalLaw:
    """What the law of the country says of one award from a day on: its ground and the multiple that is its prize."""

    award: AwardCode
    from_date: date
    citation: str
    multiplier: Decimal
    is_verified: bool = True


def _since_2024(award: AwardCode, multiplier: str, ground: str = "") -> tuple[NationalLaw, NationalLaw]:
    """The decree of 2023 and the one that took its place say the same of the prizes of collectives (DOMAIN §3)."""
    before = f"{ground}; " if ground else ""
    return (
        NationalLaw(award, NEW_LAW, f"{before}{_ND_98}", Decimal(multiplier)),
        NationalLaw(award, ND_152_DAY, f"{before}{_ND_152_TEXT}", Decimal(multiplier)),
    )


NATIONAL_LAWS: tuple[NationalLaw, ...] = (
    # Nghị định số 91/2017/NĐ-CP: Cờ thi đua cấp tỉnh 8 lần mức lương cơ sở (DOMAIN §9).
    NationalLaw(AwardCode.FLAG, OLD_LAW, _ND_91, Decimal(8)),
    # Nghị định số 91/2017/NĐ-CP: Bằng khen cấp tỉnh cho tập thể 2 lần; chưa xác minh.
    NationalLaw(AwardCode.MERIT, OLD_LAW, _ND_91, Decimal(2), is_verified=False),
    # Nghị định số 98/2023/NĐ-CP, nay là 152/2025/NĐ-CP: Cờ Chính phủ 12, Cờ tỉnh 8, Tập thể LĐXS 1,5, Bằng khen
    # tỉnh cho tập thể 3 lần mức lương cơ sở (DOMAIN §3).
    *_since_2024(AwardCode.FLAG, "8", f"Điều 26 {LAW_2022}"),
    *_since_2024(AwardCode.MERIT, "3", f"khoản 3 Điều 74 {LAW_2022}"),
    *_since_2024(AwardCode.GOVERNMENT_FLAG, "12"),
    *_since_2024(AwardCode.EXCELLENT_COLLECTIVE, "1.5"),
)
