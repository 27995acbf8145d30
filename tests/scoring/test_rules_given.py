"""Points that a person gives are on the guidance's step, or they are refused with the points next to them."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import GivenPoints, RoundingMode
from scoring.rules import (
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    DirectRule,
    Level,
    Rounding,
    given_points,
    stated_figures,
)

QUARTER, ROUND, REFUSE = Rounding(D("0.25")), GivenPoints.ROUND, GivenPoints.REFUSE
UP_TO_THREE = (D(0), D(3))


@pytest.mark.parametrize(
    ("typed", "bounds", "points", "note"),
    [
        ("2.75", UP_TO_THREE, "2.75", ""),
        ("2.80", UP_TO_THREE, "2.75", "2,8 làm tròn thành 2,75 theo bước 0,25 của hướng dẫn."),
        ("2.995", UP_TO_THREE, "3", "2,995 làm tròn thành 3 theo bước 0,25 của hướng dẫn."),
        ("2.9", (D(0), D("2.9")), "2.9", ""),
        ("2.89", (D(0), D("2.9")), "2.9", "2,89 làm tròn thành 2,9 theo bước 0,25 của hướng dẫn."),
        ("-0.3", (D(-5), D(0)), "-0.25", "-0,3 làm tròn thành -0,25 theo bước 0,25 của hướng dẫn."),
    ],
)
def test_points_off_the_step_are_rounded_and_say_so(typed, bounds, points, note):
    found = given_points(D(typed), bounds, QUARTER, ROUND)

    assert (found.points, found.note) == (D(points), note)


@pytest.mark.parametrize(
    ("typed", "bounds", "words"),
    [
        ("2.8", UP_TO_THREE, "điểm theo bước 0,25 của hướng dẫn, 2,8 không đúng bước. Hãy nhập 2,75 hoặc 3."),
        ("0.1", UP_TO_THREE, "điểm theo bước 0,25 của hướng dẫn, 0,1 không đúng bước. Hãy nhập 0 hoặc 0,25."),
        (
            "-0.3",
            (D(-5), D(0)),
            "điểm theo bước 0,25 của hướng dẫn, -0,3 không đúng bước. Hãy nhập -0,5 hoặc -0,25.",
        ),
    ],
)
def test_a_guidance_may_refuse_them(typed, bounds, words):
    with pytest.raises(ValueError, match="không đúng bước") as wrong:
        given_points(D(typed), bounds, QUARTER, REFUSE)

    assert str(wrong.value) == words


@pytest.mark.parametrize("mode", GivenPoints)
def test_outside_the_bounds_nothing_is_cut(mode):
    with pytest.raises(ValueError, match="điểm phải từ 0 đến 3"):
        given_points(D("3.1"), UP_TO_THREE, QUARTER, mode)


@pytest.mark.parametrize(
    ("rule", "figures"),
    [
        (DirectRule(), set()),
        (ChoiceRule((Level("a", "A", D("1.3")), Level("b", "B", D(0)))), {D("1.3"), D(0)}),
        (BandsRule((Band(D("0.6")),)), {D("0.6")}),
        (BonusRule(D("0.3"), cap=D("0.95")), {D("0.95")}),
    ],
)
def test_what_the_rule_states_is_taken_as_it_is(rule, figures):
    assert stated_figures(rule) == figures
    for figure in figures:
        assert given_points(figure, UP_TO_THREE, QUARTER, REFUSE, stated_figures(rule)).note == ""


@given(
    st.decimals(0, 10, places=3),
    st.decimals("0.001", 10, places=3),
    st.sampled_from(["0.01", "0.25", "0.5", "1", "0.3"]),
    st.sampled_from(RoundingMode),
)
def test_what_stands_is_a_step_or_a_bound_and_stands_again_when_typed(typed, most, step, mode):
    typed, rounding = min(typed, most), Rounding(D(step), mode)
    found = given_points(typed, (D(0), most), rounding, ROUND)

    assert found.points in (0, most) or found.points % D(step) == 0
    assert bool(found.note) == (found.points != typed)
    assert given_points(found.points, (D(0), most), rounding, REFUSE).points == found.points
