import pytest
from allauth.mfa.models import Authenticator
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.rules import DEMO_PASSWORD

PASSWORD = "mot-mat-khau-dai-2026"

pytestmark = pytest.mark.django_db


def person(username="so-yte.chuyenvien@kien-giang", password=PASSWORD, is_demo=False):
    user = User(username=username, full_name="Nguyễn Thị Mẫu", is_demo=is_demo)
    user.set_password(password)
    user.save()
    return user


def sign_in(client, username, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": username, "password": password})


def test_username_is_read_in_any_case(client):
    person(is_demo=True)

    answer = sign_in(client, "SO-YTE.chuyenvien@kien-giang")

    assert (answer.status_code, answer.url) == (302, "/")


def test_wrong_password_is_refused_in_vietnamese(client):
    person()

    answer = sign_in(client, "so-yte.chuyenvien@kien-giang", "sai")

    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_every_page_sends_a_stranger_to_sign_in(client):
    answer = client.get("/")

    assert (answer.status_code, answer.url) == (302, "/dang-nhap/?next=/")


def test_demonstration_account_needs_no_second_step(client):
    person(is_demo=True)
    sign_in(client, "so-yte.chuyenvien@kien-giang")

    assert client.get("/").status_code == 200


def test_person_with_a_second_step_is_asked_for_it(client):
    user = person()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})

    answer = sign_in(client, "so-yte.chuyenvien@kien-giang")

    assert (answer.status_code, answer.url) == (302, reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_demonstration_password_is_shown_only_where_such_accounts_are(client):
    person()
    assert DEMO_PASSWORD not in client.get(reverse("account_login")).content.decode()

    person("chixem@kien-giang", is_demo=True)
    assert DEMO_PASSWORD in client.get(reverse("account_login")).content.decode()
