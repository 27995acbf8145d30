from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import MarkState, NaReason
from scoring.rules import (
    BlocFigures,
    Context,
    FormatError,
    NotApplicable,
    Rounding,
    TargetInputs,
    TargetLeaderRule,
    bloc_figures,
    bloc_figures_from_json,
    bloc_figures_to_json,
    figures_seen,
    points_of,
    rounded,
)

RULE = TargetLeaderRule()


def scores(*entries):
    bloc = bloc_figures(entries)
    return [points_of(RULE, D(10), entry, context=Context(bloc=bloc)) for entry in entries]


def points(*entries):
    return [scored.points for scored in scores(*entries)]


def test_half_for_the_target_and_the_rest_by_distance_to_the_leader():
    assert points(
        TargetInputs(D(80), D(100)),
        TargetInputs(D(100), D(100)),
        TargetInputs(D(110), D(100)),
        TargetInputs(D(60), D(50)),
    ) == [4, 5, D("7.5"), 10]


def test_leaders_by_the_same_per_cent_all_get_the_maximum():
    assert points(TargetInputs(D(120), D(100)), TargetInputs(D(60), D(50)), TargetInputs(D(105), D(100))) == [
        10,
        10,
        D("6.25"),
    ]


def test_without_anybody_above_the_target_nobody_leads():
    assert points(TargetInputs(D(100), D(100)), TargetInputs(D(50), D(100))) == [5, D("2.5")]


def test_units_without_a_target_are_compared_among_themselves_and_never_lead():
    assert points(TargetInputs(D(900)), TargetInputs(D(450)), TargetInputs(D(110), D(100))) == [10, 5, 10]


def test_one_members_change_scores_the_bloc_again():
    before = points(TargetInputs(D(110), D(100)), TargetInputs(D(120), D(100)))
    after = points(TargetInputs(D(110), D(100)), TargetInputs(D(140), D(100)))

    assert (before, after) == ([D("7.5"), 10], [D("6.25"), 10])


def test_a_unit_outside_the_criterion_does_not_count_and_a_silent_one_makes_it_provisional():
    entries = (TargetInputs(D(120), D(100)), None, NotApplicable(NaReason.NOT_ASSIGNED))

    leader, silent, outside = scores(*entries)

    assert "tạm tính, mới có số liệu 1/2 đơn vị" in leader.sentence
    assert (silent.state, outside.state) == (MarkState.MISSING, MarkState.NA)


@pytest.mark.parametrize(
    ("inputs", "bloc"),
    [
        (TargetInputs(None, D(1)), BlocFigures()),
        (TargetInputs(D(1), D(1)), None),
        (TargetInputs(D(1), D(0)), BlocFigures()),
        (TargetInputs(D(1), D(-1)), BlocFigures()),
        (TargetInputs(D(1)), BlocFigures()),
        (TargetInputs(D(0)), BlocFigures(top_unassigned=D(0))),
    ],
)
def test_a_comparison_that_cannot_be_made_is_missing(inputs, bloc):
    scored = points_of(RULE, D(10), inputs, context=Context(bloc=bloc))

    assert (scored.state, scored.points) == (MarkState.MISSING, None)
    assert scored.findings


def test_a_target_of_zero_that_is_just_met_gets_half():
    assert points(TargetInputs(D(0), D(0))) == [5]


def test_the_explanation_can_be_recomputed():
    _, second = scores(TargetInputs(D(120), D(100)), TargetInputs(D(110), D(100)))

    assert second.sentence == (
        "Thực hiện 110, giao 100; đơn vị dẫn đầu thực hiện 120, giao 100: "
        "5 + 5 × [(110 − 100)/100] ÷ [(120 − 100)/100] = 7,5 điểm."
    )


entries = st.lists(
    st.builds(
        TargetInputs, st.decimals(0, 500, places=1), st.one_of(st.none(), st.decimals("0.1", 300, places=1))
    ),
    min_size=1,
    max_size=15,
)


@given(entries, st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(bloc, random):
    shuffled = list(bloc)
    random.shuffle(shuffled)
    figures = bloc_figures(bloc)

    assert bloc_figures(shuffled) == figures
    assert bloc_figures_from_json(bloc_figures_to_json(figures)) == figures


@given(entries)
def test_points_equal_fraction_arithmetic_and_stay_within_the_maximum(bloc):
    excesses = [
        Fraction(one.actual) / Fraction(one.target) - 1
        for one in bloc
        if one.target and one.actual > one.target
    ]
    free = [Fraction(one.actual) for one in bloc if one.target is None]
    for one, scored in zip(bloc, scores(*bloc), strict=True):
        if one.target is None:
            exact = None if max(free) == 0 else 10 * Fraction(one.actual) / max(free)
        elif one.actual <= one.target:
            exact = 5 * Fraction(one.actual) / Fraction(one.target)
        else:
            exact = 5 + 5 * (Fraction(one.actual) / Fraction(one.target) - 1) / max(excesses)
        assert scored.points == (None if exact is None else rounded(exact, Rounding()))


def test_stored_figures_that_cannot_be_read_are_refused():
    with pytest.raises(FormatError) as refused:
        bloc_figures_from_json({"known": "1.5"})

    assert refused.value.reasons == ["Mục “known” phải là số nguyên."]


def test_meeting_the_target_exactly_does_not_lead():
    assert bloc_figures([TargetInputs(D(5), D(5))]) == BlocFigures(known=1, of=1)


@given(entries, st.sets(st.integers(0, 14)))
def test_what_is_not_sent_is_seen_by_its_own_unit_only(bloc, sent):
    by_unit = dict(enumerate(bloc))
    seen = figures_seen(by_unit, sent)
    others = {unit: entry for unit, entry in by_unit.items() if unit in sent}

    for unit, entry in by_unit.items():
        told = {**others, unit: entry}
        expected = bloc_figures([told.get(one) for one in by_unit])
        assert seen[unit] == expected
        assert seen[unit].of == len(bloc)


@given(entries, st.integers(0, 14), st.decimals(0, 50, places=1))
def test_a_better_result_never_lowers_the_own_points_nor_raises_anothers(bloc, place, more):
    place %= len(bloc)
    after = list(bloc)
    after[place] = TargetInputs(bloc[place].actual + more, bloc[place].target)
    before_points, after_points = points(*bloc), points(*after)

    assert _known(after_points[place]) >= _known(before_points[place])
    for other, (one, two) in enumerate(zip(before_points, after_points, strict=True)):
        if other != place and one is not None:
            assert two <= one


def _known(points):
    return D(-1) if points is None else points
