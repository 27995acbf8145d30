from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.enums import QuotaKind
from awards.rules import (
    InvalidRule,
    QuotaRule,
    order_differences,
    order_findings,
    passed_over,
    quota,
    quota_excess,
    reason_refusals,
)

HALF_OF_REMAINING = QuotaRule(QuotaKind.OF_REMAINING, numerator=50)
NAMES = {"khcn": "Sở KH&CN", "gddt": "Sở GD&ĐT", "yte": "Sở Y tế"}


@pytest.mark.parametrize(
    ("rule", "units", "limit", "sentence"),
    [
        (HALF_OF_REMAINING, (12, 1, 1), 5, "(11 − 1) × 50% = 5: được đề nghị 5."),
        (HALF_OF_REMAINING, (12, 0, 1), 5, "(12 − 1) × 50% = 5,5: được đề nghị 5."),
        (
            QuotaRule(QuotaKind.OF_REMAINING, numerator=20, minimum=1),
            (5, 0, 1),
            1,
            "(5 − 1) × 20% = 0,8, lấy mức tối thiểu 1: được đề nghị 1.",
        ),
        (
            QuotaRule(QuotaKind.OF_MEMBERS, numerator=1, denominator=3),
            (7, 0, 1),
            2,
            "7 × 1/3 ≈ 2,33: được đề nghị 2.",
        ),
        (
            QuotaRule(QuotaKind.OF_MEMBERS, numerator=100, maximum=4),
            (7, 0, 0),
            4,
            "7 × 100% = 7, lấy mức tối đa 4: được đề nghị 4.",
        ),
        (QuotaRule(QuotaKind.FIXED, fixed=1), (7, 0, 0), 1, "Số lượng cố định 1: được đề nghị 1."),
        (
            QuotaRule(QuotaKind.FIXED, fixed=3),
            (4, 2, 0),
            2,
            "Số lượng cố định 3, không quá 2 đơn vị được xét: được đề nghị 2.",
        ),
    ],
)
def test_quota_by_the_formula_of_the_guidance(rule, units, limit, sentence):
    allowed = quota(rule, *units)

    assert (allowed.limit, allowed.sentence) == (limit, sentence)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 5), st.integers(1, 100))
def test_quota_drops_fractions_and_never_exceeds_its_base(members, not_ranked, flags, percent):
    members += not_ranked + flags
    allowed = quota(QuotaRule(QuotaKind.OF_REMAINING, numerator=percent), members, not_ranked, flags)

    assert allowed.base == members - not_ranked - flags
    assert allowed.limit == int(Fraction(allowed.base * percent, 100))
    assert allowed.limit <= allowed.base


@pytest.mark.parametrize("units", [(3, 4, 0), (3, 2, 2), (3, -1, 0)])
def test_units_that_do_not_add_up_are_refused(units):
    with pytest.raises(InvalidRule, match="Hãy kiểm tra lại"):
        quota(HALF_OF_REMAINING, *units)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": QuotaKind.FIXED, "fixed": -1}, "số âm"),
        ({"kind": QuotaKind.FIXED, "minimum": -1}, "số âm"),
        ({"kind": QuotaKind.OF_MEMBERS}, "lớn hơn 0 và không quá 100%"),
        ({"kind": QuotaKind.OF_MEMBERS, "numerator": 101}, "lớn hơn 0 và không quá 100%"),
        ({"kind": QuotaKind.FIXED, "minimum": 3, "maximum": 2}, "không được nhỏ hơn"),
    ],
)
def test_an_impossible_formula_is_refused(values, words):
    with pytest.raises(InvalidRule, match=words):
        QuotaRule(**values)


def test_a_list_over_the_quota_says_by_how_many():
    allowed = quota(HALF_OF_REMAINING, 12, 1, 1)

    assert quota_excess("Bằng khen", 5, allowed) == []
    assert quota_excess("Bằng khen", 7, allowed) == [
        "Bằng khen: đề nghị 7, quá số lượng 2 đơn vị. (11 − 1) × 50% = 5: được đề nghị 5. Hãy bỏ bớt 2."
    ]


def test_a_vote_that_turns_the_score_round_is_named_and_needs_a_reason():
    scores = {"khcn": D("96.5"), "gddt": D(95), "yte": D(95)}
    votes = {"khcn": 3, "gddt": 5, "yte": 5}

    findings = order_findings(scores, votes, ["gddt"], NAMES)

    assert order_differences(scores, votes) == [("khcn", "gddt"), ("khcn", "yte")]
    assert passed_over(scores, ["gddt"]) == [("khcn", "gddt")]
    assert findings == [
        "Sở KH&CN (96,5 điểm) có điểm cao hơn Sở GD&ĐT (95 điểm) nhưng ít phiếu hơn (3 so với 5).",
        "Sở KH&CN (96,5 điểm) có điểm cao hơn Sở Y tế (95 điểm) nhưng ít phiếu hơn (3 so với 5).",
        "Sở KH&CN (96,5 điểm) không được chọn trong khi Sở GD&ĐT (95 điểm) được chọn.",
    ]
    assert reason_refusals(findings, "  ") == [
        "Thứ tự bình xét khác thứ tự điểm. Hãy ghi lý do để đưa vào biên bản."
    ]
    assert reason_refusals(findings, "Đơn vị dẫn đầu đang bị tạm dừng.") == []


def test_a_vote_in_the_order_of_scores_needs_no_reason():
    scores = {"khcn": D(96), "gddt": D(95)}

    assert order_findings(scores, {"khcn": 5, "gddt": 5}, ["khcn"], NAMES) == []
    assert reason_refusals([], "") == []


def test_a_unit_without_a_score_is_not_compared():
    assert order_differences({"khcn": D(96)}, {"gddt": 7, "khcn": 1}) == []
    assert passed_over({"khcn": D(96)}, ["gddt"]) == []


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3).map(D)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)),
)
def test_differences_are_the_inversions_and_no_pair_twice(scores, votes):
    found = order_differences(scores, votes)

    assert all(scores[a] > scores[b] and votes[a] < votes[b] for a, b in found)
    assert len({frozenset(pair) for pair in found}) == len(found)
    assert found == order_differences(dict(reversed(scores.items())), dict(reversed(votes.items())))
