"""Cards and marks: whose they are, who may see which, and the totals that follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat

from blocs.enums import Office
from blocs.models import Cycle, Membership, Unit
from blocs.queries import Standing, terms_of
from config.kit.prepared import OneOf, prepared
from config.kit.reading import read_once
from config.kit.text import key_of
from scoring.enums import (
    CriterionKind,
    MarkState,
    RankingStatus,
    ScoreboardStatus,
    ScorecardState,
    Stage,
)
from scoring.models import CrossCheck, Mark, MarkEvidence, RankingRun, Scorecard
from scoring.queries.boards import Board, board_of, scoreboard_of
from scoring.queries.lateness import late_of, lates_of
from scoring.rules import Lateness, Total

# The card is with its unit.
EDITABLE_CARD = (ScorecardState.DRAFT, ScorecardState.PROPOSED, ScorecardState.RETURNED)
# The bloc's check of the card is finished.
CHECKED_CARD = (ScorecardState.VERIFIED, ScorecardState.AGREED, ScorecardState.APPRAISED)
# The meeting has agreed the card.
SETTLED_CARD = (ScorecardState.AGREED, ScorecardState.APPRAISED)
# Where a stage says nothing of its own, the mark of the stage before it stands.
STANDS_ON: Mapping[str, tuple[str, ...]] = {
    Stage.SELF: (Stage.SELF,),
    Stage.BLOC: (Stage.BLOC,),
    Stage.MEETING: (Stage.BLOC, Stage.MEETING),
    Stage.PROVINCE: (Stage.BLOC, Stage.MEETING, Stage.PROVINCE),
}


class MarkRow(NamedTuple):
    """What sums and tables need of a mark; a whole bloc of them is read many times faster than as rows of a model.

    `inputs` is JSON text, empty for criteria that do nothing to others.
    """

    card_id: int
    criterion_id: int
    stage: str
    state: str
    points: Decimal | None
    na_reason: str
    reason: str
    inputs: str


class MarkLine(NamedTuple):
    """What a page or a paper shows of a mark; nothing of it is written back."""

    criterion_id: int
    stage: str
    state: str
    points: Decimal | None
    na_reason: str
    reason: str
    inputs: Mapping[str, Any]
    explanation: str
    version: int
    evidence_version: str
    marked_at: datetime
    author_name: str


@dataclass(frozen=True)
class CardView:
    """A card with its marks by stage and criterion, what it lost by being late, and the totals that follow."""

    card: Scorecard
    board: Board
    marks: Mapping[str, Mapping[int, Mark]] = field(default_factory=dict)
    late: Lateness | None = None

    def at(self, stage: str) -> Mapping[int, Mark]:
        return self.marks.get(stage, {})

    def after(self, stage: str, marks: Iterable[Mark]) -> "CardView":
        """The same card once these marks have been saved."""
        now = {**self.at(stage), **{mark.criterion_id: mark for mark in marks}}
        return CardView(self.card, self.board, {**self.marks, stage: now}, self.late)

    def standing_at(self, stage: str) -> Mapping[int, Mark]:
        """The marks that stand at a stage: its own, else those of the stage before it."""
        if stage not in self._standing:
            found: dict[int, Mark] = {}
            for one in STANDS_ON[stage]:
                found.update(self.at(one))
            self._standing[stage] = found
        return self._standing[stage]

    @cached_property
    def _standing(self) -> dict[str, Mapping[int, Mark]]:
        return {}

    @cached_property
    def _totals(self) -> dict[str, Total]:
        return {}

    def total(self, stage: str) -> Total:
        """The total of a stage, also when nothing is scored there yet; worked out once."""
        if stage not in self._totals:
            self._totals[stage] = self.board.total(self.standing_at(stage), stage, self.late)
        return self._totals[stage]

    def last_of(self, stages: Sequence[str]) -> str:
        """Of these stages, the one whose figures stand for the card now."""
        return next(
            (stage for stage in reversed(STANDS_ON) if stage in stages and self.at(stage)), Stage.SELF
        )


@read_once
def cards_of(cycle: Cycle) -> QuerySet[Scorecard]:
    """The cards of the adopted scoreboard, in the order of the bloc."""
    scoreboard = scoreboard_of(cycle)
    if scoreboard is None or scoreboard.status != ScoreboardStatus.ADOPTED:
        return Scorecard.objects.none()
    # By way of the board all cards share it, its guidance and the year, instead of each reading its own.
    return _in_order(scoreboard.cards.all(), cycle)


def _present(cards: QuerySet[Scorecard], cycle: Cycle | int) -> QuerySet[Scorecard]:
    """Those whose units are members of the year."""
    return cards.filter(unit__memberships__cycle=cycle, unit__memberships__left_on=None)


def _in_order(cards: QuerySet[Scorecard], cycle: Cycle | int) -> QuerySet[Scorecard]:
    whole = _present(cards, cycle).select_related("unit", "verifier")
    return whole.order_by("unit__memberships__position", "pk")


@read_once
def cards_in(cycle: Cycle) -> list[Scorecard]:
    """The same, for a page that shows them all. One query."""
    scoreboard = scoreboard_of(cycle)
    if scoreboard is None or scoreboard.status != ScoreboardStatus.ADOPTED:
        return []
    cards = _cards_on(scoreboard.pk, cycle.pk)
    for card in cards:
        card.scoreboard = scoreboard
    return cards


@prepared
def _cards_on(scoreboard: int, cycle: int) -> QuerySet[Scorecard]:
    return _in_order(Scorecard.objects.filter(scoreboard=scoreboard), cycle)


def card_at(who: Standing, cycle: Cycle, unit: str) -> Scorecard | None:
    """The card of a unit, by its word in the address, if the person may open it. One query."""
    card = _card_at(cycle, unit)
    return card if card is not None and sees_card(who, card) else None


def _card_at(cycle: Cycle, unit: str) -> Scorecard | None:
    card = next(iter(_cards_at(cycle.pk, unit)), None)
    if card is not None:
        card.scoreboard.cycle = cycle
        card.scoreboard.guidance = board_of(card.scoreboard).guidance
    return card


@prepared
def _cards_at(cycle: int, unit: str) -> QuerySet[Scorecard]:
    cards = Scorecard.objects.filter(
        scoreboard__cycle=cycle, scoreboard__status=ScoreboardStatus.ADOPTED, unit__slug=unit
    )
    # Few cards have a verifier of their own; those read its name by themselves.
    return _present(cards, cycle).select_related("unit", "scoreboard")


def cards_for(who: Standing, cycle: Cycle) -> QuerySet[Scorecard]:
    """Cards a person may open: the own unit's; sent ones for whoever checks them; all once the meeting agreed.

    What is with its unit is nobody else's: the auditor alone reads everything.
    """
    cards = cards_of(cycle)
    if who.is_auditor:
        return cards
    own = Q(unit__in=who.member_of)
    sent = ~Q(state__in=EDITABLE_CARD)
    if who.reads_all:
        return cards.filter(own | sent)
    if not who.member_of:
        return cards.none()
    if who.is_secretariat or who.is_vice:
        return cards.filter(own | sent)
    return cards.filter(own | (sent & Q(verifier__in=who.member_of)) | Q(state__in=SETTLED_CARD))


def sees_card(who: Standing, card: Scorecard) -> bool:
    """The same law as `cards_for`, for a card that is already loaded."""
    if who.is_auditor or card.unit_id in who.member_of:
        return True
    if card.state in EDITABLE_CARD:
        return False
    if who.reads_all or not who.member_of:
        return who.reads_all
    is_judge = who.is_secretariat or who.is_vice or card.verifier_id in who.member_of
    return is_judge or card.state in SETTLED_CARD


def visible_stages(who: Standing, card: Scorecard) -> tuple[str, ...]:
    """Stages of a card a person may read: a unit sees the bloc's figures once its check is finished."""
    is_own = card.unit_id in who.belongs_to
    is_office = who.reads_all and not is_own
    is_judge = is_office or (
        not is_own and (who.is_secretariat or who.is_vice or card.verifier_id in who.member_of)
    )
    stages: list[str] = [Stage.SELF]
    if is_judge or card.state in CHECKED_CARD:
        stages.append(Stage.BLOC)
    if is_judge or card.state in SETTLED_CARD:
        stages.append(Stage.MEETING)
    if is_office or card.state == ScorecardState.APPRAISED:
        stages.append(Stage.PROVINCE)
    return tuple(stages)


