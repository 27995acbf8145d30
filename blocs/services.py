"""Every write to provinces, units, people, blocs and years."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from blocs import policies
from blocs.enums import Office, Phase
from blocs.models import (
    Appointment,
    BaseSalary,
    Bloc,
    BlocAssignment,
    Cycle,
    Deadline,
    Handover,
    Membership,
    Milestone,
    PhaseMove,
    Province,
    Term,
    Unit,
    UnitName,
)
from blocs.queries import checks_for, standing_in, standing_in_province
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse


def lock_cycle(pk: int) -> Cycle:
    """Lock one cycle row until the end of the transaction and read it anew."""
    return lock_cycles(pk)[0]


def lock_cycles(*pks: int) -> list[Cycle]:
    """Lock several cycle rows, always in the order of their keys."""
    locked = Cycle.objects.select_for_update(of=("self",)).select_related("bloc__province")
    return list(locked.filter(pk__in=pks).order_by("pk"))


def lock_province(pk: int) -> Province:
    """Lock a province row for a provincial act; before any cycle row."""
    return Province.objects.select_for_update().get(pk=pk)


@transaction.atomic
def create_province(*, by: User | None, at: datetime, **fields: Any) -> Province:
    """Found a province. `by=None` only from the command that starts an installation."""
    if by is not None:
        refuse(policies.create_province(standing_in_province(None, by, at)))
    with audited("blocs.province.created", by=by):
        return Province.objects.create(**fields)


@transaction.atomic
def set_base_salary(
    *,
    province: Province,
    by: User,
    at: datetime,
    from_date: date,
    amount: int,
    source: str,
) -> None:
    """Record the base salary that holds from a day on."""
    refuse(policies.set_base_salary(standing_in_province(province, by, at)))
    with audited("blocs.base_salary.set", by=by):
        BaseSalary.objects.update_or_create(
            province=province,
            from_date=from_date,
            defaults={"amount": amount, "source": source},
        )


@transaction.atomic
def set_deadline(
    *,
    province: Province,
    by: User,
    at: datetime,
    year: int,
    kind: str,
    due_on: date,
    source: str = "",
) -> None:
    """Record a date of the province for all its blocs in a year."""
    refuse(policies.set_deadline(standing_in_province(province, by, at)))
    with audited("blocs.deadline.set", by=by):
        Deadline.objects.update_or_create(
            province=province,
            year=year,
            kind=kind,
            defaults={"due_on": due_on, "source": source},
        )


@transaction.atomic
def create_unit(*, province: Province, by: User, at: datetime, **fields: Any) -> Unit:
    """Enter a unit of the province."""
    refuse(policies.create_unit(standing_in_province(province, by, at)))
    with audited("blocs.unit.created", by=by):
        return Unit.objects.create(province=province, **fields)


@transaction.atomic
def edit_unit(*, unit: Unit, by: User, at: datetime, changes: Mapping[str, Any]) -> Unit:
    """Change what is known of a unit; a new name keeps the old one for old papers."""
    unit = Unit.objects.select_for_update().select_related("province").get(pk=unit.pk)
    who = standing_in_province(unit.province, by, at)
    refuse(policies.edit_unit(who, unit))
    with audited("blocs.unit.edited", by=by):
        if changes.get("name", unit.name) != unit.name:
            UnitName.objects.create(unit=unit, name=unit.name, short_name=unit.short_name, to_on=who.on)
        for name, value in changes.items():
            setattr(unit, name, value)
        unit.save(update_fields=list(changes))
    return unit


@transaction.atomic
def create_bloc(*, province: Province, by: User, at: datetime, **fields: Any) -> Bloc:
    """Enter a bloc that the province has established."""
    refuse(policies.create_bloc(standing_in_province(province, by, at)))
    with audited("blocs.bloc.created", by=by):
        return Bloc.objects.create(province=province, **fields)


@transaction.atomic
def create_person(
    *,
    province: Province | None,
    by: User | None,
    at: datetime,
    username: str,
    full_name: str,
    email: str = "",
    password_hash: str | None = None,
    is_demo: bool = False,
) -> User:
    """Enter a person; without a hash the account waits for its one-time link."""
    if by is not None:
        refuse(policies.create_person(standing_in_province(province, by, at)))
    with audited("accounts.user.created", by=by):
        return User.objects.create(
            username=username,
            full_name=full_name,
            email=email,
            password=password_hash or make_password(None),
            is_demo=is_demo,
        )


@transaction.atomic
def enter_person(
    *,
    province: Province,
    by: User,
    at: datetime,
    username: str,
    full_name: str,
    role: str,
    from_on: date,
    email: str = "",
    unit: Unit | None = None,
    title: str = "",
) -> User:
    """Enter a person together with the first role; a name already known is refused."""
    refuse(policies.enter_person(standing_in_province(province, by, at), role))
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(["Tên đăng nhập này đã có. Hãy chọn tên khác."])
    person = create_person(
        province=province, by=by, at=at, username=username, full_name=full_name, email=email
    )
    place = None if unit else province
    appoint(user=person, role=role, by=by, at=at, from_on=from_on, unit=unit, province=place, title=title)
    return person


@transaction.atomic
def issue_reset_link(*, user: User, province: Province | None, by: User | None, at: datetime) -> str:
    """Make a one-time address at which a person sets the password; it dies after 24 hours or its first use."""
    if by is not None:
        refuse(policies.issue_reset_link(standing_in_province(province, by, at)))
    with audited("accounts.reset_link.issued", by=by):
        # A touched row, so that the audit says who opened this door and when.
        User.objects.filter(pk=user.pk).update(reset_link_at=at)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    by: User | None,
    at: datetime,
    from_on: date,
    unit: Unit | None = None,
    province: Province | None = None,
    title: str = "",
) -> Appointment:
    """Give a person a role in a unit or a province from a day on."""
    if by is not None:
        place = unit.province if unit else province
        refuse(policies.appoint(standing_in_province(place, by, at), role))
    with audited("blocs.appointment.made", by=by):
        return Appointment.objects.create(
            user=user,
            role=role,
            unit=unit,
            province=province,
            from_on=from_on,
            title=title,
        )


@transaction.atomic
def end_appointment(*, appointment: Appointment, by: User, at: datetime, to_on: date) -> Appointment:
    """End a role on a day; old marks and signatures keep the name."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("unit__province", "province")
        .get(pk=appointment.pk)
    )
    place = appointment.unit.province if appointment.unit else appointment.province
    refuse(policies.end_appointment(standing_in_province(place, by, at), appointment.role))
    appointment.to_on = to_on
    with audited("blocs.appointment.ended", by=by):
        appointment.save(update_fields=["to_on"])
    return appointment


