"""Figures of units and the reports that carry them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from blocs.enums import MilestoneKind
from blocs.models import Cycle, Membership, Unit
from blocs.queries import Standing, due_on, members_of, today
from config.kit.prepared import prepared
from covenants.enums import Achievement, CovenantLevel, Period, ReportState
from covenants.models import Covenant, Result, Target, UnitReport
from covenants.queries.covenants import assignments_of, covenant_in_force, targets_of
from covenants.rules import PERIOD_WORDS, Tally, achievement, report_state, tally

# The date by which a unit's report of a period is due.
DUE: Mapping[str, MilestoneKind] = {
    Period.MID: MilestoneKind.MIDYEAR,
    Period.YEAR: MilestoneKind.SELF_SCORING,
}


@dataclass(frozen=True)
class Figure:
    """One target of one unit in one period: assigned, reached, and how the two compare."""

    target: Target
    unit_id: int
    is_assigned: bool = True
    value: Decimal | None = None
    result: Result | None = None

    @property
    def actual(self) -> Decimal | None:
        return self.result.actual if self.result else None

    @property
    def is_estimated(self) -> bool:
        return bool(self.result and self.result.is_estimated)

    @property
    def achievement(self) -> Achievement:
        return achievement(self.target.direction, self.value, self.actual, is_assigned=self.is_assigned)


@dataclass(frozen=True)
class Figures:
    """All figures of a covenant in a period. A target of an earlier version finds the one that replaced it."""

    covenant: Covenant | None = None
    period: str = Period.YEAR
    targets: tuple[Target, ...] = ()
    cells: Mapping[tuple[int, int], Figure] = field(default_factory=dict)
    newest: Mapping[int, int] = field(default_factory=dict)

    def get(self, target_id: int, unit_id: int) -> Figure | None:
        return self.cells.get((self.newest.get(target_id, target_id), unit_id))

    def of_unit(self, unit_id: int) -> list[Figure]:
        """In the order of the targets."""
        return [
            self.cells[(target.pk, unit_id)] for target in self.targets if (target.pk, unit_id) in self.cells
        ]

    def tally_of(self, unit_id: int) -> Tally:
        return tally(figure.achievement for figure in self.of_unit(unit_id))

    def tally_of_bloc(self) -> Tally:
        return tally(figure.achievement for figure in self.cells.values())


def figures_of(
    cycle: Cycle,
    period: str = Period.YEAR,
    *,
    units: Iterable[int] | None = None,
    level: str = CovenantLevel.MEMBERS,
    covenant: Covenant | None = None,
) -> Figures:
    """What each unit has to reach and reached. Five queries, whatever the rows."""
    covenant = covenant or covenant_in_force(cycle, level)
    if covenant is None:
        return Figures(period=period)
    wanted = list(units) if units is not None else [m.unit_id for m in members_of(cycle)]
    targets = tuple(targets_of(covenant))
    newest = newest_targets(covenant, targets)
    assignments = assignments_of(covenant)
    results = {
        (newest.get(row.assignment.target_id), row.assignment.unit_id): row
        for row in results_of(covenant, period, wanted)
    }
    cells = {}
    for target in targets:
        for unit_id in wanted:
            given = assignments.get((target.pk, unit_id))
            cells[(target.pk, unit_id)] = Figure(
                target=target,
                unit_id=unit_id,
                is_assigned=given.is_assigned if given else True,
                value=given.value if given else target.value,
                result=results.get((target.pk, unit_id)),
            )
    return Figures(covenant, period, targets, cells, newest)


def results_of(covenant: Covenant, period: str, units: Iterable[int]) -> QuerySet[Result]:
    """Every version of every result in all versions of a covenant; the one that counts comes last."""
    return (
        Result.objects.filter(
            assignment__target__covenant__cycle=covenant.cycle_id,
            assignment__target__covenant__level=covenant.level,
            assignment__unit__in=list(units),
            period=period,
        )
        .select_related("assignment", "evidence", "recorded_by")
        .order_by("assignment__target__covenant__version", "version")
    )


def newest_targets(covenant: Covenant, targets: Iterable[Target]) -> dict[int, int]:
    """Each target of this and earlier versions → the target of `covenant` that stands for it."""
    before = dict(
        Target.objects.filter(
            covenant__cycle=covenant.cycle_id, covenant__level=covenant.level, replaces__isnull=False
        ).values_list("pk", "replaces")
    )
    newest = {}
    for target in targets:
        at: int | None = target.pk
        while at is not None:
            newest[at] = target.pk
            at = before.get(at)
    return newest


def results_of_unit(cycle: Cycle, unit: Unit, period: str) -> QuerySet[Result]:
    return Result.objects.filter(
        assignment__unit=unit, assignment__target__covenant__cycle=cycle, period=period
    ).select_related("assignment__target")


def result_history(cycle: Cycle, unit: Unit, period: str) -> list[Result]:
    """Every version that followed an estimate, the newest first."""
    return list(
        Result.objects.filter(
            assignment__unit=unit, assignment__target__covenant__cycle=cycle, period=period, version__gt=1
        )
        .select_related("assignment__target", "previous", "recorded_by")
        .order_by("-recorded_at", "-pk")
    )


@dataclass(frozen=True)
class ReportRow:
    """One member's report of a period as the table of what was sent shows it."""

    unit: Unit
    report: UnitReport | None
    due_on: date | None
    state: ReportState

    @property
    def is_sent(self) -> bool:
        return self.state in (ReportState.ON_TIME, ReportState.LATE)


