from datetime import date, timedelta
from decimal import Decimal

import pytest

from awards import queries, services
from awards.enums import (
    Comparison,
    DecisionForm,
    NominationState,
    Outcome,
    PollKind,
    PollStatus,
    ProposalState,
    TieRule,
    VoteBase,
)
from awards.models import Appraisal, Ballot, Count, Decision, Nomination, Poll, Proposal, SealedBallot
from awards.rules import VoteRule
from blocs.enums import Office, Phase
from blocs.models import Membership, Term, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from config.kit.refusals import Refused
from covenants.models import Registration
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from tests.factories.awards import MORNING, NOON, OPEN_RULE, SECRET_RULE, AwardYear, fresh_poll, later
from tests.factories.documents import at, make_person


def reasons_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons


# Preparing and opening


def test_a_question_is_prepared_with_its_options_in_order(year):
    poll = year.draft_poll()

    assert (poll.status, poll.round, poll.kind) == ("draft", 1, "award")
    assert [option.text for option in poll.options.order_by("position")] == [
        "Sở số 1", "Sở số 2", "Sở số 3",
    ]  # fmt: skip
    event = poll.events.get()
    assert (event.pgh_context["verb"], event.pgh_context["by"]) == ("awards.poll.created", year.chair.pk)


def test_a_second_round_follows_the_first(year):
    first = year.draft_poll()

    assert year.draft_poll(previous=first).round == 2


def test_a_draft_is_taken_back_and_an_open_poll_is_not(year):
    services.discard_poll(poll=year.draft_poll(), by=year.chair, at=NOON)
    assert not Poll.objects.exists()

    poll = year.open_poll()
    assert reasons_of(lambda: services.discard_poll(poll=poll, by=year.chair, at=NOON)) == [
        "Cuộc bỏ phiếu đã mở thì không xóa được; hãy hủy với lý do."
    ]


def test_opening_copies_the_attendance_into_the_roll(year):
    poll = year.open_poll(roll=year.roll(absent=(7,), u6={"mandate": "GUQ 5", "user": year.officers[5]}))

    lines = {line.unit_id: line for line in poll.roll.all()}
    assert len(lines) == 7
    assert not lines[year.units[6].pk].is_present
    assert (lines[year.units[5].pk].mandate, lines[year.units[5].pk].user) == ("GUQ 5", year.officers[5])
    assert (poll.status, poll.opened_at, poll.opened_by) == ("open", MORNING, year.chair)


@pytest.mark.parametrize(
    ("fields", "opening", "sentence"),
    [
        ({"candidates": ()}, {}, "Chưa có phương án nào để biểu quyết."),
        ({"question": " "}, {}, "Chưa ghi nội dung cần quyết định."),
        ({"counting_committee": "Ông A"}, {},
         "Tổ kiểm phiếu chưa đủ người. Hãy ghi ít nhất 3 người được hội nghị thông qua."),
        ({}, {"counting_committee": ""},
         "Chưa có tổ kiểm phiếu. Hãy ghi ít nhất 3 người được hội nghị thông qua."),
        ({"form": DecisionForm.PAPER, "counting_committee": "Ông Chuyên viên 1, Thủ trưởng 1, bà B"}, {},
         "Tổ kiểm phiếu cần có người của ít nhất hai đơn vị thành viên có tài khoản, vì hai người của hai đơn vị nhập "
         "kết quả kiểm phiếu. Hãy ghi đúng họ tên như trong hệ thống, cách nhau bằng dấu phẩy."),
        ({}, {"closes_at": MORNING}, "Giờ kết thúc bỏ phiếu phải sau giờ bắt đầu."),
        ({"form": DecisionForm.HANDS, "rule": SECRET_RULE}, {},
         "Quy định là bỏ phiếu kín nên không dùng hình thức “Giơ tay”. Hãy chọn phiếu kín."),
    ],
)  # fmt: skip
def test_each_missing_item_keeps_a_poll_shut(year, fields, opening, sentence):
    poll = year.draft_poll(**fields)

    assert sentence in reasons_of(
        lambda: services.open_poll(poll=poll, roll=year.roll(), by=year.chair, at=MORNING, **opening)
    )
    assert fresh_poll(poll).status == PollStatus.DRAFT


@pytest.mark.parametrize(
    ("rule", "changes", "sentence"),
    [
        (SECRET_RULE, {"absent": (3, 4, 5)},
         "Không đủ thành phần: có mặt 4/7 đơn vị thành viên, phải có ít nhất 5."),
        (SECRET_RULE, {"u3": {"representative": " "}},
         "Sở số 3 chưa có người đại diện. Hãy ghi ở danh sách dự họp."),
        (VoteRule(SECRET_RULE.base, 1, 2, proxy_allowed=False), {"u3": {"mandate": "GUQ 5"}},
         "Sở số 3 cử người theo ủy quyền, trong khi quy định không cho biểu quyết theo ủy quyền."),
    ],
)  # fmt: skip
def test_a_roll_that_cannot_vote_keeps_a_poll_shut(year, rule, changes, sentence):
    poll = year.draft_poll(rule=rule)

    assert reasons_of(
        lambda: services.open_poll(poll=poll, roll=year.roll(**changes), by=year.chair, at=MORNING)
    ) == [sentence]


def test_who_is_no_leader_and_has_no_mandate_keeps_a_poll_shut(year):
    roll = year.roll(u3={"user": year.officers[2]})

    assert reasons_of(lambda: year.open_poll(roll=roll)) == [
        "Người đại diện của Sở số 3 không phải lãnh đạo đơn vị và chưa có giấy ủy quyền."
    ]


def test_a_poll_without_voters_stays_shut(year):
    poll = year.draft_poll()

    assert reasons_of(lambda: services.open_poll(poll=poll, roll=[], by=year.chair, at=MORNING)) == [
        "Chưa có ai trong danh sách biểu quyết."
    ]


