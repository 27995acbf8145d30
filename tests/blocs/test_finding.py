"""Names are listed as people count them and found as people type them."""

from datetime import date

import pytest
from django.urls import reverse

from blocs import queries
from blocs.enums import Role
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, BlocFactory, ProvinceFactory, UnitFactory
from tests.scenarios import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def keeper(province):
    return AppointmentFactory(role=Role.ADMIN, unit=None, province=province, user__full_name="Quản trị").user


def test_units_blocs_and_people_stand_in_the_order_of_their_numbers(province, keeper):
    for number in (10, 2, 1):
        unit = UnitFactory(province=province, name=f"Đơn vị {number}", slug=f"donvi-{number}")
        BlocFactory(province=province, name=f"Khối số {number}", code=f"K{number}")
        AppointmentFactory(unit=unit, user=UserFactory(full_name=f"Chuyên viên Đơn vị {number}"))

    assert [unit.slug for unit in queries.all_units_of(province)] == ["donvi-1", "donvi-2", "donvi-10"]
    assert [unit.slug for unit in queries.units_for(keeper, at())] == ["donvi-1", "donvi-2", "donvi-10"]
    assert [bloc.code for bloc in queries.blocs_of(province)] == ["K1", "K2", "K10"]
    assert [bloc.code for bloc in queries.blocs_for(keeper, at())] == ["K1", "K2", "K10"]
    assert [str(person).rpartition(" ")[2] for person in queries.people_of(province)] == [
        "1",
        "2",
        "10",
        "trị",
    ]


@pytest.mark.parametrize("typed", ["so gddt", "Sở GD&ĐT", "gd-đt", "so giao duc", "so gd"])
def test_a_unit_is_found_by_its_short_name_however_it_is_typed(client, province, keeper, typed):
    UnitFactory(province=province, name="Sở Giáo dục và Đào tạo", short_name="Sở GD&ĐT")
    UnitFactory(province=province, name="Sở Y tế", short_name="Sở Y tế")
    client.force_login(keeper)

    page = client.get(reverse("search"), {"q": typed}).content.decode()

    assert "Sở Giáo dục và Đào tạo" in page
    assert "Sở Y tế" not in page
    assert [unit.short_name for unit in queries.all_units_of(province, typed)] == ["Sở GD&ĐT"]


def test_a_unit_is_found_by_a_name_it_had_once(province):
    unit = UnitFactory(province=province, name="Sở Nông nghiệp và Môi trường")
    unit.names.create(name="Sở Tài nguyên & Môi trường", short_name="TN&MT", to_on=date(2025, 2, 28))
    UnitFactory(province=province, name="Sở Xây dựng")

    assert list(queries.all_units_of(province, "so tai nguyen moi truong")) == [unit]
