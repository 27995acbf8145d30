"""What stands between a shell and Django: the embedded database, a secret key, and the processes of `make run`."""

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
import environ
from django.apps import apps
from django.core.management import call_command, execute_from_command_line, get_commands
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from config.kit import disk
from config.postgres import CannotStart, Server

ROOT = Path(__file__).resolve().parent.parent
WORKER_POLL_SECONDS = "2"
PROBE_SECONDS = 1.0
MOST_STARTS = 10
# Commands that read the code alone.
NO_DATABASE_ASKED = ("help", "check", "collectstatic", "diagram", "makemigrations", "compilemessages")
NO_DATABASE = (
    "Chưa biết dùng cơ sở dữ liệu nào. Hãy đặt DATABASE_URL=postgresql://… (xem .env.example), hoặc EMBEDDED=1 để "
    "dùng cơ sở dữ liệu kèm theo của make run."
)
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@cache
def var_folder() -> Path:
    """The folder of the embedded database and of everything else a first try keeps."""
    if given := os.environ.get("VAR_DIR"):
        return Path(given)
    place = subprocess.run(
        ["sh", str(ROOT / "deploy" / "place.sh")], check=True, capture_output=True, text=True
    )
    return Path(place.stdout.strip()) / "var"


DEMO_ACCOUNTS = """  Tài khoản trình diễn (mật khẩu chung: thidua-demo-2026)
    so-ldtbxh.chuyenvien@kien-giang    chuyên viên của đơn vị Khối trưởng
    so-ldtbxh.thutruong@kien-giang     thủ trưởng của đơn vị Khối trưởng
    so-khcn.thutruong@kien-giang       thủ trưởng của một đơn vị thành viên
    tdkt.chuyenvien@kien-giang         chuyên viên Ban Thi đua - Khen thưởng
    tdkt.lanhdao@kien-giang            lãnh đạo Ban Thi đua - Khen thưởng
    quantri                            người quản trị
  Các tài khoản khác: README.
"""
FIRST_PROVINCE = """  Chưa có dữ liệu nào. Lập tỉnh và người quản trị đầu tiên ở một cửa sổ lệnh khác:
    make manage c="start kien-giang 'Kiên Giang' --admin quantri"
  rồi mở liên kết mà lệnh ấy in ra.
"""


class NoDatabase(RuntimeError):
    """The environment names no database; the message says both ways out."""


def _is_on(value: str | None) -> bool:
    return (value or "").lower() not in ("", "0", "false", "no")


def manage(argv: list[str]) -> int:
    """Run a management command; what a person can mend is said in a sentence, not in a traceback."""
    prepare_environment()
    if needs_no_database(argv):
        execute_from_command_line(argv)
        return 0
    try:
        with database():
            return _run_command(argv)
    except (NoDatabase, CannotStart) as reason:
        print(reason, file=sys.stderr)
        return 1


def needs_no_database(argv: list[str]) -> bool:
    """Tell whether a command only reads the code, so that it runs before any database exists."""
    return len(argv) < 2 or argv[1].startswith("-") or argv[1] in NO_DATABASE_ASKED or "--help" in argv


def _run_command(argv: list[str]) -> int:
    try:
        execute_from_command_line(argv)
    except OSError as broken:
        if not disk.is_full(broken):
            raise
        print(disk.FULL, file=sys.stderr)
        return 1
    except OperationalError as refused:
        if disk.is_full(refused):
            print(disk.FULL, file=sys.stderr)
            return 1
        print(f"Không nối được với cơ sở dữ liệu: {str(refused).strip()}", file=sys.stderr)
        return 1
    except ProgrammingError:
        if not _lacks_migrations():
            raise
        print(
            "Cơ sở dữ liệu chưa có bảng của phiên bản này. Hãy chạy manage.py migrate trước.", file=sys.stderr
        )
        return 1
    return 0


def _lacks_migrations() -> bool:
    connection.rollback()
    plan = MigrationExecutor(connection)
    return bool(plan.migration_plan(plan.loader.graph.leaf_nodes()))


