"""A backup is whole or refused, comes back as it was, and tells nothing without its key."""

import base64
import json
import os
import re
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta

import psycopg2
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from config.kit import backups, blobs, boxes, dumps
from config.postgres import OWNER, SERVING
from tests.factories.law import signed_in_as
from tests.scenarios import new_cycle
from tests.server import another_database

KEY = base64.b64encode(bytes(range(32))).decode()
SCAN = b"a scan of the covenant"


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def address_of(name):
    return re.sub(r"/[^/?]+\?", f"/{name}?", os.environ["DATABASE_URL"])


def rows(address, statement):
    with closing(psycopg2.connect(address)) as base, base.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture(scope="module", autouse=True)
def as_the_owner(django_db_setup):
    """Backups are made and put back by the owner of the tables."""
    with signed_in_as(OWNER):
        yield


@pytest.fixture
def empty_database():
    with another_database(f"empty_{os.getpid()}") as address:
        yield address


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", KEY])
def test_a_backup_comes_back_whole_into_an_empty_installation_only(tmp_path, empty_database, settings, key):
    settings.BACKUP_KEY = boxes.key_of(key) if key else None
    scene = new_cycle()
    sha256 = blobs.put(SCAN)
    folder, elsewhere = tmp_path / "backup", tmp_path / "elsewhere"

    call_command("backup", folder)
    with pytest.raises(CommandError, match="không trống"):
        call_command("backup", folder)
    with pytest.raises(CommandError, match="đã có dữ liệu"):
        call_command("restore", folder)
    done = manage(
        "restore", str(folder), DATABASE_URL=empty_database, DATA_DIR=str(elsewhere), BACKUP_KEY=key
    )

    assert done.returncode == 0, done.stderr
    assert (elsewhere / "files" / sha256[:2] / sha256).read_bytes() == SCAN
    assert not (elsewhere / "restore-unfinished").exists()
    assert rows(empty_database, "SELECT slug FROM blocs_province") == [(scene.province.slug,)]
    # What is restored has the rights that this version gives, not those of any new table.
    changes_journal = f"SELECT has_table_privilege('{SERVING}', 'blocs_unitevent', 'UPDATE')"
    assert rows(empty_database, changes_journal) == [(False,)]
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    plain = scene.province.slug.encode()
    assert [path.name for path in folder.rglob("*") if path.is_file() and SCAN in path.read_bytes()] == (
        [] if key else [sha256]
    )
    if key:
        assert not any(plain in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_proved_in_a_database_that_is_gone_afterwards(tmp_path, capsys):
    new_cycle()
    blobs.put(SCAN)

    call_command("backup", tmp_path / "backup", prove=True)

    assert "đủ và đúng" in capsys.readouterr().out
    names = [name for (name,) in rows(address_of("postgres"), "SELECT datname FROM pg_database")]
    assert [name for name in names if "_thu_" in name] == []


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_does_not_come_back_is_not_called_proved(tmp_path, monkeypatch):
    new_cycle()
    monkeypatch.setattr(dumps, "dump", lambda: iter([b"not a dump"]))

    with pytest.raises(CommandError, match="KHÔNG đưa trở lại được"):
        call_command("backup", tmp_path / "backup", prove=True)


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["no manifest", "a changed dump", "a changed file", "a path for a name"])
def test_half_or_damaged_backups_are_refused(tmp_path, harm):
    sha256 = blobs.sha256_of(SCAN)
    (tmp_path / "files" / sha256[:2]).mkdir(parents=True)
    (tmp_path / "files" / sha256[:2] / sha256).write_bytes(b"x" if harm == "a changed file" else SCAN)
    (tmp_path / "database.dump").write_bytes(b"y" if harm == "a changed dump" else b"dump")
    names = {"../../etc/passwd": 1} if harm == "a path for a name" else {sha256: len(SCAN)}
    manifest = backups.Manifest("-", blobs.sha256_of(b"dump"), 4, names)
    if harm != "no manifest":
        (tmp_path / "manifest.json").write_text(json.dumps(vars(manifest)))

    with pytest.raises(
        CommandError, match="bị hỏng" if harm.startswith("a changed") else "bản sao lưu đầy đủ"
    ):
        call_command("restore", tmp_path)


@pytest.mark.django_db(transaction=True)
def test_a_sealed_backup_says_which_key_it_wants(tmp_path, settings):
    settings.BACKUP_KEY = boxes.key_of(KEY)
    call_command("backup", tmp_path / "backup")

    settings.BACKUP_KEY = None
    with pytest.raises(CommandError, match="đã mã hóa; hãy đặt BACKUP_KEY"):
        call_command("restore", tmp_path / "backup")
    settings.BACKUP_KEY = bytes(32)
    with pytest.raises(CommandError, match="sai khóa BACKUP_KEY"):
        call_command("restore", tmp_path / "backup")


