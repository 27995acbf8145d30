from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from blocs.queries import members_of
from blocs.views.shared import by, cycle_page, edits
from config.kit.once import creates
from config.kit.refusals import Refused
from covenants import forms, policies, queries, reports, services
from covenants.enums import InitiativeLevel
from covenants.views.shared import get_place

WHOLE = "toan-khoi"
# What officials write most; anything else may be typed.
USUAL_AWARDS = (
    "Cờ thi đua của UBND tỉnh",
    "Bằng khen của Chủ tịch UBND tỉnh",
    "Tập thể Lao động xuất sắc",
    "Cờ thi đua của Chính phủ",
)


@require_safe
def movements(request, province, bloc, year):
    cycle, who = get_place(request, province, bloc, year)
    return draw(request, cycle, who)


def draw(request, cycle, who, status=200, errors=(), **typed):
    members = list(members_of(cycle))
    own = [member.unit for member in members if member.unit_id in who.officer_of | who.head_of]
    keeps = who.is_secretariat or who.is_vice
    speaks_for = [member.unit for member in members] if keeps else own
    counts = queries.initiatives_of(cycle)
    context = {
        "who": who,
        "errors": errors,
        "registrations": [
            {"one": one, "may_cancel": not policies.cancel_registration(who, one)}
            for one in queries.registrations_of(cycle)
        ],
        "register_units": [
            {
                "unit": unit,
                "refusals": policies.register_award(who, cycle, unit),
                "form": _form(typed, "register", unit),
            }
            for unit in own
        ],
        "usual_awards": USUAL_AWARDS,
        "movements": [_movement(who, one, speaks_for, typed) for one in queries.movements_of(cycle)],
        "movement_form": typed.get("movement") or forms.MovementForm(),
        "movement_refusals": policies.add_movement(who, cycle),
        "keeps": keeps,
        "initiatives": reports.initiatives_table(cycle, members),
        "initiative_units": [
            _initiatives(who, cycle, unit, counts, typed)
            for unit in (*speaks_for, None)[: None if keeps else -1]
        ],
    }
    return cycle_page(request, cycle, "covenants/movements.html", context, status)


def _form(typed, name, unit):
    return typed.get(f"{name}_{unit.pk}") or forms.RegistrationForm(auto_id=f"{name}_{unit.pk}_%s")


def _movement(who, one, units, typed):
    said = _said(one.outcomes)
    return {
        "one": one,
        "outcomes": one.outcomes,
        "may_remove": not policies.remove_movement(who, one, len(one.outcomes)),
        "units": [
            {
                "unit": unit,
                "form": typed.get(f"outcome_{one.pk}_{unit.pk}") or _outcome_form(one, unit, said),
            }
            for unit in units
            if not policies.record_participation(who, one, unit)
        ],
    }


def _initiatives(who, cycle, unit, counts, typed):
    pk = unit.pk if unit else None
    return {
        "unit": unit,
        "word": unit.slug if unit else WHOLE,
        "label": unit.short_name if unit else "Toàn khối (khi chỉ biết số chung)",
        "refusals": policies.record_initiatives(who, cycle, unit),
        "form": typed.get(f"initiatives_{pk}") or _initiatives_form(unit, counts),
    }


def _said(outcomes):
    return {outcome.unit_id: outcome.outcome for outcome in outcomes}


def _outcome_form(movement, unit, said, data=None):
    start, place = {"outcome": said.get(unit.pk, "")}, f"outcome_{movement.pk}_{unit.pk}_%s"
    return forms.OutcomeForm(data, initial=start, auto_id=place)


def _initiatives_form(unit, counts, data=None):
    pk = unit.pk if unit else None
    start = {level: counts.get((pk, level)) for level in InitiativeLevel.values}
    return forms.InitiativesForm(data, initial=start, auto_id=f"initiatives_{pk}_%s")


def _write(request, cycle, who, act, said, anchor, **typed):
    try:
        act()
    except Refused as refused:
        return draw(request, cycle, who, 422, refused.reasons, **typed)
    messages.success(request, said)
    return redirect(queries.movements_url(cycle) + anchor)


def _unit(cycle, slug):
    return get_object_or_404(queries.unit_in(cycle, slug))


@require_POST
@creates
def registration_add(request, province, bloc, year, unit):
    cycle, who = get_place(request, province, bloc, year)
    one = _unit(cycle, unit)
    form = forms.RegistrationForm(request.POST, auto_id=f"register_{one.pk}_%s")
    typed = {f"register_{one.pk}": form}
    if not form.is_valid():
        return draw(request, cycle, who, 422, **typed)

    def act():
        services.register_award(cycle=cycle, unit=one, **form.cleaned_data, **by(request))

    return _write(request, cycle, who, act, "Đã đăng ký.", "#dang-ky", **typed)


@require_POST
def registration_cancel(request, province, bloc, year, pk):
    cycle, who = get_place(request, province, bloc, year)
    one = next((one for one in queries.registrations_of(cycle) if one.pk == pk), None)
    if one is None:
        raise Http404

    def act():
        services.cancel_registration(registration=one, **by(request))

    return _write(request, cycle, who, act, "Đã bỏ đăng ký.", "#dang-ky")


@require_POST
@creates
def movement_add(request, province, bloc, year):
    cycle, who = get_place(request, province, bloc, year)
    form = forms.MovementForm(request.POST)
    if not form.is_valid():
        return draw(request, cycle, who, 422, movement=form)

    def act():
        services.add_movement(cycle=cycle, **form.cleaned_data, **by(request))

    return _write(request, cycle, who, act, "Đã ghi phong trào.", "#phong-trao", movement=form)


def _get_movement(cycle, pk):
    return get_object_or_404(cycle.movements, pk=pk)


@require_POST
def movement_remove(request, province, bloc, year, pk):
    cycle, who = get_place(request, province, bloc, year)
    one = _get_movement(cycle, pk)

    def act():
        services.remove_movement(movement=one, **by(request))

    return _write(request, cycle, who, act, "Đã bỏ phong trào.", "#phong-trao")


@require_POST
@edits
def participation_record(request, province, bloc, year, pk, unit):
    cycle, who = get_place(request, province, bloc, year)
    movement, one = _get_movement(cycle, pk), _unit(cycle, unit)
    form = _outcome_form(movement, one, _said(movement.participations.all()), request.POST)
    typed = {f"outcome_{movement.pk}_{one.pk}": form}
    if not form.is_valid():
        return draw(request, cycle, who, 422, **typed)

    def act():
        services.record_participation(movement=movement, unit=one, **form.cleaned_data, **by(request))

    return _write(request, cycle, who, act, f"Đã lưu kết quả của {one.short_name}.", "#phong-trao", **typed)


@require_POST
@edits
def initiatives_record(request, province, bloc, year, unit):
    cycle, who = get_place(request, province, bloc, year)
    one = None if unit == WHOLE else _unit(cycle, unit)
    key = f"initiatives_{one.pk if one else None}"
    form = _initiatives_form(one, queries.initiatives_of(cycle), request.POST)
    if not form.is_valid():
        return draw(request, cycle, who, 422, **{key: form})

    def act():
        services.record_initiatives(cycle=cycle, unit=one, counts=form.cleaned_data, **by(request))

    return _write(request, cycle, who, act, "Đã lưu số sáng kiến.", "#sang-kien", **{key: form})
