"""Guidance and scoreboards, loaded as trees that the rules can read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from json import dumps, loads
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from blocs.enums import Role
from blocs.models import Appointment, Cycle, Province
from blocs.queries import cycles_for, provinces_for, today
from config.kit.prepared import prepared
from config.kit.reading import read_once
from scoring.enums import (
    CriterionKind,
    GroupNature,
    GuidanceStatus,
    MarkState,
    NaPolicy,
    NotArisen,
    RankingStatus,
    ScoreboardStatus,
    ScoredBy,
    Stage,
)
from scoring.models import Criterion, Guidance, Mark, RankingRun, Scoreboard
from scoring.rules import (
    BlocFigures,
    Context,
    FormatError,
    Frame,
    FrameRow,
    Lateness,
    Node,
    RoundingTable,
    Rule,
    Scale,
    Scored,
    Total,
    acts_on_others,
    criteria_on_lateness,
    findings_of,
    grades_from_json,
    inputs_from_json,
    punished_twice,
    roundings_from_json,
    rule_from_json,
    stored,
    tie_chain_from_json,
    total_of,
)
from scoring.rules.references import thresholds_in
from scoring.rules.tree import Spot

# Some 60 MB in a process at the most: the years that are at work, with every stage of a dozen cards.
KEPT_BOARDS, KEPT_TOTALS = 64, 64
# State and points of a mark, and its figures as text.
Said = tuple[str, Decimal | None, str]


@dataclass(frozen=True)
class Board:
    """A frame loaded once: criteria in the order of the frame, as a tree for the rules.

    `criteria` holds groups before their children; `rules` holds the parsed rule of each leaf by key.
    """

    guidance: Guidance
    criteria: tuple[Criterion, ...]
    scoreboard: Scoreboard | None = None

    @cached_property
    def by_key(self) -> dict[int, Criterion]:
        return {criterion.pk: criterion for criterion in self.criteria}

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        return tuple(criterion for criterion in self.criteria if not criterion.is_group)

    @cached_property
    def rules(self) -> dict[int, Rule]:
        return {leaf.pk: rule_from_json(leaf.rule, leaf.kind) for leaf in self.leaves}

    @cached_property
    def acting(self) -> frozenset[int]:
        """Leaves whose marks do something to other criteria, so that their figures count, not only their points."""
        return frozenset(key for key, rule in self.rules.items() if acts_on_others(rule))

    @cached_property
    def depths(self) -> dict[int, int]:
        """How deep a criterion stands; 0 for the contents of the first level."""
        found: dict[int, int] = {}
        for criterion in self.criteria:
            found[criterion.pk] = found[criterion.parent_id] + 1 if criterion.parent_id else 0
        return found

    @cached_property
    def natures(self) -> dict[int, GroupNature]:
        """A nature other than normal also holds for everything below."""
        found: dict[int, GroupNature] = {}
        for criterion in self.criteria:
            above = found.get(criterion.parent_id, GroupNature.NORMAL)
            found[criterion.pk] = above if above != GroupNature.NORMAL else GroupNature(criterion.nature)
        return found

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Where every row stands, for numbering and moving."""
        return tuple(Spot(one.pk, one.parent_id, one.code) for one in self.criteria)

    def children_of(self, parent: int | None) -> list[Criterion]:
        """The rows of a group in order; None for the contents of the first level."""
        return [criterion for criterion in self.criteria if criterion.parent_id == parent]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        children: dict[int | None, list[Criterion]] = {}
        for criterion in self.criteria:
            children.setdefault(criterion.parent_id, []).append(criterion)

        def node(criterion: Criterion) -> Node:
            return Node(
                code=criterion.code,
                max_points=criterion.max_points,
                nature=GroupNature(criterion.nature),
                kind=CriterionKind(criterion.kind) if criterion.kind else None,
                children=tuple(node(child) for child in children.get(criterion.pk, ())),
            )

        return tuple(node(root) for root in children.get(None, ()))

    @property
    def waivers(self) -> dict[str, str]:
        """Findings that people let stand → why."""
        own = self.scoreboard.waivers if self.scoreboard else {}
        return {**self.guidance.waivers, **own}

    @cached_property
    def roundings(self) -> RoundingTable:
        return roundings_from_json(self.guidance.roundings)

    @cached_property
    def scale(self) -> Scale:
        return Scale(
            points=self.guidance.scale,
            bonus_cap=self.guidance.bonus_cap,
            deduction_cap=self.guidance.deduction_cap,
            na_policy=NaPolicy(self.guidance.na_policy),
            rounding=self.roundings.total,
        )

    def awaited(self, stage: str) -> frozenset[str]:
        """Codes of criteria that somebody else scores later than `stage`."""
        later = {ScoredBy.PROVINCE} if stage != Stage.PROVINCE else set()
        if stage == Stage.SELF:
            later.add(ScoredBy.BLOC)
        return frozenset(leaf.code for leaf in self.leaves if leaf.scored_by in later)

    def context(self, leaf: Criterion, *, has_evidence: bool, bloc: BlocFigures | None = None) -> Context:
        return Context(
            nature=self.natures[leaf.pk],
            not_arisen=NotArisen(leaf.not_arisen or self.guidance.not_arisen),
            needs_evidence=leaf.needs_evidence and self.guidance.evidence_required,
            has_evidence=has_evidence,
            bloc=bloc,
        )

    @cached_property
    def on_lateness(self) -> list[str]:
        """Codes of criteria that themselves count a card sent late."""
        return criteria_on_lateness((leaf.code, f"{leaf.title} {leaf.wording}") for leaf in self.leaves)

    def total(self, marks: Mapping[int, Mark], stage: str, late: Lateness | None = None) -> Total:
        """The total of one card at one stage from its stored marks, by key of criterion.

        The same marks give the same total, so each is worked out once: a table of the bloc asks for dozens.
        """
        # Figures count where they do something to other criteria, and few do.
        said = tuple(
            (mark.state, mark.points, _as_text(mark.inputs) if acts else "")
            if (mark := marks.get(key))
            else None
            for key, acts in self._keys
        )
        return self._total_of(said, stage, late)

    @cached_property
    def _keys(self) -> tuple[tuple[int, bool], ...]:
        """The leaves' keys in order, and whether each acts on others."""
        return tuple((leaf.pk, leaf.pk in self.acting) for leaf in self.leaves)

    @cached_property
    def _total_of(self) -> Callable[[tuple[Said | None, ...], str, Lateness | None], Total]:
        @lru_cache(maxsize=KEPT_TOTALS)
        def work_out(said: tuple[Said | None, ...], stage: str, late: Lateness | None) -> Total:
            given = zip(self.leaves, said, strict=True)
            scored = {leaf.code: self._scored(leaf, *one) for leaf, one in given if one}
            return total_of(self.nodes, scored, self.scale, self.awaited(stage), late)

        return work_out

    def _scored(self, leaf: Criterion, state: str, points: Decimal | None, inputs: str) -> Scored:
        if not inputs:
            return Scored(MarkState(state), points)
        figures = inputs_from_json(CriterionKind(leaf.kind), loads(inputs))
        return stored(self.rules[leaf.pk], leaf.max_points, figures, MarkState(state), points)


