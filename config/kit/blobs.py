"""Files named by their content under DATA_DIR. A file is whole or absent, and never changes."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings


def sha256_of(content: bytes) -> str:
    """The name of a content."""
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> Path:
    """Where a content lies."""
    return Path(settings.DATA_DIR) / "files" / sha256[:2] / sha256


def put(content: bytes) -> str:
    """Store a content durably, before the row that names it."""
    path = path_of(sha256_of(content))
    if path.exists():
        os.utime(path)  # young again: the sweep leaves it for the row that is about to name it
        return path.name
    return put_pieces([content])


def put_pieces(pieces: Iterable[bytes]) -> str:
    """Store a content that comes in pieces: written aside, flushed, then renamed to its name, which is returned."""
    folder = Path(settings.DATA_DIR) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, aside = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        path = path_of(digest.hexdigest())
        path.parent.mkdir(exist_ok=True)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)
    return path.name


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def get(sha256: str) -> bytes:
    """The content; FileNotFoundError when it is lost."""
    return path_of(sha256).read_bytes()


def is_whole(sha256: str) -> bool:
    """Tell whether the content is there and still is what its name says."""
    path = path_of(sha256)
    return path.is_file() and sha256_of(path.read_bytes()) == sha256


def older_than(moment: datetime) -> Iterator[Path]:
    """Every stored file, half-written ones too, that nobody touched since a moment."""
    for path in (Path(settings.DATA_DIR) / "files").rglob("*"):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield path