@pytest.mark.parametrize("size", [0, 1, boxes.PIECE - 1, boxes.PIECE, boxes.PIECE + 1, 2 * boxes.PIECE])
def test_a_sealed_stream_opens_to_the_same_and_to_nothing_else(tmp_path, size):
    key, path, content = bytes(32), tmp_path / "box", os.urandom(size)
    whole = b"".join(boxes.sealed([content], key))
    path.write_bytes(whole)
    with path.open("rb") as file:
        assert b"".join(boxes.opened(file, key)) == content

    flipped = bytes([*whole[:-1], whole[-1] ^ 1])
    for changed in (whole[:-1], whole[: boxes.HEADER_BYTES], whole + b"x", flipped, b""):
        path.write_bytes(changed)
        with path.open("rb") as file, pytest.raises(boxes.CannotOpen):
            list(boxes.opened(file, key))


@pytest.mark.parametrize("text", ["", "short", "A" * 44, base64.b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match="32 random bytes"):
        boxes.key_of(text)


@pytest.mark.django_db(transaction=True)
def test_a_restore_that_fails_leaves_nothing_and_the_next_one_works(tmp_path, empty_database):
    new_cycle()
    blobs.put(SCAN)
    good, bad, data = tmp_path / "good", tmp_path / "bad", tmp_path / "elsewhere"
    place = {"DATABASE_URL": empty_database, "DATA_DIR": str(data)}
    call_command("backup", good)
    call_command("backup", bad)
    (bad / "database.dump").write_bytes(b"not a dump")
    manifest = json.loads((bad / "manifest.json").read_text())
    manifest["dump_sha256"] = blobs.sha256_of(b"not a dump")
    (bad / "manifest.json").write_text(json.dumps(manifest))

    failed = manage("restore", str(bad), **place)

    assert failed.returncode == 1
    assert "pg_restore không chạy được" in failed.stderr
    assert [path for path in data.rglob("*") if path.is_file()] == []
    # As if the process had been killed between the files and the database:
    (data / "files" / "ab").mkdir(parents=True)
    (data / "files" / "ab" / ("ab" * 32)).write_bytes(b"half")
    (data / "restore-unfinished").touch()
    again = manage("restore", str(good), **place)
    assert again.returncode == 0, again.stderr
    assert not (data / "files" / "ab" / ("ab" * 32)).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_files_that_root_puts_back_belong_to_the_user_who_serves(tmp_path, empty_database):
    new_cycle()
    blobs.put(SCAN)
    call_command("backup", tmp_path / "backup")
    data = tmp_path / "elsewhere"
    data.mkdir()
    os.chown(data, 4321, 4321)

    done = manage("restore", str(tmp_path / "backup"), DATABASE_URL=empty_database, DATA_DIR=str(data))

    assert done.returncode == 0, done.stderr
    assert {path.stat().st_uid for path in data.rglob("*")} == {4321}


@pytest.mark.django_db(transaction=True)
def test_another_user_of_the_machine_cannot_restore(tmp_path, monkeypatch, settings):
    call_command("backup", tmp_path / "backup")
    settings.DATA_DIR = tmp_path / "elsewhere"
    settings.DATA_DIR.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(CommandError, match="thuộc về người dùng khác của máy"):
        call_command("restore", tmp_path / "backup")


@pytest.mark.django_db
def test_a_backup_without_a_program_new_enough_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(dumps, "_candidates", lambda name: [])
    needed = connection.pg_version // 10_000

    with pytest.raises(CommandError, match=f"postgresql-client-{needed}"):
        call_command("backup", tmp_path / "backup")


@pytest.mark.django_db
def test_a_damaged_store_is_found_while_backing_up(tmp_path, monkeypatch):
    sha256 = blobs.put(b"whole")
    blobs.path_of(sha256).write_bytes(b"spoiled")
    monkeypatch.setattr(dumps, "dump", lambda: iter([b""]))

    with pytest.raises(CommandError, match="bị hỏng trong kho"):
        call_command("backup", tmp_path / "backup")


def test_the_rule_keeps_fourteen_days_eight_weeks_and_twenty_four_months():
    today = date(2026, 11, 21)
    every_day = [today - timedelta(days=back) for back in range(1000)]

    stay = sorted(backups.kept(every_day), reverse=True)

    assert stay[:14] == every_day[:14]
    # Sundays end the older of the eight weeks, last days the older of the twenty-four months.
    assert [day for day in stay[14:] if day.weekday() == 6][:5] == [
        date(2026, 11, 1) - timedelta(weeks=back) for back in range(5)
    ]
    assert min(stay) == date(2024, 12, 31)
    assert backups.kept([]) == set()


def test_only_whole_backups_named_by_their_day_are_tidied_away(tmp_path):
    first = date(2020, 1, 1)
    for number in range(40):
        folder = tmp_path / (first + timedelta(days=number)).isoformat()
        folder.mkdir()
        (folder / "manifest.json").touch()
    for name in ("before-upgrade", "2019-01-01"):
        (tmp_path / name).mkdir()
    (tmp_path / "before-upgrade" / "manifest.json").touch()

    gone = backups.tidy(tmp_path)

    assert "2020-01-02" in gone
    assert {"before-upgrade", "2019-01-01", "2020-02-09"} <= {path.name for path in tmp_path.iterdir()}
    assert len(gone) + len(list(tmp_path.iterdir())) == 42
