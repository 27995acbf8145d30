from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import security
from accounts.enums import SecurityKind
from blocs.models import Cycle
from config.kit import blobs
from documents.reports import carried_of, index_json


class Command(BaseCommand):
    help = "Write a year's archive into a folder: papers, tables and index.json with the sha256 of each."

    def add_arguments(self, parser):
        parser.add_argument("province")
        parser.add_argument("bloc")
        parser.add_argument("year", type=int)
        parser.add_argument("dir", type=Path)

    def handle(self, *, province, bloc, year, dir, **options):
        cycle = (
            Cycle.objects.select_related("bloc__province")
            .filter(bloc__province__slug=province, bloc__slug=bloc, year=year)
            .first()
        )
        if cycle is None:
            raise CommandError(f"Không có năm thi đua {province}/{bloc}/{year}.")
        security.record(SecurityKind.EXPORTED, user=None, at=timezone.now(), note=f"export_cycle {cycle}")
        index, missing = {}, {}
        for name, content in carried_of(cycle, missing):
            path = dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            index[name] = blobs.sha256_of(content)
        dir.mkdir(parents=True, exist_ok=True)
        (dir / "index.json").write_text(index_json(cycle, index, missing), encoding="utf-8")
        self.stdout.write(f"{len(index)} tệp trong {dir}")
        if missing:
            raise CommandError("\n".join(f"{path}: {sentence}" for path, sentence in sorted(missing.items())))
