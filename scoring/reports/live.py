"""Sums of groups and totals as formulas, where the rules of the guidance are formulas too.

A figure that a formula would not give (a group lost by a sanction) stays a plain number: what is stored is printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from config.kit.live import Live, plain
from scoring.enums import CriterionKind, GroupNature, NaPolicy, RoundingMode
from scoring.models import Criterion
from scoring.queries import Board
from scoring.rules import Rounding, Total

ADDS_NO_MAXIMUM = (CriterionKind.BONUS, CriterionKind.DEDUCTION)
NORMAL, BONUS, DEDUCTION = GroupNature.NORMAL, GroupNature.BONUS, GroupNature.DEDUCTION
Figure = Decimal | None
# The cells of some rows as a formula names them: "{1,2}" in a table, "D5:D6" on a sheet.
Cells = Callable[[Sequence[int]], str]


def of_column(rows: Sequence[int]) -> str:
    """The cells of a table's own column in these rows."""
    return "{" + ",".join(map(str, rows)) + "}"


def rounded_formula(exact: str, rounding: Rounding) -> str:
    """A formula rounded as the rules round. The ninth place takes away what binary figures leave behind."""
    steps = f"ROUND(({exact})/{plain(rounding.step)},9)"
    whole = {
        RoundingMode.DOWN: f"ROUNDDOWN({steps},0)",
        RoundingMode.UP: f"ROUNDUP({steps},0)",
        RoundingMode.HALF_UP: f"ROUND({steps},0)",
        RoundingMode.HALF_EVEN: f"IF(MOD(ABS({steps}),2)=0.5,TRUNC({steps}),ROUND({steps},0))",
    }[rounding.mode]
    return f"{whole}*{plain(rounding.step)}"


@dataclass(frozen=True)
class Sums:
    """The formulas of one frame whose criteria stand in the order of the board, the first in row 0."""

    board: Board

    @cached_property
    def rows(self) -> dict[int, int]:
        return {one.pk: row for row, one in enumerate(self.board.criteria)}

    @cached_property
    def children(self) -> dict[int | None, list[Criterion]]:
        found: dict[int | None, list[Criterion]] = {}
        for one in self.board.criteria:
            found.setdefault(one.parent_id, []).append(one)
        return found

    def inner(self, group: Criterion) -> list[Criterion]:
        """The outermost bonus and deduction groups inside a normal one."""
        if self.board.natures[group.pk] != NORMAL:
            return []
        found = []
        for one in self.children.get(group.pk, ()):
            is_apart = one.is_group and self.board.natures[one.pk] != NORMAL
            found += [one] if is_apart else self.inner(one)
        return found

    def most(self, one: Criterion) -> Decimal:
        """The most that a row can bring to its group before the cap."""
        return Decimal(0) if one.kind == CriterionKind.DEDUCTION else one.max_points

    def _places(self, criteria: Sequence[Criterion], lost: frozenset[int] = frozenset()) -> list[int]:
        return [self.rows[one.pk] for one in criteria if one.pk not in lost]

    def group(self, group: Criterion, limit: str, cells: Cells, lost: frozenset[int] = frozenset()) -> str:
        """The points of a group from its rows; `limit` = the part of its cap that applies, `lost` = rows not counted."""
        children = self.children[group.pk]
        places = self._places(children, lost)
        whole = f"SUM({cells(places)})" if places else "0"
        nature, most = self.board.natures[group.pk], sum(self.most(one) for one in children)
        if nature == DEDUCTION:
            return f"MAX(-{limit},{whole})"
        if nature == BONUS:
            return f"MIN({limit},{whole})"
        inner = self.inner(group)
        apart = f"SUM({cells(self._places(inner))})" if inner else ""
        held = f"{whole}-{apart}" if apart else whole
        has_losses = any(one.kind == CriterionKind.DEDUCTION for one in children)
        has_extra = any(one.kind == CriterionKind.BONUS for one in children)
        if not (has_losses or has_extra) and most - sum(self.most(one) for one in inner) <= group.max_points:
            return whole
        held = f"MAX(0,MIN({limit},{held}))"
        return f"{held}+{apart}" if apart else held

    def total(self, cells: Cells, part: str, late: Decimal) -> str:
        """The total from the contents; `part` puts the normal points on the scale, {0} stands for their sum."""
        scale, roots = self.board.scale, self.children[None]
        by_nature = {
            nature: [one for one in roots if self.board.natures[one.pk] == nature] for nature in GroupNature
        }
        inner = [one for root in by_nature[NORMAL] for one in self.inner(root)]
        for one in inner:
            by_nature[self.board.natures[one.pk]].append(one)
        raw = f"SUM({cells(self._places(by_nature[NORMAL]))})" if by_nature[NORMAL] else "0"
        raw += f"-SUM({cells(self._places(inner))})" if inner else ""
        words = f"MAX(0,MIN({plain(scale.points)},{part.format(raw)}))"
        for nature, sign, cap in (
            (BONUS, "MIN(", scale.bonus_cap),
            (DEDUCTION, "MAX(-", scale.deduction_cap),
        ):
            if by_nature[nature]:
                whole = f"SUM({cells(self._places(by_nature[nature]))})"
                words += f"+{whole}" if cap is None else f"+{sign}{plain(cap)},{whole})"
        return words + (f"-{plain(-late)}" if late else "")

    def rescaled(self, applicable: str) -> str:
        """The normal points on the scale where what does not apply leaves the division."""
        exact = f"({{0}})/{applicable}*{plain(self.board.scale.points)}"
        return rounded_formula(exact, self.board.scale.rounding)


