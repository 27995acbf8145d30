import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.enums import Comparison, DecisionForm, Electorate, Outcome, TieRule, VoteBase
from awards.rules import (
    InvalidRule,
    Tally,
    VoteRule,
    base_of,
    consensus,
    details_in_words,
    in_words,
    needed,
    quorum_needed,
    result,
    rule_from_json,
    rule_to_json,
)

TWO_THIRDS_PRESENT = VoteRule(VoteBase.PRESENT, 2, 3)
MAJORITY_CAST = VoteRule(VoteBase.CAST, 1, 2, Comparison.MORE_THAN)
MAJORITY_VALID = VoteRule(VoteBase.VALID, 1, 2, Comparison.MORE_THAN)
MAJORITY_PRESENT = VoteRule(VoteBase.PRESENT, 1, 2, Comparison.MORE_THAN)
COUNCIL_80 = VoteRule(
    VoteBase.ENTITLED, 80, 100, electorate=Electorate.COUNCIL, proxy_allowed=False, written_allowed=True
)


@pytest.mark.parametrize(
    ("rule", "base", "least"),
    [
        (TWO_THIRDS_PRESENT, 9, 6),
        (TWO_THIRDS_PRESENT, 3, 2),
        (TWO_THIRDS_PRESENT, 6, 4),
        (TWO_THIRDS_PRESENT, 7, 5),
        (MAJORITY_CAST, 7, 4),
        (MAJORITY_CAST, 8, 5),
        (COUNCIL_80, 9, 8),
        (COUNCIL_80, 10, 8),
        (VoteRule(VoteBase.PRESENT, 1, 1), 7, 7),
        (TWO_THIRDS_PRESENT, 0, 1),
    ],
)
def test_needed_is_exact(rule, base, least):
    assert needed(rule, base) == least


def test_two_thirds_is_never_rounded_for_any_size_up_to_200():
    wrong_by_percentage = [n for n in range(1, 201) if -(-n * 6667 // 10000) != needed(TWO_THIRDS_PRESENT, n)]

    assert [needed(TWO_THIRDS_PRESENT, 3 * n) for n in range(1, 67)] == [2 * n for n in range(1, 67)]
    assert len(wrong_by_percentage) == 66


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 500), st.sampled_from(Comparison))
def test_needed_is_the_least_whole_number_by_fractions(one, other, base, comparison):
    numerator, denominator = sorted((one, other + 60))
    least = needed(VoteRule(VoteBase.CAST, numerator, denominator, comparison), base)
    share = Fraction(numerator, denominator)

    def reaches(votes):
        return (
            Fraction(votes, base) > share
            if comparison == Comparison.MORE_THAN
            else Fraction(votes, base) >= share
        )

    assert reaches(least)
    assert not reaches(least - 1)


def test_abstentions_weigh_by_the_base_that_the_rule_names():
    tally = Tally(entitled=7, present=7, votes_for=3, against=1, abstain=3)

    by_valid, by_present = result(MAJORITY_VALID, tally), result(MAJORITY_PRESENT, tally)

    assert (by_valid.outcome, by_valid.votes, by_valid.base) == (Outcome.PASSED, 3, 4)
    assert Fraction(by_valid.votes, by_valid.base) == Fraction(75, 100)
    assert (by_present.outcome, by_present.needed, by_present.base) == (Outcome.NOT_PASSED, 4, 7)
    assert quorum_needed(VoteRule(VoteBase.VALID, 1, 2, quorum_numerator=4, quorum_denominator=7), 7) == 4


@pytest.mark.parametrize(
    ("base", "expected"),
    [(VoteBase.ENTITLED, 11), (VoteBase.PRESENT, 9), (VoteBase.CAST, 9), (VoteBase.VALID, 6)],
)
def test_base_counts_what_its_label_says_without_the_barred(base, expected):
    tally = Tally(
        entitled=12, present=10, votes_for=4, against=2, abstain=1, blank=1, invalid=1, barred=1, recused=1
    )

    assert base_of(VoteRule(base, 1, 2), tally) == expected


def test_result_says_what_was_reached_and_what_is_lacking():
    failed = result(TWO_THIRDS_PRESENT, Tally(entitled=9, present=9, votes_for=4, against=5))
    passed = result(TWO_THIRDS_PRESENT, Tally(entitled=9, present=9, votes_for=6, against=3))

    assert failed.missing == 2
    assert failed.sentence == (
        "Không đạt: 4 phiếu đồng ý trên 9 đơn vị thành viên có mặt; mức phải đạt là 6. Cần thêm 2 phiếu đồng ý."
    )
    assert passed.missing == 0
    assert passed.sentence == "Đạt: 6 phiếu đồng ý trên 9 đơn vị thành viên có mặt; mức phải đạt là 6."


def test_hands_are_not_called_ballots():
    shown = result(
        VoteRule(VoteBase.PRESENT, 2, 3, is_secret=False),
        Tally(entitled=7, present=7, votes_for=7),
        DecisionForm.HANDS,
    )

    assert shown.sentence == "Đạt: 7 lượt giơ tay đồng ý trên 7 đơn vị thành viên có mặt; mức phải đạt là 5."