def report_of(cycle: Cycle, unit: Unit, period: str) -> UnitReport | None:
    return (
        UnitReport.objects.filter(cycle=cycle, unit=unit, period=period)
        .select_related("unit", "sent_by", "received_by", "extended_by")
        .first()
    )


def sent_units(cycle: Cycle, period: str) -> frozenset[int]:
    """The units whose figures of a period have left them."""
    sent = UnitReport.objects.filter(cycle=cycle, period=period, sent_at__isnull=False)
    return frozenset(sent.values_list("unit", flat=True))


def report_due_on(cycle: Cycle, period: str, report: UnitReport | None = None) -> date | None:
    """The unit's extended date, else the bloc's, else the province's."""
    return report.extended_to if report and report.extended_to else due_on(cycle, DUE[period])


def report_rows(
    cycle: Cycle, period: str, on: date, members: Sequence[Membership] | None = None
) -> list[ReportRow]:
    """The table of what was sent: in time, late, not yet. At most four queries."""
    reports = {report.unit_id: report for report in _reports_in(cycle.pk, period)}
    due = due_on(cycle, DUE[period])
    rows = []
    for member in members if members is not None else members_of(cycle):
        report = reports.get(member.unit_id)
        own = report.extended_to if report and report.extended_to else due
        sent_on = today(report.sent_at) if report and report.sent_at else None
        rows.append(ReportRow(member.unit, report, own, report_state(own, sent_on, on)))
    return rows


@prepared
def _reports_in(cycle: int, period: str) -> QuerySet[UnitReport]:
    reports = UnitReport.objects.filter(cycle=cycle, period=period)
    return reports.select_related("sent_by", "received_by", "extended_by")


def seen_units(who: Standing, cycle: Cycle, rows: Iterable[ReportRow]) -> frozenset[int]:
    """Whose figures a person sees: all that were sent; unsent ones are the unit's own and its bloc's keepers'."""
    rows = list(rows)
    if who.is_secretariat or who.is_vice or who.reads_all:
        return frozenset(row.unit.pk for row in rows)
    return frozenset(row.unit.pk for row in rows if row.is_sent or row.unit.pk in who.belongs_to)


def unit_in(cycle: Cycle, slug: str) -> QuerySet[Unit]:
    """A member unit by its address."""
    return Unit.objects.filter(memberships__cycle=cycle, memberships__left_on=None, slug=slug)


def results_url(cycle: Cycle, period: str) -> str:
    return f"{reverse('results', args=cycle.slugs)}?ky={PERIOD_WORDS[period]}"


def unit_results_url(cycle: Cycle, unit: Unit, period: str) -> str:
    return f"{reverse('unit_results', args=[*cycle.slugs, unit.slug])}?ky={PERIOD_WORDS[period]}"
