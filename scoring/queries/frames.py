"""Frames beside each other: what can be copied, what differs, and what a new version would do to cards."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import cycles_for
from covenants.models import Target
from covenants.queries import covenant_in_force, draft_of, targets_of
from scoring.enums import CriterionKind, GuidanceStatus, MarkState, ScoreboardStatus, Stage
from scoring.models import Criterion, Guidance, Mark, MarkEvidence, Scoreboard, Scorecard
from scoring.queries.boards import Board, board_of, board_of_guidance, guidances_for, in_frame_order
from scoring.queries.cards import EDITABLE_CARD, CardView, card_views, cards_of
from scoring.queries.lateness import late_of
from scoring.rules import (
    BlocFigures,
    Scored,
    bloc_figures,
    bounds_of,
    inputs_from_json,
    points_of,
    total_of,
)
from scoring.rules.differences import Change, Line, differences, unbound_groups
from scoring.rules.wording import wording_of


@dataclass(frozen=True)
class Copyable:
    """Frames that a person may copy into a draft: settled ones that the person may read."""

    guidances: QuerySet[Guidance]
    scoreboards: QuerySet[Scoreboard]

    def has(self, origin: Guidance | Scoreboard) -> bool:
        found = self.guidances if isinstance(origin, Guidance) else self.scoreboards
        return found.filter(pk=origin.pk).exists()


def copyable_frames(user: User, at: datetime, board: Board) -> Copyable:
    """Settled guidance and adopted boards; the board itself is left out."""
    guidances = guidances_for(user, at).exclude(status=GuidanceStatus.DRAFT).exclude(pk=_own(board))
    boards = (
        Scoreboard.objects.filter(cycle__in=cycles_for(user, at), status=ScoreboardStatus.ADOPTED)
        .select_related("cycle__bloc__province", "guidance")
        .order_by("-cycle__year", "cycle__bloc__sort_key", "pk")
    )
    return Copyable(guidances, boards)


def _own(board: Board) -> int | None:
    return None if board.scoreboard else board.guidance.pk


def targets_to_link(cycle: Cycle) -> list[Target]:
    """Targets of the year's covenant that a criterion may be scored by: of the one in force, else of its draft."""
    covenant = covenant_in_force(cycle) or draft_of(cycle)
    return targets_of(covenant) if covenant else []


def lines_of(board: Board, origins: Mapping[int, int] | None = None) -> list[Line]:
    """A board as rows to compare; `origins`: criterion → key of the row it stands for, its source otherwise."""
    return [
        Line(
            key=one.pk,
            parent=one.parent_id,
            code=one.code,
            title=one.title,
            max_points=one.max_points,
            nature=board.natures[one.pk],
            rule=_rule_words(board, one),
            wording=one.wording,
            evidence=_evidence_words(one),
            scorer="" if one.is_group else one.get_scored_by_display(),
            origin=one.source_id if origins is None else origins.get(one.pk),
        )
        for one in board.criteria
    ]


def _rule_words(board: Board, criterion: Criterion) -> str:
    if criterion.is_group:
        return ""
    words = wording_of(board.rules[criterion.pk], criterion.max_points)
    arisen = (
        f" Không phát sinh: {criterion.get_not_arisen_display().lower()}." if criterion.not_arisen else ""
    )
    return f"{criterion.get_kind_display()}: {words}{arisen}"


def _evidence_words(criterion: Criterion) -> str:
    needed = "cần minh chứng" if criterion.needs_evidence else ""
    return "; ".join(filter(None, (criterion.evidence_hint, needed)))


def board_differences(board: Board) -> list[Change]:
    """What a bloc's board says otherwise than its guidance."""
    return differences(lines_of(board_of_guidance(board.guidance)), lines_of(board))


def unbound_in(board: Board) -> list[str]:
    """Contents of a bloc's board whose points left the guidance."""
    return unbound_groups(lines_of(board_of_guidance(board.guidance)), lines_of(board))


# A new version of a guidance


