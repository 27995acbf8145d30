"""Truth tables: who may vote on, propose, appraise and decide what, and in which phase of the year."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from awards import policies
from awards.enums import DecisionForm, NominationState, PollKind, PollStatus, ProposalState
from awards.models import (
    AwardType,
    Count,
    Decision,
    DecisionEntry,
    Nomination,
    Poll,
    PollOption,
    Presentation,
    Proposal,
    Roll,
    VettingFinding,
    Withdrawal,
)
from awards.rules import Finding
from blocs.enums import Phase, Role
from blocs.models import Cycle, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from blocs.queries import Standing
from config.kit.text import VIETNAM
from documents.enums import DocumentStatus
from documents.models import Document

AT = datetime(2020, 2, 5, 9, tzinfo=VIETNAM)
CHAIR, VICE, OTHER, STRANGER = 1, 2, 3, 9


def standing(**offices):
    given = {"members": frozenset({CHAIR, VICE, OTHER}), **offices}
    return Standing(
        user=User(pk=7), at=AT, chair_units=frozenset({CHAIR}), vice_units=frozenset({VICE}), **given
    )


def of_province(*roles, **offices):
    return standing(province_roles=frozenset(roles), **offices)


PERSONS = {
    "chair officer": standing(officer_of=frozenset({CHAIR})),
    "chair head": standing(head_of=frozenset({CHAIR})),
    "chair clerk": standing(clerk_of=frozenset({CHAIR})),
    "vice head": standing(head_of=frozenset({VICE})),
    "member officer": standing(officer_of=frozenset({OTHER})),
    "stranger": standing(officer_of=frozenset({STRANGER})),
    "province head": of_province(Role.PROVINCE_HEAD),
    "assigned officer": of_province(Role.PROVINCE_OFFICER, is_assigned_officer=True),
    "other officer": of_province(Role.PROVINCE_OFFICER),
    "council": of_province(Role.COUNCIL),
    "auditor": of_province(Role.AUDITOR),
    "admin": of_province(Role.ADMIN),
}
OF_CHAIR = {"chair officer", "chair head"}
OF_OFFICE = {"province head", "assigned officer"}
OF_BLOC = {"chair officer", "chair head", "chair clerk", "vice head", "member officer"}
CHAIR_OFFICER, BOSS = PERSONS["chair officer"], PERSONS["province head"]


def year(phase=Phase.REVIEWING):
    return Cycle(pk=1, year=2019, phase=phase)


def poll(status=PollStatus.DRAFT, form=DecisionForm.ELECTRONIC, kind=PollKind.AWARD, **fields):
    given = {"phase": Phase.REVIEWING, "rule": {}, "result": {}, **fields}
    return Poll(pk=5, cycle=year(given.pop("phase")), status=status, form=form, kind=kind, **given)


def nomination(state=NominationState.AGREED, phase=Phase.REVIEWING, unit=OTHER):
    return Nomination(pk=3, cycle=year(phase), unit=Unit(pk=unit, name="Sở Y tế"), state=state)


def proposal(state=ProposalState.DRAFT, phase=Phase.REVIEWING, status=DocumentStatus.ISSUED):
    return Proposal(pk=4, cycle=year(phase), state=state, document=Document(pk=6, status=status))


def entry(**followed_by):
    """An award, and what came of it."""
    made = DecisionEntry(pk=1)
    made.decision = Decision(signed_on=date(2020, 2, 20))
    after = {"correction": None, "presentation": None, "withdrawal": None}
    made._state.fields_cache |= {**after, **followed_by}
    return made


def allowed(act):
    return {name for name, who in PERSONS.items() if act(who) == []}


# Who


@pytest.mark.parametrize(
    "act",
    [
        lambda who: policies.create_poll(who, year()),
        lambda who: policies.discard_poll(who, poll()),
        lambda who: policies.open_poll(who, poll()),
        lambda who: policies.record_consensus(who, poll(form=DecisionForm.CONSENSUS)),
        lambda who: policies.close_poll(who, poll(PollStatus.OPEN)),
        lambda who: policies.count_poll(who, poll(PollStatus.CLOSED)),
        lambda who: policies.confirm_poll(who, poll(PollStatus.COUNTED), (), (), ""),
        lambda who: policies.void_poll(who, poll(PollStatus.OPEN), "Nhầm."),
        lambda who: policies.withdraw_nomination(who, nomination(), None, "Xin rút."),
        lambda who: policies.draft_count_minutes(who, year(), has_counts=True),
        lambda who: policies.draft_proposal(who, year(), [nomination()], None),
        lambda who: policies.submit_proposal(who, proposal()),
        lambda who: policies.withdraw_proposal(who, proposal(ProposalState.SUBMITTED)),
    ],
)
def test_the_chair_unit_runs_votes_and_the_dossier_and_nobody_else(act):
    assert allowed(act) == OF_CHAIR
    assert {tuple(act(who)) for name, who in PERSONS.items() if name not in OF_CHAIR} == {(ONLY_CHAIR,)}


@pytest.mark.parametrize(
    "act",
    [
        lambda who: (
            policies.appraise_nomination(
                who, nomination(phase=Phase.SUBMITTED), proposal(ProposalState.SUBMITTED)
            )
            if OTHER not in who.belongs_to
            else [ONLY_PROVINCE]
        ),
        lambda who: policies.return_proposal(
            who, proposal(ProposalState.SUBMITTED, Phase.SUBMITTED), "Thiếu."
        ),
        lambda who: policies.finish_appraisal(who, proposal(ProposalState.APPRAISING, Phase.APPRAISING), ()),
        lambda who: policies.record_decision(who, year(Phase.APPRAISING), proposal(ProposalState.APPRAISED)),
    ],
)
def test_the_office_appraises_through_its_head_and_the_assigned_officer(act):
    assert allowed(act) == OF_OFFICE
    assert {tuple(act(who)) for name, who in PERSONS.items() if name not in OF_OFFICE} == {(ONLY_PROVINCE,)}


def test_every_officer_of_the_province_writes_down_what_agencies_report():
    of_office = {*OF_OFFICE, "other officer"}
    held = nomination(NominationState.HELD)
    finding = VettingFinding(unit=held.unit)

    assert allowed(lambda who: policies.record_vetting(who, held.unit)) == of_office
    assert allowed(lambda who: policies.end_vetting(who, finding)) == of_office
    assert allowed(lambda who: policies.lift_hold(who, held, ())) == of_office


def test_awards_are_handed_over_by_office_or_chair_and_annulled_by_the_head_alone():
    assert allowed(lambda who: policies.record_presentation(who, entry())) == OF_OFFICE | OF_CHAIR
    assert allowed(lambda who: policies.withdraw_award(who, entry(), "Gian dối.")) == {"province head"}
    assert allowed(policies.change_law) == {"province head", "admin"}


def test_figures_of_a_hand_count_are_typed_by_people_of_the_members():
    def act(who):
        return policies.enter_count(who, poll(PollStatus.OPEN, DecisionForm.PAPER), None)

    assert allowed(act) == OF_BLOC
    assert act(PERSONS["auditor"]) == ["Chỉ người của các đơn vị thành viên nhập kết quả kiểm phiếu."]


# When


ALL = set(Phase)
HOLD = {Phase.REVIEWING, Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED}


@pytest.mark.parametrize(
    ("act", "open_in"),
    [
        (lambda phase: policies.create_poll(CHAIR_OFFICER, year(phase), PollKind.CHAIR), HOLD),
        (lambda phase: policies.create_poll(CHAIR_OFFICER, year(phase), PollKind.AWARD), {Phase.REVIEWING}),
        (lambda phase: policies.close_poll(CHAIR_OFFICER, poll(PollStatus.OPEN, phase=phase)), HOLD),
        (
            lambda phase: policies.enter_count(
                CHAIR_OFFICER, poll(PollStatus.OPEN, DecisionForm.HANDS, phase=phase), None
            ),
            HOLD,
        ),
        (
            lambda phase: policies.withdraw_nomination(CHAIR_OFFICER, nomination(phase=phase), None, "x"),
            {Phase.REVIEWING},
        ),
        (
            lambda phase: policies.submit_proposal(CHAIR_OFFICER, proposal(phase=phase)),
            {Phase.REVIEWING, Phase.SUBMITTED},
        ),
        (
            lambda phase: policies.finish_appraisal(BOSS, proposal(ProposalState.APPRAISING, phase), ()),
            {Phase.SUBMITTED, Phase.APPRAISING},
        ),
        (
            lambda phase: policies.record_decision(BOSS, year(phase), proposal(ProposalState.APPRAISED)),
            {Phase.APPRAISING, Phase.DECIDED},
        ),
        (lambda phase: policies.record_presentation(BOSS, entry()), ALL),
        (lambda phase: policies.withdraw_award(BOSS, entry(), "x"), ALL),
    ],
)
def test_each_action_has_its_phases_of_the_year(act, open_in):
    assert {phase for phase in Phase if act(phase) == []} == open_in
    for phase in ALL - open_in:
        named = "đã kết thúc" if phase == Phase.CLOSED else f"đang ở giai đoạn “{phase.label}”"
        assert named in act(phase)[0]


# In which state


@pytest.mark.parametrize(
    ("act", "passing"),
    [
        (lambda status: policies.discard_poll(CHAIR_OFFICER, poll(status)), {"draft"}),
        (lambda status: policies.open_poll(CHAIR_OFFICER, poll(status)), {"draft"}),
        (
            lambda status: policies.record_consensus(CHAIR_OFFICER, poll(status, DecisionForm.CONSENSUS)),
            {"draft"},
        ),
        (
            lambda status: policies.cast_vote(
                CHAIR_OFFICER, poll(status), Roll(is_present=True), has_key=True
            ),
            {"open"},
        ),
        (lambda status: policies.close_poll(CHAIR_OFFICER, poll(status)), {"open"}),
        (lambda status: policies.count_poll(CHAIR_OFFICER, poll(status)), {"closed"}),
        (
            lambda status: policies.count_poll(CHAIR_OFFICER, poll(status, closes_at=AT)),
            {"open", "closed"},
        ),
        (
            lambda status: policies.enter_count(CHAIR_OFFICER, poll(status, DecisionForm.PAPER), None),
            {"open", "closed"},
        ),
        (lambda status: policies.confirm_poll(CHAIR_OFFICER, poll(status), (), (), ""), {"counted"}),
        (lambda status: policies.void_poll(CHAIR_OFFICER, poll(status), "x"), {"draft", "open", "closed"}),
    ],
)
def test_each_step_of_a_poll_has_its_states(act, passing):
    assert {status.value for status in PollStatus if act(status) == []} == passing


@pytest.mark.parametrize(
    ("act", "passing"),
    [
        (lambda form: policies.open_poll(CHAIR_OFFICER, poll(form=form)), {"hands", "paper", "electronic"}),
        (lambda form: policies.record_consensus(CHAIR_OFFICER, poll(form=form)), {"consensus"}),
        (
            lambda form: policies.cast_vote(CHAIR_OFFICER, poll(PollStatus.OPEN, form), Roll(), has_key=True),
            {"electronic"},
        ),
        (lambda form: policies.count_poll(CHAIR_OFFICER, poll(PollStatus.CLOSED, form)), {"electronic"}),
        (
            lambda form: policies.enter_count(CHAIR_OFFICER, poll(PollStatus.OPEN, form), None),
            {"hands", "paper"},
        ),
    ],
)
def test_each_form_of_decision_has_its_own_way(act, passing):
    assert {form.value for form in DecisionForm if act(form) == []} == passing


def test_what_is_not_counted_by_hand_or_not_running_takes_no_figures():
    def typed(**fields):
        return policies.enter_count(CHAIR_OFFICER, poll(**fields), None)

    assert typed(status=PollStatus.OPEN) == ["Việc này không nhập kết quả kiểm phiếu bằng tay."]
    assert typed(status=PollStatus.COUNTED, form=DecisionForm.PAPER) == [
        "Chỉ nhập kết quả khi việc này đang bỏ phiếu hoặc vừa đóng."
    ]
    again = policies.enter_count(
        CHAIR_OFFICER, poll(PollStatus.OPEN, DecisionForm.PAPER), Count(counted_by_id=7)
    )
    assert again == ["Bạn vừa nhập kết quả của việc này. Người thứ hai cần nhập lại để đối chiếu."]


@pytest.mark.parametrize(
    ("act", "passing"),
    [
        (
            lambda state: policies.draft_proposal(CHAIR_OFFICER, year(), [nomination()], proposal(state)),
            {"draft", "returned"},
        ),
        (lambda state: policies.submit_proposal(CHAIR_OFFICER, proposal(state)), {"draft", "returned"}),
        (
            lambda state: policies.withdraw_nomination(CHAIR_OFFICER, nomination(), proposal(state), "x"),
            {"draft", "returned"},
        ),
        (lambda state: policies.withdraw_proposal(CHAIR_OFFICER, proposal(state)), {"submitted"}),
        (
            lambda state: policies.appraise_nomination(
                BOSS, nomination(phase=Phase.SUBMITTED), proposal(state)
            ),
            {"submitted", "appraising"},
        ),
        (
            lambda state: policies.return_proposal(BOSS, proposal(state, Phase.APPRAISING), "x"),
            {"submitted", "appraising", "appraised"},
        ),
        (
            lambda state: policies.finish_appraisal(BOSS, proposal(state, Phase.APPRAISING), ()),
            {"submitted", "appraising"},
        ),
        (
            lambda state: policies.record_decision(BOSS, year(Phase.APPRAISING), proposal(state)),
            {"appraised", "decided"},
        ),
    ],
)
def test_each_step_of_the_dossier_has_its_states(act, passing):
    assert {state.value for state in ProposalState if act(state) == []} == passing


def test_a_letter_goes_once_it_is_issued():
    passing = {
        status.value
        for status in DocumentStatus
        if policies.submit_proposal(CHAIR_OFFICER, proposal(status=status)) == []
    }

    assert passing == {"issued", "replaced"}
    bare = Proposal(pk=4, cycle=year(), state=ProposalState.DRAFT)
    assert policies.submit_proposal(CHAIR_OFFICER, bare) == [
        "Tờ trình chưa ban hành. Hãy ban hành tờ trình rồi trình hồ sơ."
    ]
    assert policies.submit_proposal(CHAIR_OFFICER, proposal(), ["Còn thiếu."]) == ["Còn thiếu."]


# Voting


def test_the_roll_decides_who_votes_whatever_the_role():
    passing = allowed(
        lambda who: policies.cast_vote(who, poll(PollStatus.OPEN), Roll(is_present=True), has_key=True)
    )

    assert passing == set(PERSONS)
    assert policies.cast_vote(CHAIR_OFFICER, poll(PollStatus.OPEN), None, has_key=True) == [
        "Bạn không có tên trong danh sách bỏ phiếu của việc này."
    ]


def test_the_absent_vote_only_in_writing():
    absent = Roll(is_present=False)

    assert (
        policies.cast_vote(
            CHAIR_OFFICER, poll(PollStatus.OPEN, rule={"written_allowed": True}), absent, has_key=True
        )
        == []
    )
    assert policies.cast_vote(CHAIR_OFFICER, poll(PollStatus.OPEN), absent, has_key=True) == [
        "Đơn vị vắng mặt, hoặc người dự chưa có văn bản ủy quyền, nên không bỏ phiếu được. "
        "Hãy báo thư ký hội nghị."
    ]
    assert policies.cast_vote(CHAIR_OFFICER, poll(PollStatus.OPEN), Roll(has_voted=True), has_key=True) == [
        "Đơn vị đã bỏ phiếu. Mỗi đơn vị chỉ bỏ một lá phiếu."
    ]


@pytest.mark.parametrize(
    ("closes_at", "has_closed"),
    [
        (None, False),
        (AT + timedelta(seconds=1), False),
        (AT, True),
        (AT - timedelta(days=1), True),
    ],
)
def test_a_vote_has_closed_from_its_closing_time_on(closes_at, has_closed):
    ballot = policies.cast_vote(
        CHAIR_OFFICER, poll(PollStatus.OPEN, closes_at=closes_at), Roll(), has_key=True
    )

    assert policies.has_closed(poll(closes_at=closes_at), AT) is has_closed
    assert bool(ballot) is has_closed


# Confirming


def test_a_finding_that_forbids_is_not_waved_through_and_another_asks_for_a_reason():
    counted = poll(PollStatus.COUNTED)

    def confirm(*findings, reason="", blockers=()):
        return policies.confirm_poll(CHAIR_OFFICER, counted, (), findings, reason, blockers)

    assert confirm(reason="") == []
    assert confirm(Finding("Đã giải thể.", True), reason="Vẫn đề nghị.") == ["Đã giải thể."]
    assert confirm(Finding("Khác thứ tự.", False)) == ["Khác thứ tự.", "Hãy ghi lý do để đưa vào biên bản."]
    assert confirm(Finding("Khác thứ tự.", False), reason="Có mô hình mới.") == []
    assert confirm(blockers=["Chưa mở năm sau."], reason="x") == ["Chưa mở năm sau."]


def test_a_tie_is_settled_by_naming_some_of_the_tied_and_the_reason():
    tied = poll(PollStatus.COUNTED, seats=1, result={"tied": ["1", "2"]})
    first, second = PollOption(pk=1), PollOption(pk=2)

    assert policies.confirm_poll(CHAIR_OFFICER, tied, [first], (), "Hội nghị chọn.") == []
    assert policies.confirm_poll(CHAIR_OFFICER, tied, [], (), "Hội nghị chọn.") == [
        "Bằng phiếu: hãy chọn đơn vị theo quyết định của hội nghị và ghi lý do."
    ]
    assert policies.confirm_poll(CHAIR_OFFICER, tied, [first, second], (), "x") == [
        "Chỉ chọn tối đa 1. Hãy bỏ bớt 1."
    ]
    assert policies.confirm_poll(CHAIR_OFFICER, tied, [first], (), " ") == [
        "Hãy ghi lý do để đưa vào biên bản."
    ]


# What the province asks


def test_who_belongs_to_the_unit_does_not_appraise_it():
    one = nomination(phase=Phase.SUBMITTED)
    both = of_province(Role.PROVINCE_HEAD, officer_of=frozenset({OTHER}))
    elsewhere = of_province(Role.PROVINCE_HEAD, officer_of=frozenset({VICE}))

    assert policies.appraise_nomination(elsewhere, one, proposal(ProposalState.SUBMITTED)) == []
    assert policies.appraise_nomination(both, one, proposal(ProposalState.SUBMITTED)) == [
        "Bạn thuộc đơn vị được đề nghị nên không thẩm định đề nghị này."
    ]


@pytest.mark.parametrize(
    ("verdict", "reason", "award", "refused"),
    [
        ("accept", "", None, []),
        ("return", "Chưa đủ.", None, []),
        ("return", " ", None, ["Điều chỉnh hoặc trả lại cần ghi lý do."]),
        ("adjust", "Hết Cờ.", AwardType(pk=2), []),
        ("adjust", "", AwardType(pk=2), ["Điều chỉnh hoặc trả lại cần ghi lý do."]),
        ("adjust", "Hết Cờ.", None, ["Hãy chọn hình thức khen thưởng được điều chỉnh thành."]),
    ],
)
def test_other_words_than_yes_have_a_reason_and_an_award(verdict, reason, award, refused):
    one, sent = nomination(phase=Phase.SUBMITTED), proposal(ProposalState.SUBMITTED)

    assert policies.appraise_nomination(BOSS, one, sent, verdict, reason, award) == refused


def test_what_was_taken_back_is_not_appraised_and_not_taken_back_again():
    gone = nomination(NominationState.WITHDRAWN, Phase.SUBMITTED)

    for act in (
        policies.appraise_nomination(BOSS, gone, proposal(ProposalState.SUBMITTED)),
        policies.withdraw_nomination(CHAIR_OFFICER, gone, None, "x"),
    ):
        assert act == ["Đề nghị này đã được rút."]


def test_a_dossier_that_does_not_exist_is_not_appraised_nor_decided():
    assert policies.appraise_nomination(BOSS, nomination(), None) == [
        "Khối chưa trình hồ sơ nên chưa thẩm định được."
    ]
    assert policies.record_decision(BOSS, year(Phase.APPRAISING), None) == [
        "Hồ sơ chưa thẩm định xong. Hãy hoàn thành thẩm định rồi ghi quyết định."
    ]


@pytest.mark.parametrize(("day", "is_allowed"), [(4, True), (5, True), (6, False)])
def test_a_decision_is_not_signed_tomorrow(day, is_allowed):
    sent = proposal(ProposalState.APPRAISED)
    found = policies.record_decision(BOSS, year(Phase.APPRAISING), sent, date(2020, 2, day))

    assert (found == []) is is_allowed


def test_a_hold_is_lifted_once_nothing_holds_the_unit():
    held = nomination(NominationState.HELD)

    assert policies.lift_hold(BOSS, held, ()) == []
    assert policies.lift_hold(BOSS, held, [object()]) == [
        "Đơn vị còn ý kiến hiệp y chưa kết thúc. Hãy ghi ngày kết thúc của ý kiến đó trước."
    ]
    assert policies.lift_hold(BOSS, nomination(), ()) == ["Đề nghị này không bị tạm dừng."]


def test_an_annulled_award_is_neither_handed_over_nor_annulled_again():
    annulled, given = entry(withdrawal=Withdrawal()), entry(presentation=Presentation())

    assert policies.record_presentation(BOSS, annulled) == ["Khen thưởng này đã bị thu hồi."]
    assert policies.withdraw_award(BOSS, annulled, "x") == ["Khen thưởng này đã bị thu hồi."]
    assert policies.record_presentation(BOSS, given) == ["Việc trao tặng này đã được ghi."]
    assert policies.withdraw_award(BOSS, given, "Gian dối.") == []
