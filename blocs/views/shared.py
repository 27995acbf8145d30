from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from blocs import queries
from blocs.rules import year_line


def get_cycle(request, province, bloc, year):
    cycles = queries.cycles_for(request.user, timezone.now())
    return get_object_or_404(cycles, bloc__province__slug=province, bloc__slug=bloc, year=year)


def get_province(request, slug):
    return get_object_or_404(queries.provinces_for(request.user, timezone.now()), slug=slug)


def by(request):
    return {"by": request.user, "at": timezone.now()}


def cycle_page(request, cycle, template, context, status=200):
    """A page inside a year: the stepper comes with it."""
    frame = {"cycle": cycle, "year_line": year_line(cycle.phase)}
    return render(request, template, {**frame, **context}, status=status)
