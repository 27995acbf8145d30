"""A pytest plugin: one PostgreSQL server of its own for a run, in a short temporary folder, before the workers.

The migrations run once into a template, which is kept until one of them changes; each worker copies it.
"""

import atexit
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from config.launch import ROOT, prepare_environment, var_folder
from config.postgres import Server

TEMPLATE = "khoithidua_template"
# Speed over durability: the tests of durability start a server of their own.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "jit=off")


def start() -> None:
    """Start the server and name it in the environment; the workers inherit that."""
    folder = Path(tempfile.mkdtemp(prefix="ktd-", dir="/tmp"))
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = Server(folder / "pg", options=FAST)
    kept = var_folder() / "test-template" / _fingerprint()
    if kept.exists():
        _copy(kept, server.data)
    else:
        _migrate(server)
        _keep(server.data, kept)
    server.ensure()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url
    (folder / "static").mkdir()
    os.environ["STATIC_ROOT"] = str(folder / "static")


def _fingerprint() -> str:
    """What the template depends on: every migration, and the versions of the libraries that bring their own."""
    digest = hashlib.sha256()
    for path in sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("config/*/migrations/*.py"), *ROOT.glob("*.lock")]
    ):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(server: Server) -> None:
    server.ensure()
    try:
        url = server.create_database(TEMPLATE)
        migrate = [sys.executable, "-m", "config.launch", "migrate"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)
    finally:
        server.stop()


def _keep(data: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in sorted(kept.parent.glob("*"), key=lambda path: path.stat().st_mtime)[:-2]:
        shutil.rmtree(old, ignore_errors=True)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    _copy(data, draft)
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
