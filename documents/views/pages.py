from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.security import exports
from blocs.queries import members_of, standing_in, terms_of
from blocs.rules import office_at, year_line
from blocs.views.shared import edits, get_cycle
from config.kit import blobs, filetypes
from config.kit.lane import heavy
from config.kit.once import creates
from config.kit.refusals import Refused, refuse
from config.kit.text import search_key
from documents import forms, policies, queries, reports, services
from documents.enums import DocumentKind, DocumentStatus, SigningState
from documents.rules import OPEN_STATUSES, TYPED, is_numbered, lines_of
from documents.rules.citations import day_of_law
from documents.rules.starting_texts import starting_text

TONES = {
    DocumentStatus.DRAFT: "plain",
    DocumentStatus.CONSULTING: "info",
    DocumentStatus.FINAL: "warn",
    DocumentStatus.ISSUED: "good",
    DocumentStatus.REPLACED: "plain",
    DocumentStatus.WITHDRAWN: "bad",
}
SIGNING_TONES = {
    SigningState.PENDING: "warn",
    SigningState.SIGNED: "good",
    SigningState.REFUSED: "bad",
    SigningState.ABSENT: "info",
}


def get_document(request, pk):
    return get_object_or_404(queries.documents_for(request.user, timezone.now()), pk=pk)


def pdf_response(content, name):
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _rows(documents):
    return [{"document": document, "tone": TONES[document.status]} for document in documents]