@transaction.atomic
def assign_officer(*, officer: User, bloc: Bloc, by: User, at: datetime, from_on: date) -> BlocAssignment:
    """Put a provincial officer in charge of a bloc."""
    refuse(policies.assign_officer(standing_in_province(bloc.province, by, at)))
    with audited("blocs.officer.assigned", by=by):
        return BlocAssignment.objects.create(officer=officer, bloc=bloc, from_on=from_on)


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
            bloc=bloc,
            year=year,
            theme=theme,
            is_illustrative=is_illustrative,
            note=note,
        )
        if previous:
            Membership.objects.bulk_create(
                Membership(cycle=cycle, unit_id=m.unit_id, position=m.position)
                for m in previous.memberships.filter(left_on=None)
            )
    return cycle


@transaction.atomic
def change_members(*, cycle: Cycle, units: Sequence[Unit], by: User, at: datetime) -> None:
    """Set the members of a year, in this order; who is not named leaves."""
    cycle = lock_cycle(cycle.pk)
    who = standing_in(cycle, by, at)
    refuse(policies.change_members(who, cycle))
    with audited("blocs.members.changed", by=by):
        kept = {unit.pk: position for position, unit in enumerate(units, start=1)}
        Membership.objects.filter(cycle=cycle).exclude(unit__in=kept).delete()
        for unit_id, position in kept.items():
            Membership.objects.update_or_create(cycle=cycle, unit_id=unit_id, defaults={"position": position})


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
) -> Term:
    """Make a unit chair or vice-chair of a year; a chair before it steps down on that day."""
    cycle = lock_cycle(cycle.pk)
    refuse(policies.start_term(standing_in(cycle, by, at), cycle))
    if not Membership.objects.filter(cycle=cycle, unit=unit, left_on=None).exists():
        raise Refused(
            [f"{unit} không phải là đơn vị thành viên của năm này. Hãy chọn một đơn vị thành viên."]
        )
    with audited(f"blocs.{office}.started", by=by, reason=basis):
        if office == Office.CHAIR:
            Term.objects.filter(cycle=cycle, office=office, to_on=None).update(to_on=from_on)
        return Term.objects.create(
            cycle=cycle,
            office=office,
            unit=unit,
            from_on=from_on,
            basis=basis,
            is_illustrative=is_illustrative,
        )


