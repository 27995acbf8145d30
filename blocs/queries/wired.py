"""What the apps above answer through the tables of dotted paths in settings: one loop each."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from blocs.enums import Office, Phase, Role
from blocs.models import Appointment, Cycle, Province, Term
from blocs.queries.standing import HEAD_ROLES, Standing, today
from blocs.rules import PROVINCE_MOVES_FROM, Check, Hit, MemberNote, Panel, Todo, next_phase
from config.kit.text import sort_key

# Who leads a bloc for its chair unit, and words for whose turn it is that mean them.
LEADING_ROLES = (Role.UNIT_OFFICER, *HEAD_ROLES)
CHAIRS_TURN = ("Khối trưởng", "Thư ký, chủ tọa", "Hội nghị của khối")


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


def next_step_todos_for(user: User, at: datetime) -> list[Todo]:
    """For who leads a year: what keeps it from its next step and is the chair's to bring, then the step itself.

    The same statements that grey the step on the page of the year; as many queries as its gates ask.
    """
    serving = Appointment.objects.on(today(at)).filter(user=user, role__in=LEADING_ROLES).values("unit")
    led = (
        Term.objects.on(today(at))
        .filter(office=Office.CHAIR, unit__in=serving)
        .exclude(cycle__phase=Phase.CLOSED)
        .select_related("cycle__bloc__province")
        .order_by("cycle__year", "pk")
    )
    return [todo for term in led for todo in _next_steps(term.cycle)]


def _next_steps(cycle: Cycle) -> list[Todo]:
    current = Phase(cycle.phase)
    to = next_phase(current)
    checks = [check for check in checks_for(cycle, to) if check.missing]
    leading = (*CHAIRS_TURN, cycle.bloc.province.chair_word)
    own = [check for check in checks if any(word in check.turn for word in leading)]
    page, where = cycle.get_absolute_url(), str(cycle)
    if own:
        return [Todo(_in_short(check), check.url or page, where, check.due_on) for check in own]
    if any(check.is_hard for check in checks) or current in PROVINCE_MOVES_FROM | {Phase.EXECUTING}:
        # Others have to bring it, the province moves the year, or the year simply runs.
        return []
    return [Todo(f"Chuyển năm thi đua sang “{to.label}”", page, where)]


def _in_short(check: Check) -> str:
    rest = len(check.missing) - 1
    return check.missing[0] + (f" Và {rest} việc khác." if rest else "")


def todos_for(user: User, at: datetime) -> list[Todo]:
    """What a person has to do now, over all apps; the soonest due first."""
    found = [todo for source in sources("TODO_SOURCES") for todo in source(user, at)]
    return sorted(
        found, key=lambda todo: (todo.due_on or date.max, sort_key(todo.where), sort_key(todo.text))
    )


def panels_of(who: Standing, cycle: Cycle) -> list[Panel]:
    """The sheets that the apps lay on the cycle page."""
    return [panel for source in sources("CYCLE_PANELS") if (panel := source(who, cycle))]


def province_panels_of(who: Standing, province: Province) -> list[Panel]:
    """The sheets that the apps lay on the provincial desk."""
    return [panel for source in sources("PROVINCE_PANELS") if (panel := source(who, province))]


def member_notes_of(province: Province, year: int, at: datetime) -> dict[tuple[int, int], list[MemberNote]]:
    """What the apps say of each member of each cycle in a year, by (cycle, unit)."""
    notes: dict[tuple[int, int], list[MemberNote]] = {}
    for source in sources("MEMBER_NOTES"):
        found: Mapping[tuple[int, int], MemberNote] = source(province, year, at)
        for place, note in found.items():
            notes.setdefault(place, []).append(note)
    return notes


def hits_for(user: User, words: str, at: datetime) -> list[Hit]:
    """What every app finds, in the order of the sources."""
    return [hit for source in sources("SEARCH_SOURCES") for hit in source(user, words, at)]


def all_violations() -> list[str]:
    """What must hold in the whole database and does not."""
    return [sentence for source in sources("INVARIANTS") for sentence in source()]


def audit_verbs() -> dict[str, str]:
    """The verbs of the journal in the words of officials."""
    verbs: dict[str, str] = {}
    for table in sources("AUDIT_VERBS"):
        verbs.update(table)
    return verbs
