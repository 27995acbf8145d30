"""Forms propose what nobody should have to invent: addresses of units and blocs, names to sign in by."""

from datetime import UTC, datetime

import pytest

from blocs.enums import Role, Tier, UnitKind
from blocs.forms import BlocForm, NewPersonForm, UnitForm
from blocs.queries import Standing, unused_username
from tests.factories.accounts import UserFactory
from tests.factories.blocs import BlocFactory, ProvinceFactory, UnitFactory

pytestmark = pytest.mark.django_db


def unit_form(province, instance=None, **typed):
    data = {"name": "Sở Khoa học và Công nghệ", "short_name": "Sở KH&CN", "kind": UnitKind.DEPARTMENT}
    return UnitForm({**data, **typed}, province=province, instance=instance)


def test_a_unit_without_an_address_gets_one_that_is_free():
    province = ProvinceFactory()
    UnitFactory(province=province, slug="so-khcn")

    form = unit_form(province)

    assert form.is_valid()
    assert form.cleaned_data["slug"] == "so-khcn-2"


def test_a_typed_address_stays_and_an_emptied_one_comes_back():
    unit = UnitFactory(slug="so-moi")
    typed, emptied = unit_form(ProvinceFactory(), slug="so-cu"), unit_form(unit.province, unit, slug="")

    assert typed.is_valid()
    assert emptied.is_valid()
    assert (typed.cleaned_data["slug"], emptied.cleaned_data["slug"]) == ("so-cu", "so-moi")


def test_a_unit_without_a_name_is_told_of_its_name():
    form = unit_form(ProvinceFactory(), name="", short_name="")

    assert set(form.errors) >= {"name", "short_name"}


def test_a_bloc_gets_its_number():
    province = ProvinceFactory()
    BlocFactory(province=province, slug="khoi-4")

    form = BlocForm({"name": "Khối thi đua số 4", "code": "KTĐ4", "tier": Tier.PROVINCE}, province=province)

    assert form.is_valid()
    assert form.cleaned_data["slug"] == "khoi-4-2"


def test_a_person_gets_a_name_to_sign_in_by():
    province = ProvinceFactory(slug="kien-giang")
    UserFactory(username="HungNV.kien-giang")
    now = datetime(2026, 3, 1, 5, tzinfo=UTC)
    who = Standing(UserFactory(), now, province_roles=frozenset([Role.ADMIN]))
    data = {"full_name": "Nguyễn Văn Hùng", "role": Role.COUNCIL, "from_on": "01/03/2026"}

    form = NewPersonForm(data, who=who, province=province)

    assert form.is_valid()
    assert form.cleaned_data["username"] == "hungnv2.kien-giang"
    assert unused_username("Đỗ An", "so-khcn") == "and.so-khcn"
