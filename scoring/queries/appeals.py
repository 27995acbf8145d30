"""Explanations and appeals: who reads them, which are open, and whose turn it is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from blocs.enums import Office, Role
from blocs.models import Appointment, Cycle, Term
from blocs.queries import HEAD_ROLES, Standing, today
from blocs.rules import Todo
from config.kit.prepared import prepared
from config.kit.text import day
from scoring.enums import AppealKind, AppealOutcome, ScoreboardStatus, ScorecardState, Stage
from scoring.models import Appeal, Mark, MarkEvidence, Scorecard
from scoring.rules.windows import OPEN_IN

PEOPLE = ("asked_by", "answered_by", "decided_by")


def appeals_for(who: Standing, cycle: Cycle) -> QuerySet[Appeal]:
    """Appeals a person may read: of the own unit, by whoever checks, and by those who read all."""
    appeals = Appeal.objects.filter(card__scoreboard__cycle=cycle).select_related(
        *PEOPLE,
        "criterion",
        "card__unit",
        "card__verifier",
        "card__scoreboard__guidance",
        "card__scoreboard__cycle__bloc__province",
    )
    appeals = appeals.order_by("decided_at", "due_on", "pk")
    if who.reads_all or ((who.is_secretariat or who.is_vice) and who.member_of):
        return appeals
    return appeals.filter(Q(card__unit__in=who.member_of) | Q(card__verifier__in=who.member_of))


def reads_appeals(who: Standing, card: Scorecard) -> bool:
    """The same law as `appeals_for`, for a card that is already loaded."""
    if who.reads_all or card.unit_id in who.member_of or card.verifier_id in who.member_of:
        return True
    return bool(who.member_of) and (who.is_secretariat or who.is_vice)


def appeals_of(card: Scorecard) -> list[Appeal]:
    """All that was asked and contested on a card, the newest first; one query."""
    found = _appeals_on(card.pk)
    for appeal in found:
        appeal.card = card
    return found


@prepared
def _appeals_on(card: int) -> QuerySet[Appeal]:
    return Appeal.objects.filter(card=card).select_related("criterion", *PEOPLE).order_by("-asked_at", "-pk")


def open_appeals(card: Scorecard) -> dict[int, Appeal]:
    """Criterion → what waits for an answer or a decision; one query."""
    waiting = Appeal.objects.filter(card=card, decided_at=None).select_related("criterion").order_by("pk")
    return {appeal.criterion_id: appeal for appeal in waiting}


def open_appeals_of_bloc(who: Standing, cycle: Cycle) -> list[Appeal]:
    """All that waits in a year and this person may read, the nearest day first; one query."""
    return [appeal for appeal in _waiting_in(cycle.pk) if reads_appeals(who, appeal.card)]


@prepared
def _waiting_in(cycle: int) -> QuerySet[Appeal]:
    waiting = Appeal.objects.filter(
        card__scoreboard__cycle=cycle,
        card__scoreboard__status=ScoreboardStatus.ADOPTED,
        decided_at=None,
    )
    return waiting.select_related("criterion", "card__unit", *PEOPLE).order_by("due_on", "pk")


def undecided(cards: Iterable[Scorecard]) -> list[str]:
    """“Sở Y tế: I.2”, for cards that cannot be settled while something waits; one query."""
    waiting = Appeal.objects.filter(card__in=list(cards), decided_at=None).select_related(
        "criterion", "card__unit"
    )
    return [
        f"{appeal.card.unit}: {appeal.criterion.code}"
        for appeal in waiting.order_by("card__unit__sort_key", "pk")
    ]


def has_been_contested(card: Scorecard, criterion: int) -> bool:
    """Whether the unit's own appeal on a criterion has been heard already."""
    return Appeal.objects.filter(
        card=card, criterion=criterion, kind=AppealKind.APPEAL, decided_at__isnull=False
    ).exists()


def evidence_with(appeal: Appeal) -> list[MarkEvidence]:
    """The files that came with an explanation or an appeal."""
    living = MarkEvidence.objects.filter(appeal=appeal, removed_at=None).select_related("upload")
    return list(living.order_by("pk"))


def mark_of(card: Scorecard, criterion: int, stages: Sequence[str]) -> Mark | None:
    """The first mark of a criterion at these stages, in their order; one query."""
    found = {mark.stage: mark for mark in Mark.objects.filter(card=card, criterion=criterion)}
    return next((found[stage] for stage in stages if stage in found), None)


