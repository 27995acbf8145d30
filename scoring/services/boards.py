"""Writes to a bloc's scoreboard."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle
from blocs.queries import members_of, standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from scoring import policies, queries
from scoring.enums import ScoreboardStatus, Stage
from scoring.models import Guidance, Mark, Scoreboard, Scorecard
from scoring.queries import Board
from scoring.services.guidance import rows_of, write_rows


@transaction.atomic
def draft_scoreboard(*, cycle: Cycle, guidance: Guidance, by: User, at: datetime) -> Scoreboard:
    """Copy the guidance's frame as the bloc's own draft."""
    cycle = lock_cycle(cycle.pk)
    existing = list(Scoreboard.objects.filter(cycle=cycle).order_by("version"))
    refuse(policies.draft_scoreboard(standing_in(cycle, by, at), cycle, existing))
    if not queries.guidances_of_year(cycle.bloc.province, cycle.year).filter(pk=guidance.pk).exists():
        raise Refused([f"Hướng dẫn này không áp dụng cho năm {cycle.year}. Hãy chọn hướng dẫn khác."])
    with audited("scoring.scoreboard.drafted", by=by):
        version = existing[-1].version + 1 if existing else 1
        scoreboard = Scoreboard.objects.create(cycle=cycle, guidance=guidance, version=version)
        write_rows(rows_of(queries.board_of_guidance(guidance)), scoreboard=scoreboard)
    return scoreboard


def _locked(scoreboard: Scoreboard) -> tuple[Scoreboard, Cycle]:
    cycle = lock_cycle(scoreboard.cycle_id)
    scoreboard = Scoreboard.objects.select_related("guidance").get(pk=scoreboard.pk)
    scoreboard.cycle = cycle
    return scoreboard, cycle


@transaction.atomic
def discard_scoreboard(*, scoreboard: Scoreboard, by: User, at: datetime) -> None:
    """Throw the bloc's draft away; the audit keeps what it said."""
    scoreboard, cycle = _locked(scoreboard)
    refuse(policies.discard_scoreboard(standing_in(cycle, by, at), scoreboard))
    with audited("scoring.scoreboard.discarded", by=by):
        scoreboard.delete()


@transaction.atomic
def waive_board_finding(
    *, scoreboard: Scoreboard, finding: str, reason: str, by: User, at: datetime
) -> Scoreboard:
    """Let a finding of the checker stand in the bloc's board, with the reason."""
    scoreboard, cycle = _locked(scoreboard)
    findings = queries.findings_in(queries.board_of(scoreboard))
    who = standing_in(cycle, by, at)
    refuse(policies.waive_board_finding(who, scoreboard, finding, reason, findings))
    scoreboard.waivers = {**scoreboard.waivers, finding: reason.strip()}
    with audited("scoring.finding.waived", by=by, reason=reason):
        scoreboard.save(update_fields=["waivers"])
    return scoreboard


@transaction.atomic
def adopt_scoreboard(*, scoreboard: Scoreboard, how: str, by: User, at: datetime) -> Scoreboard:
    """Freeze the scoreboard with its hash and lay out a card for every member.

    What the units had already entered on an earlier version goes along, where the criterion is the same.
    """
    scoreboard, cycle = _locked(scoreboard)
    board = queries.board_of(scoreboard)
    earlier = list(queries.cards_of(cycle))
    sent = [str(card.unit) for card in earlier if card.state not in queries.EDITABLE_CARD]
    who = standing_in(cycle, by, at)
    faults, unbound = queries.frame_faults(board), queries.unbound_in(board)
    refuse(policies.adopt_scoreboard(who, scoreboard, how, faults, sent, unbound))
    with audited("scoring.scoreboard.adopted", by=by, reason=how):
        Scoreboard.objects.filter(cycle=cycle, status=ScoreboardStatus.ADOPTED).update(
            status=ScoreboardStatus.REPLACED
        )
        scoreboard.status, scoreboard.content_hash = ScoreboardStatus.ADOPTED, queries.content_hash(board)
        scoreboard.adopted_at, scoreboard.adopted_by, scoreboard.adopted_how = at, by, how.strip()
        scoreboard.save(update_fields=["status", "content_hash", "adopted_at", "adopted_by", "adopted_how"])
        cards = Scorecard.objects.bulk_create(
            Scorecard(scoreboard=scoreboard, unit_id=member.unit_id) for member in members_of(cycle)
        )
        _carry_over(earlier, cards, board)
    return scoreboard


def _carry_over(earlier: Iterable[Scorecard], cards: Iterable[Scorecard], board: Board) -> None:
    """Take the units' own marks to the same criteria of the new version."""
    new_card = {card.unit_id: card.pk for card in cards}
    same = {(leaf.code, leaf.kind, leaf.max_points, repr(leaf.rule)): leaf.pk for leaf in board.leaves}
    old = Mark.objects.filter(card__in=[card.pk for card in earlier], stage=Stage.SELF)
    kept = []
    for mark in old.select_related("criterion", "card"):
        was = mark.criterion
        key = same.get((was.code, was.kind, was.max_points, repr(was.rule)))
        if key and mark.card.unit_id in new_card:
            mark.pk, mark.version = None, 1
            mark.card_id, mark.criterion_id = new_card[mark.card.unit_id], key
            kept.append(mark)
    Mark.objects.bulk_create(kept)


@transaction.atomic
def add_missing_cards(*, cycle: Cycle, by: User, at: datetime) -> list[Scorecard]:
    """Lay out a card for members that joined after the board was adopted."""
    cycle = lock_cycle(cycle.pk)
    late = queries.members_without_card(cycle)
    scoreboard = queries.scoreboard_of(cycle)
    refuse(policies.add_missing_cards(standing_in(cycle, by, at), cycle, scoreboard, late))
    with audited("scoring.cards.added", by=by):
        return Scorecard.objects.bulk_create(Scorecard(scoreboard=scoreboard, unit=unit) for unit in late)
