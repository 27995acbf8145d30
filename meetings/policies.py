"""Who may plan, hold and write up a meeting now; an empty list means yes."""

from collections.abc import Sequence

from awards import policies as award_policies
from awards.enums import DecisionForm
from blocs.models import Cycle, Unit
from blocs.queries import Standing, today
from blocs.rules import outside_window
from config.kit.text import day
from documents import policies as document_policies
from documents.enums import DocumentStatus
from documents.models import Consultation, Signing
from documents.rules import EDITABLE
from meetings.enums import MeetingStatus
from meetings.models import AgendaItem, Meeting, MinutesVersion
from meetings.queries import is_keeper
from meetings.rules import BALLOTS, BEFORE, OPEN_IN, OVER

ONLY_KEEPERS = "Chỉ đơn vị Khối trưởng, Khối phó hoặc thư ký của hội nghị làm được việc này."
# What the column of the reason holds.
LONGEST_REASON = 300
ALREADY_OVER = "Hội nghị đã kết thúc hoặc không tổ chức, không sửa được nữa."


def _in_charge(who: Standing, meeting: Meeting, action: str) -> list[str]:
    if not is_keeper(who, meeting):
        return [ONLY_KEEPERS]
    return outside_window(action, meeting.cycle.phase, OPEN_IN)


def plan_meeting(who: Standing, cycle: Cycle) -> list[str]:
    if not (who.is_secretariat or who.is_vice):
        return ["Chỉ đơn vị Khối trưởng hoặc Khối phó của năm thi đua lập hội nghị."]
    return outside_window("plan", cycle.phase, OPEN_IN)


def edit_meeting(who: Standing, meeting: Meeting) -> list[str]:
    if meeting.status in OVER:
        return [ALREADY_OVER]
    return _in_charge(who, meeting, "plan")


def add_item(who: Standing, meeting: Meeting) -> list[str]:
    return edit_meeting(who, meeting)


def edit_item(who: Standing, item: AgendaItem) -> list[str]:
    if item.poll_id:
        return ["Nội dung này đã đưa ra quyết định nên không sửa được."]
    return edit_meeting(who, item.meeting)


def move_item(who: Standing, item: AgendaItem) -> list[str]:
    return edit_meeting(who, item.meeting)


def remove_item(who: Standing, item: AgendaItem) -> list[str]:
    return edit_item(who, item)


def invite(who: Standing, meeting: Meeting) -> list[str]:
    if meeting.status == MeetingStatus.INVITED:
        return ["Đã mời họp."]
    if meeting.status != MeetingStatus.PLANNED:
        return ["Chỉ gửi giấy mời trước khi họp."]
    if not meeting.items.all():
        return ["Chương trình còn trống. Hãy thêm nội dung trước khi mời."]
    return _in_charge(who, meeting, "plan")


def draft_invitation(who: Standing, meeting: Meeting) -> list[str]:
    return invite(who, meeting)


def cancel_meeting(who: Standing, meeting: Meeting, reason: str = "-") -> list[str]:
    if meeting.status not in BEFORE:
        return ["Chỉ thôi tổ chức được hội nghị chưa họp."]
    if not reason.strip():
        return ["Hãy ghi lý do không tổ chức."]
    if len(reason.strip()) > LONGEST_REASON:
        return [f"Hãy ghi lý do không tổ chức ngắn hơn, không quá {LONGEST_REASON} ký tự."]
    return _in_charge(who, meeting, "plan")


def open_meeting(who: Standing, meeting: Meeting) -> list[str]:
    if meeting.status == MeetingStatus.OPEN:
        return ["Hội nghị đang họp."]
    if meeting.status not in BEFORE:
        return [ALREADY_OVER]
    if reasons := _in_charge(who, meeting, f"hold_{meeting.kind}"):
        return reasons
    if today(meeting.starts_at) > who.on:
        return [f"Hội nghị ghi ngày {day(today(meeting.starts_at))}. Hãy sửa ngày họp nếu họp sớm hơn."]
    return []


def record_attendance(who: Standing, meeting: Meeting) -> list[str]:
    return edit_meeting(who, meeting)


def _running(who: Standing, meeting: Meeting) -> list[str]:
    if meeting.status in BEFORE:
        return ["Hội nghị chưa bắt đầu. Hãy bấm “Bắt đầu họp”."]
    if meeting.status in OVER:
        return [ALREADY_OVER]
    return _in_charge(who, meeting, "record")


def record_item(who: Standing, item: AgendaItem) -> list[str]:
    return _running(who, item.meeting)


def _decide(who: Standing, item: AgendaItem) -> list[str]:
    if item.poll_id:
        return ["Nội dung này đã được đưa ra quyết định."]
    if not item.poll_kind:
        return [
            "Nội dung này không có việc cần quyết định. Hãy chọn việc cần quyết định trong phần sửa nội dung."
        ]
    if reasons := _running(who, item.meeting):
        return reasons
    if not item.meeting.attendances.all():
        return ["Chưa điểm danh đại biểu. Hãy điểm danh trước khi quyết định."]
    return award_policies.create_poll(who, item.meeting.cycle)


