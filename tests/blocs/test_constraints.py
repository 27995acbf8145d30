"""The database has the last word: every law is tried from behind the forms."""

from contextlib import nullcontext
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from blocs.enums import Office, Phase, Role
from blocs.models import Cycle, Membership, Milestone, PhaseMove, Term
from blocs.rules import MOVES
from config.kit.text import VIETNAM
from tests.factories.accounts import UserFactory
from tests.factories.blocs import (
    AppointmentFactory,
    BlocAssignmentFactory,
    BlocFactory,
    CycleFactory,
    HandoverFactory,
    MembershipFactory,
    ProvinceFactory,
    TermFactory,
    UnitFactory,
)
from tests.factories.law import every_right

pytestmark = pytest.mark.django_db
NOON = datetime(2019, 5, 2, 12, tzinfo=VIETNAM)


def refused(error=IntegrityError):
    """A write that the database refuses, without spoiling the test's transaction."""
    return _Refused(error)


class _Refused:
    def __init__(self, error):
        self.raises = pytest.raises(error)
        self.savepoint = transaction.atomic()

    def __enter__(self):
        self.found = self.raises.__enter__()
        self.savepoint.__enter__()
        return self.found

    def __exit__(self, *told):
        try:
            self.savepoint.__exit__(*told)
        except BaseException as error:  # deferred checks fail when the savepoint is released
            return self.raises.__exit__(type(error), error, error.__traceback__)
        return self.raises.__exit__(*told)


def set_phase(cycle, phase):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE blocs_cycle SET phase = %s WHERE id = %s", [phase, cycle.pk])


@pytest.mark.parametrize("phase", Phase)
def test_a_raw_update_moves_a_year_only_along_the_table(phase):
    cycle = CycleFactory(phase=phase)
    for to in Phase:
        if to == phase:
            continue
        if to in MOVES[phase]:
            moved = CycleFactory(phase=phase)
            set_phase(moved, to)
            assert Cycle.objects.get(pk=moved.pk).phase == to
        else:
            with refused():
                set_phase(cycle, to)

    assert Cycle.objects.get(pk=cycle.pk).phase == phase


def test_an_unknown_phase_and_an_impossible_year_are_refused():
    with refused():
        CycleFactory(phase="dreaming")
    with refused():
        CycleFactory(year=1999)


def test_a_bloc_has_each_year_once():
    cycle = CycleFactory()

    with refused():
        CycleFactory(bloc=cycle.bloc, year=cycle.year)


def test_a_closed_year_keeps_its_members_and_dates():
    cycle = CycleFactory(phase=Phase.DECIDED)
    member = MembershipFactory(cycle=cycle)
    milestone = Milestone.objects.create(cycle=cycle, kind="covenant", due_on=date(2019, 3, 1))
    set_phase(cycle, Phase.CLOSED)

    with refused():
        MembershipFactory(cycle=cycle)
    with refused():
        Membership.objects.filter(pk=member.pk).update(unranked_reason="đổi ý")
    with refused():
        Membership.objects.filter(pk=member.pk).delete()
    with refused():
        Milestone.objects.filter(pk=milestone.pk).update(due_on=date(2019, 4, 1))
    assert Membership.objects.get(pk=member.pk).unranked_reason == ""


def test_a_move_once_recorded_is_neither_changed_nor_removed():
    move = PhaseMove.objects.create(
        cycle=CycleFactory(),
        from_phase=Phase.PREPARING,
        to_phase=Phase.LAUNCHING,
        moved_at=NOON,
        moved_by=UserFactory(),
    )

    with refused(InternalError):
        PhaseMove.objects.filter(pk=move.pk).update(reason="khác")
    with refused(InternalError):
        PhaseMove.objects.filter(pk=move.pk).delete()


def test_a_year_has_one_open_chair_and_may_have_several_vices():
    chair = TermFactory()
    TermFactory(cycle=chair.cycle, office=Office.VICE)
    TermFactory(cycle=chair.cycle, office=Office.VICE)

    with refused():
        TermFactory(cycle=chair.cycle)
    Term.objects.filter(pk=chair.pk).update(to_on=date(2019, 6, 1))
    TermFactory(cycle=chair.cycle, from_on=date(2019, 6, 2))