def _as_text(inputs: Mapping[str, Any] | str) -> str:
    return inputs if isinstance(inputs, str) else dumps(inputs, sort_keys=True)


def guidances_for(user: User, at: datetime) -> QuerySet[Guidance]:
    """Published guidance of one's provinces; drafts only for those who write it."""
    return (
        Guidance.objects.filter(province__in=provinces_for(user, at))
        .filter(~Q(status=GuidanceStatus.DRAFT) | Q(province__in=provinces_to_write_in(user, at)))
        .select_related("province", "published_by", "replaces")
        .order_by("province__sort_key", "-from_year", "-issued_on", "-version", "pk")
    )


def provinces_to_write_in(user: User, at: datetime) -> QuerySet[Province]:
    """Provinces whose guidance a person writes."""
    writers = Appointment.objects.on(today(at)).filter(
        user=user, role__in=(Role.PROVINCE_HEAD, Role.PROVINCE_OFFICER)
    )
    return Province.objects.filter(pk__in=writers.values("province")).order_by("sort_key")


def scoreboards_on(guidance: Guidance, user: User, at: datetime) -> QuerySet[Scoreboard]:
    """The boards that were made from a guidance, as far as a person may see their years."""
    return (
        Scoreboard.objects.filter(guidance=guidance, cycle__in=cycles_for(user, at))
        .exclude(status=ScoreboardStatus.REPLACED)
        .select_related("cycle__bloc__province")
        .order_by("-cycle__year", "cycle__bloc__sort_key", "pk")
    )


def guidances_of_year(province: Province, year: int) -> QuerySet[Guidance]:
    """Published guidance that holds for a year, the newest first."""
    return Guidance.objects.filter(
        Q(to_year=None) | Q(to_year__gte=year),
        province=province,
        status=GuidanceStatus.PUBLISHED,
        from_year__lte=year,
    ).order_by("-from_year", "-issued_on", "-version")


