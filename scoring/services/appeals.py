"""Writes to explanations and appeals: asked, answered in time, decided once; the original mark stays."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from blocs.queries import Standing, standing_in, today
from config.kit.audit import audited
from config.kit.refusals import refuse
from documents.models import Upload
from documents.services import upload_file
from scoring import policies, queries
from scoring.enums import AppealKind, AppealOutcome
from scoring.models import Appeal, Criterion, Mark, MarkEvidence, Scorecard
from scoring.services.marks import MarkEntry, lock_card, points_to_stand, save_marks

# Days that whoever checks has to decide an appeal of a unit.
DAYS_TO_DECIDE = 5
File = tuple[str, bytes]


@transaction.atomic
def ask_explanation(
    *, card: Scorecard, criterion: Criterion, question: str, due_on: date, by: User, at: datetime
) -> Appeal:
    """Ask the unit to explain one criterion by a day; the mark in dispute is kept as it stood."""
    card, cycle = lock_card(card)
    mark = queries.mark_of(card, criterion.pk, queries.DISPUTED)
    is_open = criterion.pk in queries.open_appeals(card)
    who = standing_in(cycle, by, at)
    refuse(policies.ask_explanation(who, card, question, due_on, is_open=is_open, has_mark=mark is not None))
    with audited("scoring.appeal.asked", by=by):
        return _opened(AppealKind.EXPLANATION, mark, question, due_on, by, at)


def open_appeal(
    *,
    card: Scorecard,
    criterion: Criterion,
    question: str,
    by: User,
    at: datetime,
    files: Sequence[File] = (),
) -> Appeal:
    """Let a unit contest the bloc's mark of one criterion, with files."""
    refuse(policies.open_appeal(standing_in(card.scoreboard.cycle, by, at), card, question))
    uploads = _uploaded(card, files, by, at)
    with transaction.atomic():
        card, cycle = lock_card(card)
        mark = queries.mark_of(card, criterion.pk, queries.DISPUTED)
        reasons = policies.open_appeal(
            standing_in(cycle, by, at),
            card,
            question,
            is_open=criterion.pk in queries.open_appeals(card),
            has_mark=mark is not None,
            is_heard=queries.has_been_contested(card, criterion.pk),
        )
        refuse(reasons)
        due_on = today(at) + timedelta(days=DAYS_TO_DECIDE)
        with audited("scoring.appeal.opened", by=by):
            appeal = _opened(AppealKind.APPEAL, mark, question, due_on, by, at)
            _attach(appeal, uploads, by, at)
    return appeal


def _opened(kind: AppealKind, mark: Mark, question: str, due_on: date, by: User, at: datetime) -> Appeal:
    return Appeal.objects.create(
        card_id=mark.card_id,
        criterion_id=mark.criterion_id,
        kind=kind,
        question=question.strip(),
        due_on=due_on,
        asked_at=at,
        asked_by=by,
        stage=mark.stage,
        original_state=mark.state,
        original_points=mark.points,
    )


def answer_appeal(
    *, appeal: Appeal, answer: str, by: User, at: datetime, files: Sequence[File] = ()
) -> Appeal:
    """Explain on request, in words and with files, until the end of the day."""
    card = appeal.card
    refuse(policies.answer_appeal(standing_in(card.scoreboard.cycle, by, at), appeal, answer))
    uploads = _uploaded(card, files, by, at)
    with transaction.atomic():
        appeal, who = _locked(appeal, by, at)
        refuse(policies.answer_appeal(who, appeal, answer))
        appeal.answer, appeal.answered_at, appeal.answered_by = answer.strip(), at, by
        with audited("scoring.appeal.answered", by=by):
            appeal.save(update_fields=["answer", "answered_at", "answered_by"])
            _attach(appeal, uploads, by, at)
    return appeal


def _locked(appeal: Appeal, by: User, at: datetime) -> tuple[Appeal, Standing]:
    card, cycle = lock_card(appeal.card)
    appeal = Appeal.objects.select_related("criterion").get(pk=appeal.pk)
    appeal.card = card
    return appeal, standing_in(cycle, by, at)


def _uploaded(card: Scorecard, files: Sequence[File], by: User, at: datetime) -> list[Upload]:
    """Files are written before any lock is taken."""
    cycle = card.scoreboard.cycle
    return [
        upload_file(name=name, content=content, cycle=cycle, unit=card.unit, by=by, at=at)
        for name, content in files
    ]


def _attach(appeal: Appeal, uploads: Sequence[Upload], by: User, at: datetime) -> None:
    MarkEvidence.objects.bulk_create(
        MarkEvidence(
            card_id=appeal.card_id,
            criterion_id=appeal.criterion_id,
            upload=upload,
            appeal=appeal,
            added_at=at,
            added_by=by,
        )
        for upload in uploads
    )


@transaction.atomic
def decide_appeal(
    *, appeal: Appeal, outcome: str, reason: str, points: Decimal | None = None, by: User, at: datetime
) -> Appeal:
    """Keep or change the mark, once, with a reason. A change is written as the mark of the stage that is open."""
    appeal, who = _locked(appeal, by, at)
    card = appeal.card
    mark = queries.mark_of(card, appeal.criterion_id, queries.STANDING.get(card.state, ()))
    now = mark.points if mark else None
    is_changed = outcome == AppealOutcome.CHANGED
    stands = points
    if is_changed and points is not None and mark is not None:
        given = points_to_stand(card, appeal.criterion_id, points)
        stands, appeal.note = given.points, given.note
    refuse(policies.decide_appeal(who, appeal, outcome, reason, stands, now))
    appeal.outcome, appeal.decided_reason = outcome, reason.strip()
    appeal.decided_points = stands if is_changed else now
    appeal.decided_at, appeal.decided_by = at, by
    with audited("scoring.appeal.decided", by=by, reason=reason):
        appeal.save(update_fields=["outcome", "decided_reason", "decided_points", "decided_at", "decided_by"])
        if is_changed:
            entry = MarkEntry(appeal.criterion_id, points=points, reason=reason)
            save_marks(card=card, stage=queries.CHANGED_AT[card.state], entries=[entry], by=by, at=at)
    return appeal
