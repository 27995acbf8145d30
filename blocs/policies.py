"""Who may do what to blocs and years now; an empty list means yes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from accounts.models import SecondStepReset, User
from blocs.enums import Phase, Role
from blocs.models import Appointment, Bloc, Cycle, Handover, Term, Unit
from blocs.queries import Standing
from blocs.rules import (
    GIVEN_BY_HEAD,
    MOVES,
    OPEN_IN,
    PROVINCE_MOVES_FROM,
    Check,
    is_backward,
    outside_window,
    roles_against,
)
from config.kit.text import day, moment

ONLY_ADMIN = "Chỉ người quản trị của tỉnh làm được việc này. Hãy nhờ người quản trị."
ONLY_SITE_ADMIN = "Chỉ người quản trị toàn hệ thống làm được việc này."
ELSEWHERE = "Người này còn giữ vai trò ở nơi khác. Hãy nhờ người quản trị toàn hệ thống."
GIVEN_BY_ADMIN = (
    "Lãnh đạo cơ quan thường trực chỉ giao vai trò chuyên viên của cơ quan mình. Hãy nhờ người quản trị."
)
MAILBOX = "Hộp thư do chính người đó đổi ở trang Bảo mật tài khoản, hoặc người quản trị đổi giúp."
ONLY_PROVINCE = "Chỉ cơ quan thường trực của tỉnh làm được việc này."
ONLY_CHAIR = "Chỉ đơn vị Khối trưởng của năm thi đua làm được việc này."


def is_chair_or_province(who: Standing) -> bool:
    """The chair unit's officers and head, the province's head, or the officer in charge of the bloc."""
    return who.is_chair or who.is_province_head or who.is_assigned_officer


def change_directory(who: Standing) -> list[str]:
    """Units, people, blocs and their names."""
    return [] if who.is_admin or who.is_province_head else [ONLY_ADMIN]


def create_province(who: Standing) -> list[str]:
    return [] if who.is_admin else [ONLY_SITE_ADMIN]


def edit_province(who: Standing) -> list[str]:
    return change_directory(who)


def set_base_salary(who: Standing) -> list[str]:
    return change_directory(who)


def set_deadline(who: Standing) -> list[str]:
    return change_directory(who)


def create_unit(who: Standing) -> list[str]:
    return change_directory(who)


def edit_unit(who: Standing, unit: Unit) -> list[str]:
    return change_directory(who)


def dissolve_unit(who: Standing, unit: Unit) -> list[str]:
    if unit.dissolved_on:
        return ["Đơn vị này đã được ghi giải thể."]
    return change_directory(who)


def create_bloc(who: Standing) -> list[str]:
    return change_directory(who)


def edit_bloc(who: Standing) -> list[str]:
    return change_directory(who)


def create_person(who: Standing) -> list[str]:
    return change_directory(who)


def import_directory(who: Standing) -> list[str]:
    """The workbook as a whole; each of its rows is asked about like the form that it stands for."""
    return change_directory(who)


def enter_person(
    who: Standing,
    role: str,
    *,
    from_on: date | None = None,
    late_reason: str = "",
    closed_on: date | None = None,
) -> list[str]:
    return create_person(who) or appoint(
        who, role, from_on=from_on, late_reason=late_reason, closed_on=closed_on
    )


def _gives(who: Standing, role: str) -> list[str]:
    """Nobody gives, or takes away, a role that reaches further than his own."""
    if who.is_admin:
        return []
    if not who.is_province_head:
        return [ONLY_ADMIN]
    return [] if role in GIVEN_BY_HEAD else [GIVEN_BY_ADMIN]


def edit_person(who: Standing, *, roles: Collection[str] = (), is_elsewhere: bool = False) -> list[str]:
    """`roles` = what the person holds; `who` stands in the whole site when the person serves elsewhere too."""
    if is_elsewhere and not who.is_admin:
        return [ELSEWHERE]
    return next((reasons for role in roles if (reasons := _gives(who, role))), change_directory(who))


def change_mailbox(who: Standing, *, is_self: bool = False, is_elsewhere: bool = False) -> list[str]:
    """A mailbox sets the password, so it is the person's own, or else the administrator's."""
    if is_self or who.is_admin:
        return []
    return [ELSEWHERE if is_elsewhere else MAILBOX]


def appoint(
    who: Standing,
    role: str,
    *,
    is_self: bool = False,
    held: Collection[str] = (),
    from_on: date | None = None,
    late_reason: str = "",
    closed_on: date | None = None,
) -> list[str]:
    """`held` = roles of the person in the same time; `closed_on` = when the last year of the place was closed."""
    if reasons := _gives(who, role):
        return reasons
    if is_self:
        return ["Không ai tự giao vai trò cho mình. Hãy nhờ người quản trị khác."]
    if others := roles_against(role, held):
        names = ", ".join(f"“{other.label}”" for other in others)
        return [
            f"Người giữ vai trò {names} không đồng thời là “{Role(role).label}”. "
            "Hãy kết thúc vai trò đó trước, hoặc giao cho người khác."
        ]
    if from_on is None or from_on >= who.on:
        return []
    if closed_on and from_on <= closed_on:
        return [
            f"Có năm thi đua đã khép lại ngày {day(closed_on)}; vai trò ghi muộn không tính vào thời gian đó. "
            "Hãy chọn từ ngày sau ngày đó."
        ]
    return (
        [] if late_reason.strip() else ["Ngày bắt đầu đã qua. Hãy ghi lý do ghi muộn, hoặc chọn từ hôm nay."]
    )


def appoint_anything(who: Standing, *, is_self: bool = False) -> list[str]:
    """Why no role at all may be given to somebody; which one may is said when it is chosen."""
    return change_directory(who) or appoint(who, Role.PROVINCE_OFFICER, is_self=is_self)


def end_appointment(who: Standing, role: str, appointment: Appointment | None = None) -> list[str]:
    """A role that has ended stays so: a later day would give it back, and nobody puts off his own end."""
    is_over = appointment and appointment.to_on and appointment.to_on < who.on
    is_own = appointment and appointment.to_on and appointment.user_id == who.user.pk
    if is_over or is_own or (appointment and appointment.ended_at):
        return ["Vai trò này đã kết thúc. Muốn giao lại, hãy giao vai trò mới."]
    return _gives(who, role)


def issue_reset_link(
    who: Standing, *, is_elsewhere: bool = False, waits_until: datetime | None = None
) -> list[str]:
    """A link opens an account, so nobody may make one for somebody with wider rights than his own."""
    if not who.is_admin:
        return [ELSEWHERE if is_elsewhere else ONLY_ADMIN]
    if waits_until and who.at < waits_until:
        return [
            f"Hộp thư của người này vừa đổi nên chưa đặt lại mật khẩu được. Hãy đợi đến {moment(waits_until)}."
        ]
    return []


def ask_second_step_reset(
    who: Standing,
    *,
    is_self: bool = False,
    has_step: bool = True,
    waiting: SecondStepReset | None = None,
    reason: str = "có",
) -> list[str]:
    if is_self:
        return ["Bước thứ hai của mình do người khác đề nghị đặt lại. Hãy nhờ người quản trị."]
    if not has_step:
        return ["Người này chưa bật bước thứ hai."]
    if waiting:
        return [f"{waiting.asked_by} đã đề nghị; đang chờ người thứ hai xác nhận."]
    if not reason.strip():
        return ["Hãy ghi lý do đặt lại bước thứ hai."]
    return change_directory(who)


def confirm_second_step_reset(
    who: Standing, *, is_self: bool = False, waiting: SecondStepReset | None = None
) -> list[str]:
    if waiting is None:
        return ["Chưa có đề nghị đặt lại bước thứ hai của người này."]
    if is_self or waiting.asked_by_id == who.user.pk:
        return ["Người xác nhận phải là người thứ hai. Hãy nhờ người quản trị hoặc lãnh đạo khác."]
    return change_directory(who)


def print_links(who: Standing) -> list[str]:
    """Links of many people at once; who reaches further is asked about one by one."""
    return [] if who.is_admin else [ONLY_ADMIN]


def mail_links(who: Standing) -> list[str]:
    return print_links(who)


def mail_link(who: Standing) -> list[str]:
    return print_links(who)


def assign_officer(
    who: Standing, *, is_self: bool = False, serves_member: bool = False, from_on: date | None = None
) -> list[str]:
    """`serves_member` = the officer's own unit competes in the bloc."""
    if not (who.is_province_head or who.is_admin):
        return ["Chỉ lãnh đạo cơ quan thường trực phân công chuyên viên."]
    if is_self:
        return ["Không ai tự phân công cho mình. Hãy nhờ lãnh đạo khác hoặc người quản trị."]
    if serves_member:
        return [
            "Chuyên viên này thuộc một đơn vị thành viên của khối nên không theo dõi khối. "
            "Hãy chọn chuyên viên khác."
        ]
    if from_on and from_on < who.on:
        return ["Phân công tính từ hôm nay trở đi. Hãy chọn ngày khác."]
    return []


