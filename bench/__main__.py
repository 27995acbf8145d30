"""Measure on a PostgreSQL of our own in a temporary folder, with the settings of a real site, and print one table."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from config.launch import STOPPING, migrate
from config.postgres import Server


def main() -> None:
    for number in STOPPING:
        signal.signal(number, _stop)
    with own_place():
        migrate()
        # Models can be imported only now.
        import_module("bench.report").run()


@contextlib.contextmanager
def own_place() -> Iterator[None]:
    """A server, files and static files that live as long as the run; nothing of the user's is read or written."""
    folder = Path(tempfile.mkdtemp(prefix="ktd-bench-", dir="/tmp"))
    folder.chmod(0o711)
    server = Server(folder / "pg")
    try:
        server.ensure()
        os.environ.update(
            {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": server.owner_url,
                "DATA_DIR": str(folder / "data"),
                "STATIC_ROOT": str(folder / "static"),
                "SECRET_KEY": "for-the-bench-only",
                "DEBUG": "0",
                "ALLOWED_HOSTS": "localhost",
                "SITE_URL": "http://localhost",
                "EMAIL_URL": "memorymail://",
                "PROXY_COUNT": "0",
            }
        )
        yield
    finally:
        _hear_no_more()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _stop(number: int, _frame: object) -> None:
    """Leave through every `finally`, so that an interrupted run leaves nothing behind, either."""
    _hear_no_more()
    raise SystemExit(128 + number)


def _hear_no_more() -> None:
    """A second Ctrl-C does not cut the clearing up short."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
