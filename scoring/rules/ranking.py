"""Ranks with ties: an ordered chain of steps, each recorded, ending in a decision that people make and sign.

A tie is a state, never an order of rows: permuting the units changes nothing.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from config.kit.figures import percent_text, points_text
from config.kit.text import sort_key
from scoring.enums import RankNumbering, SanctionKind, TieStepKind
from scoring.rules.kinds import Sanction

Unit = Hashable

WORDS = (
    "Nhất", "Nhì", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười",
    "Mười một", "Mười hai", "Mười ba", "Mười bốn", "Mười lăm",
)  # fmt: skip


@dataclass(frozen=True)
class TieStep:
    """One step of the guidance's tie chain; the total always comes first and is not listed.

    `code` names the group or criterion; `at_least` is the share of women, in per cent, that is preferred.
    """

    kind: TieStepKind
    code: str = ""
    at_least: Decimal = Decimal(70)


@dataclass(frozen=True)
class Entry:
    """A unit in the ranking. `points` holds groups and criteria by code; None anywhere is an unknown figure.

    `not_ranked` is the reason why the unit stands at the foot (không xếp hạng); empty for a ranked unit.
    """

    unit: Unit
    name: str
    total: Decimal | None
    bonus: Decimal | None = None
    deduction: Decimal | None = None
    points: Mapping[str, Decimal | None] = field(default_factory=dict)
    women_share: Decimal | None = None
    not_ranked: str = ""
    sanctions: tuple[Sanction, ...] = ()


@dataclass(frozen=True)
class TieDecision:
    """A recorded human decision: the tied units in the order decided, and why."""

    order: tuple[Unit, ...]
    reason: str


@dataclass(frozen=True)
class StepRecord:
    """One step that was taken: between whom, and what came of it, as a sentence."""

    units: frozenset[Unit]
    step: str
    sentence: str
    separated: bool


@dataclass(frozen=True)
class Place:
    """A unit's place. `rank` is None for a unit not ranked; `ahead` is how many units stand before it."""

    unit: Unit
    rank: int | None
    ahead: int = 0
    is_tied: bool = False
    reason: str = ""

    @property
    def word(self) -> str:
        """“Nhất”, “đồng hạng Nhì”, “—”."""
        return rank_word(self.rank, is_tied=self.is_tied)


@dataclass(frozen=True)
class Tie:
    """Units that no step could separate: places `first` to `last`, waiting for a decision."""

    units: frozenset[Unit]
    first: int
    last: int


@dataclass(frozen=True)
class Ranking:
    """Places by unit, the ties that are left, and every step taken."""

    places: Mapping[Unit, Place]
    ties: tuple[Tie, ...]
    steps: tuple[StepRecord, ...]


def rank_word(rank: int | None, *, is_tied: bool = False) -> str:
    """A rank in words; “—” without rank."""
    if rank is None:
        return "—"
    word = WORDS[rank - 1] if rank <= len(WORDS) else f"thứ {rank}"
    return f"đồng hạng {word}" if is_tied else word


def rank_units(
    entries: Sequence[Entry],
    chain: Sequence[TieStep] = (),
    numbering: RankNumbering = RankNumbering.SKIP,
    decisions: Sequence[TieDecision] = (),
) -> Ranking:
    """Rank the units, best total first; ties go through the chain, then through recorded decisions.

    A unit without a total cannot be ranked and says why. Within a tie the order of `places` is by name only.
    """
    reasons = {entry.unit: not_ranked_reason(entry) for entry in entries}
    ranked = sorted(
        (entry for entry in entries if not reasons[entry.unit]), key=lambda entry: sort_key(entry.name)
    )
    steps: list[StepRecord] = []
    groups: list[list[Entry]] = []
    for same_total in _split(ranked, lambda entry: entry.total):
        groups += _broken(same_total, list(chain), decisions, steps)
    places: dict[Unit, Place] = {}
    ties: list[Tie] = []
    ahead = 0
    for index, group in enumerate(groups):
        rank = ahead + 1 if numbering == RankNumbering.SKIP else index + 1
        is_tied = len(group) > 1
        places.update({entry.unit: Place(entry.unit, rank, ahead, is_tied) for entry in group})
        if is_tied:
            ties.append(Tie(frozenset(entry.unit for entry in group), ahead + 1, ahead + len(group)))
        ahead += len(group)
    foot = sorted((entry for entry in entries if reasons[entry.unit]), key=lambda entry: sort_key(entry.name))
    places.update({entry.unit: Place(entry.unit, None, ahead, reason=reasons[entry.unit]) for entry in foot})
    return Ranking(places, tuple(ties), tuple(steps))


