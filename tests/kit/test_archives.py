"""Files that go out together: one that cannot be made is named, the rest is carried; names lead nowhere else."""

import errno

import pytest

from config.kit.archives import LOST, NOT_MADE, carried, missing_text, safe_path


def broken(exception):
    def render():
        raise exception

    return render


def test_one_that_cannot_be_made_is_listed_and_the_rest_is_carried():
    missing = {}
    items = [("a.pdf", lambda: b"a"), ("b.pdf", broken(ValueError("x"))), ("c.pdf", broken(FileNotFoundError("c"))),
             ("d.pdf", lambda: b"d")]  # fmt: skip

    assert list(carried(items, missing)) == [("a.pdf", b"a"), ("d.pdf", b"d")]
    assert missing == {"b.pdf": NOT_MADE, "c.pdf": LOST}
    assert missing_text(missing) == f"b.pdf: {NOT_MADE}\nc.pdf: {LOST}\n"


def test_a_full_disk_is_no_missing_file():
    with pytest.raises(OSError):
        list(carried([("a.pdf", broken(OSError(errno.ENOSPC, "…")))], {}))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../a.pdf", "a.pdf"),
        ("/etc/a", "etc/a"),
        ("b\\..\\c.pdf", "b/c.pdf"),
        ("a\x0bb\x00.pdf", "a b.pdf"),
        ("..", "tep"),
    ],
)
def test_a_name_leads_nowhere_else(name, path):
    assert safe_path(name) == path
