"""A workbook that somebody sends, opened with care, and its cells read with a sentence for every fault."""

import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from config.kit.filetypes import EXCEL, content_type_of
from config.kit.refusals import Refused
from config.kit.tables import write_cell
from config.kit.text import day, nfc, number, parse_number, plain_words

MOST_ROWS = 1000
MOST_BYTES = 5 * 1024 * 1024
# A small packed file may unfold into a very large one.
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500
# Excel keeps no more in one cell.
MOST_LETTERS = 32767
HEADER_WITHIN = 12
WRONG_TYPE = "Tệp này không phải sổ tính Excel (xlsx). Hãy lưu lại thành tệp xlsx rồi gửi."
MACRO = "Tệp này có macro. Hãy lưu lại thành sổ tính không có macro (xlsx) rồi gửi."
BROKEN = "Tệp này bị hỏng, không mở được. Hãy lưu lại bằng Excel rồi gửi."


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


@dataclass(frozen=True)
class Page:
    """One worksheet as rows of cells."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    state: str = "visible"


def clean(text):
    """Text as it is kept: composed, without stray spaces, with one sort of line end, without control signs."""
    return nfc(ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


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
    try:
        kind = content_type_of(content)
    except ValueError as wrong:
        raise Refused([MACRO if "có macro" in str(wrong) else WRONG_TYPE]) from wrong
    if kind != EXCEL:
        raise Refused([WRONG_TYPE])
    has_formulas = _preflight(content)
    book = _loaded(content, data_only=False)
    results = _loaded(content, data_only=True) if has_formulas else book
    pages = [_page(sheet, kept) for sheet, kept in zip(book.worksheets, results.worksheets, strict=True)]
    return {page.title: page for page in pages}


ROW = re.compile(rb"<(?:\w+:)?row[\s>]")
HAS_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def _preflight(content):
    """Count rows and look for traps in the packed file itself; tells whether there are formulas."""
    has_formulas = False
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(["Tệp này mở ra quá lớn. Hãy chép các ô cần nhập sang một tệp mới."])
            for part in parts:
                if not part.filename.lower().endswith((".xml", ".rels")):
                    continue
                raw = packed.read(part)
                if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
                    raise Refused([BROKEN])
                if part.filename.lower().startswith("xl/worksheets/"):
                    count = sum(bool(HAS_VALUE.search(piece)) for piece in ROW.split(raw)[1:])
                    if count > MOST_ROWS + 1:
                        raise Refused([f"Tệp có {count} dòng, nhiều hơn {MOST_ROWS}. Hãy chia bớt."])
                    has_formulas = has_formulas or bool(FORMULA.search(raw))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as broken:
        raise Refused([BROKEN]) from broken
    return has_formulas


def _loaded(content, *, data_only):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(content), data_only=data_only, keep_links=False)
    except Exception as broken:  # whatever a crafted file does to the reader, the person gets one sentence
        raise Refused([BROKEN]) from broken


def _page(sheet, kept):
    rows = []
    # Empty formatted rows far below say nothing; the preflight has counted those that do.
    written = {row for row, _ in sheet._cells}
    columns = max((column for _, column in sheet._cells), default=0)
    columns = min(columns, 200)
    for row in sorted(written):
        cells = []
        for column in range(1, columns + 1):
            cell, result = sheet._cells.get((row, column)), kept._cells.get((row, column))
            at = f"{get_column_letter(column)}{row}"
            if cell is None or cell.value is None:
                cells.append(Cell(at))
                continue
            value = result.value if result is not None else None
            is_error = "e" in (cell.data_type, getattr(result, "data_type", ""))
            cells.append(Cell(at, value, cell.data_type == "f", is_error))
        if any(cell.value is not None or cell.is_formula for cell in cells):
            rows.append(tuple(cells))
    return Page(sheet.title, tuple(rows), sheet.sheet_state)


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
        return number(_exact(cell.value)).replace(".", "")
    if isinstance(cell.value, date | datetime | time):
        raise ValueError(f"{_became_day(cell.value)}. Hãy định dạng ô là Văn bản rồi gõ lại.")
    return clean(str(cell.value))


def a_code(cell):
    """A code such as I.2; 1.10 that Excel took for a number, or 2/1 for a day, cannot be guessed back."""
    if isinstance(cell.value, float) and not cell.value.is_integer():
        typed = number(_exact(cell.value)).replace(",", ".")
        raise ValueError(
            f"Excel đã đổi ký hiệu thành số {number(_exact(cell.value))}; có thể là {typed} hoặc {typed}0. "
            "Hãy định dạng ô là Văn bản rồi gõ lại."
        )
    return a_text(cell)


def a_number(cell):
    """A number, None for nothing. The result of a formula counts; text is read with comma or point."""
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
        return _exact(value)
    if isinstance(value, date | datetime | time):
        raise ValueError(f"{_became_day(value)}. Hãy định dạng ô là Văn bản rồi gõ lại số.")
    typed = clean(str(value))
    return parse_number(typed) if typed else None


def a_day(cell):
    """A day, as Excel keeps it or typed day first."""
    value = cell.value
    if cell.is_formula and value is None:
        raise ValueError("công thức chưa có kết quả. Hãy gõ ngày.")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    typed = clean(str(value or ""))
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(f"“{typed}” không phải là ngày. Hãy gõ ngày/tháng/năm, ví dụ 02/05/2020.")


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
