"""Provinces, units, blocs, people and their roles."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import security
from accounts.models import User
from accounts.tokens import link_for
from blocs import policies, queries
from blocs.models import (
    Appointment,
    BaseSalary,
    Bloc,
    BlocAssignment,
    Deadline,
    Province,
    Unit,
    UnitName,
    UnitSuccession,
)
from blocs.queries import Standing, standing_in_province
from blocs.rules import MAILBOX_WAIT, NATIONAL_SALARIES
from blocs.services import notices
from blocs.services.locks import lock_province
from config.kit.audit import audited
from config.kit.refusals import Refused, refuse


@transaction.atomic
def create_province(*, by: User | None, at: datetime, **fields: Any) -> Province:
    """Found a province, with the law of the country as its first dated rows.

    `by=None` only from the command that starts an installation.
    """
    if by is not None:
        refuse(policies.create_province(standing_in_province(None, by, at)))
    with audited("blocs.province.created", by=by):
        province = Province.objects.create(**fields)
        BaseSalary.objects.bulk_create(
            BaseSalary(province=province, **salary._asdict()) for salary in NATIONAL_SALARIES
        )
        for begin in queries.sources("PROVINCE_BEGINNINGS"):
            begin(province=province)
    return province


@transaction.atomic
def edit_province(*, province: Province, by: User, at: datetime, changes: Mapping[str, Any]) -> Province:
    """Change the labels a province uses for itself."""
    province = lock_province(province.pk)
    refuse(policies.edit_province(standing_in_province(province, by, at)))
    return _changed(province, changes, "blocs.province.edited", by)


@transaction.atomic
def set_base_salary(
    *, province: Province, by: User, at: datetime, from_date: date, amount: int, source: str
) -> None:
    """Record the base salary that holds from a day on."""
    refuse(policies.set_base_salary(standing_in_province(province, by, at)))
    with audited("blocs.base_salary.set", by=by):
        BaseSalary.objects.update_or_create(
            province=province,
            from_date=from_date,
            defaults={"amount": amount, "source": source, "is_verified": True},
        )


@transaction.atomic
def set_deadline(
    *, province: Province, by: User, at: datetime, year: int, kind: str, due_on: date, source: str = ""
) -> None:
    """Record a date of the province for all its blocs in a year."""
    refuse(policies.set_deadline(standing_in_province(province, by, at)))
    with audited("blocs.deadline.set", by=by):
        Deadline.objects.update_or_create(
            province=province,
            year=year,
            kind=kind,
            defaults={"due_on": due_on, "source": source, "is_verified": True},
        )


@transaction.atomic
def create_unit(*, province: Province, by: User, at: datetime, **fields: Any) -> Unit:
    """Enter a unit of the province."""
    province = lock_province(province.pk)
    refuse(policies.create_unit(standing_in_province(province, by, at)))
    if Unit.objects.filter(province=province, slug=fields.get("slug")).exists():
        raise Refused(["Tỉnh đã có đơn vị dùng tên địa chỉ này. Hãy chọn tên khác."])
    with audited("blocs.unit.created", by=by):
        return Unit.objects.create(province=province, **fields)


@transaction.atomic
def edit_unit(*, unit: Unit, by: User, at: datetime, changes: Mapping[str, Any]) -> Unit:
    """Change what is known of a unit; a new name keeps the old one for old papers."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("province").get(pk=unit.pk)
    who = standing_in_province(unit.province, by, at)
    refuse(policies.edit_unit(who, unit))
    with audited("blocs.unit.edited", by=by):
        if changes.get("name", unit.name) != unit.name:
            UnitName.objects.create(unit=unit, name=unit.name, short_name=unit.short_name, to_on=who.on)
        return _changed(unit, changes, "blocs.unit.edited", by)


