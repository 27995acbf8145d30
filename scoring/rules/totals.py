"""From the points of the leaves to the total of a card: sums, caps, bonus, deduction, and n.a. rescaling.

Sums of stored leaf points are exact; the only rounding here is that of the rescaled total, once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from config.kit.figures import points_text
from scoring.enums import CriterionKind, GroupNature, MarkState, NaPolicy, SanctionKind
from scoring.rules.kinds import Sanction
from scoring.rules.lateness import Lateness
from scoring.rules.numbers import PLAIN, ZERO, Rounding, exact_sum, rounded
from scoring.rules.outcome import Scored

ADDS_NO_MAXIMUM = frozenset({CriterionKind.BONUS, CriterionKind.DEDUCTION})


@dataclass(frozen=True)
class Node:
    """A criterion of the scoreboard: a leaf has a kind, a group has children.

    `max_points` is the leaf's maximum or the group's cap, a magnitude in points. A nature other than normal
    also holds for everything below.
    """

    code: str
    max_points: Decimal
    nature: GroupNature = GroupNature.NORMAL
    kind: CriterionKind | None = None
    children: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Scale:
    """The guidance's figures for the total. A cap of None is no cap; caps are magnitudes."""

    points: Decimal = Decimal(100)
    bonus_cap: Decimal | None = None
    deduction_cap: Decimal | None = None
    na_policy: NaPolicy = NaPolicy.KEEP
    rounding: Rounding = PLAIN


class Subtotal(NamedTuple):
    """A node's points after its cap, its maximum, and the part of the maximum that applies to the unit.

    Bonus and deduction of groups inside a normal one stand in its points, so that the contents of the first level
    show everything that the total is made of.
    `children_points` is the sum before the cap; `note` says what cut it.
    """

    code: str
    points: Decimal
    children_points: Decimal
    maximum: Decimal
    applicable: Decimal
    note: str = ""


@dataclass(frozen=True)
class Total:
    """The total of a card.

    `so_far` counts what is scored; `total` is None while anything is missing: missing is never 0. `normal`,
    `bonus` and `deduction` (negative or 0) are its parts after their caps, `normal` after rescaling.
    `late` is the part of `deduction` that a card sent late loses, with its own sentence and its own cap.
    `subtotals` holds groups and leaves by code. `scored` of `of` leaves have a state, n.a. included;
    `awaited` leaves are scored by somebody else later and are neither scored nor missing.
    """

    total: Decimal | None
    so_far: Decimal
    normal: Decimal
    bonus: Decimal
    deduction: Decimal
    maximum: Decimal
    applicable: Decimal
    missing: tuple[str, ...]
    awaited: tuple[str, ...]
    scored: int
    of: int
    sentence: str
    sanctions: tuple[Sanction, ...] = ()
    subtotals: Mapping[str, Subtotal] = field(default_factory=dict)
    late: Decimal = Decimal(0)
    late_sentence: str = ""


MISSING = Scored(MarkState.MISSING)


def leaves_of(nodes: Iterable[Node]) -> list[Node]:
    """All leaves, in the order of the frame."""
    found: list[Node] = []
    for node in nodes:
        found += leaves_of(node.children) if node.children else [node]
    return found


def total_of(
    nodes: Sequence[Node],
    marks: Mapping[str, Scored],
    scale: Scale,
    awaited: frozenset[str] = frozenset(),
    late: Lateness | None = None,
) -> Total:
    """Total a card: `marks` by code of leaf; a leaf without a mark is missing unless it is `awaited`.

    `late`: what a card sent late loses, after all other caps.
    """
    leaves = leaves_of(nodes)
    given = {leaf.code: marks.get(leaf.code, MISSING) for leaf in leaves}
    waiting = tuple(code for code in given if code in awaited and given[code].state == MarkState.MISSING)
    missing = tuple(
        code for code, mark in given.items() if mark.state == MarkState.MISSING and code not in awaited
    )
    sanctions = tuple(sanction for mark in given.values() for sanction in mark.sanctions)
    zeroed = frozenset(one.criterion for one in sanctions if one.kind == SanctionKind.ZERO_CRITERION)
    card = _Card(given, zeroed)
    sums = [card.sum_of(node, GroupNature.NORMAL) for node in nodes]
    raw = exact_sum(one.normal for one in sums)
    maximum = exact_sum(one.maximum for one in sums)
    applicable = exact_sum(one.applicable for one in sums)
    bonus = _capped(exact_sum(one.bonus for one in sums), scale.bonus_cap)
    deduction = -_capped(-exact_sum(one.deduction for one in sums), scale.deduction_cap)
    lost = late.points if late else ZERO
    normal, words = _normal_part(raw, maximum, applicable, scale)
    so_far = exact_sum((normal, bonus, deduction, lost))
    is_known = not missing and (applicable > 0 or maximum == 0)
    return Total(
        total=so_far if is_known else None,
        so_far=so_far,
        normal=normal,
        bonus=bonus,
        deduction=exact_sum((deduction, lost)),
        maximum=maximum,
        applicable=applicable,
        missing=missing,
        awaited=waiting,
        scored=len(leaves) - len(missing) - len(waiting),
        of=len(leaves) - len(waiting),
        sentence=_total_words(words, bonus, deduction, lost, so_far if is_known else None, missing),
        sanctions=sanctions,
        subtotals=card.subtotals,
        late=lost,
        late_sentence=late.sentence if late else "",
    )


class _Sums(NamedTuple):
    """What a node contributes: its normal points with their maxima, and bonus and deduction apart."""

    normal: Decimal = ZERO
    maximum: Decimal = ZERO
    applicable: Decimal = ZERO
    bonus: Decimal = ZERO
    deduction: Decimal = ZERO
    zeroes_parent: bool = False


