from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.security import exports
from blocs import forms, imports, policies, queries, reports, services
from blocs.views.directory import get_province, stand
from blocs.views.shared import by, saved
from config.kit import pdf
from config.kit.answers import file
from config.kit.incoming import WorkbookForm, lines_of, sent
from config.kit.lane import heavy
from config.kit.refusals import Refused

# Before the name of a question in what the page sends.
ANSWER = "same-"


@require_safe
def directory_template(request, province):
    return file(imports.template_book(), f"mau danh muc {get_province(request, province).slug}", "xlsx")


@require_safe
@exports
def directory_export(request, province):
    province = get_province(request, province)
    today = queries.today(timezone.now())
    content = imports.directory_book(queries.roster_of(province), today)
    return file(content, f"danh muc {province.slug} {today:%Y %m %d}", "xlsx")


@require_http_methods(["GET", "POST"])
@heavy("POST")
def directory_import(request, province):
    province = get_province(request, province)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    refusals = policies.import_directory(stand(request, province))
    context = {"province": province, "form": form, "refusals": refusals}
    if request.method == "GET":
        return render(request, "blocs/admin/directory_import.html", context)
    try:
        content, token = sent(request, form, f"directory/{province.slug}")
        plan, is_written = looked_at_or_written(request, province, imports.read_directory(content))
    except Refused as refused:
        context["faults"] = lines_of(refused)
        return render(request, "blocs/admin/directory_import.html", context, status=422)
    if is_written:
        messages.success(request, reports.roster_summary(plan))
        return redirect("directory_links", province.slug)
    context |= {"plan": plan, "sheets": reports.roster_sheets(plan), "token": token}
    is_asked = request.POST.get("act") == "write"
    return render(request, "blocs/admin/directory_import.html", context, status=422 if is_asked else 200)


def looked_at_or_written(request, province, lines):
    """Write when that was asked for and nothing is left to answer; else look only."""
    answers = {
        name.removeprefix(ANSWER): value for name, value in request.POST.items() if name.startswith(ANSWER)
    }
    acts = {"province": province, "lines": lines, "answers": answers, **by(request)}
    if request.POST.get("act") == "write":
        try:
            return services.import_directory(**acts), True
        except services.UnansweredNames:
            pass  # the page asks again
    return services.import_directory(**acts, dry_run=True), False


@require_safe
def directory_links(request, province):
    return draw_links(request, get_province(request, province))


def draw_links(request, province, status=200, **typed):
    who = stand(request, province)
    waiting = queries.people_to_link(province, who.on)
    context = {
        "province": province,
        "form": forms.LinksForm(province=province, on=who.on),
        "count": waiting.count(),
        "mailboxes": waiting.exclude(email="").count(),
        "refusals": policies.print_links(who),
        "has_mail": settings.HAS_MAIL_SERVER,
        **typed,
    }
    return render(request, "blocs/admin/directory_links.html", context, status=status)


def chosen(request, province):
    """The form and the people it chooses; none when it is wrong or chooses nobody."""
    on = stand(request, province).on
    form = forms.LinksForm(request.POST, province=province, on=on)
    people = list(queries.people_to_link(province, on, **form.cleaned_data)) if form.is_valid() else []
    if form.is_valid() and not people:
        form.add_error(None, "Không có ai như vậy. Mọi người đã đăng nhập, hoặc chưa ai có vai trò ở đó.")
    return form, people


@require_POST
@heavy("POST")
def directory_links_print(request, province):
    province = get_province(request, province)
    form, people = chosen(request, province)
    if not people:
        return draw_links(request, province, 422, form=form)
    slips = services.print_links(province=province, people=people, **by(request))
    response = file(
        pdf.from_html(reports.links_html(province, slips, timezone.now())), f"phieu {province.slug}", "pdf"
    )
    # Links stand in it: nothing between here and the printer keeps it.
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def directory_links_send(request, province):
    province = get_province(request, province)
    form, people = chosen(request, province)
    count = 0

    def act(**_):
        nonlocal count
        count = services.mail_links(province=province, people=people, **by(request))

    if not people or not saved(request, form, act, "Thư đang được gửi."):
        return draw_links(request, province, 422, form=form)
    left = len(people) - count
    if left:
        messages.warning(request, f"{left} người chưa có thư điện tử: hãy in phiếu cho họ.")
    return redirect("directory_links", province.slug)
