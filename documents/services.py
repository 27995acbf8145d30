"""Every write to papers, consultations, signatures and files."""

import copy
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from blocs.models import Cycle, Province, Unit
from blocs.queries import Standing, standing_in, standing_in_province
from blocs.services import lock_cycle, lock_province
from config.kit import blobs, filetypes, pdf
from config.kit.audit import audited
from config.kit.refusals import Conflict, Refused, refuse
from documents import policies, queries
from documents.enums import DocumentStatus, SigningMethod, SigningState
from documents.models import Comment, Consultation, Document, IssuedFile, NumberSeries, Signing, Upload
from documents.reports import default_symbol, html_of, issue_gaps, text_fingerprint
from documents.rules import OPEN_STATUSES, is_numbered, odd_dates, written_number

# Without letters that look alike on paper.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DRAFT_FIELDS = ("title", "subject", "addressees", "bases", "body", "recipients")
ORPHANS_LIVE = timedelta(days=1)


def _lock(document: Document) -> Document:
    """Lock where a paper belongs, then read it anew."""
    if document.cycle_id:
        lock_cycle(document.cycle_id)
    else:
        lock_province(document.province_id)
    return _read(document.pk)


def _read(pk: int) -> Document:
    return Document.objects.select_related("province", "bloc", "cycle__bloc__province", "unit").get(pk=pk)


