"""A second step is asked of the roles of province and administrator, and kept by whoever wants it."""

from datetime import date

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.urls import reverse

from blocs.enums import Role
from blocs.rules import SECOND_STEP_ROLES
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory, UnitFactory

pytestmark = pytest.mark.django_db
SECURITY = "/tai-khoan/bao-mat/"


def holder(role, is_demo=False, **dates):
    user = UserFactory(is_demo=is_demo)
    province = ProvinceFactory()
    is_of_a_unit = role.startswith("unit_")
    place = {"unit": UnitFactory(province=province)} if is_of_a_unit else {"province": province}
    AppointmentFactory(user=user, role=role, **place, **dates)
    return user


def with_app(user):
    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})


@pytest.mark.parametrize("role", Role)
def test_a_password_alone_opens_pages_to_people_of_units_only(client, role):
    client.force_login(holder(role))

    answer = client.get("/")

    asked = (302, SECURITY) if role in SECOND_STEP_ROLES else (200, "")
    assert (answer.status_code, answer.get("Location", "")) == asked
    assert (role in SECOND_STEP_ROLES) == (not role.startswith("unit_"))


def test_who_is_led_is_told_why_and_stays_free_to_sign_out(client):
    client.force_login(holder(Role.PROVINCE_HEAD))

    answer = client.get("/", follow=True)

    page = answer.content.decode()
    assert "Vai trò của anh, chị cần bước thứ hai khi đăng nhập." in page
    assert "Xong bước này mới vào được các trang khác." in page
    assert client.get(reverse("account_logout")).status_code == 200


def test_people_of_units_are_told_that_it_is_their_choice(client):
    client.force_login(holder(Role.UNIT_HEAD))

    page = client.get(SECURITY).content.decode()

    assert "Không bắt buộc với người của đơn vị" in page
    assert "Xong bước này mới" not in page


@pytest.mark.parametrize(
    "role_of_the_past_or_future",
    [{"from_on": date(2018, 1, 1), "to_on": date(2018, 12, 31)}, {"from_on": date(2999, 1, 1)}],
)
def test_a_role_that_is_not_held_today_asks_for_nothing(client, role_of_the_past_or_future):
    client.force_login(holder(Role.PROVINCE_HEAD, **role_of_the_past_or_future))

    assert client.get("/").status_code == 200


def test_a_role_given_during_a_session_asks_at_the_next_page(client):
    user = holder(Role.UNIT_OFFICER)
    client.force_login(user)
    assert client.get("/").status_code == 200

    AppointmentFactory(user=user, role=Role.COUNCIL, province=ProvinceFactory())

    assert client.get("/").url == SECURITY


def test_a_person_of_a_unit_who_chose_it_is_asked_at_sign_in(client):
    user = holder(Role.UNIT_OFFICER)
    user.set_password("mot-mat-khau-dai-2026")
    user.save()
    with_app(user)

    answer = client.post(
        reverse("account_login"), {"login": user.username, "password": "mot-mat-khau-dai-2026"}
    )

    assert (answer.status_code, answer.url) == (302, reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_the_last_second_step_stays_where_a_role_needs_it():
    app = with_app(holder(Role.ADMIN))
    Authenticator.objects.create(user=app.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not get_adapter().can_delete_authenticator(app)

    Authenticator.objects.create(user=app.user, type=Authenticator.Type.WEBAUTHN, data={})
    assert get_adapter().can_delete_authenticator(app)


@pytest.mark.parametrize(("role", "is_demo"), [(Role.UNIT_HEAD, False), (Role.ADMIN, True)])
def test_whoever_chose_it_may_give_it_up(role, is_demo):
    assert get_adapter().can_delete_authenticator(with_app(holder(role, is_demo)))
