from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from scoring.imports import converted_frame, guidance_book


class Command(BaseCommand):
    help = "Chuyển bảng khung tiêu chí Thanh Hóa 2026 (CSV) thành sổ tính hướng dẫn chấm điểm (xlsx)."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="FILE.csv")
        parser.add_argument("target", metavar="FILE.xlsx")

    def handle(self, *args, source, target, **options):
        try:
            text = Path(source).read_text(encoding="utf-8")
        except OSError as wrong:
            raise CommandError(f"Không đọc được tệp {source}.") from wrong
        made = converted_frame(text)
        Path(target).write_bytes(guidance_book(made.board()))
        self.stdout.write(f"Đã ghi {len(made.rows)} dòng vào {target}.")
