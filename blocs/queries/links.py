"""Who waits for a one-time link, and whose account reaches further than a province."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import User
from blocs.models import Appointment, Bloc, Cycle, Province, Unit
from blocs.queries.directory import appointments_in


def serving_elsewhere(people: Iterable[int], province: Province, on: date) -> frozenset[int]:
    """Those of many people who hold a role outside a province. One query."""
    inside = appointments_in(province).filter(pk=OuterRef("pk"))
    held = Appointment.objects.on(on).filter(~Exists(inside), user__in=list(people))
    return frozenset(held.values_list("user", flat=True))


def people_to_link(
    province: Province,
    on: date,
    *,
    unit: Unit | None = None,
    bloc: Bloc | None = None,
    everyone: bool = False,
) -> QuerySet[User]:
    """Active people who serve a province, one bloc's members or one unit; only who has never signed in, or everyone."""
    held = appointments_in(province).on(on).select_related("unit")
    if unit:
        held = held.filter(unit=unit)
    if bloc:
        newest = Cycle.objects.filter(bloc=bloc).order_by("-year").values("pk")[:1]
        held = held.filter(unit__memberships__cycle=Subquery(newest), unit__memberships__left_on=None)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    if not everyone:
        people = people.filter(last_login=None)
    roles = held.order_by("unit__sort_key", "unit", "pk")
    return people.prefetch_related(Prefetch("appointments", roles, to_attr="serving")).order_by(
        "sort_key", "pk"
    )


def people_by_key(*keys: int) -> dict[int, User]:
    """People that a row of the queue names."""
    return User.objects.in_bulk(keys)
