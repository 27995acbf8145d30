"""The year as tables: which moves are legal, who makes them, what may be done when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from blocs.enums import Phase

# Every legal pair (DESIGN §7): forwards one step; backwards with a reason.
MOVES: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.PREPARING: (Phase.LAUNCHING,),
    Phase.LAUNCHING: (Phase.EXECUTING, Phase.PREPARING),
    Phase.EXECUTING: (Phase.SELF_SCORING, Phase.LAUNCHING),
    Phase.SELF_SCORING: (Phase.VERIFYING, Phase.EXECUTING),
    Phase.VERIFYING: (Phase.REVIEWING, Phase.SELF_SCORING),
    Phase.REVIEWING: (Phase.SUBMITTED, Phase.VERIFYING),
    Phase.SUBMITTED: (Phase.APPRAISING, Phase.REVIEWING),
    Phase.APPRAISING: (Phase.DECIDED, Phase.REVIEWING),  # tỉnh trả lại để bình xét lại
    Phase.DECIDED: (Phase.CLOSED, Phase.APPRAISING),
    Phase.CLOSED: (),
}
ORDER: tuple[Phase, ...] = tuple(MOVES)

# From here on the dossier is with the province, which then moves the year.
PROVINCE_MOVES_FROM = frozenset({Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED})

# The year as officials name it, five groups of steps (DOMAIN §9).
GROUPS: tuple[tuple[str, tuple[Phase, ...]], ...] = (
    ("Phát động, ký giao ước", (Phase.PREPARING, Phase.LAUNCHING)),
    ("Sơ kết", (Phase.EXECUTING,)),
    ("Chấm điểm", (Phase.SELF_SCORING, Phase.VERIFYING)),
    ("Bình xét", (Phase.REVIEWING,)),
    (
        "Trình khen thưởng",
        (Phase.SUBMITTED, Phase.APPRAISING, Phase.DECIDED, Phase.CLOSED),
    ),
)

OPEN = frozenset(ORDER) - {Phase.CLOSED}

OPEN_IN: Mapping[str, frozenset[Phase]] = {
    "change_members": frozenset({Phase.PREPARING, Phase.LAUNCHING, Phase.EXECUTING}),
    "change_terms": OPEN,
    "set_milestone": OPEN,
    # The next year exists before this year's vote (DOMAIN §9).
    "open_next_cycle": frozenset(
        {
            Phase.VERIFYING,
            Phase.REVIEWING,
            Phase.SUBMITTED,
            Phase.APPRAISING,
            Phase.DECIDED,
            Phase.CLOSED,
        }
    ),
    "hand_over": OPEN,
}


@dataclass(frozen=True)
class Check:
    """A claim that should hold before a phase is entered, with what is missing and whose turn it is.

    A hard check is never passed; a soft one is passed with a recorded reason.
    """

    claim: str
    missing: tuple[str, ...] = ()
    turn: str = ""
    is_hard: bool = True
    url: str = ""
    due_on: date | None = None

    @property
    def holds(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Todo:
    """Something that one person has to do now."""

    text: str
    url: str
    where: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Panel:
    """An app's sheet on the cycle page, drawn by its own template."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    is_wide: bool = True


@dataclass(frozen=True)
class ArchiveItem:
    """One file of a cycle's archive; rendered only when the archive is built."""

    path: str
    render: Callable[[], bytes]


@dataclass(frozen=True)
class Hit:
    """One finding of the search page."""

    title: str
    url: str
    kind: str
    where: str = ""


def is_backward(current: Phase, to: Phase) -> bool:
    """Tell whether a move goes back towards the beginning of the year."""
    return ORDER.index(to) < ORDER.index(current)


def next_phase(current: Phase) -> Phase | None:
    """The step that follows, or None at the end of the year."""
    return next((to for to in MOVES[current] if not is_backward(current, to)), None)


def previous_phases(current: Phase) -> tuple[Phase, ...]:
    """The steps to which a year may be sent back."""
    return tuple(to for to in MOVES[current] if is_backward(current, to))


def reached(current: Phase, phase: Phase) -> bool:
    """Tell whether `current` is at or past `phase`."""
    return ORDER.index(current) >= ORDER.index(phase)


def year_line(current: Phase) -> list[dict[str, Any]]:
    """The stepper: groups of steps, each done, now or todo."""
    place = ORDER.index(current)

    def state(phase: Phase) -> Literal["done", "now", "todo"]:
        at = ORDER.index(phase)
        if at == place:
            return "now"
        return "done" if at < place else "todo"

    return [
        {
            "label": label,
            "steps": [{"label": Phase(p).label, "state": state(p)} for p in phases],
        }
        for label, phases in GROUPS
    ]


def phases_in_words(phases: frozenset[Phase]) -> str:
    """“Bình xét, Trình tỉnh”: the phases in the order of the year."""
    return ", ".join(f"“{Phase(phase).label}”" for phase in ORDER if phase in phases)


def outside_window(action: str, phase: str, table: Mapping[str, frozenset[Phase]]) -> list[str]:
    """Reasons why `action` is closed in `phase`, by an app's ACTION → phases table."""
    if phase in table[action]:
        return []
    if phase == Phase.CLOSED:
        return ["Năm thi đua này đã kết thúc và được khóa. Hãy làm việc ở năm đang mở."]
    return [
        f"Việc này làm ở giai đoạn {phases_in_words(table[action])}; "
        f"năm thi đua đang ở giai đoạn “{Phase(phase).label}”."
    ]


def diagram(moves: Mapping[Phase, Sequence[Phase]] = MOVES) -> str:
    """The phases as a Mermaid state diagram, drawn from the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {ORDER[0]}"]
    for source, targets in moves.items():
        for target in targets:
            note = " : có lý do" if is_backward(source, target) else ""
            lines.append(f"    {source} --> {target}{note}")
    lines.append(f"    {ORDER[-1]} --> [*]")
    return "\n".join(lines) + "\n"