def live_column(board: Board, total: Total, shown: Sequence[Any]) -> list[Any]:
    """A column of figures with its groups and, at its end, the total as formulas.

    `shown` holds what the column shows in the order of the board, then the total.
    """
    sums, drawn = Sums(board), list(shown)
    for one in board.criteria:
        if one.is_group:
            drawn[sums.rows[one.pk]] = _group_cell(sums, one, total, shown)
    if drawn[-1] is not None:
        drawn[-1] = Live(drawn[-1], total_formula(sums, total, of_column))
    return drawn


def across(columns: Sequence[Sequence[Any]], count: int) -> list[tuple[Any, ...]]:
    """Columns as lines."""
    return [tuple(column[place] for column in columns) for place in range(count)]


def live_total(board: Board, total: Total, shown: Decimal | None, first: int) -> Figure:
    """A total at the end of a row whose contents begin in column `first`; plain where they do not make it up."""
    sums = Sums(board)
    columns = {sums.rows[root.pk]: first + place for place, root in enumerate(sums.children[None])}
    if shown is None or any(sums.inner(root) for root in sums.children[None]):
        return shown
    return Live(
        shown,
        total_formula(sums, total, lambda rows: "{>" + ",".join(str(columns[row]) for row in rows) + "}"),
    )


def total_formula(sums: Sums, total: Total, cells: Cells) -> str:
    scale = sums.board.scale
    is_rescaled = scale.na_policy == NaPolicy.RESCALE and 0 < total.applicable < total.maximum
    part = sums.rescaled(plain(total.applicable)) if is_rescaled else "{0}"
    return sums.total(cells, part, total.late)


def _group_cell(sums: Sums, group: Criterion, total: Total, shown: Sequence[Any]) -> Figure:
    """The formula of a group; its plain figure where rows do not add up to it."""
    own = total.subtotals.get(group.code)
    if own is None or shown[sums.rows[group.pk]] is None:
        return None
    children = sums.children[group.pk]
    lost = frozenset(one.pk for one in children if _is_lost(one, total.subtotals, shown[sums.rows[one.pk]]))
    counted = [total.subtotals[one.code].points for one in children if one.pk not in lost]
    if sum(counted, Decimal(0)) != own.children_points or own.note.startswith("Mất điểm"):
        return own.points
    return Live(own.points, sums.group(group, plain(own.applicable), of_column, lost))


def _is_lost(leaf: Criterion, subtotals: Mapping[str, Any], shown: Any) -> bool:
    """A row whose points a sanction took away: they stand in the row and count no more."""
    return not leaf.is_group and isinstance(shown, Decimal) and shown != subtotals[leaf.code].points
