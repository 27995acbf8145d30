"""Guidance, scoreboards, cards, marks and rankings, and what each person may see of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from blocs.enums import MilestoneKind, Phase, Role
from blocs.models import Appointment, Cycle, Membership, Province
from blocs.queries import HEAD_ROLES, Standing, due_on, provinces_for, today
from blocs.rules import Hit, Todo
from config.kit.text import search_key
from scoring.enums import (
    CriterionKind,
    GroupNature,
    GuidanceStatus,
    MarkState,
    NaPolicy,
    NotArisen,
    RankingStatus,
    ScoreboardStatus,
    ScorecardState,
    ScoredBy,
    Stage,
)
from scoring.models import (
    Criterion,
    Guidance,
    Mark,
    MarkEvidence,
    RankingRow,
    RankingRun,
    Scoreboard,
    Scorecard,
)
from scoring.rules import (
    BlocFigures,
    Context,
    Node,
    RoundingTable,
    Rule,
    Scale,
    Scored,
    Total,
    bloc_figures,
    inputs_from_json,
    roundings_from_json,
    rule_from_json,
    stored,
    total_of,
)

# From this state of a card on, a stage may be read by the members of the bloc.
EDITABLE_CARD = (ScorecardState.DRAFT, ScorecardState.PROPOSED, ScorecardState.RETURNED)


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

    def total(self, marks: Mapping[int, Mark], stage: str) -> Total:
        """The total of one card at one stage from its stored marks, by key of criterion."""
        scored = {leaf.code: self.scored(leaf, marks[leaf.pk]) for leaf in self.leaves if leaf.pk in marks}
        return total_of(self.nodes, scored, self.scale, self.awaited(stage))

    def scored(self, leaf: Criterion, mark: Mark) -> Scored:
        inputs = inputs_from_json(CriterionKind(leaf.kind), mark.inputs)
        return stored(self.rules[leaf.pk], leaf.max_points, inputs, MarkState(mark.state), mark.points)


@dataclass(frozen=True)
class CardView:
    """A card with its marks by stage and criterion, and the totals that follow from them."""

    card: Scorecard
    board: Board
    marks: Mapping[str, Mapping[int, Mark]] = field(default_factory=dict)

    def at(self, stage: str) -> Mapping[int, Mark]:
        return self.marks.get(stage, {})

    @cached_property
    def totals(self) -> dict[str, Total]:
        return {stage: self.board.total(self.at(stage), stage) for stage in Stage.values if self.at(stage)}

    def total(self, stage: str) -> Total:
        """The total of a stage, also when nothing is scored there yet."""
        return self.totals.get(stage) or self.board.total({}, stage)

    @property
    def last_stage(self) -> str:
        """The stage whose figures stand for the card now."""
        order = (Stage.PROVINCE, Stage.MEETING, Stage.BLOC, Stage.SELF)
        return next((stage for stage in order if self.at(stage)), Stage.SELF)


# Guidance


def guidances_for(user: User, at: datetime) -> QuerySet[Guidance]:
    """Published guidance of one's provinces; drafts only for those who write it."""
    writers = Appointment.objects.on(today(at)).filter(
        user=user, role__in=(Role.PROVINCE_HEAD, Role.PROVINCE_OFFICER)
    )
    return (
        Guidance.objects.filter(province__in=provinces_for(user, at))
        .filter(~Q(status=GuidanceStatus.DRAFT) | Q(province__in=writers.values("province")))
        .select_related("province")
        .order_by("province__sort_key", "-from_year", "-issued_on", "-version", "pk")
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
    criteria = Criterion.objects.filter(scoreboard=scoreboard).select_related("target", "source")
    return Board(scoreboard.guidance, in_frame_order(criteria), scoreboard)


def scoreboard_of(cycle: Cycle) -> Scoreboard | None:
    """The scoreboard in force: the adopted one, else the newest draft."""
    boards = Scoreboard.objects.filter(cycle=cycle).exclude(status=ScoreboardStatus.REPLACED)
    return boards.select_related("guidance", "cycle__bloc__province").order_by("status", "-version").first()


# Cards


def cards_of(cycle: Cycle) -> QuerySet[Scorecard]:
    """The cards of the adopted scoreboard, in the order of the bloc."""
    return (
        Scorecard.objects.filter(
            scoreboard__cycle=cycle,
            scoreboard__status=ScoreboardStatus.ADOPTED,
            unit__memberships__cycle=cycle,
        )
        .select_related(
            "unit", "verifier", "scoreboard__guidance", "scoreboard__cycle__bloc__province", "sent_by"
        )
        .order_by("unit__memberships__position", "pk")
    )


def cards_for(who: Standing, cycle: Cycle) -> QuerySet[Scorecard]:
    """Cards a person may see: the own unit's; those sent, for whoever checks them; all once verified and opened."""
    cards = cards_of(cycle)
    if who.reads_all:
        return cards
    own = Q(unit__in=who.member_of)
    sent = ~Q(state__in=EDITABLE_CARD)
    if who.is_chair or who.is_vice:
        return cards.filter(own | sent)
    appointed = Q(verifier__in=who.member_of)
    agreed = Q(state__in=(ScorecardState.AGREED, ScorecardState.APPRAISED))
    if who.member_of:
        return cards.filter(own | (sent & appointed) | agreed)
    return cards.none()


def visible_stages(who: Standing, card: Scorecard) -> tuple[str, ...]:
    """Stages of a card a person may read: a unit sees the bloc's figures once its check is finished."""
    stages = [Stage.SELF]
    is_judge = who.reads_all or (
        (who.is_chair or who.is_vice or card.verifier_id in who.member_of)
        and card.unit_id not in who.belongs_to
    )
    checked = card.state in (ScorecardState.VERIFIED, ScorecardState.AGREED, ScorecardState.APPRAISED)
    if is_judge or checked:
        stages.append(Stage.BLOC)
    if checked:
        stages.append(Stage.MEETING)
    if card.state == ScorecardState.APPRAISED or who.is_province_officer or who.is_province_head:
        stages.append(Stage.PROVINCE)
    return tuple(stages)


def marks_by_stage(marks: Iterable[Mark]) -> dict[str, dict[int, Mark]]:
    found: dict[str, dict[int, Mark]] = {}
    for mark in marks:
        found.setdefault(mark.stage, {})[mark.criterion_id] = mark
    return found


def card_view(card: Scorecard, board: Board | None = None) -> CardView:
    """One card with all its marks; two queries when the board is given."""
    board = board or board_of(card.scoreboard)
    marks = Mark.objects.filter(card=card).select_related("author")
    return CardView(card, board, marks_by_stage(marks))


def card_views(
    cards: Sequence[Scorecard], board: Board, *, stages: Iterable[str] = Stage.values
) -> list[CardView]:
    """Several cards of one board; one query for all their marks."""
    by_card: dict[int, list[Mark]] = {}
    for mark in Mark.objects.filter(card__in=[card.pk for card in cards], stage__in=list(stages)):
        by_card.setdefault(mark.card_id, []).append(mark)
    return [CardView(card, board, marks_by_stage(by_card.get(card.pk, ()))) for card in cards]


def evidence_of(card: Scorecard) -> dict[int, list[MarkEvidence]]:
    """Living evidence by key of criterion."""
    found: dict[int, list[MarkEvidence]] = {}
    living = MarkEvidence.objects.filter(card=card, removed_at=None).select_related("upload").order_by("pk")
    for evidence in living:
        found.setdefault(evidence.criterion_id, []).append(evidence)
    return found


def bloc_figures_of(scoreboard: Scoreboard, leaf: Criterion, stage: str) -> BlocFigures:
    """What the whole bloc says about a criterion that is scored against its leader."""
    marks = Mark.objects.filter(card__scoreboard=scoreboard, criterion=leaf, stage=stage).order_by("card_id")
    return bloc_figures(inputs_from_json(CriterionKind(leaf.kind), mark.inputs) for mark in marks)


# Ranking


def ranking_of(cycle: Cycle) -> RankingRun | None:
    """The adopted ranking of a year, else the newest draft."""
    return (
        RankingRun.objects.filter(cycle=cycle)
        .exclude(status=RankingStatus.REPLACED)
        .prefetch_related(Prefetch("rows", RankingRow.objects.select_related("unit")))
        .order_by("status", "-pk")
        .first()
    )


def unranked_of(cycle: Cycle) -> dict[int, str]:
    """Unit → why it is not ranked."""
    return dict(
        Membership.objects.filter(cycle=cycle)
        .exclude(unranked_reason="")
        .values_list("unit_id", "unranked_reason")
    )


def last_year_marks(card: Scorecard, board: Board) -> dict[int, Decimal]:
    """Criterion → last year's agreed points of the same unit and code, to read beside this year's."""
    cycle = card.scoreboard.cycle
    marks = Mark.objects.filter(
        card__unit=card.unit_id,
        card__scoreboard__cycle__bloc=cycle.bloc_id,
        card__scoreboard__cycle__year=cycle.year - 1,
        card__scoreboard__status=ScoreboardStatus.ADOPTED,
        stage=Stage.MEETING,
    ).values_list("criterion__code", "points")
    by_code = dict(marks)
    return {leaf.pk: by_code[leaf.code] for leaf in board.leaves if by_code.get(leaf.code) is not None}


# What the other apps ask


def todos_for(user: User, at: datetime) -> list[Todo]:
    """Cards to fill, to approve, and to check."""
    mine = list(
        Appointment.objects.on(today(at)).filter(user=user, unit__isnull=False).values_list("unit_id", "role")
    )
    units = {unit for unit, _ in mine}
    if not units:
        return []
    heads = {unit for unit, role in mine if role in HEAD_ROLES}
    cards = (
        Scorecard.objects.filter(scoreboard__status=ScoreboardStatus.ADOPTED)
        .filter(
            Q(unit__in=units, state__in=EDITABLE_CARD, scoreboard__cycle__phase=Phase.SELF_SCORING)
            | Q(
                state=ScorecardState.SENT,
                scoreboard__cycle__phase__in=(Phase.SELF_SCORING, Phase.VERIFYING),
                scoreboard__cycle__terms__unit__in=units,
                scoreboard__cycle__terms__to_on=None,
            )
        )
        .select_related("unit", "scoreboard__cycle__bloc__province")
        .distinct()
    )
    return [todo for card in cards if (todo := _card_todo(card, units, heads))]


def _card_todo(card: Scorecard, units: set[int], heads: set[int]) -> Todo | None:
    cycle = card.scoreboard.cycle
    url = reverse("scorecard", args=[*cycle.slugs, card.unit.slug])
    if card.unit_id in units:
        if card.state == ScorecardState.PROPOSED and card.unit_id not in heads:
            return None
        words = "Duyệt và gửi bảng tự chấm điểm" if card.state == ScorecardState.PROPOSED else "Tự chấm điểm"
        return Todo(words, url, str(cycle))
    if card.state == ScorecardState.SENT:
        return Todo(f"Rà soát bảng điểm của {card.unit}", url, str(cycle))
    return None


def search_for(user: User, words: str, at: datetime) -> list[Hit]:
    """Guidance by number or title."""
    key = search_key(words)
    if not key:
        return []
    found = guidances_for(user, at).filter(Q(number__icontains=words) | Q(title__icontains=words))[:20]
    return [Hit(f"{g.number} {g.title}", g.get_absolute_url(), "Hướng dẫn", str(g.province)) for g in found]


def violations() -> list[str]:
    """What must hold of scores and does not."""
    strangers = Mark.objects.exclude(criterion__scoreboard=F("card__scoreboard")).count()
    unranked = RankingRow.objects.filter(rank=None, unranked_reason="").count()
    found = [f"{strangers} điểm thuộc tiêu chí của một bảng điểm khác."] if strangers else []
    return found + ([f"{unranked} dòng xếp hạng không có hạng và không có lý do."] if unranked else [])


def due_of(cycle: Cycle) -> date | None:
    """The day by which cards are to be sent, if one is set."""
    return due_on(cycle, MilestoneKind.SELF_SCORING)


def progress_of(cycle: Cycle) -> dict[str, int]:
    """How many cards stand in each state."""
    rows = cards_of(cycle).order_by().values("state").annotate(many=Count("pk"))
    return {row["state"]: row["many"] for row in rows}
