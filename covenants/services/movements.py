"""Registrations, movements and initiatives."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries import standing_in
from blocs.services import lock_cycle
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse
from config.kit.typed import clean
from covenants import policies
from covenants.models import InitiativeCount, Movement, Participation, Registration


@transaction.atomic
def register_award(
    *, cycle: Cycle, unit: Unit, award_text: str, by: User, at: datetime, award_code: str = "", note: str = ""
) -> Registration:
    """Register a title that a unit sets out to win."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.register_award(standing_in(cycle, by, at), cycle, unit))
    text = clean(award_text)
    if Registration.objects.filter(cycle=cycle, unit=unit, award_text=text).exists():
        raise Refused([f"Đơn vị đã đăng ký “{text}”."])
    with audited("covenants.registration.made", by=by):
        return Registration.objects.create(
            cycle=cycle,
            unit=unit,
            award_text=text,
            award_code=award_code,
            note=clean(note),
            registered_at=at,
            registered_by=by,
        )


@transaction.atomic
def cancel_registration(*, registration: Registration, by: User, at: datetime) -> None:
    """Take a registration back; the audit keeps it."""
    cycle = lock_cycle(registration.cycle_id)
    registration = Registration.objects.select_related("unit").get(pk=registration.pk)
    registration.cycle = cycle
    refuse(policies.cancel_registration(standing_in(cycle, by, at), registration))
    with audited("covenants.registration.cancelled", by=by):
        registration.delete()


@transaction.atomic
def add_movement(
    *,
    cycle: Cycle,
    name: str,
    level: str,
    launched_by: str,
    by: User,
    at: datetime,
    launched_on: date | None = None,
    is_illustrative: bool = False,
) -> Movement:
    """Enter a movement that the bloc's members take part in."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.add_movement(standing_in(cycle, by, at), cycle))
    if Movement.objects.filter(cycle=cycle, name=clean(name)).exists():
        raise Refused([f"Phong trào “{clean(name)}” đã ghi."])
    with audited("covenants.movement.added", by=by):
        return Movement.objects.create(
            cycle=cycle,
            name=clean(name),
            level=level,
            launched_by=clean(launched_by),
            launched_on=launched_on,
            is_illustrative=is_illustrative,
        )


def _lock_movement(movement: Movement) -> Movement:
    cycle = lock_cycle(movement.cycle_id)
    movement = Movement.objects.get(pk=movement.pk)
    movement.cycle = cycle
    return movement


@transaction.atomic
def remove_movement(*, movement: Movement, by: User, at: datetime) -> None:
    """Take out a movement that was entered by mistake."""
    movement = _lock_movement(movement)
    who = standing_in(movement.cycle, by, at)
    refuse(policies.remove_movement(who, movement, movement.participations.count()))
    with audited("covenants.movement.removed", by=by):
        movement.delete()


@transaction.atomic
def record_participation(*, movement: Movement, unit: Unit, outcome: str, by: User, at: datetime) -> None:
    """Say what a unit did in a movement; empty words take it back."""
    movement = _lock_movement(movement)
    refuse(policies.record_participation(standing_in(movement.cycle, by, at), movement, unit))
    with audited("covenants.participation.recorded", by=by):
        if not clean(outcome):
            Participation.objects.filter(movement=movement, unit=unit).delete()
            return
        Participation.objects.update_or_create(
            movement=movement,
            unit=unit,
            defaults={"outcome": clean(outcome), "recorded_at": at, "recorded_by": by},
        )


@transaction.atomic
def record_initiatives(
    *, cycle: Cycle, unit: Unit | None, counts: Mapping[str, int | None], by: User, at: datetime
) -> None:
    """Set how many initiatives were recognised, by level; without a unit: of the whole bloc. None: not known."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.record_initiatives(standing_in(cycle, by, at), cycle, unit))
    with audited("covenants.initiatives.recorded", by=by):
        for level, count in counts.items():
            if count is None:
                InitiativeCount.objects.filter(cycle=cycle, unit=unit, level=level).delete()
                continue
            InitiativeCount.objects.update_or_create(
                cycle=cycle,
                unit=unit,
                level=level,
                defaults={"count": count, "recorded_at": at, "recorded_by": by},
            )
