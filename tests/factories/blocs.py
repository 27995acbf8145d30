"""Rows of blocs, made without services and without any sense."""

from datetime import date

import factory

from blocs.enums import Office, Role
from blocs.models import (
    Appointment,
    Bloc,
    BlocAssignment,
    Cycle,
    Handover,
    Membership,
    Province,
    Term,
    Unit,
)
from tests.factories.accounts import UserFactory


class ProvinceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Province

    slug = factory.Sequence(lambda n: f"tinh-{n}")
    name = factory.Sequence(lambda n: f"Tỉnh số {n}")
    place = "Nơi đây"
    council_name = "Hội đồng Thi đua - Khen thưởng tỉnh"
    committee_name = "Ủy ban nhân dân tỉnh"
    standing_office_name = "Ban Thi đua - Khen thưởng tỉnh"
    standing_office_label = "Ban TĐKT"


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    province = factory.SubFactory(ProvinceFactory)
    slug = factory.Sequence(lambda n: f"don-vi-so-{n}")
    name = factory.Sequence(lambda n: f"Sở số {n}")
    short_name = factory.Sequence(lambda n: f"Sở {n}")


class BlocFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Bloc

    province = factory.SubFactory(ProvinceFactory)
    slug = factory.Sequence(lambda n: f"khoi-so-{n}")
    name = factory.Sequence(lambda n: f"Khối thi đua số {n}")
    code = factory.Sequence(lambda n: f"KS{n}")


class CycleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cycle

    bloc = factory.SubFactory(BlocFactory)
    year = 2019


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    cycle = factory.SubFactory(CycleFactory)
    unit = factory.SubFactory(UnitFactory, province=factory.SelfAttribute("..cycle.bloc.province"))
    position = factory.Sequence(lambda n: n + 101)


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    cycle = factory.SubFactory(CycleFactory)
    unit = factory.SubFactory(UnitFactory, province=factory.SelfAttribute("..cycle.bloc.province"))
    office = Office.CHAIR
    from_on = date(2019, 1, 1)
    basis = "hội nghị bầu"


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    role = Role.UNIT_OFFICER
    from_on = date(2018, 1, 1)


class BlocAssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BlocAssignment

    officer = factory.SubFactory(UserFactory)
    bloc = factory.SubFactory(BlocFactory)
    from_on = date(2018, 1, 1)


class HandoverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Handover

    from_term = factory.SubFactory(TermFactory)
    to_term = factory.SubFactory(TermFactory)
    items = "Hồ sơ của năm"
