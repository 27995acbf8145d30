"""Every write to papers, consultations, signatures and files."""

from documents.services.drafts import (
    DRAFT_FIELDS,
    answer_comment,
    comment_on_document,
    discard_document,
    draft_document,
    edit_document,
    finalize_document,
    open_paper,
    reopen_document,
    send_for_comments,
)
from documents.services.issuing import issue_document, replace_document, withdraw_document
from documents.services.signatures import (
    ask_signatures,
    mark_absent,
    record_signed_at_meeting,
    refuse_signature,
    sign_document,
)
from documents.services.uploads import new_version_of_upload, remove_orphan_files, upload_file

__all__ = [
    "DRAFT_FIELDS",
    "answer_comment",
    "ask_signatures",
    "comment_on_document",
    "discard_document",
    "draft_document",
    "edit_document",
    "finalize_document",
    "issue_document",
    "mark_absent",
    "new_version_of_upload",
    "open_paper",
    "record_signed_at_meeting",
    "refuse_signature",
    "remove_orphan_files",
    "reopen_document",
    "replace_document",
    "send_for_comments",
    "sign_document",
    "upload_file",
    "withdraw_document",
]