def test_a_poll_opens_once_and_a_consensus_never(year):
    poll = year.open_poll()

    assert reasons_of(lambda: services.open_poll(poll=poll, roll=year.roll(), by=year.chair, at=NOON)) == [
        "Cuộc bỏ phiếu này đã được mở."
    ]
    assert reasons_of(lambda: year.open_poll(DecisionForm.CONSENSUS)) == [
        "Việc này quyết định bằng thống nhất, không mở bỏ phiếu. Hãy ghi kết quả thống nhất."
    ]


# Consensus


def test_a_consensus_has_words_and_no_figures_anywhere(year):
    poll = year.agree()
    year.confirm(poll)

    nomination = Nomination.objects.get()
    assert poll.result == {
        "elected": [year.key(poll, 1)], "tied": [], "options": {},
        "sentence": "Hội nghị thống nhất, không bỏ phiếu.",
    }  # fmt: skip
    assert (nomination.votes, nomination.votes_base, nomination.agreed_how) == (None, None, "Thống nhất")
    assert not Count.objects.exists()
    assert not Ballot.objects.exists()
    assert not SealedBallot.objects.exists()


def test_the_words_of_a_consensus_are_the_meetings_own(year):
    poll = year.adoption()
    text = poll.options.get().text
    services.record_consensus(
        poll=poll, chosen=[text], statement="Nhất trí 100%.", roll=year.roll(), by=year.chair, at=NOON
    )

    poll = fresh_poll(poll)
    assert (poll.status, poll.outcome, poll.result["sentence"]) == ("counted", "passed", "Nhất trí 100%.")
    assert poll.roll.count() == 7


def test_nothing_agreed_is_not_passed(year):
    poll = year.adoption()
    services.record_consensus(poll=poll, chosen=[], statement="", roll=year.roll(), by=year.chair, at=NOON)

    assert fresh_poll(poll).outcome == Outcome.NOT_PASSED


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ((1, 2), "Chỉ chọn tối đa 1. Hãy bỏ bớt 1."),
        ((7,), "Có đơn vị được chọn không nằm trong danh sách đề cử. Hãy chọn lại."),
    ],
)
def test_a_consensus_chooses_among_the_candidates_for_the_seats(year, chosen, sentence):
    poll = year.draft_poll(DecisionForm.CONSENSUS)

    assert reasons_of(
        lambda: services.record_consensus(
            poll=poll, chosen=[year.units[n - 1] for n in chosen], statement="", roll=year.roll(),
            by=year.chair, at=NOON,
        )
    ) == [sentence]  # fmt: skip


def test_a_consensus_needs_a_quorum_and_the_right_form_and_is_written_once(year):
    poll = year.draft_poll(DecisionForm.CONSENSUS)

    def agree(poll=poll, roll=None):
        return services.record_consensus(
            poll=poll, chosen=[year.units[0]], statement="", roll=roll or year.roll(), by=year.chair, at=NOON
        )

    assert reasons_of(lambda: agree(roll=year.roll(absent=(3, 4, 5)))) == [
        "Không đủ thành phần: có mặt 4/7 đơn vị thành viên, phải có ít nhất 5."
    ]
    assert reasons_of(lambda: agree(poll=year.draft_poll(DecisionForm.PAPER))) == [
        "Việc này quyết định bằng hình thức khác. Hãy ghi kết quả theo hình thức đã chọn."
    ]
    agree()
    assert reasons_of(agree) == ["Kết quả thống nhất của việc này đã được ghi."]


# Voting


def test_seven_vote_in_secret_and_the_rule_decides(year):
    poll = year.counted(1, 1, 1, 1, 2, 2, 0)

    assert (poll.status, poll.outcome) == ("counted", "passed")
    assert poll.result["elected"] == [year.key(poll, 1)]
    assert poll.result["options"][year.key(poll, 1)] == {
        "votes": 4, "needed": 4, "base": 7,
        "sentence": "Đạt: 4 phiếu đồng ý trên 7 đơn vị thành viên; mức phải đạt là 4.",
    }  # fmt: skip
    count = poll.counts.get()
    assert (count.issued, count.used, count.returned, count.blank, count.valid) == (7, 7, 7, 1, 7)
    assert SealedBallot.objects.count() == 7
    assert not Ballot.objects.exists()
    assert queries.violations() == []


def test_who_does_not_vote_leaves_a_ballot_unused(year):
    count = year.counted(1, 1, 1, 1).counts.get()

    assert (count.issued, count.used, count.unused, count.returned) == (7, 4, 3, 4)


def test_a_ballot_is_cast_once_by_those_on_the_roll(year):
    poll = year.open_poll(roll=year.roll(absent=(7,), u6={"mandate": "GUQ 5", "user": year.officers[5]}))
    year.vote(poll, 1, 1)

    assert reasons_of(lambda: year.vote(poll, 1, 2)) == [
        "Đơn vị đã bỏ phiếu. Mỗi đơn vị chỉ bỏ một lá phiếu."
    ]
    assert reasons_of(lambda: year.vote(poll, 7, 1))[0].startswith("Đơn vị vắng mặt, hoặc người dự chưa có")
    # The mandate passes the ballot from the head to the one who was sent.
    assert reasons_of(lambda: year.vote(poll, 6, 1)) == [
        "Bạn không có tên trong danh sách bỏ phiếu của việc này."
    ]
    services.cast_vote(poll=poll, choices={year.key(poll, 1): "for"}, by=year.officers[5], at=MORNING)
    assert reasons_of(
        lambda: services.cast_vote(poll=poll, choices={}, by=year.province_officer, at=MORNING)
    ) == ["Bạn không có tên trong danh sách bỏ phiếu của việc này."]
    assert Ballot.objects.count() == 2


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"0": "for"}, "Lá phiếu có phương án không hợp lệ. Hãy tải lại trang rồi chọn lại."),
        ({1: "yes"}, "Lá phiếu có phương án không hợp lệ. Hãy tải lại trang rồi chọn lại."),
        ({1: "for", 2: "for"}, "Chỉ chọn tối đa 1. Hãy bỏ bớt rồi gửi lại."),
    ],
)
def test_a_ballot_that_would_not_count_is_not_taken(year, choices, sentence):
    poll = year.open_poll()
    keyed = {key if isinstance(key, str) else year.key(poll, key): said for key, said in choices.items()}

    assert reasons_of(lambda: services.cast_vote(poll=poll, choices=keyed, by=year.heads[0], at=MORNING)) == [
        sentence
    ]
    assert not Ballot.objects.exists()
    assert not poll.roll.filter(has_voted=True).exists()