@transaction.atomic
def dissolve_unit(
    *, unit: Unit, on: date, basis: str, by: User, at: datetime, successors: Sequence[Unit] = ()
) -> Unit:
    """Record that a unit no longer exists and who took over; old papers and years keep it."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("province").get(pk=unit.pk)
    refuse(policies.dissolve_unit(standing_in_province(unit.province, by, at), unit))
    if unit.founded_on and on <= unit.founded_on:
        raise Refused(["Ngày giải thể phải sau ngày thành lập. Hãy kiểm tra lại ngày."])
    if unit in successors:
        raise Refused(["Một đơn vị không kế thừa chính mình. Hãy chọn đơn vị khác."])
    unit.dissolved_on = on
    with audited("blocs.unit.dissolved", by=by, reason=basis):
        unit.save(update_fields=["dissolved_on"])
        for successor in successors:
            UnitSuccession.objects.create(predecessor=unit, successor=successor, on=on, basis=basis)
    return unit


@transaction.atomic
def create_bloc(*, province: Province, by: User, at: datetime, **fields: Any) -> Bloc:
    """Enter a bloc that the province has established."""
    province = lock_province(province.pk)
    refuse(policies.create_bloc(standing_in_province(province, by, at)))
    _refuse_taken_bloc(province, fields)
    with audited("blocs.bloc.created", by=by):
        return Bloc.objects.create(province=province, **fields)


@transaction.atomic
def edit_bloc(*, bloc: Bloc, by: User, at: datetime, changes: Mapping[str, Any]) -> Bloc:
    """Change what is known of a bloc; its papers already issued stay as they are."""
    province = lock_province(bloc.province_id)
    refuse(policies.edit_bloc(standing_in_province(province, by, at)))
    bloc = Bloc.objects.get(pk=bloc.pk)
    _refuse_taken_bloc(province, changes, except_pk=bloc.pk)
    return _changed(bloc, changes, "blocs.bloc.edited", by)


def _refuse_taken_bloc(province: Province, fields: Mapping[str, Any], except_pk: int | None = None) -> None:
    others = Bloc.objects.filter(province=province).exclude(pk=except_pk)
    if others.filter(slug=fields.get("slug")).exists():
        raise Refused(["Tỉnh đã có khối dùng tên địa chỉ này. Hãy chọn tên khác."])
    if others.filter(code=fields.get("code")).exists():
        raise Refused(["Tỉnh đã có khối dùng ký hiệu này. Hãy chọn ký hiệu khác."])


@transaction.atomic
def create_person(
    *,
    province: Province | None,
    by: User | None,
    at: datetime,
    username: str,
    full_name: str,
    email: str = "",
    phone: str = "",
    password_hash: str | None = None,
    is_demo: bool = False,
) -> User:
    """Enter a person; without a hash the account waits for its one-time link."""
    if by is not None:
        refuse(policies.create_person(standing_in_province(province, by, at)))
    if queries.username_is_taken(username):
        raise Refused(["Tên đăng nhập này đã có. Hãy chọn tên khác."])
    with audited("accounts.user.created", by=by):
        return User.objects.create(
            username=username,
            full_name=full_name,
            email=email,
            phone=phone,
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
    phone: str = "",
    unit: Unit | None = None,
    title: str = "",
    late_reason: str = "",
) -> User:
    """Enter a person together with the first role, so that nobody is left without a place."""
    closed_on = queries.last_closing(unit, province)
    refuse(
        policies.enter_person(
            standing_in_province(province, by, at),
            role,
            from_on=from_on,
            late_reason=late_reason,
            closed_on=closed_on,
        )
    )
    person = create_person(
        province=province, by=by, at=at, username=username, full_name=full_name, email=email, phone=phone
    )
    place = None if unit else province
    appoint(
        user=person,
        role=role,
        by=by,
        at=at,
        from_on=from_on,
        unit=unit,
        province=place,
        title=title,
        late_reason=late_reason,
    )
    return person


def _reach(user: User, province: Province, by: User, at: datetime) -> tuple[Standing, bool]:
    """Where one must stand to touch an account: in the province, or in the whole site for a wider one."""
    is_elsewhere = queries.serves_elsewhere(user, province, queries.today(at))
    return standing_in_province(None if is_elsewhere else province, by, at), is_elsewhere


@transaction.atomic
def edit_person(
    *, user: User, province: Province, by: User, at: datetime, changes: Mapping[str, Any]
) -> User:
    """Change a person's name and phone, or close and reopen the account; a mailbox goes its own way."""
    user = User.objects.select_for_update().get(pk=user.pk)
    who, is_elsewhere = _reach(user, province, by, at)
    roles = queries.roles_from(user, who.on)
    refuse(policies.edit_person(who, is_elsewhere=is_elsewhere, roles=roles))
    if user == by and changes.get("is_active") is False:
        raise Refused(["Anh, chị không tự khóa tài khoản của mình được. Hãy nhờ người quản trị khác."])
    changes = dict(changes)
    email = changes.pop("email", user.email)
    if email != user.email:
        user = change_mailbox(user=user, province=province, email=email, by=by, at=at)
    return _changed(user, changes, "accounts.user.edited", by)


