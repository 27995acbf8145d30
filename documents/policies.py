"""Who may do what to papers, signatures and files now; an empty list means yes."""

from collections.abc import Sequence
from datetime import date

from blocs.models import Cycle, Unit
from blocs.queries import Standing
from blocs.rules import outside_window
from config.kit.text import day
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.models import Comment, Consultation, Document, Signing
from documents.rules import EDITABLE, OPEN_IN, UPLOAD_LIMIT

ONLY_KEEPER = "Chỉ đơn vị Khối trưởng hoặc Khối phó của năm thi đua làm được việc này."
ONLY_PROVINCE = "Chỉ cơ quan thường trực của tỉnh làm được việc này."
SETTLED = "Văn bản đã chốt nội dung. Hãy mở lại dự thảo trước khi sửa."
NEEDS_REASON = "Hãy ghi lý do."


def _keeper(who: Standing, *, unit_id: int | None, is_provincial: bool) -> list[str]:
    if is_provincial:
        return [] if who.is_province_officer or who.is_province_head else [ONLY_PROVINCE]
    if unit_id is not None:
        return [] if unit_id in who.belongs_to else ["Chỉ đơn vị soạn văn bản này làm được việc này."]
    return [] if who.is_secretariat or who.is_vice else [ONLY_KEEPER]


def keeps(who: Standing, document: Document) -> list[str]:
    """The secretariat keeps the bloc's papers, a unit its own, the standing office the province's."""
    is_provincial = document.cycle_id is None or document.kind == DocumentKind.DECISION
    return _keeper(who, unit_id=document.unit_id, is_provincial=is_provincial)


def _window(action: str, document: Document) -> list[str]:
    if document.cycle is None:
        return []
    # A paper that replaces an issued one may be prepared in a closed year too.
    return outside_window("replace" if document.supersedes_id else action, document.cycle.phase, OPEN_IN)


def download_archive(who: Standing) -> list[str]:
    """The archive holds every member's score card, so it is not for every member."""
    if who.is_secretariat or who.is_vice or who.reads_all:
        return []
    return ["Hồ sơ cả năm chỉ dành cho đơn vị Khối trưởng, Khối phó và cơ quan thường trực."]


def draft_document(who: Standing, cycle: Cycle | None, unit: Unit | None, kind: str) -> list[str]:
    is_provincial = cycle is None or kind == DocumentKind.DECISION
    return _keeper(who, unit_id=unit.pk if unit else None, is_provincial=is_provincial) or (
        outside_window("draft", cycle.phase, OPEN_IN) if cycle else []
    )


def open_paper(who: Standing, cycle: Cycle) -> list[str]:
    """The app that opens a paper has asked its own policy; this only keeps strangers out."""
    if not (
        who.member_of or who.is_secretariat or who.is_vice or who.is_province_officer or who.is_province_head
    ):
        return ["Chỉ người của khối hoặc của cơ quan thường trực lập được văn bản này."]
    return outside_window("draft", cycle.phase, OPEN_IN)


def edit_document(who: Standing, document: Document, *, has_signature: bool = False) -> list[str]:
    if document.status not in (*EDITABLE, DocumentStatus.FINAL):
        return ["Văn bản đã ban hành không sửa được. Hãy thay thế bằng văn bản mới hoặc thu hồi."]
    if document.status == DocumentStatus.FINAL:
        return [SETTLED]
    if has_signature:
        return ["Đã có bên ký văn bản này, nội dung không sửa được nữa."]
    return keeps(who, document) or _window("draft", document)


def discard_document(who: Standing, document: Document) -> list[str]:
    if document.status not in EDITABLE:
        return ["Chỉ bỏ được dự thảo chưa chốt. Văn bản đã ban hành thì thu hồi."]
    if document.slot:
        return ["Dự thảo này do một phần việc khác của năm thi đua lập ra. Hãy sửa ở phần việc đó."]
    return keeps(who, document) or _window("draft", document)


def send_for_comments(who: Standing, document: Document, due_on: date | None = None) -> list[str]:
    if document.cycle_id is None or document.unit_id:
        return ["Chỉ lấy ý kiến về văn bản của khối."]
    if document.status not in EDITABLE:
        return [SETTLED]
    if due_on is not None and due_on < who.on:
        return [f"Hạn góp ý {day(due_on)} đã qua. Hãy chọn ngày từ hôm nay trở đi."]
    return keeps(who, document) or _window("consult", document)


def comment_on_document(
    who: Standing, document: Document, consultation: Consultation | None, unit: Unit | None
) -> list[str]:
    if consultation is None:
        return ["Dự thảo này không trong thời gian lấy ý kiến."]
    if unit is None or unit.pk not in who.member_of:
        return ["Chỉ người của đơn vị thành viên góp ý cho đơn vị mình."]
    if who.on > consultation.due_on:
        return [
            f"Hạn góp ý {day(consultation.due_on)} đã qua. Hãy đề nghị Khối trưởng mở lần lấy ý kiến mới."
        ]
    return _window("consult", document)


def answer_comment(who: Standing, document: Document, comment: Comment) -> list[str]:
    if comment.answered_at:
        return ["Ý kiến này đã được trả lời."]
    if document.status not in (*EDITABLE, DocumentStatus.FINAL):
        return ["Văn bản đã ban hành, không trả lời góp ý được nữa."]
    return keeps(who, document) or _window("consult", document)


def finalize_document(who: Standing, document: Document) -> list[str]:
    if document.status == DocumentStatus.FINAL:
        return ["Văn bản đã chốt nội dung."]
    if document.status not in EDITABLE:
        return ["Văn bản đã ban hành."]
    return keeps(who, document) or _window("draft", document)


