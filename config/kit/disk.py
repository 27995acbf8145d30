"""A full disk, said in one sentence wherever it is met: a file, an upload on its way, the database, a backup."""

import errno

FULL = (
    "Máy chủ hết chỗ lưu nên chưa ghi được gì. Hãy báo quản trị dọn ổ đĩa rồi làm lại; những gì đã lưu trước đó "
    "vẫn còn nguyên."
)
_SIGNS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What PostgreSQL and its programs say.
_WORDS = "No space left on device"
_STATE = "53100"


def is_full(exception: BaseException | None) -> bool:
    """Tell whether an exception, or what caused it, says that nothing more can be written."""
    seen = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        if isinstance(exception, OSError) and exception.errno in _SIGNS:
            return True
        if getattr(exception, "pgcode", None) == _STATE or _WORDS in str(exception):
            return True
        exception = exception.__cause__ or exception.__context__
    return False
