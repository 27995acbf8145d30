"""Papers, signatures and files: who may read which, and what waits for whom."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.urls import reverse

from accounts.models import User
from blocs.enums import Office, Role
from blocs.models import Appointment, Cycle, Membership, Province, Term, Unit
from blocs.queries import (
    HEAD_ROLES,
    LEADING_ROLES,
    Standing,
    members_of,
    sources,
    standing_in,
    standing_in_province,
    today,
)
from blocs.rules import READING_ROLES, Hit, Todo
from config.kit import blobs
from config.kit.text import moment, search_key
from documents.enums import DocumentStatus, SigningState
from documents.models import Comment, Consultation, Document, IssuedFile, NumberSeries, Signing, Upload
from documents.rules import OPEN_STATUSES, PUBLISHED


def standing_for(document: Document, by: User, at: datetime) -> Standing:
    """The offices a person holds where a paper belongs: in its year, or in its province."""
    if document.cycle is None:
        return standing_in_province(document.province, by, at)
    return standing_in(document.cycle, by, at)


def _scope(user: User, at: datetime) -> dict[str, Q | Exists | QuerySet]:
    """What a person reads of rows with `province` and `cycle`: everything, as keeper, as member, as administrator."""
    day = today(at)
    mine = Appointment.objects.on(day).filter(user=user)
    units = mine.filter(unit__isnull=False).values("unit")
    chairs = Term.objects.on(day).filter(cycle=OuterRef("cycle"), office=Office.CHAIR)
    own_terms = Term.objects.on(day).filter(unit__in=units)
    before = own_terms.filter(cycle__bloc=OuterRef("cycle__bloc"), cycle__year=OuterRef("cycle__year") - 1)
    return {
        "units": units,
        "all": Q(province__in=mine.filter(role__in=READING_ROLES).values("province")),
        # Who keeps units and people reads what was published, neither drafts nor a unit's own files.
        "admin": Q(province__in=mine.filter(role=Role.ADMIN).values("province"))
        | Q(Exists(mine.filter(role=Role.ADMIN, province=None, unit=None))),
        # A year without a chair is kept by the chair before it.
        "kept": Q(Exists(own_terms.filter(cycle=OuterRef("cycle"))))
        | (~Q(Exists(chairs)) & Q(Exists(before))),
        "member": Q(Exists(Membership.objects.filter(cycle=OuterRef("cycle"), unit__in=units))),
        "provinces": mine.filter(unit__isnull=False).values("unit__province"),
    }


def documents_for(user: User, at: datetime) -> QuerySet[Document]:
    """Papers a person may read. Members see a paper of the bloc from the first round of comments on."""
    scope = _scope(user, at)
    of_bloc = Q(unit__isnull=True) & ~Q(status=DocumentStatus.DRAFT)
    return (
        Document.objects.select_related("province", "bloc", "cycle__bloc__province", "unit", "issued_file")
        .filter(
            scope["all"]
            | scope["kept"]
            | scope["member"] & (of_bloc | Q(unit__in=scope["units"]))
            | scope["admin"] & Q(status__in=PUBLISHED)
            | Q(cycle__isnull=True, status__in=PUBLISHED, province__in=scope["provinces"])
        )
        .order_by("-created_at", "-pk")
    )


def uploads_for(user: User, at: datetime) -> QuerySet[Upload]:
    """Files a person may open: the own unit's, those shown to the whole bloc, all for its secretariat.

    What an app shows by its own law (evidence goes with its card) is not opened by this address.
    """
    scope = _scope(user, at)
    return (
        Upload.objects.select_related("unit", "document")
        .filter(
            (scope["all"] | scope["kept"]) & ~_private_uploads()
            | (scope["member"] | scope["admin"]) & Q(is_shared=True)
            | Q(unit__in=scope["units"])
        )
        .order_by("uploaded_at", "pk")
    )


def renewable_uploads(user: User, at: datetime) -> QuerySet[Upload]:
    """Files that a person may open and that no app keeps by its own law: evidence is replaced on its card."""
    return uploads_for(user, at).exclude(_private_uploads())


def _private_uploads() -> Q:
    is_private = Q()
    for private in sources("PRIVATE_UPLOADS"):
        is_private |= Q(pk__in=private())
    return is_private


def documents_of(cycle: Cycle) -> QuerySet[Document]:
    """All papers of a year; for reports and archives, never for a person's page."""
    return (
        Document.objects.filter(cycle=cycle)
        .select_related("province", "bloc", "cycle__bloc__province", "unit", "issued_file")
        .order_by("created_at", "pk")
    )


