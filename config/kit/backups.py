"""A backup of database and files together: a folder of its own, sealed when a key is given. Knows no domain word."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from config.kit import boxes, dumps

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
SEALED = ".sealed"
# The newest backup of each of so many days, weeks and months that have any; what is older goes.
DAYS, WEEKS, MONTHS = 14, 8, 24
# A manifest has a line of some 80 bytes a file; more than a million files is no backup of this product.
MOST_MANIFEST_BYTES = 100 << 20
NAME = re.compile(r"[0-9a-f]{64}")


class Damaged(ValueError):
    """The folder is not a whole backup; the message names what is wrong."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: when it was made, the dump's hash and size, each file's size, the end of the journal's chain."""

    made_at: str
    dump_sha256: str
    dump_bytes: int
    files: dict[str, int]
    journal_head: str = ""


@dataclass(frozen=True)
class Folder:
    """A backup's folder, and the key that seals what is in it."""

    path: Path
    key: bytes | None = None

    def write(self, name: str, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Write one part; return hash and size of its content as it was before sealing."""
        digest, size = hashlib.sha256(), 0

        def noted() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                yield piece

        target = self._place(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("xb") as file:
                file.writelines(boxes.sealed(noted(), self.key) if self.key else noted())
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            raise
        except BaseException:
            target.unlink(missing_ok=True)  # on a full disk half a part only takes more room
            raise
        return digest.hexdigest(), size

    def read(self, name: str) -> Iterator[bytes]:
        """The content of one part, piece by piece."""
        with self._place(name).open("rb") as file:
            yield from boxes.opened(file, self.key) if self.key else pieces_of(file)

    def sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        for piece in self.read(name):
            digest.update(piece)
        return digest.hexdigest()

    def _place(self, name: str) -> Path:
        return self.path / (name + SEALED if self.key else name)


def stored_files() -> list[Path]:
    """Every whole file of the store."""
    found = (Path(settings.DATA_DIR) / FILES).glob("*/*")
    return sorted(path for path in found if NAME.fullmatch(path.name))


def file_part(sha256: str) -> str:
    """Where a stored file lies, in the store and in a backup alike."""
    return f"{FILES}/{sha256[:2]}/{sha256}"


def make(folder: Folder, *, made_at: str, journal_head: str) -> Manifest:
    """Back up database and files.

    The database first: whatever it names has been stored before, and stored files never change. The manifest last: a
    folder without it is half a backup.
    """
    dump_sha256, dump_bytes = folder.write(DUMP, dumps.dump())
    files = {}
    for path in stored_files():
        with path.open("rb") as file:
            sha256, files[path.name] = folder.write(file_part(path.name), pieces_of(file))
        if sha256 != path.name:
            raise Damaged(f"Tệp {path.name} bị hỏng trong kho. Hãy lấy lại từ bản sao lưu trước.")
    manifest = Manifest(made_at, dump_sha256, dump_bytes, files, journal_head)
    folder.write(MANIFEST, [json.dumps(asdict(manifest), indent=1).encode()])
    return manifest


def whole(folder: Folder) -> Manifest:
    """The manifest of a backup that is complete and undamaged, read piece by piece. Damaged otherwise."""
    try:
        manifest = _manifest(folder)
        wrong = [name for name in manifest.files if folder.sha256(file_part(name)) != name]
        if folder.sha256(DUMP) != manifest.dump_sha256:
            wrong.append(DUMP)
    except boxes.CannotOpen as sealed:
        raise Damaged(
            "Không mở được bản sao lưu: sai khóa BACKUP_KEY, hoặc tệp đã bị sửa, bị cắt."
        ) from sealed
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
        raise Damaged(_not_whole(folder)) from broken
    if wrong:
        raise Damaged(f"Bản sao lưu bị hỏng: {', '.join(wrong[:5])}.")
    return manifest


def _manifest(folder: Folder) -> Manifest:
    text = bytearray()
    for piece in folder.read(MANIFEST):
        text += piece
        if len(text) > MOST_MANIFEST_BYTES:
            raise ValueError("too long for a manifest")
    manifest = Manifest(**json.loads(text))
    if not all(NAME.fullmatch(name) for name in manifest.files):
        raise ValueError("a file is named by its hash")
    return manifest


def _not_whole(folder: Folder) -> str:
    other = MANIFEST if folder.key else MANIFEST + SEALED
    if (folder.path / other).exists():
        return (
            "Bản sao lưu này không mã hóa; hãy bỏ biến BACKUP_KEY rồi chạy lại."
            if folder.key
            else "Bản sao lưu này đã mã hóa; hãy đặt BACKUP_KEY bằng khóa đã dùng khi sao lưu."
        )
    return f"{folder.path} không phải là một bản sao lưu đầy đủ."


def kept(days: Iterable[date]) -> set[date]:
    """The days whose backups stay, of all those there are: the rule of DAYS, WEEKS and MONTHS."""
    newest_first = sorted(set(days), reverse=True)
    stay = set(newest_first[:DAYS])
    for most, span in ((WEEKS, _week), (MONTHS, _month)):
        seen = []
        for day in newest_first:
            if span(day) not in seen:
                seen.append(span(day))
                stay |= {day} if len(seen) <= most else set()
    return stay


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


def tidy(parent: Path) -> list[str]:
    """Remove the whole backups of a folder that the rule does not keep; only folders named by a day are looked at."""
    days = {}
    for path in parent.iterdir():
        if any((path / name).exists() for name in (MANIFEST, MANIFEST + SEALED)):
            try:
                days[date.fromisoformat(path.name)] = path
            except ValueError:
                continue
    gone = [path for day, path in sorted(days.items()) if day not in kept(days)]
    for path in gone:
        shutil.rmtree(path)
    return [path.name for path in gone]


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(boxes.PIECE):
        yield piece