def open_poll_from_item(who: Standing, item: AgendaItem) -> list[str]:
    if item.form not in BALLOTS:
        return [
            "Nội dung này quyết định bằng thống nhất hoặc không biểu quyết. Hãy đổi hình thức nếu cần bỏ phiếu."
        ]
    return _decide(who, item)


def record_consensus_from_item(who: Standing, item: AgendaItem) -> list[str]:
    if item.form != DecisionForm.CONSENSUS:
        return [
            "Nội dung này quyết định bằng hình thức khác. Hãy đổi hình thức thành thống nhất nếu không bỏ phiếu."
        ]
    return _decide(who, item)


def end_meeting(
    who: Standing, meeting: Meeting, unsettled: Sequence[str] = (), undecided: Sequence[AgendaItem] = ()
) -> list[str]:
    """`unsettled`: polls that are still running; `undecided`: items with a form of decision and no outcome."""
    reasons = _running(who, meeting)
    if reasons:
        return reasons
    if not meeting.attendances.all():
        reasons.append("Chưa điểm danh đại biểu. Hãy điểm danh trước khi kết thúc.")
    if not meeting.chairs.all() or not meeting.secretary_name:
        reasons.append(
            "Chưa ghi đủ chủ tọa và thư ký. Hãy ghi ở phần sửa hội nghị, hai người này ký biên bản."
        )
    reasons += [
        f"“{question}” chưa có kết quả. Hãy kiểm phiếu hoặc hủy trước khi kết thúc." for question in unsettled
    ]
    reasons += [
        f"“{item}” chưa ghi kết quả. Hãy ghi kết quả hoặc bỏ khỏi chương trình." for item in undecided
    ]
    return reasons


def draft_minutes(who: Standing, meeting: Meeting, newest: MinutesVersion | None = None) -> list[str]:
    """`newest`: the last version begun; a draft is made anew from the rows, a settled one is corrected."""
    if meeting.status != MeetingStatus.ENDED:
        return ["Biên bản lập sau khi hội nghị kết thúc."]
    if newest is not None and newest.document.status not in EDITABLE:
        return ["Biên bản đã chốt. Hãy lập lại bản mới nếu có sai sót."]
    return _in_charge(who, meeting, "minutes")


def edit_minutes(who: Standing, minutes: MinutesVersion) -> list[str]:
    if minutes.document.status not in EDITABLE:
        return ["Biên bản đã chốt, không sửa được. Hãy lập lại bản mới nếu có sai sót."]
    if minutes.version > 1 and is_keeper(who, minutes.meeting):
        return []  # a correction may come after the year is closed
    return _in_charge(who, minutes.meeting, "minutes")


def send_minutes_for_comments(who: Standing, minutes: MinutesVersion) -> list[str]:
    return edit_minutes(who, minutes) or document_policies.send_for_comments(who, minutes.document)


def comment_on_minutes(
    who: Standing, minutes: MinutesVersion, consultation: Consultation | None, unit: Unit | None
) -> list[str]:
    """Only units that were there say whether the minutes are true."""
    came = {a.unit_id for a in minutes.meeting.attendances.all() if a.state != "absent"}
    if unit is not None and unit.pk not in came:
        return [f"{unit} không dự hội nghị này nên không góp ý biên bản."]
    return document_policies.comment_on_document(who, minutes.document, consultation, unit)


def settle_minutes(who: Standing, minutes: MinutesVersion) -> list[str]:
    return edit_minutes(who, minutes)


def sign_minutes(who: Standing, minutes: MinutesVersion, signing: Signing | None) -> list[str]:
    if minutes.document.status in EDITABLE:
        return ["Biên bản chưa chốt. Hãy chốt biên bản rồi ký."]
    if signing is None:
        return ["Biên bản do thư ký và chủ tọa hội nghị ký."]
    return document_policies.sign_document(who, signing)


def correct_minutes(who: Standing, minutes: MinutesVersion, reason: str = "-") -> list[str]:
    """Also in a closed year: an issued paper is replaced, never edited."""
    if not is_keeper(who, minutes.meeting):
        return [ONLY_KEEPERS]
    if minutes.document.status != DocumentStatus.ISSUED:
        return ["Chỉ lập lại biên bản đã ban hành; bản chưa ban hành thì sửa trực tiếp."]
    return [] if reason.strip() else ["Lập lại biên bản cần ghi lý do."]


def draft_annual_report(who: Standing, cycle: Cycle) -> list[str]:
    return plan_meeting(who, cycle)


def draft_midyear_report(who: Standing, cycle: Cycle) -> list[str]:
    return plan_meeting(who, cycle)
