"""What must be settled before a poll opens, and the states a poll and a dossier pass through."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from awards.enums import DecisionForm, NominationState, PollStatus, ProposalState
from awards.rules.votes import VoteRule, has_quorum, no_quorum_sentence
from config.kit.text import search_key

# A counting committee of three, approved by show of hands (DOMAIN §9).
COMMITTEE_SIZE = 3
# How many people type the figures of a count on paper, each of another unit.
COUNTS = 2
# What stands before a name in minutes (ông, bà, đồng chí), as a search key.
TITLES = ("", "ong", "ba", "dongchi", "dc")

POLL_MOVES: Mapping[PollStatus, tuple[PollStatus, ...]] = {
    PollStatus.DRAFT: (
        PollStatus.OPEN,
        PollStatus.COUNTED,
        PollStatus.VOIDED,
    ),  # thống nhất thì không bỏ phiếu
    PollStatus.OPEN: (PollStatus.CLOSED, PollStatus.COUNTED, PollStatus.VOIDED),  # hết giờ theo đồng hồ
    PollStatus.CLOSED: (PollStatus.COUNTED, PollStatus.VOIDED),
    PollStatus.COUNTED: (PollStatus.CONFIRMED,),  # sau khi kiểm phiếu không hủy được nữa
    PollStatus.CONFIRMED: (),
    PollStatus.VOIDED: (),
}

PROPOSAL_MOVES: Mapping[ProposalState, tuple[ProposalState, ...]] = {
    ProposalState.DRAFT: (ProposalState.SUBMITTED,),
    # Rút lại khi tỉnh chưa xử lý; tỉnh trả lại ngay khi hồ sơ chưa đủ.
    ProposalState.SUBMITTED: (ProposalState.APPRAISING, ProposalState.DRAFT, ProposalState.RETURNED),
    ProposalState.APPRAISING: (ProposalState.APPRAISED, ProposalState.RETURNED),
    ProposalState.RETURNED: (ProposalState.SUBMITTED,),
    ProposalState.APPRAISED: (ProposalState.DECIDED, ProposalState.RETURNED),
    ProposalState.DECIDED: (),
}

NOMINATION_MOVES: Mapping[NominationState, tuple[NominationState, ...]] = {
    NominationState.DRAFT: (
        NominationState.AGREED,
        NominationState.REJECTED,
        NominationState.HELD,
        NominationState.WITHDRAWN,
    ),
    NominationState.AGREED: (NominationState.HELD, NominationState.WITHDRAWN),
    NominationState.HELD: (NominationState.AGREED, NominationState.WITHDRAWN),
    NominationState.REJECTED: (),
    NominationState.WITHDRAWN: (),
}

SECRET_FORMS = frozenset({DecisionForm.PAPER, DecisionForm.ELECTRONIC})


@dataclass(frozen=True)
class Opening:
    """A poll about to open, as the check-list sees it; names are those of voters with the fault."""

    question: str
    form: DecisionForm
    rule: VoteRule
    options: Sequence[str]
    entitled: int
    present: int
    without_representative: Sequence[str] = ()
    without_mandate: Sequence[str] = ()  # represented by somebody who is no leader of the unit, with no paper
    represented_by_other: Sequence[str] = ()  # by somebody with a mandate
    committee: int = 0
    counting_units: int = 0  # member units with somebody on the committee who can sign in and type a count
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    round_number: int = 1


def form_findings(rule: VoteRule, form: DecisionForm) -> list[str]:
    """Say where the form of decision cannot give the secrecy that the rule asks for."""
    if rule.is_secret and form not in SECRET_FORMS:
        return [
            f"Quy định là bỏ phiếu kín nên không dùng hình thức “{DecisionForm(form).label}”. Hãy chọn phiếu kín."
        ]
    return []


def _voter_findings(opening: Opening) -> list[str]:
    reasons = [
        f"{name} chưa có người đại diện. Hãy ghi ở danh sách dự họp."
        for name in opening.without_representative
    ]
    reasons += [
        f"Người đại diện của {name} không phải lãnh đạo đơn vị và chưa có giấy ủy quyền."
        for name in opening.without_mandate
    ]
    if not opening.rule.proxy_allowed:
        reasons += [
            f"{name} cử người theo ủy quyền, trong khi quy định không cho biểu quyết theo ủy quyền."
            for name in opening.represented_by_other
        ]
    if opening.entitled == 0:
        reasons.append("Chưa có ai trong danh sách biểu quyết.")
    elif not has_quorum(opening.rule, opening.entitled, opening.present):
        reasons.append(no_quorum_sentence(opening.rule, opening.entitled, opening.present))
    return reasons


def _ballot_findings(opening: Opening) -> list[str]:
    reasons = []
    if opening.form in SECRET_FORMS and opening.committee < COMMITTEE_SIZE:
        lacking = "Tổ kiểm phiếu chưa đủ người" if opening.committee else "Chưa có tổ kiểm phiếu"
        reasons.append(f"{lacking}. Hãy ghi ít nhất {COMMITTEE_SIZE} người được hội nghị thông qua.")
    elif opening.form == DecisionForm.PAPER and opening.counting_units < COUNTS:
        reasons.append(
            "Tổ kiểm phiếu cần có người của ít nhất hai đơn vị thành viên có tài khoản, vì hai người của hai đơn vị "
            "nhập kết quả kiểm phiếu. Hãy ghi đúng họ tên như trong hệ thống, cách nhau bằng dấu phẩy."
        )
    if opening.opens_at and opening.closes_at and opening.closes_at <= opening.opens_at:
        reasons.append("Giờ kết thúc bỏ phiếu phải sau giờ bắt đầu.")
    return reasons


def committee_size(names: str) -> int:
    """How many people a list of names holds: one a line, or parted by commas, semicolons or “và”."""
    return sum(bool(name.strip()) for name in re.split(r"[\n,;]|\bvà\b", names))


def sits_on(committee: str, full_name: str) -> bool:
    """Tell whether somebody is named in the committee's text, with or without a title before the name.

    The trigger `counted_by_the_committee` compares in the same way.
    """
    parts = (search_key(part) for part in re.split(r"[\n,;()–]| - | và ", committee))
    return any(part == title + search_key(full_name) for part in parts for title in TITLES)


def opening_findings(opening: Opening) -> list[str]:
    """Everything missing before a poll may open; after opening none of it can change."""
    reasons = [] if opening.question.strip() else ["Chưa ghi nội dung cần quyết định."]
    if not opening.options:
        reasons.append("Chưa có phương án nào để biểu quyết.")
    elif len(set(opening.options)) != len(opening.options):
        reasons.append("Có phương án bị ghi hai lần.")
    if opening.round_number > opening.rule.rounds:
        reasons.append(f"Quy định chỉ cho bỏ phiếu tối đa {opening.rule.rounds} vòng.")
    reasons += form_findings(opening.rule, opening.form)
    return reasons + _voter_findings(opening) + _ballot_findings(opening)
