import re
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import resolve
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from blocs import queries
from blocs.models import Province
from blocs.rules import Todo
from tests.factories.blocs import ProvinceFactory
from tests.scenarios import new_cycle

HERE = "tests.blocs.test_commands"


def said(capsys):
    return capsys.readouterr().out


# start


@pytest.mark.django_db
def test_start_founds_a_province_with_an_administrator_and_prints_one_link(capsys):
    call_command("start", "kien-giang", "Kiên Giang", "--admin", "an.nguyen", "--full-name", "Nguyễn An")

    out = said(capsys)
    province, person = Province.objects.get(), User.objects.get()
    assert (province.name, province.is_demo) == ("Tỉnh Kiên Giang", False)
    assert (person.full_name, person.is_demo) == ("Nguyễn An", False)
    assert not person.has_usable_password()
    assert [a.province for a in person.appointments.all()] == [province]
    link = re.search(rf"{django_settings.SITE_URL}(/\S+)", out)[1]
    assert resolve(link).url_name == "account_reset_password_from_key"


@pytest.mark.django_db
def test_start_adds_a_second_province_for_the_same_administrator_but_none_twice():
    call_command("start", "kien-giang", "Kiên Giang", "--admin", "an")
    call_command("start", "ca-mau", "Cà Mau", "--admin", "AN")

    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="Đã có tỉnh dùng tên địa chỉ ca-mau"):
        call_command("start", "ca-mau", "Cà Mau", "--admin", "binh")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_start_is_refused_on_demonstration_data():
    ProvinceFactory(is_demo=True)

    with pytest.raises(CommandError, match="dữ liệu trình diễn"):
        call_command("start", "kien-giang", "Kiên Giang", "--admin", "an")
    assert not User.objects.exists()


# verify, nightly


def broken():
    return ["Một chỗ sai."]


def cleaned(*, at):
    return "đã dọn"


def one_todo(user, at):
    return [Todo("Gửi bảng tự chấm", "/khoi/x/", "Khối 4", due_on=date(2019, 1, 1)), Todo("Ký", "/ky/")]


@pytest.mark.django_db
def test_verify_prints_each_violation_and_fails(capsys, wire):
    call_command("verify")
    assert said(capsys) == "Không có chỗ nào sai.\n"

    wire(INVARIANTS=[f"{HERE}.broken"])
    with pytest.raises(CommandError, match="Có 1 chỗ sai"):
        call_command("verify")
    assert said(capsys) == "Một chỗ sai.\n"


@pytest.mark.django_db
def test_nightly_sends_one_digest_to_each_person_with_a_mailbox_and_something_to_do(capsys, wire):
    scene = new_cycle()
    User.objects.filter(pk=scene.chair.pk).update(email="so-1@example.vn")
    User.objects.filter(pk=scene.vice.pk).update(email="so-2@example.vn", is_active=False)
    wire(TODO_SOURCES=[f"{HERE}.one_todo"], NIGHTLY_JOBS=[f"{HERE}.cleaned"])

    call_command("nightly")

    assert [(m.to, m.subject.split(" ngày")[0]) for m in mail.outbox] == [
        (["so-1@example.vn"], "2 việc đang chờ")
    ]
    body = mail.outbox[0].body
    assert "Kính gửi Chuyên viên 1," in body
    assert "- Gửi bảng tự chấm (Khối 4), hạn 01/01/2019, quá hạn" in body
    assert f"{django_settings.SITE_URL}/khoi/x/" in body
    assert "đã dọn" in said(capsys)


@pytest.mark.django_db
def test_nightly_sends_nothing_to_who_has_nothing_to_do_and_reports_violations(wire):
    scene = new_cycle()
    User.objects.filter(pk=scene.chair.pk).update(email="so-1@example.vn")
    wire(TODO_SOURCES=[], INVARIANTS=[f"{HERE}.broken"])

    with pytest.raises(CommandError, match="1 chỗ sai"):
        call_command("nightly")
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_mailbox_that_refuses_does_not_keep_the_others_from_theirs(wire, settings):
    scene = new_cycle()
    User.objects.filter(pk__in=[scene.chair.pk, scene.vice.pk]).update(email="x@example.vn")
    wire(TODO_SOURCES=[f"{HERE}.one_todo"])
    settings.EMAIL_BACKEND = f"{HERE}.RefusingMailbox"

    with pytest.raises(CommandError, match="2 thư không gửi được"):
        call_command("nightly")


@pytest.mark.django_db
def test_the_night_forgets_jobs_that_are_done_and_keeps_those_that_failed_or_wait(wire):
    wire(TODO_SOURCES=[])
    now = timezone.now()
    for path, status, days in (
        ("done", TaskResultStatus.SUCCESSFUL, 2),
        ("done today", TaskResultStatus.SUCCESSFUL, 0),
        ("failed", TaskResultStatus.FAILED, 2),
        ("failed long ago", TaskResultStatus.FAILED, 15),
        ("waits", TaskResultStatus.READY, None),
    ):
        DBTaskResult.objects.create(
            task_path=path, args_kwargs={"args": [], "kwargs": {}}, backend_name="default", run_after=now,
            status=status, finished_at=None if days is None else now - timedelta(days=days),
        )  # fmt: skip

    call_command("nightly")

    assert set(DBTaskResult.objects.values_list("task_path", flat=True)) == {"done today", "failed", "waits"}


class RefusingMailbox:
    def __init__(self, **options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *told):
        return None

    def send_messages(self, messages):
        raise OSError("no route to the mail server")


@pytest.mark.django_db
def test_an_installation_is_empty_until_anything_is_entered():
    assert not queries.is_installed()
    ProvinceFactory()
    assert queries.is_installed()
    assert not queries.demonstration_exists()
