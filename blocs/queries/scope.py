"""What each person may see: the `…_for(user)` that every view starts from."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from blocs.enums import Phase, Role
from blocs.models import Appointment, Bloc, Cycle, Membership, Province, Term, Unit
from blocs.queries.standing import appointments_on, today
from blocs.rules import READING_ROLES
from config.kit.prepared import prepared

DESK_ROLES = (*READING_ROLES, Role.ADMIN)
KEEPING_ROLES = (Role.ADMIN, Role.PROVINCE_HEAD)
AUDITING_ROLES = (Role.ADMIN, Role.AUDITOR)


@dataclass(frozen=True)
class Home:
    """What the frame of every page says of a person: place, unit, and which doors the menu shows."""

    place: str = ""
    unit: str = ""
    desk: str = ""
    desk_label: str = ""
    sees_admin: bool = False


def home_of(user: User, at: datetime) -> Home:
    """One query."""
    mine = _appointments_with_places(user.pk, today(at))
    provinces = {a.province or a.unit.province for a in mine if a.province_id or a.unit_id}
    only = next(iter(provinces)) if len(provinces) == 1 else None
    units = [a.unit.short_name for a in mine if a.unit_id]
    desks = [a.province for a in mine if a.province_id and a.role in DESK_ROLES]
    is_everywhere = any(a.role == Role.ADMIN and not a.province_id for a in mine)
    return Home(
        place=only.name if only else "",
        unit=units[0] if units else _office_label(mine),
        desk=desks[0].slug if len(set(desks)) == 1 and not is_everywhere else "",
        desk_label=_desk_label(mine, desks),
        sees_admin=any(a.role in (*KEEPING_ROLES, Role.AUDITOR) for a in mine),
    )


@prepared
def _appointments_with_places(user: int, day: date) -> QuerySet[Appointment]:
    mine = appointments_on(user, day).select_related("unit__province", "province")
    return mine.order_by("unit", "province", "pk")


def _desk_label(mine: list[Appointment], desks: list[Province]) -> str:
    """The province's own word for its office; “Các tỉnh” for who reads the desks of several."""
    if any(a.role == Role.ADMIN and not a.province_id for a in mine) or len(set(desks)) > 1:
        return "Các tỉnh"
    return desks[0].standing_office_label if desks else ""


def _office_label(appointments: list[Appointment]) -> str:
    """What a person without a unit is called under the name."""
    if not appointments:
        return ""
    first = appointments[0]
    if first.role in (Role.PROVINCE_OFFICER, Role.PROVINCE_HEAD):
        return first.province.standing_office_label
    return Role(first.role).label


def provinces_for(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces a person has anything to do with."""
    mine = appointments_on(user, today(at))
    return Province.objects.filter(
        Q(pk__in=mine.values("province"))
        | Q(pk__in=mine.values("unit__province"))
        | Exists(mine.filter(role=Role.ADMIN, province=None))
    ).order_by("sort_key")


def _provinces_by_role(user: User, at: datetime, roles: tuple[str, ...]) -> QuerySet[Province]:
    mine = appointments_on(user, today(at)).filter(role__in=roles)
    return Province.objects.filter(
        Q(pk__in=mine.values("province")) | Exists(mine.filter(role=Role.ADMIN, province=None))
    ).order_by("sort_key")


def desks_for(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces whose desk a person works at or may read."""
    return _provinces_by_role(user, at, DESK_ROLES)


def administered_by(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces whose directory of units, people and blocs a person keeps."""
    return _provinces_by_role(user, at, KEEPING_ROLES)


def audited_by(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces whose journal a person reads."""
    return _provinces_by_role(user, at, AUDITING_ROLES)


def cycles_for(user: User, at: datetime) -> QuerySet[Cycle]:
    """Cycles a person may see: those of the own unit, or all of a province whose office one holds.

    A unit that has left reads the years it was part of once they are closed, not the one that goes on without it.
    """
    mine = appointments_on(user, today(at))
    everywhere = mine.filter(role=Role.ADMIN, province=None)
    return (
        Cycle.objects.select_related("bloc__province")
        .filter(
            Exists(
                Membership.objects.filter(
                    Q(left_on=None) | Q(left_on__gt=today(at)) | Q(cycle__phase=Phase.CLOSED),
                    cycle=OuterRef("pk"),
                    unit__in=mine.values("unit"),
                )
            )
            | Q(bloc__province__in=mine.filter(unit=None).values("province"))
            | Exists(everywhere)
        )
        .order_by("bloc__province__sort_key", "bloc__sort_key", "-year")
    )


def cycles_with_offices(user: User, at: datetime) -> QuerySet[Cycle]:
    """Cycles a person may see, with their chairs loaded as `open_terms`; one query more."""
    chairs = Prefetch(
        "terms",
        Term.objects.filter(to_on=None).select_related("unit").order_by("office", "pk"),
        to_attr="open_terms",
    )
    return cycles_for(user, at).prefetch_related(chairs)


def blocs_for(user: User, at: datetime) -> QuerySet[Bloc]:
    """Blocs with at least one cycle a person may see, and all blocs of an office one holds."""
    mine = appointments_on(user, today(at))
    return (
        Bloc.objects.select_related("province")
        .filter(
            Q(pk__in=cycles_for(user, at).order_by().values("bloc"))
            | Q(province__in=mine.filter(unit=None).values("province"))
            | Exists(mine.filter(role=Role.ADMIN, province=None))
        )
        .order_by("province__sort_key", "sort_key")
    )


def units_for(user: User, at: datetime) -> QuerySet[Unit]:
    """Units of the provinces a person has to do with: their names are no secret there."""
    return Unit.objects.filter(province__in=provinces_for(user, at)).order_by(
        "province__sort_key", "sort_key", "pk"
    )
