from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blocs import imports, queries, reports, services
from config.kit.refusals import Refused


class Command(BaseCommand):
    help = "Nhập đơn vị, khối, thành viên, người dùng từ một sổ tính (docs/workbooks.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx")
        parser.add_argument("--province", metavar="SLUG", required=True, help="tên tỉnh trong địa chỉ")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và kiểm tra, không ghi")
        parser.add_argument("--by", metavar="USERNAME", help="người nhập; mặc định là quản trị của tỉnh")

    def handle(self, *args, file, province, dry_run, by, **options):
        at = timezone.now()
        try:
            place = queries.province_of_slug(province)
            plan = services.import_directory(
                province=self._known(place, "tỉnh dùng tên địa chỉ này. Hãy xem lại --province."),
                lines=imports.read_directory(self._content(file)),
                by=self._person(place, by, at),
                at=at,
                dry_run=dry_run,
            )
        except Refused as refused:
            for reason in refused.reasons:
                self.stderr.write(reason)
            raise CommandError("Chưa ghi gì.") from refused
        self._print(plan)
        self.stdout.write("Đọc được, chưa ghi gì (--dry-run)." if dry_run else "Đã nhập.")

    def _content(self, file):
        try:
            return Path(file).read_bytes()
        except OSError as wrong:
            raise CommandError(f"Không đọc được tệp {file}.") from wrong

    def _known(self, found, words):
        if found is None:
            raise Refused([f"Không có {words}"])
        return found

    def _person(self, place, username, at):
        if username:
            return self._known(queries.person_named(username), f"người dùng {username}. Hãy xem lại --by.")
        found = queries.administrators_of(place, queries.today(at)).first()
        return self._known(found, "người quản trị của tỉnh. Hãy ghi --by.")

    def _print(self, plan):
        for sheet in reports.roster_sheets(plan):
            self.stdout.write(sheet.summary)
            for line in sheet.lines:
                self.stdout.write(f"  dòng {line.number}: {line.words}")
        for question in plan.unanswered:
            self.stdout.write(f"Phải trả lời ở cột “Trùng tên”, {question.where}: {question.sentence}")
            for option in question.options:
                self.stdout.write(f"  {option.value}: {option.label}")
