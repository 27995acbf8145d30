"""Who may vote, count, propose, appraise and decide now; an empty list means yes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from awards.enums import (
    AppraisalVerdict,
    Choice,
    CountOrigin,
    DecisionForm,
    NominationState,
    PollKind,
    PollStatus,
    ProposalState,
)
from awards.models import (
    AwardType,
    Count,
    DecisionEntry,
    Nomination,
    Poll,
    PollOption,
    Proposal,
    Roll,
    VettingFinding,
)
from awards.rules import OPEN_IN, Finding, refusals, sits_on
from blocs.models import Cycle, Unit
from blocs.policies import ONLY_CHAIR, ONLY_PROVINCE
from blocs.queries import Standing
from blocs.rules import outside_window
from config.kit.text import day
from documents.enums import DocumentStatus

NOT_ELECTRONIC = "Việc này không bỏ phiếu trên hệ thống. Hãy bỏ phiếu tại hội nghị."
LOST_KEY = (
    "Máy chủ không còn khóa niêm phong phiếu của cuộc bỏ phiếu này nên phiếu đã bỏ không mở được. "
    "Khối trưởng hãy hủy cuộc bỏ phiếu này và tổ chức bỏ phiếu lại."
)
LOST_BALLOTS = (
    "Khóa niêm phong phiếu không còn, hoặc phiếu đã bị thay đổi, nên không mở được đủ số phiếu đã bỏ. "
    "Cuộc bỏ phiếu này không có kết quả; hãy tổ chức bỏ phiếu lại."
)
# What the database says to a ballot, and what that means to the person.
CASTING_ANSWERS = {
    "cast": [],
    "voted": ["Đơn vị đã bỏ phiếu. Mỗi đơn vị chỉ bỏ một lá phiếu."],
    "closed": ["Cuộc bỏ phiếu đã đóng. Phiếu của bạn chưa được ghi nhận."],
}
AT_THE_BLOC = (ProposalState.DRAFT, ProposalState.RETURNED)
BEING_APPRAISED = (ProposalState.SUBMITTED, ProposalState.APPRAISING)
# A letter that was issued; one in its place may be on its way.
SENT = (DocumentStatus.ISSUED, DocumentStatus.REPLACED)
ALREADY_WITHDRAWN = "Khen thưởng này đã bị thu hồi."
LETTER_DAY, SIGNED_ON = "ngày tờ trình của khối", "ngày ký quyết định"
COUNTED_BY_HAND = {DecisionForm.PAPER: CountOrigin.PAPER, DecisionForm.HANDS: CountOrigin.HANDS}


def _chair_in(who: Standing, cycle: Cycle, action: str) -> list[str]:
    if not who.is_chair:
        return [ONLY_CHAIR]
    return outside_window(action, cycle.phase, OPEN_IN)


def _province_in(who: Standing, cycle: Cycle, action: str) -> list[str]:
    if not (who.is_province_head or who.is_assigned_officer):
        return [ONLY_PROVINCE]
    return outside_window(action, cycle.phase, OPEN_IN)


def create_poll(who: Standing, cycle: Cycle, kind: str = "") -> list[str]:
    """Offices are voted on also after the dossier went; who is proposed is settled before."""
    return _chair_in(who, cycle, "change_nominations" if kind == PollKind.AWARD else "hold_poll")


def discard_poll(who: Standing, poll: Poll) -> list[str]:
    if poll.status != PollStatus.DRAFT:
        return ["Cuộc bỏ phiếu đã mở thì không xóa được; hãy hủy với lý do."]
    return create_poll(who, poll.cycle)


def open_poll(who: Standing, poll: Poll, missing: Sequence[str] = ()) -> list[str]:
    """`missing` = what the opening check-list lacks."""
    if poll.status != PollStatus.DRAFT:
        return ["Cuộc bỏ phiếu này đã được mở."]
    if poll.form == DecisionForm.CONSENSUS:
        return ["Việc này quyết định bằng thống nhất, không mở bỏ phiếu. Hãy ghi kết quả thống nhất."]
    return create_poll(who, poll.cycle, poll.kind) or list(missing)


def record_consensus(who: Standing, poll: Poll, missing: Sequence[str] = ()) -> list[str]:
    if poll.form != DecisionForm.CONSENSUS:
        return ["Việc này quyết định bằng hình thức khác. Hãy ghi kết quả theo hình thức đã chọn."]
    if poll.status != PollStatus.DRAFT:
        return ["Kết quả thống nhất của việc này đã được ghi."]
    return create_poll(who, poll.cycle, poll.kind) or list(missing)


def cast_vote(who: Standing, poll: Poll, entry: Roll | None, *, has_key: bool) -> list[str]:
    """The roll decides, not the role; closing is a comparison of times. `has_key` = ballots can still be opened."""
    if poll.form != DecisionForm.ELECTRONIC:
        return [NOT_ELECTRONIC]
    if poll.status != PollStatus.OPEN or has_closed(poll, who.at):
        return CASTING_ANSWERS["closed"]
    if not has_key:
        return [LOST_KEY]
    if entry is None:
        return ["Bạn không có tên trong danh sách bỏ phiếu của việc này."]
    if not entry.is_present and not poll.rule.get("written_allowed"):
        return [
            "Đơn vị vắng mặt, hoặc người dự chưa có văn bản ủy quyền, nên không bỏ phiếu được. "
            "Hãy báo thư ký hội nghị."
        ]
    if entry.has_voted:
        return CASTING_ANSWERS["voted"]
    return []


def ballot_faults(poll: Poll, entry: Roll, choices: Mapping[str, str]) -> list[str]:
    """Why a ballot would not count; said before it is cast, for afterwards nobody can mend it."""
    known = {str(option.pk): option for option in poll.options.all()}
    if not (choices.keys() <= known.keys() and set(choices.values()) <= set(Choice.values)):
        return ["Lá phiếu có phương án không hợp lệ. Hãy tải lại trang rồi chọn lại."]
    if poll.is_choice and sum(said == Choice.FOR for said in choices.values()) > poll.seats:
        return [f"Chỉ chọn tối đa {poll.seats}. Hãy bỏ bớt rồi gửi lại."]
    own = [key for key in choices if known[key].unit_id and known[key].unit_id == entry.unit_id]
    if own and not poll.rule.get("own_unit_votes", True):
        return ["Đơn vị không bỏ phiếu cho chính mình. Hãy chọn lại."]
    return []


def has_closed(poll: Poll, at: datetime) -> bool:
    """Tell whether the closing time has come; no job needs to have run."""
    return poll.closes_at is not None and at >= poll.closes_at


def close_poll(who: Standing, poll: Poll) -> list[str]:
    if poll.status != PollStatus.OPEN:
        return ["Cuộc bỏ phiếu này không còn mở."]
    return create_poll(who, poll.cycle)


def count_poll(who: Standing, poll: Poll) -> list[str]:
    """Seal and count the electronic ballots, once, after closing."""
    if poll.form != DecisionForm.ELECTRONIC:
        return [NOT_ELECTRONIC]
    if poll.status in (PollStatus.COUNTED, PollStatus.CONFIRMED):
        return ["Cuộc bỏ phiếu này đã được kiểm phiếu."]
    if poll.status == PollStatus.OPEN and not has_closed(poll, who.at):
        return ["Đang bỏ phiếu. Hãy đóng bỏ phiếu rồi kiểm phiếu."]
    if poll.status not in (PollStatus.OPEN, PollStatus.CLOSED):
        return ["Cuộc bỏ phiếu này chưa mở hoặc đã hủy."]
    return create_poll(who, poll.cycle)


def enter_count(
    who: Standing,
    poll: Poll,
    last: Count | None,
    findings: Sequence[str] = (),
    *,
    shares_unit: bool = False,
) -> list[str]:
    """Paper and hands: typed by two people of two units, one after the other; `last` = what was typed before."""
    if poll.form not in COUNTED_BY_HAND:
        return ["Việc này không nhập kết quả kiểm phiếu bằng tay."]
    if poll.status not in (PollStatus.OPEN, PollStatus.CLOSED):
        return ["Chỉ nhập kết quả khi việc này đang bỏ phiếu hoặc vừa đóng."]
    if not who.member_of:
        return ["Chỉ người của các đơn vị thành viên nhập kết quả kiểm phiếu."]
    if last and last.counted_by_id == who.user.pk:
        return ["Bạn vừa nhập kết quả của việc này. Người thứ hai cần nhập lại để đối chiếu."]
    if poll.form == DecisionForm.PAPER and not sits_on(poll.counting_committee, who.user.full_name):
        return [
            f"Chỉ người trong tổ kiểm phiếu nhập kết quả: {poll.counting_committee}. Hãy nhờ một người có tên trong "
            "tổ đăng nhập và nhập."
        ]
    if shares_unit:
        return [
            "Người nhập lần trước cùng đơn vị với bạn. Hãy nhờ người của đơn vị khác nhập lại để đối chiếu."
        ]
    return outside_window("hold_poll", poll.cycle.phase, OPEN_IN) or list(findings)


def confirm_poll(
    who: Standing,
    poll: Poll,
    winners: Sequence[PollOption],
    findings: Sequence[Finding],
    reason: str,
    blockers: Sequence[str] = (),
) -> list[str]:
    """Confirm the result: a tie needs a human decision, an order unlike the scores' a reason.

    `findings` forbid or ask for a reason; `blockers` = why an office could not be taken.
    """
    if poll.status != PollStatus.COUNTED:
        return ["Chỉ xác nhận được kết quả sau khi kiểm phiếu hoặc ghi thống nhất."]
    reasons = create_poll(who, poll.cycle, poll.kind) or [*blockers, *refusals(findings, reason)]
    tied = set(poll.result.get("tied", ()))
    if tied and not tied & {str(option.pk) for option in winners}:
        reasons.append("Bằng phiếu: hãy chọn đơn vị theo quyết định của hội nghị và ghi lý do.")
    if tied and len(winners) > poll.seats:
        reasons.append(f"Chỉ chọn tối đa {poll.seats}. Hãy bỏ bớt {len(winners) - poll.seats}.")
    if not reason.strip() and (tied or any(not one.is_blocking for one in findings)):
        reasons.append("Hãy ghi lý do để đưa vào biên bản.")
    return reasons


def void_poll(who: Standing, poll: Poll, reason: str) -> list[str]:
    if poll.status in (PollStatus.COUNTED, PollStatus.CONFIRMED):
        return ["Đã kiểm phiếu thì không hủy được. Hãy tổ chức lần bỏ phiếu sau."]
    if poll.status == PollStatus.VOIDED:
        return ["Cuộc bỏ phiếu này đã hủy."]
    if not reason.strip():
        return ["Hủy cuộc bỏ phiếu cần ghi lý do."]
    return create_poll(who, poll.cycle)


def withdraw_nomination(
    who: Standing, nomination: Nomination, proposal: Proposal | None, reason: str
) -> list[str]:
    if nomination.state == NominationState.WITHDRAWN:
        return ["Đề nghị này đã được rút."]
    if proposal and proposal.state not in AT_THE_BLOC:
        return ["Hồ sơ đã trình tỉnh. Hãy rút lại hồ sơ trước khi rút đề nghị."]
    if not reason.strip():
        return ["Rút đề nghị cần ghi lý do."]
    return _chair_in(who, nomination.cycle, "change_nominations")


def record_vetting(who: Standing, unit: Unit) -> list[str]:
    return [] if who.is_province_officer or who.is_province_head else [ONLY_PROVINCE]


def end_vetting(who: Standing, finding: VettingFinding) -> list[str]:
    if finding.to_on:
        return ["Ý kiến hiệp y này đã ghi ngày kết thúc."]
    return record_vetting(who, finding.unit)


def lift_hold(who: Standing, nomination: Nomination, open_findings: Collection[object]) -> list[str]:
    if nomination.state != NominationState.HELD:
        return ["Đề nghị này không bị tạm dừng."]
    if open_findings:
        return ["Đơn vị còn ý kiến hiệp y chưa kết thúc. Hãy ghi ngày kết thúc của ý kiến đó trước."]
    return record_vetting(who, nomination.unit)


def draft_count_minutes(who: Standing, cycle: Cycle, *, has_counts: bool) -> list[str]:
    if not has_counts:
        return ["Năm này không có cuộc bỏ phiếu nào đã kiểm phiếu; không lập biên bản kiểm phiếu."]
    return create_poll(who, cycle)


def draft_proposal(
    who: Standing, cycle: Cycle, nominations: Collection[Nomination], proposal: Proposal | None
) -> list[str]:
    if proposal and proposal.state not in AT_THE_BLOC:
        return ["Hồ sơ đã trình tỉnh."]
    if not nominations:
        return ["Chưa có đơn vị nào được đề nghị. Hãy bình xét và xác nhận kết quả trước."]
    return _chair_in(who, cycle, "submit_proposal")


def submit_proposal(who: Standing, proposal: Proposal, gaps: Sequence[str] = ()) -> list[str]:
    """`gaps` = what the list of units still lacks."""
    if proposal.state not in AT_THE_BLOC:
        return ["Hồ sơ đã trình tỉnh."]
    if proposal.document is None or proposal.document.status not in SENT:
        return ["Tờ trình chưa ban hành. Hãy ban hành tờ trình rồi trình hồ sơ."]
    return _chair_in(who, proposal.cycle, "submit_proposal") or list(gaps)


def withdraw_proposal(who: Standing, proposal: Proposal) -> list[str]:
    if proposal.state != ProposalState.SUBMITTED:
        return ["Chỉ rút lại được hồ sơ mà tỉnh chưa thẩm định."]
    return [] if who.is_chair else [ONLY_CHAIR]


def appraise_nomination(
    who: Standing,
    nomination: Nomination,
    proposal: Proposal | None,
    verdict: str = AppraisalVerdict.ACCEPT,
    reason: str = "",
    award_type: AwardType | None = None,
    faults: Sequence[str] = (),
) -> list[str]:
    """Nobody appraises the own unit; a bloc that has not submitted is not appraised; `faults` = over the quota."""
    if proposal is None or proposal.state not in BEING_APPRAISED:
        return ["Khối chưa trình hồ sơ nên chưa thẩm định được."]
    if nomination.state == NominationState.WITHDRAWN:
        return ["Đề nghị này đã được rút."]
    if nomination.unit_id in who.belongs_to:
        return ["Bạn thuộc đơn vị được đề nghị nên không thẩm định đề nghị này."]
    if verdict != AppraisalVerdict.ACCEPT and not reason.strip():
        return ["Điều chỉnh hoặc trả lại cần ghi lý do."]
    if verdict == AppraisalVerdict.ADJUST and award_type is None:
        return ["Hãy chọn hình thức khen thưởng được điều chỉnh thành."]
    return _province_in(who, nomination.cycle, "appraise") or list(faults)


def return_proposal(who: Standing, proposal: Proposal, reason: str) -> list[str]:
    if proposal.state not in (*BEING_APPRAISED, ProposalState.APPRAISED):
        return ["Hồ sơ này không ở tỉnh."]
    if not reason.strip():
        return ["Trả lại hồ sơ cần ghi lý do."]
    return _province_in(who, proposal.cycle, "appraise")


def finish_appraisal(who: Standing, proposal: Proposal, waiting: Sequence[str]) -> list[str]:
    """`waiting` = names of units not appraised yet."""
    if proposal.state not in BEING_APPRAISED:
        return ["Hồ sơ này không ở giai đoạn thẩm định."]
    if waiting:
        return [f"Chưa thẩm định: {', '.join(waiting)}."]
    return _province_in(who, proposal.cycle, "appraise")


def record_decision(
    who: Standing,
    cycle: Cycle,
    proposal: Proposal | None,
    signed_on: date | None = None,
    faults: Sequence[str] = (),
) -> list[str]:
    """`faults` = why the awards cannot be given."""
    if reasons := _province_in(who, cycle, "record_decision"):
        return reasons
    if proposal is None or proposal.state not in (ProposalState.APPRAISED, ProposalState.DECIDED):
        return ["Hồ sơ chưa thẩm định xong. Hãy hoàn thành thẩm định rồi ghi quyết định."]
    return _date_faults(who, "Ngày ký quyết định", signed_on, LETTER_DAY, _letter_day(proposal)) + list(
        faults
    )


def _letter_day(proposal: Proposal) -> date | None:
    """The day on the letter, not that of typing: a year may be entered long after it was."""
    return proposal.document.issued_on if proposal.document else None


def _date_faults(who: Standing, what: str, on: date | None, after: str, earliest: date | None) -> list[str]:
    """Why a day cannot be that of an act that is over, and came after another; day and month are easily swapped."""
    if on is None:
        return []
    if on > who.on:
        return [f"{what} ở tương lai ({day(on)}). Hãy kiểm tra ngày và tháng."]
    if earliest and on < earliest:
        return [f"{what} ({day(on)}) trước {after} ({day(earliest)}). Hãy kiểm tra ngày và tháng."]
    return []


def correct_entry(
    who: Standing,
    entry: DecisionEntry,
    signed_on: date | None = None,
    reason: str = "",
    faults: Sequence[str] = (),
) -> list[str]:
    """Also after the year is closed; `faults` = what makes the correction none."""
    if hasattr(entry, "correction"):
        return ["Mục này đã được đính chính. Hãy đính chính mục đang có hiệu lực."]
    if hasattr(entry, "withdrawal"):
        return [ALREADY_WITHDRAWN]
    if not who.is_province_head:
        return ["Chỉ lãnh đạo cơ quan thường trực ghi đính chính."]
    if not reason.strip():
        return ["Đính chính cần ghi lý do."]
    return _date_faults(who, "Ngày ký quyết định", signed_on, "", None) + list(faults)


def record_presentation(who: Standing, entry: DecisionEntry, presented_on: date | None = None) -> list[str]:
    """Also after the year is closed: awards are handed over at next year's conference."""
    if hasattr(entry, "correction"):
        return ["Mục này đã được đính chính. Hãy ghi việc trao tặng ở mục đang có hiệu lực."]
    if hasattr(entry, "presentation"):
        return ["Việc trao tặng này đã được ghi."]
    if hasattr(entry, "withdrawal"):
        return [ALREADY_WITHDRAWN]
    if not (who.is_province_head or who.is_assigned_officer or who.is_chair):
        return ["Cơ quan thường trực hoặc đơn vị Khối trưởng ghi việc trao tặng."]
    return _date_faults(who, "Ngày trao tặng", presented_on, SIGNED_ON, entry.decision.signed_on)


def withdraw_award(
    who: Standing, entry: DecisionEntry, reason: str, withdrawn_on: date | None = None
) -> list[str]:
    if hasattr(entry, "correction"):
        return ["Mục này đã được đính chính. Hãy thu hồi mục đang có hiệu lực."]
    if hasattr(entry, "withdrawal"):
        return [ALREADY_WITHDRAWN]
    if not who.is_province_head:
        return ["Chỉ lãnh đạo cơ quan thường trực ghi việc thu hồi."]
    if not reason.strip():
        return ["Thu hồi cần ghi lý do."]
    return _date_faults(who, "Ngày thu hồi", withdrawn_on, SIGNED_ON, entry.decision.signed_on)


def change_law(who: Standing) -> list[str]:
    return [] if who.is_province_head or who.is_admin else [ONLY_PROVINCE]