@transaction.atomic
def change_mailbox(
    *, user: User, by: User, at: datetime, email: str, province: Province | None = None
) -> User:
    """Change a mailbox. The old one is told, and the new one sets no password for a while."""
    user = User.objects.select_for_update().get(pk=user.pk)
    who, is_elsewhere = (
        _reach(user, province, by, at) if province else (standing_in_province(None, by, at), True)
    )
    refuse(policies.change_mailbox(who, is_self=user == by, is_elsewhere=is_elsewhere))
    old, is_new = user.email, not user.has_usable_password()
    if email == old:
        return user
    user.email = email
    user.mailbox_waits_until = None if is_new else max(at + MAILBOX_WAIT, user.mailbox_waits_until or at)
    with audited("accounts.mailbox.changed", by=by):
        user.save(update_fields=["email", "mailbox_waits_until"])
    notices.tell_of_mailbox(user, old, by=by)
    return user


@transaction.atomic
def issue_reset_link(*, user: User, province: Province, by: User | None, at: datetime) -> str:
    """Make a one-time address at which a person sets the password; it dies after 24 hours or its first use.

    The worker sends it to the person's mailbox, so that nobody else signs in by it; it is given back ("" otherwise)
    only where there is no mailbox, or no mail server. `by=None` only from the command that starts an installation.
    """
    refuse_link(user, province=province, by=by, at=at)
    if by is not None and notices.reaches(user):
        notices.queue_link(user, province=province, by=by)
        return ""
    return make_link(user, by=by, at=at)


def refuse_link(user: User, *, province: Province, by: User | None, at: datetime) -> None:
    """Ask whether a link may be made: at the button, and by the worker before it writes the letter."""
    if by is not None:
        who, is_elsewhere = _reach(user, province, by, at)
        waits_until = user.mailbox_waits_until
        refuse(policies.issue_reset_link(who, is_elsewhere=is_elsewhere, waits_until=waits_until))
    if not user.is_active:
        raise Refused(["Tài khoản này đang khóa. Hãy mở lại tài khoản trước khi cấp liên kết."])