def document_of(cycle: Cycle, kind: str, slot: str | None = None) -> Document | None:
    """The paper of a kind that counts in a year: the issued one, else the newest being drafted."""
    found = documents_of(cycle).filter(kind=kind, status__in=(DocumentStatus.ISSUED, *OPEN_STATUSES))
    if slot is not None:
        found = found.filter(slot=slot)
    papers = list(found)
    return next(
        (paper for paper in papers if paper.status == DocumentStatus.ISSUED), papers[-1] if papers else None
    )


def is_issued(cycle: Cycle, kind: str) -> bool:
    return Document.objects.filter(cycle=cycle, kind=kind, status=DocumentStatus.ISSUED).exists()


def signings_of(document: Document) -> QuerySet[Signing]:
    return (
        Signing.objects.filter(document=document)
        .select_related("unit", "signed_by", "signer", "scan", "mandate_upload")
        .order_by("order", "pk")
    )


def all_settled(document: Document) -> bool:
    """Every party that was asked has signed, refused or was recorded as absent."""
    return not Signing.objects.filter(document=document, state=SigningState.PENDING).exists()


def consultations_of(document: Document) -> QuerySet[Consultation]:
    """Rounds of comments, the latest first, with what was said."""
    comments = Comment.objects.select_related("unit", "written_by", "answered_by").order_by(
        "written_at", "pk"
    )
    return (
        Consultation.objects.filter(document=document)
        .select_related("opened_by")
        .prefetch_related(Prefetch("comments", queryset=comments))
        .order_by("-round")
    )


def comments_of(document: Document) -> QuerySet[Comment]:
    return Comment.objects.filter(consultation__document=document).select_related("consultation__document")


def open_consultation(document: Document) -> Consultation | None:
    """The round that is running: the latest one of a paper that is out for comments."""
    if document.status != DocumentStatus.CONSULTING:
        return None
    return Consultation.objects.filter(document=document).order_by("-round").first()


def silent_units(document: Document, consultation: Consultation) -> list[Unit]:
    """Members that have said nothing in a round: silence is not consent."""
    heard = set(consultation.comments.values_list("unit", flat=True))
    return [m.unit for m in members_of(document.cycle) if m.unit_id not in heard] if document.cycle else []


def next_number(document: Document, symbol: str, year: int) -> int:
    """The number that an issuer's own series would give next."""
    return 1 + (
        NumberSeries.objects.filter(
            province=document.province_id, bloc=document.bloc_id, symbol=symbol, year=year
        )
        .values_list("last", flat=True)
        .first()
        or 0
    )


def same_number(document: Document, number: str, symbol: str, year: int) -> Document | None:
    """The paper of the same issuer that already carries this number and symbol in a calendar year."""
    return Document.objects.filter(
        province=document.province_id,
        bloc=document.bloc_id,
        unit=document.unit_id,
        number=number,
        symbol=symbol,
        issued_on__year=year,
    ).first()


def heads_of(units: list[int], at: datetime) -> Mapping[int, Appointment]:
    """The head, else the deputy, of each unit on a day. One query."""
    found: dict[int, Appointment] = {}
    appointments = (
        Appointment.objects.on(today(at))
        .filter(unit__in=units, role__in=HEAD_ROLES)
        .select_related("user")
        .order_by(F("role").asc(), "pk")  # “unit_deputy” before “unit_head”: the head overwrites
    )
    for appointment in appointments:
        found[appointment.unit_id] = appointment
    return found