def in_frame_order(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Depth first, each level by position: the order in which a frame is read."""
    children: dict[int | None, list[Criterion]] = {}
    for criterion in criteria:
        children.setdefault(criterion.parent_id, []).append(criterion)
    for group in children.values():
        group.sort(key=lambda criterion: (criterion.position, criterion.pk))
    ordered: list[Criterion] = []

    def walk(parent: int | None) -> None:
        for criterion in children.get(parent, ()):
            ordered.append(criterion)
            walk(criterion.pk)

    walk(None)
    return tuple(ordered)


def board_of_guidance(guidance: Guidance) -> Board:
    return Board(guidance, in_frame_order(Criterion.objects.filter(guidance=guidance)))


def board_of(scoreboard: Scoreboard) -> Board:
    """A bloc's frame. One query; none for one that was adopted and has been read by this process before."""
    if scoreboard.status == ScoreboardStatus.DRAFT:
        return stored_board(scoreboard)
    return _adopted_board(scoreboard.pk, scoreboard.content_hash, scoreboard.adopted_at)


def stored_board(scoreboard: Scoreboard) -> Board:
    """The same as it stands in the database now, for whoever checks that nobody has touched it."""
    criteria = Criterion.objects.filter(scoreboard=scoreboard)
    return Board(scoreboard.guidance, in_frame_order(criteria), scoreboard)


@lru_cache(maxsize=KEPT_BOARDS)
def _adopted_board(key: int, content_hash: str, adopted_at: datetime) -> Board:
    """Frozen by the database with its guidance: criteria, law, waivers. Its status and who may look do change,
    and are not read from here."""
    return stored_board(Scoreboard.objects.select_related("guidance").get(pk=key))


@read_once
def scoreboard_of(cycle: Cycle) -> Scoreboard | None:
    """The scoreboard in force: the adopted one, else the newest draft; `is_ranked`: the year's ranking is adopted."""
    found = next(iter(_boards_in(cycle.pk)), None)
    if found is not None:
        found.cycle = cycle
    return found


@prepared
def _boards_in(cycle: int) -> QuerySet[Scoreboard]:
    boards = Scoreboard.objects.filter(cycle=cycle).exclude(status=ScoreboardStatus.REPLACED)
    adopted = RankingRun.objects.filter(cycle=OuterRef("cycle"), status=RankingStatus.ADOPTED)
    boards = boards.select_related("guidance").annotate(is_ranked=Exists(adopted))
    return boards.order_by("status", "-version")[:1]


def drafts_of(cycle: Cycle) -> QuerySet[Scoreboard]:
    """The bloc's draft, when there is one beside the board in force."""
    drafts = Scoreboard.objects.filter(cycle=cycle, status=ScoreboardStatus.DRAFT)
    return drafts.select_related("guidance", "cycle__bloc__province").order_by("-version")


def draft_board_of(cycle: Cycle) -> Scoreboard | None:
    return drafts_of(cycle).first()


def rule_of(criterion: Criterion) -> Rule | None:
    """The parsed rule of a leaf; None for a group."""
    return rule_from_json(criterion.rule, criterion.kind) if criterion.kind else None


def criteria_of(cycle: Cycle) -> QuerySet[Criterion]:
    """Every criterion of a year's boards."""
    return Criterion.objects.filter(scoreboard__cycle=cycle).select_related("scoreboard__guidance")


def findings_in(board: Board) -> list[str]:
    """What the checker says of a frame, as sentences; also what people let stand."""
    if not board.leaves:
        return ["Thang bảng điểm chưa có tiêu chí nào. Hãy nhập các tiêu chí."]
    try:
        found = dict.fromkeys(finding.sentence for finding in findings_of(frame_of(board)))
    except FormatError as wrong:
        return wrong.reasons
    if board.guidance.lateness and board.on_lateness:
        found[punished_twice(board.on_lateness)] = None
    return list(found)


def frame_of(board: Board) -> Frame:
    """A board as the checker reads it; raises FormatError where a rule cannot be read."""
    guidance = board.guidance
    codes = {criterion.pk: criterion.code for criterion in board.criteria}
    rows = tuple(
        FrameRow(
            code=criterion.code,
            parent=codes.get(criterion.parent_id, ""),
            title=criterion.title,
            max_points=criterion.max_points,
            nature=GroupNature(criterion.nature),
            kind=CriterionKind(criterion.kind) if criterion.kind else None,
            rule=board.rules.get(criterion.pk),
            wording=criterion.wording,
        )
        for criterion in board.criteria
    )
    return Frame(
        rows=rows,
        scale=guidance.scale,
        bonus_cap=guidance.bonus_cap,
        deduction_cap=guidance.deduction_cap,
        grades=grades_from_json(guidance.grades),
        tie_chain=tie_chain_from_json(guidance.tie_chain),
        rounding=board.roundings,
        thresholds=thresholds_in(guidance.note),
    )


def frame_faults(board: Board) -> list[str]:
    """Findings that are neither mended nor waived: why a frame cannot be published or adopted."""
    return [sentence for sentence in findings_in(board) if sentence not in board.waivers]
