import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.enums import Choice, Comparison, Outcome, VoteBase
from awards.rules import (
    Count,
    InvalidRule,
    OptionCount,
    Tally,
    VoteRule,
    count_ballots,
    count_findings,
    count_from_json,
    count_to_json,
    differences,
    fingerprint,
    recuse,
    result,
    tallies,
)

NAMES = {"khcn": "Sở KH&CN", "gddt": "Sở GD&ĐT"}
KHCN = OptionCount("khcn", votes_for=4, against=1)
GDDT = OptionCount("gddt", votes_for=2, against=2, abstain=1)
GOOD = Count(issued=9, used=7, spoiled=1, unused=1, collected=7, blank=1, invalid=1, options=(KHCN, GDDT))


def test_a_count_that_adds_up_has_no_findings():
    assert count_findings(GOOD, present=7, choices_per_ballot=2) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"unused": 0},
            "Số phiếu phát hành là 9 nhưng đã phát 7 + hỏng 1 + chưa dùng 0 = 8. Hãy đếm lại.",
        ),
        ({"used": 6, "unused": 2}, "Thu về 7 phiếu nhưng chỉ phát 6 phiếu. Hãy đếm lại."),
        ({"blank": -1}, "Số phiếu không thể là số âm."),
        (
            {"options": (replace(KHCN, votes_for=5), GDDT)},
            "Sở KH&CN: đồng ý 5 + không đồng ý 1 + không có ý kiến 0 + phiếu trắng 1 + không hợp lệ 1 = 8, "
            "khác số phiếu thu về là 7.",
        ),
        (
            {"options": (replace(KHCN, against=0, recused=2),)},
            "Sở KH&CN: đồng ý 4 + không đồng ý 0 + không có ý kiến 0 + phiếu trắng 1 + không hợp lệ 1 "
            "+ không được bỏ phiếu 2 = 8, khác số phiếu thu về là 7.",
        ),
        ({"options": (KHCN, KHCN)}, "Sở KH&CN: được ghi 2 lần. Hãy giữ một dòng."),
        ({"options": ()}, "Chưa có phương án nào được kiểm."),
    ],
)
def test_each_figure_that_cannot_be_true_is_named(changes, sentence):
    assert count_findings(replace(GOOD, **changes), present=7, names=NAMES) == [sentence]


def test_more_ballots_than_people_is_found():
    assert count_findings(GOOD, present=6) == ["Thu về 7 phiếu nhưng chỉ có 6 người có mặt. Hãy đếm lại."]
    assert count_findings(GOOD, present=5, in_writing=1) == [
        "Thu về 7 phiếu nhưng chỉ có 5 người có mặt và 1 người gửi văn bản. Hãy đếm lại."
    ]
    assert count_findings(GOOD, present=5, in_writing=2) == []


def test_more_choices_than_the_ballots_allow_is_found():
    assert count_findings(GOOD, present=7, choices_per_ballot=1) == [
        "Tổng số phiếu đồng ý là 6, nhiều hơn mức có thể là 5 (mỗi phiếu chọn nhiều nhất 1). Hãy đếm lại."
    ]


def test_two_people_are_shown_each_difference():
    second = replace(GOOD, blank=2, options=(replace(KHCN, votes_for=5), OptionCount("yte", 1)))

    assert differences(GOOD, GOOD) == []
    assert differences(GOOD, replace(GOOD, options=(GDDT, KHCN))) == []
    assert differences(GOOD, second, NAMES) == [
        "Số phiếu trắng: người thứ nhất nhập 1, người thứ hai nhập 2.",
        "Sở GD&ĐT, đồng ý: người thứ nhất nhập 2, người thứ hai nhập thiếu.",
        "Sở GD&ĐT, không đồng ý: người thứ nhất nhập 2, người thứ hai nhập thiếu.",
        "Sở GD&ĐT, không có ý kiến: người thứ nhất nhập 1, người thứ hai nhập thiếu.",
        "Sở GD&ĐT, không được bỏ phiếu: người thứ nhất nhập 0, người thứ hai nhập thiếu.",
        "Sở KH&CN, đồng ý: người thứ nhất nhập 4, người thứ hai nhập 5.",
        "Yte, đồng ý: người thứ nhất nhập thiếu, người thứ hai nhập 1.",
        "Yte, không đồng ý: người thứ nhất nhập thiếu, người thứ hai nhập 0.",
        "Yte, không có ý kiến: người thứ nhất nhập thiếu, người thứ hai nhập 0.",
        "Yte, không được bỏ phiếu: người thứ nhất nhập thiếu, người thứ hai nhập 0.",
    ]


