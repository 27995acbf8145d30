from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from blocs import forms, policies, queries, reports, services
from blocs.enums import Phase
from blocs.views.shared import by, cycle_page, get_cycle, standing
from config.kit.once import creates
from config.kit.refusals import Refused

OPEN_YEARS = 8


@require_safe
def todo(request):
    now = timezone.now()
    todos = queries.todos_for(request.user, now)
    cycles = queries.cycles_with_offices(request.user, now).exclude(phase=Phase.CLOSED)
    context = {
        "today": queries.today(now),
        "count": len(todos),
        "groups": reports.todo_groups(todos, queries.today(now)),
        "cycles": cycles.order_by("-year", "bloc__sort_key")[:OPEN_YEARS],
    }
    return render(request, "blocs/todo.html", context)


@require_safe
def todo_count(request):
    count = len(queries.todos_for(request.user, timezone.now()))
    response = render(request, "blocs/_todo_count.html", {"count": count})
    response["Cache-Control"] = "private, max-age=15"
    return response


@require_safe
def blocs(request):
    now = timezone.now()
    cycles = queries.cycles_with_offices(request.user, now).order_by(
        "bloc__province__sort_key", "bloc__province", "bloc__sort_key", "bloc", "-year"
    )
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = {"provinces": reports.blocs_by_province(cycles), "words": words}
    return render(request, "blocs/blocs.html", context)


@require_safe
def bloc(request, province, bloc):
    now = timezone.now()
    found = get_object_or_404(queries.blocs_for(request.user, now), province__slug=province, slug=bloc)
    cycles = list(queries.years_of(found, queries.cycles_with_offices(request.user, now)))
    who = queries.standing_in_province(found.province, request.user, now)
    context = {
        "bloc": found,
        "cycles": cycles,
        "rows": reports.members_by_year(cycles),
        "keeps": not policies.edit_bloc(who),
        "opens": not policies.open_cycles(who),
    }
    return render(request, "blocs/bloc.html", context)


@require_safe
def cycle(request, province, bloc, year):
    return draw_cycle(request, get_cycle(request, province, bloc, year))


def draw_cycle(request, cycle, status=200, **typed):
    context = {**reports.cycle_page(standing(request, cycle), cycle), **typed}
    return cycle_page(request, cycle, "blocs/cycle.html", context, status)


@require_POST
def cycle_move(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        return draw_cycle(request, cycle, 422, move_error=["Hãy chọn bước cần chuyển trên trang này."])
    to, reason = Phase(form.cleaned_data["to"]), form.cleaned_data["reason"]
    try:
        services.move_phase(cycle=cycle, to=to, reason=reason, **by(request))
    except Refused as refused:
        typed = {"move_error": refused.reasons, "move_reason": reason, "move_to": to}
        return draw_cycle(request, cycle, 422, **typed)
    messages.success(request, f"Năm thi đua đã chuyển sang “{to.label}”.")
    return redirect(cycle)


@require_POST
@creates
def cycle_open_next(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    following = services.open_cycle(
        bloc=cycle.bloc, year=cycle.year + 1, is_illustrative=cycle.is_illustrative, **by(request)
    )
    messages.success(
        request,
        f"Đã mở năm thi đua {following.year} với các đơn vị thành viên như năm nay, chưa có "
        f"{cycle.bloc.province.chair_word}.",
    )
    return redirect("cycle", province, bloc, following.year)
