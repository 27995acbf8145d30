"""Who may do what to covenants and results now; an empty list means yes."""

from collections.abc import Sequence
from datetime import date

from blocs.models import Cycle, Unit
from blocs.queries import Standing
from blocs.rules import outside_window
from config.kit.text import day
from covenants.enums import CovenantStatus
from covenants.models import Covenant, Movement, Registration, Result, UnitReport
from covenants.rules import IN_FORCE, OPEN_IN, missing_numbers
from documents import policies as papers
from documents.models import Signing
from documents.rules import EDITABLE

ONLY_KEEPER = papers.ONLY_KEEPER
NEEDS_REASON = papers.NEEDS_REASON
FROZEN = "Giao ước đã được thống nhất nên không sửa được. Hãy lập bản sửa đổi."


def _keeper(who: Standing) -> list[str]:
    return [] if who.is_secretariat or who.is_vice else [ONLY_KEEPER]


def _own(who: Standing, unit: Unit) -> list[str]:
    if unit.pk in (who.officer_of | who.head_of) & who.members:
        return []
    return ["Chỉ người của đơn vị thành viên làm được việc này cho đơn vị mình."]


def draft_covenant(who: Standing, cycle: Cycle, existing: Covenant | None = None) -> list[str]:
    if existing is not None and existing.status == CovenantStatus.DRAFT:
        return ["Đang có một dự thảo giao ước. Hãy hoàn thiện dự thảo đó."]
    if existing is not None:
        return ["Năm thi đua đã có giao ước. Hãy lập bản sửa đổi nếu cần thay đổi."]
    return _keeper(who) or outside_window("draft", cycle.phase, OPEN_IN)


def edit_covenant(who: Standing, covenant: Covenant) -> list[str]:
    if covenant.status != CovenantStatus.DRAFT:
        return [FROZEN]
    if covenant.document.status not in EDITABLE:
        return ["Văn bản giao ước đã chốt nội dung. Hãy mở lại dự thảo trước khi sửa."]
    return _keeper(who) or outside_window("draft", covenant.cycle.phase, OPEN_IN)


add_content = edit_content = remove_content = edit_covenant
add_targets = edit_target = remove_target = set_assignments = edit_covenant


def adopt_covenant(who: Standing, covenant: Covenant, targets: int, on: date | None = None) -> list[str]:
    """`targets` is how many the draft has."""
    if covenant.status != CovenantStatus.DRAFT:
        return ["Giao ước này đã được thống nhất."]
    if not (who.is_chair or who.is_vice):
        return ["Chỉ đơn vị Khối trưởng hoặc Khối phó ghi nhận việc thống nhất giao ước."]
    if not targets:
        return ["Giao ước chưa có chỉ tiêu. Hãy ghi ít nhất một nội dung có chỉ tiêu."]
    if on is not None and on > who.on:
        return [f"Ngày thống nhất {day(on)} ở tương lai. Hãy kiểm tra ngày và tháng."]
    return outside_window("adopt", covenant.cycle.phase, OPEN_IN)


def open_signing(who: Standing, covenant: Covenant, *, has_newcomers: bool = False) -> list[str]:
    """`has_newcomers`: members that joined after the others were asked."""
    if covenant.status == CovenantStatus.DRAFT:
        return ["Hãy ghi nhận việc thống nhất giao ước trước khi mời ký."]
    if covenant.status == CovenantStatus.REPLACED:
        return ["Bản giao ước này đã được thay. Hãy mời ký bản mới."]
    if covenant.status != CovenantStatus.ADOPTED and not has_newcomers:
        return ["Giao ước này đã mời mọi đơn vị thành viên ký."]
    return _keeper(who) or outside_window("sign", covenant.cycle.phase, OPEN_IN)


def sign_covenant(who: Standing, covenant: Covenant, signing: Signing | None, mandate: str = "") -> list[str]:
    if signing is None:
        return ["Giao ước chưa mời đơn vị này ký."]
    if covenant.status == CovenantStatus.REPLACED:
        return ["Bản giao ước này đã được thay. Hãy ký bản mới."]
    return papers.sign_document(who, signing, mandate) or outside_window(
        "sign", covenant.cycle.phase, OPEN_IN
    )


def record_signed_at_meeting(who: Standing, covenant: Covenant) -> list[str]:
    if covenant.status == CovenantStatus.DRAFT:
        return ["Hãy ghi nhận việc thống nhất giao ước trước khi ghi nhận chữ ký."]
    if covenant.status not in (CovenantStatus.ADOPTED, CovenantStatus.SIGNING):
        return ["Không còn bên nào chờ ký."]
    return _keeper(who) or outside_window("sign", covenant.cycle.phase, OPEN_IN)


def amend_covenant(
    who: Standing, covenant: Covenant, *, has_draft: bool = False, reason: str = "-"
) -> list[str]:
    if covenant.status not in IN_FORCE:
        return ["Chỉ sửa đổi được giao ước đang có hiệu lực."]
    if has_draft:
        return ["Đang có một dự thảo giao ước. Hãy hoàn thiện dự thảo đó."]
    if not reason.strip():
        return ["Hãy ghi lý do sửa đổi giao ước."]
    return _keeper(who) or outside_window("amend", covenant.cycle.phase, OPEN_IN)


