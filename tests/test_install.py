"""From nothing: both lock files into a new environment, and the first commands of an installation."""

import os
import re
import secrets
import subprocess
import sys
from contextlib import ExitStack

import psycopg2
import pytest

from config.launch import ROOT
from tests.server import TEMPLATE, another_database

# Pure wheels older than the newest of the index: an old pip asked for `name[extra]` twice takes the newest instead.
OLDER = {
    "requirements.lock": (
        "fonttools",
        "4.60.1",
        "906306ac7afe2156fcf0042173d6ebbb05416af70f6b370967b47f8f00103bbb",
    ),
    "requirements-dev.lock": (
        "coverage",
        "7.11.0",
        "4b7589765348d78fb4e5fb6ea35d07564e387da2fc5efff62e0222971f155f68",
    ),
}


def run(*command, **environment):
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def manage(*arguments, **environment):
    return run(sys.executable, "manage.py", *arguments, **environment)


@pytest.fixture
def installer():
    """The options of pip, as the Makefile gives them."""
    found = re.search(r"^INSTALL := \$\(PY\) -m pip install (.+)$", (ROOT / "Makefile").read_text(), re.M)
    return found[1].split()


def test_both_locks_install_with_the_pip_that_python_brings_when_the_index_has_newer(tmp_path, installer):
    run(sys.executable, "-m", "venv", str(tmp_path / "new"))
    python = str(tmp_path / "new" / "bin" / "python")
    for name, (package, version, digest) in OLDER.items():
        lock = (ROOT / name).read_text()
        older = re.sub(
            rf"^{package}==.+?(?=^    # via)",
            f"{package}=={version} --hash=sha256:{digest}\n",
            lock,
            flags=re.M | re.S,
        )
        assert older != lock
        (tmp_path / name).write_text(older)

        done = run(python, "-m", "pip", "install", *installer, "-r", str(tmp_path / name))

        assert done.returncode == 0, done.stderr
        assert run(python, "-m", "pip", "check").returncode == 0


@pytest.mark.parametrize("file", ["Dockerfile", "docs/deploy.md", "docs/upgrade.md", "docs/trien-khai.md"])
def test_every_guide_installs_as_the_makefile_does(file, installer):
    line = next(line for line in (ROOT / file).read_text().splitlines() if "pip install" in line)

    assert {option for option in installer if option not in ("-qq", "--disable-pip-version-check")} <= {
        *line.split()
    }


@pytest.fixture
def database():
    """Makes databases on the test's own server: empty, or with its tables."""
    with ExitStack() as made:
        yield lambda template: made.enter_context(
            another_database(f"install_{os.getpid()}_{secrets.token_hex(2)}", template)
        )


@pytest.mark.parametrize(
    "command", [("verify",), ("backup", "{folder}"), ("restore", "{folder}"), ("migrate",)]
)
def test_no_command_takes_a_database_that_nobody_named(tmp_path, command):
    folder = tmp_path / "backup"

    done = manage(*(part.format(folder=folder) for part in command), DATABASE_URL="", EMBEDDED="0")

    assert done.returncode == 1
    assert "Hãy đặt DATABASE_URL" in done.stderr
    assert "EMBEDDED=1" in done.stderr
    assert not folder.exists()


def test_what_reads_the_code_alone_asks_for_no_database():
    assert manage("help", DATABASE_URL="", EMBEDDED="0").returncode == 0


@pytest.mark.parametrize(
    "command", [("start", "kien-giang", "Kiên Giang", "--admin", "an"), ("verify",), ("nightly",)]
)
def test_a_database_without_tables_is_told_apart_in_a_sentence(database, command):
    done = manage(*command, DATABASE_URL=database("template0"))

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Cơ sở dữ liệu chưa có bảng của phiên bản này. Hãy chạy manage.py migrate trước."
    )


def test_a_server_that_is_away_is_said_in_a_sentence():
    done = manage("verify", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert done.returncode == 1
    assert "Không nối được với cơ sở dữ liệu" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_start_has_no_demonstration_and_prints_none_of_its_accounts(tmp_path, database):
    address = database(TEMPLATE)
    place = {"DATABASE_URL": address, "STATIC_ROOT": str(tmp_path / "static"), "VAR_DIR": str(tmp_path)}
    prepare = (sys.executable, "-m", "config.launch", "prepare")

    first = run(*prepare, EMPTY="1", **place)
    manage("start", "kien-giang", "Kiên Giang", "--admin", "an", **place)
    second = run(*prepare, **place)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "start kien-giang" in first.stdout
    for said in (first.stdout, second.stdout):
        assert "thidua-demo-2026" not in said
    with psycopg2.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT username FROM accounts_user")
        assert cursor.fetchall() == [("an",)]


def test_the_site_does_not_start_without_a_database():
    done = run(
        sys.executable, "-c", "import config.wsgi", DATABASE_URL="", DJANGO_SETTINGS_MODULE="config.settings"
    )

    assert done.returncode == 1
    assert "DATABASE_URL names no database" in done.stderr


def test_the_server_starts_without_an_error_line(tmp_path):
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "-c",
            "deploy/gunicorn.conf.py",
            "-b",
            "127.0.0.1:0",
        ],
        cwd=ROOT,
        env={**os.environ, "HOME": "/nonexistent", "DJANGO_SETTINGS_MODULE": "config.settings"},
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        said = [server.stderr.readline() for _ in range(6)]
        server.terminate()
        said += server.stderr.readlines()

    assert "Listening at" in said[1]
    assert [line for line in said if "ERROR" in line or "CRITICAL" in line] == []
