from decimal import Decimal as D
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.enums import Comparison, Outcome, TieRule, VoteBase
from awards.rules import (
    InvalidRule,
    Tally,
    VoteRule,
    break_tie,
    cut,
    has_women_preference,
    may_hold_round,
    select,
)

HALF = VoteRule(VoteBase.PRESENT, 1, 2)
TWO_THIRDS = VoteRule(VoteBase.PRESENT, 2, 3)
MOST_VOTES = VoteRule(VoteBase.VALID, 0, 1, Comparison.MORE_THAN)
CHAIN = (TieRule.SCORE, TieRule.WOMEN, TieRule.NEW_ROUND, TieRule.CHAIR)
NAMES = {"khcn": "Sở KH&CN", "gddt": "Sở GD&ĐT", "yte": "Sở Y tế"}


def votes(size, **given_votes):
    return {key: Tally(size, size, got, size - got) for key, got in given_votes.items()}


@pytest.mark.parametrize("rule", [HALF, MOST_VOTES])
def test_five_to_five_for_one_flag_is_a_tie_without_a_winner(rule):
    selection = select(rule, votes(10, khcn=5, gddt=5), names=NAMES)

    assert (selection.outcome, selection.elected, selection.seats_left) == (Outcome.TIE, (), 1)
    assert set(selection.tied) == {"khcn", "gddt"}
    assert selection.sentence == (
        "Bằng nhau ở mức 5 phiếu, còn 1 suất: Sở GD&ĐT, Sở KH&CN. Hãy xử lý theo các bước khi bằng phiếu."
    )


def test_a_tie_below_the_threshold_lifts_nobody_over_it():
    selection = select(TWO_THIRDS, votes(10, khcn=5, gddt=5))

    assert (selection.outcome, selection.elected, selection.tied) == (Outcome.NOT_PASSED, (), ())
    assert selection.sentence == "Không có đơn vị nào đạt."
    assert [selection.results[key].missing for key in ("gddt", "khcn")] == [2, 2]


def test_two_certificates_go_to_the_two_with_most_votes():
    selection = select(HALF, votes(7, khcn=7, gddt=6, yte=5), seats=2, names=NAMES)

    assert (selection.outcome, selection.elected, selection.seats_left) == (
        Outcome.PASSED,
        ("khcn", "gddt"),
        0,
    )
    assert selection.sentence == "Được chọn: Sở KH&CN, Sở GD&ĐT."


def test_a_tie_at_the_second_of_two_seats_keeps_the_first():
    selection = select(HALF, votes(7, khcn=7, gddt=5, yte=5), seats=2, names=NAMES)

    assert (selection.outcome, selection.elected, selection.seats_left) == (Outcome.TIE, ("khcn",), 1)
    assert set(selection.tied) == {"gddt", "yte"}


def test_equal_votes_inside_the_seats_are_no_tie():
    selection = select(HALF, votes(7, khcn=6, gddt=6, yte=5), seats=2)

    assert (selection.outcome, set(selection.elected)) == (Outcome.PASSED, {"khcn", "gddt"})


def test_a_seat_nobody_reaches_stays_empty():
    selection = select(TWO_THIRDS, votes(9, khcn=8, gddt=3), seats=2, names=NAMES)

    assert (selection.outcome, selection.elected, selection.seats_left) == (Outcome.PASSED, ("khcn",), 1)
    assert selection.sentence == "Được chọn: Sở KH&CN. Còn 1 suất chưa có đơn vị đạt."


def test_no_quorum_selects_nobody():
    selection = select(TWO_THIRDS, {"khcn": Tally(9, 4, 4)})

    assert (selection.outcome, selection.elected) == (Outcome.NO_QUORUM, ())
    assert selection.sentence == "Không đủ thành phần: có mặt 4/9 đơn vị thành viên, phải có ít nhất 6."


