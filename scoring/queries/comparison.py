"""The bloc side by side: criteria × units at one stage, as far as a person may see each card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from blocs.models import Cycle
from blocs.queries import Standing
from config.kit.prepared import prepared
from scoring.enums import MarkState, RankingStatus, Stage
from scoring.models import Criterion, Mark, RankingRow, Scorecard
from scoring.queries.boards import Board, board_of
from scoring.queries.cards import (
    CHECKED_CARD,
    EDITABLE_CARD,
    SETTLED_CARD,
    STANDS_ON,
    CardView,
    MarkRow,
    light_views,
    visible_stages,
)
from scoring.queries.crosschecks import cross_results_of_bloc
from scoring.rules import Total

# What a card must have come to before its figures of a stage are anybody's but its judges'.
PUBLIC_FROM: Mapping[str, Sequence[str]] = {
    Stage.BLOC: CHECKED_CARD,
    Stage.MEETING: SETTLED_CARD,
    Stage.PROVINCE: SETTLED_CARD[1:],
}


@dataclass(frozen=True)
class Comparison:
    """Every card of the bloc in its order; `views` only for those whose figures of the stage may be seen."""

    stage: str
    board: Board
    cards: Sequence[Scorecard]
    views: Mapping[int, CardView]

    @cached_property
    def marks(self) -> dict[int, Mapping[int, Mark | MarkRow]]:
        """Card → criterion → the mark that stands at the stage."""
        if self.stage == Stage.CROSS:
            return {key: view.at(Stage.CROSS) for key, view in self.views.items()}
        return {key: view.standing_at(self.stage) for key, view in self.views.items()}

    @cached_property
    def columns(self) -> list[tuple[Mapping[int, Mark | MarkRow], Mapping[int, Mark | MarkRow]]]:
        """For each card in order: the marks that stand at the stage, and what the unit had put, if that is another."""
        is_own = self.stage == Stage.SELF
        views = ((card.pk, self.views.get(card.pk)) for card in self.cards)
        return [
            (self.marks.get(key, {}), view.at(Stage.SELF) if view and not is_own else {})
            for key, view in views
        ]

    def total_of(self, card: int) -> Total | None:
        """The card's total at the stage; a cross-check settles single criteria, never a total."""
        view = self.views.get(card)
        return None if view is None or self.stage == Stage.CROSS else view.total(self.stage)

    def points_of(self, leaf: Criterion) -> list[Decimal]:
        """The points given for a criterion, without those not scored or not applicable."""
        given = (marks.get(leaf.pk) for marks in self.marks.values())
        return [mark.points for mark in given if mark is not None and mark.state == MarkState.SCORED]

    @cached_property
    def waiting(self) -> list[Scorecard]:
        """Cards that have not been sent."""
        return [card for card in self.cards if card.state in EDITABLE_CARD]


def comparison_of(who: Standing, cards: Sequence[Scorecard], stage: str) -> Comparison:
    """Two queries, whatever the rows; `cards` are those of one board, at least one."""
    board = board_of(cards[0].scoreboard)
    if stage == Stage.CROSS:
        return _crossed(board, cards)
    seen = [card for card in cards if _is_seen(who, card, stage)]
    # Totals of the own scoring and of the stage are wanted together.
    views = light_views(seen, board, stages={Stage.SELF, *STANDS_ON[stage]})
    return Comparison(stage, board, cards, {view.card.pk: view for view in views if view.at(stage)})


def _crossed(board: Board, cards: Sequence[Scorecard]) -> Comparison:
    """The closed cross-check: what the members made of each other's criteria."""
    cycle = cards[0].scoreboard.cycle
    own = {view.card.pk: view for view in light_views(cards, board, stages=[Stage.SELF])}
    views = {}
    for card, results in cross_results_of_bloc(cycle, board).items():
        rows = {
            key: MarkRow(card, key, Stage.CROSS, MarkState.SCORED, result.points, "", "", "")
            for key, result in results.items()
            if result.points is not None
        }
        if rows:
            self_marks = own[card].at(Stage.SELF)
            views[card] = CardView(own[card].card, board, {Stage.SELF: self_marks, Stage.CROSS: rows})
    return Comparison(Stage.CROSS, board, cards, views)


def _is_seen(who: Standing, card: Scorecard, stage: str) -> bool:
    """What is open to the members is open for sent cards, stage by stage; a person's own rights may reach further."""
    if card.state in EDITABLE_CARD:
        return False
    return stage in visible_stages(who, card) or card.state in PUBLIC_FROM.get(stage, (card.state,))


def last_years_totals(cycle: Cycle) -> dict[int, Decimal]:
    """Unit → the total of the bloc's adopted ranking of the year before."""
    return dict(_adopted_totals(cycle.bloc_id, cycle.year - 1))


@prepared
def _adopted_totals(bloc: int, year: int) -> QuerySet:
    rows = RankingRow.objects.filter(
        run__cycle__bloc=bloc,
        run__cycle__year=year,
        run__status=RankingStatus.ADOPTED,
        total__isnull=False,
    )
    return rows.values_list("unit", "total")
