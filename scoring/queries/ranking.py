"""Rankings as they were made, and who is not ranked."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from blocs.models import Cycle, Membership
from config.kit.prepared import prepared
from config.kit.reading import read_once
from scoring.enums import RankingStatus, Stage
from scoring.models import Guidance, RankingRow, RankingRun
from scoring.queries.cards import CardView
from scoring.rules import Entry


def ranking_of(cycle: Cycle) -> RankingRun | None:
    """The adopted ranking of a year, else the newest draft."""
    found = next(iter(_runs_in(cycle.pk)), None)
    if found is not None:
        found.cycle = cycle
    return found


@prepared
def _runs_in(cycle: int) -> QuerySet[RankingRun]:
    runs = RankingRun.objects.filter(cycle=cycle).exclude(status=RankingStatus.REPLACED)
    rows = Prefetch("rows", RankingRow.objects.select_related("unit"))
    return runs.prefetch_related(rows).order_by("status", "-pk")[:1]


def in_rank_order(rows: Iterable[RankingRow]) -> list[RankingRow]:
    """Best first; equal units by name; those that are not ranked at the foot."""
    return sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.unit.sort_key))


def ties_of(rows: Iterable[RankingRow]) -> set[frozenset[int]]:
    """Groups of units that no step could separate."""
    groups: dict[int, set[int]] = {}
    for row in rows:
        if row.is_tied and row.rank is not None:
            groups.setdefault(row.rank, set()).add(row.unit_id)
    return {frozenset(units) for units in groups.values()}


def ungraded_of(rows: Iterable[RankingRow], guidance: Guidance) -> list[str]:
    """Names of the units that are equal where the quota of a grade ends: ranked, and not graded yet."""
    if not guidance.grades:
        return []
    return [row.unit.name for row in rows if row.rank is not None and not row.grade]


def has_adopted_ranking(cycle: Cycle) -> bool:
    return bool(_adopted_runs(cycle.pk))


@prepared
def _adopted_runs(cycle: int) -> QuerySet:
    return RankingRun.objects.filter(cycle=cycle, status=RankingStatus.ADOPTED).values_list("pk")


def entry_of(view: CardView, reason: str) -> Entry:
    """A card as the ranking compares it; with a reason it stands at the foot."""
    total = view.total(Stage.MEETING)
    return Entry(
        unit=view.card.unit_id,
        name=view.card.unit.name,
        total=total.total,
        bonus=total.bonus,
        deduction=total.deduction,
        points={code: one.points for code, one in total.subtotals.items()},
        women_share=view.card.unit.women_share,
        not_ranked=reason,
        sanctions=total.sanctions,
    )


@read_once
def unranked_of(cycle: Cycle) -> dict[int, str]:
    """Unit → why it is not ranked."""
    return dict(
        Membership.objects.filter(cycle=cycle)
        .exclude(unranked_reason="")
        .values_list("unit_id", "unranked_reason")
    )
