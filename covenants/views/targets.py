from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from blocs.queries import members_of, standing_in
from blocs.views.shared import by, cycle_page, edits, get_cycle
from config.kit.refusals import Refused
from covenants import forms, policies, queries, services
from covenants.rules import assigned_in_words
from covenants.views.shared import get_covenant


@require_http_methods(["GET", "POST"])
@edits
def target_edit(request, province, bloc, year, pk, target):
    covenant = get_covenant(request, get_cycle(request, province, bloc, year), pk)
    one = get_object_or_404(covenant.targets, pk=target)
    start = {"text": one.text, "measure": one.measure, "direction": one.direction, "value": one.value}
    form = forms.TargetForm(request.POST or None, initial=start)
    if form.is_valid():
        try:
            services.edit_target(target=one, draft=form.draft(), **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, f"Đã lưu chỉ tiêu số {one.number}.")
            return redirect(f"{covenant.get_absolute_url()}#noi-dung-{one.content_id}")
    return _draw(request, covenant, one, form=form, status=422 if form.is_bound else 200)


@require_http_methods(["POST"])
@edits
def assignments_set(request, province, bloc, year, pk, target):
    covenant = get_covenant(request, get_cycle(request, province, bloc, year), pk)
    one = get_object_or_404(covenant.targets, pk=target)
    form = _assignments_form(covenant, one, request.POST)
    if form.is_valid():
        try:
            services.set_assignments(target=one, values=form.values(), **by(request))
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, f"Đã lưu mức giao của chỉ tiêu số {one.number}.")
            return redirect(f"{covenant.get_absolute_url()}#muc-giao")
    return _draw(request, covenant, one, assignments=form, status=422)


def _assignments_form(covenant, target, data=None):
    given = {unit: row for (of, unit), row in queries.assignments_of(covenant).items() if of == target.pk}
    return forms.AssignmentsForm(data, target=target, members=list(members_of(covenant.cycle)), given=given)


def _draw(request, covenant, target, *, status, form=None, assignments=None):
    who = standing_in(covenant.cycle, request.user, timezone.now())
    start = {
        "text": target.text,
        "measure": target.measure,
        "direction": target.direction,
        "value": target.value,
    }
    context = {
        "covenant": covenant,
        "target": target,
        "given": assigned_in_words(target.direction, target.value),
        "form": form or forms.TargetForm(initial=start),
        "assignments": assignments or _assignments_form(covenant, target),
        "refusals": policies.edit_covenant(who, covenant),
    }
    return cycle_page(request, covenant.cycle, "covenants/target.html", context, status)
