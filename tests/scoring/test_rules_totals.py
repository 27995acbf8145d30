from datetime import UTC, date, datetime
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import (
    CriterionKind,
    CrossMethod,
    GroupNature,
    MarkState,
    NaPolicy,
    SanctionKind,
)
from scoring.rules import (
    LatenessRule,
    LateStep,
    Node,
    Rounding,
    Sanction,
    Scale,
    Scored,
    cross_result,
    days_late,
    lateness_from_json,
    lateness_of,
    leaves_of,
    rounded,
    total_of,
)

NA = Scored(MarkState.NA)
DIRECT = CriterionKind.DIRECT


def leaf(code, maximum, kind=DIRECT, nature=GroupNature.NORMAL):
    return Node(code, D(maximum), nature, kind)


def group(code, maximum, *children, nature=GroupNature.NORMAL):
    return Node(code, D(maximum), nature, None, children)


def given_points(points, **more):
    return Scored(MarkState.SCORED, D(points), **more)


FRAME = (
    group("I", 60, leaf("I.1", 40), leaf("I.2", 20)),
    group("II", 40, leaf("II.1", 40)),
    group("III", 10, leaf("III.1", 10), leaf("III.2", 5), nature=GroupNature.BONUS),
    group(
        "IV",
        20,
        leaf("IV.1", 20, CriterionKind.DEDUCTION),
        leaf("IV.2", 10, CriterionKind.DEDUCTION),
        nature=GroupNature.DEDUCTION,
    ),
)
MARKS = {
    "I.1": given_points("30.5"),
    "I.2": given_points("20"),
    "II.1": given_points("35.25"),
    "III.1": given_points("4"),
    "III.2": given_points("2"),
    "IV.1": given_points("-3"),
    "IV.2": given_points("-1"),
}
SCALE = Scale(D(100), D(10), D(20))


def test_a_total_adds_its_groups_then_bonus_then_deduction():
    total = total_of(FRAME, MARKS, SCALE)

    assert (total.normal, total.bonus, total.deduction, total.total) == (D("85.75"), 6, -4, D("87.75"))
    assert (total.maximum, total.applicable, total.scored, total.of) == (100, 100, 7, 7)
    assert total.subtotals["I"].points == D("50.5")
    assert total.sentence == "Điểm tiêu chí 85,75; thưởng 6; trừ 4. Tổng: 87,75 điểm."


def test_missing_is_never_zero():
    total = total_of(FRAME, {**MARKS, "I.2": Scored(MarkState.MISSING)}, SCALE)

    assert (total.total, total.so_far, total.missing) == (None, D("67.75"), ("I.2",))
    assert (total.scored, total.of) == (6, 7)
    assert total.sentence.endswith("còn 1 tiêu chí chưa chấm nên chưa có tổng điểm.")


def test_a_leaf_without_a_mark_is_missing_and_a_zero_is_not():
    assert total_of(FRAME, {}, SCALE).missing == tuple(MARKS)
    zero = total_of(FRAME, {**MARKS, "I.2": given_points(0)}, SCALE)
    assert (zero.total, zero.missing) == (D("67.75"), ())


def test_a_leaf_that_others_score_later_is_awaited_not_missing():
    marks = {code: mark for code, mark in MARKS.items() if code != "II.1"}
    total = total_of(FRAME, marks, SCALE, awaited=frozenset({"II.1"}))

    assert (total.total, total.missing, total.awaited, total.scored, total.of) == (
        D("52.5"),
        (),
        ("II.1",),
        6,
        6,
    )


def test_caps_hold_for_group_bonus_deduction_and_scale():
    frame = (group("I", 10, leaf("I.1", 8), leaf("I.2", 5)), *FRAME[2:])
    marks = {**MARKS, "I.1": given_points(8), "I.2": given_points(5), "III.1": given_points(10)}
    marks |= {"IV.1": given_points(-20), "IV.2": given_points(-10)}
    total = total_of(frame, marks, Scale(D(9), D(8), D(15)))

    assert (total.normal, total.bonus, total.deduction, total.total) == (9, 8, -15, 2)
    assert total.subtotals["I"].note == "Cộng được 13, lấy 10 theo mức của nhóm."
    assert (total.subtotals["III"].points, total.subtotals["IV"].points) == (10, -20)
    assert "10, lấy 9 theo thang điểm" in total.sentence


