"""When a meeting may be held, what it usually settles, who counts, and how its decisions are worded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from awards.enums import AwardCode, Comparison, DecisionForm, PollKind, VoteBase
from awards.rules import VoteRule
from blocs.enums import Phase
from blocs.rules import OPEN
from config.kit import figures
from config.kit.text import day
from meetings.enums import AttendanceRole, AttendanceState, MeetingKind, MeetingStatus

REVIEWING_ON = frozenset({Phase.REVIEWING, Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED})

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    "plan": OPEN,
    "record": OPEN,
    "minutes": OPEN,
    "hold_launch": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING}),
    "hold_midyear": frozenset({Phase.EXECUTING}),
    # The review agrees the scores too, so it may come at the end of the verification.
    "hold_review": REVIEWING_ON | {Phase.VERIFYING},
    "hold_summary": REVIEWING_ON,
    "hold_other": OPEN,
}

# From which status to which; the first of each row is where it stands.
STATUS_MOVES: Mapping[str, tuple[str, ...]] = {
    MeetingStatus.PLANNED: (MeetingStatus.INVITED, MeetingStatus.OPEN, MeetingStatus.CANCELLED),
    MeetingStatus.INVITED: (MeetingStatus.OPEN, MeetingStatus.CANCELLED),
    MeetingStatus.OPEN: (MeetingStatus.ENDED,),
    MeetingStatus.ENDED: (),
    MeetingStatus.CANCELLED: (),
}
BEFORE = (MeetingStatus.PLANNED, MeetingStatus.INVITED)
RUNNING = (*BEFORE, MeetingStatus.OPEN)
OVER = (MeetingStatus.ENDED, MeetingStatus.CANCELLED)
PRESENT = (AttendanceState.PRESENT, AttendanceState.LATE)
# Forms of decision that need a poll opened; consensus is written down, without figures.
BALLOTS = (DecisionForm.HANDS, DecisionForm.PAPER, DecisionForm.ELECTRONIC)

# A launch may come in the last quarter of the year before (DOMAIN §1: from December N−1).
FIRST_MONTH_OF_LAUNCH = 10
# A summary comes by the end of August of the next year at the latest (about eight months).
LAST_MONTH_OF_SUMMARY = 8

# Used where the guidance states no rule of voting: more than half of all members, quorum two thirds.
DEFAULT_VOTE_RULE = VoteRule(
    base=VoteBase.ENTITLED, numerator=1, denominator=2, comparison=Comparison.MORE_THAN
)


def rule_for(form: str, stated: VoteRule | None) -> VoteRule:
    """The rule of voting of the year, secret or open as the form of decision is."""
    is_secret = form in (DecisionForm.PAPER, DecisionForm.ELECTRONIC)
    return replace(stated or DEFAULT_VOTE_RULE, is_secret=is_secret)


def odd_dates(kind: str, on: date, year: int, today: date | None = None) -> list[str]:
    """What is strange about the day of a meeting; such a day needs a reason. `today`: when it has been held."""
    findings = []
    if today is not None and on > today:
        findings.append(f"Ngày họp {day(on)} ở tương lai.")
    first = date(year - 1, FIRST_MONTH_OF_LAUNCH, 1) if kind == MeetingKind.LAUNCH else date(year, 1, 1)
    if on < first:
        findings.append(f"Ngày họp {day(on)} trước năm thi đua {year}.")
    if (on.year, on.month) > (year + 1, LAST_MONTH_OF_SUMMARY):
        findings.append(f"Ngày họp {day(on)} sau năm thi đua {year} hơn 8 tháng.")
    if findings and (other := swapped(on)):
        findings.append(f"Có thể ngày và tháng bị đảo: {day(other)}?")
    return findings


def swapped(on: date) -> date | None:
    """The date with day and month exchanged, when that is another date (02/05 for 05/02)."""
    if on.day > 12 or on.day == on.month:
        return None
    return date(on.year, on.day, on.month)


def counts_for_vote(role: str, state: str, *, is_leader: bool, mandate: str) -> bool:
    """Tell whether somebody's presence carries the unit's vote: guests never; a substitute only with a mandate."""
    return role == AttendanceRole.MEMBER and state in PRESENT and (is_leader or bool(mandate.strip()))


def least_present(members: int, numerator: int, denominator: int) -> int:
    """The smallest whole number of members that makes a quorum; 0 when none is asked."""
    return 0 if numerator == 0 else max(1, -(-members * numerator // denominator))


def quorum_in_words(members: int, present: int, least: int) -> str:
    """“Có mặt 7/7 đơn vị thành viên, đủ thành phần họp (phải có ít nhất 5).”"""
    verdict = "đủ thành phần họp" if present >= least else "chưa đủ thành phần họp"
    asked = f" (phải có ít nhất {least})" if least else ""
    return f"Có mặt {present}/{members} đơn vị thành viên, {verdict}{asked}."


def is_there(arrived: datetime | None, left: datetime | None, at: datetime) -> bool:
    """Whether somebody who came is in the room at a moment; no hour means from the beginning, to the end."""
    return (arrived is None or arrived <= at) and (left is None or at < left)


def hour_faults(unit: str, state: str, arrived: datetime | None, left: datetime | None) -> list[str]:
    """What cannot be in the hours of one line of the attendance list."""
    if state == AttendanceState.ABSENT and (arrived or left):
        return [f"{unit}: đơn vị vắng mặt không có giờ đến, giờ về. Hãy bỏ giờ hoặc ghi có mặt."]
    if arrived and left and left <= arrived:
        return [f"{unit}: giờ về phải sau giờ đến. Hãy sửa lại."]
    return []


def attendance_faults(unit: str, state: str, reason: str, representative: str) -> list[str]:
    """What is missing in one line of the attendance list."""
    if state == AttendanceState.ABSENT and not reason.strip():
        return [f"{unit}: hãy ghi lý do vắng mặt."]
    if state in PRESENT and not representative.strip():
        return [f"{unit}: hãy ghi họ tên người dự họp."]
    return []


def share(votes: int, base: int) -> str:
    """“85,7%” of a base; nothing of nothing."""
    if not base:
        return ""
    return figures.percent_text(figures.share(votes, base))


def listed(names: Sequence[str]) -> str:
    """“A, B và C”."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} và {names[-1]}"


