"""Build the demonstration data, or set one of its years back for walking it by hand."""

import contextlib
import logging

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocs.models import Cycle, Province
from config.kit import triggers
from meetings.demo import reset, sample, stories

WALKED = ("kien-giang", "khoi-4", 2019)


@contextlib.contextmanager
def _made_up_people():
    """Their roles stand in the journal; a line of the log for each of two hundred would hide what a person reads."""
    log = logging.getLogger("security")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


class Command(BaseCommand):
    help = (
        "Dựng dữ liệu trình diễn (cơ sở dữ liệu phải trống); --walk đưa Khối 4 Kiên Giang 2019 về năm trống."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--walk", action="store_true", help="đưa kien-giang/khoi-4/2019 về giai đoạn chuẩn bị"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="không làm gì khi cơ sở dữ liệu đã có dữ liệu"
        )

    def handle(self, *args, **options):
        if options["walk"]:
            return self.walk()
        if User.objects.exists() or Province.objects.exists():
            if options["if_empty"]:
                return None
            raise CommandError(
                "Cơ sở dữ liệu đã có dữ liệu. Dữ liệu trình diễn chỉ dựng trên cơ sở dữ liệu trống."
            )
        self.stdout.write("Đang dựng dữ liệu trình diễn…")
        with _made_up_people(), transaction.atomic():
            admin, password_hash = stories.tell_all()
            sample.build(admin, password_hash)
        self.stdout.write("Đã dựng dữ liệu trình diễn: năm khối từ năm bài viết và Tỉnh mẫu.")
        return None

    def walk(self):
        province, bloc, year = WALKED
        cycle = Cycle.objects.filter(
            bloc__province__slug=province, bloc__province__is_demo=True, bloc__slug=bloc, year=year
        ).first()
        if cycle is None:
            raise CommandError(
                "Không có dữ liệu trình diễn của Khối thi đua 4, Kiên Giang. Hãy chạy lệnh demo trước."
            )
        if not triggers.may_be_set_aside():
            raise CommandError(
                "Vai đang dùng trong DATABASE_URL không gỡ được dữ liệu đã ký, đã khóa. "
                "Hãy chạy lại bằng vai chủ cơ sở dữ liệu (thidua_owner)."
            )
        reset.empty(cycle, at=timezone.now())
        self.stdout.write("Khối thi đua 4, Kiên Giang, năm 2019 đã về giai đoạn chuẩn bị, chưa có dữ liệu.")
