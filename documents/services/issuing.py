"""Issue a paper, replace it, withdraw it."""

import copy
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from config.kit import blobs, pdf
from config.kit.audit import audited
from config.kit.refusals import Conflict, Refused, refuse
from documents import policies, queries
from documents.enums import DocumentStatus
from documents.models import Document, IssuedFile, NumberSeries
from documents.reports import default_symbol, html_of, issue_gaps
from documents.rules import is_numbered, odd_dates, written_number, written_symbol
from documents.services.drafts import DRAFT_FIELDS, create_document, lock_document, read_document

# Without letters that look alike on paper.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


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
    document = read_document(document.pk)
    facts = {
        "number": number.strip(),
        "symbol": _symbol_for(document, symbol),
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
            document = lock_document(document)
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


def _symbol_for(document: Document, typed: str) -> str:
    """The typed symbol as it is written, or the one that the issuer's papers of this kind have."""
    proposed = default_symbol(document)
    if not typed.strip():
        return proposed
    if written := written_symbol(document.kind, typed):
        return written
    raise Refused(
        [
            f"“{typed.strip()}” không phải ký hiệu của {document.get_kind_display().lower()}. Hãy gõ chữ in hoa, nối "
            f"bằng gạch ngang{f', như {proposed}' if proposed else ''}."
        ]
    )


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
    document = lock_document(document)
    is_being_replaced = Document.objects.filter(supersedes=document).exists()
    who = queries.standing_for(document, by, at)
    refuse(policies.replace_document(who, document, is_being_replaced=is_being_replaced))
    if not reason.strip():
        raise Refused([policies.NEEDS_REASON])
    with audited("documents.document.replacement_drafted", by=by, reason=reason):
        return create_document(
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
    document = lock_document(document)
    refuse(policies.withdraw_document(queries.standing_for(document, by, at), document, reason))
    document.status, document.ended_reason = DocumentStatus.WITHDRAWN, reason.strip()
    document.ended_at, document.ended_by = at, by
    with audited("documents.document.withdrawn", by=by, reason=reason):
        document.save(update_fields=["status", "ended_reason", "ended_at", "ended_by"])
    return document
