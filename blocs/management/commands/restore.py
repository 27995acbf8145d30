import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from blocs import queries
from config.kit import backups, blobs, dumps

# While it stands in DATA_DIR, the files there come from a restore that did not end.
UNFINISHED = "restore-unfinished"


class Command(BaseCommand):
    help = "Đưa một bản sao lưu trở lại, chỉ vào một cài đặt trống."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args, folder, **options):
        source = backups.Folder(folder, settings.BACKUP_KEY)
        data = Path(settings.DATA_DIR)
        try:
            manifest = backups.whole(source)
            self._refuse_wrong_user(data)
            self._refuse_wrong_role()
            self._refuse_unless_empty(data)
            self._put_back(source, manifest, data)
        except (dumps.CannotDump, backups.Damaged) as cannot:
            raise CommandError(str(cannot)) from cannot
        self.stdout.write(
            f"Đã đưa lại cơ sở dữ liệu và {len(manifest.files)} tệp của bản sao lưu lúc {manifest.made_at}. Hãy chạy "
            "manage.py migrate, deploy/sql/roles.sql, rồi manage.py verify --head với mã của thư đêm trước lần sao lưu ấy."
        )

    def _put_back(self, source, manifest, data):
        """Files first, for the rows name them; when the database does not take its dump, nothing stays."""
        data.mkdir(parents=True, exist_ok=True)
        (data / UNFINISHED).touch()
        connection.close()
        try:
            for name in manifest.files:
                blobs.put_pieces(source.read(backups.file_part(name)))
            self._give_to_owner(data)
            dumps.restore(source.read(backups.DUMP))
        except BaseException:
            self._clear(data)
            raise
        (data / UNFINISHED).unlink()

    def _clear(self, data):
        shutil.rmtree(data / backups.FILES, ignore_errors=True)
        (data / UNFINISHED).unlink(missing_ok=True)

    def _give_to_owner(self, data):
        """As root, files would be root's, and the site could not read them."""
        if os.geteuid() != 0:
            return
        owner = data.stat()
        for path in [data / backups.FILES, *(data / backups.FILES).rglob("*")]:
            if path.exists():
                os.chown(path, owner.st_uid, owner.st_gid)

    def _refuse_wrong_user(self, data):
        if data.exists() and os.geteuid() not in (0, data.stat().st_uid):
            raise CommandError(
                f"{data} thuộc về người dùng khác của máy. Hãy chạy lệnh này với người dùng ấy: sudo -u {data.owner()} …"
            )

    def _refuse_wrong_role(self):
        """Only the owner of the tables can put others in their place."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n"
                " ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'"
                " AND NOT pg_has_role(current_user, c.relowner, 'USAGE')"
                " UNION SELECT 'chủ sở hữu của lược đồ public'"
                " WHERE NOT has_schema_privilege(current_user, 'public', 'CREATE')"
            )
            owners = [name for (name,) in cursor.fetchall()]
        if owners:
            raise CommandError(
                f"Vai trò của cơ sở dữ liệu trong DATABASE_URL không được thay các bảng. Hãy dùng: {', '.join(owners)}."
            )

    def _refuse_unless_empty(self, data):
        try:
            is_used = queries.is_installed()
        except DatabaseError:
            is_used = False  # not even the tables are there
        if not is_used and (data / UNFINISHED).exists():
            self._clear(data)
        if is_used or any((data / backups.FILES).glob("*/*")):
            raise CommandError(
                "Cài đặt này đã có dữ liệu. Chỉ đưa bản sao lưu vào một cài đặt trống: cơ sở dữ liệu mới, "
                "DATA_DIR mới."
            )
