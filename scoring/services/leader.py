"""Re-scoring of the bloc: against its leader one member's figures move the points of all others."""

from collections.abc import Iterable, Sequence

from accounts.models import User
from config.kit.audit import audited
from scoring import queries
from scoring.enums import CriterionKind, MarkState, ScorecardState, Stage
from scoring.models import Criterion, Mark, Scorecard
from scoring.queries import SETTLED_CARD, Board, LeaderSheet
from scoring.rules import Scored, inputs_from_json, points_of, source_in, with_source

# What the meeting agreed stands: the province's stage comes after it.
RESCORED_AT = (Stage.SELF, Stage.BLOC, Stage.MEETING)
MOVED_AT_MEETING = "Tính lại theo số liệu hội nghị thống nhất của đơn vị khác."


def rescore_bloc(
    card: Scorecard,
    board: Board,
    by: User,
    *,
    stages: Sequence[str] = RESCORED_AT,
    criteria: Iterable[int] | None = None,
    sheet: LeaderSheet | None = None,
) -> int:
    """Score the bloc again where it is compared with its leader: points and explanations, nothing else.

    Cards that the meeting has agreed and years whose ranking is adopted stay as they are. Gives how many
    marks moved. `sheet`: what the bloc says of these criteria, where it has been read already.
    """
    leaves = [leaf for leaf in queries.led(board) if criteria is None or leaf.pk in set(criteria)]
    if not leaves:
        return 0
    sheet = sheet or queries.leader_sheet(card.scoreboard_id, leaves)
    if sheet.is_ranked:
        return 0
    open_cards = [key for key, state in sheet.cards.items() if state not in SETTLED_CARD]
    moved = [
        mark
        for stage in stages
        for leaf in leaves
        for key in open_cards
        if (mark := _moved(board, sheet, stage, leaf, key)) is not None
    ]
    with audited("scoring.marks.rescored", by=by):
        Mark.objects.bulk_create([mark for mark in moved if mark.pk is None])
        Mark.objects.bulk_update([mark for mark in moved if mark.pk], ["points", "explanation"])
    return len(moved)


def _moved(board: Board, sheet: LeaderSheet, stage: str, leaf: Criterion, card: int) -> Mark | None:
    """The mark with the points that follow from the bloc's figures now; None where it stays."""
    mark = sheet.marks.get((stage, leaf.pk, card))
    if mark is None and stage == Stage.MEETING and sheet.cards[card] == ScorecardState.VERIFIED:
        # What the meeting says of another moves this card too, and the bloc's own column stays as it was.
        mark = _carried(sheet.marks.get((Stage.BLOC, leaf.pk, card)))
    if mark is None or mark.state != MarkState.SCORED or not mark.inputs or "na" in mark.inputs:
        return None
    scored = _scored(board, sheet, stage, leaf, mark)
    if scored.state != MarkState.SCORED:
        return None
    explanation = with_source(scored.sentence, source_in(mark.explanation))
    if scored.points == mark.points and (explanation == mark.explanation or mark.pk is None):
        return None
    mark.points, mark.explanation = scored.points, explanation
    return mark


def _carried(mark: Mark | None) -> Mark | None:
    if mark is not None:
        mark = Mark(**{name: getattr(mark, name) for name in CARRIED}, stage=Stage.MEETING)
        mark.reason = MOVED_AT_MEETING
    return mark


CARRIED = (
    "card_id", "criterion_id", "state", "na_reason", "inputs", "points", "floor", "ceiling", "explanation",
    "evidence_version", "author_id", "marked_at",
)  # fmt: skip


def _scored(board: Board, sheet: LeaderSheet, stage: str, leaf: Criterion, mark: Mark) -> Scored:
    context = board.context(
        leaf,
        has_evidence=(mark.card_id, leaf.pk) in sheet.proven,
        bloc=sheet.seen_by(mark.card_id, stage, leaf.pk),
    )
    inputs = inputs_from_json(CriterionKind(leaf.kind), mark.inputs)
    return points_of(board.rules[leaf.pk], leaf.max_points, inputs, board.roundings, context)
