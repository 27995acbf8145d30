"""What a paper prints: letterhead, signatures, recipients, and the content its builder gives."""

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from blocs.models import Cycle
from blocs.queries import sources
from blocs.rules import ArchiveItem, office_alone
from config.kit import blobs, pdf
from config.kit.archives import MISSING_FILE, carried, missing_text
from config.kit.codes import qr_code
from config.kit.text import long_day, moment, plain_words
from documents.enums import DocumentKind, DocumentStatus, SigningMethod, SigningState
from documents.models import Document, Signing
from documents.queries import documents_of, signings_of, verification_url
from documents.rules import (
    MINUTES,
    PUBLISHED,
    UNKNOWN_DAY,
    UNNUMBERED,
    Paper,
    Signatory,
    bases_of,
    bound,
    is_numbered,
    lines_in,
    lines_of,
    place_day,
    recipients_of,
    symbol_of,
)

TYPED_TEMPLATE = "documents/pdf/typed.html"
GRID_COLUMNS = 3


@cache
def _builders() -> Mapping[str, Any]:
    return {kind: import_string(path) for kind, path in settings.PAPER_BUILDERS.items()}


def paper_of(document: Document) -> Paper:
    """The content of a paper, from the app that knows it, or as it was typed."""
    builder = _builders().get(document.kind, typed_paper)
    return builder(document)


def typed_paper(document: Document) -> Paper:
    """A paper whose text is what somebody typed."""
    missing = () if document.body.strip() else ("Văn bản chưa có nội dung. Hãy soạn nội dung.",)
    if document.kind == DocumentKind.REGULATION:
        return _regulation_paper(document, missing)
    return Paper(TYPED_TEMPLATE, {"lines": lines_of(document.body)}, missing)


def _regulation_paper(document: Document, missing: tuple[str, ...]) -> Paper:
    """A regulation comes with the decision that issues it, and has page numbers of its own."""
    name = _regulation_name(document)
    articles = (
        f"Điều 1. Ban hành kèm theo Quyết định này {name}.\n"
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.\n"
        f"Điều 3. Các đơn vị thành viên {document.bloc} chịu trách nhiệm thi hành Quyết định này./."
    )
    attached = Paper(
        "documents/pdf/regulation.html",
        {"name": bound(_capital(name.removeprefix("Quy chế").strip())), "lines": lines_of(document.body)},
    )
    context = {
        "title": "Quyết định",
        "subject": bound(f"Về việc ban hành {name}"),
        "authority": str(document.bloc or document.province),
        "resolves": "Quyết định:",
        "lines": lines_of(articles),
    }
    return Paper(TYPED_TEMPLATE, context, missing, (attached,))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _regulation_name(document: Document) -> str:
    subject = document.subject.removeprefix("Về việc ban hành").strip()
    return subject if subject.startswith("Quy chế") else f"Quy chế {subject[:1].lower()}{subject[1:]}".strip()


def letterhead(document: Document) -> dict[str, Any]:
    """All that every paper shares; a builder's own context is laid over it."""
    signings = list(signings_of(document)) if document.pk else []
    symbol = document.symbol or default_symbol(document)
    has_number = is_numbered(document.kind) or bool(document.number)
    return {
        **_issuer(document),
        "document": document,
        "title": document.title,
        "subject": bound(document.subject),
        "has_number": has_number,
        "number": document.number,
        "symbol": symbol,
        "has_place_day": document.kind not in MINUTES
        and document.kind not in UNNUMBERED - {DocumentKind.OTHER},
        "place_day": place_day(document.place or document.province.place, document.issued_on),
        "issued_day": long_day(document.issued_on) if document.issued_on else UNKNOWN_DAY,
        "addressees": lines_in(document.addressees),
        "bases": bases_of(document.bases),
        "recipients": _recipients(document),
        "signature_layout": _layout(document, signings),
        "signatories": _signatories(document, signings),
        "signature_rows": signature_rows(signings),
        "is_draft": document.status not in PUBLISHED,
        "is_illustrative": is_illustrative(document),
        "verification": None,
    }


def is_illustrative(document: Document) -> bool:
    return document.province.is_demo or bool(document.cycle and document.cycle.is_illustrative)


def default_symbol(document: Document) -> str:
    """“KH-KTĐ4”, proposed until the clerk types another."""
    if document.kind == DocumentKind.DECISION:
        return "QĐ-UBND"
    return symbol_of(document.kind, document.bloc.code if document.bloc and not document.unit_id else "")