def test_seats_start_at_one():
    with pytest.raises(InvalidRule, match="Số suất"):
        select(HALF, votes(3, khcn=3), seats=0)


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 12), min_size=1, max_size=5), st.integers(1, 4)
)
def test_permuting_candidates_changes_nothing(got, seats):
    outcomes = {
        (found.outcome, found.elected, found.tied, found.seats_left, found.sentence)
        for order in permutations(got)
        for found in [select(HALF, votes(12, **{key: got[key] for key in order}), seats)]
    }

    assert len(outcomes) == 1


@given(st.dictionaries(st.integers(0, 20).map(str), st.integers(0, 6), max_size=10), st.integers(1, 6))
def test_the_cut_puts_nobody_in_before_an_equal(values, seats):
    inside, tied = cut(values, seats)
    outside = set(values) - set(inside) - set(tied)

    assert len(inside) <= seats
    assert not tied or len(inside) < seats < len(inside) + len(tied)
    assert all(values[key] > values[other] for key in inside for other in [*tied, *outside])
    assert len({values[key] for key in tied}) <= 1


def tie(rule, **values):
    return select(rule, votes(10, khcn=6, gddt=6, yte=2)), {
        "scores": {}, "women": {}, "rounds_done": 1, "names": NAMES, **values,
    }  # fmt: skip


def test_the_higher_score_breaks_a_tie_and_the_minutes_say_so():
    rule = VoteRule(VoteBase.PRESENT, 1, 2, tie_chain=CHAIN)
    selection, figures = tie(rule, scores={"khcn": D("96.5"), "gddt": D("95")})

    broken = break_tie(rule, selection, **figures)

    assert (broken.elected, broken.tied, broken.seats_left, broken.next_step) == (("khcn",), (), 0, None)
    assert broken.steps == ("Tổng điểm thi đua cao hơn: chọn Sở KH&CN.",)


def test_each_step_is_tried_in_order_until_people_must_decide():
    rule = VoteRule(VoteBase.PRESENT, 1, 2, tie_chain=CHAIN)
    selection, figures = tie(rule, scores={"khcn": D(95), "gddt": D(95)}, women={"khcn": D(20)})

    broken = break_tie(rule, selection, **figures)

    assert (broken.elected, set(broken.tied), broken.seats_left) == ((), {"khcn", "gddt"}, 1)
    assert broken.next_step == TieRule.NEW_ROUND
    assert broken.steps == (
        "Tổng điểm thi đua cao hơn: chưa chọn được đơn vị nào, còn bằng nhau: Sở GD&ĐT, Sở KH&CN.",
        "Tập thể có tỷ lệ nữ từ 70% trở lên: không áp dụng, chưa có số liệu của Sở GD&ĐT.",
        "Bỏ phiếu lại giữa các đơn vị bằng phiếu: Sở GD&ĐT, Sở KH&CN.",
    )


def test_when_the_rounds_are_used_up_the_chair_decides():
    rule = VoteRule(VoteBase.PRESENT, 1, 2)
    selection, figures = tie(rule, rounds_done=2)

    broken = break_tie(rule, selection, **figures)

    assert broken.next_step == TieRule.CHAIR
    assert broken.steps[0] == "Bỏ phiếu lại giữa các đơn vị bằng phiếu: không áp dụng, đã bỏ phiếu đủ 2 vòng."
    assert may_hold_round(rule, 1)
    assert not may_hold_round(rule, 2)


def test_seventy_per_cent_of_women_is_preferred_among_equals():
    rule = VoteRule(VoteBase.PRESENT, 1, 2, tie_chain=(TieRule.WOMEN, TieRule.CHAIR))
    selection, figures = tie(rule, women={"khcn": D("69.99"), "gddt": D(70)})

    assert break_tie(rule, selection, **figures).elected == ("gddt",)


@pytest.mark.parametrize(
    ("percent", "preferred"), [(D("69.99"), False), (70, True), (100, True), (None, False)]
)
def test_women_preference_starts_at_seventy(percent, preferred):
    assert has_women_preference(percent) is preferred