def test_a_bonus_without_cap_is_not_cut():
    assert total_of(FRAME, MARKS, Scale()).bonus == 6


def test_one_of_three_parts_not_applicable_and_fives_elsewhere_is_five():
    frame = (group("I", 15, leaf("a", 5), leaf("b", 5), leaf("c", 5)),)
    marks = {"a": given_points(5), "b": given_points(5), "c": NA}

    assert total_of(frame, marks, Scale(D(5), na_policy=NaPolicy.RESCALE)).total == 5
    assert total_of(frame, marks, Scale(D(15), na_policy=NaPolicy.KEEP)).total == 10


def test_rescaling_divides_by_what_applies_and_rounds_once_before_bonus():
    scale = Scale(D(100), D(10), D(20), NaPolicy.RESCALE)
    total = total_of(FRAME, {**MARKS, "I.1": NA}, scale)

    assert (total.normal, total.applicable) == (D("92.08"), 60)
    assert total.total == D("92.08") + 6 - 4
    assert total.sentence.startswith("Điểm tiêu chí 55,25/60 × 100 = 92,08;")


def test_nothing_applicable_gives_no_total():
    marks = {**MARKS, "I.1": NA, "I.2": NA, "II.1": NA}

    found = total_of(FRAME, marks, Scale(na_policy=NaPolicy.RESCALE))
    assert found.total is None
    assert "chưa có tổng điểm" in found.sentence
    assert "Tổng:" not in found.sentence
    assert total_of((), {}, Scale()).total == 0


@pytest.mark.parametrize(
    ("na", "rescaled", "kept"),
    [
        ((), "85.75", "85.75"),
        (("I.1",), "92.08", "55.25"),
        # A whole content that does not apply leaves both sides of the division.
        (("II.1",), "84.17", "50.50"),
        (("I.1", "I.2"), "88.13", "35.25"),
        # What adds nothing to the maximum takes nothing away from it either.
        (("III.1",), "85.75", "85.75"),
        (("IV.1", "IV.2"), "85.75", "85.75"),
    ],
)
def test_what_does_not_apply_is_rescaled_or_kept_as_the_guidance_says(na, rescaled, kept):
    marks = {**MARKS, **dict.fromkeys(na, NA)}
    for policy, expected in ((NaPolicy.RESCALE, rescaled), (NaPolicy.KEEP, kept)):
        total = total_of(FRAME, marks, Scale(D(100), D(10), D(20), policy))
        assert total.normal == D(expected)
        assert total.total == total.normal + total.bonus + total.deduction


@pytest.mark.parametrize("policy", [NaPolicy.RESCALE, NaPolicy.KEEP])
def test_a_missing_mark_beside_one_that_does_not_apply_leaves_the_total_open(policy):
    marks = {**MARKS, "I.1": NA, "I.2": Scored(MarkState.MISSING)}

    assert total_of(FRAME, marks, Scale(D(100), na_policy=policy)).total is None


def test_a_group_is_cut_to_the_part_that_applies_before_rescaling():
    frame = (group("I", 10, leaf("a", 8), leaf("b", 8)), group("II", 10, leaf("c", 10)))
    marks = {"a": given_points(8), "b": NA, "c": given_points(5)}
    rescaled = total_of(frame, marks, Scale(D(20), na_policy=NaPolicy.RESCALE))
    kept = total_of(frame, marks, Scale(D(20), na_policy=NaPolicy.KEEP))

    assert (rescaled.applicable, rescaled.total, kept.total) == (18, D("14.44"), 13)


def test_a_bonus_leaf_may_be_a_choice_and_a_deduction_group_may_exceed_its_cap():
    frame = (
        group("I", 10, leaf("a", 10)),
        group("T", 3, leaf("t", 5, CriterionKind.CHOICE), nature=GroupNature.BONUS),
        group("M", 4, leaf("m", 3), leaf("n", 3), nature=GroupNature.DEDUCTION),
    )
    marks = {"a": given_points(10), "t": given_points(5), "m": given_points(-3), "n": given_points(-3)}
    total = total_of(frame, marks, Scale(D(10), D(3), D(4)))

    assert (total.bonus, total.deduction, total.maximum, total.total) == (3, -4, 10, 9)


def test_rescaling_never_exceeds_the_scale():
    scale = Scale(D(1), na_policy=NaPolicy.RESCALE, rounding=Rounding(D("0.3")))
    frame = (leaf("a", 1), leaf("b", 1))

    assert total_of(frame, {"a": given_points(1), "b": NA}, scale).total == D("0.9")


