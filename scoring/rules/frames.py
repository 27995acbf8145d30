"""A frame (thang bảng điểm) as the checker reads it: its rows, what they add up to, and what may be found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.enums import CriterionKind, GroupNature
from scoring.rules.grades import Grade
from scoring.rules.kinds import Rule
from scoring.rules.numbers import RoundingTable, exact_sum
from scoring.rules.ranking import TieStep


class FindingCode(StrEnum):
    """What sort of fault it is."""

    DUPLICATE_CODE = "duplicate_code"
    MISSING_PARENT = "missing_parent"
    LEAF_WITH_CHILDREN = "leaf_with_children"
    EMPTY_GROUP = "empty_group"
    SUM_DIFFERS = "sum_differs"
    SCALE_DIFFERS = "scale_differs"
    FIGURES_DIFFER = "figures_differ"
    BANDS_GAP = "bands_gap"
    BANDS_OVERLAP = "bands_overlap"
    UNDEFINED_REFERENCE = "undefined_reference"
    UNREACHABLE_GRADE = "unreachable_grade"
    SAME_MATTER = "same_matter"
    OFF_STEP = "off_step"


@dataclass(frozen=True)
class Finding:
    """One fault, where it is (a code, empty for the whole frame), and what to do, as a sentence."""

    code: FindingCode
    criterion: str
    sentence: str


@dataclass(frozen=True)
class FrameRow:
    """One row of a frame: a group has neither kind nor rule. `max_points` is a magnitude."""

    code: str
    parent: str
    title: str
    max_points: Decimal
    nature: GroupNature = GroupNature.NORMAL
    kind: CriterionKind | None = None
    rule: Rule | None = None
    wording: str = ""


@dataclass(frozen=True)
class Frame:
    """All rows with the guidance's figures that bind them; `thresholds` are the named ones it defines."""

    rows: tuple[FrameRow, ...]
    scale: Decimal
    bonus_cap: Decimal | None = None
    deduction_cap: Decimal | None = None
    grades: tuple[Grade, ...] = ()
    tie_chain: tuple[TieStep, ...] = ()
    rounding: RoundingTable | None = None
    thresholds: frozenset[str] = frozenset()


def natures_of(rows: Sequence[FrameRow]) -> dict[str, GroupNature]:
    """The nature that holds for each row: its own, or that of the nearest ancestor that has one."""
    by_code = {row.code: row for row in rows}
    natures = {}
    for row in rows:
        seen: set[str] = set()
        at: FrameRow | None = row
        while at is not None and at.nature == GroupNature.NORMAL and at.code not in seen:
            seen.add(at.code)
            at = by_code.get(at.parent)
        natures[row.code] = at.nature if at is not None else GroupNature.NORMAL
    return natures


@dataclass(frozen=True)
class GroupSum:
    """What the rows of a group add up to, against its cap; `fits` as the checker sees it."""

    total: Decimal
    cap: Decimal
    fits: bool


def sums_of(frame: Frame) -> dict[str, GroupSum]:
    """Sum and cap of every group that has rows, by code."""
    natures = natures_of(frame.rows)
    found = {}
    for row in frame.rows:
        children = children_in(frame, row.code)
        if children:
            total = exact_sum(child.max_points for child in children if _adds_maximum(child, row, natures))
            is_normal = natures[row.code] == GroupNature.NORMAL
            fits = total == row.max_points if is_normal else total >= row.max_points
            found[row.code] = GroupSum(total, row.max_points, fits)
    return found


def limits_of(frame: Frame) -> dict[GroupNature, GroupSum]:
    """What the contents of the first level add up to, nature by nature, against the guidance's figures."""
    natures = natures_of(frame.rows)
    limits = {
        GroupNature.NORMAL: frame.scale,
        GroupNature.BONUS: frame.bonus_cap,
        GroupNature.DEDUCTION: frame.deduction_cap,
    }
    found = {}
    for nature, limit in limits.items():
        total = exact_sum(
            row.max_points for row in frame.rows if not row.parent and natures[row.code] == nature
        )
        if limit is not None:
            found[nature] = GroupSum(total, limit, total == limit)
    return found


def children_in(frame: Frame, code: str) -> list[FrameRow]:
    return [row for row in frame.rows if row.parent == code]


def _adds_maximum(child: FrameRow, parent: FrameRow, natures: dict[str, GroupNature]) -> bool:
    """A bonus or a deduction inside a normal group adds nothing to its maximum."""
    if natures[parent.code] != GroupNature.NORMAL:
        return True
    return natures[child.code] == GroupNature.NORMAL and child.kind not in (
        CriterionKind.BONUS,
        CriterionKind.DEDUCTION,
    )