def test_each_option_of_an_adoption_is_answered(year):
    poll = year.adoption(DecisionForm.ELECTRONIC)
    services.open_poll(poll=poll, roll=year.roll(), by=year.chair, at=MORNING)
    key = str(poll.options.get().pk)
    for head, said in zip(year.heads, ["for"] * 5 + ["against", "abstain"], strict=True):
        services.cast_vote(poll=poll, choices={key: said}, by=head, at=MORNING)
    year.close(poll)

    assert year.count(poll).result["options"][key]["votes"] == 5


def test_a_vote_after_closing_is_refused_by_the_times_alone(year):
    poll = year.open_poll(closes_at=later(10))
    year.vote(poll, 1, 1, when=later(9))

    assert reasons_of(lambda: year.vote(poll, 2, 1, when=later(10))) == [
        "Cuộc bỏ phiếu đã đóng. Phiếu của bạn chưa được ghi nhận."
    ]
    assert fresh_poll(poll).status == PollStatus.OPEN
    assert reasons_of(lambda: year.count(poll, when=later(9))) == [
        "Đang bỏ phiếu. Hãy đóng bỏ phiếu rồi kiểm phiếu."
    ]
    assert year.count(poll, when=later(10)).counts.get().returned == 1


def test_closing_by_hand_ends_the_vote(year):
    poll = year.open_poll()
    year.close(poll, when=later(5))

    assert reasons_of(lambda: year.vote(poll, 1, 1, when=later(1))) == [
        "Cuộc bỏ phiếu đã đóng. Phiếu của bạn chưa được ghi nhận."
    ]
    assert reasons_of(lambda: year.close(poll)) == ["Cuộc bỏ phiếu này không còn mở."]


def test_only_electronic_ballots_are_cast_and_sealed_here(year):
    poll = year.open_poll(DecisionForm.PAPER)
    sentence = ["Việc này không bỏ phiếu trên hệ thống. Hãy bỏ phiếu tại hội nghị."]

    assert reasons_of(lambda: year.vote(poll, 1, 1)) == sentence
    assert reasons_of(lambda: year.count(poll)) == sentence


def test_a_poll_is_counted_once(year):
    poll = year.counted(1)

    assert reasons_of(lambda: year.count(poll)) == ["Cuộc bỏ phiếu này đã được kiểm phiếu."]
    assert reasons_of(lambda: year.count(year.draft_poll())) == ["Cuộc bỏ phiếu này chưa mở hoặc đã hủy."]


# The own unit


def own_rule(**fields):
    given = {"numerator": 1, "denominator": 2, "own_unit_votes": False, "tie_chain": (TieRule.MEETING,)}
    return VoteRule(**{"base": VoteBase.PRESENT, **given, **fields})


def test_a_unit_does_not_vote_on_itself_where_the_rule_says_so(year):
    poll = year.open_poll(rule=own_rule())

    assert reasons_of(lambda: year.vote(poll, 1, 1)) == [
        "Đơn vị không bỏ phiếu cho chính mình. Hãy chọn lại."
    ]
    year.vote(poll, 1, 2)
    for voter in (2, 3, 4):
        year.vote(poll, voter, 1)
    year.close(poll)
    poll = year.count(poll)

    # Of seven present one may not vote on it: three of six are half.
    assert poll.result["options"][year.key(poll, 1)]["base"] == 6
    assert poll.result["elected"] == [year.key(poll, 1)]
    assert {option["abstain"] for option in poll.counts.get().options} == {1, 3, 4}


def test_the_own_unit_is_recused_in_a_count_by_hands(year):
    poll = year.open_poll(DecisionForm.HANDS, candidates=(1,), rule=own_rule(is_secret=False))
    figures = year.figures(poll, {1: 3})
    key = figures.options[0].key
    typed = type(figures)(**{**vars(figures), "options": (type(figures.options[0])(key, 3, 3, 1),)})
    year.enter(poll, typed, officer=1)
    year.enter(poll, typed, officer=2)

    assert fresh_poll(poll).result["options"][key] == {
        "votes": 3, "needed": 3, "base": 6,
        "sentence": "Đạt: 3 lượt giơ tay đồng ý trên 6 đơn vị thành viên có mặt; mức phải đạt là 3.",
    }  # fmt: skip


def test_an_absent_unit_votes_in_writing_where_the_rule_allows_it(year):
    rule = VoteRule(VoteBase.ENTITLED, 1, 2, written_allowed=True, tie_chain=(TieRule.MEETING,))
    poll = year.open_poll(rule=rule, roll=year.roll(absent=(7,)))
    for voter in range(1, 8):
        year.vote(poll, voter, 1)
    year.close(poll)

    assert year.count(poll).result["options"][year.key(poll, 1)]["votes"] == 7


# Paper and hands


def test_two_people_type_the_paper_count_and_equal_figures_settle_it(year):
    poll = year.open_poll(DecisionForm.PAPER)
    figures = year.figures(poll, {1: 5, 2: 1, 3: 0}, issued=9, used=7, spoiled=1, unused=1, invalid=1)

    assert year.enter(poll, figures, officer=1) == []
    assert fresh_poll(poll).status == PollStatus.OPEN
    assert reasons_of(lambda: year.enter(poll, figures, officer=1)) == [
        "Bạn vừa nhập kết quả của việc này. Người thứ hai cần nhập lại để đối chiếu."
    ]
    assert year.enter(poll, figures, officer=2) == []

    poll = fresh_poll(poll)
    assert (poll.status, poll.outcome, poll.result["elected"]) == ("counted", "passed", [year.key(poll, 1)])
    assert [count.counted_by for count in poll.counts.all()] == [year.officers[0], year.officers[1]]
    assert queries.violations() == []


