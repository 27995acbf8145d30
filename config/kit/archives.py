"""Files that go out together: one that cannot be made is listed, and the rest is carried."""

import logging
from collections.abc import Callable, Iterable, Iterator

from config.kit import disk
from config.kit.typed import clean

LOG = logging.getLogger(__name__)
MISSING_FILE = "TEP-CON-THIEU.txt"
NOT_MADE = (
    "Không lập được tệp này. Lỗi đã ghi lại cho quản trị; hãy mở trang của tệp để xem lý do, sửa rồi tải lại."
)
LOST = "Tệp đã lưu không còn trong kho. Hãy báo quản trị lấy lại từ bản sao lưu."


def carried(
    items: Iterable[tuple[str, Callable[[], bytes]]], missing: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Each path with its content; `missing` is given path → sentence of what could not be made."""
    for name, render in items:
        path = safe_path(name)
        try:
            content = render()
        except FileNotFoundError:
            LOG.exception("%s is lost", path)
            missing[path] = LOST
        except Exception as broken:  # whatever breaks one paper, the others are still wanted
            if disk.is_full(broken):
                raise
            LOG.exception("%s cannot be made", path)
            missing[path] = NOT_MADE
        else:
            yield path, content


def safe_path(name: str) -> str:
    """A path inside an archive: no way out of it, no signs that a file system does not keep."""
    parts = (clean(part).replace("\n", " ") for part in name.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "tep"


def missing_text(missing: dict[str, str]) -> str:
    """What is missing, as a text file beside the others."""
    return "".join(f"{path}: {sentence}\n" for path, sentence in sorted(missing.items()))
