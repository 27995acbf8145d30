from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from blocs import forms, policies, queries, services
from blocs.rules import next_step
from blocs.views.shared import by, edits, saved
from config.kit.once import creates

PAGE = 50


def get_province(request, slug):
    return get_object_or_404(queries.administered_by(request.user, timezone.now()), slug=slug)


def stand(request, province):
    return queries.standing_in_province(province, request.user, timezone.now())


def asked_words(request):
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


@require_safe
def admin_home(request):
    now = timezone.now()
    provinces = list(queries.with_counts(queries.administered_by(request.user, now)))
    audits = queries.audited_by(request.user, now).exists()
    if not provinces and not audits:
        raise Http404
    context = {
        "provinces": provinces,
        "audits": audits,
        "founds": not policies.create_province(stand(request, None)),
    }
    return render(request, "blocs/admin/home.html", context)


@require_safe
def first_steps(request, province):
    province = get_province(request, province)
    steps = queries.first_steps_of(province, timezone.now())
    if not steps:
        return redirect(province)
    context = {"province": province, "steps": steps, "next": next_step(steps)}
    return render(request, "blocs/admin/first_steps.html", context)


@require_http_methods(["GET", "POST"])
@creates
def province_new(request):
    if policies.create_province(stand(request, None)):
        raise Http404
    form = forms.ProvinceForm(request.POST or None, is_new=True)

    def act(**data):
        services.create_province(**data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã thêm tỉnh."):
        return redirect("first_steps", form.cleaned_data["slug"])
    context = {"form": form, "label": "Thêm tỉnh"}
    return render(request, "blocs/admin/province.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@edits
def province_edit(request, province):
    province = get_province(request, province)
    form = forms.ProvinceForm(request.POST or None, instance=get_province(request, province.slug))

    def act(**data):
        services.edit_province(province=province, changes=data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu tên gọi của tỉnh."):
        return redirect("province_edit", province.slug)
    context = {
        "province": province,
        "form": form,
        "label": "Lưu",
        "refusals": policies.edit_province(stand(request, province)),
    }
    return render(request, "blocs/admin/province.html", context, status=422 if form.errors else 200)


@require_safe
def units(request, province):
    province = get_province(request, province)
    words = asked_words(request)
    page = Paginator(queries.all_units_of(province, words), PAGE).get_page(request.GET.get("trang"))
    context = {
        "province": province,
        "page": page,
        "words": words,
        "refusals": policies.create_unit(stand(request, province)),
    }
    return render(request, "blocs/admin/units.html", context)


@require_http_methods(["GET", "POST"])
@creates
def unit_new(request, province):
    province = get_province(request, province)
    form = forms.UnitForm(request.POST or None, province=province)

    def act(**data):
        services.create_unit(province=province, **data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã thêm đơn vị."):
        return redirect("units", province.slug)
    context = {
        "province": province,
        "form": form,
        "label": "Thêm đơn vị",
        "refusals": policies.create_unit(stand(request, province)),
    }
    return render(request, "blocs/admin/unit.html", context, status=422 if form.errors else 200)


def get_unit(request, province, slug):
    return get_object_or_404(queries.all_units_of(province), slug=slug)


@require_http_methods(["GET", "POST"])
@edits
def unit(request, province, unit):
    province = get_province(request, province)
    found = get_unit(request, province, unit)
    form = forms.UnitForm(request.POST or None, province=province, instance=get_unit(request, province, unit))

    def act(**data):
        services.edit_unit(unit=found, changes=data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu đơn vị."):
        return redirect("unit", province.slug, form.cleaned_data["slug"])
    return draw_unit(request, province, found, 422 if form.errors else 200, form=form)


def draw_unit(request, province, found, status=200, **typed):
    who = stand(request, province)
    context = {
        "province": province,
        "unit": found,
        "label": "Lưu",
        "names": found.names.order_by("-to_on", "-pk"),
        "successions": found.successions.select_related("successor"),
        "inheritances": found.inheritances.select_related("predecessor"),
        "refusals": policies.edit_unit(who, found),
        "dissolve_refusals": policies.dissolve_unit(who, found),
        "dissolve_form": forms.DissolveForm(unit=found),
        **typed,
    }
    return render(request, "blocs/admin/unit.html", context, status=status)


@require_http_methods(["POST"])
def unit_dissolve(request, province, unit):
    province = get_province(request, province)
    found = get_unit(request, province, unit)
    form = forms.DissolveForm(request.POST, unit=found)

    def act(**data):
        services.dissolve_unit(unit=found, **data, **by(request))

    if saved(request, form, act, "Đã ghi việc giải thể đơn vị."):
        return redirect("unit", province.slug, found.slug)
    shown = forms.UnitForm(province=province, instance=found)
    return draw_unit(request, province, found, 422, form=shown, dissolve_form=form)


@require_safe
def province_blocs(request, province):
    province = get_province(request, province)
    context = {
        "province": province,
        "blocs": queries.blocs_of(province),
        "refusals": policies.create_bloc(stand(request, province)),
    }
    return render(request, "blocs/admin/blocs.html", context)


@require_http_methods(["GET", "POST"])
@creates
def bloc_new(request, province):
    province = get_province(request, province)
    form = forms.BlocForm(request.POST or None, province=province)

    def act(**data):
        services.create_bloc(province=province, **data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã thêm khối."):
        return redirect("province_blocs", province.slug)
    context = {
        "province": province,
        "form": form,
        "label": "Thêm khối",
        "refusals": policies.create_bloc(stand(request, province)),
    }
    return render(request, "blocs/admin/bloc.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@edits
def bloc_edit(request, province, bloc):
    province = get_province(request, province)
    found = get_object_or_404(queries.blocs_of(province), slug=bloc)
    form = forms.BlocForm(
        request.POST or None,
        province=province,
        instance=get_object_or_404(queries.blocs_of(province), slug=bloc),
    )

    def act(**data):
        services.edit_bloc(bloc=found, changes=data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu khối."):
        return redirect("province_blocs", province.slug)
    refusals = policies.edit_bloc(stand(request, province))
    context = {"province": province, "bloc": found, "form": form, "label": "Lưu", "refusals": refusals}
    return render(request, "blocs/admin/bloc.html", context, status=422 if form.errors else 200)
