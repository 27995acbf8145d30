"""Days and hours as officials write them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kit import text
from config.kit.forms import DayField, MomentField
from config.kit.typed import day, moment


@pytest.mark.parametrize(
    "typed",
    ["1/2/2026", "01/02/2026", "01.02.2026", "1-2-2026", "ngày 01 tháng 02 năm 2026", "Ngày 1 tháng 2 năm 2026",
     "2026-02-01", "1 / 2 / 2026", " 1/2/2026\u00a0"],
)  # fmt: skip
def test_a_day_is_read_day_first(typed):
    assert day(typed) == DayField().clean(typed) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1/2/26", "Hãy gõ đủ, ví dụ 01/02/2026 hay 01/02/1926"),
        ("31/02/2020", "Tháng 2 năm 2020 không có ngày 31"),
        ("29/02/2026", "không có ngày 29"),
        ("01/13/2020", "Không có tháng 13"),
        ("00/01/2020", "không có ngày 0"),
        ("01/01/0001", "Năm 0001 không đúng"),
        ("1/2", "không phải là ngày"),
        ("1/2.2026", "không phải là ngày"),
        ("１/２/２０２６", "không phải là ngày"),
        ("hôm nay", "không phải là ngày"),
    ],
)
def test_a_day_that_is_none_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        day(typed)


@pytest.mark.parametrize(
    "typed",
    ["02/05/2020 08:30", "02/05/2020 8h30", "8h30 ngày 02/05/2020", "08:30 ngày 2/5/2020", "2-5-2020, lúc 8 giờ 30 phút",
     "8 giờ 30, ngày 2 tháng 5 năm 2020", "02/05/2020 08:30:00"],
)  # fmt: skip
def test_an_hour_may_stand_before_or_behind(typed):
    assert moment(typed) == datetime(2020, 5, 2, 8, 30, tzinfo=text.VIETNAM)


@pytest.mark.parametrize(
    "typed", ["02/05/2020", "02/05/2020 25:00", "02/05/2020 8h99", "8h30", "31/12/26 8h"]
)
def test_a_moment_that_is_none_is_refused(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        moment(typed)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(0, 1439))
def test_what_is_printed_is_read_back(on, minute):
    at = datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=text.VIETNAM)

    assert moment(text.moment(at)) == moment(MomentField().prepare_value(at)) == at
    assert day(text.day(at.date())) == day(text.long_day(at.date())) == at.date()
