from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blocs.queries import person_named, province_of_slug
from config.kit.figures import points_text
from config.kit.refusals import Refused
from scoring import imports, queries, services


class Command(BaseCommand):
    help = "Nhập hướng dẫn chấm điểm và khung tiêu chí từ sổ tính (docs/workbooks.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx")
        parser.add_argument("--province", metavar="SLUG", required=True, help="tên tỉnh trong địa chỉ")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và kiểm tra, không ghi")
        parser.add_argument(
            "--by", metavar="USERNAME", help="người nhập; mặc định là cơ quan thường trực của tỉnh"
        )

    def handle(self, *args, file, province, dry_run, by, **options):
        at = timezone.now()
        try:
            place = province_of_slug(province)
            person = self._person(place, by, at)
            read = imports.read_guidance(self._content(file))
            self._print(read)
            services.import_guidance(
                province=place, law=read.law, rows=read.rows, by=person, at=at, dry_run=dry_run
            )
        except Refused as refused:
            for reason in refused.reasons:
                self.stderr.write(reason)
            raise CommandError("Chưa ghi gì.") from refused
        done = "Đọc được, chưa ghi gì (--dry-run)." if dry_run else f"Đã nhập {read.law['number']}: dự thảo."
        self.stdout.write(done)

    def _content(self, file):
        try:
            return Path(file).read_bytes()
        except OSError as wrong:
            raise CommandError(f"Không đọc được tệp {file}.") from wrong

    def _person(self, place, username, at):
        if place is None:
            raise Refused(["Không có tỉnh dùng tên địa chỉ này. Hãy xem lại --province."])
        if username:
            person = person_named(username)
            if person is None:
                raise Refused([f"Không có người dùng {username}. Hãy xem lại --by."])
            return person
        writers = queries.writers_of(place, at)
        if not writers:
            raise Refused([f"{place} chưa có người của cơ quan thường trực. Hãy thêm, hoặc ghi --by."])
        return writers[0]

    def _print(self, read):
        self.stdout.write(f"{read.law['number']}: {read.law['title']}")
        leaves = sum(bool(row["kind"]) for row in read.rows)
        self.stdout.write(
            f"{len(read.rows)} dòng, {leaves} tiêu chí; thang {points_text(read.law['scale'])} điểm."
        )
        for code, title, nature, most, total in read.sums():
            self.stdout.write(
                f"  {code} {title} ({nature}): {points_text(most)}; các mục cộng {points_text(total)}"
            )
        findings = read.findings()
        self.stdout.write(
            f"Bộ kiểm tra nêu {len(findings)} điều." if findings else "Bộ kiểm tra không nêu gì."
        )
        for sentence in findings:
            self.stdout.write(f"  - {sentence}")