def cell_at(cycle: Cycle, unit: str, key: str) -> CardView | None:
    """A card reduced to one criterion, whoever asks: enough to read its cell. One query.

    Whether the person may save it is the policy's to say, under the lock; a refusal tells a stranger nothing.
    """
    card = _card_at(cycle, unit)
    board = board_of(card.scoreboard) if card else None
    leaf = board.by_key.get(key_of(key)) if board else None
    if leaf is None or leaf.is_group:
        return None
    return CardView(card, Board(board.guidance, (leaf,)))


def locked_card(pk: int) -> Scorecard:
    """A card read anew under its cycle's lock, with the criteria that have evidence, in one query."""
    (card,) = _whole_cards(pk)
    card.judged += card.crossed
    card.scoreboard.guidance = board_of(card.scoreboard).guidance
    return card


@prepared
def _whole_cards(pk: int) -> QuerySet[Scorecard]:
    living = MarkEvidence.objects.filter(card=OuterRef("pk"), removed_at=None)
    # “criterion:sha256” for every file: what a mark that is given now judges.
    named = living.annotate(
        proof=Concat(Cast("criterion", TextField()), Value(":"), "upload__sha256", output_field=TextField())
    ).values("proof")
    # “criterion:version” for everything that was judged of them so far, across and by stages.
    judged = Mark.objects.filter(card=OuterRef("pk")).annotate(of=_JUDGED).values("of")
    crossed = CrossCheck.objects.filter(card=OuterRef("pk")).annotate(of=_JUDGED).values("of")
    # “card:state” of all members, and whether their ranking is adopted: what re-scoring them asks.
    bloc = present_cards().filter(scoreboard=OuterRef("scoreboard")).annotate(of=_STATE).values("of")
    cards = Scorecard.objects.filter(pk=pk).select_related("unit", "verifier", "scoreboard")
    return cards.annotate(
        proven=ArraySubquery(living.values("criterion")),
        proofs=ArraySubquery(named),
        judged=ArraySubquery(judged.exclude(evidence_version="").distinct()),
        crossed=ArraySubquery(crossed.exclude(evidence_version="").distinct()),
        bloc=ArraySubquery(bloc),
        is_ranked=Exists(RANKED),
    )


