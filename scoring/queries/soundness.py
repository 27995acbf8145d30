"""Whether the stored figures of scoring still follow from what they were made of: frames, marks, rankings.

Everything is read from the database anew, for all years at once, and worked out by the rules that made it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.db.models import F

from blocs.models import Membership
from config.kit.text import number
from scoring.enums import (
    CriterionKind,
    GuidanceStatus,
    RankingStatus,
    RankNumbering,
    ScoreboardStatus,
    Stage,
    TieStepKind,
)
from scoring.models import (
    Criterion,
    CrossCheck,
    Guidance,
    Mark,
    RankingRow,
    RankingRun,
    Scoreboard,
    Scorecard,
)
from scoring.queries.boards import Board, in_frame_order
from scoring.queries.cards import SETTLED_CARD, CardView, marks_by_stage
from scoring.queries.leader import LeaderSheet
from scoring.queries.prints import content_hash
from scoring.queries.ranking import entry_of
from scoring.rules import (
    Entry,
    Graded,
    Inputs,
    TieDecision,
    bounds_of,
    grades_from_json,
    grades_of,
    inputs_from_json,
    lateness_from_json,
    names_points,
    points_of,
    rank_units,
    tie_chain_from_json,
)


def violations() -> list[str]:
    """What must hold of scores and does not. The same number of queries whatever the years hold."""
    boards = _boards()
    return [
        *_strangers(),
        *_changed_guidances(),
        *(sentence for board in boards for sentence in board.frame_faults()),
        *(sentence for board in boards for sentence in board.mark_faults()),
        *_ranking_faults({board.scoreboard.cycle_id: board for board in boards if board.is_in_force}),
    ]


def _strangers() -> list[str]:
    strange = Mark.objects.exclude(criterion__scoreboard=F("card__scoreboard"))
    outside = RankingRow.objects.exclude(unit__memberships__cycle=F("run__cycle"))
    return [
        f"Điểm của {mark.card.unit}: tiêu chí {mark.criterion.code} thuộc một bảng điểm khác."
        for mark in strange.select_related("card__unit", "criterion").order_by("pk")
    ] + [
        f"Bảng xếp hạng {row.run.cycle}: {row.unit} không thuộc khối."
        for row in outside.select_related("run__cycle__bloc", "unit").order_by("pk")
    ]


def _changed_guidances() -> list[str]:
    guidances = Guidance.objects.exclude(status=GuidanceStatus.DRAFT).order_by("pk")
    rows = _by(Criterion.objects.filter(guidance__in=guidances), "guidance_id")
    return [
        f"Hướng dẫn {guidance} đã công bố không còn đúng mã băm."
        for guidance in guidances
        if content_hash(Board(guidance, in_frame_order(rows.get(guidance.pk, ())))) != guidance.content_hash
    ]


def _by(rows: Iterable, name: str) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _boards() -> list["StoredBoard"]:
    """Every board that was adopted, with its cards and their marks. Six queries."""
    boards = Scoreboard.objects.exclude(status=ScoreboardStatus.DRAFT)
    boards = boards.select_related("guidance", "cycle__bloc__province").order_by("pk")
    criteria = _by(Criterion.objects.filter(scoreboard__in=boards), "scoreboard_id")
    cards = _by(Scorecard.objects.select_related("unit").order_by("pk"), "scoreboard_id")
    marks = _by(Mark.objects.order_by("pk"), "card_id")
    crossed = _by(CrossCheck.objects.order_by("pk"), "card_id")
    present = set(Membership.objects.filter(left_on=None).values_list("cycle_id", "unit_id"))
    return [
        StoredBoard(
            Board(one.guidance, in_frame_order(criteria.get(one.pk, ())), one),
            cards.get(one.pk, []),
            {card.pk: marks.get(card.pk, []) for card in cards.get(one.pk, ())},
            {card.pk: crossed.get(card.pk, []) for card in cards.get(one.pk, ())},
            present,
        )
        for one in boards
    ]


@dataclass(frozen=True)
class StoredBoard:
    """An adopted board as it stands in the database, with its cards and what was given on them."""

    board: Board
    cards: Sequence[Scorecard]
    marks: Mapping[int, Sequence[Mark]]
    crossed: Mapping[int, Sequence[CrossCheck]]
    present: set[tuple[int, int]]

    @property
    def scoreboard(self) -> Scoreboard:
        return self.board.scoreboard

    @property
    def is_in_force(self) -> bool:
        return self.scoreboard.status == ScoreboardStatus.ADOPTED

    def frame_faults(self) -> list[str]:
        if content_hash(self.board) == self.scoreboard.content_hash:
            return []
        return [f"Bảng điểm đã thông qua của {self.scoreboard.cycle} không còn đúng mã băm."]

    def views(self) -> Iterator[CardView]:
        """The cards of present members, without what they may have lost by being late."""
        for card in self.cards:
            if (self.scoreboard.cycle_id, card.unit_id) in self.present:
                yield CardView(card, self.board, marks_by_stage(self.marks[card.pk]))

    def mark_faults(self) -> list[str]:
        """Marks whose points follow neither from their figures nor from what somebody gave."""
        return [
            sentence
            for card in self.cards
            for mark in (*self.marks[card.pk], *self.crossed[card.pk])
            if mark.criterion_id in self.board.rules
            for sentence in self._faults_of(card, mark)
        ]

    def _faults_of(self, card: Scorecard, mark: Mark | CrossCheck) -> list[str]:
        leaf = self.board.by_key[mark.criterion_id]
        stage = getattr(mark, "stage", Stage.CROSS)
        where = f"Điểm tiêu chí {leaf.code} ({Stage(stage).label}) của {card.unit}, {self.scoreboard.cycle}"
        found = []
        bounds = bounds_of(CriterionKind(leaf.kind), self.board.natures[leaf.pk], leaf.max_points)
        if (mark.floor, mark.ceiling) != bounds:
            found.append(f"{where}: khoảng điểm không phải của tiêu chí.")
        if mark.points is None:
            return found
        given = [points for points in self._points(card, mark, leaf, stage) if points is not None]
        if given and mark.points not in given and not self._is_given(stage, mark):
            found.append(f"{where} ghi {number(mark.points)}, tính lại theo số liệu là {number(given[0])}.")
        elif not given and not names_points(mark.explanation, mark.points):
            found.append(f"{where} ghi {number(mark.points)}, khác với diễn giải “{mark.explanation}”.")
        return found

    def _is_given(self, stage: str, mark: Mark | CrossCheck) -> bool:
        """Beyond the unit's own stage people may give points beside the figures, and the explanation says which."""
        return stage != Stage.SELF and names_points(mark.explanation, mark.points)

    def _points(
        self, card: Scorecard, mark: Mark | CrossCheck, leaf: Criterion, stage: str
    ) -> list[Decimal | None]:
        """The points that the figures make, with evidence and without: which held when they were given is past."""
        if not mark.inputs or (leaf.kind == CriterionKind.TARGET_LEADER and not self._moves(card, stage)):
            return []
        inputs = inputs_from_json(CriterionKind(leaf.kind), mark.inputs)
        return [self._computed(card, leaf, stage, inputs, proven) for proven in (True, False)]

    def _computed(
        self, card: Scorecard, leaf: Criterion, stage: str, inputs: Inputs, has_evidence: bool
    ) -> Decimal | None:
        bloc = None
        if leaf.kind == CriterionKind.TARGET_LEADER:
            bloc = self._sheet.seen_by(card.pk, stage, leaf.pk)
        context = self.board.context(leaf, has_evidence=has_evidence, bloc=bloc)
        rule = self.board.rules[leaf.pk]
        return points_of(rule, leaf.max_points, inputs, self.board.roundings, context).points

    def _moves(self, card: Scorecard, stage: str) -> bool:
        """Against the bloc's leader only open cards are scored again when another figure changes."""
        is_open = card.pk in self._sheet.cards and card.state not in SETTLED_CARD
        return is_open and stage in (Stage.SELF, Stage.BLOC, Stage.MEETING)

    @cached_property
    def _sheet(self) -> LeaderSheet:
        cards = {view.card.pk: view.card.state for view in self.views()}
        marks = {
            (mark.stage, mark.criterion_id, mark.card_id): mark
            for key in cards
            for mark in self.marks[key]
            if self.board.by_key[mark.criterion_id].kind == CriterionKind.TARGET_LEADER
        }
        return LeaderSheet(cards, marks)


