"""Cross-checks: what the members gave each other, who may read it when, and the figure that follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from blocs.enums import Role
from blocs.models import Appointment, Cycle, Membership, Unit
from blocs.queries import HEAD_ROLES, Standing, today, units_of
from blocs.rules import Todo
from scoring.enums import (
    CriterionKind,
    CrossMethod,
    MarkState,
    ScoreboardStatus,
    ScorecardState,
    ScoredBy,
    Stage,
)
from scoring.models import Criterion, CrossCheck, Mark, Scoreboard, Scorecard
from scoring.queries.boards import Board, board_of, scoreboard_of
from scoring.queries.cards import EDITABLE_CARD, CardView, cards_of
from scoring.rules import CrossResult, bounds_of, cross_result
from scoring.rules.windows import OPEN_IN

# Cards that the members may score for each other; the database demands the same.
CROSSED_CARD = (ScorecardState.SENT, ScorecardState.VERIFIED)
SCORING_ROLES = (Role.UNIT_OFFICER, *HEAD_ROLES)


@dataclass(frozen=True)
class CrossSheet:
    """What one member gave one card; it counts once it is whole."""

    unit: Unit
    checks: Mapping[int, CrossCheck]
    missing: tuple[Criterion, ...]
    is_sent: bool
    is_member: bool = True

    @property
    def set_aside(self) -> CrossCheck | None:
        """The row that says who does not count this scorer, and why."""
        return next((check for check in self.checks.values() if check.set_aside_at), None)

    @property
    def counts(self) -> bool:
        return self.is_whole and self.is_member and self.set_aside is None

    @property
    def is_whole(self) -> bool:
        return bool(self.checks) and not self.missing


@dataclass(frozen=True)
class CrossView:
    """A card as the other members score it: the unit's own marks, and what each of them gave."""

    card: Scorecard
    board: Board
    own: Mapping[int, Mark] = field(default_factory=dict)
    checks: Sequence[CrossCheck] = ()
    members: Mapping[int, Unit] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        return self.card.scoreboard.cross_closed_at is not None

    @cached_property
    def asked(self) -> tuple[Criterion, ...]:
        """Criteria that every scorer has to score: those the unit calls not applicable may stay open."""
        return tuple(leaf for leaf in self.open if not self._is_na(leaf))

    @cached_property
    def open(self) -> tuple[Criterion, ...]:
        awaited = self.board.awaited(Stage.CROSS)
        return tuple(leaf for leaf in self.board.leaves if leaf.code not in awaited)

    def _is_na(self, leaf: Criterion) -> bool:
        mark = self.own.get(leaf.pk)
        return mark is not None and mark.state == MarkState.NA

    @cached_property
    def sheets(self) -> dict[int, CrossSheet]:
        """By unit: members in the order of the bloc, then those that have left."""
        found: dict[int, dict[int, CrossCheck]] = {}
        units: dict[int, Unit] = {}
        for check in self.checks:
            found.setdefault(check.scorer_id, {})[check.criterion_id] = check
            units[check.scorer_id] = check.scorer
        units = {**{key: unit for key, unit in self.members.items() if key != self.card.unit_id}, **units}
        return {key: self.sheet(unit, found.get(key, {})) for key, unit in units.items()}

    def sheet(self, unit: Unit, checks: Mapping[int, CrossCheck]) -> CrossSheet:
        missing = tuple(leaf for leaf in self.asked if leaf.pk not in checks)
        is_sent = bool(checks) and not missing and (self.is_closed or not self.is_stale(checks))
        return CrossSheet(unit, checks, missing, is_sent, unit.pk in self.members)

    def is_stale(self, checks: Mapping[int, CrossCheck]) -> bool:
        """Whether the unit sent its card again after it was scored: the scorer looks at it once more."""
        sent = self.card.sent_at
        return sent is not None and any(
            checks[leaf.pk].marked_at < sent for leaf in self.asked if leaf.pk in checks
        )

    @cached_property
    def waiting(self) -> list[Unit]:
        """Members that have not sent their marks of this card."""
        return [
            sheet.unit
            for sheet in self.sheets.values()
            if sheet.is_member and not sheet.is_sent and sheet.set_aside is None
        ]

    @cached_property
    def results(self) -> dict[int, CrossResult]:
        """Criterion → the figure of all who count."""
        method = CrossMethod(self.card.scoreboard.cross_method)
        counted = [sheet.checks for sheet in self.sheets.values() if sheet.counts]
        return {leaf.pk: self._result(leaf, method, counted) for leaf in self.open}

    def _result(
        self, leaf: Criterion, method: CrossMethod, counted: Iterable[Mapping[int, CrossCheck]]
    ) -> CrossResult:
        given = [checks[leaf.pk] for checks in counted if leaf.pk in checks]
        kind = CriterionKind(leaf.kind)
        bounds = bounds_of(kind, self.board.natures[leaf.pk], leaf.max_points)
        result = cross_result([one.points for one in given], method, self.board.roundings.of(kind), bounds)
        return replace(result, versions=tuple(one.evidence_version for one in given))

    def seen_by(self, who: Standing) -> bool:
        """Others' marks: after the closing, or once all that this person scores for is sent."""
        if self.card.unit_id in who.belongs_to:
            return False
        if self.is_closed:
            return True
        scoring = scoring_units(who, self.card)
        if not scoring:
            return who.reads_all and not who.member_of
        return all(key in self.sheets and self.sheets[key].is_sent for key in scoring)

    def as_card(self) -> CardView:
        """The card without what other stages say of it."""
        return CardView(self.card, self.board, {Stage.SELF: self.own})


