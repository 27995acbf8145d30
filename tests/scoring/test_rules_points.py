from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import (
    CriterionKind,
    Direction,
    GroupNature,
    MarkState,
    NaReason,
    NotArisen,
    RoundingMode,
    SanctionKind,
)
from scoring.rules import (
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    Context,
    CountInputs,
    DeductionRule,
    DirectRule,
    Event,
    EventInputs,
    EventsRule,
    Level,
    LevelInputs,
    MinusRule,
    NotApplicable,
    PassFailRule,
    PassInputs,
    PerItemRule,
    RatioInputs,
    RatioRule,
    Rounding,
    RoundingTable,
    Sanction,
    TargetInputs,
    TargetRule,
    ValueInputs,
    bounds_of,
    points_of,
    rounded,
    stored,
)
from scoring.rules.numbers import as_decimal

FULL = Level("a", "đủ", D(2))
HALF = Level("b", "chậm", D(1))
NONE = Level("c", "không đủ", D(0), zeroes_parent=True)
CHOICE = ChoiceRule((FULL, HALF, NONE))
BANDS = BandsRule((Band(D(2), low=D(100)), Band(D("0.5"), D(90), D(100)), Band(D(0), high=D(90))), unit="%")
AT_LEAST = TargetRule(Direction.AT_LEAST)
AT_MOST = TargetRule(Direction.AT_MOST)
EQUAL = TargetRule(Direction.EQUAL)
YES_NO = TargetRule(Direction.YES_NO)
AWARDS = (Level("qg", "quốc gia", D(3)), Level("bo", "bộ, ngành", D("1.5")))

POINTS = [
    (DirectRule(), 10, ValueInputs(D("7.5")), "7.5"),
    (DirectRule(), 10, ValueInputs(D(0)), "0"),
    (PassFailRule(), 10, PassInputs(True), "10"),
    (PassFailRule(), 10, PassInputs(False), "0"),
    (CHOICE, 2, LevelInputs(("a",)), "2"),
    (CHOICE, 2, LevelInputs(("b",)), "1"),
    (ChoiceRule((FULL, HALF), highest_only=True), 2, LevelInputs(("b", "a")), "2"),
    (ChoiceRule((FULL, HALF), once_only=True), 2, LevelInputs(("b", "b")), "1"),
    (BANDS, 2, ValueInputs(D(100)), "2"),
    (BANDS, 2, ValueInputs(D("99.99")), "0.5"),
    (BANDS, 2, ValueInputs(D(90)), "0.5"),
    (BANDS, 2, ValueInputs(D("89.9")), "0"),
    (BANDS, 2, RatioInputs(D(9), D(12), D(2)), "0.5"),
    (RatioRule(), 10, RatioInputs(D(9), D(12)), "7.5"),
    (RatioRule(), 10, RatioInputs(D(2), D(5), D(2)), "6.67"),
    (RatioRule(), 10, RatioInputs(D(9), D(10), D(2)), "10"),
    (AT_LEAST, 20, TargetInputs(D("97.1"), D(100)), "19.42"),
    (AT_LEAST, 20, TargetInputs(D(120), D(100)), "20"),
    (AT_LEAST, 20, TargetInputs(D(-5), D(100)), "0"),
    (AT_LEAST, 20, TargetInputs(D(0), D(0)), "20"),
    (AT_LEAST, 20, TargetInputs(D(-1), D(0)), "0"),
    (AT_LEAST, 20, TargetInputs(D(-3), D(-4)), "20"),
    (AT_MOST, 20, TargetInputs(D(4), D(5)), "20"),
    (AT_MOST, 20, TargetInputs(D(8), D(5)), "12.5"),
    (AT_MOST, 20, TargetInputs(D(0), D(0)), "20"),
    (AT_MOST, 20, TargetInputs(D(3), D(0)), "0"),
    (EQUAL, 20, TargetInputs(D("5.0"), D(5)), "20"),
    (EQUAL, 20, TargetInputs(D(6), D(5)), "0"),
    (YES_NO, 20, PassInputs(True), "20"),
    (YES_NO, 20, PassInputs(False), "0"),
    (PerItemRule(D("2.5")), 5, CountInputs(D(1)), "2.5"),
    (PerItemRule(D("2.5")), 5, CountInputs(D(3)), "5"),
    (PerItemRule(D("2.5")), 5, CountInputs(D(2), counted_elsewhere=D(1)), "2.5"),
    (MinusRule(D("0.5")), 2, CountInputs(D(0)), "2"),
    (MinusRule(D("0.5")), 2, CountInputs(D(3)), "0.5"),
    (MinusRule(D("0.5")), 2, CountInputs(D(9)), "0"),
    (BonusRule(D(2)), 5, CountInputs(D(2)), "4"),
    (BonusRule(D(2)), 5, CountInputs(D(3)), "5"),
    (BonusRule(D(2), cap=D(3)), 5, CountInputs(D(2)), "3"),
    (BonusRule(D(2), once_only=True), 5, CountInputs(D(2)), "2"),
    (BonusRule(levels=AWARDS), 5, LevelInputs(("bo", "bo")), "3"),
    (BonusRule(levels=AWARDS), 5, LevelInputs(()), "0"),
    (BonusRule(levels=AWARDS, highest_only=True), 5, LevelInputs(("bo", "qg")), "3"),
    (BonusRule(levels=AWARDS, once_only=True), 5, LevelInputs(("bo", "bo")), "1.5"),
    (DeductionRule(D(1)), 5, CountInputs(D(0)), "0"),
    (DeductionRule(D(1)), 5, CountInputs(D(3)), "-3"),
    (DeductionRule(D(1)), 5, CountInputs(D(7)), "-5"),
    (DeductionRule(D(1), cap=D(2)), 5, CountInputs(D(7)), "-2"),
    (EventsRule("sự kiện"), 10, EventInputs((Event("a", D(10)), Event("b", D(5)))), "7.5"),
    (EventsRule(), 10, EventInputs((Event("a", D(10)), Event("b", D(5)), Event("c", D(5)))), "6.67"),
]