def ties_touching(ranking: Ranking, cut: int) -> tuple[Tie, ...]:
    """The ties that stand across a cut: the first `cut` places cannot be named until these are decided."""
    return tuple(tie for tie in ranking.ties if tie.first <= cut < tie.last)


def not_ranked_reason(entry: Entry) -> str:
    """Why a unit stands at the foot; empty when it is ranked."""
    if entry.not_ranked:
        return entry.not_ranked
    if any(sanction.kind == SanctionKind.NOT_RANKED for sanction in entry.sanctions):
        return "Không xếp hạng theo chế tài của hướng dẫn."
    return "Chưa có tổng điểm." if entry.total is None else ""


def _split(entries: Sequence[Entry], figure: Callable[[Entry], Decimal]) -> list[list[Entry]]:
    """Group by a figure, highest first; inside a group the order is kept."""
    figures = sorted({figure(entry) for entry in entries}, reverse=True)
    return [[entry for entry in entries if figure(entry) == one] for one in figures]


def _figure(step: TieStep, entry: Entry) -> Decimal | None:
    """The figure that a step compares, higher is better; None when unknown."""
    if step.kind == TieStepKind.BONUS:
        return entry.bonus
    if step.kind == TieStepKind.DEDUCTION:
        return entry.deduction
    if step.kind == TieStepKind.CRITERION:
        return entry.points.get(step.code)
    return None if entry.women_share is None else Decimal(entry.women_share >= step.at_least)


def step_name(step: TieStep) -> str:
    """“Điểm của nhóm hoặc tiêu chí cao hơn (V)”, “Tỷ lệ nữ đạt mức ưu tiên (từ 70%)”."""
    if step.kind == TieStepKind.CRITERION:
        return f"{step.kind.label} ({step.code})"
    if step.kind == TieStepKind.WOMEN_SHARE:
        return f"{step.kind.label} (từ {percent_text(step.at_least)})"
    return step.kind.label


def _shown(step: TieStep, entry: Entry) -> str:
    if step.kind == TieStepKind.WOMEN_SHARE:
        return f"{entry.name} {percent_text(entry.women_share)}"
    return f"{entry.name} {points_text(_figure(step, entry))}"


def _broken(
    tied: list[Entry], chain: list[TieStep], decisions: Sequence[TieDecision], steps: list[StepRecord]
) -> list[list[Entry]]:
    """Take equal units through the rest of the chain, recording each step."""
    if len(tied) == 1:
        return [tied]
    units = frozenset(entry.unit for entry in tied)
    if not chain:
        return _decided(tied, units, decisions, steps)
    step, rest = chain[0], chain[1:]
    unknown = [entry.name for entry in tied if _figure(step, entry) is None]
    if unknown:
        # A step that cannot be taken is not skipped: a later step might then contradict it.
        sentence = f"{step_name(step)}: thiếu số liệu của {', '.join(unknown)} nên không xét được."
        steps.append(StepRecord(units, step_name(step), sentence, separated=False))
        return _decided(tied, units, decisions, steps)
    groups = _split(tied, lambda entry: _figure(step, entry))
    figures = "; ".join(_shown(step, entry) for group in groups for entry in group)
    outcome = "phân định được" if len(groups) > 1 else "vẫn bằng nhau"
    steps.append(
        StepRecord(units, step_name(step), f"{step_name(step)}: {figures}: {outcome}.", len(groups) > 1)
    )
    return [part for group in groups for part in _broken(group, rest, decisions, steps)]


def _decided(
    tied: list[Entry], units: frozenset[Unit], decisions: Sequence[TieDecision], steps: list[StepRecord]
) -> list[list[Entry]]:
    """Apply the decision taken on exactly these units; without one they stay tied."""
    decision = next(
        (one for one in decisions if len(one.order) == len(units) and frozenset(one.order) == units), None
    )
    if decision is None:
        # Read before the meeting decides and on the adopted paper where it decided nothing else.
        sentence = f"{', '.join(entry.name for entry in tied)} vẫn bằng nhau: đồng hạng."
        steps.append(StepRecord(units, "Quyết định", sentence, separated=False))
        return [tied]
    by_unit = {entry.unit: entry for entry in tied}
    ordered = [by_unit[unit] for unit in decision.order]
    sentence = (
        f"Quyết định xếp {', '.join(entry.name for entry in ordered)}. Lý do: {decision.reason.rstrip('.')}."
    )
    steps.append(StepRecord(units, "Quyết định", sentence, separated=True))
    return [[entry] for entry in ordered]