def _ranking_faults(boards: Mapping[int, StoredBoard]) -> list[str]:
    runs = RankingRun.objects.filter(status=RankingStatus.ADOPTED).order_by("pk")
    rows = _by(RankingRow.objects.filter(run__in=runs).select_related("unit").order_by("pk"), "run_id")
    return [
        sentence
        for run in runs
        if run.cycle_id in boards
        for sentence in AdoptedRanking(run, rows.get(run.pk, []), boards[run.cycle_id]).faults()
    ]


@dataclass(frozen=True)
class AdoptedRanking:
    """A ranking as it was signed, beside what the agreed marks say."""

    run: RankingRun
    rows: Sequence[RankingRow]
    stored: StoredBoard

    def faults(self) -> list[str]:
        where = f"Bảng xếp hạng đã chốt, {self.stored.scoreboard.cycle}"
        return [
            f"{where}: {row.unit} {fault}" for row in self.rows for fault in (self._sum_fault(row),) if fault
        ] + [f"{where}: {unit} {fault}" for unit, fault in self._place_faults()]

    @cached_property
    def _views(self) -> Mapping[int, CardView]:
        return {view.card.unit_id: view for view in self.stored.views()}

    def _sum_fault(self, row: RankingRow) -> str:
        """The parts of the total are those of the agreed marks, and the total is their sum."""
        if row.total is None:
            return ""
        if row.total != row.normal + row.bonus + row.deduction:
            parts = f"{number(row.normal)} + {number(row.bonus)} + ({number(row.deduction)})"
            return f"có tổng điểm {number(row.total)}, khác {parts}."
        if row.unit_id not in self._views:
            return ""
        now = self._views[row.unit_id].total(Stage.MEETING)
        groups = {node.code: str(now.subtotals[node.code].points) for node in self.stored.board.nodes}
        if (row.normal, row.bonus) != (now.normal, now.bonus) or not self._is_loss(row, now.deduction):
            return (
                f"có tổng điểm {number(row.total)}, cộng lại từ điểm đã thống nhất là {number(now.so_far)}."
            )
        if {code: Decimal(points) for code, points in row.by_group.items()} != {
            code: Decimal(points) for code, points in groups.items()
        }:
            return "có điểm từng nội dung khác với điểm đã thống nhất."
        return ""

    def _is_loss(self, row: RankingRow, deduction: Decimal) -> bool:
        """What a late card lost is not stored apart, and its date may have been moved since: it lost no more than
        the guidance takes at the most."""
        if row.deduction == deduction:
            return True
        lateness = self.stored.board.guidance.lateness
        cap = lateness_from_json(lateness).cap if lateness else Decimal(0)
        return row.deduction < deduction and (cap is None or deduction - row.deduction <= cap)

    def _entries(self) -> list[Entry]:
        """What was ranked: the stored figures, with whatever else a tie asks for."""
        return [
            replace(
                entry_of(self._views[row.unit_id], row.unranked_reason),
                total=row.total,
                bonus=row.bonus,
                deduction=row.deduction,
            )
            for row in self.rows
            if row.unit_id in self._views
        ]

    def _place_faults(self) -> Iterator[tuple[str, str]]:
        """Places that do not follow from the stored figures by the guidance's chain and the recorded decisions."""
        law = self.stored.board.guidance
        entries, chain = self._entries(), tie_chain_from_json(law.tie_chain)
        if len(entries) != len(self.rows):
            return
        if any(step.kind == TieStepKind.WOMEN_SHARE for step in chain):
            # The share of women is that of today: a tie that it broke can no longer be told.
            yield from self._order_faults()
            return
        decisions = [TieDecision(tuple(one["order"]), one["reason"]) for one in self.run.decisions]
        ranking = rank_units(entries, chain, RankNumbering(law.rank_numbering), decisions)
        grades = grades_from_json(law.grades)
        graded = grades_of(entries, ranking, grades) if grades else {}
        for row in self.rows:
            rank = ranking.places[row.unit_id].rank
            if row.rank != rank:
                yield str(row.unit), f"ghi hạng {_rank(row.rank)}, theo tổng điểm là hạng {_rank(rank)}."
            grade = graded.get(row.unit_id, Graded(None))
            name = grade.grade.name if grade.grade and not grade.waits else ""
            if row.grade != name:
                yield str(row.unit), f"ghi xếp loại “{row.grade}”, theo tổng điểm là “{name}”."

    def _order_faults(self) -> Iterator[tuple[str, str]]:
        ranked = sorted((row for row in self.rows if row.rank), key=lambda row: -row.total)
        for better, worse in pairwise(ranked):
            if better.total > worse.total and better.rank >= worse.rank:
                yield str(worse.unit), f"ghi hạng {worse.rank}, trên {better.unit} có tổng điểm cao hơn."


def _rank(rank: int | None) -> str:
    return "—" if rank is None else str(rank)