@require_safe
def cycle_documents(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    now = timezone.now()
    who = standing_in(cycle, request.user, now)
    papers = queries.documents_for(request.user, now).filter(cycle=cycle)
    context = {
        "cycle": cycle,
        "year_line": year_line(cycle.phase),
        "open_papers": _rows(paper for paper in papers if paper.status in OPEN_STATUSES),
        "settled_papers": _rows(paper for paper in papers if paper.status not in OPEN_STATUSES),
        "kinds": [{"value": kind.value, "label": kind.label} for kind in TYPED],
        "archive_refusals": policies.download_archive(who),
        "draft_refusals": policies.draft_document(who, cycle, None, DocumentKind.PLAN),
    }
    return render(request, "documents/cycle_documents.html", context)


@require_safe
@heavy("GET")
@exports
def cycle_archive(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who = standing_in(cycle, request.user, timezone.now())
    refuse(policies.download_archive(who))
    response = HttpResponse(reports.archive_zip(cycle), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="ho-so-{cycle.bloc.slug}-{cycle.year}.zip"'
    return response


@require_safe
def documents(request):
    found = queries.documents_for(request.user, timezone.now())
    form = forms.FilterForm(request.GET or None, kinds=DocumentKind.choices, statuses=DocumentStatus.choices)
    if form.is_valid():
        chosen = {name: value for name in ("kind", "status") if (value := form.cleaned_data[name])}
        found = found.filter(**chosen)
        if words := form.cleaned_data["q"]:
            found = found.filter(
                Q(search_key__contains=search_key(words)) | Q(number__iexact=words.split("/")[0])
            )
    page = Paginator(found, 30).get_page(request.GET.get("trang"))
    kept = request.GET.copy()
    kept.pop("trang", None)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(page),
        "query": kept.urlencode(),
        "provinces": queries.provinces_to_draft_in(request.user, timezone.now()),
    }
    return render(request, "documents/documents.html", context)


@require_http_methods(["GET", "POST"])
@creates
def document_draft(request, province, bloc, year, kind):
    cycle = get_cycle(request, province, bloc, year)
    if kind not in TYPED:
        raise Http404
    form = forms.DraftForm(request.POST if request.method == "POST" else None, initial=_start(cycle, kind))
    if form.is_valid():
        try:
            drafted = services.draft_document(
                cycle=cycle, kind=kind, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return redirect(drafted)
    context = {
        "cycle": cycle,
        "year_line": year_line(cycle.phase),
        "form": form,
        "label": DocumentKind(kind).label,
    }
    return render(request, "documents/document_draft.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@creates
def document_draft_provincial(request, province):
    provinces = queries.provinces_to_draft_in(request.user, timezone.now())
    place = get_object_or_404(provinces, slug=province)
    form = forms.DraftForm(*((request.POST,) if request.method == "POST" else ()))
    if form.is_valid():
        kind = DocumentKind.OTHER
        try:
            drafted = services.draft_document(
                province=place, kind=kind, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return redirect(drafted)
    status = 422 if form.is_bound else 200
    return render(
        request, "documents/document_draft_provincial.html", {"province": place, "form": form}, status=status
    )


def _start(cycle, kind):
    province = cycle.bloc.province
    start = starting_text(
        kind,
        bloc=str(cycle.bloc),
        year=cycle.year,
        chair=province.chair_word,
        vice=province.vice_word,
        on=day_of_law(cycle.year, timezone.localdate()),
    )
    return vars(start)


def draw_document(request, document, status=200, **bound):
    """The page of one paper; `bound` are forms that came back with errors."""
    now = timezone.now()
    who = queries.standing_for(document, request.user, now)
    consultations = list(queries.consultations_of(document))
    running = consultations[0] if consultations and document.status == DocumentStatus.CONSULTING else None
    signings = list(queries.signings_of(document))
    for signing in signings:
        signing.document = document
    pending = [signing for signing in signings if signing.state == SigningState.PENDING]
    context = {
        "document": document,
        "cycle": document.cycle,
        "year_line": year_line(document.cycle.phase) if document.cycle else None,
        "tone": TONES[document.status],
        "is_open": document.status in OPEN_STATUSES,
        "lines": lines_of(document.body),
        "bases": reports.letterhead(document)["bases"],
        "rounds": [_round(consultation, bound) for consultation in consultations],
        "running": running,
        "silent": queries.silent_units(document, running) if running else (),
        "signings": [_signing_row(who, signing, bound) for signing in signings],
        "signed_count": sum(signing.state == SigningState.SIGNED for signing in signings),
        "pending_count": len(pending),
        "files": list(queries.attachments_of(document)),
        "issued_file": getattr(document, "issued_file", None),
        "successor": getattr(document, "superseded_by", None),
        "refusals": _refusals(who, document, running, signings, pending),
        "forms": {**_forms(request, who, document), **bound},
    }
    return render(request, "documents/document.html", context, status=status)


def _signing_row(who, signing, bound):
    return {
        "signing": signing,
        "tone": SIGNING_TONES[signing.state],
        "sign_refusals": policies.sign_document(who, signing, mandate="-"),
        "absent_refusals": policies.mark_absent(who, signing),
        "form": bound.get(f"signing-{signing.pk}") or forms.SignForm(prefix=f"s{signing.pk}"),
    }


def _round(consultation, bound):
    comments = [
        {
            "comment": comment,
            "form": bound.get("answer") or forms.AnswerForm(auto_id=f"answer-{comment.pk}-%s"),
        }
        for comment in consultation.comments.all()
    ]
    return {"round": consultation, "comments": comments}


def _refusals(who, document, running, signings, pending):
    has_signature = any(signing.state == SigningState.SIGNED for signing in signings)
    unit = _own_unit(who, document)
    missing = reports.issue_gaps(document) if document.status == DocumentStatus.FINAL else ()
    return {
        "keep": policies.keeps(who, document),
        "edit": policies.edit_document(who, document, has_signature=has_signature),
        "discard": policies.discard_document(who, document),
        "consult": policies.send_for_comments(who, document),
        "comment": policies.comment_on_document(who, document, running, unit),
        "finalize": policies.finalize_document(who, document),
        "reopen": policies.reopen_document(who, document, has_signature=has_signature),
        "issue": policies.issue_document(who, document, missing),
        "replace": policies.replace_document(
            who, document, is_being_replaced=getattr(document, "superseded_by", None) is not None
        ),
        "withdraw": policies.withdraw_document(who, document),
        "ask": policies.ask_signatures(who, document),
        "meeting": policies.record_signed_at_meeting(who, document, len(pending)),
    }


def _own_unit(who, document):
    if document.cycle is None:
        return None
    return next((m.unit for m in members_of(document.cycle) if m.unit_id in who.member_of), None)


def _forms(request, who, document):
    facts = {**reports.starting_facts(document, who.on), "place": document.place or document.province.place}
    chair = _chair_head(document, who)
    if chair:
        facts |= {
            "signatory_name": chair.user.full_name,
            "signatory_office": office_at(
                chair.title, str(chair.unit), chair.unit.name, chair.unit.short_name
            ),
        }
    return {
        "round": forms.RoundForm(),
        "comment": forms.CommentForm(),
        "issue": forms.IssueForm(initial=facts, needs_number=is_numbered(document.kind)),
        "scan": forms.ScanForm(auto_id="scan-%s"),
        "file": forms.FileForm(),
    }


def _chair_head(document, who):
    if document.cycle is None or document.unit_id or document.status != DocumentStatus.FINAL:
        return None
    chair = next((term.unit_id for term in terms_of(document.cycle) if term.office == "chair"), None)
    return queries.heads_of([chair], who.at).get(chair) if chair else None


@require_safe
def document(request, pk):
    return draw_document(request, get_document(request, pk))


@require_safe
def document_pdf(request, pk):
    paper = get_document(request, pk)
    return pdf_response(reports.pdf_of(paper), reports.file_name(paper))


@require_http_methods(["GET", "POST"])
@edits
def document_edit(request, pk):
    paper = get_document(request, pk)
    fields = {name: getattr(paper, name) for name in services.DRAFT_FIELDS}
    form = forms.DraftForm(request.POST if request.method == "POST" else None, initial=fields)
    if form.is_valid():
        try:
            services.edit_document(
                document=paper, changes=form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            return redirect(paper)
    return _draw_edit(request, paper, form, status=422 if form.is_bound else 200)


def _draw_edit(request, paper, form, status):
    who = queries.standing_for(paper, request.user, timezone.now())
    has_signature = queries.signings_of(paper).filter(state=SigningState.SIGNED).exists()
    context = {
        "document": paper,
        "cycle": paper.cycle,
        "year_line": year_line(paper.cycle.phase) if paper.cycle else None,
        "form": form,
        "refusals": policies.edit_document(who, paper, has_signature=has_signature),
        "pdf_url": reverse("document_pdf", args=[paper.pk]),
    }
    return render(request, "documents/document_edit.html", context, status=status)


@require_safe
def upload(request, code):
    found = get_object_or_404(queries.uploads_for(request.user, timezone.now()), code=code)
    is_shown = found.content_type in filetypes.SHOWN
    response = FileResponse(
        blobs.path_of(found.sha256).open("rb"),
        content_type=found.content_type,
        as_attachment=not is_shown,
        filename=found.name,
    )
    if found.content_type.startswith("image/"):
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