def boards_in(cycle: Cycle) -> QuerySet[Scoreboard]:
    """The boards of a year that hold or are being drafted."""
    found = Scoreboard.objects.filter(cycle=cycle).exclude(status=ScoreboardStatus.REPLACED)
    return found.select_related("guidance", "cycle__bloc__province")


def scoring_units(who: Standing, card: Scorecard) -> frozenset[int]:
    """The members for which a person scores a card; none when the card is of an own unit."""
    if card.unit_id in who.belongs_to:
        return frozenset()
    return (who.officer_of | who.head_of) & who.members


def cross_cards_for(who: Standing, cycle: Cycle) -> QuerySet[Scorecard]:
    """Sent cards that a person may open to score or read across; never one of an own unit."""
    if not (who.reads_all or who.member_of):
        return Scorecard.objects.none()
    cards = cards_of(cycle).exclude(scoreboard__cross_method="").exclude(state__in=EDITABLE_CARD)
    return cards.exclude(unit__in=who.belongs_to)


def _checks_on(cards: Iterable[int]) -> QuerySet[CrossCheck]:
    found = CrossCheck.objects.filter(card__in=list(cards))
    return found.select_related("scorer", "author", "set_aside_by").order_by("scorer__sort_key", "pk")


def _own_marks(cards: Iterable[int]) -> dict[int, dict[int, Mark]]:
    found: dict[int, dict[int, Mark]] = {}
    for mark in Mark.objects.filter(card__in=list(cards), stage=Stage.SELF).select_related("author"):
        found.setdefault(mark.card_id, {})[mark.criterion_id] = mark
    return found


def cross_views(cards: Sequence[Scorecard], board: Board | None = None) -> list[CrossView]:
    """Cards of one board with all that was given across; three queries, and one for the board."""
    if not cards:
        return []
    board = board or board_of(cards[0].scoreboard)
    members = {unit.pk: unit for unit in units_of(cards[0].scoreboard.cycle)}
    own = _own_marks(card.pk for card in cards)
    checks: dict[int, list[CrossCheck]] = {}
    for check in _checks_on(card.pk for card in cards):
        checks.setdefault(check.card_id, []).append(check)
    return [CrossView(card, board, own.get(card.pk, {}), checks.get(card.pk, ()), members) for card in cards]


def cross_view(card: Scorecard, board: Board | None = None) -> CrossView:
    return cross_views([card], board)[0]


def cross_results(card: Scorecard, board: Board | None = None) -> dict[int, CrossResult]:
    """Criterion → the closed result of the cross-check of one card; empty while it is open or not held.

    Four queries (three with the board), none where nothing is closed.
    """
    if card.scoreboard.cross_closed_at is None:
        return {}
    return cross_view(card, board).results


def cross_results_on(view: CardView) -> dict[int, CrossResult]:
    """The same for a card whose marks have been read already: one query, none where nothing is closed."""
    if view.card.scoreboard.cross_closed_at is None:
        return {}
    place = Membership.objects.filter(
        cycle=view.card.scoreboard.cycle_id, unit=OuterRef("scorer"), left_on=None
    )
    checks = list(_checks_on([view.card.pk]).annotate(is_of_member=Exists(place)))
    members = {check.scorer_id: check.scorer for check in checks if check.is_of_member}
    return CrossView(view.card, view.board, view.at(Stage.SELF), checks, members).results


def cross_results_of_bloc(cycle: Cycle, board: Board | None = None) -> dict[int, dict[int, CrossResult]]:
    """Card → criterion → the closed result; five queries whatever the rows."""
    scoreboard = scoreboard_of(cycle)
    if scoreboard is None or scoreboard.cross_closed_at is None:
        return {}
    return {view.card.pk: view.results for view in cross_views(list(cards_of(cycle)), board)}