def title_of(user: User, unit: Unit | None, at: datetime) -> str:
    """What a person is called in a unit: “Giám đốc”."""
    if unit is None:
        return ""
    titles = Appointment.objects.on(today(at)).filter(user=user, unit=unit).exclude(title="").order_by("pk")
    return titles.values_list("title", flat=True).first() or ""


def attachments_of(document: Document) -> QuerySet[Upload]:
    """The newest version of each file kept with a paper."""
    return (
        Upload.objects.filter(document=document, next_version__isnull=True)
        .select_related("uploaded_by", "unit")
        .order_by("uploaded_at", "pk")
    )


def issued_file_by_code(code: str) -> IssuedFile | None:
    """Public: the issued paper of a verification code, whatever dashes or case were typed."""
    bare = "".join(c for c in code.upper() if c.isalnum())
    dashed = "-".join(bare[i : i + 4] for i in range(0, len(bare), 4))
    return (
        IssuedFile.objects.filter(verification_code=dashed)
        .select_related("document__province", "document__bloc", "document__cycle", "document__superseded_by")
        .first()
    )


def provinces_to_draft_in(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces in whose standing office a person works."""
    roles = (Role.PROVINCE_OFFICER, Role.PROVINCE_HEAD)
    mine = Appointment.objects.on(today(at)).filter(user=user, role__in=roles)
    return Province.objects.filter(pk__in=mine.values("province")).order_by("sort_key")


def to_be_issued() -> QuerySet[Document]:
    """Settled papers that somebody has signed and nobody still has to sign."""
    signings = Signing.objects.filter(document=OuterRef("pk"))
    return (
        Document.objects.filter(
            Exists(signings.filter(state=SigningState.SIGNED)),
            ~Exists(signings.filter(state=SigningState.PENDING)),
            status=DocumentStatus.FINAL,
        )
        .select_related("bloc__province", "cycle")
        .order_by("created_at", "pk")
    )


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Signatures a person is asked for, comments of the own unit, and for the chair what waits to be issued.

    Three queries.
    """
    return [*_signatures_due(user, at), *_comments_due(user, at), *_issues_due(user, at)]


def _issues_due(user: User, at: datetime) -> list[Todo]:
    units = Appointment.objects.on(today(at)).filter(user=user, role__in=LEADING_ROLES).values("unit")
    chaired = Term.objects.on(today(at)).filter(cycle=OuterRef("cycle"), office=Office.CHAIR, unit__in=units)
    return [
        Todo(text=f"Ban hành {paper}: các bên đã ký", url=paper.get_absolute_url(), where=_where(paper))
        for paper in to_be_issued().filter(Exists(chaired), unit=None)
    ]


def _signatures_due(user: User, at: datetime) -> list[Todo]:
    heads = Appointment.objects.on(today(at)).filter(user=user, role__in=HEAD_ROLES).values("unit")
    due = (
        Signing.objects.filter(
            Q(signer=user) | Q(signer__isnull=True, unit__in=heads),
            state=SigningState.PENDING,
            document__status=DocumentStatus.FINAL,
        )
        .select_related("document__bloc", "document__cycle")
        .order_by("document__created_at", "pk")
    )
    return [
        Todo(
            text=f"Ký {signing.document}",
            url=signing.document.get_absolute_url(),
            where=_where(signing.document),
        )
        for signing in due
    ]


def _comments_due(user: User, at: datetime) -> list[Todo]:
    units = Appointment.objects.on(today(at)).filter(user=user, unit__isnull=False).values("unit")
    due = (
        Consultation.objects.filter(document__status=DocumentStatus.CONSULTING, due_on__gte=today(at))
        .annotate(latest=Max("document__consultations__round"))
        .filter(
            Exists(
                Membership.objects.filter(
                    cycle=OuterRef("document__cycle"), unit__in=units, left_on=None
                ).exclude(
                    unit__in=Comment.objects.filter(consultation=OuterRef(OuterRef("pk"))).values("unit")
                )
            ),
            round=F("latest"),
        )
        .select_related("document__bloc", "document__cycle")
        .order_by("due_on", "pk")
    )
    return [
        Todo(
            text=f"Góp ý dự thảo {consultation.document}",
            url=consultation.document.get_absolute_url(),
            where=_where(consultation.document),
            due_on=consultation.due_on,
        )
        for consultation in due
    ]


def _where(document: Document) -> str:
    return f"{document.bloc}, năm {document.cycle.year}" if document.cycle else str(document.province)


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Papers whose subject or number matches."""
    found = Q(search_key__contains=search_key(words))
    bare = words.strip()
    number, _, symbol = bare.partition("/")
    if number.isalnum():
        found |= Q(number__iexact=number, symbol__istartswith=symbol)
    if not search_key(words):
        return []
    return [
        Hit(
            title=_hit_title(document),
            url=document.get_absolute_url(),
            kind="Văn bản",
            where=_where(document),
        )
        for document in documents_for(user, at).filter(found)[:20]
    ]


def _hit_title(document: Document) -> str:
    return f"{document} ({document.number_line})" if document.number else str(document)


def unreferenced(sha256s: list[str]) -> set[str]:
    """Stored contents that no row names."""
    named = set(IssuedFile.objects.filter(sha256__in=sha256s).values_list("sha256", flat=True))
    named |= set(Upload.objects.filter(sha256__in=sha256s).values_list("sha256", flat=True))
    return set(sha256s) - named


def violations() -> list[str]:
    """What must hold for papers and files in the whole database."""
    papers = Document.objects.select_related("cycle__bloc").order_by("pk")
    kept = papers.select_related("issued_file")
    faults = (
        (papers.filter(status__in=PUBLISHED, issued_file__isnull=True), "đã ban hành nhưng không có bản lưu"),
        (kept.filter(status__in=OPEN_STATUSES, issued_file__isnull=False), "chưa ban hành nhưng có bản lưu"),
        (
            papers.filter(status=DocumentStatus.REPLACED).exclude(superseded_by__status__in=PUBLISHED),
            "được thay thế nhưng không có văn bản thay thế đã ban hành",
        ),
    )
    broken = [f"{_in_words(paper)} {what}." for found, what in faults for paper in found]
    broken += [
        f"Bản lưu của {_in_words(paper, first=False)} bị mất hoặc đã khác."
        for paper in kept.filter(issued_file__isnull=False)
        if not _is_kept(paper.issued_file.sha256, paper.issued_file.size)
    ]
    broken += [
        f"Tệp “{upload.name}” gửi {moment(upload.uploaded_at)} bị mất hoặc đã khác."
        for upload in Upload.objects.order_by("pk")
        if not _is_kept(upload.sha256, upload.size)
    ]
    return [*broken, *_numbered_twice()]


def _in_words(document: Document, *, first: bool = True) -> str:
    """A paper as people call it: its title, its number, its year."""
    year = f", {document.cycle}" if document.cycle else ""
    return f"{'Văn bản' if first else 'văn bản'} “{_hit_title(document)}”{year}"


def _is_kept(sha256: str, size: int) -> bool:
    return blobs.is_whole(sha256) and blobs.path_of(sha256).stat().st_size == size


def _numbered_twice() -> list[str]:
    """One number under one symbol twice in a calendar year, whatever index would have refused it."""
    papers = Document.objects.exclude(number="").annotate(in_year=ExtractYear("issued_on"))
    key = ("province", "bloc", "symbol", "number", "in_year")
    twice = papers.values(*key).annotate(many=Count("pk")).filter(many__gt=1).order_by(*key)
    return [
        f"Số {one['number']}/{one['symbol']} được cấp cho {one['many']} văn bản trong năm {one['in_year']}."
        for one in twice
    ]


def verification_url(site: str, code: str) -> str:
    return f"{site.rstrip('/')}{reverse('verification', args=[code])}"