def test_differing_counts_are_shown_and_every_count_is_kept(year):
    poll = year.open_poll(DecisionForm.PAPER, candidates=(1,))
    year.enter(poll, year.figures(poll, {1: 5}), officer=1)

    assert year.enter(poll, year.figures(poll, {1: 4}), officer=2) == [
        "Sở số 1, đồng ý: người thứ nhất nhập 5, người thứ hai nhập 4.",
        "Sở số 1, không đồng ý: người thứ nhất nhập 2, người thứ hai nhập 3.",
    ]
    assert fresh_poll(poll).status == PollStatus.OPEN
    year.enter(poll, year.figures(poll, {1: 4}), officer=1)
    poll = fresh_poll(poll)
    assert (poll.status, poll.counts.count()) == ("counted", 3)


def test_figures_that_cannot_be_true_are_not_taken(year):
    poll = year.open_poll(DecisionForm.PAPER, roll=year.roll(absent=(7,)))

    reasons = reasons_of(lambda: year.enter(poll, year.figures(poll, {1: 7, 2: 7, 3: 0})))

    assert "Thu về 7 phiếu nhưng chỉ có 6 người có mặt. Hãy đếm lại." in reasons
    assert any(reason.startswith("Tổng số phiếu đồng ý là 14") for reason in reasons)
    assert not Count.objects.exists()


def test_hands_go_up_for_each_option_anew(year):
    poll = year.open_poll(DecisionForm.HANDS, seats=1)
    year.enter(poll, year.figures(poll, {1: 7, 2: 7, 3: 0}), officer=1)
    year.enter(poll, year.figures(poll, {1: 7, 2: 7, 3: 0}), officer=2)

    assert fresh_poll(poll).outcome == Outcome.TIE


# Ties


def most_votes(*steps):
    chain = tuple(TieRule(step) for step in steps)
    return VoteRule(VoteBase.VALID, 0, 1, Comparison.MORE_THAN, tie_chain=chain)


def test_a_tie_is_nobodys_until_people_decide_with_a_reason(year):
    poll = year.counted(1, 1, 1, 2, 2, 2, rule=most_votes("meeting"))

    assert (poll.outcome, poll.result["elected"], len(poll.result["tied"])) == ("tie", [], 2)
    assert reasons_of(lambda: year.confirm(poll)) == [
        "Bằng phiếu: hãy chọn đơn vị theo quyết định của hội nghị và ghi lý do.",
        "Hãy ghi lý do để đưa vào biên bản.",
    ]
    assert reasons_of(lambda: year.confirm(poll, chosen=year.units[:2], reason="Cả hai.")) == [
        "Chỉ chọn tối đa 1. Hãy bỏ bớt 1."
    ]
    assert reasons_of(lambda: year.confirm(poll, chosen=[year.units[0]]))[-1] == (
        "Hãy ghi lý do để đưa vào biên bản."
    )
    year.confirm(poll, chosen=[year.units[0]], reason="Điểm cao hơn.")
    assert fresh_poll(poll).decision_reason == "Điểm cao hơn."
    assert Nomination.objects.get().unit == year.units[0]


def test_the_chain_of_the_year_may_settle_a_tie_without_people(year):
    rule = most_votes("score", "meeting")
    poll = year.counted(1, 1, 1, 2, 2, 2, rule=rule)

    assert (poll.outcome, poll.result["tied"]) == ("passed", [])
    assert poll.result["sentence"] == "Được chọn sau các bước khi bằng phiếu: Sở số 1."
    assert poll.result["steps"] == ["Tổng điểm thi đua cao hơn: chọn Sở số 1."]
    year.confirm(poll)
    assert Nomination.objects.get().unit == year.units[0]


def test_a_tie_of_offices_looks_at_what_is_known_of_the_units(year):
    Unit.objects.filter(pk=year.units[1].pk).update(women_share=80)
    Unit.objects.filter(pk=year.units[0].pk).update(women_share=20)
    rule = most_votes("women", "meeting")
    poll = year.counted(1, 1, 1, 2, 2, 2, rule=rule, kind=PollKind.CHAIR)

    assert poll.result["elected"] == [year.key(poll, 2)]


# Confirming


def test_a_confirmed_vote_nominates_with_rank_score_and_votes(year):
    poll = year.counted(1, 1, 1, 1, 1)
    year.confirm(poll)

    nomination = Nomination.objects.get()
    assert (nomination.state, nomination.rank, nomination.score) == ("agreed", 1, Decimal(99))
    assert (nomination.votes, nomination.votes_base, nomination.agreed_how) == (5, 7, "Bỏ phiếu kín điện tử")
    poll = fresh_poll(poll)
    assert (poll.status, poll.confirmed_by, poll.result["winners"]) == (
        "confirmed", year.chair, [year.key(poll, 1)],
    )  # fmt: skip


def test_an_order_unlike_the_scores_asks_for_a_reason(year):
    poll = year.counted(2, 2, 2, 2, 1)

    assert reasons_of(lambda: year.confirm(poll)) == [
        "Sở số 2 xếp hạng 2; Cờ thi đua dành cho đơn vị dẫn đầu khối. Hãy ghi lý do.",
        "Sở số 1 (99 điểm) có điểm cao hơn Sở số 2 (98 điểm) nhưng ít phiếu hơn (1 so với 4).",
        "Sở số 1 (99 điểm) không được chọn trong khi Sở số 2 (98 điểm) được chọn.",
        "Hãy ghi lý do để đưa vào biên bản.",
    ]
    year.confirm(poll, reason="Có mô hình mới.")
    nomination = Nomination.objects.get()
    assert (nomination.order_reason, nomination.unit) == ("Có mô hình mới.", year.units[1])
    assert nomination.findings == [
        "Sở số 2 xếp hạng 2; Cờ thi đua dành cho đơn vị dẫn đầu khối. Hãy ghi lý do."
    ]