def present_cards() -> QuerySet[Scorecard]:
    """Cards of units that are members of the year."""
    return Scorecard.objects.filter(
        unit__memberships__cycle=F("scoreboard__cycle"), unit__memberships__left_on=None
    )


RANKED = RankingRun.objects.filter(cycle=OuterRef("scoreboard__cycle"), status=RankingStatus.ADOPTED)
_STATE = Concat(Cast("pk", TextField()), Value(":"), "state", output_field=TextField())
_JUDGED = Concat(Cast("criterion", TextField()), Value(":"), "evidence_version", output_field=TextField())


def members_without_card(cycle: Cycle) -> list[Unit]:
    """Members that joined after the scoreboard was adopted."""
    return [membership.unit for membership in _members_without_card(cycle.pk)]


@prepared
def _members_without_card(cycle: int) -> QuerySet[Membership]:
    cards = Scorecard.objects.filter(
        scoreboard__cycle=cycle, scoreboard__status=ScoreboardStatus.ADOPTED, unit=OuterRef("unit")
    )
    late = Membership.objects.filter(~Exists(cards), cycle=cycle, left_on=None).select_related("unit")
    return late.order_by("position", "pk")


def offices_words(cycle: Cycle) -> dict[int, str]:
    """Unit → “Khối trưởng” or “Khối phó”, for the units that hold an office of the year now."""
    return {term.unit_id: Office(term.office).label for term in terms_of(cycle)}


def marks_by_stage(marks: Iterable[Mark]) -> dict[str, dict[int, Mark]]:
    found: dict[str, dict[int, Mark]] = {}
    for mark in marks:
        found.setdefault(mark.stage, {})[mark.criterion_id] = mark
    return found


def card_view(card: Scorecard, board: Board | None = None) -> CardView:
    """One card with all its marks, to work with; two queries when the board is given, one more when it may have
    been late."""
    board = board or board_of(card.scoreboard)
    marks = Mark.objects.filter(card=card).select_related("author")
    return CardView(card, board, marks_by_stage(marks), late_of(card, board))


def read_view(card: Scorecard, board: Board | None = None) -> CardView:
    """The same, only to read: marks as plain rows, which come many times faster than as rows of a model."""
    board = board or board_of(card.scoreboard)
    lines = map(MarkLine._make, _lines_on(card.pk))
    return CardView(card, board, marks_by_stage(lines), late_of(card, board))


@prepared
def _lines_on(card: int) -> QuerySet:
    return Mark.objects.filter(card=card).values_list(*MarkLine._fields[:-1], "author__full_name")


def card_views(
    cards: Sequence[Scorecard], board: Board, *, stages: Iterable[str] = Stage.values
) -> list[CardView]:
    """Several cards of one board; one query for all their marks."""
    wordless = Mark.objects.defer("explanation")
    marks = wordless.filter(card__in=[card.pk for card in cards], stage__in=list(stages))
    return _views(cards, board, marks)


def light_views(
    cards: Sequence[Scorecard], board: Board, *, stages: Iterable[str] = Stage.values
) -> list[CardView]:
    """The same for sums and tables only: what is behind each figure is not read. One query."""
    rows = _light_marks([card.pk for card in cards], list(stages), list(board.acting))
    return _views(cards, board, map(MarkRow._make, rows))


