"""A workbook that somebody sends, opened with care, and its cells read with a sentence for every fault."""

import unicodedata
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from config.kit import filetypes, packed, typed
from config.kit.refusals import Refused
from config.kit.tables import MOST_LETTERS, write_cell
from config.kit.text import day, number, plain_words
from config.kit.typed import clean

MOST_ROWS = 1000
MOST_ROWS_IN_ALL = 10_000
# With those that are only formatted, and those that a merge or a link spans.
MOST_CELLS = 100_000
MOST_COLUMNS = 100
MOST_BYTES = 5 * 1024 * 1024
HEADER_WITHIN = 12
SAVE_AS = "Hãy mở bằng Excel, chọn Lưu thành (Save As), kiểu “Excel Workbook (*.xlsx)”, rồi gửi tệp mới."
BROKEN = f"Tệp này bị hỏng, không mở được. {SAVE_AS}"
STRICT = f"Tệp này lưu kiểu Strict Open XML, hệ thống không đọc được. {SAVE_AS}"
NOT_XLSX = f"Tệp này không phải sổ tính Excel (xlsx). {SAVE_AS}"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, with the sheet and the cell where it stands."""

    sheet: str
    cell: str
    sentence: str

    def __str__(self):
        if not self.sheet:
            return self.sentence
        where = f"Trang “{self.sheet}”" + (f", ô {self.cell}" if self.cell else "")
        return f"{where}: {self.sentence}"


class RefusedBook(Refused):
    """A workbook that cannot be taken; `faults` holds every reason with its place."""

    def __init__(self, faults):
        self.faults = tuple(faults)
        super().__init__([str(fault) for fault in self.faults])


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; `value` of a formula is the result that Excel kept."""

    at: str
    value: object = None
    is_formula: bool = False
    is_error: bool = False
    is_percent: bool = False


@dataclass(frozen=True)
class Page:
    """One worksheet as rows of cells."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    state: str = "visible"


def name_of(text):
    """A name of a sheet, a column or a choice as it is compared: without marks and punctuation."""
    return plain_words(text)


def same_words(text):
    """A text as it is compared where marks do matter."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


# Opening


