"""The database as one file and back, by PostgreSQL's own programs. Knows no domain word."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from config.postgres import CannotStart, binaries


class CannotDump(RuntimeError):
    """A dump or its return did not go through; the message says what to do."""


def dump(target: Path) -> None:
    """Write the whole database into one file of PostgreSQL's custom format."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore(source: Path) -> None:
    """Put a dump back, in one transaction, in the place of the empty tables that stand there."""
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(source),
    )  # fmt: skip


def program(name: str) -> Path:
    """A program that is at least as new as the server: the system's, else the one beside the embedded server."""
    needed = _server_version()
    found = []
    for candidate in _candidates(name):
        said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False).stdout
        version = int((re.search(r"(\d+)", said) or ["0"])[0])
        if version >= needed:
            return candidate
        found.append(f"{candidate} ({version})")
    raise CannotDump(
        f"Cần chương trình {name} của PostgreSQL {needed} trở lên; "
        f"{'chỉ thấy ' + ', '.join(found) if found else 'trên máy này không có'}. "
        f"Hãy cài gói postgresql-client-{needed} rồi chạy lại."
    )


def _candidates(name: str) -> list[Path]:
    system = shutil.which(name)
    candidates = [Path(system)] if system else []
    try:
        embedded = binaries() / name
    except (CannotStart, AttributeError):
        return candidates
    return [*candidates, embedded] if embedded.exists() else candidates


def _server_version() -> int:
    connection.ensure_connection()
    return connection.connection.server_version // 10_000


def _run(name: str, *arguments: str) -> None:
    """Run a program against our database; the password travels in the environment, not on the command line."""
    settings = connection.settings_dict
    host = settings["HOST"] or settings.get("OPTIONS", {}).get("host", "")
    places = {
        "PGHOST": host,
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    done = subprocess.run(
        [program(name), *arguments],
        env={**os.environ, **{key: value for key, value in places.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotDump(f"{name} không chạy được:\n{done.stderr.strip()[-2000:]}")
