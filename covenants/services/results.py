"""Results of units and their reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import refuse
from config.kit.typed import clean
from covenants import policies, queries
from covenants.models import Result, TargetAssignment, UnitReport
from documents.models import Upload

NOT_ASSIGNED = "not_assigned"


@dataclass(frozen=True)
class ResultEntry:
    """What a unit enters for one target; `actual` None takes an entered figure away."""

    actual: Decimal | None = None
    is_estimated: bool = False
    note: str = ""
    evidence: Upload | None = None


@transaction.atomic
def record_results(
    *,
    cycle: Cycle,
    unit: Unit,
    period: str,
    entries: Mapping[int, ResultEntry],
    by: User,
    at: datetime,
) -> int:
    """Write a unit's figures of a period, target by target; returns how many changed.

    `entries` maps a target's key to what was entered.
    """
    cycle = lock_cycle(cycle.pk)
    figures = queries.figures_of(cycle, period, units=[unit.pk])
    report = queries.report_of(cycle, unit, period)
    who = standing_in(cycle, by, at)
    refuse(policies.record_results(who, cycle, unit, figures.covenant, report))
    own = {figure.target.pk: figure for figure in figures.of_unit(unit.pk)}
    refuse(_entry_gaps(own, entries))
    changed = 0
    with audited("covenants.results.recorded", by=by):
        for target_id, entry in entries.items():
            changed += _record(own[target_id], unit, period, entry, by, at)
    return changed


def _entry_gaps(own: Mapping[int, queries.Figure], entries: Mapping[int, ResultEntry]) -> list[str]:
    reasons = []
    for target_id, entry in entries.items():
        figure = own.get(target_id)
        if figure is None:
            reasons.append("Có chỉ tiêu không thuộc giao ước đang có hiệu lực. Hãy tải lại trang.")
        elif entry.actual is not None and not figure.is_assigned:
            reasons.append(
                f"Chỉ tiêu số {figure.target.number} không giao cho đơn vị nên không nhập kết quả."
            )
        elif figure.result and figure.result.version > 1 and entry.actual != figure.actual:
            reasons.append(
                f"Chỉ tiêu số {figure.target.number} đã có số chính thức thay số ước nên không sửa được."
            )
    return reasons


def _record(
    figure: queries.Figure, unit: Unit, period: str, entry: ResultEntry, by: User, at: datetime
) -> int:
    result = figure.result
    if result and result.version > 1:
        return 0
    if entry.actual is None:
        if result:
            result.delete()
        return int(result is not None)
    new = {"actual": entry.actual, "is_estimated": entry.is_estimated, "note": clean(entry.note)}
    if entry.evidence is not None:
        new["evidence"] = entry.evidence
    if result and all(getattr(result, name) == value for name, value in new.items()):
        return 0
    if result is None:
        assignment, _ = TargetAssignment.objects.get_or_create(
            target=figure.target, unit=unit, defaults={"value": figure.target.value}
        )
        result = Result(assignment=assignment, period=period)
    for name, value in new.items():
        setattr(result, name, value)
    result.recorded_at, result.recorded_by = at, by
    result.save()
    return 1


@transaction.atomic
def send_report(
    *, cycle: Cycle, unit: Unit, period: str, by: User, at: datetime, note: str = ""
) -> UnitReport:
    """Send a unit's figures of a period to the bloc; from now on they stand."""
    cycle = lock_cycle(cycle.pk)
    figures = queries.figures_of(cycle, period, units=[unit.pk])
    missing = [f.target.number for f in figures.of_unit(unit.pk) if f.is_assigned and f.result is None]
    report = queries.report_of(cycle, unit, period) or UnitReport(cycle=cycle, unit=unit, period=period)
    who = standing_in(cycle, by, at)
    refuse(policies.send_report(who, cycle, unit, figures.covenant, report, missing))
    report.sent_at, report.sent_by, report.note = at, by, clean(note)
    with audited("covenants.report.sent", by=by):
        report.save()
    return report


def _lock_report(report: UnitReport) -> UnitReport:
    cycle = lock_cycle(report.cycle_id)
    report = UnitReport.objects.select_related("unit").get(pk=report.pk)
    report.cycle = cycle
    return report


@transaction.atomic
def withdraw_report(*, report: UnitReport, reason: str, by: User, at: datetime) -> UnitReport:
    """Take a sent report back while the bloc has not received it; its figures may be changed again."""
    report = _lock_report(report)
    refuse(policies.withdraw_report(standing_in(report.cycle, by, at), report, reason))
    report.sent_at = report.sent_by = None
    with audited("covenants.report.withdrawn", by=by, reason=reason):
        report.save(update_fields=["sent_at", "sent_by"])
    return report


@transaction.atomic
def receive_report(*, report: UnitReport, by: User, at: datetime) -> UnitReport:
    """Record that the bloc has taken a report in: it is not taken back any more."""
    report = _lock_report(report)
    refuse(policies.receive_report(standing_in(report.cycle, by, at), report))
    report.received_at, report.received_by = at, by
    with audited("covenants.report.received", by=by):
        report.save(update_fields=["received_at", "received_by"])
    return report


@transaction.atomic
def extend_report(
    *, cycle: Cycle, unit: Unit, period: str, extended_to: date, reason: str, by: User, at: datetime
) -> UnitReport:
    """Give one unit a later date, with a reason, before the date it had."""
    cycle = lock_cycle(cycle.pk)
    report = queries.report_of(cycle, unit, period) or UnitReport(cycle=cycle, unit=unit, period=period)
    due = queries.report_due_on(cycle, period, report)
    who = standing_in(cycle, by, at)
    refuse(policies.extend_report(who, cycle, report, due, extended_to, reason))
    report.extended_to, report.extension_reason = extended_to, clean(reason)
    report.extended_at, report.extended_by = at, by
    with audited("covenants.report.extended", by=by, reason=reason):
        report.save()
    return report


@transaction.atomic
def true_up_result(
    *,
    result: Result,
    actual: Decimal,
    by: User,
    at: datetime,
    note: str = "",
    evidence: Upload | None = None,
) -> Result:
    """Put the official figure after a reported estimate; the estimate stays, scores do not move."""
    given = TargetAssignment.objects.select_related("target__covenant", "unit").get(pk=result.assignment_id)
    cycle = lock_cycle(given.target.covenant.cycle_id)
    result = Result.objects.get(pk=result.pk)
    report = queries.report_of(cycle, given.unit, result.period)
    refuse(
        policies.true_up_result(
            standing_in(cycle, by, at),
            cycle,
            given.unit,
            result,
            is_latest=not Result.objects.filter(previous=result).exists(),
            is_reported=bool(report and report.sent_at),
        )
    )
    with audited("covenants.result.made_official", by=by, reason=note):
        return Result.objects.create(
            assignment=given,
            period=result.period,
            version=result.version + 1,
            previous=result,
            actual=actual,
            note=clean(note) or result.note,
            evidence=evidence or result.evidence,
            recorded_at=at,
            recorded_by=by,
        )
