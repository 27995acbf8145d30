"""What the whole bloc says about criteria that are scored against its leader (target_leader)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from scoring.enums import CriterionKind, MarkState, NaReason, ScorecardState, Stage
from scoring.models import Criterion, Mark, MarkEvidence, Scorecard
from scoring.queries.boards import Board, board_of
from scoring.queries.cards import RANKED, CardView, card_view, marks_by_stage, present_cards
from scoring.queries.lateness import late_of
from scoring.rules import BlocFigures, Inputs, NotApplicable, figures_seen, inputs_from_json

# Whose figures a stage goes by: its own, else what the stages before it say.
FIGURES_FROM: Mapping[str, tuple[str, ...]] = {
    Stage.SELF: (Stage.SELF,),
    Stage.BLOC: (Stage.BLOC, Stage.SELF),
    Stage.CROSS: (Stage.SELF,),
    Stage.MEETING: (Stage.MEETING, Stage.BLOC, Stage.SELF),
    Stage.PROVINCE: (Stage.PROVINCE, Stage.MEETING, Stage.BLOC, Stage.SELF),
}
# The card is with its unit: what is in it is nobody else's.
WITH_UNIT = (ScorecardState.DRAFT, ScorecardState.PROPOSED, ScorecardState.RETURNED)


def led(board: Board) -> list[Criterion]:
    """The criteria of a board that are scored against the bloc's leader."""
    return [leaf for leaf in board.leaves if leaf.kind == CriterionKind.TARGET_LEADER]


@dataclass(frozen=True)
class LeaderSheet:
    """The bloc's cards by key with their states, and their marks of some criteria by stage, criterion, card.

    `proven`: the cards and criteria that have evidence; `is_ranked`: the year's ranking is adopted.
    """

    cards: Mapping[int, str]
    marks: Mapping[tuple[str, int, int], Mark]
    proven: frozenset[tuple[int, int]] = frozenset()
    is_ranked: bool = False
    _seen: dict[tuple[str, int], dict[int, BlocFigures]] = field(default_factory=dict)

    @cached_property
    def sent(self) -> frozenset[int]:
        return frozenset(card for card, state in self.cards.items() if state not in WITH_UNIT)

    def figure(self, stage: str, criterion: int, card: int) -> Inputs | None:
        """What a card says at a stage; points that somebody gave as such say nothing of the figures."""
        for one in FIGURES_FROM[stage]:
            mark = self.marks.get((one, criterion, card))
            if mark is not None and mark.state == MarkState.NA:
                return NotApplicable(NaReason(mark.na_reason))
            if mark is not None and mark.inputs:
                return inputs_from_json(CriterionKind.TARGET_LEADER, mark.inputs)
        return None

    def after(self, marks: Iterable[Mark]) -> "LeaderSheet":
        """The same once these marks have been saved."""
        now = {(mark.stage, mark.criterion_id, mark.card_id): mark for mark in marks}
        return LeaderSheet(self.cards, {**self.marks, **now}, self.proven, self.is_ranked)

    def seen_by(self, card: int, stage: str, criterion: int) -> BlocFigures:
        """What one card is compared with at a stage."""
        if (stage, criterion) not in self._seen:
            entries = {one: self.figure(stage, criterion, one) for one in self.cards}
            self._seen[stage, criterion] = figures_seen(entries, self.sent)
        return self._seen[stage, criterion][card]

    def entering(self, card: int, stage: str, criterion: int, own: Inputs | None) -> BlocFigures:
        """The same while a figure is being entered, which takes the place of the card's own."""
        entries = {one: self.figure(stage, criterion, one) for one in self.cards}
        return figures_seen({**entries, card: own}, self.sent)[card]


def leader_sheet(scoreboard: int, criteria: Iterable[Criterion]) -> LeaderSheet:
    """The members' cards and marks of these criteria: two queries."""
    cards = present_cards().filter(scoreboard=scoreboard).annotate(is_ranked=Exists(RANKED))
    found = list(cards.values_list("pk", "state", "is_ranked"))
    marks = _with_proof(Mark.objects.filter(card__scoreboard=scoreboard, criterion__in=_keys(criteria)))
    is_ranked = any(ranked for _, _, ranked in found)
    return _sheet({pk: state for pk, state, _ in found}, marks, is_ranked=is_ranked)


def card_in_bloc(card: Scorecard, entered: Collection[int]) -> tuple[CardView, LeaderSheet | None]:
    """A locked card, with what the bloc says where one of these criteria is compared with its leader.

    Three queries at most: the bloc's marks come with the card's own.
    """
    board = board_of(card.scoreboard)
    keys = _keys(leaf for leaf in led(board) if leaf.pk in entered)
    if not keys:
        return card_view(card, board), None
    wanted = Q(card=card) | Q(card__scoreboard=card.scoreboard_id, criterion__in=keys)
    marks = list(_with_proof(Mark.objects.filter(wanted)).select_related("author"))
    own = marks_by_stage(mark for mark in marks if mark.card_id == card.pk)
    states = dict(one.split(":") for one in card.bloc)
    sheet = _sheet(
        {int(pk): state for pk, state in states.items()},
        [mark for mark in marks if mark.criterion_id in keys],
        is_ranked=card.is_ranked,
        proven={(card.pk, key) for key in card.proven},
    )
    return CardView(card, board, own, late_of(card, board)), sheet


def _keys(criteria: Iterable[Criterion]) -> set[int]:
    return {leaf.pk for leaf in criteria}


def _with_proof(marks: QuerySet[Mark]) -> QuerySet[Mark]:
    living = MarkEvidence.objects.filter(
        card=OuterRef("card"), criterion=OuterRef("criterion"), removed_at=None
    )
    return marks.annotate(is_proven=Exists(living)).order_by("pk")


def _sheet(
    cards: Mapping[int, str],
    marks: Iterable[Mark],
    *,
    is_ranked: bool,
    proven: Collection[tuple[int, int]] = (),
) -> LeaderSheet:
    by_place = {(mark.stage, mark.criterion_id, mark.card_id): mark for mark in marks}
    shown = {(mark.card_id, mark.criterion_id) for mark in by_place.values() if mark.is_proven}
    return LeaderSheet(cards, by_place, frozenset(shown | set(proven)), is_ranked)
