import os

import pytest

from config.kit import blobs


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_a_content_is_kept_under_its_own_hash_once():
    name = blobs.put(b"noi dung")

    assert blobs.put(b"noi dung") == name
    assert blobs.get(name) == b"noi dung"
    assert blobs.is_whole(name)


def test_a_changed_or_lost_content_is_not_whole():
    name = blobs.put(b"noi dung")
    blobs.path_of(name).write_bytes(b"khac")

    assert not blobs.is_whole(name)
    assert not blobs.is_whole("0" * 64)
    with pytest.raises(FileNotFoundError):
        blobs.get("0" * 64)


def test_a_write_that_breaks_leaves_nothing(monkeypatch, tmp_path):
    def fail(*args):
        raise OSError("đĩa đầy")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="đĩa đầy"):
        blobs.put(b"noi dung")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
