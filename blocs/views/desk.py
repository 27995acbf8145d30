from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs import forms, policies, queries, reports, services
from blocs.views.shared import by, edits, problems, saved
from config.kit.once import creates


def get_desk(request, slug):
    return get_object_or_404(queries.desks_for(request.user, timezone.now()), slug=slug)


def stand(request, province):
    return queries.standing_in_province(province, request.user, timezone.now())


@require_safe
def desks(request):
    provinces = list(queries.with_counts(queries.desks_for(request.user, timezone.now())))
    if not provinces:
        raise Http404
    if len(provinces) == 1:
        return redirect(provinces[0])
    return render(request, "blocs/desks.html", {"provinces": provinces})


@require_safe
def province_desk(request, province):
    province = get_desk(request, province)
    now = timezone.now()
    who = stand(request, province)
    years = queries.years_in(province)
    year = _asked_year(request, years, who.on.year)
    rows = reports.desk_rows(province, year, now)
    context = {
        "province": province,
        "year": year,
        "years": years,
        "rows": rows,
        "opened": sum(1 for row in rows if row.cycle),
        "late": sum(1 for row in rows if row.late or row.late_members),
        "panels": queries.province_panels_of(who, province),
        "assign_refusals": policies.assign_officer(who),
        "open_refusals": policies.open_cycles(who),
    }
    return render(request, "blocs/desk.html", context)


def _asked_year(request, years, this_year):
    asked = request.GET.get("nam", "")
    if asked.isdecimal() and len(asked) == 4:
        return int(asked)
    return years[0] if years else this_year


@require_http_methods(["GET", "POST"])
@creates
def cycles_open(request, province):
    province = get_desk(request, province)
    who = stand(request, province)
    form = forms.OpenCyclesForm(request.POST or None, province=province, this_year=who.on.year)

    def act(**data):
        services.open_cycles(province=province, **data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã mở năm thi đua cho các khối đã chọn."):
        return redirect("province_desk", province.slug)
    context = {"province": province, "form": form, "refusals": policies.open_cycles(who)}
    return render(request, "blocs/cycles_open.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@creates
def officers(request, province):
    province = get_desk(request, province)
    who = stand(request, province)
    form = forms.AssignForm(request.POST or None, province=province, on=who.on, initial={"from_on": who.on})

    def act(**data):
        services.assign_officer(**data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã phân công chuyên viên theo dõi khối."):
        return redirect("officers", province.slug)
    context = {
        "province": province,
        "form": form,
        "blocs": queries.blocs_in(province, who.on.year, who.on),
        "end_form": forms.EndForm(initial={"to_on": who.on}),
        "refusals": policies.assign_officer(who),
    }
    return render(request, "blocs/officers.html", context, status=422 if form.errors else 200)


@require_POST
def assignment_end(request, province, pk):
    province = get_desk(request, province)
    found = get_object_or_404(queries.assignments_in(province, stand(request, province).on), pk=pk)
    form = forms.EndForm(request.POST)

    def act(**data):
        services.end_assignment(assignment=found, **data, **by(request))

    if not saved(request, form, act, f"{found.officer} thôi theo dõi {found.bloc}."):
        messages.error(request, problems(form))
    return redirect("officers", province.slug)


@require_safe
def province_law(request, province):
    return draw_law(request, get_desk(request, province))


def draw_law(request, province, status=200, **typed):
    who = stand(request, province)
    context = {
        "province": province,
        "deadlines": queries.deadlines_of(province),
        "salaries": province.base_salaries.order_by("-from_date"),
        "deadline_form": deadline_form(province, initial={"year": who.on.year}),
        "salary_form": salary_form(province),
        "refusals": policies.set_deadline(who),
        **typed,
    }
    return render(request, "blocs/law.html", context, status=status)


def deadline_form(province, data=None, **more):
    return forms.DeadlineForm(data, entries=queries.deadlines_of(province).values(), **more)


def salary_form(province, data=None):
    return forms.BaseSalaryForm(data, entries=province.base_salaries.values())


@require_POST
@edits
def deadline_set(request, province):
    province = get_desk(request, province)
    form = deadline_form(province, request.POST)

    def act(**data):
        services.set_deadline(province=province, **data, **by(request))

    if saved(request, form, act, "Đã lưu mốc của tỉnh."):
        return redirect("province_law", province.slug)
    return draw_law(request, province, 422, deadline_form=form)


@require_POST
@edits
def base_salary_set(request, province):
    province = get_desk(request, province)
    form = salary_form(province, request.POST)

    def act(**data):
        services.set_base_salary(province=province, **data, **by(request))

    if saved(request, form, act, "Đã lưu mức lương cơ sở."):
        return redirect("province_law", province.slug)
    return draw_law(request, province, 422, salary_form=form)
