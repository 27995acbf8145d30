"""The law as dated rows: what a paper cites and what a prize is worth on its day.

The functions know no figure; a province's rows do. The tables below only seed a new installation and the
demonstration, and say where each figure comes from.
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

SEED_SALARIES = (
    # Nghị định số 38/2019/NĐ-CP (số hiệu chưa xác minh; mức tiền theo DOMAIN §9), từ ngày 01/7/2019.
    Salary(1_490_000, date(2019, 7, 1), date(2023, 6, 30), "NĐ 38/2019/NĐ-CP", is_verified=False),
    # Nghị định số 24/2023/NĐ-CP, từ ngày 01/7/2023: chưa xác minh.
    Salary(1_800_000, date(2023, 7, 1), date(2024, 6, 30), "NĐ 24/2023/NĐ-CP", is_verified=False),
    # Nghị định số 73/2024/NĐ-CP, từ ngày 01/7/2024 (DOMAIN §3); một nghị định sau đó được nhắc tới, chưa xác minh.
    Salary(2_340_000, date(2024, 7, 1), None, "NĐ 73/2024/NĐ-CP"),
)

SEED_MULTIPLIERS = (
    # Nghị định số 91/2017/NĐ-CP: Cờ thi đua cấp tỉnh 8 lần mức lương cơ sở (DOMAIN §9).
    Multiplier(AwardCode.FLAG, Decimal(8), date(2017, 10, 1), LAST_DAY_OF_OLD_LAW, "NĐ 91/2017/NĐ-CP"),
    # Nghị định số 91/2017/NĐ-CP: Bằng khen cấp tỉnh cho tập thể 2 lần; chưa xác minh.
    Multiplier(
        AwardCode.MERIT,
        Decimal(2),
        date(2017, 10, 1),
        LAST_DAY_OF_OLD_LAW,
        "NĐ 91/2017/NĐ-CP",
        is_verified=False,
    ),
    # Nghị định số 98/2023/NĐ-CP, nay là 152/2025/NĐ-CP: Cờ Chính phủ 12, Cờ tỉnh 8, Tập thể LĐXS 1,5, Bằng khen
    # tỉnh cho tập thể 3 lần mức lương cơ sở (DOMAIN §3).
    Multiplier(AwardCode.GOVERNMENT_FLAG, Decimal(12), NEW_LAW, None, "NĐ 98/2023/NĐ-CP"),
    Multiplier(AwardCode.FLAG, Decimal(8), NEW_LAW, None, "NĐ 98/2023/NĐ-CP"),
    Multiplier(AwardCode.EXCELLENT_COLLECTIVE, Decimal("1.5"), NEW_LAW, None, "NĐ 98/2023/NĐ-CP"),
    Multiplier(AwardCode.MERIT, Decimal(3), NEW_LAW, None, "NĐ 98/2023/NĐ-CP"),
)

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