@pytest.mark.parametrize(("rule", "maximum", "inputs", "expected"), POINTS)
def test_each_kind_gives_the_points_of_its_rule(rule, maximum, inputs, expected):
    scored = points_of(rule, D(maximum), inputs)

    assert (scored.state, scored.points) == (MarkState.SCORED, D(expected))
    assert scored.sentence.endswith(".")


MISSING = [
    (DirectRule(), None),
    (DirectRule(), ValueInputs()),
    (DirectRule(), ValueInputs(D("10.01"))),
    (DirectRule(), ValueInputs(D("-0.01"))),
    (DirectRule(), PassInputs(True)),
    (PassFailRule(), PassInputs()),
    (CHOICE, LevelInputs()),
    (CHOICE, LevelInputs(("x",))),
    (CHOICE, LevelInputs(("a", "b"))),
    (BANDS, ValueInputs()),
    (BANDS, RatioInputs(D(1))),
    (BandsRule((Band(D(1), low=D(5), low_included=False),)), ValueInputs(D(5))),
    (BandsRule((Band(D(1), low=D(5)), Band(D(0), high=D(5), high_included=True))), ValueInputs(D(5))),
    (RatioRule(), RatioInputs(D(1))),
    (RatioRule(), RatioInputs(None, D(1))),
    (RatioRule(), RatioInputs(D(0), D(0))),
    (RatioRule(), RatioInputs(D(0), D(3), D(3))),
    (RatioRule(), RatioInputs(D(0), D(3), D(4))),
    (RatioRule(), RatioInputs(D(-1), D(3))),
    (AT_LEAST, TargetInputs(None, D(3))),
    (AT_LEAST, TargetInputs(D(3))),
    (AT_LEAST, PassInputs(True)),
    (AT_LEAST, TargetInputs(D(-5), D(-4))),
    (AT_MOST, TargetInputs(D(0), D(-4))),
    (YES_NO, TargetInputs(D(3), D(3))),
    (YES_NO, PassInputs()),
    (PerItemRule(D(1)), CountInputs()),
    (PerItemRule(D(1)), CountInputs(D("1.5"))),
    (PerItemRule(D(1)), CountInputs(D(-1))),
    (PerItemRule(D(1)), CountInputs(D(1), counted_elsewhere=D(2))),
    (MinusRule(D(1)), CountInputs()),
    (BonusRule(D(1)), CountInputs()),
    (BonusRule(D(1)), LevelInputs(("qg",))),
    (BonusRule(levels=AWARDS), LevelInputs(("x",))),
    (BonusRule(levels=AWARDS), CountInputs(D(1))),
    (DeductionRule(D(1)), CountInputs()),
    (DeductionRule(D(1), sanctions=(Sanction(SanctionKind.ZERO_CRITERION),)), CountInputs(D(1))),
    (EventsRule(), EventInputs()),
    (EventsRule(), EventInputs((Event("a", D(11)),))),
]


