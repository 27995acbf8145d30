"""The directory of a province as a workbook holds it: what stands, and lines that say how it should stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from blocs.enums import Phase
from blocs.models import Appointment, Bloc, Cycle, Membership, Province, Term, Unit
from blocs.queries.directory import all_units_of, people_of
from config.kit.books import Fault


@dataclass(frozen=True)
class Line:
    """One row of a sheet: what it says by field, and the cell where each stands. Nothing said, nothing held."""

    sheet: str
    number: int
    values: Mapping[str, Any]
    cells: Mapping[str, str]

    def said(self, name: str) -> Any:
        return self.values.get(name)

    def fault(self, name: str, sentence: str) -> Fault:
        return Fault(self.sheet, self.cells.get(name, f"A{self.number}"), sentence)


@dataclass(frozen=True)
class Lines:
    """The rows of the four sheets."""

    units: tuple[Line, ...] = ()
    blocs: tuple[Line, ...] = ()
    members: tuple[Line, ...] = ()
    people: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Option:
    """One answer to a question: that thing, or another one."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """A name that is nearly one that is there: is it the same?"""

    name: str
    line: Line
    sentence: str
    options: tuple[Option, ...]
    answer: str = ""

    @property
    def where(self) -> str:
        return f"trang “{self.line.sheet}”, dòng {self.line.number}"


@dataclass(frozen=True)
class Roster:
    """The directory of a province as it stands."""

    province: Province
    units: tuple[Unit, ...]
    blocs: tuple[Bloc, ...]
    people: tuple[User, ...]
    cycles: tuple[Cycle, ...]
    usernames: frozenset[str]

    def living(self, on: date) -> list[Unit]:
        return [unit for unit in self.units if not unit.dissolved_on or unit.dissolved_on > on]

    def running(self) -> list[Cycle]:
        return [cycle for cycle in self.cycles if cycle.phase != Phase.CLOSED]


def roster_of(province: Province) -> Roster:
    """Everything at once, in a handful of queries whatever the size. People carry `current`, their open roles;
    cycles carry `standing`, their members in order, and `open_terms`."""
    members = Membership.objects.filter(left_on=None).select_related("unit").order_by("position", "pk")
    terms = Term.objects.filter(to_on=None).select_related("unit").order_by("pk")
    cycles = (
        Cycle.objects.filter(bloc__province=province)
        .select_related("bloc__province")
        .prefetch_related(Prefetch("memberships", members, to_attr="standing"))
        .prefetch_related(Prefetch("terms", terms, to_attr="open_terms"))
        .order_by("bloc__sort_key", "bloc", "year")
    )
    return Roster(
        province=province,
        units=tuple(all_units_of(province)),
        blocs=tuple(Bloc.objects.filter(province=province).order_by("sort_key", "pk")),
        people=tuple(people_of(province)),
        cycles=tuple(cycles),
        usernames=frozenset(name.lower() for name in User.objects.values_list("username", flat=True)),
    )


@dataclass(eq=False)
class Found:
    """A line beside the row it speaks of: none yet, or one that stands. `fields` make it, `changes` mend it."""

    line: Line | None
    row: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    # New only as long as nobody has said that it is one with what stands.
    is_doubtful: bool = False

    @property
    def is_new(self) -> bool:
        return bool(self.fields)

    def now(self, name: str) -> Any:
        """What the field will hold when all is written."""
        if self.is_new:
            return self.fields[name]
        return self.changes.get(name, getattr(self.row, name))

    def differs(self, *names: str) -> None:
        """Keep what the line says otherwise than the row; an empty cell says nothing."""
        for name in names:
            value, was = self.line.said(name), getattr(self.row, name)
            if value is not None and value != was:
                self.changes[name], self.before[name] = value, was


@dataclass(frozen=True)
class Role:
    """A role that a line gives: to whom, which, in what unit."""

    line: Line
    person: Found
    role: str
    unit: Found | None
    from_on: date
    title: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Office:
    """A chair or vice-chair that a line names."""

    line: Line
    office: str
    unit: Found
    from_on: date
    basis: str


@dataclass(eq=False)
class Year:
    """A bloc's year: the members that the lines name, in order, and its offices."""

    line: Line
    bloc: Found
    year: int
    cycle: Cycle | None
    units: list[Found] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    is_changed: bool = True

    def leaving(self) -> list[Unit]:
        """Members that the lines no longer name."""
        named = {unit.row.pk for unit in self.units if unit.row is not None}
        return [one.unit for one in self.cycle.standing if one.unit_id not in named] if self.cycle else []


@dataclass
class Plan:
    """What a workbook would do, what it asks, and what is wrong with it."""

    units: list[Found] = field(default_factory=list)
    blocs: list[Found] = field(default_factory=list)
    people: list[Found] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    held_roles: int = 0
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def unanswered(self) -> list[Question]:
        return [one for one in self.questions if not one.answer]


def holds(user: User, role: str, unit: Unit | None) -> Appointment | None:
    """The open role of that kind which a person of the roster holds there."""
    wanted = unit.pk if unit else None
    return next((one for one in user.current if one.role == role and one.unit_id == wanted), None)
