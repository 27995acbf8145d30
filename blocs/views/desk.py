from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocs import forms, policies, queries, services
from blocs.views.shared import by, get_province
from config.kit.refusals import Refused


@require_safe
def province_desk(request, province):
    return draw_desk(request, get_desk(request, province))


def get_desk(request, slug):
    return get_object_or_404(queries.desks_for(request.user, timezone.now()), slug=slug)


def draw_desk(request, province, status=200, **typed):
    now = timezone.now()
    who = queries.standing_in_province(province, request.user, now)
    found = queries.blocs_of(province)
    officers = queries.officers_of(province, who.on)
    context = {
        "province": province,
        "rows": queries.desk_rows(province),
        "assignments": queries.assignments_of(province, who.on),
        "panels": queries.province_panels_of(who, province),
        "deadlines": province.deadlines.order_by("-year", "due_on"),
        "salaries": province.base_salaries.order_by("-from_date"),
        "open_form": typed.get("open_form")
        or forms.OpenCycleForm(blocs=found, initial={"year": who.on.year}),
        "assign_form": typed.get("assign_form")
        or forms.AssignForm(officers=officers, blocs=found, initial={"from_on": who.on}),
        "deadline_form": typed.get("deadline_form") or forms.DeadlineForm(initial={"year": who.on.year}),
        "salary_form": typed.get("salary_form") or forms.BaseSalaryForm(),
        "open_refusals": policies.open_cycle(who, None, who.on.year, None),
        "assign_refusals": policies.assign_officer(who),
        "law_refusals": policies.set_deadline(who),
    }
    return render(request, "blocs/desk.html", context, status=status)


def _answer(request, province, name, form, act, done):
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, done)
            return redirect("province_desk", province.slug)
    return draw_desk(request, province, 422, **{name: form})


@require_POST
def cycle_open(request, province):
    province = get_desk(request, province)

    def act(**data):
        services.open_cycle(**data, is_illustrative=province.is_demo, **by(request))

    form = forms.OpenCycleForm(request.POST, blocs=queries.blocs_of(province))
    return _answer(request, province, "open_form", form, act, "Đã mở năm thi đua.")


@require_POST
def officer_assign(request, province):
    province = get_desk(request, province)

    def act(**data):
        services.assign_officer(**data, **by(request))

    officers = queries.officers_of(province, queries.today(timezone.now()))
    form = forms.AssignForm(request.POST, officers=officers, blocs=queries.blocs_of(province))
    return _answer(request, province, "assign_form", form, act, "Đã phân công chuyên viên.")


@require_POST
def deadline_set(request, province):
    province = get_desk(request, province)

    def act(**data):
        services.set_deadline(province=province, **data, **by(request))

    return _answer(request, province, "deadline_form", forms.DeadlineForm(request.POST), act, "Đã lưu mốc.")


@require_POST
def base_salary_set(request, province):
    province = get_province(request, province)

    def act(**data):
        services.set_base_salary(province=province, **data, **by(request))

    return _answer(
        request, province, "salary_form", forms.BaseSalaryForm(request.POST), act, "Đã lưu mức lương cơ sở."
    )
