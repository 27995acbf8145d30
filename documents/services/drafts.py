"""Write a paper, ask for comments, settle its text."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Province, Unit
from blocs.queries import Standing, standing_in, standing_in_province
from blocs.services import lock_cycle, lock_province
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from documents import policies, queries
from documents.enums import DocumentStatus, SigningState
from documents.models import Comment, Consultation, Document, Signing, Upload
from documents.rules import OPEN_STATUSES

DRAFT_FIELDS = ("title", "subject", "addressees", "bases", "body", "recipients")


def lock_document(document: Document) -> Document:
    """Lock where a paper belongs, then read it anew."""
    if document.cycle_id:
        lock_cycle(document.cycle_id)
    else:
        lock_province(document.province_id)
    return read_document(document.pk)


def read_document(pk: int) -> Document:
    return Document.objects.select_related("province", "bloc", "cycle__bloc__province", "unit").get(pk=pk)


def stand(cycle: Cycle | None, province: Province, by: User, at: datetime) -> Standing:
    return standing_in(cycle, by, at) if cycle else standing_in_province(province, by, at)


def _has_signature(document: Document) -> bool:
    return Signing.objects.filter(document=document, state=SigningState.SIGNED).exists()


@transaction.atomic
def draft_document(
    *,
    kind: str,
    title: str,
    subject: str,
    by: User,
    at: datetime,
    cycle: Cycle | None = None,
    province: Province | None = None,
    unit: Unit | None = None,
    body: str = "",
    addressees: str = "",
    bases: str = "",
    recipients: str = "",
) -> Document:
    """Begin a paper of a year, or (without a cycle) of the province."""
    cycle = lock_cycle(cycle.pk) if cycle else None
    province = cycle.bloc.province if cycle else lock_province(province.pk)
    refuse(policies.draft_document(stand(cycle, province, by, at), cycle, unit, kind))
    with audited("documents.document.drafted", by=by):
        return create_document(
            cycle=cycle,
            province=province,
            unit=unit,
            kind=kind,
            title=title,
            subject=subject,
            body=body,
            addressees=addressees,
            bases=bases,
            recipients=recipients,
            created_by=by,
            created_at=at,
        )


def create_document(*, cycle: Cycle | None, **fields: object) -> Document:
    return Document.objects.create(cycle=cycle, bloc=cycle.bloc if cycle else None, **fields)


@transaction.atomic
def open_paper(
    *,
    cycle: Cycle,
    kind: str,
    title: str,
    subject: str,
    by: User,
    at: datetime,
    slot: str = "",
    unit: Unit | None = None,
    **texts: str,
) -> Document:
    """The one paper of a kind (and slot) of a year that is still open, made when there is none."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.open_paper(standing_in(cycle, by, at), cycle))
    found = Document.objects.filter(cycle=cycle, kind=kind, slot=slot, unit=unit, status__in=OPEN_STATUSES)
    if existing := found.order_by("-pk").first():
        return read_document(existing.pk)
    with audited("documents.document.opened", by=by):
        return create_document(
            cycle=cycle,
            province=cycle.bloc.province,
            unit=unit,
            kind=kind,
            slot=slot,
            title=title,
            subject=subject,
            created_by=by,
            created_at=at,
            **texts,
        )


@transaction.atomic
def edit_document(*, document: Document, changes: Mapping[str, str], by: User, at: datetime) -> Document:
    """Change the text of a draft."""
    document = lock_document(document)
    who = queries.standing_for(document, by, at)
    refuse(policies.edit_document(who, document, has_signature=_has_signature(document)))
    kept = {name: value for name, value in changes.items() if name in DRAFT_FIELDS}
    for name, value in kept.items():
        setattr(document, name, value)
    document.version += 1
    with audited("documents.document.edited", by=by):
        document.save(update_fields=[*kept, "version"])
    return document


@transaction.atomic
def discard_document(*, document: Document, by: User, at: datetime) -> None:
    """Throw a draft away; the audit keeps what it said."""
    document = lock_document(document)
    refuse(policies.discard_document(queries.standing_for(document, by, at), document))
    with audited("documents.document.discarded", by=by):
        Upload.objects.filter(document=document).update(document=None)
        document.delete()


@transaction.atomic
def send_for_comments(
    *, document: Document, due_on: date, by: User, at: datetime, note: str = ""
) -> Consultation:
    """Open a round of comments by the members."""
    document = lock_document(document)
    refuse(policies.send_for_comments(queries.standing_for(document, by, at), document, due_on))
    last = document.consultations.order_by("-round").values_list("round", flat=True).first() or 0
    with audited("documents.document.sent_for_comments", by=by):
        document.status = DocumentStatus.CONSULTING
        document.save(update_fields=["status"])
        return Consultation.objects.create(
            document=document, round=last + 1, due_on=due_on, note=note, opened_at=at, opened_by=by
        )


@transaction.atomic
def comment_on_document(
    *, document: Document, unit: Unit, text: str, by: User, at: datetime, agrees: bool = False
) -> Comment:
    """Say something about a draft in the name of a member unit."""
    document = lock_document(document)
    consultation = queries.open_consultation(document)
    who = queries.standing_for(document, by, at)
    refuse(policies.comment_on_document(who, document, consultation, unit))
    if not text.strip() and not agrees:
        raise Refused(["Hãy ghi ý kiến, hoặc đánh dấu thống nhất với dự thảo."])
    with audited("documents.comment.written", by=by):
        return Comment.objects.create(
            consultation=consultation,
            unit=unit,
            text=text.strip(),
            agrees=agrees,
            written_at=at,
            written_by=by,
        )


@transaction.atomic
def answer_comment(*, comment: Comment, is_accepted: bool, response: str, by: User, at: datetime) -> Comment:
    """Say whether a comment is taken up, and why not when it is not."""
    document = lock_document(comment.consultation.document)
    comment = Comment.objects.get(pk=comment.pk)
    refuse(policies.answer_comment(queries.standing_for(document, by, at), document, comment))
    if not is_accepted and not response.strip():
        raise Refused(["Ý kiến không được tiếp thu phải có giải trình. Hãy ghi lý do."])
    comment.is_accepted, comment.response = is_accepted, response.strip()
    comment.answered_at, comment.answered_by = at, by
    with audited("documents.comment.answered", by=by):
        comment.save(update_fields=["is_accepted", "response", "answered_at", "answered_by"])
    return comment


@transaction.atomic
def finalize_document(*, document: Document, by: User, at: datetime) -> Document:
    """Settle the text: from now on it is signed and issued, not edited."""
    document = lock_document(document)
    refuse(policies.finalize_document(queries.standing_for(document, by, at), document))
    return _set_status(document, DocumentStatus.FINAL, "documents.document.finalized", by)


@transaction.atomic
def reopen_document(*, document: Document, by: User, at: datetime) -> Document:
    """Make a settled text a draft again, while nobody has signed it."""
    document = lock_document(document)
    who = queries.standing_for(document, by, at)
    refuse(policies.reopen_document(who, document, has_signature=_has_signature(document)))
    return _set_status(document, DocumentStatus.DRAFT, "documents.document.reopened", by)


def _set_status(document: Document, status: DocumentStatus, verb: str, by: User) -> Document:
    document.status = status
    with audited(verb, by=by):
        document.save(update_fields=["status"])
    return document