def open_pages(content):
    """The sheets of a workbook by name; Refused before anything is parsed when it is too large or no workbook."""
    if len(content) > MOST_BYTES:
        raise Refused([f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy bỏ bớt hình ảnh, trang thừa."])
    if why := why_no_workbook(content):
        raise Refused([why])
    has_formulas = _preflight(content)
    book = _loaded(content, data_only=False)
    results = _loaded(content, data_only=True) if has_formulas else book
    pages = [_page(sheet, kept) for sheet, kept in zip(book.worksheets, results.worksheets, strict=True)]
    return {page.title: page for page in pages}


def why_no_workbook(content):
    """A sentence that helps whoever sent something else than a workbook; nothing for a workbook."""
    if content.startswith(filetypes.OLD_OFFICE):
        return _old_file(content)
    try:
        kind = filetypes.content_type_of(content)
    except ValueError as wrong:
        words = str(wrong)
        if content.startswith(b"PK") or not content:
            return words.replace(filetypes.ALLOWED, SAVE_AS)
        kind = "trang web (HTML)" if b"<" in content[:1].strip() or b"<html" in content[:2000].lower() else ""
        return f"Tệp này là {kind} được đổi đuôi thành xlsx. {SAVE_AS}" if kind else NOT_XLSX
    if kind == filetypes.EXCEL:
        return ""
    return f"Tệp này là {filetypes.LABELS.get(kind, 'ảnh')}, không phải sổ tính Excel. {SAVE_AS}"


def _old_file(content):
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"Tệp này có mật khẩu mở. Hãy bỏ mật khẩu rồi gửi: {SAVE_AS[4:5].lower()}{SAVE_AS[5:]}"
    if "WordDocument".encode("utf-16-le") in content:
        return f"Tệp này là văn bản Word kiểu cũ, không phải sổ tính Excel. {SAVE_AS}"
    return f"Tệp này là sổ tính kiểu cũ (xls), kể cả khi tên có đuôi xlsx. {SAVE_AS}"


def _preflight(content):
    """Count rows and cells and look for traps in the packed file itself; tells whether there are formulas."""
    look = _Look()
    try:
        with packed.opened(content, packed.WORKBOOK) as archive:
            for member in archive.infolist():
                look.over(packed.pieces(archive, member))
    except packed.TooLarge as large:
        raise Refused([str(large)]) from large
    except ValueError as broken:
        raise Refused([BROKEN]) from broken
    return look.has_formulas


class _Look:
    """Counts what a workbook holds while its parts stream by; stops at the first thing that is too much."""

    def __init__(self):
        self.cells = self.rows_in_all = self.rows = 0
        self.has_formulas = self.is_said = False

    def over(self, pieces):
        first = next(pieces, b"")
        # A part is XML or nothing that is read: pictures, fonts, printer settings.
        if first[:3].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] not in (b"<", b""):
            return
        self.rows = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(first)
            for piece in pieces:
                parser.Parse(piece)
        except expat.ExpatError as broken:
            raise Refused([BROKEN]) from broken

    def _refuse(self, *told):
        raise Refused([BROKEN])

    def _begin(self, name, attributes):
        name = name.rpartition(":")[2]
        if name == "c":
            self._span(1)
        elif name == "row":
            self.is_said = False
        elif name in ("v", "is", "f"):
            self.has_formulas = self.has_formulas or name == "f"
            self._say()
        elif name in ("mergeCell", "hyperlink") and "ref" in attributes:
            left, top, right, bottom = range_boundaries(attributes["ref"])
            self._span((right - left + 1) * (bottom - top + 1))
        elif name == "workbook" and "purl.oclc.org" in " ".join(attributes.values()):
            raise Refused([STRICT])

    def _say(self):
        """A row that holds at least one value."""
        if self.is_said:
            return
        self.is_said = True
        self.rows += 1
        self.rows_in_all += 1
        if self.rows > MOST_ROWS + 1 or self.rows_in_all > MOST_ROWS_IN_ALL:
            raise Refused([f"Tệp có nhiều hơn {number(MOST_ROWS)} dòng ở một trang. Hãy chia bớt."])

    def _span(self, count):
        self.cells += count
        if self.cells > MOST_CELLS:
            raise Refused(
                [
                    f"Tệp có nhiều hơn {number(MOST_CELLS)} ô, kể cả ô trống có định dạng. Hãy chép các ô cần nhập "
                    "sang một tệp mới."
                ]
            )


def _loaded(content, *, data_only):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(content), data_only=data_only, keep_links=False)
    except Exception as broken:  # whatever a crafted file does to the reader, the person gets one sentence
        raise Refused([BROKEN]) from broken


def _page(sheet, kept):
    said = {at for at, cell in sheet._cells.items() if cell.value is not None}
    # A name that is merged over several rows stands in each of them; one over several columns in the first.
    heads = {
        (row, area.min_col): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row + 1, area.max_row + 1)
        if (area.min_row, area.min_col) in said
    }
    # Empty formatted rows and columns far below say nothing.
    columns = min(max((column for _, column in said), default=0), MOST_COLUMNS)
    rows = [
        tuple(_cell(sheet, kept, (row, column), heads) for column in range(1, columns + 1))
        for row in sorted({row for row, _ in said})
    ]
    return Page(sheet.title, tuple(rows), sheet.sheet_state)


def _cell(sheet, kept, at, heads):
    name = f"{get_column_letter(at[1])}{at[0]}"
    cell, result = sheet._cells.get(heads.get(at, at)), kept._cells.get(heads.get(at, at))
    if cell is None or cell.value is None:
        return Cell(name)
    value = result.value if result is not None else None
    is_error = "e" in (cell.data_type, getattr(result, "data_type", ""))
    return Cell(name, value, cell.data_type == "f", is_error, "%" in (cell.number_format or ""))


def find_header(page, wanted):
    """The place of the row that names the columns, and column → place; None when there is none.

    `wanted` maps each name to whether it must be there. People put title rows above; columns may change places.
    """
    for place, row in enumerate(page.rows[:HEADER_WITHIN]):
        named = {name_of(str(cell.value)): index for index, cell in enumerate(row) if cell.value is not None}
        found = {name: named[name_of(name)] for name in wanted if name_of(name) in named}
        if all(name in found for name, is_needed in wanted.items() if is_needed):
            return place, found
    return None


def body_of(page, head):
    """The rows below the header at a place, without column numbers, totals, and what stands from the signatures on."""
    rows = []
    for row in page.rows[head + 1 :]:
        said = ["" if cell.value is None else str(cell.value) for cell in row]
        if typed.is_signature(said):
            break
        if not typed.is_total(said) and not (typed.is_index(said) and not rows):
            rows.append(row)
    return rows