def test_a_level_that_zeroes_its_item_takes_the_whole_item():
    frame = (group("I", 10, group("I.1", 4, leaf("a", 2), leaf("b", 2)), leaf("c", 6)),)
    marks = {"a": given_points(0, zeroes_parent=True), "b": given_points(2), "c": given_points(6)}
    total = total_of(frame, marks, Scale(D(10)))

    assert total.total == 6
    assert total.subtotals["I.1"].note == "Mất điểm toàn tiêu chí."


def test_a_sanction_zeroes_the_criterion_or_group_it_names():
    def sanctioned(code):
        lost = given_points(-3, sanctions=(Sanction(SanctionKind.ZERO_CRITERION, code),))
        return total_of(FRAME, {**MARKS, "IV.1": lost}, SCALE)

    assert sanctioned("I.1").total == D("57.25")
    assert sanctioned("I.1").subtotals["I.1"].note == "Mất điểm do chế tài."
    assert sanctioned("II").total == D("52.5")
    assert sanctioned("III").bonus == 0
    assert sanctioned("IV.2").deduction == -4
    assert sanctioned("I.1").sanctions[0].criterion == "I.1"


def test_bonus_and_deduction_inside_a_normal_group_add_nothing_to_its_maximum():
    frame = (
        group(
            "I",
            10,
            leaf("a", 10),
            leaf("b", 2, CriterionKind.BONUS),
            leaf("c", 5, CriterionKind.DEDUCTION),
            group("d", 3, leaf("d.1", 3), nature=GroupNature.BONUS),
        ),
    )
    marks = {"a": given_points(7), "b": given_points(2), "c": given_points(-4), "d.1": given_points(3)}
    total = total_of(frame, marks, Scale(D(10), D(10), D(10)))

    assert (total.normal, total.bonus, total.maximum, total.total) == (5, 3, 10, 8)
    # The content shows all that the total is made of.
    content = total.subtotals["I"]
    assert (content.points, content.children_points) == (8, 8)
    assert content.note == "Trong đó điểm thưởng, điểm trừ của nhóm con: 3."


def test_contents_of_the_first_level_add_up_to_the_total_also_with_groups_inside_them():
    inner = group("I.2", 20, leaf("I.2.a", 20, CriterionKind.DEDUCTION), nature=GroupNature.DEDUCTION)
    frame = (group("I", 60, leaf("I.1", 60), inner), group("II", 40, leaf("II.1", 40)))
    marks = {"I.1": given_points(50), "I.2.a": given_points(-7), "II.1": given_points(40)}
    total = total_of(frame, marks, Scale(D(100), None, D(20)))

    assert [total.subtotals[code].points for code in ("I", "II")] == [43, 40]
    assert total.total == 83


def test_a_total_may_fall_below_zero_so_that_its_parts_still_add_up():
    marks = {
        **dict.fromkeys(("I.1", "I.2", "II.1", "III.1", "III.2", "IV.2"), given_points(0)),
        "IV.1": given_points(-12),
    }
    total = total_of(FRAME, marks, Scale(D(100), D(10), D(20)))

    assert (total.normal, total.deduction, total.total) == (0, -12, -12)
    assert total.sentence == "Điểm tiêu chí 0; trừ 12. Tổng: -12 điểm."


def test_a_group_never_falls_below_zero():
    frame = (group("I", 10, leaf("a", 10), leaf("c", 5, CriterionKind.DEDUCTION)),)

    assert total_of(frame, {"a": given_points(1), "c": given_points(-4)}, Scale(D(10))).total == 0


def shuffled_tree(nodes, random):
    nodes = [
        Node(n.code, n.max_points, n.nature, n.kind, tuple(shuffled_tree(n.children, random))) for n in nodes
    ]
    random.shuffle(nodes)
    return nodes


states = st.one_of(
    st.decimals(0, 1, places=3).map(lambda part: ("scored", part)),
    st.just(("na", None)),
    st.just(("missing", None)),
)