# The mark that is in dispute, and the one that a decision stands beside.
DISPUTED = (Stage.BLOC, Stage.SELF)
STANDING: Mapping[str, Sequence[str]] = {
    ScorecardState.SENT: DISPUTED,
    ScorecardState.VERIFIED: (Stage.MEETING, *DISPUTED),
}
# Where a change is written, by how far the card has come.
CHANGED_AT: Mapping[str, str] = {
    ScorecardState.SENT: Stage.BLOC,
    ScorecardState.VERIFIED: Stage.MEETING,
}


def shows_original(appeal: Appeal, stages: Iterable[str]) -> bool:
    """A unit does not read the bloc's figure before the check is finished; a decision says its own."""
    return appeal.stage in stages or appeal.decided_at is not None


def is_overdue(appeal: Appeal, on: date) -> bool:
    """Still waiting after the end of its day."""
    waits = appeal.decided_at is None and (appeal.kind == AppealKind.APPEAL or appeal.answered_at is None)
    return waits and on > appeal.due_on


def state_words(appeal: Appeal, on: date) -> tuple[str, str]:
    """Where an appeal stands, with its tone; the due day is said in every state."""
    due = f"hạn {day(appeal.due_on)}"
    if appeal.decided_at:
        label = AppealOutcome(appeal.outcome).label
        return f"{label} ({due})", "good" if appeal.outcome == AppealOutcome.KEPT else "info"
    if appeal.kind == AppealKind.APPEAL or appeal.answered_at:
        tone = "bad" if is_overdue(appeal, on) else "warn"
        return f"Chờ kết luận, {due}", tone
    if on > appeal.due_on:
        return f"Quá hạn giải trình, {due}", "bad"
    return f"Chờ đơn vị giải trình, {due}", "warn"


def appeal_todos_for(user: User, at: datetime) -> list[Todo]:
    """Explanations to give and appeals to decide, each with its day. Two queries whatever the rows."""
    mine = Appointment.objects.on(today(at)).filter(user=user, unit__isnull=False)
    roles = (Role.UNIT_OFFICER, *HEAD_ROLES)
    units = frozenset(mine.filter(role__in=roles).values_list("unit_id", flat=True))
    if not units:
        return []

    def terms(*offices: str, **more: object) -> Exists:
        cycle = OuterRef("card__scoreboard__cycle")
        return Exists(Term.objects.filter(cycle=cycle, office__in=offices, to_on=None, **more))

    is_of_chair = terms(Office.CHAIR, unit=OuterRef("card__unit"))
    judges = Q(card__verifier__in=units) | Q(card__verifier=None) & (
        is_of_chair & terms(Office.VICE, unit__in=units)
        | ~is_of_chair & terms(Office.CHAIR, Office.VICE, unit__in=units)
    )
    waiting = Appeal.objects.filter(
        judges | Q(card__unit__in=units),
        decided_at=None,
        card__scoreboard__status=ScoreboardStatus.ADOPTED,
        card__scoreboard__cycle__phase__in=OPEN_IN["answer_appeal"],
    ).select_related("criterion", "card__unit", "card__scoreboard__cycle__bloc__province")
    own = frozenset(mine.values_list("unit_id", flat=True))
    found = [
        _todo(appeal, own, units, today(at))
        for appeal in waiting.order_by("due_on", "card__unit__sort_key", "pk")
    ]
    return [todo for todo in found if todo]


def _todo(appeal: Appeal, own: frozenset[int], units: frozenset[int], on: date) -> Todo | None:
    card, cycle = appeal.card, appeal.card.scoreboard.cycle
    url = reverse("appeal", args=[*cycle.slugs, card.unit.slug, appeal.pk])
    code = appeal.criterion.code
    waits_for_unit = appeal.kind == AppealKind.EXPLANATION and not appeal.answered_at and on <= appeal.due_on
    if card.unit_id in own:
        words = f"Giải trình tiêu chí {code}" if waits_for_unit and card.unit_id in units else ""
    elif waits_for_unit or card.state not in (ScorecardState.SENT, ScorecardState.VERIFIED):
        words = ""
    else:
        noun = "kiến nghị" if appeal.kind == AppealKind.APPEAL else "giải trình"
        words = f"Kết luận {noun} của {card.unit}, tiêu chí {code}"
    return Todo(words, url, str(cycle), appeal.due_on) if words else None
