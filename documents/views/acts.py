from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from blocs.queries import members_of
from config.kit.once import creates
from config.kit.refusals import Refused
from documents import forms, queries, services
from documents.views.pages import draw_document, get_document


def _answer(request, paper, form, act, done, place):
    """One service call; a refusal returns the page with what was typed and the reasons."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, done)
            return redirect(paper)
    return draw_document(request, paper, status=422, **{place: form})


def _by(request):
    return {"by": request.user, "at": timezone.now()}


@require_POST
def document_discard(request, pk):
    paper = get_document(request, pk)
    services.discard_document(document=paper, **_by(request))
    messages.success(request, "Đã bỏ dự thảo.")
    return redirect("cycle_documents", *paper.cycle.slugs) if paper.cycle else redirect("documents")


@require_POST
def document_consult(request, pk):
    paper = get_document(request, pk)
    return _answer(
        request,
        paper,
        forms.RoundForm(request.POST),
        lambda data: services.send_for_comments(document=paper, **data, **_by(request)),
        "Đã gửi dự thảo lấy ý kiến các đơn vị thành viên.",
        "round",
    )


@require_POST
@creates
def document_comment(request, pk):
    paper = get_document(request, pk)
    who = queries.standing_for(paper, request.user, timezone.now())
    unit = (
        next((m.unit for m in members_of(paper.cycle) if m.unit_id in who.member_of), None)
        if paper.cycle
        else None
    )
    return _answer(
        request,
        paper,
        forms.CommentForm(request.POST),
        lambda data: services.comment_on_document(document=paper, unit=unit, **data, **_by(request)),
        "Đã ghi ý kiến của đơn vị.",
        "comment",
    )


@require_POST
def comment_answer(request, pk, comment):
    paper = get_document(request, pk)
    found = get_object_or_404(queries.comments_of(paper), pk=comment)
    return _answer(
        request,
        paper,
        forms.AnswerForm(request.POST),
        lambda data: services.answer_comment(comment=found, **data, **_by(request)),
        "Đã trả lời ý kiến.",
        "answer",
    )


@require_POST
def document_finalize(request, pk):
    paper = get_document(request, pk)
    services.finalize_document(document=paper, **_by(request))
    messages.success(request, "Đã chốt nội dung. Văn bản chờ ký và ban hành.")
    return redirect(paper)


@require_POST
def document_reopen(request, pk):
    paper = get_document(request, pk)
    services.reopen_document(document=paper, **_by(request))
    messages.success(request, "Đã mở lại dự thảo để sửa.")
    return redirect(paper)


@require_POST
def document_issue(request, pk):
    paper = get_document(request, pk)
    return _answer(
        request,
        paper,
        forms.IssueForm(request.POST),
        lambda data: services.issue_document(document=paper, **data, **_by(request)),
        "Đã ban hành văn bản. Bản PDF đã lưu và không thay đổi nữa.",
        "issue",
    )


@require_POST
@creates
def document_replace(request, pk):
    paper = get_document(request, pk)
    reason = request.POST.get("reason", "")
    drafted = services.replace_document(document=paper, reason=reason, **_by(request))
    messages.success(
        request, "Đã lập dự thảo thay thế. Văn bản cũ còn hiệu lực đến khi văn bản mới ban hành."
    )
    return redirect(drafted)


@require_POST
def document_withdraw(request, pk):
    paper = get_document(request, pk)
    services.withdraw_document(document=paper, reason=request.POST.get("reason", ""), **_by(request))
    messages.success(request, "Đã thu hồi văn bản.")
    return redirect(paper)


@require_POST
def document_ask(request, pk):
    paper = get_document(request, pk)
    units = [membership.unit for membership in members_of(paper.cycle)] if paper.cycle else []
    services.ask_signatures(document=paper, units=units, **_by(request))
    messages.success(request, f"Đã mời {len(units)} đơn vị ký.")
    return redirect(paper)


@require_POST
def document_signed_at_meeting(request, pk):
    paper = get_document(request, pk)

    def act(data):
        scan = _kept(request, paper, data["file"]) if data["file"] else None
        services.record_signed_at_meeting(
            document=paper, signed_on=data["signed_on"], scan=scan, **_by(request)
        )

    return _answer(
        request,
        paper,
        forms.ScanForm(request.POST, request.FILES, auto_id="scan-%s"),
        act,
        "Đã ghi nhận các bên ký tại hội nghị.",
        "scan",
    )


def _kept(request, paper, file):
    place = {"cycle": paper.cycle} if paper.cycle else {"province": paper.province}
    return services.upload_file(
        name=file.name,
        content=file.read(),
        unit=paper.unit,
        document=paper,
        is_shared=paper.unit_id is None,
        **place,
        **_by(request),
    )


@require_POST
@creates
def document_upload(request, pk):
    paper = get_document(request, pk)
    return _answer(
        request,
        paper,
        forms.FileForm(request.POST, request.FILES),
        lambda data: _kept(request, paper, data["file"]),
        "Đã nhận tệp.",
        "file",
    )


@require_POST
@creates
def upload_new_version(request, code):
    old = get_object_or_404(queries.renewable_uploads(request.user, timezone.now()), code=code)
    form = forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused([message for errors in form.errors.values() for message in errors])
    file = form.cleaned_data["file"]
    services.new_version_of_upload(upload=old, name=file.name, content=file.read(), **_by(request))
    messages.success(request, "Đã nhận bản mới. Bản cũ vẫn còn.")
    return redirect(old.document or "documents")


def _signing(request, pk, signing):
    paper = get_document(request, pk)
    return paper, get_object_or_404(queries.signings_of(paper), pk=signing)


@require_POST
def signing_sign(request, pk, signing):
    paper, found = _signing(request, pk, signing)
    return _answer(
        request,
        paper,
        forms.SignForm(request.POST, prefix=f"s{found.pk}"),
        lambda data: services.sign_document(signing=found, **data, **_by(request)),
        "Đã ghi nhận chữ ký.",
        f"signing-{found.pk}",
    )


@require_POST
def signing_refuse(request, pk, signing):
    paper, found = _signing(request, pk, signing)
    services.refuse_signature(signing=found, reason=request.POST.get("reason", ""), **_by(request))
    messages.success(request, "Đã ghi nhận việc từ chối ký.")
    return redirect(paper)


@require_POST
def signing_absent(request, pk, signing):
    paper, found = _signing(request, pk, signing)
    services.mark_absent(signing=found, reason=request.POST.get("reason", ""), **_by(request))
    messages.success(request, "Đã ghi nhận vắng mặt, ký sau.")
    return redirect(paper)
