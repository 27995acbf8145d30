"""What the whole bloc says about criteria that are scored against its leader (target_leader)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F

from scoring.enums import CriterionKind, MarkState, NaReason, ScorecardState, Stage
from scoring.models import Criterion, Mark, MarkEvidence, Scorecard
from scoring.queries.boards import Board
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
    """The bloc's cards by key with their states, and their marks of some criteria by stage, criterion, card."""

    cards: Mapping[int, str]
    marks: Mapping[tuple[str, int, int], Mark]
    proven: frozenset[tuple[int, int]] = frozenset()
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


def leader_sheet(
    scoreboard: int, criteria: Iterable[Criterion], *, asks_evidence: bool = False
) -> LeaderSheet:
    """The members' cards and marks of these criteria: two queries, one more where points need evidence."""
    keys = [leaf.pk for leaf in criteria]
    cards = Scorecard.objects.filter(
        scoreboard=scoreboard,
        unit__memberships__cycle=F("scoreboard__cycle"),
        unit__memberships__left_on=None,
    )
    marks = Mark.objects.filter(card__scoreboard=scoreboard, criterion__in=keys).order_by("pk")
    living = MarkEvidence.objects.filter(
        card__scoreboard=scoreboard, criterion__in=keys, removed_at=None
    ).values_list("card", "criterion")
    return LeaderSheet(
        dict(cards.values_list("pk", "state")),
        {(mark.stage, mark.criterion_id, mark.card_id): mark for mark in marks},
        frozenset(living) if asks_evidence else frozenset(),
    )
