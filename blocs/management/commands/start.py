from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from blocs import queries, services
from blocs.enums import Role
from blocs.rules import province_labels
from config.kit.refusals import Refused
from config.kit.typed import clean


class Command(BaseCommand):
    help = "Cài đặt thật lần đầu: lập tỉnh, người quản trị và một liên kết đặt mật khẩu dùng một lần."

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="PROVINCE_SLUG", help="tên tỉnh trong địa chỉ, ví dụ kien-giang")
        parser.add_argument("name", metavar="NAME", help="tên tỉnh, ví dụ “Kiên Giang”")
        parser.add_argument("--admin", metavar="USERNAME", required=True, help="tên đăng nhập quản trị")
        parser.add_argument("--full-name", default="Quản trị", help="họ và tên người quản trị")
        parser.add_argument("--office", default="", help="tên cơ quan thường trực, nếu khác tên thường dùng")

    def handle(self, *args, slug, name, admin, full_name, office, **options):
        if queries.demonstration_exists():
            raise CommandError(
                "Cơ sở dữ liệu này đang có dữ liệu trình diễn. Cài đặt thật cần một cơ sở dữ liệu trống."
            )
        try:
            link = self._start(slug, clean(name), clean(admin), clean(full_name), clean(office))
        except Refused as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        self.stdout.write(f"Đã lập {clean(name)}. Người quản trị: {admin}.")
        self.stdout.write("Mở liên kết sau để đặt mật khẩu; liên kết dùng một lần, trong 24 giờ:")
        self.stdout.write(f"{settings.SITE_URL}{link}")

    @transaction.atomic
    def _start(self, slug, name, admin, full_name, office):
        at = timezone.now()
        if queries.province_exists(slug):
            raise Refused([f"Đã có tỉnh dùng tên địa chỉ {slug}. Hãy chọn tên khác."])
        labels = province_labels(name, office)
        province = services.create_province(by=None, at=at, slug=slug, **labels)
        person = queries.person_named(admin) or services.create_person(
            province=province, by=None, at=at, username=admin, full_name=full_name
        )
        services.appoint(
            user=person, role=Role.ADMIN, province=province, by=None, at=at, from_on=queries.today(at)
        )
        return services.issue_reset_link(user=person, province=province, by=None, at=at)