def reopen_document(who: Standing, document: Document, *, has_signature: bool) -> list[str]:
    if document.status != DocumentStatus.FINAL:
        return ["Chỉ mở lại được văn bản đã chốt mà chưa ban hành."]
    if has_signature:
        return ["Đã có bên ký văn bản này, nội dung không mở lại được nữa."]
    return keeps(who, document) or _window("draft", document)


def issue_document(who: Standing, document: Document, missing: Sequence[str] = ()) -> list[str]:
    if document.status in EDITABLE:
        return ["Hãy chốt nội dung trước khi ban hành."]
    if document.status != DocumentStatus.FINAL:
        return ["Văn bản này đã ban hành."]
    return keeps(who, document) or _window("issue", document) or list(missing)


def replace_document(who: Standing, document: Document, *, is_being_replaced: bool = False) -> list[str]:
    if document.status != DocumentStatus.ISSUED:
        return ["Chỉ thay thế được văn bản đang có hiệu lực."]
    if is_being_replaced:
        return ["Đã có dự thảo thay thế văn bản này. Hãy hoàn thiện dự thảo đó."]
    return keeps(who, document) or (
        outside_window("replace", document.cycle.phase, OPEN_IN) if document.cycle else []
    )


def withdraw_document(who: Standing, document: Document, reason: str = "-") -> list[str]:
    if document.status != DocumentStatus.ISSUED:
        return ["Chỉ thu hồi được văn bản đang có hiệu lực."]
    if not reason.strip():
        return [NEEDS_REASON]
    return keeps(who, document) or (
        outside_window("replace", document.cycle.phase, OPEN_IN) if document.cycle else []
    )


def ask_signatures(who: Standing, document: Document) -> list[str]:
    if document.status in EDITABLE:
        return ["Hãy chốt nội dung trước khi mời ký."]
    if document.status != DocumentStatus.FINAL:
        return ["Văn bản đã ban hành, không mời ký thêm được."]
    return keeps(who, document) or _window("sign", document)


def _still_to_sign(signing: Signing) -> list[str]:
    status = signing.document.status
    if signing.state == SigningState.SIGNED:
        return [f"{signing.party} đã ký. Chữ ký đã ghi nhận không ký lại và không rút được."]
    if status == DocumentStatus.ISSUED and signing.state == SigningState.ABSENT:
        return []  # vắng, ký sau
    if status != DocumentStatus.FINAL:
        return ["Văn bản này không trong thời gian ký."]
    return []


def sign_document(who: Standing, signing: Signing, mandate: str = "") -> list[str]:
    """A head or deputy signs without a mandate; anyone else of the unit needs one (DOMAIN §9)."""
    if reasons := _still_to_sign(signing):
        return reasons
    if signing.signer_id is not None:
        if signing.signer_id != who.user.pk:
            return [f"Chỗ ký này dành cho {signing.signatory_name or signing.party}."]
    elif signing.unit_id is None:
        if not who.is_province_head:
            return [f"Chỗ ký của {signing.party} do lãnh đạo cơ quan thường trực ký."]
    elif signing.unit_id not in who.head_of:
        if signing.unit_id not in who.belongs_to:
            return [f"Chỉ thủ trưởng hoặc người được ủy quyền của {signing.party} ký."]
        if not mandate.strip():
            return [
                "Người không phải lãnh đạo đơn vị ký cần giấy ủy quyền. Hãy ghi số và ngày của giấy ủy quyền."
            ]
    return _window("sign", signing.document)


def refuse_signature(who: Standing, signing: Signing, reason: str = "-") -> list[str]:
    if not reason.strip():
        return ["Hãy ghi lý do từ chối ký."]
    return sign_document(who, signing, mandate="-")


def mark_absent(who: Standing, signing: Signing, reason: str = "-") -> list[str]:
    if not reason.strip():
        return ["Hãy ghi lý do vắng mặt."]
    return _still_to_sign(signing) or keeps(who, signing.document) or _window("sign", signing.document)


def record_signed_at_meeting(
    who: Standing, document: Document, pending: int, signed_on: date | None = None
) -> list[str]:
    if document.status != DocumentStatus.FINAL:
        return ["Văn bản này không trong thời gian ký."]
    if not pending:
        return ["Không còn bên nào chờ ký."]
    if signed_on and signed_on > who.on:
        return [f"Ngày ký ở tương lai ({day(signed_on)}). Hãy kiểm tra ngày và tháng."]
    return keeps(who, document) or _window("sign", document)


def upload_file(
    who: Standing, cycle: Cycle | None, unit: Unit | None, document: Document | None = None, size: int = 0
) -> list[str]:
    if size > UPLOAD_LIMIT:
        return ["Tệp lớn hơn 20 MB. Hãy nén nhỏ lại hoặc chia thành nhiều tệp."]
    if document is not None and not keeps(who, document):
        return []  # the signed scan of an issued paper may come late
    if (
        unit is not None
        and unit.pk not in who.belongs_to
        and not (who.is_secretariat or who.is_province_officer)
    ):
        return ["Chỉ người của đơn vị gửi tệp cho đơn vị mình."]
    if unit is None and not (
        who.is_secretariat or who.is_vice or who.is_province_officer or who.is_province_head
    ):
        return [ONLY_KEEPER if cycle else ONLY_PROVINCE]
    return []


def new_version_of_upload(
    who: Standing, cycle: Cycle | None, unit: Unit | None, *, is_latest: bool, size: int
) -> list[str]:
    if not is_latest:
        return ["Tệp này đã có bản mới hơn. Hãy tải lại trang rồi gửi bản sau bản mới nhất."]
    return upload_file(who, cycle, unit, size=size)