@pytest.mark.parametrize("reason", ["", "Vẫn đề nghị."])
def test_nobody_is_proposed_before_the_ranking_is_adopted(db, reason):
    year = AwardYear(has_ranking=False)
    poll = year.agree()

    assert reasons_of(lambda: year.confirm(poll, reason=reason)) == [
        "Sở số 1 không xếp hạng (khối chưa thông qua xếp hạng năm nay), không đề nghị được."
    ]


def test_what_forbids_a_proposal_is_not_waved_through(db):
    year = AwardYear(has_ranking=False)
    year.rank(u1={"rank": None, "unranked_reason": "Bị kỷ luật"})
    Membership.objects.filter(unit=year.units[0]).update(unranked_reason="Bị kỷ luật")
    Unit.objects.filter(pk=year.units[0].pk).update(dissolved_on=date(2020, 1, 1))
    poll = year.agree()

    assert reasons_of(lambda: year.confirm(poll, reason="Vẫn đề nghị.")) == [
        "Sở số 1 đã kết thúc hoạt động ngày 01/01/2020, không đề nghị được.",
        "Sở số 1 không xếp hạng (Bị kỷ luật), không đề nghị được.",
    ]


def test_a_unit_is_proposed_once_for_the_same_achievement(year):
    year.nominated()
    poll = year.agree(award_type=year.merit)

    assert reasons_of(lambda: year.confirm(poll)) == [
        "Sở số 1 đã được đề nghị Cờ thi đua của UBND tỉnh cho cùng thành tích; "
        "một thành tích không khen thưởng nhiều lần."
    ]


def test_a_stranger_to_the_bloc_is_not_proposed(year):
    poll = year.draft_poll(DecisionForm.CONSENSUS, candidates=())
    option = poll.options.create(unit=year.stranger, text="Sở ngoài khối", position=1)
    services.record_consensus(
        poll=poll, chosen=[option.text], statement="", roll=year.roll(), by=year.chair, at=NOON
    )

    assert reasons_of(lambda: year.confirm(poll)) == [
        "Sở ngoài khối không xếp hạng (không phải đơn vị thành viên), không đề nghị được."
    ]


def test_a_unit_without_registration_needs_a_reason_where_the_others_registered(year):
    Registration.objects.create(
        cycle=year.cycle, unit=year.units[1], award_text="Cờ", registered_at=NOON, registered_by=year.chair
    )
    poll = year.agree()

    assert reasons_of(lambda: year.confirm(poll)) == [
        "Sở số 1 chưa đăng ký thi đua đầu năm. Hãy ghi lý do.", "Hãy ghi lý do để đưa vào biên bản.",
    ]  # fmt: skip


def test_no_more_are_proposed_than_the_guidance_allows(year):
    year.guided(quota_rules={"merit": {"kind": "of_remaining", "numerator": 20, "denominator": 100}})
    year.nominated()
    year.nominated(2, year.merit)
    poll = year.agree(3, award_type=year.merit)

    assert reasons_of(lambda: year.confirm(poll))[0] == (
        "Bằng khen của Chủ tịch UBND tỉnh: đề nghị 2, quá số lượng 1 đơn vị. "
        "(7 − 1) × 20% = 1,2: được đề nghị 1. Hãy bỏ bớt 1."
    )


def test_an_office_begins_in_the_next_year(year):
    poll = year.agree(3, PollKind.CHAIR)
    assert reasons_of(lambda: year.confirm(poll)) == [
        "Chưa mở năm thi đua 2020. Hãy mở năm sau rồi xác nhận kết quả bầu."
    ]
    following = year.open_next()
    year.confirm(poll)
    vice = year.agree(2, PollKind.VICE)
    year.confirm(vice)

    terms = {term.office: term for term in Term.objects.filter(cycle=following)}
    assert (terms[Office.CHAIR].unit, terms[Office.VICE].unit) == (year.units[2], year.units[1])
    assert terms[Office.CHAIR].from_on == date(2020, 2, 5)
    assert not Nomination.objects.exists()


def test_who_leaves_the_bloc_takes_no_office(year):
    following = year.open_next()
    Membership.objects.filter(cycle=following, unit=year.units[2]).delete()
    poll = year.agree(3, PollKind.CHAIR)

    assert reasons_of(lambda: year.confirm(poll)) == ["Sở số 3 không phải là đơn vị thành viên của năm 2020."]


def test_an_adoption_brings_nothing_about_but_its_confirmation(year):
    poll = year.adoption()
    services.record_consensus(
        poll=poll, chosen=[poll.options.get().text], statement="", roll=year.roll(), by=year.chair, at=NOON
    )
    year.confirm(poll)

    assert fresh_poll(poll).status == PollStatus.CONFIRMED
    assert not Nomination.objects.exists()


def test_only_a_settled_poll_is_confirmed_and_only_once(year):
    sentence = ["Chỉ xác nhận được kết quả sau khi kiểm phiếu hoặc ghi thống nhất."]
    poll = year.open_poll()
    assert reasons_of(lambda: year.confirm(poll)) == sentence

    agreed = year.agree()
    year.confirm(agreed)
    assert reasons_of(lambda: year.confirm(agreed)) == sentence


def test_a_poll_opened_by_mistake_is_voided_with_a_reason_and_stays(year):
    poll = year.open_poll()
    year.vote(poll, 1, 1)

    def void(reason, poll=poll):
        return services.void_poll(poll=poll, reason=reason, by=year.chair, at=NOON)

    assert reasons_of(lambda: void(" ")) == ["Hủy cuộc bỏ phiếu cần ghi lý do."]
    void("Nhầm danh sách.")
    assert (fresh_poll(poll).status, fresh_poll(poll).void_reason) == ("voided", "Nhầm danh sách.")
    assert reasons_of(lambda: void("Lần nữa.")) == ["Cuộc bỏ phiếu này đã hủy."]
    assert reasons_of(lambda: void("Quá muộn.", year.counted(1))) == [
        "Đã kiểm phiếu thì không hủy được. Hãy tổ chức lần bỏ phiếu sau."
    ]


