"""A late card that loses nothing, for a reason that everybody reads; and taking that back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs.queries import standing_in
from config.kit.audit import audited
from config.kit.refusals import refuse
from scoring import policies, queries
from scoring.models import Scorecard
from scoring.services.marks import lock_card

WAIVER = ("late_waived_at", "late_waived_by", "late_waived_reason")


@transaction.atomic
def waive_lateness(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Let a card that was sent late lose no points; that it was late stays to be read."""
    card, cycle = lock_card(card)
    late = queries.late_of(card, queries.board_of(card.scoreboard))
    is_ranked = queries.has_adopted_ranking(cycle)
    who = standing_in(cycle, by, at)
    refuse(
        policies.waive_lateness(who, card, reason, is_losing=bool(late and late.points), is_ranked=is_ranked)
    )
    card.late_waived_at, card.late_waived_by, card.late_waived_reason = at, by, reason.strip().rstrip(".")
    with audited("scoring.lateness.waived", by=by, reason=reason):
        card.save(update_fields=WAIVER)
    return card


@transaction.atomic
def charge_lateness(*, card: Scorecard, reason: str, by: User, at: datetime) -> Scorecard:
    """Take a waiver back: the card loses again what it lost; the journal keeps the waiver and both reasons."""
    card, cycle = lock_card(card)
    is_ranked = queries.has_adopted_ranking(cycle)
    who = standing_in(cycle, by, at)
    refuse(
        policies.charge_lateness(who, card, reason, is_waived=queries.is_let_off(card), is_ranked=is_ranked)
    )
    card.late_waived_at, card.late_waived_by, card.late_waived_reason = None, None, ""
    with audited("scoring.lateness.charged", by=by, reason=reason):
        card.save(update_fields=WAIVER)
    return card
