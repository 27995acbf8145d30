"""Who is who in a cycle on a day, and what each person may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pghistory.models import Events

from accounts.models import User
from blocs.enums import MilestoneKind, Office, Phase, Role
from blocs.models import (
    Appointment,
    Bloc,
    BlocAssignment,
    Cycle,
    Deadline,
    Handover,
    Membership,
    Milestone,
    Province,
    Term,
    Unit,
)
from blocs.rules import Check, Hit, Panel, Todo
from config.kit.text import VIETNAM, search_key

READING_ROLES = (Role.PROVINCE_OFFICER, Role.PROVINCE_HEAD, Role.COUNCIL, Role.AUDITOR)
HEAD_ROLES = (Role.UNIT_HEAD, Role.UNIT_DEPUTY)


@dataclass(frozen=True)
class Standing:
    """The offices one person holds at one moment, in one cycle or in a province.

    Sets hold unit keys. A unit's place in the bloc comes from the open terms of that day, so the
    secretariat is whoever serves the chair unit, and nothing has to be granted or withdrawn.
    """

    user: User
    at: datetime
    cycle_id: int | None = None
    officer_of: frozenset[int] = frozenset()
    head_of: frozenset[int] = frozenset()
    clerk_of: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    chair_units: frozenset[int] = frozenset()
    vice_units: frozenset[int] = frozenset()
    province_roles: frozenset[str] = frozenset()
    is_assigned_officer: bool = False

    @property
    def on(self) -> date:
        """The day in Vietnam."""
        return self.at.astimezone(VIETNAM).date()

    @property
    def belongs_to(self) -> frozenset[int]:
        """Every unit this person serves."""
        return self.officer_of | self.head_of | self.clerk_of

    @property
    def member_of(self) -> frozenset[int]:
        """The units this person serves that are members of the cycle."""
        return self.belongs_to & self.members

    @property
    def is_chair(self) -> bool:
        return bool((self.officer_of | self.head_of) & self.chair_units)

    @property
    def is_vice(self) -> bool:
        return bool((self.officer_of | self.head_of) & self.vice_units)

    @property
    def is_chair_head(self) -> bool:
        return bool(self.head_of & self.chair_units)

    @property
    def is_vice_head(self) -> bool:
        return bool(self.head_of & self.vice_units)

    @property
    def is_secretariat(self) -> bool:
        """Officers, heads and clerks of the chair unit."""
        return bool(self.belongs_to & self.chair_units)

    @property
    def is_clerk(self) -> bool:
        return bool(self.clerk_of)

    @property
    def is_province_officer(self) -> bool:
        return Role.PROVINCE_OFFICER in self.province_roles

    @property
    def is_province_head(self) -> bool:
        return Role.PROVINCE_HEAD in self.province_roles

    @property
    def is_council(self) -> bool:
        return Role.COUNCIL in self.province_roles

    @property
    def is_auditor(self) -> bool:
        return Role.AUDITOR in self.province_roles

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.province_roles

    @property
    def reads_all(self) -> bool:
        """May read everything of the cycle that is not secret."""
        return bool(self.province_roles & frozenset(READING_ROLES))


def today(at: datetime) -> date:
    """The day in Vietnam at a moment."""
    return at.astimezone(VIETNAM).date()


def standing_in(cycle: Cycle, user: User, at: datetime) -> Standing:
    """The offices `user` holds in a cycle; needs `cycle.bloc` loaded. Two queries."""
    day = today(at)
    assigned = BlocAssignment.objects.on(day).filter(officer=OuterRef("user"), bloc=cycle.bloc_id)
    appointments = list(
        _appointments(user, day)
        .filter(
            Q(unit__isnull=False) | Q(province=cycle.bloc.province_id) | Q(role=Role.ADMIN, province=None)
        )
        .annotate(
            is_member=Exists(Membership.objects.filter(cycle=cycle, unit=OuterRef("unit"))),
            is_assigned=Exists(assigned),
        )
    )
    chairs, vices = offices_of(cycle, day)
    return Standing(
        user=user,
        at=at,
        cycle_id=cycle.pk,
        members=frozenset(a.unit_id for a in appointments if a.is_member),
        chair_units=chairs,
        vice_units=vices,
        is_assigned_officer=any(a.role == Role.PROVINCE_OFFICER and a.is_assigned for a in appointments),
        **_roles(appointments),
    )


def standing_in_province(province: Province | None, user: User, at: datetime) -> Standing:
    """The offices `user` holds in a province (None: in the whole installation). One query."""
    place = Q(role=Role.ADMIN, province=None)
    if province is not None:
        place |= Q(unit__province=province) | Q(province=province)
    appointments = list(_appointments(user, today(at)).filter(place))
    return Standing(user=user, at=at, **_roles(appointments))


def _appointments(user: User, day: date) -> QuerySet[Appointment]:
    return Appointment.objects.on(day).filter(user=user)


def _roles(appointments: Iterable[Appointment]) -> dict[str, frozenset]:
    def units(*roles: str) -> frozenset[int]:
        return frozenset(a.unit_id for a in appointments if a.role in roles)

    return {
        "officer_of": units(Role.UNIT_OFFICER),
        "head_of": units(*HEAD_ROLES),
        "clerk_of": units(Role.UNIT_CLERK),
        "province_roles": frozenset(a.role for a in appointments if a.unit_id is None),
    }


def offices_of(cycle: Cycle, day: date) -> tuple[frozenset[int], frozenset[int]]:
    """Chair and vice-chair units on a day. A year without a chair is kept by the chair before it."""
    terms = list(
        Term.objects.on(day)
        .filter(cycle__bloc=cycle.bloc_id, cycle__year__in=(cycle.year, cycle.year - 1))
        .values_list("cycle_id", "office", "unit_id")
    )
    own = [term for term in terms if term[0] == cycle.pk]
    if not any(office == Office.CHAIR for _, office, _ in own):
        own = [term for term in terms if term[0] != cycle.pk] or own
    return (
        frozenset(unit for _, office, unit in own if office == Office.CHAIR),
        frozenset(unit for _, office, unit in own if office == Office.VICE),
    )


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
    mine = list(
        _appointments(user, today(at))
        .select_related("unit__province", "province")
        .order_by("unit", "province", "pk")
    )
    provinces = {a.province or a.unit.province for a in mine if a.province_id or a.unit_id}
    only = next(iter(provinces)) if len(provinces) == 1 else None
    units = [a.unit.short_name for a in mine if a.unit_id]
    offices = [a for a in mine if a.province_id and a.role != Role.ADMIN]
    desk = offices[0].province if offices else None
    return Home(
        place=only.name if only else "",
        unit=units[0] if units else (desk.standing_office_label if desk else _role_label(mine)),
        desk=desk.slug if desk else "",
        desk_label=desk.standing_office_label if desk else "",
        sees_admin=any(a.role in (Role.ADMIN, Role.PROVINCE_HEAD, Role.AUDITOR) for a in mine),
    )


def _role_label(appointments: list[Appointment]) -> str:
    return Role(appointments[0].role).label if appointments else ""


def provinces_for(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces a person has anything to do with."""
    mine = _appointments(user, today(at))
    if mine.filter(role=Role.ADMIN, province=None).exists():
        return Province.objects.all()
    return Province.objects.filter(
        Q(pk__in=mine.values("province")) | Q(pk__in=mine.values("unit__province"))
    ).distinct()


