from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from blocs import queries, services
from blocs.rules import year_line
from config.kit.edits import edits as edits_under
from config.kit.edits import lock_address
from config.kit.refusals import Refused


def by(request):
    return {"by": request.user, "at": timezone.now()}


def get_cycle(request, province, bloc, year):
    cycle = queries.cycle_at(province, bloc, year)
    if cycle is None or not queries.sees_cycle(cycle, request.user, timezone.now()):
        raise Http404
    return cycle


def lock_place(request, province="", bloc="", year=None, **address):
    """Below a year everything waits for its cycle; elsewhere an address waits for itself."""
    cycle = queries.cycle_at(province, bloc, year) if year else None
    if cycle is None:
        lock_address(request)
    else:
        services.lock_cycle(cycle.pk)


edits = edits_under(lock_place)


def standing(request, cycle):
    return queries.standing_in(cycle, request.user, timezone.now())


def cycle_page(request, cycle, template, context, status=200):
    """A page inside a year: the stepper comes with it."""
    frame = {"cycle": cycle, "year_line": year_line(cycle.phase)}
    return render(request, template, {**frame, **context}, status=status)


def saved(request, form, act, done):
    """One service call with the form's values; a refusal is laid on the form, and nothing is lost."""
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except Refused as refused:
        form.add_error(None, refused.reasons)
        return False
    messages.success(request, done)
    return True


def problems(form):
    """All that is wrong with a form that has no page of its own, in one line."""
    return " ".join(sentence for found in form.errors.values() for sentence in found)