def _stand(cycle: Cycle | None, province: Province, by: User, at: datetime) -> Standing:
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
    refuse(policies.draft_document(_stand(cycle, province, by, at), cycle, unit, kind))
    with audited("documents.document.drafted", by=by):
        return _create(
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


def _create(*, cycle: Cycle | None, **fields: object) -> Document:
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
        return _read(existing.pk)
    with audited("documents.document.opened", by=by):
        return _create(
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
def edit_document(
    *, document: Document, changes: Mapping[str, str], by: User, at: datetime, version: int | None = None
) -> Document:
    """Change the text of a draft; `version` is the one the editor began from."""
    document = _lock(document)
    who = queries.standing_for(document, by, at)
    refuse(policies.edit_document(who, document, has_signature=_has_signature(document)))
    if version is not None and version != document.version:
        raise Conflict(
            ["Người khác vừa sửa dự thảo này. Hãy xem cả hai bản rồi chọn."],
            mine=changes.get("body", ""),
            theirs=document.body,
        )
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
    document = _lock(document)
    refuse(policies.discard_document(queries.standing_for(document, by, at), document))
    with audited("documents.document.discarded", by=by):
        Upload.objects.filter(document=document).update(document=None)
        document.delete()


@transaction.atomic
def send_for_comments(
    *, document: Document, due_on: date, by: User, at: datetime, note: str = ""
) -> Consultation:
    """Open a round of comments by the members."""
    document = _lock(document)
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
    document = _lock(document)
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
    document = _lock(comment.consultation.document)
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
    document = _lock(document)
    refuse(policies.finalize_document(queries.standing_for(document, by, at), document))
    return _set_status(document, DocumentStatus.FINAL, "documents.document.finalized", by)


@transaction.atomic
def reopen_document(*, document: Document, by: User, at: datetime) -> Document:
    """Make a settled text a draft again, while nobody has signed it."""
    document = _lock(document)
    who = queries.standing_for(document, by, at)
    refuse(policies.reopen_document(who, document, has_signature=_has_signature(document)))
    return _set_status(document, DocumentStatus.DRAFT, "documents.document.reopened", by)


def _set_status(document: Document, status: DocumentStatus, verb: str, by: User) -> Document:
    document.status = status
    with audited(verb, by=by):
        document.save(update_fields=["status"])
    return document


def issue_document(
    *,
    document: Document,
    issued_on: date,
    by: User,
    at: datetime,
    number: str = "",
    symbol: str = "",
    signatory_name: str = "",
    signatory_title: str = "",
    signatory_office: str = "",
    place: str = "",
    date_reason: str = "",
    prints_code: bool = True,
) -> Document:
    """Give a settled paper its number and day, print it once and keep that print for ever.

    The print is drawn and stored before anything is locked; under the lock the paper is composed
    again, and when it is no longer the same text nothing is issued.
    """
    document = _read(document.pk)
    facts = {
        "number": number.strip(),
        "symbol": symbol.strip() or default_symbol(document),
        "issued_on": issued_on,
        "signatory_name": signatory_name.strip(),
        "signatory_title": signatory_title.strip(),
        "signatory_office": signatory_office.strip(),
        "place": place.strip() or document.province.place,
        "date_reason": date_reason.strip(),
        "prints_code": prints_code,
    }
    facts["number"] = _number_for(document, facts)
    _check_issue(document, facts, by, at)
    code = _new_code()
    html = html_of(_as_issued(document, facts), code=code)
    content = pdf.from_html(html[0], html[1:])
    sha256 = blobs.put(content)
    try:
        with transaction.atomic():
            document = _lock(document)
            _check_issue(document, facts, by, at)
            if html_of(_as_issued(document, facts), code=code) != html:
                raise Conflict(["Nội dung văn bản vừa thay đổi. Hãy xem lại bản mới rồi ban hành."])
            _claim_number(document, facts)
            with audited("documents.document.issued", by=by, reason=facts["date_reason"]):
                _end_superseded(document, by, at)
                document = _as_issued(document, facts)
                document.issued_at, document.issued_by = at, by
                document.save(update_fields=[*facts, "status", "issued_at", "issued_by"])
                IssuedFile.objects.create(
                    document=document,
                    sha256=sha256,
                    size=len(content),
                    verification_code=code,
                    issued_at=at,
                    issued_by=by,
                )
    except IntegrityError as lost:
        if "document_number_once_a_year" in str(lost):
            raise Refused([_number_taken(facts)]) from lost
        raise
    return document


def _as_issued(document: Document, facts: Mapping[str, Any]) -> Document:
    """The paper as it will read once issued; nothing is written."""
    issued = copy.copy(document)
    for name, value in facts.items():
        setattr(issued, name, value)
    issued.status = DocumentStatus.ISSUED
    return issued


def _number_for(document: Document, facts: Mapping[str, Any]) -> str:
    """The typed number as it is written, or the next of the bloc's own series; gaps are normal."""
    if facts["number"]:
        if not (written := written_number(facts["number"])):
            raise Refused(
                [
                    f"“{facts['number']}” không phải là số văn bản. Hãy gõ số do văn thư cấp, ví dụ 07 hoặc 15a."
                ]
            )
        return written
    if not is_numbered(document.kind):
        return ""
    if document.bloc and not document.unit_id and document.bloc.numbers_own_papers:
        return f"{queries.next_number(document, facts['symbol'], facts['issued_on'].year):02d}"
    raise Refused(["Hãy gõ số văn bản do văn thư cấp."])


def _check_issue(document: Document, facts: Mapping[str, Any], by: User, at: datetime) -> None:
    who = queries.standing_for(document, by, at)
    refuse(policies.issue_document(who, document, issue_gaps(_as_issued(document, facts))))
    odd = odd_dates(facts["issued_on"], who.on, document.cycle.year if document.cycle else None)
    if odd and not facts["date_reason"]:
        raise Refused([*odd, "Hãy kiểm tra ngày và tháng; nếu đúng, hãy ghi lý do."])
    if facts["number"] and queries.same_number(
        document, facts["number"], facts["symbol"], facts["issued_on"].year
    ):
        raise Refused([_number_taken(facts)])


def _number_taken(facts: Mapping[str, Any]) -> str:
    return (
        f"Số {facts['number']}/{facts['symbol']} đã dùng trong năm {facts['issued_on'].year}. "
        "Hãy kiểm tra lại số với văn thư."
    )


def _claim_number(document: Document, facts: Mapping[str, Any]) -> None:
    """Move the bloc's own series up to the number used; it never counts back."""
    if not (facts["number"] and document.bloc and document.bloc.numbers_own_papers) or document.unit_id:
        return
    series, _ = NumberSeries.objects.select_for_update().get_or_create(
        province=document.province, bloc=document.bloc, symbol=facts["symbol"], year=facts["issued_on"].year
    )
    used = int("".join(c for c in facts["number"] if c.isdigit()))
    if used > series.last:
        series.last = used
        series.save(update_fields=["last"])


def _end_superseded(document: Document, by: User, at: datetime) -> None:
    if document.supersedes_id:
        Document.objects.filter(pk=document.supersedes_id, status=DocumentStatus.ISSUED).update(
            status=DocumentStatus.REPLACED, ended_at=at, ended_by=by
        )


def _new_code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


@transaction.atomic
def replace_document(*, document: Document, reason: str, by: User, at: datetime) -> Document:
    """Begin a paper that takes the place of an issued one; the old one holds until the new is issued."""
    document = _lock(document)
    is_being_replaced = Document.objects.filter(supersedes=document).exists()
    who = queries.standing_for(document, by, at)
    refuse(policies.replace_document(who, document, is_being_replaced=is_being_replaced))
    if not reason.strip():
        raise Refused([policies.NEEDS_REASON])
    with audited("documents.document.replacement_drafted", by=by, reason=reason):
        return _create(
            cycle=document.cycle,
            province=document.province,
            unit=document.unit,
            kind=document.kind,
            slot=document.slot,
            supersedes=document,
            created_by=by,
            created_at=at,
            **{name: getattr(document, name) for name in DRAFT_FIELDS},
        )


@transaction.atomic
def withdraw_document(*, document: Document, reason: str, by: User, at: datetime) -> Document:
    """Take an issued paper out of force; it stays readable, with the reason."""
    document = _lock(document)
    refuse(policies.withdraw_document(queries.standing_for(document, by, at), document, reason))
    document.status, document.ended_reason = DocumentStatus.WITHDRAWN, reason.strip()
    document.ended_at, document.ended_by = at, by
    with audited("documents.document.withdrawn", by=by, reason=reason):
        document.save(update_fields=["status", "ended_reason", "ended_at", "ended_by"])
    return document


@transaction.atomic
def ask_signatures(
    *,
    document: Document,
    by: User,
    at: datetime,
    units: Sequence[Unit] = (),
    parties: Sequence[Mapping[str, Any]] = (),
) -> list[Signing]:
    """Ask units, then named parties, to sign a settled paper in this order; who was asked stays asked.

    A party is a mapping with `party` and, when known, `unit`, `office` (Chủ tọa, Thư ký), `signer`,
    `signatory_name`, `capacity`.
    """
    document = _lock(document)
    refuse(policies.ask_signatures(queries.standing_for(document, by, at), document))
    asked = list(queries.signings_of(document))
    order = max((signing.order for signing in asked), default=0)
    wanted = [{"unit": unit, "party": unit.name} for unit in units] + [dict(party) for party in parties]
    taken = {(signing.unit_id, signing.party, signing.office) for signing in asked}
    with audited("documents.signatures.asked", by=by):
        for party in wanted:
            unit = party.get("unit")
            if (unit.pk if unit else None, party["party"], party.get("office", "")) in taken:
                continue
            order += 1
            asked.append(Signing.objects.create(document=document, order=order, **party))
    return asked


@transaction.atomic
def sign_document(
    *,
    signing: Signing,
    by: User,
    at: datetime,
    capacity: str = "",
    mandate: str = "",
    mandate_upload: Upload | None = None,
) -> Signing:
    """Record a signature given in the browser: who, when, in what capacity, on which text."""
    signing, document, who = _lock_signing(signing, by, at)
    refuse(policies.sign_document(who, signing, mandate))
    signing.method, signing.signatory_name = SigningMethod.BROWSER, by.full_name
    signing.capacity = capacity.strip() or signing.capacity or queries.title_of(by, signing.unit, at)
    signing.mandate = "" if signing.unit_id in who.head_of else mandate.strip()
    signing.mandate_upload = mandate_upload
    signing.text_sha256 = text_fingerprint(document)
    return _settle(signing, SigningState.SIGNED, "documents.signing.signed", by, at)


def _lock_signing(signing: Signing, by: User, at: datetime) -> tuple[Signing, Document, Standing]:
    document = _lock(signing.document)
    signing = queries.signings_of(document).get(pk=signing.pk)
    signing.document = document
    return signing, document, queries.standing_for(document, by, at)


def _settle(
    signing: Signing, state: SigningState, verb: str, by: User, at: datetime, reason: str = ""
) -> Signing:
    signing.state, signing.signed_at, signing.signed_by, signing.reason = state, at, by, reason.strip()
    with audited(verb, by=by, reason=reason):
        signing.save()
    return signing


@transaction.atomic
def refuse_signature(*, signing: Signing, reason: str, by: User, at: datetime) -> Signing:
    """Record that a party refuses to sign, and why."""
    signing, _, who = _lock_signing(signing, by, at)
    refuse(policies.refuse_signature(who, signing, reason))
    return _settle(signing, SigningState.REFUSED, "documents.signing.refused", by, at, reason)


@transaction.atomic
def mark_absent(*, signing: Signing, reason: str, by: User, at: datetime) -> Signing:
    """Record that a party is absent and signs later, even after the paper was issued."""
    signing, _, who = _lock_signing(signing, by, at)
    refuse(policies.mark_absent(who, signing, reason))
    return _settle(signing, SigningState.ABSENT, "documents.signing.absent_recorded", by, at, reason)


@transaction.atomic
def record_signed_at_meeting(
    *,
    document: Document,
    by: User,
    at: datetime,
    scan: Upload | None = None,
    names: Mapping[int, tuple[str, str]] | None = None,
) -> list[Signing]:
    """Record in one act that all who were still waiting signed on paper at the meeting; a refusal stays one.

    `names` maps a unit to (name, capacity) of who signed; otherwise it is the unit's head.
    """
    document = _lock(document)
    pending = [one for one in queries.signings_of(document) if one.state == SigningState.PENDING]
    refuse(policies.record_signed_at_meeting(queries.standing_for(document, by, at), document, len(pending)))
    heads = queries.heads_of([signing.unit_id for signing in pending if signing.unit_id], at)
    fingerprint = text_fingerprint(document)
    for signing in pending:
        name, capacity = (names or {}).get(signing.unit_id, ("", ""))
        head = heads.get(signing.unit_id)
        signing.signatory_name = name or signing.signatory_name or (head.user.full_name if head else "")
        signing.signatory_name = signing.signatory_name or f"Đại diện {signing.party}"
        signing.capacity = capacity or signing.capacity or (head.title if head and not name else "")
        signing.method, signing.scan, signing.text_sha256 = SigningMethod.WET_AT_MEETING, scan, fingerprint
        _settle(signing, SigningState.SIGNED, "documents.signing.recorded_at_meeting", by, at)
    return pending


def upload_file(
    *,
    name: str,
    content: bytes,
    by: User,
    at: datetime,
    cycle: Cycle | None = None,
    province: Province | None = None,
    unit: Unit | None = None,
    document: Document | None = None,
    is_shared: bool = False,
) -> Upload:
    """Keep a file; its type is read from its content, and it is stored before its row."""
    province = cycle.bloc.province if cycle else province
    who = _stand(cycle, province, by, at)
    refuse(policies.upload_file(who, cycle, unit, document, len(content)))
    content_type = _content_type(content)
    sha256 = blobs.put(content)
    with transaction.atomic(), audited("documents.upload.added", by=by):
        return Upload.objects.create(
            province=province,
            cycle=cycle,
            unit=unit,
            document=document,
            is_shared=is_shared,
            name=filetypes.safe_name(name, content_type),
            content_type=content_type,
            sha256=sha256,
            size=len(content),
            uploaded_at=at,
            uploaded_by=by,
        )


def _content_type(content: bytes) -> str:
    try:
        return filetypes.content_type_of(content)
    except ValueError as wrong:
        raise Refused([str(wrong)]) from wrong


def new_version_of_upload(*, upload: Upload, name: str, content: bytes, by: User, at: datetime) -> Upload:
    """Keep a newer file in the place of one; the old version stays readable."""
    who = _stand(upload.cycle, upload.province, by, at)
    is_latest = not Upload.objects.filter(previous=upload).exists()
    refuse(
        policies.new_version_of_upload(who, upload.cycle, upload.unit, is_latest=is_latest, size=len(content))
    )
    content_type = _content_type(content)
    sha256 = blobs.put(content)
    try:
        with transaction.atomic(), audited("documents.upload.versioned", by=by):
            return Upload.objects.create(
                province=upload.province,
                cycle=upload.cycle,
                unit=upload.unit,
                document=upload.document,
                is_shared=upload.is_shared,
                name=filetypes.safe_name(name, content_type),
                content_type=content_type,
                sha256=sha256,
                size=len(content),
                version=upload.version + 1,
                previous=upload,
                uploaded_at=at,
                uploaded_by=by,
            )
    except IntegrityError as lost:
        if "previous_id" in str(lost):
            raise Conflict(["Người khác vừa gửi bản mới của tệp này. Hãy tải lại trang."]) from lost
        raise


def remove_orphan_files(*, at: datetime) -> int:
    """Remove stored contents that no row has named for a day: what an interrupted upload left behind."""
    old = {path.name: path for path in blobs.older_than(at - ORPHANS_LIVE)}
    orphans = queries.unreferenced([name for name in old if not name.startswith(".")])
    for name, path in old.items():
        if name in orphans or name.startswith("."):
            path.unlink(missing_ok=True)
    return len(orphans)
