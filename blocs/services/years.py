"""A bloc's year: opening it, its members, terms, dates and phases."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from blocs import policies
from blocs.enums import Office, Phase
from blocs.models import Bloc, Cycle, Deadline, Membership, Milestone, PhaseMove, Province, Term, Unit
from blocs.queries import checks_for, standing_in, standing_in_province
from blocs.rules import USUAL_DEADLINES, is_backward
from blocs.services.locks import lock_cycle, lock_province
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from config.kit.text import day


@transaction.atomic
def open_cycle(
    *,
    bloc: Bloc,
    year: int,
    by: User,
    at: datetime,
    theme: str = "",
    is_illustrative: bool = False,
    note: str = "",
) -> Cycle:
    """Open a year of a bloc, with the members of the year before and no chair yet."""
    lock_province(bloc.province_id)
    previous = Cycle.objects.filter(bloc=bloc, year=year - 1).select_related("bloc__province").first()
    who = standing_in(previous, by, at) if previous else standing_in_province(bloc.province, by, at)
    refuse(policies.open_cycle(who, bloc, year, previous))
    if Cycle.objects.filter(bloc=bloc, year=year).exists():
        raise Refused([f"Khối đã có năm thi đua {year}. Hãy mở trang của năm đó."])
    with audited("blocs.cycle.opened", by=by):
        cycle = Cycle.objects.create(
            bloc=bloc, year=year, theme=theme, is_illustrative=is_illustrative, note=note
        )
        if previous:
            Membership.objects.bulk_create(
                Membership(cycle=cycle, unit_id=m.unit_id, position=m.position)
                for m in previous.memberships.filter(left_on=None)
            )
    return cycle


@transaction.atomic
def open_cycles(
    *, province: Province, blocs: Sequence[Bloc], year: int, by: User, at: datetime, theme: str = ""
) -> list[Cycle]:
    """Open one year for several blocs of a province, all or none; usual dates stand where it has none of its own."""
    refuse(policies.open_cycles(standing_in_province(province, by, at)))
    with audited("blocs.cycle.opened", by=by):
        for usual in USUAL_DEADLINES:
            due = {"due_on": date(year, usual.month, usual.day), "source": usual.source, "is_verified": False}
            Deadline.objects.get_or_create(province=province, year=year, kind=usual.kind, defaults=due)
    return [
        open_cycle(bloc=bloc, year=year, theme=theme, is_illustrative=province.is_demo, by=by, at=at)
        for bloc in blocs
    ]


@transaction.atomic
def edit_cycle(*, cycle: Cycle, by: User, at: datetime, changes: Mapping[str, Any]) -> Cycle:
    """Change a year's theme or note."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.edit_cycle(standing_in(cycle, by, at), cycle))
    for name, value in changes.items():
        setattr(cycle, name, value)
    with audited("blocs.cycle.edited", by=by):
        cycle.save(update_fields=list(changes))
    return cycle


@transaction.atomic
def change_members(*, cycle: Cycle, units: Sequence[Unit], by: User, at: datetime) -> None:
    """Set the members of a year, in this order. Who is not named leaves: without a trace while the year is
    being prepared, with the day later on, since papers may name the unit."""
    cycle = lock_cycle(cycle.pk)
    who = standing_in(cycle, by, at)
    refuse(policies.change_members(who, cycle) or _unfit(cycle, units, who.on))
    with audited("blocs.members.changed", by=by):
        gone = Membership.objects.filter(cycle=cycle).exclude(unit__in=units)
        if cycle.phase == Phase.PREPARING:
            gone.delete()
        else:
            gone.filter(left_on=None).update(left_on=who.on)
            gone.update(position=F("position") + 1000)
        for position, unit in enumerate(units, start=1):
            Membership.objects.update_or_create(
                cycle=cycle, unit=unit, defaults={"position": position, "left_on": None}
            )
        for position, membership in enumerate(gone.order_by("position"), start=len(units) + 1):
            membership.position = position
            membership.save(update_fields=["position"])


def _unfit(cycle: Cycle, units: Sequence[Unit], on: date) -> list[str]:
    """Why these units may not be the members: strangers, dissolved ones, and office holders left out."""
    reasons = [f"{unit} thuộc tỉnh khác." for unit in units if unit.province_id != cycle.bloc.province_id]
    members = set(cycle.memberships.filter(left_on=None).values_list("unit_id", flat=True))
    reasons += [
        f"{unit} đã giải thể ngày {day(unit.dissolved_on)}. Hãy bỏ đơn vị này."
        for unit in units
        if unit.dissolved_on and unit.dissolved_on <= on and unit.pk not in members
    ]
    holding = cycle.terms.filter(to_on=None).exclude(unit__in=units).select_related("unit")
    return reasons + [
        f"{term.unit} đang là {term.get_office_display()}. Hãy ghi đơn vị khác thay rồi mới bỏ đơn vị này."
        for term in holding
    ]