def test_without_quorum_nothing_is_decided():
    missed = result(TWO_THIRDS_PRESENT, Tally(entitled=9, present=5, votes_for=5))

    assert missed.outcome == Outcome.NO_QUORUM
    assert missed.sentence == "Không đủ thành phần: có mặt 5/9 đơn vị thành viên, phải có ít nhất 6."


def test_an_empty_box_passes_nothing():
    empty = result(MAJORITY_CAST, Tally(entitled=3, present=3, votes_for=0))

    assert (empty.outcome, empty.sentence) == (Outcome.NOT_PASSED, "Không đạt: không có phiếu nào để tính.")


def test_consensus_has_no_figures():
    agreed = consensus(TWO_THIRDS_PRESENT, 7, 7, agreed=True)
    open_question = consensus(TWO_THIRDS_PRESENT, 7, 7, agreed=False)
    too_few = consensus(TWO_THIRDS_PRESENT, 7, 4, agreed=True)

    assert (agreed.outcome, agreed.votes, agreed.needed, agreed.base) == (Outcome.PASSED, None, None, None)
    assert agreed.sentence == "Hội nghị thống nhất, không bỏ phiếu."
    assert agreed.missing == 0
    assert open_question.outcome == Outcome.NOT_PASSED
    assert too_few.outcome == Outcome.NO_QUORUM


def test_quorum_may_be_left_out():
    rule = VoteRule(VoteBase.CAST, 1, 2, quorum_numerator=0)

    assert quorum_needed(rule, 9) == 0
    assert result(rule, Tally(entitled=9, present=1, votes_for=1)).outcome == Outcome.PASSED


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.sampled_from(VoteBase))
def test_one_more_vote_in_favour_never_turns_passed_into_failed(votes_for, against, abstain, base):
    rule = VoteRule(base, 2, 3)
    size = votes_for + against + abstain + 1
    before = result(rule, Tally(size, size, votes_for, against + 1, abstain))
    after = result(rule, Tally(size, size, votes_for + 1, against, abstain))

    assert (before.outcome, after.outcome) != (Outcome.PASSED, Outcome.NOT_PASSED)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            TWO_THIRDS_PRESENT,
            "Đạt khi có ít nhất 2/3 số đơn vị thành viên có mặt đồng ý; "
            "cuộc họp hợp lệ khi có mặt ít nhất 2/3 tổng số đơn vị thành viên.",
        ),
        (
            COUNCIL_80,
            "Đạt khi có ít nhất 80% tổng số thành viên Hội đồng đồng ý; "
            "cuộc họp hợp lệ khi có mặt ít nhất 2/3 tổng số thành viên Hội đồng.",
        ),
        (
            VoteRule(VoteBase.CAST, 1, 2, Comparison.MORE_THAN, quorum_numerator=0),
            "Đạt khi số phiếu đồng ý chiếm trên 1/2 số phiếu thu về.",
        ),
        (
            VoteRule(VoteBase.VALID, 0, 1, Comparison.MORE_THAN, quorum_numerator=0),
            "Được chọn khi có nhiều phiếu đồng ý nhất.",
        ),
        (
            VoteRule(VoteBase.ENTITLED, 1, 1, quorum_numerator=1, quorum_denominator=1),
            "Đạt khi toàn bộ đơn vị thành viên đồng ý; cuộc họp hợp lệ khi toàn bộ đơn vị thành viên có mặt.",
        ),
    ],
)
def test_rule_in_words(rule, sentence):
    assert in_words(rule) == sentence


