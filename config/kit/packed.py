"""A packed file is measured before anything in it is read: how many members, how large unpacked, how tightly packed.

A few kilobytes can unfold into gigabytes. What is measured here is what Python's reader then keeps to: it never gives
more of a member than its entry in the directory says.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MB = 1024 * 1024
PIECE = 64 * 1024
BROKEN = "Tệp này bị hỏng, không mở được."
_END = b"PK\x05\x06"
# The longest comment of an archive, and the record that stands before it.
_LONGEST_END = 65_535 + 22
# What one entry of the directory takes at most in an honest file: its name, its marks, its comment.
_ENTRY = 1024


@dataclass(frozen=True)
class Bounds:
    """How much of a packed file may be opened; a small file may be packed as tightly as it likes."""

    members: int
    unpacked: int
    ratio: int = 200
    small: int = 10 * MB


# An attachment: only people open it. A workbook: this program reads all of it.
ATTACHMENT = Bounds(members=5_000, unpacked=300 * MB)
WORKBOOK = Bounds(members=500, unpacked=40 * MB)


class TooLarge(ValueError):
    """What stands in a packed file is more than may be opened; the message is a sentence."""


@contextmanager
def opened(content: bytes, bounds: Bounds) -> Iterator[zipfile.ZipFile]:
    """The archive, once it is known to stay within bounds; ValueError with a sentence otherwise."""
    try:
        _measure_directory(content, bounds)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure_members(archive, len(content), bounds)
            yield archive
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, KeyError) as broken:
        raise ValueError(BROKEN) from broken


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """A member in pieces: never the whole of it at once."""
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            yield piece


def _measure_directory(content: bytes, bounds: Bounds) -> None:
    """The directory of an archive is read as a whole by whoever opens it, so it is measured at its end record."""
    at = content.rfind(_END, max(len(content) - _LONGEST_END, 0))
    if at < 0 or len(content) < at + 22:
        raise zipfile.BadZipFile
    entries, size = struct.unpack("<HI", content[at + 10 : at + 16])
    if entries > bounds.members or size > bounds.members * _ENTRY:
        raise TooLarge(f"Tệp này gồm quá nhiều phần ({entries}). Hãy lưu lại thành tệp mới rồi gửi.")


def _measure_members(archive: zipfile.ZipFile, packed: int, bounds: Bounds) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > bounds.members:
        raise TooLarge(f"Tệp này gồm quá nhiều phần ({len(members)}). Hãy lưu lại thành tệp mới rồi gửi.")
    if unpacked > bounds.unpacked or unpacked > max(bounds.small, packed * bounds.ratio):
        raise TooLarge(
            f"Tệp này mở ra quá lớn ({unpacked // MB} MB). Hãy bỏ bớt hình ảnh, trang thừa, hoặc chép phần cần gửi "
            "sang một tệp mới."
        )
