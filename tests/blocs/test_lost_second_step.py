"""A lost second step is taken away by two people, neither of whom is its owner."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import SecurityKind
from accounts.models import SecondStepReset, SecurityEvent
from blocs import services
from tests.blocs.test_services import reasons_of
from tests.scenarios import new_cycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = new_cycle()
    Authenticator.objects.create(user=scene.chair, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    return scene


def ask(scene, by, user=None, reason="Mất điện thoại, đã gặp trực tiếp."):
    return services.ask_second_step_reset(
        user=user or scene.chair, province=scene.province, reason=reason, **scene.act(by)
    )


def confirm(scene, by):
    return services.confirm_second_step_reset(user=scene.chair, province=scene.province, **scene.act(by))


def test_one_asks_and_another_confirms(scene):
    assert "Chưa có đề nghị" in reasons_of(lambda: confirm(scene, scene.admin))[0]
    ask(scene, scene.admin)
    assert Authenticator.objects.filter(user=scene.chair).exists()
    assert "người thứ hai" in reasons_of(lambda: confirm(scene, scene.admin))[0]
    assert "đang chờ" in reasons_of(lambda: ask(scene, scene.province_head))[0]
    done = confirm(scene, scene.province_head)

    assert (done.asked_by, done.confirmed_by) == (scene.admin, scene.province_head)
    assert not Authenticator.objects.filter(user=scene.chair).exists()
    event = SecurityEvent.objects.get(kind=SecurityKind.SECOND_STEP_RESET)
    assert (event.user, str(scene.admin) in event.note) == (scene.chair, True)


def test_neither_its_owner_nor_a_member_nor_without_reason(scene):
    Authenticator.objects.create(user=scene.admin, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    assert reasons_of(lambda: ask(scene, scene.admin, user=scene.admin))
    assert reasons_of(lambda: ask(scene, scene.vice))
    assert reasons_of(lambda: ask(scene, scene.admin, reason=" "))
    assert reasons_of(lambda: ask(scene, scene.admin, user=scene.member)) == [
        "Người này chưa bật bước thứ hai."
    ]


def test_the_database_knows_that_two_is_not_one(scene):
    row = {"user": scene.chair, "reason": "x", "asked_at": scene.now}
    for wrong in (
        {"asked_by": scene.chair},
        {"asked_by": scene.admin, "confirmed_by": scene.admin, "confirmed_at": scene.now},
        {"asked_by": scene.admin, "confirmed_by": scene.chair, "confirmed_at": scene.now},
        {"asked_by": scene.admin, "confirmed_at": scene.now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondStepReset.objects.create(**row, **wrong)


def test_the_page_leads_both_through_it(scene, client):
    where = [scene.province.slug, scene.chair.pk]
    client.force_login(scene.admin)
    assert "Đề nghị đặt lại" in client.get(reverse("person", args=where)).content.decode()
    client.post(reverse("second_step_ask", args=where), {"reason": "Mất điện thoại."})
    client.force_login(scene.province_head)
    assert "Xác nhận đặt lại" in client.get(reverse("person", args=where)).content.decode()
    client.post(reverse("second_step_confirm", args=where))
    assert not Authenticator.objects.filter(user=scene.chair).exists()
