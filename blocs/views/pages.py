from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs import forms, policies, queries, services
from blocs.enums import Office, Phase
from blocs.rules import next_phase, previous_phases
from blocs.views.shared import by, cycle_page, get_cycle
from config.kit.refusals import Refused


@require_safe
def todo(request):
    now = timezone.now()
    todos = queries.todos_for(request.user, now)
    day = queries.today(now)
    late = [one for one in todos if one.due_on and one.due_on < day]
    context = {"late": late, "todos": [one for one in todos if one not in late], "today": day}
    return render(request, "blocs/todo.html", context)


@require_safe
def blocs(request):
    cycles = queries.cycles_for(request.user, timezone.now()).order_by(
        "bloc__province__sort_key", "bloc__sort_key", "bloc_id", "-year"
    )
    by_province = [
        (province, [(bloc, list(years)) for bloc, years in groupby(rows, key=lambda cycle: cycle.bloc)])
        for province, rows in groupby(cycles, key=lambda cycle: cycle.bloc.province)
    ]
    return render(request, "blocs/blocs.html", {"provinces": by_province})


@require_safe
def bloc(request, province, bloc):
    now = timezone.now()
    found = get_object_or_404(queries.blocs_for(request.user, now), province__slug=province, slug=bloc)
    cycles = queries.cycles_with_offices(request.user, now).filter(bloc=found)
    latest = cycles.first()
    members = queries.members_of(latest) if latest else ()
    return render(
        request, "blocs/bloc.html", {"bloc": found, "cycles": cycles, "latest": latest, "members": members}
    )


@require_safe
def cycle(request, province, bloc, year):
    return draw_cycle(request, get_cycle(request, province, bloc, year))


def draw_cycle(request, cycle, status=200, move_error=()):
    who = queries.standing_in(cycle, request.user, timezone.now())
    to = next_phase(Phase(cycle.phase))
    checks = queries.checks_for(cycle, to) if to else []
    soft = [check for check in checks if check.missing and not check.is_hard]
    context = {
        "who": who,
        "terms": queries.terms_of(cycle),
        "member_count": queries.members_of(cycle).count(),
        "to": to,
        "to_label": to.label if to else "",
        "to_field": {"to": to.value} if to else {},
        "checks": checks,
        "asks_reason": bool(soft),
        "move_refusals": policies.move_phase(who, cycle, to, checks, "có") if to else [],
        "move_error": move_error,
        "backward": _backward(who, cycle),
        "panels": queries.panels_of(who, cycle),
        "moves": cycle.moves.select_related("moved_by").order_by("-pk"),
        "next_cycle": queries.next_cycle_of(cycle),
        "next_refusals": policies.open_cycle(who, cycle.bloc, cycle.year + 1, cycle),
        "milestones": cycle.milestones.order_by("due_on"),
    }
    return cycle_page(request, cycle, "blocs/cycle.html", context, status)


def _backward(who, cycle):
    return [
        {"label": phase.label, "fields": {"to": phase.value}}
        for phase in previous_phases(Phase(cycle.phase))
        if not policies.move_phase(who, cycle, phase, (), "có")
    ]


