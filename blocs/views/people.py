from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries as accounts
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
    roles = queries.roles_from(found, who.on)
    is_self, waiting = found == request.user, accounts.waiting_reset_of(found)
    context = {
        "province": province,
        "found": found,
        "appointments": [
            {"row": held, "refusals": policies.end_appointment(who, held.role, held)}
            for held in queries.appointments_of(found, province)
        ],
        "form": forms.PersonForm(instance=found),
        "appoint_form": forms.AppointForm(who=who, province=province, initial={"from_on": who.on}),
        "end_form": forms.EndRoleForm(initial={"to_on": who.on}),
        "step_waits": waiting,
        "step_ask_refusals": policies.ask_second_step_reset(
            wide, is_self=is_self, has_step=accounts.has_any_step(found), waiting=waiting
        ),
        "step_confirm_refusals": policies.confirm_second_step_reset(wide, is_self=is_self, waiting=waiting),
        "waits": found.mailbox_waits_until and found.mailbox_waits_until > timezone.now(),
        "mailbox_form": forms.MailboxForm(initial={"email": found.email}),
        "refusals": policies.appoint_anything(who, is_self=is_self),
        "edit_refusals": policies.edit_person(wide, is_elsewhere=is_elsewhere, roles=roles),
        "mailbox_refusals": policies.change_mailbox(wide, is_self=is_self, is_elsewhere=is_elsewhere),
        "link_refusals": policies.issue_reset_link(
            wide, is_elsewhere=is_elsewhere, waits_until=found.mailbox_waits_until
        ),
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
    form = forms.EndRoleForm(request.POST)

    def act(**data):
        services.end_appointment(appointment=found, **data, **by(request))

    if not saved(request, form, act, "Đã ghi việc kết thúc vai trò."):
        messages.error(request, problems(form))
    return redirect("person", province.slug, found.user_id)


@require_POST
def person_mailbox(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    form = forms.MailboxForm(request.POST)

    def act(**data):
        services.change_mailbox(user=found, province=province, **data, **by(request))

    if saved(request, form, act, "Đã đổi hộp thư; hộp thư cũ được báo."):
        return redirect("person", province.slug, found.pk)
    return draw_person(request, province, found, 422, mailbox_form=form)


@require_POST
def second_step_ask(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    reason = request.POST.get("reason", "")
    services.ask_second_step_reset(user=found, province=province, reason=reason, **by(request))
    messages.success(request, "Đã ghi đề nghị. Người thứ hai xác nhận thì bước thứ hai mới được đặt lại.")
    return redirect("person", province.slug, found.pk)


@require_POST
def second_step_confirm(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    services.confirm_second_step_reset(user=found, province=province, **by(request))
    messages.success(request, "Đã đặt lại. Người này bật bước thứ hai mới khi đăng nhập lần sau.")
    return redirect("person", province.slug, found.pk)


@require_http_methods(["GET", "POST"])
def own_mailbox(request):
    form = forms.MailboxForm(request.POST or None, initial={"email": request.user.email})

    def act(**data):
        services.change_mailbox(user=request.user, **data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã đổi hộp thư; hộp thư cũ được báo."):
        return redirect("own_mailbox")
    return render(request, "blocs/own_mailbox.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def person_link(request, province, pk):
    province = get_province(request, province)
    found = get_person(request, province, pk)
    link = services.issue_reset_link(user=found, province=province, **by(request))
    if not link:
        messages.success(request, f"Liên kết đặt mật khẩu đang được gửi đến hộp thư {found.email}.")
        return redirect("person", province.slug, found.pk)
    # Shown once, in this answer only: it is not stored, and a reload asks for a new one.
    return draw_person(request, province, found, link=request.build_absolute_uri(link), at=timezone.now())
