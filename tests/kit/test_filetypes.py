from io import BytesIO
from zipfile import ZipFile

import pytest

from config.kit import filetypes


def packed(**names):
    stream = BytesIO()
    with ZipFile(stream, "w") as book:
        for name, content in names.items():
            book.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", filetypes.PDF),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"II*\x00", "image/tiff"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (packed(word__document_dot_xml="x"), filetypes.WORD),
        (packed(xl__workbook_dot_xml="x"), filetypes.EXCEL),
        (packed(ppt__presentation_dot_xml="x"), filetypes.SLIDES),
        (
            packed(mimetype="application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_a_type_is_read_from_the_content(content, kind):
    assert filetypes.content_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "rỗng"),
        (b"MZ\x90\x00", "Không nhận loại tệp này"),
        (b"<html>", "Không nhận loại tệp này"),
        (b"\x00MZ%PDF-1.4", "Không nhận loại tệp này"),
        (b"PK\x03\x04broken", "bị hỏng"),
        (packed(a_dot_exe="MZ"), "Không nhận tệp nén"),
        (packed(xl__workbook_dot_xml="x", xl__vbaProject_dot_bin="x"), "có macro"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kiểu cũ"),
    ],
)
def test_what_is_not_kept_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        filetypes.content_type_of(content)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("báo cáo.pdf", "báo cáo.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\tam\\a.exe", "a.pdf"),
        ('x"\r\n<y>.pdf', "xy.pdf"),
        ("", "tep.pdf"),
        ("...", "tep.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
    ],
)
def test_a_name_is_bare_and_ends_as_the_content_does(name, kept):
    assert filetypes.safe_name(name, filetypes.PDF) == kept