def test_a_unit_holds_one_open_office_and_a_term_ends_after_it_begins():
    chair = TermFactory()

    with refused():
        TermFactory(cycle=chair.cycle, unit=chair.unit, office=Office.VICE)
    with refused():
        TermFactory(to_on=date(2018, 1, 1))
    with refused():
        TermFactory(office="king")


def test_a_unit_and_a_place_come_once_in_a_year():
    member = MembershipFactory(position=1)

    with refused():
        MembershipFactory(cycle=member.cycle, unit=member.unit)
    with refused():
        MembershipFactory(cycle=member.cycle, position=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("role", Role)
def test_a_role_is_held_where_it_belongs(role):
    unit, province = UnitFactory(), ProvinceFactory()
    of_unit = role in (Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK)

    if of_unit:
        AppointmentFactory(role=role, unit=unit)
        with refused():
            AppointmentFactory(role=role, province=province)
    else:
        AppointmentFactory(role=role, province=province)
        with refused():
            AppointmentFactory(role=role, unit=unit)
    with refused():
        AppointmentFactory(role=role, unit=unit, province=province)
    if role == Role.ADMIN:
        AppointmentFactory(role=role)
    else:
        with refused():
            AppointmentFactory(role=role)


def test_a_role_is_open_once_a_person_and_can_be_given_again_after_it_ended():
    held = AppointmentFactory(role=Role.ADMIN)

    with refused():
        AppointmentFactory(role=Role.ADMIN, user=held.user)
    held.to_on = date(2019, 1, 1)
    held.save()
    AppointmentFactory(role=Role.ADMIN, user=held.user, from_on=date(2020, 1, 1))
    with refused():
        AppointmentFactory(role=Role.ADMIN, to_on=date(2017, 1, 1))


def test_an_officer_is_in_charge_of_a_bloc_once():
    charge = BlocAssignmentFactory()

    with refused():
        BlocAssignmentFactory(officer=charge.officer, bloc=charge.bloc)


def test_addresses_and_symbols_are_unique_in_a_province():
    unit, bloc = UnitFactory(), BlocFactory()

    with refused():
        UnitFactory(province=unit.province, slug=unit.slug)
    with refused():
        BlocFactory(province=bloc.province, slug=bloc.slug)
    with refused():
        BlocFactory(province=bloc.province, code=bloc.code)
    UnitFactory(slug=unit.slug)
    with refused():
        ProvinceFactory(slug=bloc.province.slug)


@pytest.mark.parametrize(
    "wrong",
    [
        {"founded_on": date(2019, 1, 1), "dissolved_on": date(2019, 1, 1)},
        {"women_share": -1},
        {"women_share": "100.01"},
    ],
)
def test_a_unit_with_impossible_figures_is_refused(wrong):
    with refused():
        UnitFactory(**wrong)


def test_a_handover_is_confirmed_by_somebody_in_order_and_then_frozen():
    handover, person = HandoverFactory(), UserFactory()
    rows = type(handover).objects.filter(pk=handover.pk)

    with refused():
        rows.update(given_at=NOON)
    with refused():
        rows.update(received_at=NOON, received_by=person)
    rows.update(given_at=NOON, given_by=person)
    rows.update(received_at=NOON, received_by=person)
    with refused(InternalError):
        rows.update(items="khác")
    with refused(InternalError):
        rows.delete()


def test_the_journal_sees_a_raw_update_and_cannot_be_changed():
    unit = UnitFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE blocs_unit SET phone = '0297' WHERE id = %s", [unit.pk])
    events = unit.events.order_by("pgh_id")

    assert [event.pgh_label for event in events] == ["insert", "update"]
    for error, law in ((ProgrammingError, nullcontext()), (InternalError, every_right())):
        with law:
            with refused(error):
                events.update(phone="khác")
            with refused(error):
                events.delete()
