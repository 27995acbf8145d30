"""Writes that come from a workbook: a whole guidance, or the marks of several cards; all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Province
from blocs.queries import standing_in, standing_in_province
from blocs.services import lock_cycle, lock_province
from config.kit.refusals import Conflict, Refused, refuse
from scoring import policies, queries
from scoring.models import Criterion, Guidance, Mark, Scorecard
from scoring.queries import CardView
from scoring.services.guidance import create_guidance, edit_guidance, write_frame
from scoring.services.marks import LostMarks, MarkEntry, RefusedMarks, checked_marks, save_marks


@dataclass(frozen=True)
class CardEntries:
    """What a workbook enters on one card at one stage."""

    card: Scorecard
    stage: str
    entries: tuple[MarkEntry, ...]


def would_be_marks_of(view: CardView, stage: str, entries: Sequence[MarkEntry]) -> dict[int, Mark]:
    """The marks that entries would make, by criterion, to be compared with those that stand; nothing is written.

    Cells that cannot stand are left out: saving says why.
    """
    view.card.proven = [criterion for _, criterion in queries.proven_on([view.card])]
    try:
        marks = checked_marks(view, stage, entries)
    except RefusedMarks as refused:
        marks = checked_marks(view, stage, [one for one in entries if one.criterion_id not in refused.at])
    return {mark.criterion_id: mark for mark in marks}


class RefusedCards(Refused):
    """Cards that a workbook cannot change: `at` holds sentences by card and criterion."""

    def __init__(self, at: Mapping[tuple[int, int], list[str]]) -> None:
        self.at = dict(at)
        super().__init__([sentence for sentences in at.values() for sentence in sentences])


class LostCards(Conflict):
    """Marks that changed since the workbook was downloaded: `at` holds them as they now stand, None for cleared."""

    def __init__(self, at: Mapping[tuple[int, int], Mark | None], lost: Sequence[LostMarks]) -> None:
        self.at = dict(at)
        reasons = [reason for one in lost for reason in one.reasons]
        super().__init__(
            reasons, mine="; ".join(one.mine for one in lost), theirs="; ".join(one.theirs for one in lost)
        )


@transaction.atomic
def import_guidance(
    *,
    province: Province,
    law: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    by: User,
    at: datetime,
    dry_run: bool = False,
) -> Guidance:
    """Write a guidance with its frame: a new draft, or over the draft that has this number.

    A dry run does the same and takes it back, so that it refuses exactly what the import refuses.
    """
    province = lock_province(province.pk)
    newest = queries.newest_guidance(province, law["number"])
    refuse(policies.import_guidance(standing_in_province(province, by, at), newest))
    with transaction.atomic():
        if newest is None:
            guidance = create_guidance(province=province, by=by, at=at, **law)
        else:
            guidance = edit_guidance(guidance=newest, changes=law, by=by, at=at)
        write_frame(guidance=guidance, rows=_with_sources(guidance, rows), by=by, at=at)
        if dry_run:
            transaction.set_rollback(True)
    return guidance


def _with_sources(guidance: Guidance, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A criterion that was taken from an earlier version stays so under its code."""
    known = Criterion.objects.filter(guidance=guidance).values_list("code", "source")
    sources = {code: source for code, source in known if source}
    return [
        {**row, **({"source_id": sources[row["code"]]} if row["code"] in sources else {})} for row in rows
    ]


@transaction.atomic
def import_marks(
    *, cycle: Cycle, cards: Sequence[CardEntries], by: User, at: datetime, dry_run: bool = False
) -> int:
    """Save the marks of several cards, or none of them; gives how many.

    Raises RefusedCards with the faults of every card, and LostCards when marks are no longer what the workbook
    was made from. A dry run saves and takes it back.
    """
    cycle = lock_cycle(cycle.pk)
    who = standing_in(cycle, by, at)
    refuse(policies.import_marks(who, cycle, [(one.card, one.stage) for one in cards]))
    faults: dict[tuple[int, int], list[str]] = {}
    lost: list[tuple[int, LostMarks]] = []
    with transaction.atomic():
        for one in cards:
            try:
                save_marks(
                    card=one.card, stage=one.stage, entries=one.entries, by=by, at=at, check_versions=True
                )
            except RefusedMarks as refused:
                faults |= {(one.card.pk, key): sentences for key, sentences in refused.at.items()}
            except LostMarks as conflict:
                lost.append((one.card.pk, conflict))
        if faults:
            raise RefusedCards(faults)
        if lost:
            at_now = {(pk, key): mark for pk, one in lost for key, mark in one.at.items()}
            raise LostCards(at_now, [one for _, one in lost])
        if dry_run:
            transaction.set_rollback(True)
    return sum(len(one.entries) for one in cards)
