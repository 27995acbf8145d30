from django.core.management.base import BaseCommand, CommandError

from blocs import queries


class Command(BaseCommand):
    help = "Kiểm tra những điều luôn phải đúng trong toàn bộ dữ liệu; in từng chỗ sai, mã thoát 1 khi có."

    def handle(self, *args, **options):
        found = queries.all_violations()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"Có {len(found)} chỗ sai.", returncode=1)
        self.stdout.write("Không có chỗ nào sai.")
