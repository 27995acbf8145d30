"""Which law a paper cites: dated rows, and the day whose law a draft without a day goes by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from documents.rules.days import odd_dates


class Dated(Protocol):
    """A row in force from a day on, until a later row of its key or its own last day (inclusive, None = open)."""

    from_date: date
    to_date: date | None


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class Citation:
    """A law or decree as papers name it, while in force."""

    text: str
    from_date: date
    to_date: date | None = None
    is_verified: bool = True


LAW_2022 = "Luật Thi đua, khen thưởng số 06/2022/QH15"
NEW_LAW = date(2024, 1, 1)
LAST_DAY_OF_OLD_LAW = date(2023, 12, 31)
ND_152_DAY = date(2025, 7, 1)
LAWS = (
    # Luật Thi đua, khen thưởng năm 2003, sửa đổi năm 2005 và 2013 (DOMAIN §9); ngày hiệu lực chưa xác minh.
    Citation(
        "Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003; Luật sửa đổi, bổ sung một số điều của Luật Thi đua, "
        "khen thưởng ngày 14 tháng 6 năm 2005 và ngày 16 tháng 11 năm 2013",
        date(2004, 7, 1),
        LAST_DAY_OF_OLD_LAW,
        is_verified=False,
    ),
    # Luật số 06/2022/QH15, hiệu lực từ ngày 01/01/2024 (DOMAIN §3).
    Citation(f"{LAW_2022} ngày 15 tháng 6 năm 2022", NEW_LAW, date(2026, 9, 30)),
    # Luật số 06/2026/QH16 sửa đổi, từ ngày 01/10/2026: chưa xác minh.
    Citation(
        f"{LAW_2022} ngày 15 tháng 6 năm 2022, được sửa đổi, bổ sung bởi Luật số 06/2026/QH16",
        date(2026, 10, 1),
        is_verified=False,
    ),
)
DECREES = (
    # Nghị định số 91/2017/NĐ-CP (DOMAIN §9); ngày hiệu lực chưa xác minh.
    Citation(
        "Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017 của Chính phủ",
        date(2017, 10, 1),
        LAST_DAY_OF_OLD_LAW,
        is_verified=False,
    ),
    # Nghị định số 98/2023/NĐ-CP, thay bằng 152/2025/NĐ-CP từ ngày 01/7/2025 (DOMAIN §3).
    Citation(
        "Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ", NEW_LAW, date(2025, 6, 30)
    ),
    Citation("Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025 của Chính phủ", ND_152_DAY),
)


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """The newest row in force on a day, or None; the order of rows means nothing."""
    running = [row for row in rows if row.from_date <= on and (row.to_date is None or on <= row.to_date)]
    return max(running, key=lambda row: row.from_date, default=None)


def laws_cited(on: date) -> list[str]:
    """The law and the decree that every paper of a dossier names, as of a day."""
    return [found.text for rows in (LAWS, DECREES) if (found := in_force(rows, on))]


def bases_on(on: date) -> str:
    """The same as the first lines of a paper, one a line."""
    return "\n".join(f"Căn cứ {text}" for text in laws_cited(on))


def day_of_law(year: int, today: date) -> date:
    """The day whose law an undated paper of a year goes by: today while the paper may be dated so, else the year's last.

    What is entered long afterwards is a paper of its year, not of the day of typing.
    """
    return date(year, 12, 31) if odd_dates(today, today, year) else today