def short_council(name: str) -> str:
    """“Hội đồng TĐKT tỉnh Kiên Giang”: the long name does not fit a letterhead."""
    for long in (
        "Thi đua - Khen thưởng",
        "Thi đua, khen thưởng",
        "Thi đua – Khen thưởng",
        "thi đua, khen thưởng",
    ):
        name = name.replace(long, "TĐKT")
    council, found, place = name.partition(" tỉnh ")
    return f"{council} tỉnh\u00a0{place.replace(' ', chr(0xA0))}" if found and len(place) < 20 else name


def _issuer(document: Document) -> dict[str, str]:
    province = document.province
    if document.kind == DocumentKind.DECISION:
        return {"superior": "", "issuer": province.committee_name, "issuer_name": province.committee_name}
    if document.unit_id:
        name = document.unit.name
        return {"superior": province.committee_name, "issuer": name, "issuer_name": name}
    if document.bloc_id:
        name = document.bloc.name
        return {"superior": short_council(province.council_name), "issuer": name, "issuer_name": name}
    name = province.standing_office_name
    return {"superior": province.committee_name, "issuer": name, "issuer_name": name}


def _recipients(document: Document) -> tuple[str, ...]:
    if document.kind == DocumentKind.COVENANT and not document.recipients:
        return ()
    return recipients_of(
        document.recipients, document.bloc.code if document.bloc and not document.unit_id else ""
    )


def _layout(document: Document, signings: list[Signing]) -> str:
    if document.kind in MINUTES:
        return "two"
    if document.kind == DocumentKind.COVENANT or len(signings) > 2:
        return "grid"
    return "one"


def signature_of(signing: Signing) -> Signatory:
    """A recorded signature as it is printed."""
    if signing.state == SigningState.SIGNED:
        note = (
            "(Đã ký)" if signing.method != SigningMethod.BROWSER else f"Đã ký lúc {moment(signing.signed_at)}"
        )
        if signing.mandate:
            note = f"{note}, theo {signing.mandate}"
    elif signing.state == SigningState.PENDING:
        note = ""
    else:
        note = f"({signing.get_state_display()}: {signing.reason})"
    return Signatory(
        lead=signing.party if signing.unit_id or not signing.office else "",
        title=signing.office or _capacity(signing),
        office=signing.capacity if signing.office and signing.capacity else "",
        name=signing.signatory_name,
        note=note,
    )


def _capacity(signing: Signing) -> str:
    """The office in which a party signs; its agency stands above it already."""
    unit = signing.unit
    return office_alone(signing.capacity, unit.name, unit.short_name) if unit else signing.capacity


def signature_rows(
    signings: list[Signing], columns: int = GRID_COLUMNS
) -> tuple[tuple[Signatory | None, ...], ...]:
    """All signatures as rows of a grid, the last row filled up."""
    cells: list[Signatory | None] = [signature_of(signing) for signing in signings]
    cells += [None] * (-len(cells) % columns)
    return tuple(tuple(cells[i : i + columns]) for i in range(0, len(cells), columns))


def _signatories(document: Document, signings: list[Signing]) -> tuple[Signatory, ...]:
    if document.kind in MINUTES:
        if len(signings) == 2:
            return tuple(_plain(signature_of(signing)) for signing in signings)
        return (Signatory(title="Thư ký"), Signatory(title="Chủ tọa", name=document.signatory_name))
    note = signature_of(signings[0]).note if len(signings) == 1 else ""
    lead = "" if document.unit_id or not document.bloc_id else f"TM. {document.bloc}"
    title = document.signatory_title or (
        document.province.chair_word if document.bloc_id and not document.unit_id else "Thủ trưởng đơn vị"
    )
    if "\n" in title or title.upper().startswith(("TM.", "KT.", "TL.", "TUQ.", "Q.")):
        lead, _, title = title.partition("\n") if "\n" in title else (lead, "", title)
    return (
        Signatory(
            lead=lead, title=title, office=document.signatory_office, name=document.signatory_name, note=note
        ),
    )


def _plain(one: Signatory) -> Signatory:
    return Signatory(title=one.title, office=one.office, name=one.name, note=one.note)


def _seal(document: Document, code: str) -> dict[str, Any] | None:
    if not code or not document.prints_code:
        return None
    url = verification_url(settings.SITE_URL, code)
    return {"code": code, "url": url, "qr": qr_code(url)}