@given(
    st.fixed_dictionaries(dict.fromkeys(MARKS, states)),
    st.sampled_from(NaPolicy),
    st.randoms(use_true_random=False),
)
def test_a_total_does_not_depend_on_order_and_equals_fraction_arithmetic(parts, policy, random):
    marks = {}
    for node in leaves_of(FRAME):
        state, part = parts[node.code]
        sign = -1 if node.kind == CriterionKind.DEDUCTION else 1
        marks[node.code] = Scored(MarkState(state), None if part is None else sign * part * node.max_points)
    scale = Scale(D(100), D(10), D(20), policy)
    total = total_of(FRAME, marks, scale)
    again = total_of(shuffled_tree(FRAME, random), dict(reversed(marks.items())), scale)

    assert (again.total, again.so_far, set(again.missing)) == (total.total, total.so_far, set(total.missing))

    def exact(*codes):
        return sum((Fraction(marks[code].points or 0) for code in codes), Fraction(0))

    applicable = sum(
        node.max_points for node in leaves_of(FRAME[:2]) if marks[node.code].state != MarkState.NA
    )
    normal = exact("I.1", "I.2", "II.1")
    if policy == NaPolicy.RESCALE and 0 < applicable < 100:
        normal = Fraction(rounded(normal / Fraction(applicable) * 100, Rounding()))
    bonus, deduction = min(exact("III.1", "III.2"), Fraction(10)), max(exact("IV.1", "IV.2"), Fraction(-20))
    assert Fraction(total.so_far) == normal + bonus + deduction
    assert (total.total is None) == (bool(total.missing) or applicable == 0)


# ── Lateness ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sent_at", "days"),
    [
        (datetime(2026, 12, 10, 16, 59, 59, tzinfo=UTC), 0),
        (datetime(2026, 12, 10, 17, 0, tzinfo=UTC), 1),
        (datetime(2026, 12, 1, 1, 0, tzinfo=UTC), 0),
        (datetime(2026, 12, 13, 1, 0, tzinfo=UTC), 3),
    ],
)
def test_the_due_day_counts_to_its_end_in_vietnam(sent_at, days):
    assert days_late(date(2026, 12, 10), sent_at) == days


@pytest.mark.parametrize(
    ("rule", "days", "lost", "sentence"),
    [
        (LatenessRule(D("0.5")), 0, "0", "Gửi đúng hạn: không trừ điểm."),
        (LatenessRule(D("0.5")), 3, "-1.5", "Gửi chậm 3 ngày: 0,5 × 3 = 1,5, trừ 1,5 điểm."),
        (LatenessRule(D("0.5"), cap=D(1)), 3, "-1", "Gửi chậm 3 ngày: 0,5 × 3 = 1,5, tối đa 1, trừ 1 điểm."),
        (
            LatenessRule(steps=(LateStep(1, D(1)), LateStep(5, D(2)))),
            5,
            "-2",
            "Gửi chậm 5 ngày, theo mức 2, trừ 2 điểm.",
        ),
        (LatenessRule(steps=(LateStep(5, D(2)),)), 4, "0", "Gửi chậm 4 ngày, theo mức 0, trừ 0 điểm."),
        (
            LatenessRule(D(1), is_percent=True),
            2,
            "-20",
            "Gửi chậm 2 ngày: 1 × 2 = 2% của 1.000, trừ 20 điểm.",
        ),
    ],
)
def test_lateness_is_deducted_by_rule_and_per_cent_is_of_the_maximum(rule, days, lost, sentence):
    late = lateness_of(rule, days, D(1000), Rounding())

    assert (late.days, late.points, late.sentence) == (days, D(lost), sentence)


def test_a_lateness_rule_is_read_from_json():
    rule = lateness_from_json({"steps": [{"from_day": 1, "points": "0.5"}], "cap": "2"})

    assert rule == LatenessRule(steps=(LateStep(1, D("0.5")),), cap=D(2))


# ── Cross-check ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("points", "method", "result", "spread"),
    [
        ([8, 9, 9], CrossMethod.MEAN, "8.67", 1),
        ([8, 9, 5], CrossMethod.MEDIAN, "8", 4),
        ([8, 9, 5, 7], CrossMethod.MEDIAN, "7.5", 4),
    ],
)
def test_cross_check_gives_one_figure_with_scorers_and_spread(points, method, result, spread):
    cross = cross_result([D(one) for one in points], method, Rounding())

    assert (cross.points, cross.scorers, cross.spread) == (D(result), len(points), spread)
    assert f"{len(points)} đơn vị" in cross.sentence


def test_without_scorers_there_is_no_figure():
    assert cross_result([], CrossMethod.MEAN, Rounding()).points is None