def guidance_differences(guidance: Guidance) -> list[Change]:
    """What a version says otherwise than the one it replaces."""
    old = board_of_guidance(guidance.replaces)
    return differences(lines_of(old), lines_of(board_of_guidance(guidance)))


@dataclass(frozen=True)
class Effect:
    """What a new version would make of one unit's card.

    A total of None is not known: `so_far` then leaves out the criteria that have to be scored first.
    """

    cycle: Cycle
    unit: Unit
    stage: Stage
    before: Decimal | None
    after: Decimal | None
    so_far: Decimal
    to_score: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return self.before != self.after


def effects_of(guidance: Guidance, user: User, at: datetime) -> list[Effect]:
    """Every card sent by the version before, as its total is and as it would be. Nothing is written."""
    new = board_of_guidance(guidance)
    boards = Scoreboard.objects.filter(
        guidance=guidance.replaces, status=ScoreboardStatus.ADOPTED, cycle__in=cycles_for(user, at)
    ).select_related("guidance", "cycle__bloc__province")
    found: list[Effect] = []
    for scoreboard in boards.order_by("-cycle__year", "cycle__bloc__sort_key", "pk"):
        found += _effects_in(scoreboard, new)
    return found


def _effects_in(scoreboard: Scoreboard, new: Board) -> list[Effect]:
    board = board_of(scoreboard)
    after = rebased(board, new)
    # What a unit has not sent is seen by that unit alone, also by way of a comparison.
    cards = [card for card in cards_of(scoreboard.cycle) if card.state not in EDITABLE_CARD]
    proven = proven_on(cards)
    views = [view for view in card_views(cards, board) if view.marks]
    marks = {view.card.pk: _last_marks(view) for view in views}
    blocs = _bloc_figures(board, after, marks.values())
    effects = []
    for view in views:
        stage = view.last_of(tuple(Stage))
        own = marks[view.card.pk]
        scored = {
            leaf.code: _rescored(board, after, leaf, own[leaf.pk], (view.card.pk, leaf.pk) in proven, blocs)
            for leaf in after.leaves
            if leaf.pk in own
        }
        late = late_of(view.card, after)
        total = total_of(after.nodes, scored, after.scale, after.awaited(stage), late)
        before = view.total(stage)
        asked = tuple(code for code in total.missing if code not in before.missing)
        effects.append(
            Effect(
                scoreboard.cycle, view.card.unit, Stage(stage), before.total, total.total, total.so_far, asked
            )
        )
    return effects


def proven_on(cards: Sequence[Scorecard]) -> set[tuple[int, int]]:
    """The cards and criteria that have evidence. One query."""
    living = MarkEvidence.objects.filter(card__in=[card.pk for card in cards], removed_at=None)
    return set(living.values_list("card", "criterion"))


def _last_marks(view: CardView) -> dict[int, Mark]:
    return view.standing_at(view.last_of(tuple(Stage)))


def _bloc_figures(before: Board, after: Board, cards: Iterable[Mapping[int, Mark]]) -> dict[int, BlocFigures]:
    """What the bloc says of each criterion that was and is scored against its leader."""
    led = [leaf for leaf in after.leaves if leaf.kind == CriterionKind.TARGET_LEADER]
    figures = list(cards)
    return {
        leaf.pk: bloc_figures(
            inputs_from_json(CriterionKind.TARGET_LEADER, marks[leaf.pk].inputs)
            for marks in figures
            if leaf.pk in marks
        )
        for leaf in led
        if leaf.pk in before.by_key and before.by_key[leaf.pk].kind == leaf.kind
    }