def test_a_show_of_hands_opened_by_mistake_is_voided_without_any_key(year):
    poll = year.open_poll(DecisionForm.HANDS)

    services.void_poll(poll=poll, reason="Nhầm danh sách.", by=year.chair, at=NOON)

    assert (fresh_poll(poll).status, fresh_poll(poll).ballot_key) == ("voided", "")


# Nominations and holds


def test_a_unit_is_taken_off_the_list_with_a_reason_before_the_dossier_goes(year):
    nomination = year.nominated()

    def withdraw(reason="Đơn vị xin rút."):
        return services.withdraw_nomination(nomination=nomination, reason=reason, by=year.chair, at=NOON)

    assert reasons_of(lambda: withdraw("")) == ["Rút đề nghị cần ghi lý do."]
    proposal = year.submitted()
    assert reasons_of(withdraw) == ["Hồ sơ đã trình tỉnh. Hãy rút lại hồ sơ trước khi rút đề nghị."]
    services.withdraw_proposal(proposal=proposal, by=year.chair, at=NOON)
    withdraw()
    assert not queries.nominations_of(year.cycle).exists()
    assert reasons_of(withdraw) == ["Đề nghị này đã được rút."]
    assert reasons_of(lambda: services.submit_proposal(proposal=proposal, by=year.chair, at=NOON)) == [
        "Chưa có đơn vị nào được đề nghị. Hãy bình xét và xác nhận kết quả trước."
    ]


def vet(year, unit=None, **fields):
    given = {"agency": "Thanh tra tỉnh", "finding": "Đang thanh tra", "from_on": date(2020, 1, 15)}
    return services.record_vetting(
        unit=unit or year.units[0], by=year.province_officer, at=NOON, **given | fields
    )


def test_a_vetting_holds_the_nomination_and_nobody_moves_up(year):
    nomination = year.nominated()
    found = vet(year)

    nomination = queries.nomination_by_key(nomination.pk)
    assert (nomination.state, nomination.hold_reason) == ("held", "Thanh tra tỉnh: Đang thanh tra")
    assert Nomination.objects.count() == 1

    def lift(when=NOON):
        return services.lift_hold(nomination=nomination, by=year.province_officer, at=when)

    assert reasons_of(lift) == [
        "Đơn vị còn ý kiến hiệp y chưa kết thúc. Hãy ghi ngày kết thúc của ý kiến đó trước."
    ]
    services.end_vetting(finding=found, to_on=date(2020, 2, 6), by=year.boss, at=NOON)
    lift(NOON + timedelta(days=2))
    assert queries.nomination_by_key(nomination.pk).state == NominationState.AGREED
    assert reasons_of(lift) == ["Đề nghị này không bị tạm dừng."]


def test_a_unit_under_inspection_that_is_voted_for_stands_held(year):
    vet(year)
    nomination = year.nominated()

    assert (nomination.state, nomination.hold_reason) == ("held", "Thanh tra tỉnh: Đang thanh tra")
    assert nomination.findings == [
        "Sở số 1 đang tạm dừng xét từ ngày 15/01/2020 (Thanh tra tỉnh: Đang thanh tra). "
        "Chỉ đề nghị khi đã có kết luận."
    ]


def test_a_vetting_that_has_ended_holds_nothing(year):
    services.end_vetting(finding=vet(year), to_on=date(2020, 1, 20), by=year.boss, at=NOON)

    assert year.nominated().state == NominationState.AGREED


def test_a_vetting_ends_once_and_not_before_it_began(year):
    found = vet(year)

    def end(to_on):
        return services.end_vetting(finding=found, to_on=to_on, by=year.boss, at=NOON)

    assert reasons_of(lambda: end(date(2020, 1, 1))) == [
        "Ngày kết thúc không được trước ngày bắt đầu. Hãy chọn ngày khác."
    ]
    end(date(2020, 2, 1))
    assert reasons_of(lambda: end(date(2020, 2, 2))) == ["Ý kiến hiệp y này đã ghi ngày kết thúc."]


def test_vetting_is_the_provinces(year):
    assert reasons_of(
        lambda: services.record_vetting(
            unit=year.units[0], agency="x", finding="y", from_on=date(2020, 1, 1), by=year.chair, at=NOON
        )
    ) == [ONLY_PROVINCE]


# The dossier


def test_the_letter_cites_the_law_of_its_day(year):
    year.law()
    year.nominated()
    bases = year.drafted().document.bases.splitlines()

    assert bases[0].startswith("Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003")
    assert bases[1].startswith("Căn cứ Nghị định số 91/2017/NĐ-CP")
    assert len(bases) == 2


def test_a_dossier_begins_with_its_letter_and_keeps_it(year):
    assert reasons_of(year.drafted) == [
        "Chưa có đơn vị nào được đề nghị. Hãy bình xét và xác nhận kết quả trước."
    ]
    year.nominated()
    proposal = year.drafted()

    assert (proposal.state, proposal.document.kind) == ("draft", DocumentKind.SUBMISSION)
    assert year.drafted().document == proposal.document
    assert Proposal.objects.count() == 1


def test_a_withdrawn_letter_makes_room_for_another(year):
    year.nominated()
    first = year.drafted().document
    year.mark_issued(first)
    Document.objects.filter(pk=first.pk).update(
        status=DocumentStatus.WITHDRAWN, ended_at=NOON, ended_by=year.chair, ended_reason="Sai số"
    )

    assert year.drafted().document != first


def test_a_dossier_goes_with_an_issued_letter_only(year):
    year.nominated()
    proposal = year.drafted()

    def submit(by=year.chair):
        return services.submit_proposal(proposal=proposal, by=by, at=NOON)

    assert reasons_of(submit) == ["Tờ trình chưa ban hành. Hãy ban hành tờ trình rồi trình hồ sơ."]
    year.mark_issued(proposal.document)
    assert reasons_of(lambda: submit(year.officers[2])) == [ONLY_CHAIR]
    assert submit().submitted_by == year.chair
    assert reasons_of(submit) == ["Hồ sơ đã trình tỉnh."]
    assert reasons_of(year.drafted) == ["Hồ sơ đã trình tỉnh."]


