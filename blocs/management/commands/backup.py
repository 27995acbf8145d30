import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.kit import blobs, dumps

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và tệp vào một thư mục trống; manage.py restore đưa trở lại."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args, folder, **options):
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} không trống. Hãy chọn một thư mục mới cho mỗi lần sao lưu.")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        try:
            # The database first: whatever it names has been stored before, and stored files never change.
            dumps.dump(folder / DUMP)
        except dumps.CannotDump as cannot:
            raise CommandError(str(cannot)) from cannot
        files = self._copy_files(folder / FILES)
        manifest = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": {
                "sha256": blobs.sha256_of((folder / DUMP).read_bytes()),
                "bytes": (folder / DUMP).stat().st_size,
            },
            "files": files,
        }
        # The last to be written: a folder without it is half a backup, and restore refuses it.
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        self.stdout.write(f"Đã sao lưu cơ sở dữ liệu và {len(files)} tệp vào {folder}.")

    def _copy_files(self, target):
        sizes = {}
        for path in sorted((Path(settings.DATA_DIR) / FILES).glob("*/*")):
            if path.name.startswith("."):
                continue
            copy = target / path.parent.name / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            if blobs.sha256_of(copy.read_bytes()) != path.name:
                raise CommandError(f"Tệp {path.name} bị hỏng trong kho. Hãy lấy lại từ bản sao lưu trước.")
            sizes[path.name] = copy.stat().st_size
        return sizes
