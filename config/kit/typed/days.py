"""Days, day first, in every form that officials write; a year of two figures is asked about."""

import re
from calendar import monthrange
from datetime import date, datetime, time

from config.kit.text import VIETNAM
from config.kit.typed.texts import clean

FIRST_YEAR, LAST_YEAR = 1900, 2199
_SIGNS = re.compile(r"([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,4})")
_WORDS = re.compile(r"([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{1,4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = r"([0-9]{1,2}) ?(?::|h|giờ) ?(?:([0-9]{1,2})(?: ?phút)?)?(?::[0-9]{2})?"
_DAY_THEN_CLOCK = re.compile(rf"(?P<day>.+?)[, ]+(?:lúc )?{_CLOCK}")
_CLOCK_THEN_DAY = re.compile(rf"{_CLOCK}[, ]+(?P<day>.+)")


def day(text: str) -> date:
    """Read “1/2/2026”, “01.02.2026”, “1-2-2026”, “ngày 01 tháng 02 năm 2026”, “2026-02-01”."""
    typed = " ".join(clean(text).casefold().split()).removeprefix("ngày ")
    if found := _SIGNS.fullmatch(typed):
        return _made(typed, found[1], found[3], found[4])
    if found := _WORDS.fullmatch(typed):
        return _made(typed, *found.groups())
    if found := _YEAR_FIRST.fullmatch(typed):
        return _made(typed, found[3], found[2], found[1])
    raise ValueError(f"“{clean(text)}” không phải là ngày. Hãy gõ ngày/tháng/năm, ví dụ 02/05/2020.")


def moment(text: str) -> datetime:
    """Read a day with its hour, on the clock of Vietnam: “02/05/2020 8h30”, “14:32 ngày 02/05/2020”."""
    typed = " ".join(clean(text).casefold().split())
    for form, at in ((_CLOCK_THEN_DAY, (1, 2)), (_DAY_THEN_CLOCK, (2, 3))):
        if found := form.fullmatch(typed):
            hour, minute = int(found[at[0]]), int(found[at[1]] or 0)
            if hour > 23 or minute > 59:
                raise ValueError(f"Không có {hour:02d} giờ {minute:02d}. Hãy gõ giờ từ 00:00 đến 23:59.")
            return datetime.combine(day(found["day"]), time(hour, minute), VIETNAM)
    raise ValueError(f"“{clean(text)}” chưa có ngày và giờ. Hãy gõ ngày và giờ, ví dụ 02/05/2020 08:00.")


def _made(typed: str, in_month: str, month: str, year: str) -> date:
    of_month, number, of_year = int(in_month), int(month), int(year)
    if len(year) < 4:
        near = f"{of_month:02d}/{number:02d}"
        raise ValueError(
            f"“{typed}” chưa đủ bốn chữ số của năm. Hãy gõ đủ, ví dụ {near}/20{of_year % 100:02d} "
            f"hay {near}/19{of_year % 100:02d}."
        )
    if not FIRST_YEAR <= of_year <= LAST_YEAR:
        raise ValueError(f"Năm {year} không đúng. Hãy gõ năm từ {FIRST_YEAR} đến {LAST_YEAR}.")
    if not 1 <= number <= 12:
        raise ValueError(f"Không có tháng {number}. Hãy gõ ngày trước, tháng sau: ngày/tháng/năm.")
    if not 1 <= of_month <= monthrange(of_year, number)[1]:
        raise ValueError(f"Tháng {number} năm {of_year} không có ngày {of_month}. Hãy kiểm tra lại.")
    return date(of_year, number, of_month)