def decision_in_words(
    kind: str,
    names: Sequence[str],
    *,
    award: str = "",
    award_code: str = "",
    year: int,
    chair: str = "Khối trưởng",
    vice: str = "Khối phó",
    question: str = "",
) -> str:
    """What was decided, with the verbs officials use: suy tôn for the Cờ, bình xét for the Bằng khen, bầu for offices."""
    if not names:
        return f"chưa quyết định được: {question}"
    who = listed(names)
    if kind == PollKind.AWARD and award_code == AwardCode.FLAG:
        return f"suy tôn {who} là đơn vị dẫn đầu, đề nghị tặng {award} năm {year}"
    if kind == PollKind.AWARD:
        return f"bình xét, đề nghị tặng {award} năm {year} cho {who}"
    if kind == PollKind.CHAIR:
        return f"bầu {who} làm {chair} năm {year + 1}"
    if kind == PollKind.VICE:
        return f"bầu {who} làm {vice} năm {year + 1}"
    return f"thông qua: {question}"


# The verbs of the journal (`audited`) in the words of officials.
VERBS: Mapping[str, str] = {
    "meetings.meeting.planned": "Lập hội nghị",
    "meetings.meeting.edited": "Sửa hội nghị",
    "meetings.meeting.invited": "Mời họp",
    "meetings.meeting.cancelled": "Ghi không tổ chức hội nghị",
    "meetings.meeting.opened": "Bắt đầu hội nghị",
    "meetings.meeting.ended": "Kết thúc hội nghị",
    "meetings.invitation.drafted": "Soạn giấy mời",
    "meetings.item.added": "Thêm nội dung chương trình",
    "meetings.item.edited": "Sửa nội dung chương trình",
    "meetings.item.moved": "Đổi chỗ nội dung chương trình",
    "meetings.item.removed": "Bỏ nội dung chương trình",
    "meetings.item.recorded": "Ghi diễn biến, kết quả",
    "meetings.item.put_to_decision": "Đưa nội dung ra quyết định",
    "meetings.attendance.recorded": "Điểm danh đại biểu",
    "meetings.minutes.drafted": "Lập biên bản",
    "meetings.minutes.edited": "Ghi thêm vào biên bản",
    "meetings.minutes.settled": "Chốt biên bản",
    "meetings.minutes.corrected": "Lập lại biên bản",
}
