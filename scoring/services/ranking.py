"""Writes to rankings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from documents.enums import DocumentKind
from documents.models import Document
from documents.services import open_paper
from scoring import policies, queries
from scoring.enums import RankingStatus, RankNumbering, Stage
from scoring.models import RankingRow, RankingRun, Scorecard
from scoring.queries import CardView
from scoring.reports.papers import report_subject
from scoring.rules import (
    Graded,
    Ranking,
    TieDecision,
    grades_from_json,
    grades_of,
    rank_units,
    tie_chain_from_json,
)


@transaction.atomic
def make_ranking(*, cycle: Cycle, by: User, at: datetime) -> RankingRun:
    """Rank the members by the agreed scores; a draft before it gives way."""
    cycle = lock_cycle(cycle.pk)
    unranked = queries.unranked_of(cycle)
    cards = list(queries.cards_of(cycle))
    waiting = queries.waiting_for(cards, queries.SETTLED_CARD, unranked)
    adopted = RankingRun.objects.filter(cycle=cycle, status=RankingStatus.ADOPTED).first()
    refuse(policies.make_ranking(standing_in(cycle, by, at), cycle, waiting, adopted, len(cards)))
    with audited("scoring.ranking.made", by=by):
        RankingRun.objects.filter(cycle=cycle, status=RankingStatus.DRAFT).delete()
        run = RankingRun.objects.create(cycle=cycle, stage=Stage.MEETING, made_at=at, made_by=by)
        _write_rows_of(run, cards, unranked)
    return run


def _rows_of(run: RankingRun, cards: Sequence[Scorecard], unranked: Mapping[int, str]) -> list[RankingRow]:
    """The lines of a ranking as the scores stand now; nothing is written."""
    board = queries.board_of(cards[0].scoreboard)
    law = board.guidance
    views = {view.card.unit_id: view for view in queries.card_views(cards, board)}
    entries = [queries.entry_of(view, unranked.get(unit, "")) for unit, view in views.items()]
    decisions = [TieDecision(tuple(one["order"]), one["reason"]) for one in run.decisions]
    numbering = RankNumbering(law.rank_numbering)
    ranking = rank_units(entries, tie_chain_from_json(law.tie_chain), numbering, decisions)
    grades = grades_from_json(law.grades)
    graded = grades_of(entries, ranking, grades) if grades else {}
    decided = {unit: one.reason for one in decisions for unit in one.order}
    return [
        _row(run, view, ranking, graded.get(unit, Graded(None)), decided.get(unit, ""))
        for unit, view in views.items()
    ]


def _write_rows_of(run: RankingRun, cards: Sequence[Scorecard], unranked: Mapping[int, str]) -> None:
    RankingRow.objects.bulk_create(_rows_of(run, cards, unranked))


def _figures(rows: Iterable[RankingRow]) -> set[tuple[Any, ...]]:
    """What a ranking says, to be compared with another."""
    return {(row.unit_id, row.total, row.rank, row.unranked_reason) for row in rows}


def _row(run: RankingRun, view: CardView, ranking: Ranking, graded: Graded, decided: str) -> RankingRow:
    unit = view.card.unit_id
    total, place = view.total(Stage.MEETING), ranking.places[unit]
    is_known = total.total is not None
    return RankingRow(
        run=run,
        unit=view.card.unit,
        normal=total.normal if is_known else None,
        bonus=total.bonus if is_known else None,
        deduction=total.deduction if is_known else None,
        total=total.total,
        by_group={node.code: str(total.subtotals[node.code].points) for node in view.board.nodes}
        if is_known
        else {},
        rank=place.rank,
        is_tied=place.is_tied,
        steps=[
            *(step.sentence for step in ranking.steps if unit in step.units),
            # The first only says the total; the others are read among those of all units.
            *graded.reasons[:1],
            *(f"{view.card.unit.name}: {reason}" for reason in graded.reasons[1:]),
        ],
        decided_reason=decided,
        # Equal at the quota: the meeting decides, and until then there is no grade.
        grade=graded.grade.name if graded.grade and not graded.waits else "",
        unranked_reason=place.reason,
    )


@transaction.atomic
def decide_tie(*, run: RankingRun, order: Sequence[Unit], reason: str, by: User, at: datetime) -> RankingRun:
    """Record the meeting's decision on equal units and rank again with it."""
    cycle = lock_cycle(run.cycle_id)
    run = RankingRun.objects.get(pk=run.pk)
    run.cycle = cycle
    refuse(policies.decide_tie(standing_in(cycle, by, at), run, reason))
    keys = [unit.pk for unit in order]
    if frozenset(keys) not in queries.ties_of(run.rows.all()) or len(set(keys)) != len(keys):
        raise Refused(["Hãy xếp thứ tự đủ các đơn vị của một nhóm đồng hạng."])
    with audited("scoring.tie.decided", by=by, reason=reason):
        run.decisions = [*run.decisions, {"order": keys, "reason": reason.strip()}]
        run.save(update_fields=["decisions"])
        run.rows.all().delete()
        _write_rows_of(run, list(queries.cards_of(cycle)), queries.unranked_of(cycle))
    return run


@transaction.atomic
def adopt_ranking(*, run: RankingRun, how: str, by: User, at: datetime) -> RankingRun:
    """Freeze a ranking as the meeting agreed it."""
    cycle = lock_cycle(run.cycle_id)
    run = RankingRun.objects.get(pk=run.pk)
    run.cycle = cycle
    cards = list(queries.cards_of(cycle))
    now = _rows_of(run, cards, queries.unranked_of(cycle))
    is_stale = _figures(now) != _figures(run.rows.all())
    ungraded = queries.ungraded_of(now, cards[0].scoreboard.guidance)
    who = standing_in(cycle, by, at)
    refuse(policies.adopt_ranking(who, run, how, is_stale=is_stale, ungraded=ungraded))
    run.status, run.adopted_at, run.adopted_by, run.adopted_how = RankingStatus.ADOPTED, at, by, how.strip()
    with audited("scoring.ranking.adopted", by=by, reason=how):
        run.save(update_fields=["status", "adopted_at", "adopted_by", "adopted_how"])
    return run


@transaction.atomic
def reopen_ranking(*, run: RankingRun, reason: str, by: User, at: datetime) -> RankingRun:
    """Put an adopted ranking aside with a reason, so that another can be made; it stays readable."""
    cycle = lock_cycle(run.cycle_id)
    run = RankingRun.objects.get(pk=run.pk)
    run.cycle = cycle
    refuse(policies.reopen_ranking(standing_in(cycle, by, at), run, reason))
    run.status = RankingStatus.REPLACED
    with audited("scoring.ranking.reopened", by=by, reason=reason):
        run.save(update_fields=["status"])
    return run


@transaction.atomic
def open_score_report(*, cycle: Cycle, by: User, at: datetime) -> Document:
    """The year's report of scoring results as a paper: the one being drafted, or a new one."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.open_score_report(standing_in(cycle, by, at)))
    return open_paper(
        cycle=cycle,
        kind=DocumentKind.SCORE_REPORT,
        title="Báo cáo",
        subject=report_subject(cycle),
        by=by,
        at=at,
    )