def cycles_for(user: User, at: datetime) -> QuerySet[Cycle]:
    """Cycles a person may see: those of the own unit, or all of a province whose office one holds."""
    mine = _appointments(user, today(at))
    everywhere = mine.filter(role=Role.ADMIN, province=None)
    return (
        Cycle.objects.select_related("bloc__province")
        .filter(
            Exists(Membership.objects.filter(cycle=OuterRef("pk"), unit__in=mine.values("unit")))
            | Q(bloc__province__in=mine.filter(unit=None).values("province"))
            | Exists(everywhere)
        )
        .order_by("bloc__province__sort_key", "bloc__sort_key", "-year")
    )


def blocs_for(user: User, at: datetime) -> QuerySet[Bloc]:
    """Blocs with at least one cycle a person may see, and all blocs of an office one holds."""
    mine = _appointments(user, today(at))
    return (
        Bloc.objects.select_related("province")
        .filter(
            Q(pk__in=cycles_for(user, at).order_by().values("bloc"))
            | Q(province__in=mine.filter(unit=None).values("province"))
        )
        .order_by("province__sort_key", "sort_key")
    )


def units_for(user: User, at: datetime) -> QuerySet[Unit]:
    """Units of the provinces a person has to do with: their names are no secret there."""
    return Unit.objects.filter(province__in=provinces_for(user, at)).order_by("province", "sort_key")


