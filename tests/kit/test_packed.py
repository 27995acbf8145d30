"""A packed file is measured before it is read: no more of it is unpacked than may be, and a sentence says why."""

import struct
import tracemalloc
import zipfile
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from config.kit import books, filetypes, packed
from config.kit.refusals import Refused

MB = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
ROOT = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def zipped(*parts):
    """A packed file of pairs of name and content, or of name and how many zeros stand in it."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts:
            with target.open(name, "w", force_zip64=False) as member:
                if isinstance(content, int):
                    for _ in range(content // MB):
                        member.write(b"0" * MB)
                else:
                    member.write(content.encode() if isinstance(content, str) else content)
    return stream.getvalue()


@contextmanager
def peak_below(limit):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["mimetype", "word/media/image1.png", "word/document.xml"])
def test_a_member_that_unfolds_into_hundreds_of_megabytes_is_never_unfolded(name):
    content = zipped((name, 400 * MB), ("word/document.xml" if name == "mimetype" else "a", "x"))

    with peak_below(8 * MB), pytest.raises(ValueError, match="mở ra quá lớn"):
        filetypes.content_type_of(content)


def test_a_large_mimetype_is_read_no_further_than_its_name_is_long():
    content = zipped(("mimetype", 9 * MB), ("word/document.xml", "x"))

    with peak_below(2 * MB):
        assert filetypes.content_type_of(content) == filetypes.WORD


def test_a_tightly_packed_file_is_refused_where_it_is_no_longer_small():
    with pytest.raises(ValueError, match="mở ra quá lớn"):
        filetypes.content_type_of(zipped(("word/document.xml", 30 * MB)))
    assert filetypes.content_type_of(zipped(("word/document.xml", 9 * MB))) == filetypes.WORD


def test_a_directory_of_countless_members_is_not_read():
    content = zipped(("xl/workbook.xml", "x"), *((f"{n}", "") for n in range(6000)))

    with peak_below(4 * MB), pytest.raises(ValueError, match="quá nhiều phần"):
        filetypes.content_type_of(content)


def test_a_directory_that_tells_fewer_than_it_holds_is_measured_by_its_length():
    content = bytearray(zipped(*((f"{n:0200d}", "") for n in range(600))))
    at = content.rfind(b"PK\x05\x06")
    struct.pack_into("<H", content, at + 10, 1)

    with (
        pytest.raises(ValueError, match="quá nhiều phần"),
        packed.opened(bytes(content), packed.Bounds(100, MB)),
    ):
        pass


def test_more_members_than_were_told_are_counted():
    content = bytearray(zipped(*((f"{n}", "") for n in range(20))))
    struct.pack_into("<H", content, content.rfind(b"PK\x05\x06") + 10, 1)

    with (
        pytest.raises(ValueError, match="quá nhiều phần"),
        packed.opened(bytes(content), packed.Bounds(10, MB)),
    ):
        pass


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100, b"PK\x05\x06"])
def test_what_is_no_archive_is_broken(content):
    with pytest.raises(ValueError, match="bị hỏng"), packed.opened(content, packed.WORKBOOK):
        pass


def refused(content):
    with peak_below(24 * MB), pytest.raises(Refused) as why:
        books.open_pages(content)
    return why.value.reasons[0]


def book(body, **more):
    return zipped(
        ("xl/workbook.xml", more.get("workbook", "<workbook/>")), (SHEET, f"{ROOT}{body}</worksheet>")
    )


def test_cells_are_counted_only_as_far_as_may_be():
    row = "<row>" + '<c r="A1" s="1"/>' * 1000 + "</row>"

    assert "nhiều hơn 100.000 ô" in refused(book(f"<sheetData>{row * 300}</sheetData>"))
    assert "mở ra quá lớn" in refused(book(f"<sheetData>{row * 1000}</sheetData>"))


@pytest.mark.parametrize("part", ['<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
                                  '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'])  # fmt: skip
def test_what_spans_a_whole_sheet_counts_with_all_its_cells(part):
    assert "nhiều hơn 100.000 ô" in refused(book(f"<sheetData/>{part}"))


def test_cells_count_wherever_their_sheet_is_hidden():
    row = "<row>" + '<c r="A1" s="1"/>' * 1000 + "</row>"
    hidden = zipped(
        ("xl/workbook.xml", "<workbook/>"), ("xl/media/image1.png", f"{ROOT}{row * 200}</worksheet>")
    )

    assert "nhiều hơn 100.000 ô" in refused(hidden)


def test_rows_count_over_all_sheets(monkeypatch):
    monkeypatch.setattr(books, "MOST_ROWS_IN_ALL", 3)
    row = "<row><c><v>1</v></c></row>"
    many = zipped(("xl/workbook.xml", "<workbook/>"),
                  *((f"xl/worksheets/sheet{n}.xml", f"{ROOT}{row * 2}</worksheet>") for n in (1, 2)))  # fmt: skip

    assert "nhiều hơn" in refused(many)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_every_encoding(encoding):
    trap = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'.encode(encoding)

    assert "bị hỏng" in refused(zipped(("xl/workbook.xml", "<workbook/>"), (SHEET, trap)))


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500
STRICT = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (OLD + "Workbook".encode("utf-16-le"), "sổ tính kiểu cũ (xls), kể cả khi tên có đuôi xlsx"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "có mật khẩu mở. Hãy bỏ mật khẩu"),
        (OLD + "WordDocument".encode("utf-16-le"), "Word kiểu cũ"),
        (book("", workbook=STRICT), "kiểu Strict Open XML"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "trang web (HTML) được đổi đuôi thành xlsx"),
        (b"%PDF-1.7", "tệp PDF, không phải sổ tính Excel"),
        (zipped(("word/document.xml", "x")), "văn bản Word, không phải sổ tính"),
        (zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")), "OpenDocument (ods)"),
        (b"\x89PNG\r\n\x1a\n", "ảnh, không phải sổ tính"),
        ("TT,Nội dung\n1,2".encode(), "không phải sổ tính Excel (xlsx)"),
        (zipped(("xl/workbook.bin", "x")), "Không nhận tệp nén"),
        (b"", "rỗng"),
    ],
)
def test_each_other_file_gets_the_sentence_that_helps(content, sentence):
    said = refused(content)

    assert sentence in said
    assert not content or "Lưu thành" in said


def opened(**cells):
    made = Workbook()
    for at, (value, form) in cells.items():
        made.active[at] = value
        made.active[at].number_format = form
    stream = BytesIO()
    made.save(stream)
    page = books.open_pages(stream.getvalue())["Sheet"]
    return {cell.at: cell for row in page.rows for cell in row}


def test_92_per_cent_is_92_where_per_cent_is_asked_for_and_a_fault_elsewhere():
    cells = opened(A1=(0.92, "0%"), A2=(0.925, "0.0%"), A3=("92 %", "@"), A4=(0.92, "General"))

    assert [books.a_number(cells[at], percent=True) for at in ("A1", "A2", "A3", "A4")] == [
        92,
        Decimal("92.5"),
        92,
        Decimal("0.92"),
    ]
    with pytest.raises(ValueError, match=r"ô này định dạng phần trăm .92 %."):
        books.a_number(cells["A1"])
    assert books.a_text(cells["A2"]) == "92,5 %"


def test_a_name_merged_over_rows_stands_in_each_of_them():
    made = Workbook()
    page = made.active
    page["A1"], page["B1"], page["B2"], page["A4"], page["B4"] = "Khối 1", "Sở A", "Sở B", "Khối 2", "Sở C"
    page.merge_cells("A1:A2")
    page.merge_cells("A4:B4")
    stream = BytesIO()
    made.save(stream)

    rows = books.open_pages(stream.getvalue())["Sheet"].rows

    assert [[cell.value for cell in row] for row in rows] == [
        ["Khối 1", "Sở A"],
        ["Khối 1", "Sở B"],
        ["Khối 2", None],
    ]


def test_rows_that_say_nothing_are_left_out_of_a_body():
    lines = [["TT", "Nội dung"], ["(1)", "(2)"], ["1", "Một"], [None, "Tổng cộng"], ["2", "Hai"],
             [None, "NGƯỜI LẬP"], [None, "Nguyễn Văn A"]]  # fmt: skip
    rows = tuple(tuple(books.Cell("A1", value) for value in line) for line in lines)

    assert [row[1].value for row in books.body_of(books.Page("x", rows), 0)] == ["Một", "Hai"]
