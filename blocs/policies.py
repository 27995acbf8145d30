"""Who may do what to blocs and years now; an empty list means yes."""

from collections.abc import Sequence

from blocs.enums import Phase, Role
from blocs.models import Bloc, Cycle, Handover, Term, Unit
from blocs.queries import Standing
from blocs.rules import (
    MOVES,
    OPEN_IN,
    PROVINCE_MOVES_FROM,
    Check,
    is_backward,
    outside_window,
)

ONLY_ADMIN = "Chỉ người quản trị của tỉnh làm được việc này. Hãy nhờ người quản trị."
ONLY_SITE_ADMIN = "Chỉ người quản trị toàn hệ thống làm được việc này."
ELSEWHERE = "Người này còn giữ vai trò ở nơi khác. Hãy nhờ người quản trị toàn hệ thống."
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


def enter_person(who: Standing, role: str) -> list[str]:
    return create_person(who) or appoint(who, role)


def edit_person(who: Standing, *, is_elsewhere: bool = False, is_administrator: bool = False) -> list[str]:
    """`who` stands in the whole site when the person serves elsewhere too."""
    if is_administrator and not who.is_admin:
        return [ELSEWHERE if is_elsewhere else "Chỉ người quản trị sửa được tài khoản của người quản trị."]
    if is_elsewhere and not who.is_admin:
        return [ELSEWHERE]
    return change_directory(who)


def appoint(who: Standing, role: str) -> list[str]:
    if role == Role.ADMIN and not who.is_admin:
        return ["Chỉ người quản trị giao được vai trò quản trị."]
    return change_directory(who)


def end_appointment(who: Standing, role: str) -> list[str]:
    return appoint(who, role)


def issue_reset_link(who: Standing, *, is_elsewhere: bool = False) -> list[str]:
    """A link opens an account, so nobody may make one for somebody with wider rights than his own."""
    if who.is_admin:
        return []
    return [ELSEWHERE if is_elsewhere else ONLY_ADMIN]


def assign_officer(who: Standing) -> list[str]:
    return (
        []
        if who.is_province_head or who.is_admin
        else ["Chỉ lãnh đạo cơ quan thường trực phân công chuyên viên."]
    )


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


def start_term(who: Standing, cycle: Cycle, *, is_outgoing_chair: bool = False) -> list[str]:
    if not (
        who.is_province_head or who.is_admin or who.is_assigned_officer or who.is_chair or is_outgoing_chair
    ):
        return ["Khối trưởng, Khối phó được ghi theo kết quả bầu hoặc quyết định của tỉnh."]
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