@transaction.atomic
def set_unranked(*, cycle: Cycle, unit: Unit, reason: str, by: User, at: datetime) -> None:
    """Take a member out of the ranking with a reason, or (empty reason) put it back."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.set_unranked(standing_in(cycle, by, at), cycle))
    membership = Membership.objects.get(cycle=cycle, unit=unit)
    membership.unranked_reason = reason
    with audited("blocs.membership.unranked_set", by=by, reason=reason):
        membership.save(update_fields=["unranked_reason"])


@transaction.atomic
def set_milestone(*, cycle: Cycle, kind: str, due_on: date, by: User, at: datetime) -> None:
    """Set or move a date of the bloc's year."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.set_milestone(standing_in(cycle, by, at), cycle))
    with audited("blocs.milestone.set", by=by):
        Milestone.objects.update_or_create(cycle=cycle, kind=kind, defaults={"due_on": due_on})


@transaction.atomic
def start_term(
    *,
    cycle: Cycle,
    office: str,
    unit: Unit,
    from_on: date,
    basis: str,
    by: User,
    at: datetime,
    is_illustrative: bool = False,
    is_elected: bool = False,
) -> Term:
    """Make a unit chair or vice-chair of a year; a chair before it steps down the day before.

    `is_elected` = a confirmed vote chose it; otherwise nobody records an office of the own unit.
    """
    cycle = lock_cycle(cycle.pk)
    who = standing_in(cycle, by, at)
    is_outgoing = _is_outgoing_chair(cycle, by, at)
    refuse(policies.start_term(who, cycle, is_outgoing_chair=is_outgoing, unit=unit, is_elected=is_elected))
    if not Membership.objects.filter(cycle=cycle, unit=unit, left_on=None).exists():
        raise Refused(
            [f"{unit} không phải là đơn vị thành viên của năm này. Hãy chọn một đơn vị thành viên."]
        )
    with audited(f"blocs.{office}.started", by=by, reason=basis):
        _make_room(cycle, office, unit, from_on)
        return Term.objects.create(
            cycle=cycle,
            office=office,
            unit=unit,
            from_on=from_on,
            basis=basis,
            is_illustrative=is_illustrative,
        )


def _is_outgoing_chair(cycle: Cycle, by: User, at: datetime) -> bool:
    """The chair of the year before records both elections, also after the new chair has been recorded."""
    before = Cycle.objects.filter(bloc=cycle.bloc_id, year=cycle.year - 1).select_related("bloc").first()
    return before is not None and cycle.phase == Phase.PREPARING and standing_in(before, by, at).is_chair


def _make_room(cycle: Cycle, office: str, unit: Unit, from_on: date) -> None:
    """End the terms that a new one replaces; refuse when it cannot stand beside an open one."""
    for term in Term.objects.filter(cycle=cycle, to_on=None).select_related("unit"):
        if term.unit_id == unit.pk and (term.office == office or office == Office.VICE):
            raise Refused([f"{unit} đang là {term.get_office_display()}. Hãy chọn đơn vị khác."])
        if term.unit_id != unit.pk and not (term.office == office == Office.CHAIR):
            continue
        if from_on < term.from_on:
            raise Refused(
                [
                    f"{term.unit} là {term.get_office_display()} từ {day(term.from_on)}. "
                    "Hãy chọn ngày bắt đầu không sớm hơn ngày đó."
                ]
            )
        term.to_on = max(from_on - timedelta(days=1), term.from_on)
        term.save(update_fields=["to_on"])


@transaction.atomic
def end_term(*, term: Term, to_on: date, by: User, at: datetime, reason: str = "") -> Term:
    """End a term on a day."""
    cycle = lock_cycle(term.cycle_id)
    term = Term.objects.select_related("unit").get(pk=term.pk)
    refuse(policies.end_term(standing_in(cycle, by, at), cycle, term))
    if to_on < term.from_on:
        raise Refused(["Ngày kết thúc không được trước ngày bắt đầu. Hãy chọn ngày khác."])
    term.to_on = to_on
    with audited("blocs.term.ended", by=by, reason=reason):
        term.save(update_fields=["to_on"])
    return term


@transaction.atomic
def move_phase(*, cycle: Cycle, to: Phase, by: User, at: datetime, reason: str = "") -> Cycle:
    """Move a year along the table; what was passed over is kept with the reason."""
    cycle = lock_cycle(cycle.pk)
    checks = [] if is_backward(Phase(cycle.phase), to) else checks_for(cycle, to)
    refuse(policies.move_phase(standing_in(cycle, by, at), cycle, to, checks, reason))
    passed_over = [sentence for check in checks for sentence in check.missing]
    with audited("blocs.cycle.moved", by=by, reason=reason):
        PhaseMove.objects.create(
            cycle=cycle,
            from_phase=cycle.phase,
            to_phase=to,
            moved_at=at,
            moved_by=by,
            reason=reason,
            passed_over=passed_over,
        )
        cycle.phase = to
        cycle.save(update_fields=["phase"])
    return cycle
