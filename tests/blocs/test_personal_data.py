"""A person's data: a copy of it for who asks, and erasing what reaches a person whom no office needs any more."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from blocs import queries, services
from config.kit.refusals import Refused
from tests.scenarios import new_cycle

REASON = "Theo đơn ngày 01/12/2026."


@pytest.fixture
def scene(db):
    made = new_cycle()
    User.objects.filter(pk=made.member.pk).update(email="la@vidu.vn", phone="0912 345 678")
    made.member.refresh_from_db()
    return made


def leave(scene):
    for one in scene.member.appointments.all():
        act = scene.act(scene.admin)
        services.end_appointment(appointment=one, to_on=queries.today(act["at"]), **act)


def test_a_copy_holds_account_roles_and_acts_and_nothing_secret(scene, tmp_path):
    call_command("export_person", scene.member.username, tmp_path / "person.json")

    data = json.loads((tmp_path / "person.json").read_text())
    assert data["account"]["email"] == "la@vidu.vn"
    assert [role["role"] for role in data["roles"]] == [
        one.get_role_display() for one in scene.member.appointments.all()
    ]
    assert set(data) == {"account", "roles", "security", "acts"}
    assert "password" not in json.dumps(data)
    assert oct((tmp_path / "person.json").stat().st_mode & 0o777) == "0o600"
    with pytest.raises(CommandError, match="Đã có tệp"):
        call_command("export_person", scene.member.username, tmp_path / "person.json")
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("export_person", "ai-do", tmp_path / "other.json")


def test_the_acts_of_a_person_are_in_the_copy(scene):
    services.edit_person(
        user=scene.member, province=scene.province, changes={"full_name": "Tên mới"}, **scene.act(scene.admin)
    )

    acts = queries.personal_data(scene.admin)["acts"]

    person = {"thing": User._meta.verbose_name, "row": str(scene.member.pk)}
    assert [act["what"] for act in acts if person.items() <= act.items()] == [
        "Thêm người dùng",
        "Sửa người dùng",
    ]


def test_who_holds_a_role_is_not_erased(scene):
    with pytest.raises(CommandError, match="còn giữ vai trò"):
        call_command("erase_person", scene.member.username, reason=REASON)


def test_erasing_leaves_name_and_acts_and_nothing_that_reaches_the_person(scene):
    door = Client()
    door.force_login(scene.member)
    leave(scene)

    call_command("erase_person", scene.member.username, reason=REASON)

    scene.member.refresh_from_db()
    assert (scene.member.email, scene.member.phone, scene.member.is_active) == ("", "", False)
    assert scene.member.full_name
    assert door.get("/").status_code == 302
    told = queries.tracked_models()["accounts.user"].objects.filter(pgh_obj=scene.member)
    assert told.exists()
    assert not any("0912" in str(vars(one)) or "la@vidu.vn" in str(vars(one)) for one in told)
    with pytest.raises(Refused) as refused:
        services.erase_person(user=scene.member, reason=REASON, by=None, at=timezone.now())
    assert refused.value.reasons == [f"Thông tin liên hệ và đăng nhập của {scene.member} đã được xóa."]


def test_erasing_needs_a_reason_and_somebody(scene):
    leave(scene)

    with pytest.raises(CommandError, match="cần ghi lý do"):
        call_command("erase_person", scene.member.username, reason=" ")
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("erase_person", "ai-do", reason=REASON)