def html_of(document: Document, *, code: str = "", **overrides: object) -> tuple[str, ...]:
    """The paper and its appendices as HTML: equal HTML prints equal bytes."""
    paper = paper_of(document)
    shared = {**letterhead(document), "verification": _seal(document, code)}
    parts = [Paper(paper.template, {**shared, **paper.context, **overrides})]
    parts += [
        Paper(
            part.template, {**shared, "verification": None, "is_appendix": True, **part.context, **overrides}
        )
        for part in paper.appendices
    ]
    return tuple(render_to_string(part.template, dict(part.context)) for part in parts)


def text_fingerprint(document: Document) -> str:
    """A hash of what a signer reads: the paper without number, signatures and marks."""
    bare = copy.copy(document)
    bare.number = bare.place = bare.signatory_name = bare.signatory_title = bare.signatory_office = ""
    bare.issued_on = None
    html = html_of(bare, signatories=(), signature_rows=(), signature_layout="none", is_draft=False)
    return blobs.sha256_of("\0".join(html).encode())


def pdf_of(document: Document) -> bytes:
    """The stored bytes of an issued paper; before that a drawing with the mark DỰ THẢO."""
    if document.status in PUBLISHED:
        return blobs.get(document.issued_file.sha256)
    html, *appendices = html_of(document)
    return pdf.from_html(html, appendices)


def file_name(document: Document) -> str:
    """A name for the downloaded file, without marks: “ke-hoach-05-kh-ktd4.pdf”."""
    words = plain_words(f"{document.title} {document.number_line or document.subject}")
    return f"{words.replace(' ', '-')[:80] or 'van-ban'}.pdf"


def archive(cycle: Cycle) -> list[ArchiveItem]:
    """Every issued paper of a year, as it was stored."""
    papers = [document for document in documents_of(cycle) if document.status in PUBLISHED]
    return [
        ArchiveItem(
            f"van-ban/{index:02d}-{_archive_name(document)}", lambda document=document: pdf_of(document)
        )
        for index, document in enumerate(papers, start=1)
    ]


def _archive_name(document: Document) -> str:
    ended = (
        "" if document.status == DocumentStatus.ISSUED else f"-{plain_words(document.get_status_display())}"
    )
    return file_name(document).replace(".pdf", f"{ended.replace(' ', '-')}.pdf")


def archive_of(cycle: Cycle) -> list[ArchiveItem]:
    """Every file of a year's archive, from all apps."""
    return [item for source in sources("ARCHIVE_SOURCES") for item in source(cycle)]


def archive_zip(cycle: Cycle) -> bytes:
    """The archive as one file, with `index.json` naming the sha256 of each; equal rows give equal bytes."""
    stream = BytesIO()
    index: dict[str, str] = {}
    missing: dict[str, str] = {}
    with ZipFile(stream, "w", ZIP_DEFLATED) as packed:
        for path, content in carried_of(cycle, missing):
            index[path] = blobs.sha256_of(content)
            packed.writestr(ZipInfo(path), content, ZIP_DEFLATED)
        if missing:
            packed.writestr(ZipInfo(MISSING_FILE), missing_text(missing), ZIP_DEFLATED)
        packed.writestr(ZipInfo("index.json"), index_json(cycle, index, missing), ZIP_DEFLATED)
    return stream.getvalue()


def carried_of(cycle: Cycle, missing: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file of a year's archive that can be made; `missing` is given the others."""
    return carried(((item.path, item.render) for item in archive_of(cycle)), missing)


def index_json(cycle: Cycle, index: Mapping[str, str], missing: Mapping[str, str]) -> str:
    """What is in an archive, by which content one may know it, and what could not be made."""
    more = {"missing": dict(sorted(missing.items()))} if missing else {}
    return json.dumps(
        {"bloc": str(cycle.bloc), "year": cycle.year, "sha256": dict(sorted(index.items())), **more},
        ensure_ascii=False,
        indent=2,
    )


def starting_facts(document: Document, on: date) -> dict[str, Any]:
    """What the issue form proposes: symbol, day, signatory. Never a number."""
    return {
        "symbol": default_symbol(document),
        "issued_on": on,
        "signatory_title": document.province.chair_word.upper()
        if document.bloc_id and not document.unit_id
        else "",
    }


def issue_gaps(document: Document) -> tuple[str, ...]:
    """Why a paper cannot be issued yet: what its builder misses, and who has not signed."""
    waiting = [signing.party for signing in signings_of(document) if signing.state == SigningState.PENDING]
    unsigned = (f"Còn {len(waiting)} bên chưa ký: {', '.join(waiting)}.",) if waiting else ()
    return (*paper_of(document).missing, *unsigned)