def record_results(
    who: Standing, cycle: Cycle, unit: Unit, covenant: Covenant | None, report: UnitReport | None
) -> list[str]:
    if reasons := _own(who, unit) or outside_window("record_results", cycle.phase, OPEN_IN):
        return reasons
    if covenant is None:
        return ["Chưa có giao ước thi đua được thống nhất nên chưa nhập kết quả được."]
    if report is not None and report.sent_at:
        return ["Báo cáo của kỳ này đã gửi. Hãy rút lại trước khi sửa, hoặc cập nhật số chính thức."]
    return []


def send_report(
    who: Standing,
    cycle: Cycle,
    unit: Unit,
    covenant: Covenant | None,
    report: UnitReport | None,
    missing: Sequence[int] = (),
) -> list[str]:
    """`missing` are the numbers of assigned targets without a result: silence is not a figure."""
    if report is not None and report.sent_at:
        return ["Đơn vị đã gửi báo cáo của kỳ này."]
    if unit.pk not in who.head_of & who.members:
        return ["Chỉ lãnh đạo đơn vị gửi báo cáo của đơn vị mình."]
    if reasons := outside_window("report", cycle.phase, OPEN_IN):
        return reasons
    if covenant is None:
        return ["Chưa có giao ước thi đua được thống nhất nên chưa gửi báo cáo được."]
    if missing:
        return [f"Chưa có kết quả của chỉ tiêu {missing_numbers(missing)}. Hãy nhập đủ rồi gửi."]
    return []


def withdraw_report(who: Standing, report: UnitReport | None, reason: str = "-") -> list[str]:
    if report is None or not report.sent_at:
        return ["Báo cáo này chưa gửi."]
    if report.received_at:
        return ["Khối đã tiếp nhận báo cáo nên không rút lại được. Hãy cập nhật số chính thức nếu số đã đổi."]
    if report.unit_id not in who.head_of & who.members:
        return ["Chỉ lãnh đạo đơn vị rút lại báo cáo của đơn vị mình."]
    if not reason.strip():
        return ["Hãy ghi lý do rút lại báo cáo."]
    return outside_window("report", report.cycle.phase, OPEN_IN)


def receive_report(who: Standing, report: UnitReport | None) -> list[str]:
    if report is None or not report.sent_at:
        return ["Đơn vị chưa gửi báo cáo này."]
    if report.received_at:
        return ["Báo cáo này đã được tiếp nhận."]
    return _keeper(who) or outside_window("receive_report", report.cycle.phase, OPEN_IN)


def extend_report(
    who: Standing,
    cycle: Cycle,
    report: UnitReport | None,
    due_on: date | None,
    extended_to: date | None = None,
    reason: str = "-",
) -> list[str]:
    """An extension is given before the date has passed, with a reason (DOMAIN §9)."""
    if not (who.is_chair or who.is_vice):
        return [ONLY_KEEPER]
    if report is not None and report.sent_at:
        return ["Đơn vị đã gửi báo cáo của kỳ này."]
    if due_on is None:
        return ["Kỳ này chưa đặt hạn. Hãy đặt mốc thời hạn của khối trước."]
    if who.on > due_on:
        return [f"Hạn {day(due_on)} đã qua nên không gia hạn được nữa."]
    if not reason.strip():
        return ["Hãy ghi lý do gia hạn."]
    if extended_to is not None and extended_to <= due_on:
        return [f"Hạn mới phải sau hạn đang có là {day(due_on)}."]
    return outside_window("report", cycle.phase, OPEN_IN)


def true_up_result(
    who: Standing, cycle: Cycle, unit: Unit, result: Result, *, is_latest: bool, is_reported: bool
) -> list[str]:
    if reasons := _own(who, unit) or outside_window("true_up", cycle.phase, OPEN_IN):
        return reasons
    if not result.is_estimated:
        return ["Kết quả này đã là số chính thức."]
    if not is_latest:
        return ["Kết quả này đã có số chính thức. Hãy tải lại trang."]
    if not is_reported and not outside_window("record_results", cycle.phase, OPEN_IN):
        return ["Báo cáo chưa gửi. Hãy sửa số ngay trong bảng nhập kết quả."]
    return []


def register_award(who: Standing, cycle: Cycle, unit: Unit) -> list[str]:
    return _own(who, unit) or outside_window("register", cycle.phase, OPEN_IN)


def cancel_registration(who: Standing, registration: Registration) -> list[str]:
    return register_award(who, registration.cycle, registration.unit)


def add_movement(who: Standing, cycle: Cycle) -> list[str]:
    return _keeper(who) or outside_window("movements", cycle.phase, OPEN_IN)


def remove_movement(who: Standing, movement: Movement, outcomes: int) -> list[str]:
    if outcomes:
        return ["Đã có đơn vị ghi kết quả của phong trào này nên không bỏ được."]
    return add_movement(who, movement.cycle)


def _own_or_keeper(who: Standing, unit: Unit | None) -> list[str]:
    if not _keeper(who):
        return []
    return _own(who, unit) if unit else [ONLY_KEEPER]


def record_participation(who: Standing, movement: Movement, unit: Unit) -> list[str]:
    return _own_or_keeper(who, unit) or outside_window("movements", movement.cycle.phase, OPEN_IN)


def record_initiatives(who: Standing, cycle: Cycle, unit: Unit | None) -> list[str]:
    return _own_or_keeper(who, unit) or outside_window("movements", cycle.phase, OPEN_IN)
