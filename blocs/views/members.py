from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blocs import forms, policies, queries, reports, services
from blocs.views.shared import by, cycle_page, edits, get_cycle, saved, standing
from config.kit.once import creates


@require_safe
def cycle_members(request, province, bloc, year):
    return draw_members(request, get_cycle(request, province, bloc, year))


def draw_members(request, cycle, status=200, **typed):
    who = standing(request, cycle)
    people = queries.people_of_members(cycle, who.on)
    terms = list(queries.terms_of(cycle))
    held = {term.unit_id: term for term in terms}
    members = list(queries.members_of(cycle))
    context = {
        "members": [
            {"row": m, "term": held.get(m.unit_id), "people": people.get(m.unit_id, [])} for m in members
        ],
        "former": queries.former_members_of(cycle),
        "terms": terms,
        "past_terms": queries.past_terms_of(cycle),
        "end_form": forms.EndForm(initial={"to_on": who.on}),
        "members_refusals": policies.change_members(who, cycle),
        "term_refusals": policies.start_term(who, cycle),
        "term_form": forms.TermForm(cycle=cycle, initial={"from_on": who.on}),
        "unranked_form": unranked_form(cycle),
        "unranked_refusals": policies.set_unranked(who, cycle),
        **typed,
    }
    return cycle_page(request, cycle, "blocs/members.html", context, status)


def unranked_form(cycle, data=None):
    entries = ({"unit": m.unit_id, "reason": m.unranked_reason} for m in queries.members_of(cycle))
    return forms.UnrankedForm(data, cycle=cycle, entries=entries)


@require_http_methods(["GET", "POST"])
@edits
def members_change(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    who = standing(request, cycle)
    form = forms.MembersForm(request.POST or None, cycle=cycle, on=who.on)

    def act(units, **_):
        services.change_members(cycle=cycle, units=units, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu đơn vị thành viên."):
        return redirect("cycle_members", *cycle.slugs)
    context = {"form": form, "refusals": policies.change_members(who, cycle)}
    return cycle_page(request, cycle, "blocs/members_change.html", context, 422 if form.errors else 200)


@require_POST
@creates
def term_start(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = forms.TermForm(request.POST, cycle=cycle)

    def act(**data):
        services.start_term(cycle=cycle, **data, **by(request))

    if saved(request, form, act, "Đã ghi nhiệm kỳ."):
        return redirect("cycle_members", *cycle.slugs)
    return draw_members(request, cycle, 422, term_form=form)


@require_POST
def term_end(request, province, bloc, year, pk):
    cycle = get_cycle(request, province, bloc, year)
    term = get_object_or_404(queries.terms_of(cycle), pk=pk)
    form = forms.EndForm(request.POST)

    def act(**data):
        services.end_term(term=term, **data, **by(request))

    if saved(request, form, act, "Đã ghi ngày kết thúc nhiệm kỳ."):
        return redirect("cycle_members", *cycle.slugs)
    return draw_members(request, cycle, 422, errors=form.errors)


@require_POST
@edits
def unranked_set(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = unranked_form(cycle, request.POST)

    def act(**data):
        services.set_unranked(cycle=cycle, **data, **by(request))

    if saved(request, form, act, "Đã lưu việc xếp hạng của đơn vị."):
        return redirect("cycle_members", *cycle.slugs)
    return draw_members(request, cycle, 422, errors=form.errors)


@require_http_methods(["GET", "POST"])
@edits
def cycle_dates(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = milestone_form(cycle, request.POST or None)

    def act(**data):
        services.set_milestone(cycle=cycle, **data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã lưu mốc thời hạn."):
        return redirect("cycle_dates", *cycle.slugs)
    return draw_dates(request, cycle, 422 if form.errors else 200, form=form)


def milestone_form(cycle, data=None):
    entries = ({"kind": kind, "due_on": due} for kind, (due, _) in queries.dues_of(cycle).items())
    return forms.MilestoneForm(data, entries=entries)


def draw_dates(request, cycle, status=200, **typed):
    who = standing(request, cycle)
    context = {
        "dates": reports.date_rows(queries.dues_of(cycle), who.on),
        "refusals": policies.set_milestone(who, cycle),
        "cycle_form": forms.CycleForm(instance=cycle),
        "form": milestone_form(cycle),
        **typed,
    }
    return cycle_page(request, cycle, "blocs/dates.html", context, status)


@require_POST
@edits
def cycle_edit(request, province, bloc, year):
    cycle = get_cycle(request, province, bloc, year)
    form = forms.CycleForm(request.POST, instance=get_cycle(request, province, bloc, year))

    def act(**data):
        services.edit_cycle(cycle=cycle, changes=data, **by(request))

    if saved(request, form, act, "Đã lưu."):
        return redirect("cycle_dates", *cycle.slugs)
    return draw_dates(request, cycle, 422, cycle_form=form)