def test_an_undecided_tie_at_the_flag_stops_the_letter(db):
    year = AwardYear(has_ranking=False)
    year.rank(u1={"is_tied": True}, u2={"rank": 1, "is_tied": True})
    year.nominated()
    proposal = year.drafted()
    year.mark_issued(proposal.document)

    assert reasons_of(lambda: services.submit_proposal(proposal=proposal, by=year.chair, at=NOON)) == [
        "Sở số 1 đồng hạng với đơn vị khác mà chưa có quyết định kèm lý do. "
        "Hãy ghi quyết định ở trang xếp hạng."
    ]


def test_a_dossier_is_taken_back_until_the_province_acts(year):
    nomination = year.nominated()
    proposal = year.submitted()
    assert services.withdraw_proposal(proposal=proposal, by=year.chair, at=NOON).state == "draft"

    services.submit_proposal(proposal=proposal, by=year.chair, at=NOON)
    year.go(Phase.SUBMITTED)
    year.appraise(nomination)
    assert reasons_of(lambda: services.withdraw_proposal(proposal=proposal, by=year.chair, at=NOON)) == [
        "Chỉ rút lại được hồ sơ mà tỉnh chưa thẩm định."
    ]


def test_the_province_accepts_adjusts_or_returns_each_unit_and_every_word_stays(year):
    nomination = year.nominated()
    year.submitted()
    year.go(Phase.SUBMITTED)

    assert reasons_of(lambda: year.appraise(nomination, "adjust")) == [
        "Điều chỉnh hoặc trả lại cần ghi lý do."
    ]
    assert reasons_of(lambda: year.appraise(nomination, "adjust", reason="Hết Cờ.")) == [
        "Hãy chọn hình thức khen thưởng được điều chỉnh thành."
    ]
    year.appraise(nomination, "accept", award_type=year.merit)
    year.appraise(nomination, "adjust", reason="Hết Cờ.", award_type=year.merit)

    words = list(Appraisal.objects.order_by("pk"))
    assert [(one.verdict, one.award_type) for one in words] == [("accept", None), ("adjust", year.merit)]
    assert queries.proposal_of(year.cycle).state == ProposalState.APPRAISING
    (award,) = services.awards_of(queries.nominations_of(year.cycle))
    assert (award.unit, award.award_type, award.nomination) == (year.units[0], year.merit, nomination)


def test_a_returned_dossier_comes_back_with_a_letter_in_the_place_of_the_first(year):
    nomination = year.nominated()
    proposal = year.submitted()
    first = proposal.document
    year.go(Phase.SUBMITTED)
    year.appraise(nomination)

    def send_back(reason):
        return services.return_proposal(proposal=proposal, reason=reason, by=year.province_officer, at=NOON)

    assert reasons_of(lambda: send_back("")) == ["Trả lại hồ sơ cần ghi lý do."]
    send_back("Thiếu bản quét giao ước.")
    assert reasons_of(lambda: send_back("Lần nữa.")) == ["Hồ sơ này không ở tỉnh."]
    year.go(Phase.REVIEWING)
    proposal = year.drafted()
    assert proposal.document.supersedes == first
    assert reasons_of(lambda: services.submit_proposal(proposal=proposal, by=year.chair, at=NOON)) == [
        "Tờ trình chưa ban hành. Hãy ban hành tờ trình rồi trình hồ sơ."
    ]
    assert year.drafted().document == proposal.document
    year.mark_issued(proposal.document, "16")
    later_on = NOON + timedelta(days=3)
    services.submit_proposal(proposal=proposal, by=year.chair, at=later_on)
    year.go(Phase.SUBMITTED)
    # What was said of the first dossier does not count for the second.
    assert reasons_of(
        lambda: services.finish_appraisal(proposal=proposal, by=year.province_officer, at=later_on)
    ) == ["Chưa thẩm định: Sở số 1."]
    year.appraise(nomination, when=later_on)
    services.finish_appraisal(proposal=proposal, by=year.province_officer, at=later_on)


def test_appraisal_is_finished_when_every_unit_had_a_word(year):
    nomination = year.nominated()
    proposal = year.submitted()
    year.go(Phase.SUBMITTED)

    def finish():
        return services.finish_appraisal(proposal=proposal, by=year.province_officer, at=NOON)

    assert reasons_of(finish) == ["Chưa thẩm định: Sở số 1."]
    year.appraise(nomination)
    assert finish().state == ProposalState.APPRAISED
    assert reasons_of(finish) == ["Hồ sơ này không ở giai đoạn thẩm định."]
    assert reasons_of(lambda: year.appraise(nomination)) == ["Khối chưa trình hồ sơ nên chưa thẩm định được."]


def test_nobody_appraises_the_own_unit(year):
    nomination = year.nominated()
    year.submitted()
    year.go(Phase.SUBMITTED)
    moved = make_person("moi@x", "Cán Bộ Mới", role="unit_officer", unit=year.units[0])
    moved.appointments.create(role="province_head", province=year.province, from_on=date(2019, 1, 1))

    assert reasons_of(
        lambda: services.appraise_nomination(nomination=nomination, verdict="accept", by=moved, at=NOON)
    ) == ["Bạn thuộc đơn vị được đề nghị nên không thẩm định đề nghị này."]


def test_the_minutes_of_counting_exist_only_where_ballots_were_counted(year):
    def draft():
        return services.draft_count_minutes(cycle=year.cycle, by=year.chair, at=NOON)

    year.agree()
    assert reasons_of(draft) == [
        "Năm này không có cuộc bỏ phiếu nào đã kiểm phiếu; không lập biên bản kiểm phiếu."
    ]
    year.counted(1, 1)
    assert draft().kind == DocumentKind.MINUTES_COUNT
    assert draft() == Document.objects.get(kind=DocumentKind.MINUTES_COUNT)


# Decisions


