"""A new office is led to its first year by what has been entered, and left alone once a year runs."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from blocs.enums import Office, Phase, Role
from blocs.models import Cycle, Province
from blocs.queries import first_steps_of, first_steps_todos_for
from scoring.models import Guidance
from tests.factories.blocs import (
    AppointmentFactory,
    BlocFactory,
    CycleFactory,
    MembershipFactory,
    TermFactory,
    UnitFactory,
)
from tests.scenarios import at

pytestmark = pytest.mark.django_db
NOW = at(2026, 1, 10)


@pytest.fixture
def province():
    call_command("start", "kien-giang", "Kiên Giang", "--admin", "an")
    # The browser of this test has no second step.
    User.objects.update(is_demo=True)
    return Province.objects.get()


@pytest.fixture
def keeper(province):
    user = User.objects.get()
    user.appointments.update(from_on=date(2026, 1, 1))
    return user


def left(province):
    return [step.title for step in first_steps_of(province, NOW) if not step.is_done]


def enter_units(province):
    return [UnitFactory(province=province, name=f"Đơn vị {n}") for n in (1, 2)]


def enter_people(province, units):
    AppointmentFactory(role=Role.PROVINCE_HEAD, province=province)
    for unit in units:
        AppointmentFactory(role=Role.UNIT_OFFICER, unit=unit)
        AppointmentFactory(role=Role.UNIT_DEPUTY, unit=unit)


def publish(province):
    law = {"number": "16/HD", "title": "Hướng dẫn", "issuer": "Hội đồng", "issued_on": date(2026, 1, 5)}
    done = {
        "status": "published",
        "published_at": NOW,
        "published_by": User.objects.first(),
        "content_hash": "0" * 64,
    }
    Guidance.objects.create(province=province, from_year=2026, scale=100, **done, **law)


def test_each_step_is_done_by_what_has_been_entered(province):
    titles = left(province)
    assert len(titles) == 7

    units = enter_units(province)
    assert left(province) == titles[2:]
    enter_people(province, units)
    assert left(province) == titles[3:]
    bloc = BlocFactory(province=province, name="Khối 1")
    assert left(province) == titles[4:]
    cycle = CycleFactory(bloc=bloc, year=2026)
    assert left(province) == titles[4:], "a year without members and chair is not ready"
    MembershipFactory(cycle=cycle, unit=units[0])
    assert left(province) == titles[4:]
    TermFactory(cycle=cycle, unit=units[0], office=Office.CHAIR)
    assert left(province) == titles[5:]
    publish(province)
    assert left(province) == titles[6:]


def test_names_are_done_once_somebody_has_saved_them(province):
    Province.objects.update(standing_office_label="Ban TĐKT")

    assert "Xem lại tên gọi của tỉnh" not in left(province)


def test_each_step_says_what_is_there_and_what_is_lacking(province):
    units = enter_units(province)
    AppointmentFactory(role=Role.UNIT_OFFICER, unit=units[0])
    AppointmentFactory(role=Role.UNIT_HEAD, unit=units[0])
    BlocFactory(province=province, name="Khối 1")
    opened = CycleFactory(bloc=BlocFactory(province=province, name="Khối 2"), year=2026)

    said = [step.said for step in first_steps_of(province, NOW)]
    assert said[1:5] == [
        "đã có 2 đơn vị",
        "1 đơn vị chưa có đủ chuyên viên và thủ trưởng; cơ quan thường trực chưa có lãnh đạo",
        "đã có 2 khối",
        "1 khối chưa mở năm",
    ]

    CycleFactory(bloc=province.blocs.get(name="Khối 1"), year=2026)
    year = first_steps_of(province, NOW)[4]
    assert year.said == "Khối 1 · 2026 chưa có thành viên hoặc Khối trưởng"
    assert year.url == reverse(
        "cycle_members", args=["kien-giang", province.blocs.get(name="Khối 1").slug, 2026]
    )
    assert first_steps_of(province, NOW)[-1].url == opened.get_absolute_url()


def test_the_next_step_is_the_next_thing_to_do_until_a_year_runs(client, province, keeper):
    client.force_login(keeper)
    page = reverse("first_steps", args=[province.slug])

    (todo,) = first_steps_todos_for(keeper, NOW)
    assert (todo.text, todo.url) == ("Những bước đầu: Xem lại tên gọi của tỉnh", page)
    shown = client.get(page)
    assert shown.status_code == 200
    assert 'aria-current="step"' in shown.content.decode()
    enter_units(province)
    (todo,) = first_steps_todos_for(keeper, NOW)
    assert todo.text == "Những bước đầu: Nhập người và giao vai trò"

    cycle = CycleFactory(bloc=BlocFactory(province=province), year=2026)
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.LAUNCHING)

    assert first_steps_todos_for(keeper, NOW) == []
    assert client.get(page).url == province.get_absolute_url()


@pytest.mark.parametrize("size", [1, 3])
def test_the_next_step_costs_the_same_with_one_bloc_and_with_three(
    province, keeper, django_assert_num_queries, size
):
    for _ in range(size):
        cycle = CycleFactory(bloc=BlocFactory(province=province), year=2026)
        MembershipFactory(cycle=cycle, unit=UnitFactory(province=province))

    with django_assert_num_queries(11):
        first_steps_todos_for(keeper, NOW)
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.LAUNCHING)
    with django_assert_num_queries(1):
        first_steps_todos_for(keeper, NOW)


@pytest.mark.parametrize("role", [Role.PROVINCE_OFFICER, Role.COUNCIL, Role.AUDITOR])
def test_who_does_not_keep_the_directory_is_not_led(client, province, role):
    other = AppointmentFactory(role=role, province=province).user
    client.force_login(other)

    assert first_steps_todos_for(other, NOW) == []
    assert client.get(reverse("first_steps", args=[province.slug])).status_code == 404
