"""Writes to cards: who has them, and how far they have come."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Membership, Unit
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from documents.models import Upload
from documents.services import new_version_of_upload, upload_file
from scoring import policies, queries
from scoring.enums import RankingStatus, ScorecardState, Stage
from scoring.models import Criterion, Mark, MarkEvidence, RankingRun, Scorecard
from scoring.queries import CardView
from scoring.rules import CrossResult
from scoring.services.leader import rescore_bloc
from scoring.services.marks import copied, lock_card, score_by_evidence, write_marks


def _set_state(
    card: Scorecard, state: ScorecardState, verb: str, by: User, reason: str = "", **fields: Any
) -> Scorecard:
    card.state = state
    for name, value in fields.items():
        setattr(card, name, value)
    with audited(verb, by=by, reason=reason):
        card.save(update_fields=["state", *fields])
    return card


@transaction.atomic
def propose_card(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """The officer puts the finished card before the unit's head."""
    card, cycle = lock_card(card)
    view = queries.card_view(card)
    missing, stale = view.total(Stage.SELF).missing, queries.stale_feeds(view)
    refuse(policies.propose_card(standing_in(cycle, by, at), card, missing, stale))
    return _set_state(card, ScorecardState.PROPOSED, "scoring.card.proposed", by)


@transaction.atomic
def send_card(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """The head approves the card and sends it to the bloc; the unit's marks are frozen."""
    card, cycle = lock_card(card)
    view = queries.card_view(card)
    missing, stale = view.total(Stage.SELF).missing, queries.stale_feeds(view)
    refuse(policies.send_card(standing_in(cycle, by, at), card, missing, stale))
    times = {"sent_at": at, "sent_by": by, "first_sent_at": card.first_sent_at or at}
    _set_state(card, ScorecardState.SENT, "scoring.card.sent", by, **times)
    rescore_bloc(card, view.board, by)
    return card


@transaction.atomic
def recall_card(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """Take a sent card back while the bloc has not acted."""
    card, cycle = lock_card(card)
    has_marks = Mark.objects.filter(card=card, stage=Stage.BLOC).exists()
    is_being_checked = has_marks or bool(queries.open_appeals(card))
    refuse(policies.recall_card(standing_in(cycle, by, at), card, is_being_checked=is_being_checked))
    times = {"sent_at": None, "sent_by": None, "first_sent_at": None}
    _set_state(card, ScorecardState.DRAFT, "scoring.card.recalled", by, **times)
    rescore_bloc(card, queries.board_of(card.scoreboard), by)
    return card


@transaction.atomic
def return_card(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Send a card back to its unit with a reason."""
    card, cycle = lock_card(card)
    refuse(policies.return_card(standing_in(cycle, by, at), card, reason))
    words = {"returned_at": at, "returned_reason": reason.strip()}
    _set_state(card, ScorecardState.RETURNED, "scoring.card.returned", by, reason, **words)
    rescore_bloc(card, queries.board_of(card.scoreboard), by)
    return card


@transaction.atomic
def finish_verification(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """Close the bloc's check of a card."""
    card, cycle = lock_card(card)
    view = queries.card_view(card)
    missing = view.total(Stage.BLOC).missing
    unexplained = queries.unexplained(view, Stage.BLOC)
    refuse(policies.finish_verification(standing_in(cycle, by, at), card, missing, unexplained))
    return _set_state(
        card, ScorecardState.VERIFIED, "scoring.card.verified", by, verified_at=at, verified_by=by
    )


@transaction.atomic
def reopen_verification(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Open a finished check again, before the meeting has agreed."""
    card, cycle = lock_card(card)
    refuse(policies.reopen_verification(standing_in(cycle, by, at), card, reason))
    return _set_state(
        card, ScorecardState.SENT, "scoring.card.reopened", by, reason, verified_at=None, verified_by=None
    )


@transaction.atomic
def appoint_verifier(*, card: Scorecard, unit: Unit, reason: str, by: User, at: datetime) -> Scorecard:
    """Let another member check a card, as the meeting decided."""
    card, cycle = lock_card(card)
    refuse(policies.appoint_verifier(standing_in(cycle, by, at), card, unit, reason))
    if not Membership.objects.filter(cycle=cycle, unit=unit, left_on=None).exists():
        raise Refused(
            [f"{unit} không phải là đơn vị thành viên của năm này. Hãy chọn một đơn vị thành viên."]
        )
    card.verifier, card.verifier_reason = unit, reason.strip()
    with audited("scoring.card.verifier_appointed", by=by, reason=reason):
        card.save(update_fields=["verifier", "verifier_reason"])
    return card


@transaction.atomic
def agree_cards(*, cycle: Cycle, by: User, at: datetime) -> int:
    """Record that the meeting agreed the scores: the bloc's marks stand where the meeting said nothing else."""
    cycle = lock_cycle(cycle.pk)
    cards = list(queries.cards_of(cycle))
    waiting = queries.waiting_for(cards, queries.CHECKED_CARD, queries.unranked_of(cycle))
    verified = [card for card in cards if card.state == ScorecardState.VERIFIED]
    views = queries.card_views(verified, queries.board_of(cards[0].scoreboard)) if verified else []
    crossed = queries.cross_results_of_bloc(cycle)
    unexplained = [
        f"{view.card.unit}: {', '.join(codes)}"
        for view in views
        if (codes := _unexplained_at_meeting(view, crossed.get(view.card.pk, {})))
    ]
    undecided = queries.undecided(verified)
    who = standing_in(cycle, by, at)
    refuse(policies.agree_cards(who, cycle, waiting, unexplained, len(verified), undecided))
    with audited("scoring.cards.agreed", by=by):
        write_marks(
            copied(mark, Stage.MEETING, by, at)
            for view in views
            for key, mark in view.at(Stage.BLOC).items()
            if key not in view.at(Stage.MEETING)
        )
        rescore_bloc(verified[0], views[0].board, by, stages=(Stage.MEETING,))
        Scorecard.objects.filter(pk__in=[card.pk for card in verified]).update(
            state=ScorecardState.AGREED, agreed_at=at
        )
    return len(verified)


def _unexplained_at_meeting(view: CardView, crossed: Mapping[int, CrossResult]) -> list[str]:
    """Codes without a reason where the meeting differs from the bloc's check or from the cross-check."""
    codes = {*queries.unexplained(view, Stage.MEETING), *queries.cross_unexplained(view, crossed)}
    return [leaf.code for leaf in view.board.leaves if leaf.code in codes]


@transaction.atomic
def reopen_agreement(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Open the agreed scores of one card again, as the meeting decided; the marks stay where they are."""
    card, cycle = lock_card(card)
    is_ranked = RankingRun.objects.filter(cycle=cycle, status=RankingStatus.ADOPTED).exists()
    refuse(policies.reopen_agreement(standing_in(cycle, by, at), card, reason, is_ranked=is_ranked))
    return _set_state(
        card, ScorecardState.VERIFIED, "scoring.card.agreement_reopened", by, reason, agreed_at=None
    )


@transaction.atomic
def finish_appraisal(*, card: Scorecard, by: User, at: datetime) -> Scorecard:
    """Close the province's appraisal of a card; where it said nothing the agreed marks stand."""
    card, cycle = lock_card(card)
    view = queries.card_view(card)
    missing = view.total(Stage.PROVINCE).missing
    unexplained = queries.unexplained(view, Stage.PROVINCE)
    refuse(policies.finish_appraisal(standing_in(cycle, by, at), card, missing, unexplained))
    return _set_state(card, ScorecardState.APPRAISED, "scoring.card.appraised", by)


# Evidence


def add_evidence(
    *,
    card: Scorecard,
    criterion: Criterion,
    name: str,
    content: bytes,
    by: User,
    at: datetime,
    page: str = "",
    quotation: str = "",
) -> MarkEvidence:
    """Keep a file as proof of the unit's claim on one criterion."""
    there = queries.same_file(card, criterion, sha256(content).hexdigest())
    refuse(policies.add_evidence(standing_in(card.scoreboard.cycle, by, at), card, there))
    upload = upload_file(
        name=name, content=content, cycle=card.scoreboard.cycle, unit=card.unit, by=by, at=at
    )
    return attach_evidence(
        card=card, criterion=criterion, upload=upload, page=page, quotation=quotation, by=by, at=at
    )


@transaction.atomic
def attach_evidence(
    *,
    card: Scorecard,
    criterion: Criterion,
    upload: Upload,
    by: User,
    at: datetime,
    page: str = "",
    quotation: str = "",
) -> MarkEvidence:
    """Name a file that the unit has already given as proof on one criterion, or cite it anew."""
    card, cycle = lock_card(card)
    is_cited = MarkEvidence.objects.filter(
        card=card, criterion=criterion, upload=upload, removed_at=None
    ).exists()
    there = "" if is_cited else queries.same_file(card, criterion, upload.sha256)
    refuse(policies.attach_evidence(standing_in(cycle, by, at), card, criterion, upload, there))
    with audited("scoring.evidence.added", by=by):
        evidence, _ = MarkEvidence.objects.update_or_create(
            card=card,
            criterion=criterion,
            upload=upload,
            defaults={
                "page": page.strip(),
                "quotation": quotation.strip(),
                "added_at": at,
                "added_by": by,
                "removed_at": None,
            },
        )
    score_by_evidence(card, criterion, by)
    return evidence


def replace_evidence(
    *, evidence: MarkEvidence, name: str, content: bytes, by: User, at: datetime
) -> MarkEvidence:
    """Put a newer file in the place of one; the old one stays behind it as its earlier version."""
    card = evidence.card
    there = queries.same_file(card, evidence.criterion, sha256(content).hexdigest())
    refuse(policies.replace_evidence(standing_in(card.scoreboard.cycle, by, at), evidence, there))
    upload = new_version_of_upload(upload=evidence.upload, name=name, content=content, by=by, at=at)
    with transaction.atomic():
        card, cycle = lock_card(card)
        evidence = MarkEvidence.objects.select_related("upload", "criterion").get(pk=evidence.pk)
        there = queries.same_file(card, evidence.criterion, upload.sha256)
        refuse(policies.replace_evidence(standing_in(cycle, by, at), evidence, there))
        with audited("scoring.evidence.replaced", by=by):
            evidence.removed_at = at
            evidence.save(update_fields=["removed_at"])
            return MarkEvidence.objects.create(
                card=card,
                criterion=evidence.criterion,
                upload=upload,
                page=evidence.page,
                quotation=evidence.quotation,
                added_at=at,
                added_by=by,
            )


@transaction.atomic
def remove_evidence(*, evidence: MarkEvidence, by: User, at: datetime) -> MarkEvidence:
    """Take a file away from a criterion; the file itself is kept."""
    card, cycle = lock_card(evidence.card)
    refuse(policies.remove_evidence(standing_in(cycle, by, at), card))
    evidence.removed_at = at
    with audited("scoring.evidence.removed", by=by):
        evidence.save(update_fields=["removed_at"])
    score_by_evidence(card, evidence.criterion, by)
    return evidence