@pytest.mark.parametrize(("rule", "inputs"), MISSING)
def test_what_cannot_be_scored_is_missing_with_a_finding_and_never_zero(rule, inputs):
    scored = points_of(rule, D(10), inputs)

    assert (scored.state, scored.points) == (MarkState.MISSING, None)
    assert scored.sentence.endswith(".")
    assert bool(scored.findings) == (inputs is not None)


def test_a_negative_maximum_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="không âm"):
        points_of(DeductionRule(D(1)), D(-5), CountInputs(D(1)))


def test_more_done_than_due_is_capped_and_pointed_out():
    scored = points_of(RatioRule(), D(10), RatioInputs(D(9), D(10), D(2)))

    assert scored.points == 10
    assert scored.findings == ("Tử số lớn hơn mẫu số. Hãy kiểm tra lại số liệu.",)


NOT_APPLICABLE = [
    (PassFailRule(), NaReason.NOT_ASSIGNED, Context(), MarkState.NA, None),
    (PassFailRule(), NaReason.NOT_ARISEN, Context(not_arisen=NotArisen.EXCLUDE), MarkState.NA, None),
    (PassFailRule(), NaReason.NOT_ARISEN, Context(not_arisen=NotArisen.FULL), MarkState.SCORED, D(10)),
    (PassFailRule(), NaReason.NOT_ARISEN, Context(nature=GroupNature.BONUS), MarkState.SCORED, D(0)),
    (BonusRule(D(1)), NaReason.NOT_ARISEN, Context(), MarkState.SCORED, D(0)),
    (DeductionRule(D(1)), NaReason.NOT_ARISEN, Context(), MarkState.SCORED, D(0)),
]


@pytest.mark.parametrize(("rule", "reason", "context", "state", "points"), NOT_APPLICABLE)
def test_not_assigned_and_not_arisen_are_not_zero(rule, reason, context, state, points):
    scored = points_of(rule, D(10), NotApplicable(reason), context=context)

    assert (scored.state, scored.points) == (state, points)
    assert scored.na_reason == (reason if state == MarkState.NA else None)


def test_no_evidence_no_points_but_a_deduction_stays():
    context = Context(needs_evidence=True, has_evidence=False)

    claimed = points_of(PassFailRule(), D(10), PassInputs(True), context=context)
    lost = points_of(DeductionRule(D(1)), D(10), CountInputs(D(1)), context=context)
    nothing = points_of(PassFailRule(), D(10), PassInputs(False), context=context)

    assert (claimed.points, claimed.sentence) == (0, "Đạt; không có minh chứng: 0 điểm.")
    assert lost.points == -1
    assert nothing.sentence == "Không đạt: 0 điểm."


def test_a_choice_in_a_deduction_group_takes_its_points_away():
    rule = ChoiceRule((Level("kt", "khiển trách", D(2)), Level("cc", "cảnh cáo", D(5))))
    context = Context(nature=GroupNature.DEDUCTION)

    assert points_of(rule, D(5), LevelInputs(("cc",)), context=context).points == -5
    assert points_of(rule, D(5), LevelInputs(()), context=context).points == 0


def test_a_level_and_a_band_can_zero_the_parent_item():
    band = BandsRule((Band(D(0), zeroes_parent=True),))

    assert points_of(CHOICE, D(2), LevelInputs(("c",))).zeroes_parent
    assert not points_of(CHOICE, D(2), LevelInputs(("b",))).zeroes_parent
    assert points_of(band, D(2), ValueInputs(D(1))).zeroes_parent
    assert "mất điểm toàn tiêu chí" in points_of(CHOICE, D(2), LevelInputs(("c",))).sentence


DISHONEST = DeductionRule(
    D(5),
    sanctions=(
        Sanction(SanctionKind.ZERO_CRITERION),
        Sanction(SanctionKind.GRADE_DOWN),
        Sanction(SanctionKind.LOWEST_GRADE, on_repeat=True),
    ),
)