def end_assignment(who: Standing) -> list[str]:
    return assign_officer(who)


def open_cycles(who: Standing) -> list[str]:
    """Opening a year for several blocs at once is the province's act."""
    if who.is_province_head or who.is_admin:
        return []
    return ["Năm thi đua của các khối do lãnh đạo cơ quan thường trực mở."]


def open_cycle(who: Standing, bloc: Bloc, year: int, previous: Cycle | None) -> list[str]:
    """`who` stands in the year before, when there is one: its chair may draft the next year."""
    if who.is_province_head or who.is_admin:
        return []
    if previous is None or not who.is_chair:
        return ["Năm thi đua mới do lãnh đạo cơ quan thường trực hoặc Khối trưởng của năm trước mở."]
    return outside_window("open_next_cycle", previous.phase, OPEN_IN)


def change_cycle(who: Standing, cycle: Cycle) -> list[str]:
    if not is_chair_or_province(who):
        return [ONLY_CHAIR]
    return outside_window("set_milestone", cycle.phase, OPEN_IN)


def change_members(who: Standing, cycle: Cycle) -> list[str]:
    if not (who.is_province_head or who.is_admin or who.is_assigned_officer):
        return ["Thành viên của khối do tỉnh quyết định. Hãy đề nghị cơ quan thường trực."]
    return outside_window("change_members", cycle.phase, OPEN_IN)


