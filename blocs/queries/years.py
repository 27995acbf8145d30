"""What stands in one bloc's one year: members, terms, dates, moves, handover."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value

from blocs.enums import MilestoneKind, Office, Role
from blocs.models import (
    Appointment,
    Bloc,
    Cycle,
    Deadline,
    Handover,
    Membership,
    Milestone,
    PhaseMove,
    Province,
    Term,
    Unit,
)
from blocs.queries.standing import HEAD_ROLES
from config.kit.prepared import prepared
from config.kit.reading import read_once


@read_once
def members_of(cycle: Cycle) -> QuerySet[Membership]:
    """The member units of a cycle in the order of the bloc."""
    return (
        Membership.objects.filter(cycle=cycle, left_on=None)
        .select_related("unit")
        .order_by("position", "unit__sort_key", "pk")
    )


def former_members_of(cycle: Cycle) -> QuerySet[Membership]:
    """Units that left the bloc during the year."""
    return (
        Membership.objects.filter(cycle=cycle, left_on__isnull=False)
        .select_related("unit")
        .order_by("left_on", "pk")
    )


def units_of(cycle: Cycle) -> QuerySet[Unit]:
    """The member units of a cycle in the order of the bloc."""
    return Unit.objects.filter(memberships__cycle=cycle, memberships__left_on=None).order_by(
        "memberships__position"
    )


def living_units_of(province: Province, on: date) -> QuerySet[Unit]:
    """Units of a province that exist on a day."""
    return Unit.objects.filter(
        Q(dissolved_on=None) | Q(dissolved_on__gt=on),
        Q(founded_on=None) | Q(founded_on__lte=on),
        province=province,
    ).order_by("sort_key", "pk")


def units_to_choose_for(cycle: Cycle, on: date) -> QuerySet[Unit]:
    """Units that may be members of a year: those that exist, and those that are members already."""
    return Unit.objects.filter(
        Q(pk__in=living_units_of(cycle.bloc.province, on).order_by().values("pk"))
        | Q(pk__in=members_of(cycle).order_by().values("unit"))
    ).order_by("sort_key", "pk")


def in_bloc_order(cycle: Cycle, units: Iterable[Unit]) -> list[Unit]:
    """Units in the order they have in the bloc; newcomers after them, by name."""
    places = dict(members_of(cycle).values_list("unit_id", "position"))
    newcomer = max(places.values(), default=0) + 1
    return sorted(units, key=lambda unit: (places.get(unit.pk, newcomer), unit.sort_key))


def people_of_members(cycle: Cycle, on: date) -> dict[int, list[Appointment]]:
    """Who serves each member unit on a day: heads first, then officers, then clerks."""
    order = {Role.UNIT_HEAD: 0, Role.UNIT_DEPUTY: 1, Role.UNIT_OFFICER: 2, Role.UNIT_CLERK: 3}
    serving = (
        Appointment.objects.on(on)
        .filter(unit__in=members_of(cycle).order_by().values("unit"), user__is_active=True)
        .select_related("user")
    )
    by_unit: dict[int, list[Appointment]] = {}
    for one in sorted(serving, key=lambda one: (order[one.role], one.user.sort_key, one.pk)):
        by_unit.setdefault(one.unit_id, []).append(one)
    return by_unit


@read_once
def terms_of(cycle: Cycle) -> QuerySet[Term]:
    """Open terms of a cycle, chair first."""
    return Term.objects.filter(cycle=cycle, to_on=None).select_related("unit").order_by("office", "pk")


def past_terms_of(cycle: Cycle) -> QuerySet[Term]:
    """Terms of a cycle that have ended, the latest first."""
    return (
        Term.objects.filter(cycle=cycle, to_on__isnull=False).select_related("unit").order_by("-to_on", "pk")
    )


def years_of(bloc: Bloc, cycles: QuerySet[Cycle]) -> QuerySet[Cycle]:
    """The years of a bloc among those a person may see, the newest first, with members and chairs."""
    return (
        cycles.filter(bloc=bloc)
        .prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.filter(left_on=None).select_related("unit").order_by("position"),
                to_attr="open_members",
            )
        )
        .order_by("-year")
    )


def cycle_at(province: str, bloc: str, year: int) -> Cycle | None:
    """The year of an address, and whether the one after it is open; a page also asks `sees_cycle`. One query."""
    return next(iter(_cycles_at(province, bloc, year)), None)


@prepared
def _cycles_at(province: str, bloc: str, year: int) -> QuerySet[Cycle]:
    following = Cycle.objects.filter(bloc=OuterRef("bloc"), year=OuterRef("year") + 1)
    found = Cycle.objects.filter(bloc__province__slug=province, bloc__slug=bloc, year=year)
    return found.select_related("bloc__province").annotate(has_following=Exists(following))


def handovers_of(cycle: Cycle) -> QuerySet[Handover]:
    """The handover at the end of a year."""
    return Handover.objects.filter(from_term__cycle=cycle).select_related(
        "from_term__unit", "to_term__unit", "to_term__cycle", "given_by", "received_by"
    )


def handover_of(cycle: Cycle) -> Handover | None:
    return handovers_of(cycle).first()


def chair_of(cycle: Cycle) -> Term | None:
    """The open term of the chair."""
    return terms_of(cycle).filter(office=Office.CHAIR).first()


def next_cycle_of(cycle: Cycle) -> Cycle | None:
    """The same bloc's following year, when it has been opened."""
    return (
        Cycle.objects.filter(bloc=cycle.bloc_id, year=cycle.year + 1).select_related("bloc__province").first()
    )


def moves_of(cycle: Cycle) -> QuerySet[PhaseMove]:
    """Moves of a year, the latest first."""
    return PhaseMove.objects.filter(cycle=cycle).select_related("moved_by").order_by("-moved_at", "-pk")


def due_on(cycle: Cycle, kind: MilestoneKind) -> date | None:
    """The bloc's own date for something, else the province's date of that year."""
    return dues_of(cycle).get(kind, (None, False))[0]


@read_once
def dues_of(cycle: Cycle) -> dict[str, tuple[date, bool]]:
    """Every date of a year, with whether it is the bloc's own; the bloc's wins over the province's. One query."""
    rows = _dues(cycle.bloc.province_id, cycle.year, cycle.pk)
    return {kind: (day, bool(is_own)) for kind, day, is_own in sorted(rows, key=lambda row: row[2])}


@prepared
def _dues(province: int, year: int, cycle: int) -> QuerySet:
    provincial = Deadline.objects.filter(province=province, year=year)
    own = Milestone.objects.filter(cycle=cycle)
    return provincial.values_list("kind", "due_on", Value(0)).union(
        own.values_list("kind", "due_on", Value(1)), all=True
    )


def head_of_unit(unit: Unit, on: date) -> Appointment | None:
    """The head, or else the deputy in charge, of a unit on a day."""
    return (
        Appointment.objects.on(on)
        .filter(unit=unit, role__in=HEAD_ROLES)
        .select_related("user")
        .order_by("-role", "pk")
        .first()
    )


def name_on(unit: Unit, day: date) -> str:
    """The name a unit had on a day; old papers keep it."""
    old = unit.names.filter(to_on__gt=day).order_by(F("to_on"), "pk").first()
    return old.name if old else unit.name
