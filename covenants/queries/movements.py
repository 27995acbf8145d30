"""Registrations, movements and initiatives."""

from django.db.models import F, Prefetch
from django.urls import reverse

from blocs.models import Cycle
from covenants.models import InitiativeCount, Movement, Participation, Registration


def registrations_of(cycle: Cycle) -> list[Registration]:
    return list(
        cycle.registrations.select_related("unit", "registered_by").order_by(
            "unit__sort_key", "registered_at", "pk"
        )
    )


def movements_of(cycle: Cycle) -> list[Movement]:
    """With what each unit did, in the order in which they were launched."""
    outcomes = Prefetch(
        "participations",
        Participation.objects.select_related("unit").order_by("unit__sort_key"),
        to_attr="outcomes",
    )
    found = cycle.movements.prefetch_related(outcomes)
    return list(found.order_by(F("launched_on").asc(nulls_last=True), "pk"))


def initiatives_of(cycle: Cycle) -> dict[tuple[int | None, str], int]:
    """(unit or None for the whole bloc, level) → count."""
    rows = InitiativeCount.objects.filter(cycle=cycle).values_list("unit", "level", "count")
    return {(unit, level): count for unit, level, count in rows}


def initiative_totals(cycle: Cycle) -> dict[str, int]:
    """Level → the bloc's figure: as stated for the whole, else the sum of its units."""
    counts = initiatives_of(cycle)
    totals: dict[str, int] = {}
    for level in dict.fromkeys(level for _, level in counts):
        whole = counts.get((None, level))
        totals[level] = sum(n for (_, of), n in counts.items() if of == level) if whole is None else whole
    return totals


def movements_url(cycle: Cycle) -> str:
    return reverse("movements", args=cycle.slugs)