def make_link(user: User, *, by: User | None, at: datetime, until: datetime | None = None) -> str:
    """The address itself, which stands nowhere; those made before it die. `until` only for a first link."""
    user.reset_link_at, user.first_link_until = at, until
    with audited("accounts.reset_link.issued", by=by):
        # A touched row, so that the journal says who opened this door and when.
        user.save(update_fields=["reset_link_at", "first_link_until"])
    security.tell("reset_link_issued", user=user.pk, by=by.pk if by else None, at=at)
    return link_for(user)


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
    late_reason: str = "",
) -> Appointment:
    """Give a person a role in a unit or a province from a day on. `by=None` only from the command that starts."""
    user = User.objects.select_for_update().get(pk=user.pk)
    place = unit.province if unit else province
    if by is not None:
        refuse(
            policies.appoint(
                standing_in_province(place, by, at),
                role,
                is_self=user == by,
                held=queries.roles_from(user, from_on),
                from_on=from_on,
                late_reason=late_reason,
                closed_on=queries.last_closing(unit, place),
            )
        )
    same = Appointment.objects.filter(user=user, role=role, unit=unit, province=province, to_on=None)
    if same.exists():
        raise Refused(["Người này đang giữ vai trò đó. Hãy kết thúc vai trò cũ trước."])
    with audited("blocs.appointment.made", by=by, reason=late_reason):
        made = Appointment.objects.create(
            user=user,
            role=role,
            unit=unit,
            province=province,
            from_on=from_on,
            title=title,
            given_by=by,
            given_on=queries.today(at) if by else None,
            late_reason=late_reason,
        )
    security.tell("role_given", user=user.pk, role=role, by=by.pk if by else None, from_on=from_on, at=at)
    notices.tell_of_role(made)
    return made


@transaction.atomic
def end_appointment(
    *, appointment: Appointment, by: User, at: datetime, to_on: date | None = None, at_once: bool = False
) -> Appointment:
    """End a role with the end of a day, or at once; old marks and signatures keep the name."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("unit__province", "province")
        .get(pk=appointment.pk)
    )
    place = appointment.unit.province if appointment.unit else appointment.province
    who = standing_in_province(place, by, at)
    refuse(policies.end_appointment(who, appointment.role, appointment))
    to_on = max(who.on, appointment.from_on) if at_once or to_on is None else to_on
    if to_on < appointment.from_on:
        raise Refused(["Ngày kết thúc không được trước ngày bắt đầu. Hãy chọn ngày khác."])
    appointment.to_on, appointment.ended_at = to_on, at if at_once else None
    with audited("blocs.appointment.ended", by=by):
        appointment.save(update_fields=["to_on", "ended_at"])
    security.tell(
        "role_ended",
        user=appointment.user_id,
        role=appointment.role,
        by=by.pk,
        to_on=to_on,
        at_once=at_once,
        at=at,
    )
    return appointment


@transaction.atomic
def assign_officer(*, officer: User, bloc: Bloc, by: User, at: datetime, from_on: date) -> BlocAssignment:
    """Put a provincial officer in charge of a bloc."""
    who = standing_in_province(bloc.province, by, at)
    serves_member = queries.competes_in(officer, bloc, who.on)
    refuse(policies.assign_officer(who, is_self=officer == by, serves_member=serves_member, from_on=from_on))
    if BlocAssignment.objects.filter(officer=officer, bloc=bloc, to_on=None).exists():
        raise Refused([f"{officer} đang theo dõi {bloc}. Hãy chọn khối khác."])
    with audited("blocs.officer.assigned", by=by):
        return BlocAssignment.objects.create(officer=officer, bloc=bloc, from_on=from_on)


@transaction.atomic
def end_assignment(*, assignment: BlocAssignment, by: User, at: datetime, to_on: date) -> BlocAssignment:
    """Release an officer from a bloc with the end of a day."""
    assignment = (
        BlocAssignment.objects.select_for_update(of=("self",))
        .select_related("bloc__province")
        .get(pk=assignment.pk)
    )
    refuse(policies.end_assignment(standing_in_province(assignment.bloc.province, by, at)))
    assignment.to_on = max(to_on, assignment.from_on)
    with audited("blocs.assignment.ended", by=by):
        assignment.save(update_fields=["to_on"])
    return assignment


def _changed(row: Any, changes: Mapping[str, Any], verb: str, by: User) -> Any:
    """Write what differs, under a verb; nothing when nothing does."""
    differing = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, changes[name])
    if differing:
        with audited(verb, by=by):
            row.save(update_fields=differing)
    return row