def members_of(cycle: Cycle) -> QuerySet[Membership]:
    """The member units of a cycle in the order of the bloc."""
    return (
        Membership.objects.filter(cycle=cycle, left_on=None)
        .select_related("unit")
        .order_by("position", "unit__sort_key", "pk")
    )


def terms_of(cycle: Cycle) -> QuerySet[Term]:
    """Open terms of a cycle, chair first."""
    return Term.objects.filter(cycle=cycle, to_on=None).select_related("unit").order_by("office", "pk")


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


def in_bloc_order(cycle: Cycle, units: Iterable[Unit]) -> list[Unit]:
    """Units in the order they have in the bloc; newcomers after them, by name."""
    places = dict(Membership.objects.filter(cycle=cycle).values_list("unit_id", "position"))
    return sorted(units, key=lambda unit: (places.get(unit.pk, len(places) + 1), unit.sort_key))


def past_terms_of(cycle: Cycle) -> QuerySet[Term]:
    """Terms of a cycle that have ended, the latest first."""
    return (
        Term.objects.filter(cycle=cycle, to_on__isnull=False).select_related("unit").order_by("-to_on", "pk")
    )


def cycles_with_offices(user: User, at: datetime) -> QuerySet[Cycle]:
    """Cycles a person may see, with their chairs loaded, the newest first."""
    chairs = Prefetch(
        "terms",
        Term.objects.filter(to_on=None).select_related("unit").order_by("office", "pk"),
        to_attr="open_terms",
    )
    return cycles_for(user, at).prefetch_related(chairs).order_by("-year")


def handovers_of(cycle: Cycle) -> QuerySet[Handover]:
    return Handover.objects.filter(from_term__cycle=cycle).select_related(
        "from_term__unit", "to_term__unit", "to_term__cycle", "given_by", "received_by"
    )


def handover_of(cycle: Cycle) -> Handover | None:
    return handovers_of(cycle).first()


def next_cycle_of(cycle: Cycle) -> Cycle | None:
    """The same bloc's following year, when it has been opened."""
    return (
        Cycle.objects.filter(bloc=cycle.bloc_id, year=cycle.year + 1).select_related("bloc__province").first()
    )


