"""Writes to the frame of a draft, row by row: of a province's guidance, or of a bloc's board."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.queries import Standing, standing_in, standing_in_province
from blocs.services import lock_cycle, lock_province
from config.kit.audit import audited
from config.kit.refusals import Conflict, Refused, refuse
from scoring import policies, queries
from scoring.enums import CriterionKind
from scoring.models import Criterion, Guidance, Scoreboard
from scoring.queries import Board
from scoring.rules import FormatError, rule_from_json
from scoring.rules.tree import below, moved, next_code, recoded, renumbered, with_codes
from scoring.services.guidance import FRAME_FIELDS, rows_of, write_rows

# A part of a split criterion keeps its way of scoring when the way has no figures of its own.
WITHOUT_FIGURES = (
    CriterionKind.DIRECT, CriterionKind.PASS_FAIL, CriterionKind.RATIO, CriterionKind.TARGET,
    CriterionKind.TARGET_LEADER, CriterionKind.EVENTS,
)  # fmt: skip


def _locked(owner: Guidance | Scoreboard, by: User, at: datetime) -> tuple[Board, Standing]:
    """Lock what the frame belongs to and read the frame anew."""
    if isinstance(owner, Guidance):
        province = lock_province(owner.province_id)
        guidance = Guidance.objects.get(pk=owner.pk)
        return queries.board_of_guidance(guidance), standing_in_province(province, by, at)
    cycle = lock_cycle(owner.cycle_id)
    scoreboard = Scoreboard.objects.select_related("guidance").get(pk=owner.pk)
    scoreboard.cycle = cycle
    return queries.board_of(scoreboard), standing_in(cycle, by, at)


def _locked_row(criterion: Criterion, by: User, at: datetime) -> tuple[Board, Standing, Criterion]:
    board, who = _locked(criterion.guidance or criterion.scoreboard, by, at)
    return board, who, _still_there(board, criterion)


def _still_there(board: Board, criterion: Criterion) -> Criterion:
    """The row as it now stands in its frame."""
    if criterion.pk not in board.by_key:
        raise Refused(["Dòng này không còn trong thang bảng điểm. Hãy tải lại trang."])
    return board.by_key[criterion.pk]


def _rule_faults(kind: str, rule: Any) -> list[str]:
    try:
        rule_from_json(rule, kind)
    except FormatError as wrong:
        return wrong.reasons
    return []


def _settle(board: Board, order: Sequence[Criterion]) -> None:
    """Number the positions through the whole frame, where they differ."""
    changed = []
    for place, criterion in enumerate(order, start=1):
        if criterion.position != place:
            criterion.position = place
            changed.append(criterion)
    Criterion.objects.bulk_update(changed, ["position"])


def _in_order(criteria: Iterable[Criterion], siblings: Sequence[Criterion]) -> list[Criterion]:
    """The frame read depth first, these siblings in this order."""
    for place, criterion in enumerate(siblings):
        criterion.position = place
    return list(queries.in_frame_order(criteria))


def _rewrite_codes(board: Board, codes: Mapping[str, str]) -> None:
    """Give rows new codes, and let the rules that name them follow."""
    codes = {old: new for old, new in codes.items() if old != new}
    renamed = [criterion for criterion in board.criteria if criterion.code in codes]
    following = []
    for criterion in board.criteria:
        rule = with_codes(criterion.rule, codes)
        if rule != criterion.rule:
            criterion.rule = rule
            following.append(criterion)
    new = {criterion.pk: codes[criterion.code] for criterion in renamed}
    # Two rows may change their codes with each other: no code is held twice on the way.
    for criterion in renamed:
        criterion.code = f"~{criterion.pk}"
    Criterion.objects.bulk_update(renamed, ["code"])
    for criterion in renamed:
        criterion.code = new[criterion.pk]
    Criterion.objects.bulk_update(renamed, ["code"])
    Criterion.objects.bulk_update(following, ["rule"])
    chain = [
        {**step, "code": codes.get(step["code"], step["code"])} if step.get("code") else step
        for step in board.guidance.tie_chain
    ]
    # The chain belongs to the guidance: a bloc's board leaves it, and the checker says what it misses.
    if board.scoreboard is None and chain != board.guidance.tie_chain:
        board.guidance.tie_chain = chain
        board.guidance.save(update_fields=["tie_chain"])


@transaction.atomic
def add_criterion(
    *,
    owner: Guidance | Scoreboard,
    fields: Mapping[str, Any],
    by: User,
    at: datetime,
    parent: Criterion | None = None,
    after: Criterion | None = None,
) -> Criterion:
    """Add a row at the end of a group (None: at the top), or right after another row of that group."""
    board, who = _locked(owner, by, at)
    taken = {criterion.code for criterion in board.criteria}
    if parent is not None:
        parent = _still_there(board, parent)
    refuse(policies.add_criterion(who, board.scoreboard or board.guidance, fields["code"], taken, parent))
    if fields.get("kind"):
        refuse(_rule_faults(fields["kind"], fields.get("rule", {})))
    siblings = board.children_of(parent.pk if parent else None)
    places = [criterion.pk for criterion in siblings]
    place = places.index(after.pk) + 1 if after is not None and after.pk in places else len(siblings)
    with audited("scoring.criterion.added", by=by):
        added = Criterion.objects.create(
            guidance=None if board.scoreboard else board.guidance,
            scoreboard=board.scoreboard,
            parent=parent,
            position=len(board.criteria) + 1,
            **fields,
        )
        order = [*siblings[:place], added, *siblings[place:]]
        _settle(board, _in_order([*board.criteria, added], order))
    return added


@transaction.atomic
def edit_criterion(
    *, criterion: Criterion, changes: Mapping[str, Any], by: User, at: datetime, opened: str = ""
) -> Criterion:
    """Reword or re-rule one row of a draft; rules that name it follow a new code.

    `opened` = the print of the row that the changes were typed on: a row that says something else by now is left.
    """
    board, who, criterion = _locked_row(criterion, by, at)
    code = changes.get("code", criterion.code)
    taken = {one.code for one in board.criteria if one.pk != criterion.pk}
    kind = changes.get("kind", criterion.kind)
    becomes_leaf = bool(kind) and bool(board.children_of(criterion.pk))
    owner = board.scoreboard or board.guidance
    refuse(policies.edit_criterion(who, owner, code, taken, becomes_leaf=becomes_leaf))
    if kind:
        refuse(_rule_faults(kind, changes.get("rule", criterion.rule)))
    if opened and changes and opened != queries.row_print(criterion):
        raise Conflict([f"Dòng {criterion.code} vừa được người khác sửa. Chưa có gì được ghi."])
    with audited("scoring.criterion.edited", by=by):
        if code != criterion.code:
            _rewrite_codes(board, {criterion.code: code})
        for name, value in changes.items():
            setattr(criterion, name, value)
        criterion.save(update_fields=list(changes))
    return criterion


@transaction.atomic
def move_criterion(
    *,
    criterion: Criterion,
    by: User,
    at: datetime,
    step: int = 0,
    group: Criterion | None = None,
) -> Criterion:
    """Move a row up (−1) or down (1) among its siblings, or with step 0 to the end of a group (None: the top).

    In another group the row and what is under it take the next code there.
    """
    board, who, criterion = _locked_row(criterion, by, at)
    inside = below(board.spots, criterion.pk)
    group = _still_there(board, group) if group is not None else None
    refuse(policies.move_criterion(who, board.scoreboard or board.guidance, criterion, group, inside))
    siblings = board.children_of(criterion.parent_id)
    with audited("scoring.criterion.moved", by=by):
        if step:
            order = moved([one.pk for one in siblings], criterion.pk, step)
            _settle(board, _in_order(board.criteria, [board.by_key[key] for key in order]))
        else:
            _carry(board, criterion, group)
    return criterion


def _carry(board: Board, criterion: Criterion, group: Criterion | None) -> None:
    target = group.pk if group else None
    if criterion.parent_id == target:
        return
    siblings = board.children_of(target)
    depth = board.depths[group.pk] + 1 if group else 0
    taken = {one.code for one in board.criteria}
    code = next_code(group.code if group else "", [one.code for one in siblings], taken, depth)
    _rewrite_codes(board, recoded(board.spots, criterion.pk, code))
    criterion.parent = group
    criterion.save(update_fields=["parent"])
    _settle(board, _in_order(board.criteria, [*siblings, criterion]))


@transaction.atomic
def split_criterion(
    *, criterion: Criterion, parts: Sequence[tuple[str, Decimal]], by: User, at: datetime
) -> list[Criterion]:
    """Make a group of a criterion, with parts (title, points) that add up to its points."""
    board, who, criterion = _locked_row(criterion, by, at)
    owner = board.scoreboard or board.guidance
    refuse(policies.split_criterion(who, owner, criterion, [points for _, points in parts]))
    keeps = criterion.kind in WITHOUT_FIGURES
    kind, rule = (criterion.kind, criterion.rule) if keeps else (CriterionKind.DIRECT.value, {})
    taken = {one.code for one in board.criteria}
    made: list[Criterion] = []
    with audited("scoring.criterion.split", by=by):
        for title, points in parts:
            codes = [one.code for one in made]
            code = next_code(criterion.code, codes, taken, board.depths[criterion.pk] + 1)
            made.append(
                Criterion(
                    guidance=criterion.guidance,
                    scoreboard=criterion.scoreboard,
                    source=criterion.source,
                    parent=criterion,
                    position=len(made),
                    code=code,
                    title=title,
                    kind=kind,
                    max_points=points,
                    rule=rule,
                    evidence_hint=criterion.evidence_hint,
                    scored_by=criterion.scored_by,
                    needs_evidence=criterion.needs_evidence,
                    not_arisen=criterion.not_arisen,
                )
            )
        Criterion.objects.bulk_create(made)
        criterion.kind, criterion.rule, criterion.target = "", {}, None
        criterion.save(update_fields=["kind", "rule", "target"])
        _settle(board, queries.in_frame_order([*board.criteria, *made]))
    return made


@transaction.atomic
def remove_criterion(*, criterion: Criterion, by: User, at: datetime) -> int:
    """Take a row away with everything under it; gives how many rows went. The audit keeps what they said."""
    board, who, criterion = _locked_row(criterion, by, at)
    refuse(policies.remove_criterion(who, board.scoreboard or board.guidance))
    gone = below(board.spots, criterion.pk)
    left = [one for one in board.criteria if one.pk not in gone]
    with audited("scoring.criterion.removed", by=by):
        criterion.delete()
        _settle(board, left)
    return len(gone)


@transaction.atomic
def renumber_frame(*, owner: Guidance | Scoreboard, by: User, at: datetime) -> int:
    """Number every row by its place; gives how many codes changed."""
    board, who = _locked(owner, by, at)
    refuse(policies.renumber_frame(who, board.scoreboard or board.guidance))
    codes = renumbered(board.spots)
    with audited("scoring.frame.renumbered", by=by):
        _rewrite_codes(board, codes)
    return sum(old != new for old, new in codes.items())


@transaction.atomic
def copy_frame(
    *, owner: Guidance | Scoreboard, origin: Guidance | Scoreboard, by: User, at: datetime
) -> Board:
    """Replace the frame of a draft by that of another year's guidance or another bloc's board."""
    board, who = _locked(owner, by, at)
    is_readable = queries.copyable_frames(by, at, board).has(origin)
    refuse(policies.copy_frame(who, board.scoreboard or board.guidance, is_readable=is_readable))
    is_guidance = isinstance(origin, Guidance)
    taken = queries.board_of_guidance(origin) if is_guidance else queries.board_of(origin)
    rows = [{**row, "target_id": None} for row in rows_of(taken)]
    for row in rows:
        row["source"] = _source_of(row["source"], board)
    with audited("scoring.frame.copied", by=by):
        if board.scoreboard:
            Criterion.objects.filter(scoreboard=board.scoreboard).delete()
            write_rows(rows, scoreboard=board.scoreboard)
            return queries.board_of(board.scoreboard)
        Criterion.objects.filter(guidance=board.guidance).delete()
        write_rows(rows, guidance=board.guidance)
    return queries.board_of_guidance(board.guidance)


@transaction.atomic
def undo_frame(*, owner: Guidance | Scoreboard, by: User, at: datetime) -> int:
    """Put back the rows that the last paste or copy replaced, as long as none was changed since."""
    board, who = _locked(owner, by, at)
    replaced = queries.replaced_rows(board)
    refuse(policies.undo_frame(who, board.scoreboard or board.guidance, replaced=len(replaced)))
    codes = {row.pgh_obj_id: row.code for row in replaced}
    kept = ("target_id", "source_id", *FRAME_FIELDS)
    rows = [
        {**{name: getattr(row, name) for name in kept}, "parent": codes.get(row.parent_id, "")}
        for row in replaced
    ]
    whose = {"scoreboard": board.scoreboard} if board.scoreboard else {"guidance": board.guidance}
    with audited("scoring.frame.restored", by=by):
        Criterion.objects.filter(**whose).delete()
        write_rows(rows, **whose)
    return len(rows)


def _source_of(criterion: Criterion, board: Board) -> Criterion | None:
    """What a copied row is compared with later: the row of the guidance that it stands for, if there is one."""
    known = board.guidance.pk if board.scoreboard else board.guidance.replaces_id
    stands_for = criterion.source if criterion.scoreboard_id else criterion
    return stands_for if known and stands_for and stands_for.guidance_id == known else None
