import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blocs import queries
from config.kit import backups, dumps


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và tệp vào một thư mục trống; manage.py restore đưa trở lại."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--prove", action="store_true", help="đưa bản vừa sao lưu vào một cơ sở dữ liệu thử và kiểm tra"
        )
        parser.add_argument(
            "--tidy",
            action="store_true",
            help=f"xóa các bản cũ bên cạnh (thư mục tên là ngày, ví dụ 2026-11-21), giữ bản mới nhất của "
            f"{backups.DAYS} ngày, {backups.WEEKS} tuần và {backups.MONTHS} tháng gần nhất",
        )

    def handle(self, *args, folder, prove=False, tidy=False, **options):
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} không trống. Hãy chọn một thư mục mới cho mỗi lần sao lưu.")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        place = backups.Folder(folder, settings.BACKUP_KEY)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        head = queries.chain_head()
        try:
            manifest = backups.make(place, made_at=now, journal_head=str(head or ""))
            self.stdout.write(f"Đã sao lưu cơ sở dữ liệu và {len(manifest.files)} tệp vào {folder}.")
            if prove:
                self._prove(folder, head)
        except (dumps.CannotDump, backups.Damaged) as cannot:
            raise CommandError(str(cannot)) from cannot
        if tidy:
            gone = backups.tidy(folder.resolve().parent)
            self.stdout.write(f"Đã xóa {len(gone)} bản sao lưu cũ theo quy tắc giữ.")

    def _prove(self, folder, head):
        """Restore it for real, into a database and a folder that are gone afterwards, and check everything there."""
        with dumps.scratch_database() as address, tempfile.TemporaryDirectory() as data:
            place = {"DATABASE_URL": address, "DATA_DIR": str(Path(data) / "data")}
            for command in (["restore", str(folder)], ["verify", *(["--head", head.sha256] if head else [])]):
                done = subprocess.run(
                    [sys.executable, "manage.py", *command],
                    cwd=settings.BASE_DIR,
                    env={**os.environ, **place},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if done.returncode != 0:
                    said = f"{done.stdout}{done.stderr}".strip()
                    raise CommandError(f"Bản sao lưu KHÔNG đưa trở lại được ({command[0]}):\n{said}")
        self.stdout.write("Đã đưa thử bản sao lưu vào một cơ sở dữ liệu riêng: đủ và đúng.")
