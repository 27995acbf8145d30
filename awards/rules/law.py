"""The law as dated rows: what a paper cites and what a prize is worth on its day.

The functions know no figure; a province's rows do. With the tables below every province begins, that of the
demonstration too; they say where each figure comes from.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Protocol, TypeVar

from awards.enums import AwardCode
from config.kit.figures import measure_text, money_text
from config.kit.text import day


class Dated(Protocol):
    """A row in force from a day on, until a later row of its key or its own last day (inclusive, None = open)."""

    from_date: date
    to_date: date | None


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class Citation:
    """What papers say as their ground for `code`, while in force."""

    code: str
    text: str
    from_date: date
    to_date: date | None = None
    is_verified: bool = True


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


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """The newest row in force on a day, or None; the order of rows means nothing."""
    running = [row for row in rows if row.from_date <= on and (row.to_date is None or on <= row.to_date)]
    return max(running, key=lambda row: row.from_date, default=None)


def citation(rows: Iterable[Citation], code: str, on: date) -> Citation | None:
    """What to cite for `code` on a day; None where no row covers the day."""
    return in_force([row for row in rows if row.code == code], on)


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


NEW_LAW = date(2024, 1, 1)
LAST_DAY_OF_OLD_LAW = date(2023, 12, 31)
ND_152 = date(2025, 7, 1)

_LAW_2022 = "Luật Thi đua, khen thưởng số 06/2022/QH15"
_LAW_2003 = (
    "Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003; Luật sửa đổi, bổ sung một số điều của "
    "Luật Thi đua, khen thưởng năm 2005 và năm 2013"
)
SEED_CITATIONS = (
    # Luật Thi đua, khen thưởng năm 2003, sửa đổi năm 2005 và 2013 (DOMAIN §9); ngày hiệu lực chưa xác minh.
    Citation("law", _LAW_2003, date(2004, 7, 1), LAST_DAY_OF_OLD_LAW, is_verified=False),
    # Luật số 06/2022/QH15, hiệu lực từ ngày 01/01/2024 (DOMAIN §3).
    Citation("law", f"{_LAW_2022} ngày 15 tháng 6 năm 2022", NEW_LAW, date(2026, 9, 30)),
    # Luật số 06/2026/QH16 sửa đổi, từ ngày 01/10/2026: chưa xác minh.
    Citation(
        "law",
        f"{_LAW_2022} ngày 15 tháng 6 năm 2022, được sửa đổi, bổ sung bởi Luật số 06/2026/QH16",
        date(2026, 10, 1),
        is_verified=False,
    ),
    # Nghị định số 91/2017/NĐ-CP (DOMAIN §9); ngày hiệu lực chưa xác minh.
    Citation(
        "decree",
        "Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017 của Chính phủ",
        date(2017, 10, 1),
        LAST_DAY_OF_OLD_LAW,
        is_verified=False,
    ),
    # Nghị định số 98/2023/NĐ-CP, thay bằng 152/2025/NĐ-CP từ ngày 01/7/2025 (DOMAIN §3).
    Citation(
        "decree",
        "Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ",
        NEW_LAW,
        date(2025, 6, 30),
    ),
    Citation("decree", "Nghị định số 152/2025/NĐ-CP của Chính phủ", ND_152),
    # Luật số 06/2022/QH15, các điều nêu trong DOMAIN §3.
    Citation("fairness", f"Điều 5 {_LAW_2022}", NEW_LAW),
    Citation("false_declaration", f"Điều 15 {_LAW_2022}", NEW_LAW),
    Citation("bloc", f"điểm c khoản 2 Điều 16 {_LAW_2022}", NEW_LAW),
    Citation("flag", f"Điều 26 {_LAW_2022}", NEW_LAW),
    Citation("merit", f"khoản 3 Điều 74 {_LAW_2022}", NEW_LAW),
    Citation("authority", f"khoản 4 Điều 79 {_LAW_2022}", NEW_LAW),
    Citation("dossier", f"Điều 84 {_LAW_2022}", NEW_LAW),
    Citation("annulment", f"Điều 93 {_LAW_2022}", NEW_LAW),
    # Điều 4 Nghị định số 152/2025/NĐ-CP (DOMAIN §3): chưa đề nghị khi đang bị xem xét; ưu tiên tỷ lệ nữ.
    Citation("hold", "Điều 4 Nghị định số 152/2025/NĐ-CP", ND_152),
    Citation("women", "Điều 4 Nghị định số 152/2025/NĐ-CP", ND_152),
    # Khoản 7 Điều 30 Nghị định số 98/2023/NĐ-CP (DOMAIN §3); còn giữ trong NĐ 152/2025: chưa xác minh.
    Citation("council_ballot", "khoản 7 Điều 30 Nghị định số 98/2023/NĐ-CP", NEW_LAW, date(2025, 6, 30)),
)

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
        NationalLaw(award, ND_152, f"{before}{_ND_152_TEXT}", Decimal(multiplier)),
    )


NATIONAL_LAWS: tuple[NationalLaw, ...] = (
    # Nghị định số 91/2017/NĐ-CP: Cờ thi đua cấp tỉnh 8 lần mức lương cơ sở (DOMAIN §9).
    NationalLaw(AwardCode.FLAG, OLD_LAW, _ND_91, Decimal(8)),
    # Nghị định số 91/2017/NĐ-CP: Bằng khen cấp tỉnh cho tập thể 2 lần; chưa xác minh.
    NationalLaw(AwardCode.MERIT, OLD_LAW, _ND_91, Decimal(2), is_verified=False),
    # Nghị định số 98/2023/NĐ-CP, nay là 152/2025/NĐ-CP: Cờ Chính phủ 12, Cờ tỉnh 8, Tập thể LĐXS 1,5, Bằng khen
    # tỉnh cho tập thể 3 lần mức lương cơ sở (DOMAIN §3).
    *_since_2024(AwardCode.FLAG, "8", f"Điều 26 {_LAW_2022}"),
    *_since_2024(AwardCode.MERIT, "3", f"khoản 3 Điều 74 {_LAW_2022}"),
    *_since_2024(AwardCode.GOVERNMENT_FLAG, "12"),
    *_since_2024(AwardCode.EXCELLENT_COLLECTIVE, "1.5"),
)
