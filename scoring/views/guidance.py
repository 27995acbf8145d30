from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs.queries import standing_in_province, today
from blocs.views.shared import by, edits
from config.kit.once import creates
from config.kit.refusals import Refused, refuse
from scoring import forms, imports, policies, queries, services
from scoring.enums import CriterionKind, GuidanceStatus
from scoring.reports.law import law_pairs
from scoring.rules.wording import wording_of

TONES = {GuidanceStatus.DRAFT: "warn", GuidanceStatus.PUBLISHED: "good", GuidanceStatus.REPLACED: "plain"}


def get_guidance(request, pk):
    return get_object_or_404(queries.guidances_for(request.user, timezone.now()), pk=pk)


@require_safe
def guidances(request):
    now = timezone.now()
    found = queries.guidances_for(request.user, now)
    context = {
        "rows": [{"guidance": one, "tone": TONES[one.status]} for one in found],
        "provinces": queries.provinces_to_write_in(request.user, now),
    }
    return render(request, "scoring/guidances.html", context)


@require_safe
def guidance(request, pk):
    return draw_guidance(request, get_guidance(request, pk))


def draw_guidance(request, guidance, status=200, error=()):
    now = timezone.now()
    who = standing_in_province(guidance.province, request.user, now)
    board = queries.board_of_guidance(guidance)
    context = {
        "guidance": guidance,
        "tone": TONES[guidance.status],
        "law": law_pairs(guidance),
        "tree": tree_of(board),
        "leaf_count": len(board.leaves),
        **findings_context(board),
        "edit_refusals": policies.edit_guidance(who, guidance),
        "publish_refusals": policies.publish_guidance(who, guidance, queries.frame_faults(board)),
        "renew_refusals": policies.renew_guidance(who, guidance),
        "is_writer": not policies.create_guidance(who),
        "boards": queries.scoreboards_on(guidance, request.user, now),
        "error": error,
    }
    return render(request, "scoring/guidance.html", context, status=status)


def tree_of(board):
    return [
        {
            "criterion": criterion,
            "depth": board.depths[criterion.pk],
            "rule": criterion.wording
            or (wording_of(board.rules[criterion.pk], criterion.max_points) if criterion.kind else ""),
        }
        for criterion in board.criteria
    ]


def findings_context(board):
    found = queries.findings_in(board)
    return {
        "findings": [one for one in found if one not in board.waivers],
        "waived": [(one, board.waivers[one]) for one in found if one in board.waivers],
    }


@require_http_methods(["GET", "POST"])
@creates
def guidance_create(request, province):
    place = get_object_or_404(queries.provinces_to_write_in(request.user, timezone.now()), slug=province)
    start = forms.GuidanceForm.start(province=place, year=today(timezone.now()).year)
    form = forms.GuidanceForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            made = services.create_guidance(province=place, **form.law(), **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã lập dự thảo hướng dẫn. Hãy nhập thang bảng điểm.")
            return redirect("frame_edit", made.pk)
    context = {"form": form, "province": place}
    return render(request, "scoring/guidance_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@edits
def guidance_edit(request, pk):
    found = get_guidance(request, pk)
    form = forms.GuidanceForm(request.POST or None, initial=forms.GuidanceForm.start(found))
    if form.is_valid():
        try:
            services.edit_guidance(guidance=found, changes=form.law(found), **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, "Đã lưu hướng dẫn.")
            return redirect(found)
    who = standing_in_province(found.province, request.user, timezone.now())
    refusals = policies.edit_guidance(who, found)
    context = {"form": form, "guidance": found, "province": found.province, "refusals": refusals}
    return render(request, "scoring/guidance_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@edits
def frame_write(request, pk):
    found = get_guidance(request, pk)
    board = queries.board_of_guidance(found)
    form = forms.FrameForm(request.POST or None, initial={"frame": imports.frame_text(board)})
    if form.is_valid():
        try:
            rows = imports.read_frame(form.cleaned_data["frame"], board)
            if board.criteria and "write" not in request.POST:
                refuse(_frame_refusals(request, found))
                return _draw_frame(request, found, form, 200, changes=imports.frame_changes(board, rows))
            services.write_frame(guidance=found, rows=rows, **by(request))
        except Refused as refused:
            form.add_error("frame", refused.reasons)
        else:
            messages.success(request, f"Đã lưu thang bảng điểm: {len(rows)} dòng.")
            return redirect("frame_edit", found.pk)
    return _draw_frame(request, found, form, 422 if form.is_bound else 200)


def _frame_refusals(request, found):
    return policies.write_frame(standing_in_province(found.province, request.user, timezone.now()), found)


def _draw_frame(request, found, form, status, changes=None):
    """The text of a frame; with `changes`, what writing it would do, to be looked at first."""
    context = {
        "form": form,
        "guidance": found,
        "changes": changes,
        "gone": sum(not then for _, _, then in changes or ()),
        "refusals": _frame_refusals(request, found),
        "columns": imports.COLUMNS,
        "kinds": [(kind.label, EXAMPLES[kind]) for kind in CriterionKind],
    }
    return render(request, "scoring/frame.html", context, status=status)


EXAMPLES = {
    CriterionKind.DIRECT: "",
    CriterionKind.PASS_FAIL: "",
    CriterionKind.CHOICE: "Tốt = 10; Khá = 7; Trung bình = 0",
    CriterionKind.BANDS: "%: từ 98 = 10; từ 95 đến dưới 98 = 7; dưới 95 = 0",
    CriterionKind.RATIO: "hồ sơ",
    CriterionKind.TARGET: "≥ %   hoặc   ≤ vụ   hoặc   có/không",
    CriterionKind.TARGET_LEADER: "%",
    CriterionKind.PER_ITEM: "2/sáng kiến",
    CriterionKind.MINUS: "1/lần chậm",
    CriterionKind.BONUS: "1/mô hình; tối đa 3   hoặc   Giải Nhất = 2; Giải Nhì = 1; chỉ mức cao nhất",
    CriterionKind.DEDUCTION: "5/trường hợp; tối đa 10",
    CriterionKind.EVENTS: "cuộc",
}


@require_POST
def guidance_publish(request, pk):
    found = get_guidance(request, pk)
    try:
        services.publish_guidance(guidance=found, **by(request))
    except Refused as refused:
        return draw_guidance(request, found, 422, refused.reasons)
    messages.success(request, "Đã công bố hướng dẫn. Các khối có thể lập bảng điểm từ hướng dẫn này.")
    return redirect(found)


@require_POST
def guidance_waive(request, pk):
    found = get_guidance(request, pk)
    finding, reason = request.POST.get("finding", ""), request.POST.get("reason", "")
    try:
        services.waive_finding(guidance=found, finding=finding, reason=reason, **by(request))
    except Refused as refused:
        return draw_guidance(request, found, 422, refused.reasons)
    messages.success(request, "Đã ghi lý do chấp nhận.")
    return redirect(found)


@require_POST
@creates
def guidance_renew(request, pk):
    renewed = services.renew_guidance(guidance=get_guidance(request, pk), **by(request))
    messages.success(request, f"Đã lập dự thảo bản {renewed.version}.")
    return redirect(renewed)