@require_POST
def cycle_move(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = forms.MoveForm(request.POST)
    if not form.is_valid() or form.cleaned_data["to"] not in Phase.values:
        return draw_cycle(request, cycle, 422, ["Hãy chọn bước cần chuyển."])
    to = Phase(form.cleaned_data["to"])
    try:
        services.move_phase(cycle=cycle, to=to, reason=form.cleaned_data["reason"], **by(request))
    except Refused as refused:
        return draw_cycle(request, cycle, 422, refused.reasons)
    messages.success(request, f"Đã chuyển sang giai đoạn “{to.label}”.")
    return redirect(cycle)


@require_POST
def cycle_open_next(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    following = services.open_cycle(
        bloc=cycle.bloc, year=cycle.year + 1, is_illustrative=cycle.is_illustrative, **by(request)
    )
    messages.success(request, f"Đã mở năm thi đua {following.year}, chưa có Khối trưởng.")
    return redirect(cycle)


@require_safe
def cycle_members(request, province, bloc, year):
    return draw_members(request, get_cycle(request, province, bloc, year))


def draw_members(request, cycle, status=200, **typed):
    who = queries.standing_in(cycle, request.user, timezone.now())
    members = list(queries.members_of(cycle))
    units = queries.units_of(cycle)
    pool = queries.living_units_of(cycle.bloc.province, who.on)
    initial = {"units": [member.unit_id for member in members]}
    context = {
        "members": members,
        "terms": {term.unit_id: term for term in queries.terms_of(cycle)},
        "past_terms": queries.past_terms_of(cycle),
        "members_refusals": policies.change_members(who, cycle),
        "members_form": typed.get("members_form") or forms.MembersForm(units=pool, initial=initial),
        "term_refusals": policies.start_term(who, cycle),
        "term_form": typed.get("term_form") or forms.TermForm(units=units, initial={"from_on": who.on}),
        "unranked_refusals": policies.set_unranked(who, cycle),
        "unranked_form": typed.get("unranked_form") or forms.UnrankedForm(units=units),
        "milestone_refusals": policies.set_milestone(who, cycle),
        "milestone_form": typed.get("milestone_form") or forms.MilestoneForm(),
        "milestones": cycle.milestones.order_by("due_on"),
    }
    return cycle_page(request, cycle, "blocs/members.html", context, status)


def _answer(request, cycle, name, form, act, done):
    """One service call; a refusal returns the page with what was typed and the reasons."""
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            messages.success(request, done)
            return redirect("cycle_members", *cycle.slugs)
    return draw_members(request, cycle, 422, **{name: form})


@require_POST
def members_change(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    pool = queries.living_units_of(cycle.bloc.province, queries.today(timezone.now()))

    def act(units):
        services.change_members(cycle=cycle, units=queries.in_bloc_order(cycle, units), **by(request))

    return _answer(
        request,
        cycle,
        "members_form",
        forms.MembersForm(request.POST, units=pool),
        act,
        "Đã lưu đơn vị thành viên.",
    )


@require_POST
def term_start(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)

    def act(**data):
        services.start_term(cycle=cycle, **data, **by(request))

    form = forms.TermForm(request.POST, units=queries.units_of(cycle))
    return _answer(request, cycle, "term_form", form, act, "Đã ghi nhiệm kỳ.")


@require_POST
def unranked_set(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)

    def act(**data):
        services.set_unranked(cycle=cycle, **data, **by(request))

    form = forms.UnrankedForm(request.POST, units=queries.units_of(cycle))
    return _answer(request, cycle, "unranked_form", form, act, "Đã lưu.")


@require_POST
def milestone_set(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)

    def act(**data):
        services.set_milestone(cycle=cycle, **data, **by(request))

    return _answer(
        request, cycle, "milestone_form", forms.MilestoneForm(request.POST), act, "Đã lưu mốc thời hạn."
    )


@require_http_methods(["GET", "POST"])
def handover(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    existing = queries.handover_of(cycle)
    form = forms.HandoverForm(request.POST or None, initial={"items": existing.items if existing else ""})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.prepare_handover(cycle=cycle, items=form.cleaned_data["items"], **by(request))
            except Refused as refused:
                form.add_error(None, refused.reasons)
            else:
                messages.success(request, "Đã lưu nội dung bàn giao.")
                return redirect("handover", *cycle.slugs)
    who = queries.standing_in(cycle, request.user, timezone.now())
    context = {
        "handover": existing,
        "form": form,
        "prepare_refusals": policies.prepare_handover(who, cycle, existing),
        "give_refusals": policies.give_handover(who, existing) if existing else [],
        "receive_refusals": policies.receive_handover(who, existing) if existing else [],
        "giver": next((t for t in queries.terms_of(cycle) if t.office == Office.CHAIR), None),
        "next_cycle": queries.next_cycle_of(cycle),
    }
    return cycle_page(request, cycle, "blocs/handover.html", context, status)


@require_POST
def handover_give(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.give_handover(handover=get_object_or_404(queries.handovers_of(cycle)), **by(request))
    messages.success(request, "Đã xác nhận bàn giao. Chờ bên nhận xác nhận.")
    return redirect("handover", *cycle.slugs)


@require_POST
def handover_receive(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    services.receive_handover(handover=get_object_or_404(queries.handovers_of(cycle)), **by(request))
    messages.success(request, "Đã xác nhận nhận bàn giao.")
    return redirect("handover", *cycle.slugs)
