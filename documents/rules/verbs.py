"""The verbs of the journal in the words of officials."""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "documents.document.opened": "Lập văn bản",
    "documents.document.drafted": "Soạn văn bản",
    "documents.document.edited": "Sửa văn bản",
    "documents.document.discarded": "Bỏ dự thảo văn bản",
    "documents.document.finalized": "Chốt văn bản để ký",
    "documents.document.reopened": "Mở lại dự thảo văn bản",
    "documents.document.issued": "Ban hành văn bản",
    "documents.document.withdrawn": "Thu hồi văn bản",
    "documents.document.replacement_drafted": "Soạn văn bản thay thế",
    "documents.document.sent_for_comments": "Gửi lấy ý kiến",
    "documents.comment.written": "Góp ý văn bản",
    "documents.comment.answered": "Trả lời góp ý",
    "documents.signatures.asked": "Mời ký văn bản",
    "documents.signing.signed": "Ký văn bản",
    "documents.signing.refused": "Từ chối ký văn bản",
    "documents.signing.absent_recorded": "Ghi nhận vắng, ký sau",
    "documents.signing.recorded_at_meeting": "Ghi nhận ký tại hội nghị",
    "documents.upload.added": "Tải tệp lên",
    "documents.upload.versioned": "Tải bản mới của tệp",
}
