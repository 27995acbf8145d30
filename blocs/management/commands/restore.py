import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from blocs import queries
from blocs.management.commands.backup import DUMP, FILES, MANIFEST
from config.kit import blobs, dumps


class Command(BaseCommand):
    help = "Đưa một bản sao lưu trở lại, chỉ vào một cài đặt trống."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args, folder, **options):
        manifest = self._whole_backup(folder)
        self._refuse_unless_empty()
        connection.close()
        for name in manifest["files"]:
            blobs.put((folder / FILES / name[:2] / name).read_bytes())
        try:
            dumps.restore(folder / DUMP)
        except dumps.CannotDump as cannot:
            raise CommandError(str(cannot)) from cannot
        self.stdout.write(
            f"Đã đưa lại cơ sở dữ liệu và {len(manifest['files'])} tệp của bản sao lưu lúc "
            f"{manifest['made_at']}. Hãy chạy manage.py migrate rồi manage.py verify."
        )

    def _whole_backup(self, folder):
        """The manifest of a backup that is complete and undamaged."""
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            wrong = [
                name
                for name in manifest["files"]
                if blobs.sha256_of((folder / FILES / name[:2] / name).read_bytes()) != name
            ]
            if blobs.sha256_of((folder / DUMP).read_bytes()) != manifest["database"]["sha256"]:
                wrong.append(DUMP)
        except (OSError, ValueError, KeyError, TypeError) as broken:
            raise CommandError(f"{folder} không phải là một bản sao lưu đầy đủ.") from broken
        if wrong:
            raise CommandError(f"Bản sao lưu bị hỏng: {', '.join(wrong[:5])}.")
        return manifest

    def _refuse_unless_empty(self):
        try:
            is_used = queries.is_installed()
        except DatabaseError:
            is_used = False  # not even the tables are there
        if is_used or any((Path(settings.DATA_DIR) / FILES).glob("*/*")):
            raise CommandError(
                "Cài đặt này đã có dữ liệu. Chỉ đưa bản sao lưu vào một cài đặt trống: cơ sở dữ liệu mới, "
                "DATA_DIR mới."
            )