def cross_waiting(cycle: Cycle) -> list[str]:
    """“Sở Y tế: bảng của Sở Tư pháp”, for what has not been sent on cards that are open."""
    cards = [card for card in cards_of(cycle) if card.state in CROSSED_CARD]
    return [f"{unit}: bảng của {view.card.unit}" for view in cross_views(cards) for unit in view.waiting]


def cross_unexplained(view: CardView, results: Mapping[int, CrossResult]) -> list[str]:
    """Codes where the meeting's mark differs from the closed cross-check and nobody said why."""
    own, standing = view.at(Stage.MEETING), view.standing_at(Stage.MEETING)
    return [
        leaf.code
        for leaf in view.board.leaves
        if leaf.pk in standing
        and differs(results.get(leaf.pk), standing[leaf.pk].points)
        and not (leaf.pk in own and own[leaf.pk].reason.strip())
    ]


def differs(result: CrossResult | None, points: Decimal | None) -> bool:
    return result is not None and result.points is not None and result.points != points


def cross_todos_for(user: User, at: datetime) -> list[Todo]:
    """Cards to score for the other members, one line a year. Five queries whatever the rows."""
    mine = list(
        Appointment.objects.on(today(at)).filter(user=user, unit__isnull=False).values_list("unit_id", "role")
    )
    units = frozenset(unit for unit, role in mine if role in SCORING_ROLES)
    if not units:
        return []
    places = Membership.objects.filter(cycle=OuterRef("scoreboard__cycle"), unit__in=units, left_on=None)
    cards = list(
        Scorecard.objects.filter(
            Q(scoreboard__cross_due_on=None) | Q(scoreboard__cross_due_on__gte=today(at)),
            Exists(places),
            scoreboard__status=ScoreboardStatus.ADOPTED,
            scoreboard__cross_closed_at=None,
            scoreboard__cycle__phase__in=OPEN_IN["cross_check"],
            state__in=CROSSED_CARD,
        )
        .exclude(scoreboard__cross_method="")
        .exclude(unit__in=[unit for unit, _ in mine])
        .select_related("unit", "scoreboard__cycle__bloc__province")
        .order_by("scoreboard__cycle__bloc__sort_key", "scoreboard__cycle__year", "unit__sort_key")
    )
    left = _left_to_score(cards, units) if cards else []
    boards = {card.scoreboard_id: card.scoreboard for card in left}
    return [
        _cross_todo(board, [card for card in left if card.scoreboard_id == pk])
        for pk, board in boards.items()
    ]


def _left_to_score(cards: Sequence[Scorecard], units: frozenset[int]) -> list[Scorecard]:
    """Cards that one of these units has not scored whole since they were last sent."""
    boards = {card.scoreboard_id for card in cards}
    leaves: dict[int, set[int]] = {}
    asked = (
        Criterion.objects.filter(scoreboard__in=boards).exclude(kind="").exclude(scored_by=ScoredBy.PROVINCE)
    )
    for board, leaf in asked.values_list("scoreboard_id", "pk"):
        leaves.setdefault(board, set()).add(leaf)
    blank = Mark.objects.filter(card__in=cards, stage=Stage.SELF, state=MarkState.NA)
    not_asked = set(blank.values_list("card_id", "criterion_id"))
    given: dict[tuple[int, int], set[int]] = {}
    checks = CrossCheck.objects.filter(card__in=cards, scorer__in=units, marked_at__gte=F("card__sent_at"))
    for card, scorer, leaf in checks.values_list("card_id", "scorer_id", "criterion_id"):
        given.setdefault((card, scorer), set()).add(leaf)
    aside = CrossCheck.objects.filter(card__in=cards, scorer__in=units, set_aside_at__isnull=False)
    told = set(aside.values_list("card_id", "scorer_id"))
    members = set(Membership.objects.filter(unit__in=units, left_on=None).values_list("cycle_id", "unit_id"))
    return [
        card
        for card in cards
        if any(
            (card.scoreboard.cycle_id, unit) in members
            and (card.pk, unit) not in told
            and any(
                leaf not in given.get((card.pk, unit), ()) and (card.pk, leaf) not in not_asked
                for leaf in leaves[card.scoreboard_id]
            )
            for unit in units
        )
    ]


def _cross_todo(board: Scoreboard, cards: Sequence[Scorecard]) -> Todo:
    cycle = board.cycle
    if len(cards) == 1:
        url = reverse("cross_check", args=[*cycle.slugs, cards[0].unit.slug])
        return Todo(f"Chấm chéo bảng điểm của {cards[0].unit}", url, str(cycle), board.cross_due_on)
    words = f"Chấm chéo bảng điểm của {len(cards)} đơn vị"
    return Todo(words, reverse("cross_checks", args=cycle.slugs), str(cycle), board.cross_due_on)