@pytest.mark.parametrize(
    ("inputs", "kinds"),
    [
        (CountInputs(D(0)), []),
        (CountInputs(D(1), linked=("I.1",)), ["zero_criterion", "grade_down"]),
        (CountInputs(D(1), linked=("I.1", "I.2")), ["zero_criterion", "zero_criterion", "grade_down"]),
        (CountInputs(D(2), linked=("I.1",)), ["zero_criterion", "grade_down", "lowest_grade"]),
        (
            CountInputs(D(1), is_repeat=True, linked=("I.1",)),
            ["zero_criterion", "grade_down", "lowest_grade"],
        ),
    ],
)
def test_sanctions_follow_the_number_of_cases_and_repetition(inputs, kinds):
    assert [one.kind for one in points_of(DISHONEST, D(5), inputs).sanctions] == kinds


def test_a_stored_mark_keeps_its_points_and_its_effects_on_others():
    changed = stored(CHOICE, D(2), LevelInputs(("c",)), MarkState.SCORED, D(1))
    plain = stored(DirectRule(), D(2), ValueInputs(D(1)), MarkState.SCORED, D(1))
    not_arisen = stored(CHOICE, D(2), NotApplicable(NaReason.NOT_ARISEN), MarkState.SCORED, D(2))
    missing = stored(CHOICE, D(2), LevelInputs(("c",)), MarkState.MISSING, None)

    assert (changed.points, changed.zeroes_parent) == (1, True)
    assert (plain.points, plain.zeroes_parent) == (1, False)
    assert (not_arisen.points, not_arisen.zeroes_parent) == (2, False)
    assert (missing.points, missing.zeroes_parent) == (None, False)


def test_bounds_of_a_leaf_follow_kind_and_nature():
    assert bounds_of(CriterionKind.DIRECT, GroupNature.NORMAL, D(5)) == (0, 5)
    assert bounds_of(CriterionKind.DEDUCTION, GroupNature.NORMAL, D(5)) == (-5, 0)
    assert bounds_of(CriterionKind.CHOICE, GroupNature.DEDUCTION, D(5)) == (-5, 0)