def edit_cycle(who: Standing, cycle: Cycle) -> list[str]:
    return change_cycle(who, cycle)


def set_milestone(who: Standing, cycle: Cycle) -> list[str]:
    return change_cycle(who, cycle)


def set_unranked(who: Standing, cycle: Cycle) -> list[str]:
    return change_cycle(who, cycle)


def end_term(who: Standing, cycle: Cycle, term: Term) -> list[str]:
    if term.to_on:
        return ["Nhiệm kỳ này đã kết thúc."]
    return start_term(who, cycle)


def start_term(
    who: Standing,
    cycle: Cycle,
    *,
    is_outgoing_chair: bool = False,
    unit: Unit | None = None,
    is_elected: bool = False,
) -> list[str]:
    """Who chairs records the terms of others; the own unit's comes from a confirmed vote or from the province."""
    is_province = who.is_province_head or who.is_admin or who.is_assigned_officer
    if not (is_province or who.is_chair or is_outgoing_chair):
        return ["Khối trưởng, Khối phó được ghi theo kết quả bầu hoặc quyết định của tỉnh."]
    if unit and unit.pk in who.belongs_to and not is_elected:
        return [
            "Đơn vị không tự ghi chức vụ cho mình. Hãy xác nhận kết quả bầu ở cuộc bỏ phiếu, "
            "hoặc nhờ cơ quan thường trực ghi."
        ]
    return outside_window("change_terms", cycle.phase, OPEN_IN)


def move_phase(
    who: Standing, cycle: Cycle, to: Phase, checks: Sequence[Check], reason: str = ""
) -> list[str]:
    """Why a cycle may not move to `to` now: the mover, the table, hard gates, then the reason."""
    if to not in MOVES[Phase(cycle.phase)]:
        return [
            f"Năm thi đua đang ở giai đoạn “{Phase(cycle.phase).label}”, không chuyển thẳng sang “{Phase(to).label}” "
            "được. Hãy tải lại trang để xem bước tiếp theo."
        ]
    if reasons := _mover(who, cycle):
        return reasons
    if is_backward(Phase(cycle.phase), to):
        return [] if reason else ["Trả năm thi đua về bước trước cần ghi lý do."]
    hard = [sentence for check in checks if check.is_hard for sentence in check.missing]
    soft = [sentence for check in checks if not check.is_hard for sentence in check.missing]
    if hard:
        return hard
    if soft and not reason:
        return [*soft, "Nếu vẫn chuyển, hãy ghi lý do."]
    return []


def _mover(who: Standing, cycle: Cycle) -> list[str]:
    if who.is_province_head or who.is_assigned_officer:
        return []
    if cycle.phase in PROVINCE_MOVES_FROM:
        return ["Hồ sơ đang ở tỉnh; cơ quan thường trực chuyển bước này."]
    return [] if who.is_chair else [ONLY_CHAIR]


def prepare_handover(who: Standing, cycle: Cycle, existing: Handover | None = None) -> list[str]:
    if existing and existing.given_at:
        return ["Bên giao đã xác nhận nên nội dung bàn giao không sửa được nữa."]
    if not who.is_chair:
        return ["Đơn vị Khối trưởng bàn giao lập biên bản bàn giao."]
    return outside_window("hand_over", cycle.phase, OPEN_IN)


def give_handover(who: Standing, handover: Handover) -> list[str]:
    if handover.given_at:
        return ["Bên giao đã xác nhận bàn giao."]
    if handover.from_term.unit_id not in who.head_of:
        return ["Thủ trưởng đơn vị bàn giao xác nhận."]
    return []


def receive_handover(who: Standing, handover: Handover) -> list[str]:
    if handover.received_at:
        return ["Bên nhận đã xác nhận bàn giao."]
    if not handover.given_at:
        return ["Bên giao chưa xác nhận. Hãy chờ đơn vị bàn giao xác nhận trước."]
    if handover.to_term.unit_id not in who.head_of:
        return ["Thủ trưởng đơn vị nhận bàn giao xác nhận."]
    return []


def erase_person(user: User, *, has_role: bool, reason: str) -> list[str]:
    """By whoever runs the machine, at the person's request; an office that is held needs to reach its holder."""
    if has_role:
        return [f"{user} còn giữ vai trò. Hãy kết thúc vai trò trước, rồi xóa."]
    if not (user.email or user.phone or user.is_active or user.has_usable_password()):
        return [f"Thông tin liên hệ và đăng nhập của {user} đã được xóa."]
    return [] if reason.strip() else ["Xóa dữ liệu cá nhân cần ghi lý do."]