def prepare_environment() -> None:
    """Read `.env`, and fill in what a first try may leave out: settings module, folders, secret key."""
    environ.Env.read_env(ROOT / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for name, folder in (("DATA_DIR", "data"), ("STATIC_ROOT", "static")):
        os.environ[name] = os.environ.get(name) or str(var_folder() / folder)
    os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or _kept_secret(var_folder() / "secret_key")


def _kept_secret(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(60))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text().strip()


@contextlib.contextmanager
def database() -> Iterator[Server | None]:
    """Have a database: the one that the environment names, or the embedded one while the block runs, when told to.

    Without a word from the environment there is none: a backup of a database that was only just made would be taken
    for one of the province's.

    Commands run as the owner of its tables; `serve` gives site and worker the role that serves.
    """
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    if not _is_on(os.environ.get("EMBEDDED")):
        raise NoDatabase(NO_DATABASE)
    server = Server(var_folder() / "postgres")
    with server.in_use():
        os.environ["DATABASE_URL"] = server.owner_url
        yield server


def serve() -> int:
    """Everything behind `make run`: migrate, demonstration data when empty, site and one worker until stopped."""
    for number in STOPPING:
        signal.signal(number, _stop)
    port = os.environ.get("PORT") or "8000"
    prepare_environment()
    os.environ["EMBEDDED"] = "1"
    os.environ["SITE_URL"] = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    if not _is_free(port):
        print(f"Cổng {port} đang có chương trình khác dùng. Hãy chọn cổng khác: make run PORT=8001")
        return 1
    try:
        with database() as server:
            _finish([sys.executable, "-m", "config.launch", "prepare"])
            return _run_together(_site(port), _worker(), server=server)
    except CannotStart as reason:
        print(reason)
        return 1
    except subprocess.CalledProcessError as failed:
        return failed.returncode


def _site(port: str) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"localhost:{port}",
        "--workers", "2", "--threads", "4", "--timeout", "60", "--log-level", "warning",
        "--no-control-socket",
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "manage.py", "db_worker", "--interval", WORKER_POLL_SECONDS]


def migrate() -> None:
    """Bring the database up to this version."""
    prepare_environment()
    django.setup()
    call_command("migrate", verbosity=0)


def prepare() -> None:
    """Bring everything up to this version, in one process because starting Django costs most."""
    with (var_folder() / "prepare.lock").open("a") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # a second `make run` waits; two migrations at once would meet
        _bring_up()
    people = apps.get_model("accounts", "User").objects
    say_where(has_people=people.exists(), is_demo=people.filter(is_demo=True).exists())


def _bring_up() -> None:
    migrate()
    if not _static_files_are_fresh():
        call_command("collectstatic", interactive=False, verbosity=0)
    people = apps.get_model("accounts", "User").objects
    if not people.exists() and "demo" in get_commands() and not _is_on(os.environ.get("EMPTY")):
        call_command("demo")


def _static_files_are_fresh() -> bool:
    """Compressing them takes longer than everything else in a second start."""
    manifest = Path(os.environ["STATIC_ROOT"]) / "staticfiles.json"
    sources = [ROOT / "requirements.lock", ROOT / "static", *(ROOT / "static").rglob("*")]
    return manifest.exists() and manifest.stat().st_mtime > max(path.stat().st_mtime for path in sources)


def say_where(*, has_people: bool, is_demo: bool) -> None:
    """Print the address, and what a person needs next: nobody is told demonstration accounts that are not there."""
    print(f"\n  Khối thi đua:  {os.environ['SITE_URL']}\n")
    if is_demo:
        print(DEMO_ACCOUNTS)
    elif not has_people:
        print(FIRST_PROVINCE)
    print("  Dừng: Ctrl-C.\n", flush=True)


def _is_free(port: str) -> bool:
    with contextlib.closing(socket.socket(socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            return False
    return True


def _stop(number: int, _frame: object) -> None:
    """Leave through every `finally`; a second Ctrl-C does not cut that short."""
    for told in STOPPING:
        signal.signal(told, lambda *_: None)
    raise SystemExit(0 if number != signal.SIGHUP else 129)


def _finish(command: list[str]) -> None:
    """Run one process to its end, and end it when we are told to stop."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
    finally:
        _end(process)


def _run_together(site: list[str], worker: list[str], *, server: Server | None) -> int:
    """Run both until the site ends or a signal comes, then end both.

    A database that was killed is brought back, and the worker with it: it does not outlive its connection.
    """
    env = {**os.environ, "DATABASE_URL": server.url} if server else None
    running = [subprocess.Popen(site, cwd=ROOT, env=env), subprocess.Popen(worker, cwd=ROOT, env=env)]
    starts = 1
    try:
        while running[0].poll() is None:
            time.sleep(PROBE_SECONDS)
            if server and not server.is_alive():
                server.ensure()
            if running[1].poll() is not None:
                if starts == MOST_STARTS:
                    return running[1].returncode or 1
                starts += 1
                running[1] = subprocess.Popen(worker, cwd=ROOT, env=env)
        return abs(running[0].returncode) or 1
    finally:
        _end(*running)


def _end(*processes: subprocess.Popen) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit({"migrate": migrate, "prepare": prepare}.get("".join(sys.argv[1:]), serve)())