SENTENCES = [
    (AT_LEAST, 20, TargetInputs(D("97.1"), D(100)), "Thực hiện 97,1, giao 100: 20 × 97,1/100 = 19,42 điểm."),
    (PerItemRule(D("2.5"), "mô hình"), 5, CountInputs(D(3)), "2,5 × 3 mô hình = 7,5, lấy tối đa 5 điểm."),
    (
        PerItemRule(D(1), "sáng kiến"),
        5,
        CountInputs(D(3), counted_elsewhere=D(1)),
        "1 × 2 sáng kiến (đã bớt 1 tính ở nơi khác) = 2 điểm.",
    ),
    (MinusRule(D(1), "lần"), 2, CountInputs(D(3)), "2 − 1 × 3 lần = −1, lấy thấp nhất 0 điểm."),
    (DeductionRule(D(1), "lần"), 5, CountInputs(D(7)), "1 × 7 lần = 7, tối đa 5: trừ 5 điểm."),
    (DeductionRule(D(1), "lần"), 5, CountInputs(D(0)), "1 × 0 lần: không trừ điểm."),
    (DeductionRule(D(1), "lần", cap=D(2)), 5, CountInputs(D(7)), "1 × 7 lần = 7, tối đa 2: trừ 2 điểm."),
    (
        RatioRule(),
        10,
        RatioInputs(D(2), D(5), D(2)),
        "10 × 2/(5 − 2 chưa đến hạn) = 6,67 điểm (khoảng 6,6667, làm tròn theo bước 0,01).",
    ),
    (BANDS, 2, ValueInputs(D("97.1")), "Kết quả 97,1%, thuộc khoảng từ 90 đến dưới 100%: 0,5 điểm."),
    (BANDS, 2, ValueInputs(D(120)), "Kết quả 120%, thuộc khoảng từ 100% trở lên: 2 điểm."),
    (BANDS, 2, ValueInputs(D(1)), "Kết quả 1%, thuộc khoảng dưới 90%: 0 điểm."),
    (BandsRule((Band(D(1)),)), 2, ValueInputs(D(1)), "Kết quả 1, thuộc khoảng mọi kết quả: 1 điểm."),
    (
        BandsRule((Band(D(1), D(1), D(3), low_included=False, high_included=True),)),
        2,
        ValueInputs(D(3)),
        "Kết quả 3, thuộc khoảng trên 1 đến 3: 1 điểm.",
    ),
    (
        ChoiceRule((FULL, HALF), highest_only=True),
        2,
        LevelInputs(("b", "a")),
        "Mức “đủ”, chỉ tính mức cao nhất: 2 điểm.",
    ),
    (
        BonusRule(levels=AWARDS, highest_only=True),
        3,
        LevelInputs(("bo", "qg")),
        "3 (quốc gia), chỉ tính mức cao nhất = 3 điểm.",
    ),
    (
        BonusRule(levels=AWARDS, once_only=True),
        9,
        LevelInputs(("qg", "qg", "bo")),
        "3 (quốc gia) + 1,5 (bộ, ngành), mỗi thành tích chỉ tính một lần = 4,5 điểm.",
    ),
    (BonusRule(levels=AWARDS), 9, LevelInputs(()), "Không có thành tích nào: 0 điểm."),
    (
        BonusRule(D("0.5"), item="bài", once_only=True),
        3,
        CountInputs(D(4)),
        "0,5 × 1 bài (có 4, chỉ tính một lần) = 0,5 điểm.",
    ),
    (BonusRule(D(1), cap=D(9)), 3, CountInputs(D(20)), "1 × 20 = 20, lấy tối đa 3 điểm."),
    (
        BandsRule((Band(D(1), D(3), D(3), high_included=True),), unit="vụ"),
        2,
        ValueInputs(D(3)),
        "Kết quả 3 vụ, thuộc khoảng đúng 3 vụ: 1 điểm.",
    ),
    (
        AT_LEAST,
        10,
        TargetInputs(D(-1), D(2)),
        "Thực hiện -1, giao 2: 10 × (−1)/2 = −5, lấy thấp nhất 0 điểm.",
    ),
    (
        DirectRule(),
        9,
        ValueInputs(D("7.255")),
        "Chấm trực tiếp 7,255 trên tối đa 9: 7,26 điểm (chính xác 7,255, làm tròn theo bước 0,01).",
    ),
    (
        ChoiceRule(
            (Level("x", "kém", D(0), zeroes_parent=True, sanctions=(Sanction(SanctionKind.GRADE_DOWN),)),)
        ),
        2,
        LevelInputs(("x",)),
        "Mức “kém”: 0 điểm. Mức này làm mất điểm toàn tiêu chí cấp trên. Chế tài: hạ một mức.",
    ),
    (
        DeductionRule(D(1), "vụ", sanctions=(Sanction(SanctionKind.ZERO_CRITERION),)),
        5,
        CountInputs(D(1), linked=("I.1",)),
        "1 × 1 vụ: trừ 1 điểm. Chế tài: mất điểm tiêu chí liên quan (I.1).",
    ),
]


@pytest.mark.parametrize(("rule", "maximum", "inputs", "sentence"), SENTENCES)
def test_the_explanation_prints_inputs_formula_and_result(rule, maximum, inputs, sentence):
    assert points_of(rule, D(maximum), inputs).sentence == sentence


# ── Properties ────────────────────────────────────────────────────────────

amounts = st.decimals(0, 1000, places=2, allow_nan=False)
signed = st.decimals(-1000, 1000, places=2, allow_nan=False)
counts = st.integers(0, 60).map(D)
maxima = st.decimals(0, 100, places=2)
roundings = st.builds(
    Rounding,
    st.sampled_from([D("0.01"), D("0.05"), D("0.25"), D("0.5"), D(1)]),
    st.sampled_from(RoundingMode),
)
scorable = st.one_of(
    st.tuples(st.just(DirectRule()), st.builds(ValueInputs, signed)),
    st.tuples(st.just(PassFailRule()), st.builds(PassInputs, st.booleans())),
    st.tuples(st.just(CHOICE), st.builds(LevelInputs, st.tuples(st.sampled_from("abc")))),
    st.tuples(st.just(BANDS), st.builds(ValueInputs, signed)),
    st.tuples(st.just(RatioRule()), st.builds(RatioInputs, amounts, amounts, amounts)),
    st.tuples(st.sampled_from([AT_LEAST, AT_MOST, EQUAL]), st.builds(TargetInputs, signed, signed)),
    st.tuples(st.builds(PerItemRule, amounts), st.builds(CountInputs, counts)),
    st.tuples(st.builds(MinusRule, amounts), st.builds(CountInputs, counts)),
    st.tuples(st.builds(BonusRule, amounts), st.builds(CountInputs, counts)),
    st.tuples(st.builds(DeductionRule, amounts), st.builds(CountInputs, counts)),
    st.tuples(
        st.just(EventsRule()),
        st.builds(EventInputs, st.lists(st.builds(Event, st.just("a"), amounts), max_size=5).map(tuple)),
    ),
)


