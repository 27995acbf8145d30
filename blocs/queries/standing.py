"""Who a person is in a cycle or a province on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from blocs.enums import Office, Role
from blocs.models import Appointment, BlocAssignment, Cycle, Membership, Province, Term
from config.kit.text import VIETNAM

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
        appointments_on(user, day)
        .filter(
            Q(unit__isnull=False) | Q(province=cycle.bloc.province_id) | Q(role=Role.ADMIN, province=None)
        )
        .annotate(
            is_member=Exists(
                Membership.objects.filter(
                    Q(left_on=None) | Q(left_on__gt=day), cycle=cycle, unit=OuterRef("unit")
                )
            ),
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
    appointments = list(appointments_on(user, today(at)).filter(place))
    return Standing(user=user, at=at, **_roles(appointments))


def appointments_on(user: User, day: date) -> QuerySet[Appointment]:
    """The roles a person holds on a day."""
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
