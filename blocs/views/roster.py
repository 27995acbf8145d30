from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from blocs import imports, policies, queries, reports, services
from blocs.views.directory import get_province, stand
from blocs.views.shared import by
from config.kit.answers import file
from config.kit.incoming import WorkbookForm, lines_of, sent
from config.kit.refusals import Refused

# Before the name of a question in what the page sends.
ANSWER = "same-"


@require_safe
def directory_template(request, province):
    return file(imports.template_book(), f"mau danh muc {get_province(request, province).slug}", "xlsx")


@require_safe
def directory_export(request, province):
    province = get_province(request, province)
    today = queries.today(timezone.now())
    content = imports.directory_book(queries.roster_of(province), today)
    return file(content, f"danh muc {province.slug} {today:%Y %m %d}", "xlsx")


@require_http_methods(["GET", "POST"])
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
        return redirect("people", province.slug)
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