@given(scorable, maxima, roundings, st.sampled_from(GroupNature))
def test_points_stay_within_their_bounds_whatever_is_entered(pair, maximum, rounding, nature):
    rule, inputs = pair
    scored = points_of(rule, maximum, inputs, RoundingTable(rounding), Context(nature=nature))
    low, high = bounds_of(rule.kind, nature, maximum)

    if scored.state == MarkState.SCORED:
        assert low <= scored.points <= high
    else:
        assert scored.points is None
        assert scored.findings


@given(amounts, st.decimals("0.01", 1000, places=2), maxima, roundings)
def test_a_target_equals_fraction_arithmetic_rounded_once(actual, target, maximum, rounding):
    exact = min(Fraction(maximum) * Fraction(actual) / Fraction(target), Fraction(maximum))
    scored = points_of(AT_LEAST, maximum, TargetInputs(actual, target), RoundingTable(rounding))

    expected = maximum if exact == maximum else min(rounded(exact, rounding), maximum)
    assert scored.points == expected


@given(amounts, st.decimals("0.01", 1000, places=2), maxima, roundings)
def test_a_ratio_equals_fraction_arithmetic_rounded_once(done, all_of_them, maximum, rounding):
    exact = min(Fraction(maximum) * Fraction(done) / Fraction(all_of_them), Fraction(maximum))
    scored = points_of(RatioRule(), maximum, RatioInputs(done, all_of_them), RoundingTable(rounding))

    expected = maximum if exact == maximum else min(rounded(exact, rounding), maximum)
    assert scored.points == expected


@given(signed, signed, st.decimals(0, 100, places=2), maxima, roundings)
def test_a_better_result_never_gets_fewer_points(one, other, target, maximum, rounding):
    worse, better = sorted((one, other))
    table = RoundingTable(rounding)

    def points(rule, actual):
        return points_of(rule, maximum, TargetInputs(actual, target), table).points

    assert points(AT_LEAST, worse) <= points(AT_LEAST, better)
    assert points(AT_MOST, better) <= points(AT_MOST, worse)


@given(counts, counts, amounts, maxima, roundings)
def test_more_items_never_lower_and_more_faults_never_raise(one, other, per, maximum, rounding):
    fewer, more = sorted((one, other))
    table = RoundingTable(rounding)

    def points(rule, count):
        return points_of(rule, maximum, CountInputs(count), table).points

    assert points(PerItemRule(per), fewer) <= points(PerItemRule(per), more)
    assert points(BonusRule(per), fewer) <= points(BonusRule(per), more)
    assert points(MinusRule(per), more) <= points(MinusRule(per), fewer)
    assert points(DeductionRule(per), more) <= points(DeductionRule(per), fewer)


