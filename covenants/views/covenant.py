from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocs.queries import members_of, standing_in
from blocs.views.shared import by, cycle_page, edits, get_cycle
from config.kit.once import creates
from config.kit.refusals import Refused
from covenants import forms, policies, queries, reports, services
from covenants.enums import CovenantLevel, CovenantStatus
from covenants.rules import assigned_in_words, roman
from covenants.views.shared import get_covenant, keep_file
from documents.reports import file_name, pdf_of
from documents.rules import lines_of, signing_progress


@require_safe
def covenant(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    return draw(request, cycle, queries.shown_covenant(_readable(request, cycle)))


@require_safe
def covenant_version(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    return draw(request, cycle, get_covenant(request, cycle, pk))


@require_safe
def covenant_pdf(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    found = queries.shown_covenant(_readable(request, cycle))
    if found is None:
        raise Http404
    response = HttpResponse(pdf_of(found.document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(found.document)}"'
    return response


def _readable(request, cycle):
    return list(queries.covenants_for(request.user, timezone.now()).filter(cycle=cycle))


def draw(request, cycle, found, status=200, **typed):
    """The covenant page; `typed` holds the forms that came back with errors."""
    who = standing_in(cycle, request.user, timezone.now())
    versions = _readable(request, cycle)
    context = {
        "who": who,
        "covenant": found,
        "versions": [one for one in versions if found is None or one.pk != found.pk],
        "draft_refusals": policies.draft_covenant(who, cycle, next(iter(versions), None)),
        "last_year": queries.last_years_covenant(cycle),
        "province_level": CovenantLevel.PROVINCE,
        "has_province_level": any(one.level == CovenantLevel.PROVINCE for one in versions),
    }
    if found is not None:
        context |= _parts(request, who, found, versions, typed)
    return cycle_page(request, cycle, "covenants/covenant.html", context, status)


def _parts(request, who, covenant, versions, typed):
    contents = queries.contents_of(covenant)
    targets = [target for content in contents for target in content.ordered_targets]
    members = list(members_of(covenant.cycle))
    signings = queries.signings_of(covenant)
    signed, parties = signing_progress([signing.state for signing in signings])
    rows = [_signing(who, covenant, one, typed) for one in signings]
    edit = policies.edit_covenant(who, covenant)
    has_draft = any(one.status == CovenantStatus.DRAFT for one in versions if one.level == covenant.level)
    return {
        "tone": reports.STATUS_TONES[CovenantStatus(covenant.status)],
        "opening": lines_of(covenant.opening),
        "contents": [_content(content, typed, edit) for content in contents],
        "target_count": len(targets),
        "own_values": reports.own_values_table(covenant, members),
        "signings": rows,
        "waits_for_me": any(row["is_own"] and not row["refusals"] for row in rows),
        "signed": signed,
        "parties": parties,
        "edit_refusals": edit,
        "adopt_refusals": policies.adopt_covenant(who, covenant, len(targets)),
        "open_refusals": policies.open_signing(
            who, covenant, has_newcomers=bool(queries.units_to_ask(covenant))
        ),
        "meeting_refusals": policies.record_signed_at_meeting(who, covenant),
        "amend_refusals": policies.amend_covenant(who, covenant, has_draft=has_draft),
        "keeps": who.is_secretariat or who.is_vice,
        "content_form": typed.get("content_form") or forms.ContentForm(auto_id="new_content_%s"),
        "opening_form": typed.get("opening_form") or forms.OpeningForm(initial={"opening": covenant.opening}),
        "adopt_form": typed.get("adopt_form") or forms.AdoptForm(initial={"on": who.on}),
        "scan_form": typed.get("scan_form") or forms.ScanForm(),
        "act_errors": typed.get("errors", ()),
    }


def _content(content, typed, edit_refusals):
    def form(name, cls, initial=None):
        given = typed.get(f"{name}_{content.pk}")
        return given or cls(initial=initial, auto_id=f"{name}_{content.pk}_%s")

    row = {
        "content": content,
        "roman": roman(content.position),
        "note": lines_of(content.note),
        "targets": [
            {"target": t, "given": assigned_in_words(t.direction, t.value)} for t in content.ordered_targets
        ],
    }
    if not edit_refusals:
        row["edit_form"] = form("edit", forms.ContentForm, {"title": content.title, "note": content.note})
        row["targets_form"] = form("targets", forms.TargetsForm)
        row["targets_typed"] = f"targets_{content.pk}" in typed
    return row


def _signing(who, covenant, signing, typed):
    signing.document = covenant.document
    signing.document.cycle = covenant.cycle
    is_own = signing.unit_id in who.member_of if signing.unit_id else who.is_province_head
    return {
        "signing": signing,
        "is_own": is_own,
        "refusals": policies.sign_covenant(who, covenant, signing, mandate="-") if is_own else (),
        "form": typed.get(f"sign_{signing.pk}") or forms.SignForm(auto_id=f"sign_{signing.pk}_%s"),
        "errors": typed.get(f"sign_errors_{signing.pk}", ()),
    }


@require_POST
@creates
def covenant_draft(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    level = request.POST.get("level", CovenantLevel.MEMBERS)
    if level not in CovenantLevel.values:
        raise Http404
    copied = queries.last_years_covenant(cycle, level) if request.POST.get("copy") else None
    drafted = services.draft_covenant(
        cycle=cycle,
        level=level,
        copy_from=copied,
        is_illustrative=bool(copied and copied.is_illustrative),
        **by(request),
    )
    words = f"Đã chép nội dung giao ước năm {copied.cycle.year}." if copied else "Đã mở dự thảo giao ước."
    messages.success(request, words)
    return redirect(drafted)


def _write(request, found, act, said, where="", **typed):
    """Run one service call; a refusal is shown on the covenant page with what was typed."""
    try:
        act()
    except Refused as refused:
        return draw(request, found.cycle, found, 422, errors=refused.reasons, **typed)
    messages.success(request, said)
    return redirect(found.get_absolute_url() + where)


def _place(request, province, bloc, year, pk):
    return get_covenant(request, get_cycle(request, province, bloc, year), pk)


@require_POST
@edits
def covenant_edit(request, province, bloc, year, pk):
    found = _place(request, province, bloc, year, pk)
    form = forms.OpeningForm(request.POST, initial={"opening": found.opening})
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, opening_form=form)
    act = lambda: services.edit_covenant(covenant=found, **form.cleaned_data, **by(request))  # noqa: E731
    return _write(request, found, act, "Đã lưu lời mở đầu.", opening_form=form)


@require_POST
@creates
def content_add(request, province, bloc, year, pk):
    found = _place(request, province, bloc, year, pk)
    form = forms.ContentForm(request.POST, auto_id="new_content_%s")
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, content_form=form)
    act = lambda: services.add_content(covenant=found, **form.cleaned_data, **by(request))  # noqa: E731
    return _write(request, found, act, "Đã thêm nội dung.", "#noi-dung", content_form=form)


def _get_content(found, content):
    return get_object_or_404(found.contents, pk=content)


@require_POST
@edits
def content_edit(request, province, bloc, year, pk, content):
    found = _place(request, province, bloc, year, pk)
    one = _get_content(found, content)
    start = {"title": one.title, "note": one.note}
    form = forms.ContentForm(request.POST, initial=start, auto_id=f"edit_{one.pk}_%s")
    typed = {f"edit_{one.pk}": form}
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, **typed)
    act = lambda: services.edit_content(content=one, **form.cleaned_data, **by(request))  # noqa: E731
    return _write(request, found, act, "Đã lưu nội dung.", f"#noi-dung-{one.pk}", **typed)


@require_POST
def content_remove(request, province, bloc, year, pk, content):
    found = _place(request, province, bloc, year, pk)
    one = _get_content(found, content)
    return _write(
        request, found, lambda: services.remove_content(content=one, **by(request)), "Đã bỏ nội dung."
    )


@require_POST
@creates
def targets_add(request, province, bloc, year, pk, content):
    found = _place(request, province, bloc, year, pk)
    one = _get_content(found, content)
    form = forms.TargetsForm(request.POST, auto_id=f"targets_{one.pk}_%s")
    typed = {f"targets_{one.pk}": form}
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, **typed)
    lines = form.cleaned_data["lines"]
    act = lambda: services.add_targets(content=one, targets=lines, **by(request))  # noqa: E731
    return _write(request, found, act, f"Đã thêm {len(lines)} chỉ tiêu.", f"#noi-dung-{one.pk}", **typed)


@require_POST
def target_remove(request, province, bloc, year, pk, target):
    found = _place(request, province, bloc, year, pk)
    one = get_object_or_404(found.targets, pk=target)
    act = lambda: services.remove_target(target=one, **by(request))  # noqa: E731
    return _write(request, found, act, f"Đã bỏ chỉ tiêu số {one.number}.", f"#noi-dung-{one.content_id}")


@require_POST
def covenant_adopt(request, province, bloc, year, pk):
    found = _place(request, province, bloc, year, pk)
    form = forms.AdoptForm(request.POST)
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, adopt_form=form)
    act = lambda: services.adopt_covenant(covenant=found, **form.cleaned_data, **by(request))  # noqa: E731
    return _write(request, found, act, "Đã ghi nhận giao ước được thống nhất.", adopt_form=form)


