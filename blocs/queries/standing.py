"""Who a person is in a cycle or a province on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BigIntegerField, DateField, Q, QuerySet, Value

from accounts.models import User
from blocs.enums import Office, Phase, Role, Secrecy
from blocs.models import Appointment, BlocAssignment, Cycle, Membership, Province, Term
from blocs.rules import OPEN_FROM, READERS, READING_ROLES, SECOND_STEP_ROLES
from config.kit.prepared import prepared
from config.kit.reading import read_once
from config.kit.text import VIETNAM

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

    def reads(self, what: Secrecy, phase: str) -> bool:
        """May read what is kept from the bloc, in a phase of its year; of the own unit nobody does."""
        return phase in OPEN_FROM[what] or bool(self.province_roles & READERS[what])

    @property
    def reads_all(self) -> bool:
        """May read everything of the cycle that is not secret."""
        return bool(self.province_roles & frozenset(READING_ROLES))


def today(at: datetime) -> date:
    """The day in Vietnam at a moment."""
    return at.astimezone(VIETNAM).date()


class Tie(NamedTuple):
    """What ties people to a year: a role, an open term, a membership of one's unit, an assignment to the bloc.

    `place` is the province of a role and the cycle of a term; `left_on` the day a unit left.
    """

    kind: str
    place: int | None
    unit: int | None
    left_on: date | None


MEMBER, ASSIGNED = "member", "assigned"


@read_once
def ties_to(cycle: Cycle, user: User, day: date) -> list[Tie]:
    """A person's roles and what they mean in a year, and the terms of it and of the year before. One query."""
    rows = _ties(user.pk, day, cycle.pk, cycle.bloc_id, cycle.year, cycle.year - 1)
    return [Tie(*row) for row in rows]


@prepared
def _ties(user: int, day: date, cycle: int, bloc: int, year: int, year_before: int) -> QuerySet:
    never = Value(None, DateField())
    mine = appointments_on(user, day)
    terms = Term.objects.on(day).filter(cycle__bloc=bloc, cycle__year__in=(year, year_before))
    members = Membership.objects.filter(cycle=cycle, unit__in=mine.values("unit"))
    assigned = BlocAssignment.objects.on(day).filter(officer=user, bloc=bloc)
    # The members come first: from them the database learns the types of the columns.
    return members.values_list(Value(MEMBER), "cycle_id", "unit_id", "left_on").union(
        mine.values_list("role", "province_id", "unit_id", never),
        terms.values_list("office", "cycle_id", "unit_id", never),
        assigned.values_list(Value(ASSIGNED), "bloc_id", Value(None, BigIntegerField()), never),
        all=True,
    )


def standing_in(cycle: Cycle, user: User, at: datetime) -> Standing:
    """The offices `user` holds in a cycle; needs `cycle.bloc` loaded. One query, once a page."""
    day = today(at)
    ties = ties_to(cycle, user, day)
    held = [tie for tie in ties if tie.kind in Role.values and (tie.unit or _covers(tie, cycle))]
    chairs, vices = _offices_in(cycle, ties)
    is_assigned = any(tie.kind == ASSIGNED for tie in ties)
    return Standing(
        user=user,
        at=at,
        cycle_id=cycle.pk,
        members=frozenset(
            tie.unit for tie in ties if tie.kind == MEMBER and (tie.left_on is None or tie.left_on > day)
        ),
        chair_units=chairs,
        vice_units=vices,
        is_assigned_officer=is_assigned and any(tie.kind == Role.PROVINCE_OFFICER for tie in held),
        **_roles((tie.kind, tie.unit) for tie in held),
    )


def sees_cycle(cycle: Cycle, user: User, at: datetime) -> bool:
    """The same law as `cycles_for`, for a cycle that is already loaded."""
    ties = ties_to(cycle, user, today(at))
    return any(
        _is_member_still(tie, cycle, today(at))
        or (tie.kind in Role.values and tie.unit is None and _covers(tie, cycle))
        for tie in ties
    )


def _is_member_still(tie: Tie, cycle: Cycle, day: date) -> bool:
    """A unit that has left reads the year once it is closed, not while it goes on without it."""
    is_in = tie.left_on is None or tie.left_on > day or cycle.phase == Phase.CLOSED
    return tie.kind == MEMBER and is_in


def _covers(role: Tie, cycle: Cycle) -> bool:
    """Whether a role outside the units reaches a cycle: that of its province, or of the whole installation."""
    is_everywhere = role.kind == Role.ADMIN and role.place is None
    return is_everywhere or role.place == cycle.bloc.province_id


def standing_in_province(province: Province | None, user: User, at: datetime) -> Standing:
    """The offices `user` holds in a province (None: in the whole installation). One query."""
    place = Q(role=Role.ADMIN, province=None)
    if province is not None:
        place |= Q(unit__province=province) | Q(province=province)
    held = appointments_on(user, today(at)).filter(place)
    return Standing(user=user, at=at, **_roles(held.values_list("role", "unit_id")))


def appointments_on(user: User, day: date) -> QuerySet[Appointment]:
    """The roles a person holds on a day."""
    return Appointment.objects.on(day).filter(user=user)


def needs_second_step(user: User, at: datetime) -> bool:
    """Whether one of a person's roles asks for a second step of signing in."""
    return appointments_on(user, today(at)).filter(role__in=SECOND_STEP_ROLES).exists()


def _roles(held: Iterable[tuple[str, int | None]]) -> dict[str, frozenset]:
    """The sets of a standing, from roles with their units."""
    held = list(held)

    def units(*roles: str) -> frozenset[int]:
        return frozenset(unit for role, unit in held if role in roles)

    return {
        "officer_of": units(Role.UNIT_OFFICER),
        "head_of": units(*HEAD_ROLES),
        "clerk_of": units(Role.UNIT_CLERK),
        "province_roles": frozenset(role for role, unit in held if unit is None),
    }


def _offices_in(cycle: Cycle, ties: Iterable[Tie]) -> tuple[frozenset[int], frozenset[int]]:
    """Chair and vice-chair units. A year without a chair is kept by the chair before it."""
    terms = [tie for tie in ties if tie.kind in Office.values]
    own = [term for term in terms if term.place == cycle.pk]
    if not any(term.kind == Office.CHAIR for term in own):
        own = [term for term in terms if term.place != cycle.pk] or own
    return (
        frozenset(term.unit for term in own if term.kind == Office.CHAIR),
        frozenset(term.unit for term in own if term.kind == Office.VICE),
    )
