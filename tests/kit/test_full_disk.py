"""A full disk: one sentence everywhere, and nothing half written. The limit is the system's own, on this process."""

import errno
import json
import resource
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from config import launch
from config.kit import backups, blobs, disk
from config.kit.middleware import RefusedMiddleware, handle_broken
from documents.models import Upload
from tests.factories.scoring import ScoringYear

LIMIT = 64 * 1024
CONTENT = b"%PDF-1.7 " + b"x" * (3 * LIMIT)


@contextmanager
def full():
    """No file of this process grows beyond a few kilobytes: writing on fails as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files_under(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_content_that_does_not_fit_leaves_nothing(data_dir):
    with full(), pytest.raises(OSError) as broken:
        blobs.put(CONTENT)

    assert disk.is_full(broken.value)
    assert files_under(data_dir) == []


def test_half_a_part_of_a_backup_leaves_nothing(tmp_path):
    with full(), pytest.raises(OSError):
        backups.Folder(tmp_path).write("part", [CONTENT])

    assert files_under(tmp_path) == []


@pytest.mark.django_db
def test_an_upload_is_answered_with_the_sentence(client, data_dir):
    year = ScoringYear()
    where = reverse("evidence", args=[*year.cycle.slugs, year.units[0].slug, year.criterion("I.2").pk])
    client.force_login(year.officers[0])
    with full():
        answer = client.post(where, {"file": SimpleUploadedFile("a.pdf", CONTENT)})

    assert (answer.status_code, disk.FULL in answer.content.decode()) == (507, True)
    assert not Upload.objects.exists()
    assert files_under(data_dir) == []


def answered(exception, **headers):
    request = RequestFactory().get("/", headers=headers)
    return RefusedMiddleware(lambda request: None).process_exception(request, exception)


@pytest.mark.parametrize("sign", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_view_that_cannot_write_says_so(sign):
    assert answered(OSError(sign, "…")).status_code == 507
    assert answered(OSError(errno.EACCES, "…")) is None


def test_a_script_is_answered_in_its_own_words():
    answer = answered(OSError(errno.ENOSPC, "…"), accept="application/json")

    assert (answer.status_code, json.loads(answer.content)) == (507, {"errors": [disk.FULL]})


@pytest.mark.django_db
def test_a_database_without_room_says_so():
    with pytest.raises(OperationalError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'đầy' USING ERRCODE = '53100'; END $$")

    assert answered(refused.value).status_code == 507


def test_what_nothing_caught_is_answered_too():
    request = RequestFactory().get("/")
    try:
        raise OSError(errno.ENOSPC, "…")
    except OSError:
        assert handle_broken(request).status_code == 507
    try:
        raise KeyError
    except KeyError:
        assert handle_broken(request).status_code == 500


@pytest.mark.django_db
def test_a_command_ends_with_the_sentence(tmp_path, capsys):
    with full():
        code = launch._run_command(["manage.py", "backup", str(tmp_path / "ban-sao")])

    assert (code, capsys.readouterr().err.strip()) == (1, disk.FULL)
    assert files_under(tmp_path / "ban-sao") == []


@pytest.mark.django_db
def test_an_upload_that_nobody_asked_for_finds_no_room_either():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create(username="a", full_name="A", is_demo=True))
    with full():
        answer = client.post(reverse("search"), {"file": SimpleUploadedFile("a.pdf", CONTENT)})

    assert answer.status_code == 507
