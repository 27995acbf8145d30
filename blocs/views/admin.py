from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs import forms, policies, queries, services
from blocs.views.shared import by
from config.kit.refusals import Refused

PAGE = 50


def get_province(request, slug):
    return get_object_or_404(queries.administered_by(request.user, timezone.now()), slug=slug)


def _who(request, province):
    return queries.standing_in_province(province, request.user, timezone.now())


def _saved(request, form, act, done):
    """Run one service call; tell whether it went through, with the reasons on the form otherwise."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refused.reasons)
        return False
    messages.success(request, done)
    return True


@require_safe
def admin_home(request):
    provinces = queries.administered_by(request.user, timezone.now())
    return render(request, "blocs/admin/home.html", {"provinces": queries.with_counts(provinces)})


@require_http_methods(["GET", "POST"])
def units(request, province):
    province = get_province(request, province)
    form = forms.UnitForm(request.POST or None)

    def act(data):
        services.create_unit(province=province, **data, **by(request))

    if request.method == "POST" and _saved(request, form, act, "Đã thêm đơn vị."):
        return redirect("units", province.slug)
    context = {
        "province": province,
        "units": queries.all_units_of(province),
        "form": form,
        "refusals": policies.create_unit(_who(request, province)),
    }
    return render(request, "blocs/admin/units.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def unit(request, province, unit):
    province = get_province(request, province)
    found = get_object_or_404(queries.all_units_of(province), slug=unit)
    form = forms.UnitForm(request.POST or None, instance=found)

    def act(data):
        services.edit_unit(
            unit=found, changes={name: data[name] for name in form.changed_data}, **by(request)
        )

    if request.method == "POST" and _saved(request, form, act, "Đã lưu đơn vị."):
        return redirect("units", province.slug)
    context = {
        "province": province,
        "unit": found,
        "names": found.names.order_by("-to_on"),
        "form": form,
        "refusals": policies.edit_unit(_who(request, province), found),
    }
    return render(request, "blocs/admin/unit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def people(request, province):
    province = get_province(request, province)
    who = _who(request, province)
    form = forms.PersonForm(
        request.POST or None, units=queries.all_units_of(province), initial={"from_on": who.on}
    )

    def act(data):
        services.enter_person(province=province, **data, **by(request))

    if request.method == "POST" and _saved(
        request, form, act, "Đã thêm người dùng. Hãy cấp liên kết đặt mật khẩu."
    ):
        return redirect("people", province.slug)
    page = Paginator(queries.people_of(province, request.GET.get("q", "")), PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "province": province,
        "page": page,
        "words": request.GET.get("q", ""),
        "form": form,
        "refusals": policies.create_person(who),
    }
    return render(request, "blocs/admin/people.html", context, status=422 if form.errors else 200)


@require_safe
def person(request, province, pk):
    province = get_province(request, province)
    return draw_person(request, province, get_object_or_404(queries.people_of(province), pk=pk))


def draw_person(request, province, found, status=200, form=None, link=""):
    who = _who(request, province)
    context = {
        "province": province,
        "found": found,
        "appointments": queries.appointments_of(found, province),
        "form": form or forms.AppointForm(units=queries.all_units_of(province), initial={"from_on": who.on}),
        "end_form": forms.EndForm(initial={"to_on": who.on}),
        "refusals": policies.create_person(who),
        "link_refusals": policies.issue_reset_link(who),
        "link": link,
    }
    return render(request, "blocs/admin/person.html", context, status=status)


@require_POST
def person_appoint(request, province, pk):
    province = get_province(request, province)
    found = get_object_or_404(queries.people_of(province), pk=pk)
    form = forms.AppointForm(request.POST, units=queries.all_units_of(province))

    def act(data):
        services.appoint(user=found, province=None if data["unit"] else province, **data, **by(request))

    if _saved(request, form, act, "Đã giao vai trò."):
        return redirect("person", province.slug, found.pk)
    return draw_person(request, province, found, 422, form)


@require_POST
def appointment_end(request, province, pk):
    province = get_province(request, province)
    found = get_object_or_404(queries.appointments_in(province), pk=pk)
    form = forms.EndForm(request.POST)
    if form.is_valid():
        services.end_appointment(appointment=found, **form.cleaned_data, **by(request))
        messages.success(request, "Đã ghi ngày kết thúc vai trò.")
    else:
        messages.error(request, "Chưa lưu: hãy gõ ngày theo dạng ngày/tháng/năm.")
    return redirect("person", province.slug, found.user_id)


@require_POST
def person_link(request, province, pk):
    province = get_province(request, province)
    found = get_object_or_404(queries.people_of(province), pk=pk)
    link = services.issue_reset_link(user=found, province=province, **by(request))
    return draw_person(request, province, found, link=request.build_absolute_uri(link))


@require_http_methods(["GET", "POST"])
def province_blocs(request, province):
    province = get_province(request, province)
    form = forms.BlocForm(request.POST or None)

    def act(data):
        services.create_bloc(province=province, **data, **by(request))

    if request.method == "POST" and _saved(request, form, act, "Đã thêm khối."):
        return redirect("province_blocs", province.slug)
    context = {
        "province": province,
        "blocs": queries.blocs_of(province),
        "form": form,
        "refusals": policies.create_bloc(_who(request, province)),
    }
    return render(request, "blocs/admin/blocs.html", context, status=422 if form.errors else 200)


@require_safe
def audit(request, province):
    province = get_province(request, province)
    words = request.GET.get("q", "")
    page = Paginator(queries.audit_events_of(province, words), PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "blocs/admin/audit.html",
        {"province": province, "page": page, "rows": queries.audit_rows(page), "words": words},
    )