@given(st.lists(st.decimals(0, 10, places=2), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_events_are_averaged_whatever_their_order(points, random):
    shuffled = list(points)
    random.shuffle(shuffled)

    def average(values):
        return points_of(EventsRule(), D(10), EventInputs(tuple(Event("a", one) for one in values))).points

    exact = sum(map(Fraction, points)) / len(points)
    assert average(points) == average(shuffled) == rounded(exact, Rounding())


def rounded_within(exact, maximum, rounding):
    """Fraction arithmetic of its own: bounded, then rounded once; the maximum itself is never rounded."""
    bounded = min(max(exact, Fraction(0)), Fraction(maximum))
    if bounded in (0, Fraction(maximum)):
        return D(0) if bounded == 0 else maximum
    return min(rounded(bounded, rounding), maximum)


@given(counts, counts, amounts, st.none() | amounts, maxima, roundings)
def test_counted_kinds_equal_fraction_arithmetic_rounded_once(count, elsewhere, per, cap, maximum, rounding):
    elsewhere = min(count, elsewhere)
    inputs, table = CountInputs(count, elsewhere), RoundingTable(rounding)
    gained = Fraction(per) * int(count - elsewhere)
    held = rounded_within(gained, maximum if cap is None else min(cap, maximum), rounding)

    def points(rule):
        return points_of(rule, maximum, inputs, table).points

    assert points(PerItemRule(per)) == rounded_within(gained, maximum, rounding)
    assert points(MinusRule(per)) == rounded_within(Fraction(maximum) - gained, maximum, rounding)
    assert points(BonusRule(per, cap=cap)) == held
    assert points(DeductionRule(per, cap=cap)) == -held


@given(counts, amounts, amounts, maxima, roundings)
def test_one_case_more_never_loses_less_nor_earns_less(count, per, cap, maximum, rounding):
    table = RoundingTable(rounding)

    def points(rule, cases):
        return points_of(rule, maximum, CountInputs(cases), table).points

    assert points(DeductionRule(per, cap=cap), count + 1) <= points(DeductionRule(per, cap=cap), count)
    assert points(BonusRule(per, cap=cap), count + 1) >= points(BonusRule(per, cap=cap), count)
    assert points(MinusRule(per), count + 1) <= points(MinusRule(per), count)


def test_three_cases_lose_no_less_than_two():
    rule, step = DeductionRule(D("0.45"), cap=D("0.95")), RoundingTable(Rounding(D("0.25")))
    lost = [points_of(rule, D(5), CountInputs(D(cases)), step) for cases in (1, 2, 3)]

    assert [one.points for one in lost] == [D("-0.5"), D("-0.95"), D("-0.95")]
    assert [one.sentence for one in lost] == [
        "0,45 × 1: trừ 0,5 điểm (chính xác 0,45, làm tròn theo bước 0,25).",
        "0,45 × 2: trừ 0,95 điểm (chính xác 0,9, làm tròn theo bước 0,25, tối đa 0,95).",
        "0,45 × 3 = 1,35, tối đa 0,95: trừ 0,95 điểm.",
    ]


@pytest.mark.parametrize(
    ("direction", "target", "actual", "points", "words"),
    [
        ("at_least", 10, -1, 0, "Thực hiện −1, giao 10: 4 × (−1)/10 = −0,4, lấy thấp nhất 0 điểm."),
        ("at_least", 0, -1, 0, "Thực hiện −1, giao 0, không đạt chỉ tiêu: 0 điểm."),
        ("at_least", 0, 0, 4, "Thực hiện 0, giao 0, đạt chỉ tiêu: 4 điểm."),
        ("at_most", 10, -1, 4, "Thực hiện −1, giao 10, đạt chỉ tiêu: 4 điểm."),
        ("equal", 10, -1, 0, "Thực hiện −1, giao 10, không đúng chỉ tiêu: 0 điểm."),
    ],
)
def test_a_result_below_zero_meets_no_target_of_zero_or_more(direction, target, actual, points, words):
    rule = TargetRule(Direction(direction))
    found = points_of(rule, D(4), TargetInputs(D(actual), D(target)))

    assert (found.points, found.sentence.replace("-1", "−1")) == (points, words)


@given(st.decimals("0.01", 1000, places=2), st.decimals("0.01", 1000, places=2), maxima, roundings)
def test_a_target_not_to_be_exceeded_equals_fraction_arithmetic(actual, target, maximum, rounding):
    scored = points_of(AT_MOST, maximum, TargetInputs(actual, target), RoundingTable(rounding))

    exact = Fraction(maximum) * Fraction(target) / Fraction(actual)
    assert scored.points == rounded_within(exact, maximum, rounding)


@given(st.decimals(0, 10, places=2), st.decimals(0, 10, places=2), roundings)
def test_points_given_directly_are_rounded_once_and_keep_their_order(one, other, rounding):
    table = RoundingTable(rounding)
    less, more = (
        points_of(DirectRule(), D(10), ValueInputs(value), table).points for value in sorted((one, other))
    )

    assert less <= more
    assert more == rounded_within(Fraction(max(one, other)), D(10), rounding)


@given(signed, signed, st.permutations(BANDS.bands))
def test_bands_rise_with_the_result_whatever_their_order(one, other, bands):
    shuffled = BandsRule(tuple(bands), unit="%")
    worse, better = (points_of(BANDS, D(2), ValueInputs(value)).points for value in sorted((one, other)))

    assert worse <= better
    assert points_of(shuffled, D(2), ValueInputs(max(one, other))).points == better


@given(amounts, st.decimals("0.01", 1000, places=2))
def test_bands_of_a_ratio_are_those_of_its_exact_per_cent(done, all_of_them):
    exact = Fraction(done) / Fraction(all_of_them) * 100
    expected = D(2) if exact >= 100 else D("0.5") if exact >= 90 else D(0)

    assert points_of(BANDS, D(2), RatioInputs(done, all_of_them)).points == expected


@given(st.lists(st.sampled_from(("qg", "bo")), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_levels_reached_count_the_same_in_any_order(codes, random):
    shuffled = list(codes)
    random.shuffle(shuffled)
    worth = {"qg": D(3), "bo": D("1.5")}
    expected = {
        BonusRule(levels=AWARDS): sum(worth[code] for code in codes),
        BonusRule(levels=AWARDS, highest_only=True): max(worth[code] for code in codes),
        BonusRule(levels=AWARDS, once_only=True): sum(worth[code] for code in set(codes)),
        ChoiceRule(AWARDS, highest_only=True): max(worth[code] for code in codes),
    }
    for rule, points in expected.items():
        for given_codes in (codes, shuffled):
            assert points_of(rule, D(100), LevelInputs(tuple(given_codes))).points == points


@given(st.booleans(), maxima, roundings)
def test_passed_is_all_and_failed_is_nothing_unrounded(passed, maximum, rounding):
    for rule in (PassFailRule(), YES_NO):
        scored = points_of(rule, maximum, PassInputs(passed), RoundingTable(rounding))
        assert scored.points == (maximum if passed else 0)


@given(signed, signed, maxima)
def test_a_target_to_be_met_exactly_is_all_or_nothing(actual, target, maximum):
    scored = points_of(EQUAL, maximum, TargetInputs(actual, target))
    assert scored.points == (maximum if actual == target else 0)


@given(scorable, maxima, roundings)
def test_the_sentence_of_a_scored_mark_ends_with_what_can_be_checked(pair, maximum, rounding):
    scored = points_of(pair[0], maximum, pair[1], RoundingTable(rounding))

    assert scored.sentence.endswith(".")
    assert scored == points_of(pair[0], maximum, pair[1], RoundingTable(rounding))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (RoundingMode.HALF_UP, ("0.25", "0.5", "-0.5")),
        (RoundingMode.HALF_EVEN, ("0.25", "0.5", "-0.5")),
        (RoundingMode.DOWN, ("0.25", "0.25", "-0.25")),
        (RoundingMode.UP, ("0.5", "0.5", "-0.5")),
    ],
)
def test_rounding_follows_step_and_mode_alike_for_gain_and_loss(mode, expected):
    rounding = Rounding(D("0.25"), mode)
    exact = (Fraction(26, 100), Fraction(3, 8), Fraction(-3, 8))

    assert tuple(rounded(one, rounding) for one in exact) == tuple(map(D, expected))


def test_half_even_goes_to_the_even_step():
    assert rounded(Fraction(1, 8), Rounding(D("0.25"), RoundingMode.HALF_EVEN)) == 0
    assert rounded(Fraction(1, 8), Rounding(D("0.25"), RoundingMode.HALF_UP)) == D("0.25")


def test_a_rounding_step_must_be_positive():
    with pytest.raises(ValueError, match="lớn hơn 0"):
        Rounding(D(0))


def test_the_rounding_of_a_kind_wins_over_the_default():
    table = RoundingTable(kinds={CriterionKind.RATIO: Rounding(D("0.25"))})

    assert points_of(RatioRule(), D(10), RatioInputs(D(2), D(3)), table).points == D("6.75")
    assert points_of(AT_LEAST, D(10), TargetInputs(D(2), D(3)), table).points == D("6.67")


def test_a_figure_that_never_ends_cannot_pass_as_a_decimal():
    with pytest.raises(ValueError, match="1/3"):
        as_decimal(Fraction(1, 3))


def test_rounding_up_never_exceeds_the_maximum_and_the_maximum_itself_is_not_rounded():
    table = RoundingTable(Rounding(D("0.25"), RoundingMode.UP))

    assert points_of(RatioRule(), D("1.3"), RatioInputs(D(99), D(100)), table).points == D("1.3")
    assert points_of(RatioRule(), D("1.3"), RatioInputs(D(1), D(1)), table).points == D("1.3")
