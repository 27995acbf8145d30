"""Which law a paper cites, and on which day a draft without a day stands."""

from datetime import date

import pytest

from documents.rules import bases_on, day_of_law, in_force
from documents.rules.citations import Citation


@pytest.mark.parametrize(
    ("on", "law", "decree"),
    [
        (date(2019, 5, 2), "năm 2003", "91/2017/NĐ-CP"),
        (date(2023, 12, 31), "năm 2003", "91/2017/NĐ-CP"),
        (date(2024, 1, 1), "06/2022/QH15 ngày 15 tháng 6 năm 2022", "98/2023/NĐ-CP"),
        (date(2025, 6, 30), "06/2022/QH15", "98/2023/NĐ-CP"),
        (date(2025, 7, 1), "06/2022/QH15", "152/2025/NĐ-CP"),
        (date(2026, 10, 1), "06/2026/QH16", "152/2025/NĐ-CP"),
    ],
)
def test_papers_cite_the_law_of_their_day(on, law, decree):
    first, second = bases_on(on).splitlines()

    assert first.startswith("Căn cứ Luật Thi đua, khen thưởng")
    assert (law in first, decree in second) == (True, True)


def test_nothing_is_cited_before_it_was_law():
    assert bases_on(date(2000, 1, 1)) == ""


@pytest.mark.parametrize(
    ("year", "today", "day"),
    [
        (2019, date(2026, 12, 1), date(2019, 12, 31)),
        (2019, date(2019, 5, 2), date(2019, 5, 2)),
        (2019, date(2018, 11, 20), date(2018, 11, 20)),
        (2019, date(2020, 2, 5), date(2020, 2, 5)),
        (2019, date(2018, 3, 1), date(2019, 12, 31)),
        (2023, date(2026, 12, 1), date(2023, 12, 31)),
    ],
)
def test_an_undated_paper_goes_by_the_law_of_its_year_not_of_the_day_of_typing(year, today, day):
    assert day_of_law(year, today) == day


def test_the_newest_row_in_force_is_taken_whatever_the_order():
    old, new = Citation("1", date(2019, 1, 1)), Citation("2", date(2020, 1, 1))

    assert in_force([new, old], date(2019, 12, 31)) == old
    assert in_force([old, new], date(2020, 1, 1)) == new
    assert in_force([new, old], date(2020, 1, 1)) == new
    assert in_force([old, new], date(2018, 12, 31)) is None
    assert in_force([Citation("1", date(2019, 1, 1), date(2019, 6, 30))], date(2019, 7, 1)) is None