@dataclass
class _Card:
    """One walk over the tree, collecting the subtotals."""

    marks: Mapping[str, Scored]
    zeroed: frozenset[str]
    subtotals: dict[str, Subtotal] = field(default_factory=dict)

    def sum_of(self, node: Node, inherited: GroupNature) -> _Sums:
        nature = inherited if inherited != GroupNature.NORMAL else node.nature
        return self._group(node, nature) if node.children else self._leaf(node, nature)

    def _leaf(self, leaf: Node, nature: GroupNature) -> _Sums:
        mark = self.marks[leaf.code]
        points = ZERO if mark.points is None else mark.points
        # A sanction takes points away; it never forgives a deduction.
        is_zeroed = leaf.code in self.zeroed and points > 0
        points = ZERO if is_zeroed else points
        maximum = ZERO if leaf.kind in ADDS_NO_MAXIMUM else leaf.max_points
        applicable = ZERO if mark.state == MarkState.NA else maximum
        note = "Mất điểm do chế tài." if is_zeroed else ""
        applies = ZERO if mark.state == MarkState.NA else leaf.max_points
        self.subtotals[leaf.code] = Subtotal(leaf.code, points, points, leaf.max_points, applies, note)
        if nature == GroupNature.BONUS:
            return _Sums(bonus=points, zeroes_parent=mark.zeroes_parent)
        if nature == GroupNature.DEDUCTION:
            return _Sums(deduction=points, zeroes_parent=mark.zeroes_parent)
        return _Sums(points, maximum, applicable, zeroes_parent=mark.zeroes_parent)

    def _group(self, group: Node, nature: GroupNature) -> _Sums:
        sums = [self.sum_of(child, nature) for child in group.children]
        cap = group.max_points
        is_zeroed = group.code in self.zeroed or any(one.zeroes_parent for one in sums)
        bonus = exact_sum(one.bonus for one in sums)
        deduction = exact_sum(one.deduction for one in sums)
        if nature == GroupNature.BONUS:
            kept = ZERO if is_zeroed else _capped(bonus, cap)
            self._note(group, kept, bonus, cap, cap, is_zeroed=is_zeroed)
            return _Sums(bonus=kept)
        if nature == GroupNature.DEDUCTION:
            kept = -_capped(-deduction, cap)
            self._note(group, kept, deduction, cap, cap, is_zeroed=False)
            return _Sums(deduction=kept)
        raw = exact_sum(one.normal for one in sums)
        maximum = min(cap, exact_sum(one.maximum for one in sums))
        applicable = min(cap, exact_sum(one.applicable for one in sums))
        kept = ZERO if is_zeroed else _capped(raw, applicable)
        inside = exact_sum((bonus, deduction))
        self._note(group, kept, raw, cap, applicable, is_zeroed=is_zeroed, inside=inside)
        return _Sums(kept, maximum, applicable, bonus, deduction)

    def _note(
        self,
        group: Node,
        kept: Decimal,
        raw: Decimal,
        maximum: Decimal,
        applicable: Decimal,
        *,
        is_zeroed: bool,
        inside: Decimal = ZERO,
    ) -> None:
        """`inside`: bonus and deduction of groups inside a normal one, which stand in its points beside its cap."""
        notes = []
        if is_zeroed:
            notes.append("Mất điểm toàn tiêu chí.")
        elif kept != raw:
            notes.append(f"Cộng được {points_text(raw)}, lấy {points_text(kept)} theo mức của nhóm.")
        if inside:
            notes.append(f"Trong đó điểm thưởng, điểm trừ của nhóm con: {points_text(inside)}.")
        points, children = exact_sum((kept, inside)), exact_sum((raw, inside))
        self.subtotals[group.code] = Subtotal(
            group.code, points, children, maximum, applicable, " ".join(notes)
        )


def _capped(points: Decimal, cap: Decimal | None) -> Decimal:
    """Between 0 and the cap."""
    held = max(points, ZERO)
    return held if cap is None else min(held, cap)


def _normal_part(raw: Decimal, maximum: Decimal, applicable: Decimal, scale: Scale) -> tuple[Decimal, str]:
    """The points of the normal groups on the scale, with their words."""
    if scale.na_policy == NaPolicy.RESCALE and 0 < applicable < maximum:
        exact = Fraction(raw) / Fraction(applicable) * Fraction(scale.points)
        normal = _capped(min(rounded(exact, scale.rounding), scale.points), scale.points)
        return (
            normal,
            f"{points_text(raw)}/{points_text(applicable)} × {points_text(scale.points)} = {points_text(normal)}",
        )
    normal = _capped(raw, scale.points)
    if normal != raw:
        return normal, f"{points_text(raw)}, lấy {points_text(normal)} theo thang điểm"
    return normal, points_text(normal)


def _total_words(
    words: str,
    bonus: Decimal,
    deduction: Decimal,
    late: Decimal,
    total: Decimal | None,
    missing: Sequence[str],
) -> str:
    parts = [f"Điểm tiêu chí {words}"]
    if bonus:
        parts.append(f"thưởng {points_text(bonus)}")
    if deduction:
        parts.append(f"trừ {points_text(-deduction)}")
    if late:
        parts.append(f"gửi chậm trừ {points_text(-late)}")
    if missing:
        parts.append(f"còn {len(missing)} tiêu chí chưa chấm nên chưa có tổng điểm")
        return "; ".join(parts) + "."
    if total is None:
        parts.append("không có tiêu chí nào áp dụng nên chưa có tổng điểm")
        return "; ".join(parts) + "."
    return f"{'; '.join(parts)}. Tổng: {points_text(total)} điểm."
