"""What stands between a shell and Django: the embedded database, a secret key, and the processes of `make run`."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import environ

from config.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
WORKER_POLL_SECONDS = "2"


def prepare_environment() -> None:
    """Read `.env`, and fill in what a first try may leave out: settings module, data folder, secret key."""
    environ.Env.read_env(ROOT / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATA_DIR", str(VAR / "data"))
    os.environ.setdefault("STATIC_ROOT", str(VAR / "static"))
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _kept_secret(VAR / "secret_key")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(60))
    return path.read_text().strip()


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Have a database: the one that the environment names, else the embedded one, stopped if started here."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    server = Server(VAR / "postgres")
    started = server.ensure()
    os.environ["DATABASE_URL"] = server.url
    try:
        yield
    finally:
        if started:
            server.stop()


def manage(*arguments: str, **options: bool) -> int:
    """Run one management command in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, check=options.get("check", True)
    ).returncode


def serve() -> int:
    """Everything behind `make run`: migrate, demonstration data when empty, site and one worker until stopped."""
    prepare_environment()
    port = os.environ.get("PORT") or "8000"
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    with database():
        manage("migrate", "--verbosity", "0")
        manage("collectstatic", "--noinput", "--verbosity", "0")
        manage("demo", "--if-empty")
        say_where(port)
        return _run_until_stopped(
            [
                [
                    sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"localhost:{port}",
                    "--workers", "2", "--threads", "4", "--timeout", "60", "--access-logfile", "/dev/null",
                ],
                [sys.executable, "manage.py", "db_worker", "--interval", WORKER_POLL_SECONDS],
            ]
        )  # fmt: skip


def say_where(port: str) -> None:
    print(
        f"""
  Khối thi đua đang chạy:  http://localhost:{port}

  Tài khoản trình diễn (mật khẩu chung: thidua-demo-2026)
    so-ldtbxh.chuyenvien@kien-giang    chuyên viên của đơn vị Khối trưởng
    so-ldtbxh.thutruong@kien-giang     thủ trưởng của đơn vị Khối trưởng
    so-khcn.thutruong@kien-giang       thủ trưởng của một đơn vị thành viên
    tdkt.chuyenvien@kien-giang         chuyên viên Ban Thi đua - Khen thưởng
    tdkt.lanhdao@kien-giang            lãnh đạo Ban Thi đua - Khen thưởng
    quantri                            người quản trị
  Các tài khoản khác: README. Dừng: Ctrl-C.
""",
        flush=True,
    )


def _run_until_stopped(commands: list[list[str]]) -> int:
    """Run the processes together: when one ends, or on a signal, all end."""
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    while not stopping and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
    return 0 if stopping else max(abs(process.returncode) for process in processes)


if __name__ == "__main__":
    sys.exit(serve())
