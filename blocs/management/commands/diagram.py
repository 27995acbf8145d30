from django.conf import settings
from django.core.management.base import BaseCommand

from blocs.reports import phase_diagram

PATH = "docs/phases.md"


class Command(BaseCommand):
    help = "Vẽ các giai đoạn của năm vào docs/phases.md."

    def handle(self, *args, **options):
        path = settings.BASE_DIR / PATH
        path.parent.mkdir(exist_ok=True)
        path.write_text(phase_diagram(), encoding="utf-8")
        self.stdout.write(f"Đã vẽ {PATH}.")