@prepared
def _light_marks(cards: list[int], stages: list[str], acting: list[int]) -> QuerySet:
    # As text, for a thousand empty objects take longer to read than all points together.
    inputs = Case(
        When(OneOf("criterion", acting), then=Cast("inputs", TextField())),
        default=Value(""),
        output_field=TextField(),
    )
    marks = Mark.objects.filter(OneOf("card", cards), OneOf("stage", stages))
    return marks.values_list(*MarkRow._fields[:-1], inputs)


def _views(cards: Sequence[Scorecard], board: Board, marks: Iterable[Mark | MarkRow]) -> list[CardView]:
    by_card: dict[int, list[Mark | MarkRow]] = {}
    for mark in marks:
        by_card.setdefault(mark.card_id, []).append(mark)
    lates = lates_of(cards, board)
    return [CardView(card, board, marks_by_stage(by_card.get(card.pk, ())), lates[card.pk]) for card in cards]


# The stage whose marks a stage looks at.
BEFORE: Mapping[str, str] = {
    Stage.BLOC: Stage.SELF,
    Stage.MEETING: Stage.BLOC,
    Stage.PROVINCE: Stage.MEETING,
}


def differing(view: CardView, stage: str) -> list[int]:
    """Criteria where a stage says something else than the stage before it."""
    if stage not in BEFORE:
        return []
    before, own = view.standing_at(BEFORE[stage]), view.at(stage)
    return [
        leaf.pk
        for leaf in view.board.leaves
        if leaf.pk in before
        and leaf.pk in own
        and own[leaf.pk].state != MarkState.MISSING
        and (before[leaf.pk].points, before[leaf.pk].state) != (own[leaf.pk].points, own[leaf.pk].state)
    ]


def unexplained(view: CardView, stage: str) -> list[str]:
    """Codes where a stage differs from the one before it and nobody said why."""
    own = view.at(stage)
    return [
        view.board.by_key[key].code
        for key in differing(view, stage)
        if not own[key].reason.strip() and not _is_rescored(view, stage, key)
    ]


def _is_rescored(view: CardView, stage: str, key: int) -> bool:
    """Against the bloc's leader the same figures give other points: the others moved them, nobody judged."""
    own, before = view.at(stage)[key], view.standing_at(BEFORE[stage])[key]
    is_led = view.board.by_key[key].kind == CriterionKind.TARGET_LEADER
    return is_led and bool(own.inputs) and own.inputs == before.inputs


def waiting_for(cards: Iterable[Scorecard], states: Sequence[str], unranked: Mapping[int, str]) -> list[str]:
    """Names of the ranked units whose cards are not in one of these states yet."""
    return [str(c.unit) for c in cards if c.state not in states and c.unit_id not in unranked]


def evidence_of(card: Scorecard) -> dict[int, list[MarkEvidence]]:
    """Living evidence by key of criterion."""
    found: dict[int, list[MarkEvidence]] = {}
    for evidence in _evidence_on(card.pk):
        found.setdefault(evidence.criterion_id, []).append(evidence)
    return found


@prepared
def _evidence_on(card: int) -> QuerySet[MarkEvidence]:
    living = MarkEvidence.objects.filter(card=card, removed_at=None)
    return living.select_related("upload", "added_by").order_by("pk")


def evidence_on(card: Scorecard) -> QuerySet[MarkEvidence]:
    """Living evidence of one card, one by one."""
    found = MarkEvidence.objects.filter(card=card, removed_at=None)
    return found.select_related("upload", "criterion", "card__scoreboard")


def last_year_marks(card: Scorecard, board: Board) -> dict[int, Decimal]:
    """Criterion → last year's agreed points of the same unit and code, to read beside this year's."""
    cycle = card.scoreboard.cycle
    by_code = dict(_agreed_marks(card.unit_id, cycle.bloc_id, cycle.year - 1))
    return {leaf.pk: by_code[leaf.code] for leaf in board.leaves if by_code.get(leaf.code) is not None}


@prepared
def _agreed_marks(unit: int, bloc: int, year: int) -> QuerySet:
    marks = Mark.objects.filter(
        card__unit=unit,
        card__scoreboard__cycle__bloc=bloc,
        card__scoreboard__cycle__year=year,
        card__scoreboard__status=ScoreboardStatus.ADOPTED,
        stage=Stage.MEETING,
    )
    return marks.values_list("criterion__code", "points")


def judges_of(card: Scorecard, chairs: frozenset[int], vices: frozenset[int]) -> frozenset[int]:
    """The units that check a card: never its own, never the chair its own card."""
    if card.verifier_id:
        found = frozenset({card.verifier_id})
    elif card.unit_id in chairs:
        found = vices
    else:
        found = chairs | vices
    return found - {card.unit_id}
