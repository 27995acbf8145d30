"""Databases that a story fills once a run, and copies of them to test in.

`at(build)` goes to the place that `build()` makes: the first worker that asks fills a template as a visitor would
find it, every worker then has a copy of its own, with the files, and gets what `build` returned. A test takes back
what it did by rolling back; one that commits says so, and its copy goes with it.
"""

import contextlib
import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

from django.conf import settings
from django.db import connection, connections, transaction
from django.test import override_settings

from config.postgres import OWNER, SUPERUSER
from tests.factories.papers import plain_papers
from tests.server import RUN_FOLDER, TEMPLATE, as_role

_here: list[str] = []


def here() -> bool:
    """Whether a test runs at a place."""
    return bool(_here)


def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


def copy(template: str, name: str) -> None:
    """A database like the template; the role that serves may neither make nor drop one."""
    with as_role(SUPERUSER, "postgres") as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY FILE_COPY")


def count_from(name: str, first: int) -> None:
    """Let the keys of new rows begin there: a process keeps boards by their key, and no key ever comes twice."""
    with as_role(SUPERUSER, name) as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) FROM pg_sequences",
            [first],
        )


def drop(name: str) -> None:
    with as_role(SUPERUSER, "postgres") as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def go_to(name: str) -> str:
    """Let every later connection of this worker be to that database; the name of the one before."""
    connections.close_all()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].replace(f"/{before}?", f"/{name}?")
    return before


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    before = go_to(name)
    try:
        yield
    finally:
        go_to(before)


@contextlib.contextmanager
def at(build: Callable, *, commits: bool = False) -> Iterator:
    """Be at the place that `build` makes, with `DATA_DIR` there; what it gives is what `build` returned.

    `commits`: what is done stays for the next test, so that the copy is thrown away. Else all is rolled back.
    """
    name = f"place_{build.__module__.rpartition('.')[2]}_{build.__qualname__}".lower()
    folder = Path(os.environ[RUN_FOLDER]) / name
    _made_once(build, name, folder)
    mine = f"{worker()}_{name}"
    if not (files := folder.with_name(mine)).exists():
        copy(name, mine)
        shutil.copytree(folder, files)
    _here.append(mine)
    try:
        with inside(mine), override_settings(DATA_DIR=files / "data"):
            found = pickle.loads((folder / "built").read_bytes())
            with contextlib.nullcontext() if commits else _taken_back():
                yield found
    finally:
        _here.remove(mine)
        if commits:
            drop(mine)
            shutil.rmtree(files)


@contextlib.contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _made_once(build: Callable, name: str, folder: Path) -> None:
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "built").exists():
            return
        drop(name)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "data").mkdir(parents=True)
        copy(TEMPLATE, name)
        count_from(name, crc32(name.encode()) % 1000 * 1_000_000 + 1_000_000)
        with inside(name), override_settings(DATA_DIR=folder / "data"), plain_papers():
            built = pickle.dumps(build())
        (folder / "built").write_bytes(built)
