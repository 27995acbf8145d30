"""A pytest plugin: one PostgreSQL server of its own for a run, in a short temporary folder, before the workers."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.launch import prepare_environment
from config.postgres import Server

# Speed over durability: the tests of durability start a server of their own.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "jit=off")


def start() -> None:
    """Start the server and name it in the environment; the workers inherit that."""
    folder = Path(tempfile.mkdtemp(prefix="ktd-", dir="/tmp"))
    folder.chmod(0o711)
    server = Server(folder / "pg", options=FAST)
    server.ensure()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url
    os.environ["DATA_DIR"] = str(folder / "data")


# Settings are read before any conftest, so the server must be there when this plugin is imported.
os.environ["SECRET_KEY"] = "for-the-tests-only"
os.environ["DEBUG"] = "1"
os.environ["CONN_MAX_AGE"] = "0"
os.environ["SITE_URL"] = "http://localhost"
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ.pop("DATABASE_URL", None)
    start()
prepare_environment()
