"""Who knocks too often waits, and holds up nobody who sits elsewhere."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import knocks, limits, security
from accounts.enums import SecurityKind
from accounts.models import SecurityEvent, Tally, User
from accounts.rules import LIMITS, PERSON, PERSON_HERE, RESET_OF, Limit
from accounts.tasks import mail_forgotten_link
from tests.accounts.test_sign_in import PASSWORD, person, sign_in
from tests.factories.queue import work_off_the_queue

pytestmark = pytest.mark.django_db

NAME = "so-yte.chuyenvien@kien-giang"
HERE, ELSEWHERE, DESK = "203.0.113.7", "203.0.113.8", "203.0.113.9"
NOON = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)
TOO_MANY = "quá nhiều lần"


@pytest.fixture
def noon(monkeypatch):
    """All tries of a test in one window, whatever the clock says."""
    monkeypatch.setattr("accounts.adapters.timezone.now", lambda: NOON)


def knock(client, name=NAME, password="sai", address=HERE, **headers):
    form = {"login": name, "password": password}
    return client.post(reverse("account_login"), form, REMOTE_ADDR=address, **headers)


def is_in(client):
    return "_auth_user_id" in client.session


def test_after_five_wrong_passwords_the_right_one_waits_too_but_only_there(client, noon):
    person(is_demo=True)
    for _ in range(5):
        assert TOO_MANY not in knock(client).content.decode()

    assert TOO_MANY in knock(client, password=PASSWORD).content.decode()
    assert not is_in(client)
    knock(client, password=PASSWORD, address=ELSEWHERE)
    assert is_in(client)


def test_a_colleague_at_the_same_address_is_not_locked(client, noon):
    person(is_demo=True)
    person("so-yte.thutruong@kien-giang", is_demo=True)
    for _ in range(9):
        knock(client)

    knock(client, "so-yte.thutruong@kien-giang", PASSWORD)
    assert is_in(client)


def test_right_passwords_between_wrong_ones_wipe_nothing_out(client, noon):
    person(is_demo=True)
    for right in (False, False, True, False, True, False, False):
        knock(client, password=PASSWORD if right else "sai")
        assert is_in(client) == right
        client.logout()

    assert TOO_MANY in knock(client, NAME.upper(), PASSWORD).content.decode()


def test_tries_from_everywhere_hold_up_a_new_address_but_not_the_desk(client, noon):
    user = person(is_demo=True)
    security.record(SecurityKind.SIGNED_IN, user=user, address=DESK, at=NOON - timedelta(days=3))
    for _ in range(PERSON.most):
        limits.count(PERSON, NAME, NOON)

    assert TOO_MANY in knock(client, password=PASSWORD, address=ELSEWHERE).content.decode()
    knock(client, password=PASSWORD, address=DESK)
    assert is_in(client)


def test_a_lock_is_told_once(client, noon):
    person()
    for _ in range(9):
        knock(client)

    assert SecurityEvent.objects.filter(kind=SecurityKind.LOCKED).count() == 1
    assert SecurityEvent.objects.filter(kind=SecurityKind.SIGN_IN_FAILED).count() == 5


def test_a_window_ends_by_the_clock_however_often_one_knocks():
    for second in range(299):
        limits.count(PERSON_HERE, "x", NOON + timedelta(seconds=second - 1))

    assert limits.is_too_many(PERSON_HERE, "x", NOON + timedelta(seconds=298))
    assert not limits.is_too_many(PERSON_HERE, "x", NOON + timedelta(seconds=299))


def test_counters_are_not_pushed_out_by_others_and_are_removed_when_nobody_asks():
    for other in range(1000):
        limits.count(PERSON_HERE, other, NOON)
    assert limits.count(PERSON_HERE, 0, NOON) == 2

    longest = timedelta(seconds=max(limit.seconds for limit in LIMITS))
    assert limits.forget_old(at=NOON + longest) == 0
    assert limits.forget_old(at=NOON + 3 * longest) == 1000
    assert not Tally.objects.exists()


def test_limits_are_told_apart_by_name():
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)
    assert limits.count(Limit("a", 1, 60), "x", NOON) == limits.count(Limit("b", 1, 60), "x", NOON) == 1


def test_what_is_given_back_never_falls_below_nothing():
    limits.count(PERSON_HERE, "x", NOON)
    limits.give_back(PERSON_HERE, "x", NOON)
    limits.give_back(PERSON_HERE, "x", NOON)

    assert limits.count(PERSON_HERE, "x", NOON) == 1


def test_codes_of_the_second_step_are_counted_and_each_serves_once(client):
    user = person()
    secret = "A" * 32
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    address = reverse("mfa_authenticate")
    sign_in(client, NAME)

    assert client.post(address, {"code": code}).status_code == 302
    assert is_in(client)
    now = timezone.now()
    assert not knocks.is_fresh_code(user, code, now)
    assert not knocks.is_fresh_code(user, code, now + timedelta(minutes=10))
    client.logout()
    sign_in(client, NAME)
    assert client.post(address, {"code": code}).status_code == 200
    assert not is_in(client)
    for _ in range(11):
        answer = client.post(address, {"code": "000000"})
    assert TOO_MANY in answer.content.decode()


def test_a_mailbox_gets_three_letters_an_hour_and_the_answer_stays_the_same(
    client, django_capture_on_commit_callbacks
):
    user = person(is_demo=True)
    user.email = "so-yte@vidu.vn"
    user.save()
    with django_capture_on_commit_callbacks(execute=True):
        answers = [
            client.post(reverse("account_reset_password"), {"email": user.email}).url
            for _ in range(RESET_OF.most + 2)
        ]

    assert len(set(answers)) == 1
    assert mail.outbox == []
    assert {str(job.args_kwargs["kwargs"]) for job in DBTaskResult.objects.all()} == {str({"user": user.pk})}
    work_off_the_queue()
    assert RESET_OF.most <= len(mail.outbox) <= RESET_OF.most + 2
    assert client.post(reverse("account_reset_password"), {"email": "khong@co.vn"}).url == answers[0]


def reached(**fields):
    """Somebody with a mailbox, as `fields` say otherwise."""
    user = person(is_demo=True)
    User.objects.filter(pk=user.pk).update(**{"email": "so-yte@vidu.vn", **fields})
    return user


def test_the_worker_writes_a_link_that_opens_the_account_and_names_the_site(client, settings):
    mail_forgotten_link.call(user=reached().pk)

    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["so-yte@vidu.vn"], "[Khối thi đua] Đặt lại mật khẩu")
    assert letter.body.rstrip().endswith(f"Khối thi đua\n{settings.SITE_URL}")
    link = re.search(rf"{re.escape(settings.SITE_URL)}(/quen-mat-khau/\S+)", letter.body)[1]
    page = client.get(link, follow=True)
    assert (page.status_code, 'name="password1"' in page.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "since",
    [{"email": ""}, {"is_active": False}, {"mailbox_waits_until": timezone.now() + timedelta(days=1)}],
)
def test_no_letter_goes_to_who_may_not_have_one_any_more(since):
    mail_forgotten_link.call(user=reached(**since).pk)

    assert mail.outbox == []


def test_a_mailbox_that_refuses_leaves_a_line_in_the_log(monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.adapters.AccountAdapter.send_mail", refuse)
    mail_forgotten_link.call(user=reached().pk)

    assert "could not be sent" in caplog.text


def test_an_old_password_is_not_guessed_in_a_session_left_open(client):
    client.force_login(person(is_demo=True), backend="allauth.account.auth_backends.AuthenticationBackend")
    answers = [
        client.post(reverse("account_change_password"), {"oldpassword": "sai"}).status_code for _ in range(21)
    ]

    assert answers[0] == 200
    assert 429 in answers
