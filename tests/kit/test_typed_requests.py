"""What comes in by an address or a form is read as text is kept; a password keeps its signs, composed."""

import unicodedata

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from config.kit.middleware import TypedMiddleware


def seen(request):
    """What a view would find in the request."""
    found = []
    TypedMiddleware(lambda request: found.append(request) or HttpResponse())(request)
    return found[0]


ask, send = RequestFactory().get, RequestFactory().post


def test_an_address_and_a_form_are_read_alike():
    odd, kept = " So\u031b\u0309\u200b Y\u0000 te\u0302\u0301\x0b", " Sở Y tế\n"

    assert seen(ask("/", {"q": [odd, "b"]})).GET.getlist("q") == [kept, "b"]
    assert seen(send("/", {"q": odd, "n": "1"})).POST.dict() == {"q": kept, "n": "1"}
    with pytest.raises(AttributeError):
        seen(send("/", {"q": odd})).POST["q"] = "x"


def test_plain_text_is_handed_on_as_it_came():
    request = ask("/", {"q": "abc"})
    before = request.GET

    assert seen(request).GET is before


def test_a_password_keeps_every_sign_and_is_composed():
    typed = unicodedata.normalize("NFD", " Mật\u200bkhẩu ")

    assert seen(send("/", {"password": typed})).POST["password"] == " Mật\u200bkhẩu "


@pytest.mark.django_db
@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_password_set_on_one_machine_opens_on_another(client, forms):
    user = User(username="so-yte", full_name="Nguyễn Thị Mẫu", is_demo=True)
    user.set_password("x")
    user.save()
    set_as, typed_as = (unicodedata.normalize(form, "Một mật khẩu dài 2026") for form in forms)
    link = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    page = client.get(link)
    client.post(page.url, {"password1": set_as, "password2": set_as})

    answer = client.post(reverse("account_login"), {"login": "so-yte", "password": typed_as})

    assert answer.status_code == 302
    assert int(client.session["_auth_user_id"]) == user.pk
