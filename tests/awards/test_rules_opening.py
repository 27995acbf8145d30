from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from awards.enums import DecisionForm, NominationState, PollStatus, ProposalState, VoteBase
from awards.rules import (
    NOMINATION_MOVES,
    POLL_MOVES,
    PROPOSAL_MOVES,
    Opening,
    VoteRule,
    committee_size,
    form_findings,
    opening_findings,
)

NINE = datetime(2020, 2, 5, 2, 0, tzinfo=UTC)
SECRET = VoteRule(VoteBase.PRESENT, 2, 3)
READY = Opening(
    question="Suy tôn đơn vị nhận Cờ thi đua",
    form=DecisionForm.ELECTRONIC,
    rule=SECRET,
    options=("khcn", "gddt"),
    entitled=7,
    present=7,
    committee=3,
    opens_at=NINE,
    closes_at=NINE + timedelta(minutes=15),
)


def test_a_poll_with_everything_settled_may_open():
    assert opening_findings(READY) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"question": " "}, "Chưa ghi nội dung cần quyết định."),
        ({"options": ()}, "Chưa có phương án nào để biểu quyết."),
        ({"options": ("khcn", "khcn")}, "Có phương án bị ghi hai lần."),
        ({"round_number": 3}, "Quy định chỉ cho bỏ phiếu tối đa 2 vòng."),
        (
            {"form": DecisionForm.HANDS},
            "Quy định là bỏ phiếu kín nên không dùng hình thức “Giơ tay”. Hãy chọn phiếu kín.",
        ),
        (
            {"without_representative": ("Sở Y tế",)},
            "Sở Y tế chưa có người đại diện. Hãy ghi ở danh sách dự họp.",
        ),
        (
            {"without_mandate": ("Sở Y tế",)},
            "Người đại diện của Sở Y tế không phải lãnh đạo đơn vị và chưa có giấy ủy quyền.",
        ),
        (
            {
                "rule": VoteRule(VoteBase.PRESENT, 2, 3, proxy_allowed=False),
                "represented_by_other": ("Sở Y tế",),
            },
            "Sở Y tế cử người theo ủy quyền, trong khi quy định không cho biểu quyết theo ủy quyền.",
        ),
        ({"entitled": 0, "present": 0}, "Chưa có ai trong danh sách biểu quyết."),
        ({"present": 4}, "Không đủ thành phần: có mặt 4/7 đơn vị thành viên, phải có ít nhất 5."),
        (
            {"committee": 2},
            "Tổ kiểm phiếu chưa đủ người. Hãy ghi ít nhất 3 người được hội nghị thông qua.",
        ),
        ({"committee": 0}, "Chưa có tổ kiểm phiếu. Hãy ghi ít nhất 3 người được hội nghị thông qua."),
        ({"closes_at": NINE}, "Giờ kết thúc bỏ phiếu phải sau giờ bắt đầu."),
    ],
)
def test_each_missing_item_keeps_the_poll_shut(changes, sentence):
    assert opening_findings(replace(READY, **changes)) == [sentence]


def test_a_mandate_serves_where_the_rule_allows_it():
    assert opening_findings(replace(READY, represented_by_other=("Sở Y tế",))) == []


def test_consensus_needs_neither_committee_nor_closing_time():
    rule = VoteRule(VoteBase.PRESENT, 2, 3, is_secret=False)
    plain = replace(READY, form=DecisionForm.CONSENSUS, rule=rule, committee=0, opens_at=None, closes_at=None)

    assert opening_findings(plain) == []


def test_a_ballot_may_open_before_its_first_hour_is_known():
    assert opening_findings(replace(READY, opens_at=None)) == []


def test_a_ballot_without_a_closing_time_is_closed_by_hand():
    assert opening_findings(replace(READY, closes_at=None)) == []


@pytest.mark.parametrize(
    ("names", "many"),
    [("", 0), ("Ông A", 1), ("Ông A, bà B và ông C", 3), ("Ông A\nBà B;\n Ông Vàng", 3)],
)
def test_a_committee_is_counted_by_its_names(names, many):
    assert committee_size(names) == many


@pytest.mark.parametrize("form", DecisionForm)
def test_secrecy_is_given_by_ballots_only(form):
    is_ballot = form in (DecisionForm.PAPER, DecisionForm.ELECTRONIC)

    assert (form_findings(SECRET, form) == []) is is_ballot
    assert form_findings(VoteRule(VoteBase.PRESENT, 2, 3, is_secret=False), form) == []


@pytest.mark.parametrize(
    ("moves", "states"),
    [(POLL_MOVES, PollStatus), (PROPOSAL_MOVES, ProposalState), (NOMINATION_MOVES, NominationState)],
)
def test_every_state_has_its_row_of_moves(moves, states):
    assert set(moves) == set(states)
    assert all(set(targets) <= set(states) for targets in moves.values())


def test_a_counted_poll_is_never_voided():
    assert [state for state, to in POLL_MOVES.items() if PollStatus.VOIDED in to] == [
        "draft",
        "open",
        "closed",
    ]