def test_the_prize_follows_the_law_and_the_salary_of_the_day_of_signing(year):
    year.law()
    year.law(from_date=date(2020, 6, 1), citation="Nghị định 1/2020/NĐ-CP", multiplier=9)
    for from_date, amount in ((date(2018, 7, 1), 1_390_000), (date(2019, 7, 1), 1_490_000)):
        year.province.base_salaries.create(from_date=from_date, amount=amount, source="NĐ 38/2019/NĐ-CP")

    entry = year.awarded()

    assert (entry.prize, entry.unit_name) == (11_920_000, "Sở số 1")
    assert entry.prize_basis == (
        "8 × 1.490.000 đồng = 11.920.000 đồng, theo quy định có hiệu lực ngày 20/02/2020. "
        "Căn cứ: Nghị định 91/2017/NĐ-CP; NĐ 38/2019/NĐ-CP."
    )
    assert queries.proposal_of(year.cycle).state == ProposalState.DECIDED


def test_no_prize_is_made_up(year):
    entry = year.awarded()

    assert (entry.prize, entry.prize_basis) == (None, "")


def test_two_decisions_may_follow_one_dossier_and_one_number_is_one_decision(year):
    first, second = year.nominated(), year.nominated(2, year.merit)
    year.appraised()
    year.decide([first])
    year.decide([second])

    assert Decision.objects.get().entries.count() == 2


@pytest.mark.parametrize("given", ["nobody", "held", "withdrawn", "twice"])
def test_what_cannot_be_given_is_not_decided(year, given):
    nomination = year.nominated()
    year.nominated(2, year.merit)
    year.appraised()
    sentence = {
        "nobody": "Hãy chọn ít nhất một đơn vị được khen thưởng.",
        "held": "Sở số 1: đề nghị đang tạm dừng, chưa quyết định được.",
        "withdrawn": "Sở số 1 không có trong danh sách đề nghị của năm này. Hãy tải lại trang.",
        "twice": "Sở số 1 đã có quyết định tặng Cờ thi đua của UBND tỉnh. Hãy bỏ đơn vị này.",
    }[given]
    if given == "held":
        vet(year)
    if given == "withdrawn":
        Nomination.objects.filter(pk=nomination.pk).update(state=NominationState.WITHDRAWN)
    if given == "twice":
        year.decide([nomination])

    assert reasons_of(lambda: year.decide([] if given == "nobody" else [nomination])) == [sentence]


def test_an_award_may_be_recorded_that_no_nomination_asked_for(year):
    year.nominated()
    year.appraised()
    services.record_decision(
        cycle=year.cycle, number="9/QĐ-UBND", signed_on=date(2020, 2, 20), by=year.boss, at=at(2020, 2, 21),
        awards=[services.Award(year.units[3], year.merit)],
    )  # fmt: skip

    assert queries.entries_of(year.cycle).get().nomination is None


def test_a_decision_waits_for_the_appraisal_and_is_not_of_tomorrow(year):
    nomination = year.nominated()
    year.submitted()
    year.go(Phase.APPRAISING)
    assert reasons_of(lambda: year.decide([nomination])) == [
        "Hồ sơ chưa thẩm định xong. Hãy hoàn thành thẩm định rồi ghi quyết định."
    ]
    year.appraise(nomination)
    services.finish_appraisal(proposal=queries.proposal_of(year.cycle), by=year.province_officer, at=NOON)
    assert reasons_of(lambda: year.decide([nomination], signed_on=date(2020, 12, 1))) == [
        "Ngày ký quyết định ở tương lai (01/12/2020). Hãy kiểm tra ngày và tháng."
    ]
    assert reasons_of(lambda: year.decide([nomination], by=year.chair)) == [ONLY_PROVINCE]


def test_an_award_is_handed_over_once_also_after_the_year_is_closed(year):
    entry = year.awarded()
    year.go(Phase.CLOSED)

    def present(on=date(2020, 12, 16), by=year.chair):
        return services.record_presentation(
            entry=entry, presented_on=on, place="Hội trường", by=by, at=at(2020, 12, 17)
        )

    assert reasons_of(lambda: present(date(2020, 1, 1))) == [
        "Ngày trao tặng (01/01/2020) trước ngày ký quyết định (20/02/2020). Hãy kiểm tra ngày và tháng."
    ]
    assert reasons_of(lambda: present(by=year.officers[4])) == [
        "Cơ quan thường trực hoặc đơn vị Khối trưởng ghi việc trao tặng."
    ]
    present()
    assert reasons_of(present) == ["Việc trao tặng này đã được ghi."]


def test_an_award_is_annulled_by_the_head_with_basis_and_reason(year):
    entry = year.awarded()

    def annul(by=year.boss, reason="Kê khai không đúng.", on=date(2021, 3, 1)):
        return services.withdraw_award(
            entry=entry, basis="QĐ 77/QĐ-UBND", reason=reason, withdrawn_on=on, by=by, at=at(2021, 3, 2)
        )

    assert reasons_of(lambda: annul(by=year.province_officer)) == [
        "Chỉ lãnh đạo cơ quan thường trực ghi việc thu hồi."
    ]
    assert reasons_of(lambda: annul(reason=" ")) == ["Thu hồi cần ghi lý do."]
    assert reasons_of(lambda: annul(on=date(2020, 1, 1))) == [
        "Ngày thu hồi (01/01/2020) trước ngày ký quyết định (20/02/2020). Hãy kiểm tra ngày và tháng."
    ]
    annul()
    assert reasons_of(annul) == ["Khen thưởng này đã bị thu hồi."]
    assert reasons_of(
        lambda: services.record_presentation(
            entry=entry, presented_on=date(2021, 3, 3), place="x", by=year.boss, at=at(2021, 3, 4)
        )
    ) == ["Khen thưởng này đã bị thu hồi."]


def test_the_law_is_recorded_by_date_and_corrected_in_place(year):
    year.law()
    year.law(multiplier=None)
    year.law(from_date=date(2024, 1, 1))

    laws = list(queries.laws_of(year.province))
    assert [(law.from_date.year, law.multiplier) for law in laws] == [(2024, Decimal(8)), (2017, None)]
    assert reasons_of(lambda: year.law(by=year.province_officer)) == [ONLY_PROVINCE]
    year.law(by=year.admin)
    assert OPEN_RULE.is_secret is False