def test_details_say_the_rest_of_the_rule():
    plain = VoteRule(
        VoteBase.CAST,
        1,
        2,
        is_secret=False,
        proxy_allowed=False,
        own_unit_votes=False,
        tie_chain=(TieRule.SCORE, TieRule.CHAIR),
        rounds=1,
    )

    assert details_in_words(plain) == [
        "Biểu quyết công khai.",
        "Không có ý kiến, phiếu trắng và phiếu không hợp lệ tính vào cơ sở, không tính là đồng ý.",
        "Không biểu quyết thay theo ủy quyền.",
        "Đơn vị được đề nghị không bỏ phiếu cho chính mình và không tính vào cơ sở.",
        "Bỏ phiếu một vòng.",
        "Khi bằng phiếu, lần lượt: Tổng điểm thi đua cao hơn; Khối trưởng quyết định, ghi rõ lý do.",
    ]
    assert "Thành viên vắng mặt gửi ý kiến bằng văn bản." in details_in_words(COUNCIL_80)
    assert "Đơn vị được ủy quyền biểu quyết bằng văn bản." in details_in_words(MAJORITY_VALID)
    assert details_in_words(MAJORITY_VALID)[1].endswith("không tính vào cơ sở.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"denominator": 0}, "phân số từ 0 đến 1"),
        ({"numerator": 4}, "phân số từ 0 đến 1"),
        ({"numerator": -1}, "phân số từ 0 đến 1"),
        ({"denominator": 1001}, "phân số từ 0 đến 1"),
        ({"numerator": 0}, "phải lớn hơn 0"),
        ({"numerator": 3, "comparison": Comparison.MORE_THAN}, "trên 100%"),
        ({"quorum_numerator": 4}, "Tỷ lệ có mặt tối thiểu"),
        ({"quorum_denominator": 0}, "Tỷ lệ có mặt tối thiểu"),
        ({"electorate": Electorate.MEMBERS_PRESENT, "base": VoteBase.ENTITLED}, "Chỉ đơn vị có mặt"),
        ({"written_allowed": True}, "không nhận phiếu gửi bằng văn bản"),
        (
            {"written_allowed": True, "base": VoteBase.CAST, "electorate": Electorate.MEMBERS_PRESENT},
            "không nhận phiếu gửi bằng văn bản",
        ),
        ({"rounds": 0}, "Số vòng bỏ phiếu phải từ 1"),
        ({"rounds": 1}, "số vòng bỏ phiếu phải từ 2"),
        ({"tie_chain": (TieRule.CHAIR, TieRule.CHAIR)}, "chỉ ghi một lần"),
        ({"tie_chain": ()}, "Bước cuối"),
        ({"tie_chain": (TieRule.SCORE,)}, "Bước cuối"),
        ({"tie_chain": (TieRule.NEW_ROUND,)}, "Bước cuối"),
    ],
)
def test_a_rule_that_contradicts_itself_cannot_be_held(changes, words):
    values = {"base": VoteBase.PRESENT, "numerator": 2, "denominator": 3, **changes}

    with pytest.raises(InvalidRule) as refused:
        VoteRule(**values)

    assert len(refused.value.reasons) == 1
    assert words in refused.value.reasons[0]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"votes_for": -1}, "số âm"),
        ({"present": 10}, "nhiều hơn số có quyền biểu quyết"),
        ({"in_writing": 3}, "nhiều hơn số có quyền biểu quyết"),
        ({"against": 9}, "chỉ 7 người được bỏ phiếu"),
        ({"recused": 1}, "không khớp với danh sách"),
        ({"barred": 10}, "không khớp với danh sách"),
    ],
)
def test_a_tally_that_cannot_be_true_is_refused(figures, words):
    with pytest.raises(InvalidRule, match=words):
        Tally(**{"entitled": 9, "present": 7, "votes_for": 3, **figures})


rules = st.builds(
    VoteRule,
    base=st.sampled_from(VoteBase),
    numerator=st.integers(1, 3),
    denominator=st.integers(4, 100),
    comparison=st.sampled_from(Comparison),
    electorate=st.sampled_from([Electorate.MEMBERS, Electorate.COUNCIL]),
    is_secret=st.booleans(),
    proxy_allowed=st.booleans(),
    own_unit_votes=st.booleans(),
    tie_chain=st.sampled_from(
        [(TieRule.CHAIR,), (TieRule.SCORE, TieRule.WOMEN, TieRule.NEW_ROUND, TieRule.MEETING)]
    ),
    rounds=st.integers(2, 9),
)


@given(rules)
def test_a_rule_comes_back_from_json_unchanged(rule):
    assert rule_from_json(json.loads(json.dumps(rule_to_json(rule)))) == rule


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ({}, ["Thiếu mục “cơ sở tính”.", "Thiếu mục “mẫu số của ngưỡng”.", "Thiếu mục “tử số của ngưỡng”."]),
        (
            {"base": "present", "numerator": 66.67, "denominator": 100},
            ["Mục “tử số của ngưỡng” phải là số nguyên. Hãy ghi 2/3 bằng hai số 2 và 3."],
        ),
        (
            {"base": "present", "numerator": True, "denominator": 3},
            ["Mục “tử số của ngưỡng” phải là số nguyên. Hãy ghi 2/3 bằng hai số 2 và 3."],
        ),
        (
            {"base": "guests", "numerator": 2, "denominator": 3},
            ["Mục “cơ sở tính” có giá trị không dùng được. Hãy chọn trong danh sách."],
        ),
        (
            {"base": "cast", "numerator": 2, "denominator": 3, "is_secret": "yes", "tie_chain": 5, "mood": 1},
            [
                "Không có mục “mood” trong điều kiện biểu quyết.",
                "Mục “bỏ phiếu kín” phải là có hoặc không.",
                "Mục “các bước khi bằng phiếu” có giá trị không dùng được. Hãy chọn trong danh sách.",
            ],
        ),
        (
            {"base": "cast", "numerator": 4, "denominator": 3},
            ["Ngưỡng phải là phân số từ 0 đến 1, mẫu số từ 1 đến 1000, ví dụ 2/3 hoặc 80/100."],
        ),
    ],
)
def test_a_broken_rule_is_refused_with_every_fault(data, reasons):
    with pytest.raises(InvalidRule) as refused:
        rule_from_json(data)

    assert refused.value.reasons == reasons
