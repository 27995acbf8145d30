"""The database as one file and back, by PostgreSQL's own programs. Knows no domain word."""

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from django.db import ProgrammingError, connection

from config.kit import triggers
from config.postgres import CannotStart, binaries

PIECE = 1 << 20


class CannotDump(RuntimeError):
    """A dump or its return did not go through; the message says what to do."""


def dump() -> Iterator[bytes]:
    """The whole database in PostgreSQL's custom format, piece by piece."""
    with _started(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", stdout=subprocess.PIPE
    ) as process:
        while piece := process.stdout.read(PIECE):
            yield piece


def restore(pieces: Iterable[bytes]) -> None:
    """Put a dump back, in one transaction, in the place of the empty tables that stand there; as their owner."""
    with _started(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", stdin=subprocess.PIPE,
    ) as process:  # fmt: skip
        with contextlib.suppress(BrokenPipeError):  # it has ended before; its own words say why
            for piece in pieces:
                process.stdin.write(piece)
        _close(process)
    # A dump names no roles: tables that are made anew have the rights of any new table.
    triggers.state_grants()


@contextlib.contextmanager
def scratch_database() -> Iterator[str]:
    """A database of its own on our server, and its address; gone when the block ends."""
    name = f"{connection.settings_dict['NAME']}_thu_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        except ProgrammingError as refused:
            raise CannotDump(
                "Vai trò của cơ sở dữ liệu không được lập cơ sở dữ liệu thử. Hãy chạy lại deploy/sql/roles.sql, "
                "và chạy lệnh này với vai trò chủ sở hữu."
            ) from refused
        try:
            yield _address(name)
        finally:
            # FORCE would stop at an autovacuum worker, which only a superuser may end; a plain DROP ends it itself.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
                [name],
            )
            cursor.execute(f'DROP DATABASE "{name}"')


def _address(name: str) -> str:
    """The address of another database beside ours."""
    settings = connection.settings_dict
    who = quote(settings["USER"] or "", safe="")
    if settings["PASSWORD"]:
        who += ":" + quote(settings["PASSWORD"], safe="")
    host, port = _host(), settings["PORT"]
    if host.startswith("/"):
        return f"postgresql://{who}@/{name}?host={quote(host, safe='')}" + (f"&port={port}" if port else "")
    return f"postgresql://{who}@{host or 'localhost'}{f':{port}' if port else ''}/{name}"


def _host() -> str:
    return connection.settings_dict["HOST"] or connection.settings_dict.get("OPTIONS", {}).get("host", "")


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


@contextlib.contextmanager
def _started(name: str, *arguments: str, **streams: int) -> Iterator[subprocess.Popen]:
    """A program that works on our database; the password travels in the environment, not on the command line."""
    settings = connection.settings_dict
    places = {
        "PGHOST": _host(),
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [program(name), *arguments],
            env={**os.environ, **{key: value for key, value in places.items() if value}},
            stderr=said,
            **streams,
        ) as process,
    ):
        try:
            yield process
        except BaseException:
            process.kill()
            _close(process)
            raise
        if process.wait() != 0:
            said.seek(0)
            raise CannotDump(
                f"{name} không chạy được:\n{said.read().decode(errors='replace').strip()[-2000:]}"
            )


def _close(process: subprocess.Popen) -> None:
    with contextlib.suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.close()