def _rescored(
    before: Board,
    after: Board,
    leaf: Criterion,
    mark: Mark,
    has_evidence: bool,
    blocs: Mapping[int, BlocFigures],
) -> Scored:
    """A stored mark under the new rule. Points that people gave stay where the new bounds allow them."""
    was = before.by_key[leaf.pk]
    if was.kind != leaf.kind:
        return Scored(MarkState.MISSING)
    inputs = inputs_from_json(CriterionKind(leaf.kind), mark.inputs)
    if mark.state == MarkState.MISSING:
        return Scored(MarkState.MISSING)
    old = points_of(
        before.rules[leaf.pk], was.max_points, inputs, before.roundings,
        before.context(was, has_evidence=has_evidence, bloc=blocs.get(leaf.pk)),
    )  # fmt: skip
    if inputs is not None and (old.state, old.points) == (mark.state, mark.points):
        return points_of(
            after.rules[leaf.pk], leaf.max_points, inputs, after.roundings,
            after.context(leaf, has_evidence=has_evidence, bloc=blocs.get(leaf.pk)),
        )  # fmt: skip
    low, high = bounds_of(CriterionKind(leaf.kind), after.natures[leaf.pk], leaf.max_points)
    if mark.points is not None and not low <= mark.points <= high:
        return Scored(MarkState.MISSING)
    return Scored(MarkState(mark.state), mark.points)


CARRIED = (
    "title", "nature", "kind", "max_points", "rule", "wording", "scored_by", "needs_evidence", "not_arisen",
)  # fmt: skip


def rebased(board: Board, new: Board) -> Board:
    """A bloc's board as it would be under the next version of its guidance; nothing is written.

    Where the guidance changed a field the change is taken, elsewhere the bloc's own words stay. Rows that the
    bloc added stay while their group does.
    """
    old = {one.pk: one for one in board_of_guidance(board.guidance).criteria}
    renewed: dict[int, Criterion] = {}
    for one in new.criteria:
        if one.source_id in old:
            # The first row that was taken from an old one stands for it; others are parts of it.
            renewed.setdefault(one.source_id, one)
    kept: dict[int, Criterion] = {}
    images: dict[int, int] = {}
    split: set[int] = set()
    for criterion in board.criteria:
        is_lost = criterion.parent_id and criterion.parent_id not in kept
        is_part = criterion.source_id in images
        known = criterion.source_id in old and not is_part
        if is_lost or (known and criterion.source_id not in renewed):
            continue
        image = copy(criterion)
        if known:
            images[criterion.source_id] = criterion.pk
            if image.is_group and not old[criterion.source_id].is_group:
                split.add(criterion.source_id)
            _take_over(image, old[criterion.source_id], renewed[criterion.source_id])
        kept[criterion.pk] = image
    places = {renewed[source].pk: key for source, key in images.items()}
    for criterion in new.criteria:
        stands_for_old = renewed.get(criterion.source_id) is criterion
        if stands_for_old or criterion.source_id in split:
            continue
        added = copy(criterion)
        # A row of the new version keeps its own key: it is no row of the board and no mark names it.
        added.parent_id = places.get(criterion.parent_id, criterion.parent_id)
        if added.parent_id is None or added.parent_id in kept:
            kept[added.pk] = added
    return Board(new.guidance, in_frame_order(kept.values()), board.scoreboard)


def _take_over(image: Criterion, old: Criterion, new: Criterion) -> None:
    is_split = image.is_group and not old.is_group
    for name in CARRIED:
        if getattr(old, name) != getattr(new, name) and not (is_split and name in ("kind", "rule")):
            setattr(image, name, getattr(new, name))


WHOLE_FRAME = frozenset({"scoring.frame.written", "scoring.frame.copied", "scoring.frame.restored"})


def replaced_rows(board: Board) -> list[Any]:
    """The rows that the last writing of the whole frame took away, in order; none once a row came after it."""
    whose = {"scoreboard": board.scoreboard.pk} if board.scoreboard else {"guidance": board.guidance.pk}
    events = Criterion.pgh_event_model.objects.filter(**whose).order_by("-pgh_id")
    gone: list[Any] = []
    for event in events.iterator():
        if (event.pgh_context or {}).get("verb") not in WHOLE_FRAME:
            break
        if event.pgh_label == "delete":
            gone.append(event)
        elif gone:
            break
    return sorted(gone, key=lambda event: event.position)
