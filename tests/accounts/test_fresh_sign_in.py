"""An act that weighs asks who is sitting there, and then goes on with what was sent."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse

from accounts.rules import SIGNED_IN_AT
from blocs.enums import Role
from blocs.models import Appointment
from tests.accounts.test_sign_in import PASSWORD
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory, UnitFactory

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def scene(client):
    """An administrator at a desk, and a person who is to get a role."""
    province = ProvinceFactory()
    admin = UserFactory()
    admin.set_password(PASSWORD)
    admin.save()
    AppointmentFactory(role=Role.ADMIN, province=province, user=admin)
    person = AppointmentFactory(unit=UnitFactory(province=province)).user
    client.force_login(admin, backend=BACKEND)
    address = reverse("person_appoint", args=[province.slug, person.pk])
    return province, person, address


def signed_in_ago(client, seconds):
    session = client.session
    session[SIGNED_IN_AT] = time.time() - seconds
    session.save()


def role(**more):
    return {"role": "council", "unit": "", "title": "", "from_on": "1/1/2100", "late_reason": "", **more}


def test_who_has_just_signed_in_is_not_asked(client, scene):
    _, person, address = scene

    assert client.post(address, role()).url == reverse("person", args=[scene[0].slug, person.pk])


def test_after_an_hour_the_password_is_asked_and_the_act_goes_on(client, scene):
    _, person, address = scene
    signed_in_ago(client, settings.FRESH_SIGN_IN["person_appoint"] + 1)

    asked = client.post(address, role())
    assert urlsplit(asked.url).path == reverse("account_reauthenticate")
    assert parse_qs(urlsplit(asked.url).query)["next"] == [address]
    assert not Appointment.objects.filter(user=person, role=Role.COUNCIL).exists()
    assert client.post(asked.url, {"password": "sai", "next": address}).status_code == 200
    client.post(asked.url, {"password": PASSWORD, "next": address})
    assert Appointment.objects.filter(user=person, role=Role.COUNCIL).exists()
    assert client.post(address, role(role="province_officer")).url.endswith(f"/{person.pk}/")


def test_reading_the_page_is_asked_of_nobody(client, scene):
    province, person, _ = scene
    signed_in_ago(client, 10 * 60 * 60)

    assert client.get(reverse("person", args=[province.slug, person.pk])).status_code == 200
    assert client.get(reverse("person_new", args=[province.slug])).status_code == 200


def test_a_file_is_sent_once_more_after_the_password(client, scene):
    signed_in_ago(client, 10 * 60 * 60)
    address = reverse("person_new", args=[scene[0].slug])

    def ask(referer):
        sent = {"so": SimpleUploadedFile("so.xlsx", b"x")}
        return client.post(address, sent, headers={"Referer": referer}).url

    assert ask("") == ask("http://noikhac.vn/x/") == reverse("account_reauthenticate")
    asked = ask(f"http://testserver{address}")
    assert parse_qs(urlsplit(asked).query) == {"next": [address]}
    assert client.post(asked, {"password": PASSWORD, "next": address}).url == address


def test_the_question_says_why_and_what_follows_in_our_words(client, scene):
    words = client.get(reverse("account_reauthenticate")).content.decode()

    assert "nên cần chắc chắn đúng người đang làm" in words
    assert "việc đã gửi được thực hiện ngay, không phải nhập lại" in words
    assert "Gõ mật khẩu của tài khoản:" in words
    assert not re.search("confirm access|please|safeguard|alternative", words, re.IGNORECASE)


def test_what_follows_in_a_meeting_asks_no_more_for_half_a_day():
    acts = settings.FRESH_SIGN_IN

    assert {acts[name] for name in ("poll_close", "poll_count", "poll_confirm", "item_poll")} == {5 * 60 * 60}
    assert acts["meeting_open"] == 60 * 60


def test_every_act_of_the_table_is_an_address():
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert set(settings.FRESH_SIGN_IN) <= named
