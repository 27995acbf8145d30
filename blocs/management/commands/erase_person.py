from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blocs import queries, services
from config.kit.refusals import Refused


class Command(BaseCommand):
    help = "Xóa hộp thư, điện thoại, mật khẩu, bước xác thực và phiên của một người không còn vai trò nào."

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--reason", required=True, metavar="LÝ DO", help="ghi vào nhật ký")

    def handle(self, *args, username, reason, **options):
        person = queries.person_named(username)
        if person is None:
            raise CommandError(f"Không có tài khoản {username}.")
        try:
            services.erase_person(user=person, reason=reason, by=None, at=timezone.now())
        except Refused as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        self.stdout.write(
            f"Đã xóa thông tin liên hệ và đăng nhập của {person}. Họ tên và việc đã làm vẫn lưu."
        )