@transaction.atomic
def move_phase(*, cycle: Cycle, to: Phase, by: User, at: datetime, reason: str = "") -> Cycle:
    """Move a year along the table; what was passed over is kept with the reason."""
    cycle = lock_cycle(cycle.pk)
    checks = checks_for(cycle, to)
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


@transaction.atomic
def prepare_handover(*, cycle: Cycle, items: str, by: User, at: datetime) -> Handover:
    """Write down what the outgoing chair hands to the next; both sides then confirm."""
    following = Cycle.objects.filter(bloc=cycle.bloc_id, year=cycle.year + 1).first()
    if following is None:
        raise Refused(["Chưa mở năm thi đua sau. Hãy mở năm sau trước khi bàn giao."])
    cycle, following = lock_cycles(cycle.pk, following.pk)
    existing = Handover.objects.filter(from_term__cycle=cycle).first()
    refuse(policies.prepare_handover(standing_in(cycle, by, at), cycle, existing))
    giving = Term.objects.filter(cycle=cycle, office=Office.CHAIR, to_on=None).first()
    taking = Term.objects.filter(cycle=following, office=Office.CHAIR, to_on=None).first()
    if giving is None or taking is None:
        raise Refused(["Chưa có Khối trưởng của năm sau. Hãy xác nhận kết quả bầu trước."])
    with audited("blocs.handover.prepared", by=by):
        handover, _ = Handover.objects.update_or_create(
            from_term=giving, defaults={"to_term": taking, "items": items}
        )
    return handover


@transaction.atomic
def give_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """The outgoing chair's head confirms having handed everything over."""
    cycle = lock_cycle(handover.from_term.cycle_id)
    handover = Handover.objects.select_related("from_term", "to_term").get(pk=handover.pk)
    refuse(policies.give_handover(standing_in(cycle, by, at), handover))
    handover.given_at, handover.given_by = at, by
    with audited("blocs.handover.given", by=by):
        handover.save(update_fields=["given_at", "given_by"])
    return handover


@transaction.atomic
def receive_handover(*, handover: Handover, by: User, at: datetime) -> Handover:
    """The new chair's head confirms having received everything."""
    cycle = lock_cycle(handover.from_term.cycle_id)
    handover = Handover.objects.select_related("from_term", "to_term").get(pk=handover.pk)
    refuse(policies.receive_handover(standing_in(cycle, by, at), handover))
    handover.received_at, handover.received_by = at, by
    with audited("blocs.handover.received", by=by):
        handover.save(update_fields=["received_at", "received_by"])
    return handover