@require_POST
def covenant_open_signing(request, province, bloc, year, pk):
    found = _place(request, province, bloc, year, pk)
    act = lambda: services.open_signing(covenant=found, **by(request))  # noqa: E731
    return _write(request, found, act, "Đã mời các đơn vị ký giao ước.", "#chu-ky")


@require_POST
def covenant_sign(request, province, bloc, year, pk, signing):
    found = _place(request, province, bloc, year, pk)
    one = get_object_or_404(found.document.signings.select_related("unit"), pk=signing)
    form = forms.SignForm(request.POST, auto_id=f"sign_{one.pk}_%s")
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, **{f"sign_{one.pk}": form})
    act = lambda: services.sign_covenant(covenant=found, unit=one.unit, **form.cleaned_data, **by(request))  # noqa: E731
    return _write(request, found, act, f"{one.party} đã ký giao ước.", "#chu-ky", **{f"sign_{one.pk}": form})


@require_POST
def covenant_signed_at_meeting(request, province, bloc, year, pk):
    found = _place(request, province, bloc, year, pk)
    form = forms.ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return draw(request, found.cycle, found, 422, scan_form=form)

    def act():
        scan = keep_file(
            request, form.cleaned_data["scan"], found.cycle, document=found.document, is_shared=True
        )
        signed_on = form.cleaned_data["signed_on"]
        services.record_signed_at_meeting(covenant=found, signed_on=signed_on, scan=scan, **by(request))

    return _write(request, found, act, "Đã ghi nhận các đơn vị ký tại hội nghị.", "#chu-ky")


@require_POST
@creates
def covenant_amend(request, province, bloc, year, pk):
    found = _place(request, province, bloc, year, pk)
    try:
        amendment = services.amend_covenant(
            covenant=found, reason=request.POST.get("reason", ""), **by(request)
        )
    except Refused as refused:
        return draw(request, found.cycle, found, 422, errors=refused.reasons)
    messages.success(
        request, "Đã mở bản sửa đổi. Bản đang có hiệu lực giữ nguyên đến khi thống nhất bản mới."
    )
    return redirect(amendment)
