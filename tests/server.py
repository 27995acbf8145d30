"""A pytest plugin: one PostgreSQL server of its own for a run, in a short temporary folder, before the workers.

The migrations run once, as the owner, into a template, which is kept until one of them changes; where some were only
added, they run on top of the one that was kept before. Each worker copies it and signs in as the role that serves.
"""

import atexit
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2

from config.launch import ROOT, prepare_environment, var_folder
from config.postgres import OWNER, SUPERUSER, Server

TEMPLATE = "khoithidua_template"
DATA = "pg"
# Names, in the environment, the folder where the workers find what one of them has made for all.
RUN_FOLDER = "TESTS_RUN_FOLDER"
KEPT = 6
GRANTS = ROOT / "deploy" / "sql" / "grants.sql"
# For tests that need rows which no law would let in; made by the superuser, whose rights it runs with.
SET_LAW_ASIDE = """
DROP FUNCTION IF EXISTS tests_set_law_aside(boolean, text);
CREATE FUNCTION tests_set_law_aside(yes boolean, rights text DEFAULT 'SELECT') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM set_config('session_replication_role', CASE WHEN yes THEN 'replica' ELSE 'origin' END, true);
    EXECUTE rights;
END
$$
"""
# Speed over durability: the tests of durability start a server of their own.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "jit=off")


def start() -> None:
    """Start the server and name it in the environment; the workers inherit that."""
    folder = Path(tempfile.mkdtemp(prefix="ktd-", dir=_quick_place()))
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = Server(folder / "pg", options=FAST)
    kept = var_folder() / "test-template" / _fingerprint()
    if kept.exists():
        _copy(kept / DATA, server.data)
    else:
        if earlier := _earlier(kept.parent):
            _copy(earlier / DATA, server.data)
        _migrate(server)
        _keep(server.data, kept)
    server.ensure()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url_of(TEMPLATE)
    (folder / "static").mkdir()
    os.environ["STATIC_ROOT"] = str(folder / "static")
    os.environ[RUN_FOLDER] = str(folder)


def _quick_place() -> str:
    """Memory, where there is plenty: a database is copied there in a tenth of the time."""
    free = os.statvfs("/dev/shm")
    plenty = min(free.f_bavail * free.f_frsize, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return "/dev/shm" if plenty > 8 << 30 else "/tmp"


@contextlib.contextmanager
def as_role(role: str, database: str = "", *, url: str = ""):
    """A cursor of another role, in this database of the tests' server; every statement is its own transaction."""
    place = urlsplit(url or os.environ["DATABASE_URL"])
    host = parse_qs(place.query)["host"][0]
    connection = psycopg2.connect(user=role, dbname=database or place.path[1:], host=host)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@contextlib.contextmanager
def another_database(name: str, template: str = "template0"):
    """Another database on the tests' server, and its address for the owner of its tables."""
    with as_role(SUPERUSER, "postgres") as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
    try:
        yield re.sub(r"//.*@/[^?]+", f"//{OWNER}@/{name}", os.environ["DATABASE_URL"])
    finally:
        with as_role(SUPERUSER, "postgres") as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _ingredients() -> dict[str, str]:
    """What the template depends on: every migration, and the versions of the libraries that bring their own."""
    paths = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("config/*/migrations/*.py"),
        *ROOT.glob("*.lock"),
        *ROOT.glob("deploy/sql/*.sql"),
        *(ROOT / "config" / "kit" / name for name in ("apps.py", "lastword.py", "triggers.py")),
        Path(__file__),
    ]
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)
    }


def _fingerprint() -> str:
    return hashlib.sha256(json.dumps(_ingredients(), sort_keys=True).encode()).hexdigest()[:16]


def _earlier(folder: Path) -> Path | None:
    """The kept template that only lacks migrations, the one that lacks fewest."""
    now, found = _ingredients(), []
    for path in folder.glob("*/made_of.json"):
        before = json.loads(path.read_text())
        lacking = now.keys() - before.keys()
        if before.items() <= now.items() and all("/migrations/" in name for name in lacking):
            found.append((len(lacking), path.parent))
    return min(found, default=(0, None))[1]


def _migrate(server: Server) -> None:
    server.ensure()
    try:
        server.create_database(TEMPLATE)
        migrate = [sys.executable, "-m", "config.launch", "migrate"]
        env = {**os.environ, "DATABASE_URL": server.url_of(TEMPLATE, OWNER)}
        subprocess.run(migrate, cwd=ROOT, env=env, check=True)
        with as_role(SUPERUSER, url=server.url_of(TEMPLATE)) as cursor:
            cursor.execute(SET_LAW_ASIDE)
    finally:
        server.stop()


def _keep(data: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(kept.parent.glob("*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    draft.mkdir()
    _copy(data, draft / DATA)
    (draft / "made_of.json").write_text(json.dumps(_ingredients()))
    try:
        draft.rename(kept)
    except OSError:  # another run was quicker
        shutil.rmtree(draft)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


# Settings are read before any conftest, so the server must be there when this plugin is imported.
os.environ["SECRET_KEY"] = "for-the-tests-only"
os.environ["DEBUG"] = "1"
os.environ["CONN_MAX_AGE"] = "0"
os.environ["SITE_URL"] = "http://localhost"
os.environ["EMAIL_URL"] = "memorymail://"
prepare_environment()
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ.pop("DATABASE_URL", None)
    start()
