"""The embedded server and what starts it: killed clients, killed servers, closed folders."""

import contextlib
import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from config import launch
from config.logs import DiscreetFormatter
from config.postgres import Server, process_state

ROOT = launch.ROOT
USE = """
import sys, time
from pathlib import Path
from config.postgres import Server
with Server(Path(sys.argv[1])).in_use():
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="ktd-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    Server(path / "pg").stop()
    shutil.rmtree(path)


@contextlib.contextmanager
def user_of(data):
    """A process that uses the server until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", USE, str(data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def rows(server):
    with contextlib.closing(psycopg2.connect(server.owner_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


def keep(server, number):
    with (
        contextlib.closing(psycopg2.connect(server.owner_url)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        cursor.execute("INSERT INTO kept VALUES (%s)", [number])


def wait_until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def test_killed_server_comes_back_with_all_it_acknowledged(folder):
    server = Server(folder / "pg")
    server.ensure()
    keep(server, 1)

    os.kill(server.pid(), signal.SIGKILL)
    assert wait_until(lambda: not server.is_alive())

    assert server.ensure()
    assert rows(server) == [1]


def test_server_that_runs_is_left_running(folder):
    server = Server(folder / "pg")
    server.ensure()
    first = server.pid()

    assert not server.ensure()
    assert server.pid() == first


def test_pid_of_a_stranger_is_not_taken_for_the_server(folder):
    server = Server(folder / "pg")
    server.ensure()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert server.ensure()
    assert server.answers()


def test_last_user_stops_the_server(folder):
    server = Server(folder / "pg")
    with user_of(server.data) as first, user_of(server.data):
        first.stdin.close()
        first.wait(timeout=30)
        assert server.answers()

    assert not server.is_alive()


def test_server_of_a_killed_user_is_stopped_by_the_next(folder):
    server = Server(folder / "pg")
    with user_of(server.data) as killed:
        killed.kill()
        killed.wait(timeout=30)
    assert server.answers()

    with user_of(server.data):
        pass

    assert not server.is_alive()


def test_no_folder_is_opened_wider(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    if os.geteuid() == 0:
        # The system user of the server could not pass: `deploy/place.sh` chooses another place before it comes to this.
        with pytest.raises(Exception, match="PostgreSQL"):
            Server(closed / "pg").ensure()
    else:
        Server(closed / "pg").ensure()
        Server(closed / "pg").stop()

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_server_keeps_failed_statements_out_of_its_log(folder):
    server = Server(folder / "pg")
    server.ensure()
    voting = "CREATE TEMP TABLE box (choice text CHECK (choice = '')); INSERT INTO box VALUES ('bí mật')"

    with contextlib.closing(psycopg2.connect(server.owner_url)) as connection, pytest.raises(psycopg2.Error):
        connection.cursor().execute(voting)

    log = server.log.read_text()
    assert "violates check constraint" in log
    assert "bí mật" not in log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_below_a_closed_folder_works_elsewhere(folder):
    clone = folder / "private" / "clone"
    shutil.copytree(ROOT / "deploy", clone / "deploy")
    place = ["sh", "deploy/place.sh"]

    assert subprocess.check_output(place, cwd=clone, text=True).strip() == str(clone)

    clone.parent.chmod(0o700)
    assert subprocess.check_output(place, cwd=clone, text=True).startswith("/var/tmp/khoi-thi-dua-0-")


def test_secret_key_is_made_once_and_closed_to_others(folder):
    path = folder / "new" / "secret_key"

    first = launch._kept_secret(path)

    assert launch._kept_secret(path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


WORKER = """
import os, sys, time
with open(sys.argv[1], "a") as notes:
    print(os.getpid(), file=notes)
is_first = len(open(sys.argv[1]).readlines()) == 1
time.sleep(0 if is_first else 60)
"""


def test_worker_is_started_again_while_the_site_runs_and_ends_with_it(folder):
    notes = folder / "pids"
    site = [sys.executable, "-c", "import time; time.sleep(4); raise SystemExit(3)"]

    assert launch._run_together(site, [sys.executable, "-c", WORKER, str(notes)], server=None) == 3

    first, second = notes.read_text().split()
    assert [process_state(int(pid)) for pid in (first, second)] == ["", ""]


def test_traceback_leaves_out_the_refused_row():
    try:
        raise psycopg2.IntegrityError(
            'new row violates check constraint "x"\nDETAIL:  Failing row contains (bí mật,\n hai dòng).\n'
        )
    except psycopg2.IntegrityError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "failed", None, sys.exc_info())

    said = DiscreetFormatter("%(message)s").format(record)

    assert 'check constraint "x"' in said
    assert "DETAIL: [left out]" in said
    assert "bí mật" not in said
    assert "hai dòng" not in said