def due_on(cycle: Cycle, kind: MilestoneKind) -> date | None:
    """The bloc's own date for something, else the province's date of that year."""
    own = Milestone.objects.filter(cycle=cycle, kind=kind).values_list("due_on", flat=True).first()
    if own:
        return own
    return (
        Deadline.objects.filter(province=cycle.bloc.province_id, year=cycle.year, kind=kind)
        .values_list("due_on", flat=True)
        .first()
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


# The provincial desk


DESK_ROLES = (*READING_ROLES, Role.ADMIN)


def desks_for(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces whose desk a person works at or may read."""
    mine = _appointments(user, today(at)).filter(role__in=DESK_ROLES)
    return Province.objects.filter(
        Q(pk__in=mine.values("province")) | Exists(mine.filter(role=Role.ADMIN, province=None))
    ).order_by("sort_key")


def blocs_of(province: Province) -> QuerySet[Bloc]:
    return Bloc.objects.filter(province=province).select_related("province").order_by("sort_key", "pk")


def officers_of(province: Province, on: date) -> QuerySet[User]:
    holders = Appointment.objects.on(on).filter(role=Role.PROVINCE_OFFICER, province=province)
    return User.objects.filter(pk__in=holders.values("user")).order_by("sort_key")


def assignments_of(province: Province, on: date) -> QuerySet[BlocAssignment]:
    return (
        BlocAssignment.objects.on(on)
        .filter(bloc__province=province)
        .select_related("officer", "bloc")
        .order_by("bloc__sort_key", "officer__sort_key")
    )


def desk_rows(province: Province) -> QuerySet[Cycle]:
    """The years of all blocs with their members and chairs, the newest first; three queries whatever the rows."""
    return (
        Cycle.objects.filter(bloc__province=province)
        .select_related("bloc__province")
        .prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.filter(left_on=None).select_related("unit").order_by("position"),
            ),
            Prefetch(
                "terms",
                Term.objects.filter(to_on=None).select_related("unit").order_by("office"),
                to_attr="open_terms",
            ),
        )
        .order_by("-year", "bloc__sort_key", "pk")
    )


def province_panels_of(who: Standing, province: Province) -> list[Panel]:
    """The sheets that the apps lay on the provincial desk."""
    return [panel for source in sources("PROVINCE_PANELS") if (panel := source(who, province))]


# Administration


def administered_by(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces whose directory a person keeps or audits."""
    mine = _appointments(user, today(at)).filter(role__in=(Role.ADMIN, Role.PROVINCE_HEAD, Role.AUDITOR))
    return Province.objects.filter(
        Q(pk__in=mine.values("province")) | Exists(mine.filter(role=Role.ADMIN, province=None))
    ).order_by("sort_key")


def with_counts(provinces: QuerySet[Province]) -> QuerySet[Province]:
    return provinces.annotate(
        unit_count=Count("units", distinct=True), bloc_count=Count("blocs", distinct=True)
    )


def all_units_of(province: Province) -> QuerySet[Unit]:
    return Unit.objects.filter(province=province).select_related("province").order_by("sort_key", "pk")


def appointments_in(province: Province) -> QuerySet[Appointment]:
    return Appointment.objects.filter(Q(province=province) | Q(unit__province=province))


def people_of(province: Province, words: str = "") -> QuerySet[User]:
    """People with a role in the province, now or once."""
    people = User.objects.filter(pk__in=appointments_in(province).values("user"))
    if key := search_key(words):
        people = people.filter(Q(search_key__contains=key) | Q(username__icontains=words.strip()))
    current = appointments_in(province).filter(to_on=None).select_related("unit").order_by("pk")
    return people.prefetch_related(Prefetch("appointments", current, to_attr="current")).order_by(
        "sort_key", "pk"
    )


def appointments_of(user: User, province: Province) -> QuerySet[Appointment]:
    return appointments_in(province).filter(user=user).select_related("unit").order_by("-from_on", "pk")


def audit_events_of(province: Province, words: str = "") -> QuerySet[Events]:
    """What people of a province wrote, the latest first; ballots leave no event."""
    writers = [str(pk) for pk in people_of(province).order_by().values_list("pk", flat=True)]
    events = Events.objects.filter(pgh_context__by__in=[int(pk) for pk in writers])
    if words.strip():
        events = events.filter(
            Q(pgh_context__verb__icontains=words.strip()) | Q(pgh_context__by_name__icontains=words.strip())
        )
    return events.order_by("-pgh_created_at", "-pgh_slug")


def audit_rows(events: Iterable[Events]) -> list[dict[str, Any]]:
    """Events as lines that a person can read."""
    return [
        {
            "at": event.pgh_created_at,
            "by": (event.pgh_context or {}).get("by_name", ""),
            "verb": (event.pgh_context or {}).get("verb", ""),
            "reason": (event.pgh_context or {}).get("reason", ""),
            "what": _model_name(event.pgh_obj_model),
            "row": event.pgh_obj_id,
            "label": {"insert": "thêm", "update": "sửa", "delete": "xóa"}.get(
                event.pgh_label, event.pgh_label
            ),
            "changes": event.pgh_diff or {},
        }
        for event in events
    ]


def _model_name(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


# The site as a whole


def hits_for(user: User, words: str, at: datetime) -> list[Hit]:
    """What every app finds, grouped by kind in the order of the sources."""
    return [hit for source in sources("SEARCH_SOURCES") for hit in source(user, words, at)]


LATE_TASK = timedelta(minutes=15)


def health_faults(at: datetime) -> list[str]:
    """What is wrong with this installation now, in English words for a monitor."""
    executor = MigrationExecutor(connection)
    faults = []
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        faults.append("migrations are not applied")
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, enqueued_at__lt=at - LATE_TASK)
    if waiting.exists():
        faults.append("tasks are overdue: is the worker running?")
    return faults


@cache
def sources(setting: str) -> tuple[Callable[..., Any], ...]:
    """The functions that a settings table of dotted paths names."""
    return tuple(import_string(path) for path in getattr(settings, setting))


@cache
def gates_of(phase: Phase) -> tuple[Callable[[Cycle], Check], ...]:
    """The gates in front of a phase."""
    return tuple(import_string(path) for path in settings.PHASE_GATES.get(phase, ()))


def checks_for(cycle: Cycle, phase: Phase) -> list[Check]:
    """What should hold before a cycle enters a phase."""
    return [gate(cycle) for gate in gates_of(phase)]


def handover_todos_for(user: User, at: datetime) -> list[Todo]:
    """Handovers that wait for this person's confirmation."""
    mine = _appointments(user, today(at)).filter(role__in=HEAD_ROLES).values("unit")
    waiting = Handover.objects.filter(
        Q(given_at=None, from_term__unit__in=mine)
        | Q(given_at__isnull=False, received_at=None, to_term__unit__in=mine)
    ).select_related("from_term__cycle__bloc__province")
    return [
        Todo(
            text="Xác nhận bàn giao Khối trưởng"
            if h.given_at is None
            else "Xác nhận nhận bàn giao Khối trưởng",
            url=reverse("handover", args=h.from_term.cycle.slugs),
            where=str(h.from_term.cycle),
        )
        for h in waiting
    ]


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Blocs and units whose names hold the words, marks or not."""
    key = search_key(words)
    if not key:
        return []
    found = blocs_for(user, at).filter(search_key__contains=key)[:20]
    blocs = [Hit(str(bloc), bloc.get_absolute_url(), "Khối thi đua", str(bloc.province)) for bloc in found]
    cycles = cycles_for(user, at).filter(
        Q(memberships__unit__search_key__contains=key) | Q(memberships__unit__short_search_key__contains=key)
    )
    members = Membership.objects.filter(
        Q(unit__search_key__contains=key) | Q(unit__short_search_key__contains=key),
        cycle__in=cycles.order_by().values("pk"),
    ).select_related("unit", "cycle__bloc__province")
    units = [
        Hit(str(m.unit), m.cycle.get_absolute_url(), "Đơn vị", str(m.cycle))
        for m in members.order_by("unit__sort_key", "-cycle__year")[:20]
    ]
    return blocs + units


def violations() -> list[str]:
    """What must hold of blocs and years and does not."""
    without_chair = Cycle.objects.exclude(phase__in=(Phase.PREPARING, Phase.CLOSED)).exclude(
        Exists(Term.objects.filter(cycle=OuterRef("pk"), office=Office.CHAIR, to_on=None))
    )
    outsiders = Term.objects.filter(to_on=None).exclude(
        Exists(Membership.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("unit")))
    )
    return [f"Năm thi đua {cycle.pk} ({cycle.phase}) không có Khối trưởng." for cycle in without_chair] + [
        f"Nhiệm kỳ {term.pk} thuộc đơn vị không phải thành viên của khối." for term in outsiders
    ]


def todos_for(user: User, at: datetime) -> list[Todo]:
    """What a person has to do now, over all apps; the soonest due first."""
    found = [todo for source in sources("TODO_SOURCES") for todo in source(user, at)]
    return sorted(
        found,
        key=lambda todo: (
            todo.due_on is None,
            todo.due_on or date.max,
            todo.where,
            todo.text,
        ),
    )


def panels_of(who: Standing, cycle: Cycle) -> list[Panel]:
    """The sheets that the apps lay on the cycle page."""
    return [panel for source in sources("CYCLE_PANELS") if (panel := source(who, cycle))]
