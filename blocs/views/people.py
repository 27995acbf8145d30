from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs import forms, policies, queries, services
from blocs.views.directory import PAGE, asked_words, get_province, stand
from blocs.views.shared import by, edits, problems, saved
from config.kit.once import creates


def get_person(request, province, pk):
    return get_object_or_404(queries.people_of(province), pk=pk)


@require_safe
def people(request, province):
    province = get_province(request, province)
    words = asked_words(request)
    page = Paginator(queries.people_of(province, words), PAGE).get_page(request.GET.get("trang"))
    context = {
        "province": province,
        "page": page,
        "words": words,
        "refusals": policies.create_person(stand(request, province)),
    }
    return render(request, "blocs/admin/people.html", context)


@require_http_methods(["GET", "POST"])
@creates
def person_new(request, province):
    province = get_province(request, province)
    who = stand(request, province)
    form = forms.NewPersonForm(request.POST or None, who=who, province=province, initial={"from_on": who.on})

    def act(**data):
        services.enter_person(province=province, **data, **by(request))

    done = "Đã thêm người dùng. Hãy cấp liên kết để người này đặt mật khẩu."
    if request.method == "POST" and saved(request, form, act, done):
        found = queries.people_of(province).get(username=form.cleaned_data["username"])
        return redirect("person", province.slug, found.pk)
    context = {"province": province, "form": form, "refusals": policies.create_person(who)}
    return render(request, "blocs/admin/person_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@edits
def person(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    form = forms.PersonForm(request.POST or None, instance=get_person(request, province, pk))

    def act(**data):
        services.edit_person(user=found, province=province, changes=data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu thông tin người dùng."):
        return redirect("person", province.slug, found.pk)
    return draw_person(request, province, found, 422 if form.errors else 200, form=form)


def draw_person(request, province, found, status=200, **typed):
    who = stand(request, province)
    is_elsewhere = queries.serves_elsewhere(found, province, who.on)
    wide = stand(request, None) if is_elsewhere else who
    context = {
        "province": province,
        "found": found,
        "appointments": queries.appointments_of(found, province),
        "form": forms.PersonForm(instance=found),
        "appoint_form": forms.AppointForm(who=who, province=province, initial={"from_on": who.on}),
        "end_form": forms.EndForm(initial={"to_on": who.on}),
        "refusals": policies.create_person(who),
        "edit_refusals": policies.edit_person(
            wide,
            is_elsewhere=is_elsewhere,
            is_administrator=queries.is_administrator(found, who.on),
        ),
        "link_refusals": policies.issue_reset_link(wide, is_elsewhere=is_elsewhere),
        **typed,
    }
    response = render(request, "blocs/admin/person.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@creates
def person_appoint(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    form = forms.AppointForm(request.POST, who=stand(request, province), province=province)

    def act(unit, **data):
        services.appoint(user=found, unit=unit, province=None if unit else province, **data, **by(request))

    if saved(request, form, act, "Đã giao vai trò."):
        return redirect("person", province.slug, found.pk)
    return draw_person(request, province, found, 422, appoint_form=form)


@require_POST
def appointment_end(request, province, pk):
    province = get_province(request, province)
    found = get_object_or_404(queries.appointments_in(province), pk=pk)
    form = forms.EndForm(request.POST)

    def act(**data):
        services.end_appointment(appointment=found, **data, **by(request))

    if not saved(request, form, act, "Đã ghi ngày kết thúc vai trò."):
        messages.error(request, problems(form))
    return redirect("person", province.slug, found.user_id)


@require_POST
def person_link(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    link = services.issue_reset_link(user=found, province=province, **by(request))
    # Shown once, in this answer only: it is not stored, and a reload asks for a new one.
    return draw_person(request, province, found, link=request.build_absolute_uri(link), at=timezone.now())