def test_fingerprint_follows_the_figures_and_not_their_order():
    assert fingerprint(GOOD) == fingerprint(replace(GOOD, options=(GDDT, KHCN)))
    assert fingerprint(GOOD) != fingerprint(replace(GOOD, spoiled=0, unused=2))
    assert len(fingerprint(GOOD)) == 64


def test_a_count_comes_back_from_json_unchanged():
    assert count_from_json(json.loads(json.dumps(count_to_json(GOOD)))) == GOOD


def test_electronic_ballots_are_counted_by_kind():
    ballots = [
        {"khcn": "for", "gddt": "against"},
        {"khcn": "for"},
        {},
        {"khcn": "perhaps"},
        {"yte": "for"},
    ]

    assert count_ballots(ballots, ["khcn", "gddt"], issued=7) == Count(
        issued=7, used=5, spoiled=0, unused=2, collected=5, blank=1, invalid=2,
        options=(OptionCount("khcn", 2), OptionCount("gddt", 0, 1, 1)),
    )  # fmt: skip


ballot = st.dictionaries(
    st.sampled_from(["a", "b", "c", "x"]), st.sampled_from([*Choice.values, "?"]), max_size=4
)


@given(st.lists(ballot, max_size=15), st.randoms())
def test_the_order_of_ballots_means_nothing_and_every_count_reconciles(ballots, random):
    shuffled = list(ballots)
    random.shuffle(shuffled)
    counted = count_ballots(ballots, "abc", issued=15)

    assert counted == count_ballots(shuffled, "abc", issued=15)
    assert count_findings(counted, present=15) == []
    assert all(
        option.votes_for + option.against + option.abstain + counted.blank + counted.invalid == len(ballots)
        for option in counted.options
    )


@given(st.lists(st.sampled_from(Choice.values), max_size=15))
def test_one_question_counts_as_a_counter_does(answers):
    (only,) = count_ballots([{"q": answer} for answer in answers], ["q"], issued=15).options
    plain = Counter(answers)

    assert (only.votes_for, only.against, only.abstain) == (plain["for"], plain["against"], plain["abstain"])


def test_tallies_measure_each_option_against_the_roll():
    barred = replace(GOOD, options=(replace(KHCN, against=0, recused=1), GDDT))

    assert tallies(barred, entitled=9, present=7, barred={"khcn": 1}) == {
        "khcn": Tally(9, 7, 4, 0, 0, blank=1, invalid=1, barred=1, recused=1),
        "gddt": Tally(9, 7, 2, 2, 1, blank=1, invalid=1),
    }


def test_an_option_left_out_of_a_choice_was_not_chosen():
    """Three of six is half of the valid ballots, never all of them."""
    count = count_ballots([{"a": "for"}] * 3 + [{"b": "for"}] * 3 + [{}], ["a", "b"], issued=7)
    half = VoteRule(base=VoteBase.VALID, numerator=1, denominator=2, comparison=Comparison.MORE_THAN)

    votes = tallies(count, entitled=7, present=7, is_choice=True)
    assert (votes["a"].votes_for, votes["a"].against, votes["a"].abstain) == (3, 3, 0)
    assert result(half, votes["a"]).outcome != Outcome.PASSED
    assert result(half, tallies(count, entitled=7, present=7)["a"]).outcome == Outcome.PASSED


def test_tallies_of_a_count_that_does_not_add_up_are_refused():
    with pytest.raises(InvalidRule, match="Hãy đếm lại"):
        tallies(replace(GOOD, unused=5), entitled=9, present=7)


def test_who_may_not_vote_on_an_option_leaves_its_abstentions():
    count = count_ballots([{"a": "for"}, {"b": "for"}, {"b": "for"}], ["a", "b"], issued=3)

    changed = recuse(count, {"a": 1, "b": 2})

    assert [(one.votes_for, one.abstain, one.recused) for one in changed.options] == [(1, 1, 1), (2, 0, 1)]
    assert count_findings(changed, present=3) == []
    assert recuse(count, {}) == count
