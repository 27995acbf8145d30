from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blocs import queries
from config.kit.chain import heads_in


class Command(BaseCommand):
    help = (
        "Kiểm tra những điều luôn phải đúng trong toàn bộ dữ liệu, kể cả chuỗi nhật ký; in từng chỗ sai, "
        "mã thoát 1 khi có."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--head",
            metavar="MÃ|TỆP",
            help="mã của chuỗi nhật ký được giữ bên ngoài, hoặc tệp chứa các mã ấy: mã nào không có trong chuỗi là "
            "dữ liệu đã bị viết lại",
        )

    def handle(self, *args, head=None, **options):
        found = [*(queries.head_faults(_heads(head)) if head else []), *queries.all_violations()]
        for sentence in found:
            self.stdout.write(sentence)
        if last := queries.chain_head():
            self.stdout.write(f"Chuỗi nhật ký: {last}")
        if found:
            raise CommandError(f"Có {len(found)} chỗ sai.", returncode=1)
        self.stdout.write("Không có chỗ nào sai.")


def _heads(given):
    """The heads that were kept: typed, or in the file that `nightly` appends to."""
    try:
        text = Path(given).read_text()
    except OSError:
        text = given
    heads = heads_in(text)
    if not heads:
        raise CommandError(f"Trong “{given}” không có mã nào của chuỗi nhật ký (64 chữ số hệ mười sáu).")
    return heads
