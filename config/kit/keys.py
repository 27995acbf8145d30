"""Key pairs for what has to become unreadable one day: one file a key, outside the database and its backups.

The public half names the key and seals; opening takes the file. When the file is destroyed, everything that was sealed
stays unreadable wherever a copy of it lies: dead rows, write-ahead log, standby, dump.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

SUFFIX = ".key"
# What sealing adds to the length of a content.
OVERHEAD = 48


class CannotOpen(Exception):
    """The key is lost or is another, or what was sealed was changed since."""


def folder() -> Path:
    """Where the keys lie. No backup takes it along."""
    return Path(settings.POLL_KEY_DIR or Path(settings.DATA_DIR) / "poll-keys")


def create() -> str:
    """Have a new key on disk, durably, and give its name; OSError when that cannot be done."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = PrivateKey.generate()
    name = bytes(secret.public_key).hex()
    handle = os.open(_path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(secret))
        file.flush()
        os.fsync(file.fileno())
    _flush(place)
    _flush(place.parent)
    return name


def exists(name: str) -> bool:
    """Tell whether the file of a key is there."""
    return bool(name) and _path(name).is_file()


def seal(name: str, content: bytes) -> bytes:
    """Make of a content what only the file of the key can open."""
    return SealedBox(PublicKey(bytes.fromhex(name))).encrypt(content)


def opened(name: str, boxes: Iterable[bytes]) -> list[bytes]:
    """The contents of sealed boxes; CannotOpen when it is not each and every one of them."""
    try:
        secret = PrivateKey(_path(name).read_bytes())
        if bytes(secret.public_key).hex() != name:
            raise CannotOpen
        return [SealedBox(secret).decrypt(bytes(box)) for box in boxes]
    except (OSError, CryptoError) as failed:
        raise CannotOpen from failed


def destroy(name: str) -> None:
    """Leave nothing of a key: overwritten, removed, and the folder written out. A key that is gone is no fault."""
    with suppress(FileNotFoundError):
        with _path(name).open("r+b") as file:
            file.write(os.urandom(PrivateKey.SIZE))
            file.flush()
            os.fsync(file.fileno())
        _path(name).unlink()
        _flush(folder())


def kept() -> dict[str, datetime]:
    """The names of all keys on disk, each with the moment it was made."""
    return {
        path.name.removesuffix(SUFFIX): datetime.fromtimestamp(path.stat().st_mtime, UTC)
        for path in folder().glob(f"*{SUFFIX}")
    }


def _path(name: str) -> Path:
    return folder() / f"{name}{SUFFIX}"


def _flush(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
