from datetime import date
from decimal import Decimal as D

import pytest

from awards.enums import AwardCode
from awards.rules import (
    NATIONAL_LAWS,
    Multiplier,
    Salary,
    cited_once,
    prize,
)
from blocs.rules import NATIONAL_SALARIES

MULTIPLIERS = [
    Multiplier(law.award, law.multiplier, law.from_date, None, law.citation, law.is_verified)
    for law in NATIONAL_LAWS
]
SALARIES = [
    Salary(one.amount, one.from_date, source=one.source, is_verified=one.is_verified)
    for one in NATIONAL_SALARIES
]


@pytest.mark.parametrize(
    ("award", "on", "amount"),
    [
        (AwardCode.FLAG, date(2020, 3, 1), 11_920_000),
        (AwardCode.MERIT, date(2020, 3, 1), 2_980_000),
        (AwardCode.FLAG, date(2025, 1, 15), 18_720_000),
        (AwardCode.MERIT, date(2025, 1, 15), 7_020_000),
    ],
)
def test_prize_follows_the_law_and_the_salary_of_its_day(award, on, amount):
    assert prize(award, MULTIPLIERS, SALARIES, on).amount == amount


def test_prize_says_its_sum_and_whether_it_was_verified():
    now = prize(AwardCode.FLAG, MULTIPLIERS, SALARIES, date(2025, 1, 15))
    then = prize(AwardCode.MERIT, MULTIPLIERS, SALARIES, date(2020, 3, 1))

    assert now.sentence == "8 × 2.340.000 đồng = 18.720.000 đồng, theo quy định có hiệu lực ngày 15/01/2025."
    assert now.is_verified
    assert now.sources == (
        "Điều 26 Luật Thi đua, khen thưởng số 06/2022/QH15; Nghị định số 98/2023/NĐ-CP",
        "Nghị định 73/2024/NĐ-CP",
    )
    assert then.sentence.endswith("(chưa xác minh).")
    assert not then.is_verified


@pytest.mark.parametrize(
    ("award", "on"),
    [
        (AwardCode.GOVERNMENT_FLAG, date(2020, 3, 1)),
        (AwardCode.FLAG, date(2018, 6, 30)),
        (AwardCode.FLAG, date(2010, 1, 1)),
    ],
)
def test_no_prize_is_made_up_where_a_row_is_lacking(award, on):
    assert prize(award, MULTIPLIERS, SALARIES, on) is None


def test_prize_is_rounded_up_to_the_step_that_the_province_sets():
    multipliers = [Multiplier(AwardCode.MERIT, D("1.5"), date(2019, 1, 1))]
    salaries = [Salary(1_490_000, date(2019, 7, 1))]

    assert prize(AwardCode.MERIT, multipliers, salaries, date(2020, 1, 1)).amount == 2_235_000
    assert prize(AwardCode.MERIT, multipliers, salaries, date(2020, 1, 1), step=10_000).amount == 2_240_000


def test_a_paper_is_cited_once():
    law, decree = "Luật Thi đua, khen thưởng", "Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017"

    cited = cited_once([law, decree, law, "Nghị định 91/2017/NĐ-CP", "Nghị định 98/2023/NĐ-CP"])

    assert cited == [law, decree, "Nghị định 98/2023/NĐ-CP"]