# Reading cells. Each raises ValueError with a sentence.


def a_text(cell):
    """Text; a formula is refused, a number that was typed as one is read back as people write it."""
    if cell.is_formula:
        raise ValueError("ô này là công thức. Hãy dán giá trị thay cho công thức.")
    if cell.value is None:
        return ""
    if cell.is_error:
        raise ValueError(f"ô này báo lỗi {cell.value}. Hãy sửa lại.")
    if isinstance(cell.value, bool):
        return "Có" if cell.value else "Không"
    if isinstance(cell.value, int | float):
        return (
            typed.written(_in_percent(_exact(cell.value), percent=True)) + " %"
            if cell.is_percent
            else typed.written(_exact(cell.value))
        )
    if isinstance(cell.value, date | datetime | time):
        raise ValueError(f"{_became_day(cell.value)}. Hãy định dạng ô là Văn bản rồi gõ lại.")
    return typed.readable(str(cell.value))


def a_code(cell):
    """A code such as I.2; 1.10 that Excel took for a number, or 2/1 for a day, cannot be guessed back."""
    if isinstance(cell.value, float) and not cell.value.is_integer():
        typed = number(_exact(cell.value)).replace(",", ".")
        raise ValueError(
            f"Excel đã đổi ký hiệu thành số {number(_exact(cell.value))}; có thể là {typed} hoặc {typed}0. "
            "Hãy định dạng ô là Văn bản rồi gõ lại."
        )
    return a_text(cell)


def a_number(cell, *, percent=False, beside=()):
    """A number, None for nothing. The result of a formula counts; text is read with comma or point.

    `percent`: what the cell asks for is measured in %, so 92 % is 92 however Excel keeps it.
    """
    value = cell.value
    if cell.is_error:
        raise ValueError(f"ô này báo lỗi {value}. Hãy sửa lại.")
    if value is None:
        if cell.is_formula:
            raise ValueError("công thức chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại, hoặc gõ số.")
        return None
    if isinstance(value, bool):
        raise ValueError("ô này phải là số.")
    if isinstance(value, int | float):
        return _in_percent(_exact(value), percent=percent) if cell.is_percent else _exact(value)
    if isinstance(value, date | datetime | time):
        raise ValueError(f"{_became_day(value)}. Hãy định dạng ô là Văn bản rồi gõ lại số.")
    words = clean(str(value))
    return typed.figure(words, percent=percent, beside=beside) if words else None


def _in_percent(value, *, percent):
    """Excel keeps 92 % as 0,92."""
    hundredfold = Decimal(f"{(value * 100).normalize():f}")
    if not percent:
        shown = number(hundredfold)
        raise ValueError(
            f"ô này định dạng phần trăm ({shown} %), mục này không tính bằng phần trăm. Hãy định dạng ô là Số rồi "
            f"gõ {number(value)} hoặc {shown}."
        )
    return hundredfold


def a_day(cell):
    """A day, as Excel keeps it or typed day first."""
    value = cell.value
    if cell.is_formula and value is None:
        raise ValueError("công thức chưa có kết quả. Hãy gõ ngày.")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return typed.day(str(value or ""))


def _became_day(value):
    if isinstance(value, time):
        return f"ô này là giờ {value:%H:%M}"
    shown = f"{value.day}/{value.month}"
    return f"ô này là ngày {day(value)}; có thể Excel đã đổi “{shown}” thành ngày"


def _exact(value):
    """What was typed: Excel keeps fifteen figures, the rest is noise of its arithmetic."""
    if isinstance(value, int):
        return Decimal(value)
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("ô này phải là số.")
    exact = Decimal(f"{value:.15g}")
    return Decimal(f"{exact:f}")


# Writing


def put(page, row, column, value):
    """One cell; a text that looks like a formula stays text, and none is ever cut."""
    if isinstance(value, str):
        value = clean(value)
        if len(value) > MOST_LETTERS:
            raise Refused([f"“{value[:40]}…” dài hơn {MOST_LETTERS} chữ, một ô Excel không chứa hết."])
        return write_cell(page, row, column, value or None)
    return write_cell(page, row, column, value)


def stored(book):
    """The bytes of a workbook."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
