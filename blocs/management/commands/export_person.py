import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from blocs import queries


class Command(BaseCommand):
    help = "Xuất dữ liệu cá nhân của một người (tài khoản, vai trò, lần đăng nhập, việc đã làm) ra tệp JSON."

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("file", metavar="FILE.json", type=Path)

    def handle(self, *args, username, file, **options):
        person = queries.person_named(username)
        if person is None:
            raise CommandError(f"Không có tài khoản {username}.")
        if file.exists():
            raise CommandError(f"Đã có tệp {file}. Hãy chọn tên khác.")
        data = json.dumps(queries.personal_data(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        file.touch(mode=0o600)
        file.write_text(data, encoding="utf-8")
        self.stdout.write(f"Đã xuất dữ liệu cá nhân của {person} vào {file}.")
