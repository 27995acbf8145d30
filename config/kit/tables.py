"""One table feeds page, workbook and PDF, so the three cannot disagree. Knows no domain word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any, Literal

from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from config.kit import text
from config.kit.figures import EXCEL, WRITTEN
from config.kit.live import Book, Live
from config.kit.typed import clean, printable

Kind = Literal["text", "points", "count", "money", "measure", "percent", "day"]
RowStyle = Literal["", "group", "total", "note"]

RIGHT_ALIGNED = frozenset(WRITTEN)
THIN = Side(style="thin", color="999999")
ROW_HEIGHT = 15
# Excel keeps no more in one cell.
MOST_LETTERS = 32767
CUT = "… (còn tiếp, xem trên trang)"
# Excel takes a text that begins so for a formula; stored as text it stays what was typed.
SUSPICIOUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its label, what it holds, and its width in characters."""

    label: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Row:
    """A row of values in the order of the columns; `url` leads to where the figures come from."""

    cells: tuple[Any, ...]
    style: RowStyle = ""
    url: str = ""


@dataclass(frozen=True)
class Table:
    """A titled table. A cell is text, int, Decimal, date, Live or None (nothing known, drawn empty)."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    landscape: bool = False

    def shares(self) -> list[str]:
        """Each column's part of the width, as paper needs it: “12.5%”."""
        whole = sum(column.width for column in self.columns)
        return [f"{100 * column.width / whole:.1f}%" for column in self.columns]

    def drawn(self) -> list[dict[str, Any]]:
        """The rows with every number and day formatted once, as a template draws them."""
        return [
            {
                "style": row.style,
                "url": row.url,
                "cells": [
                    {
                        "text": shown(value, column),
                        "label": column.label,
                        "is_number": column.kind in RIGHT_ALIGNED,
                    }
                    for value, column in zip(row.cells, self.columns, strict=True)
                ],
            }
            for row in self.rows
        ]


def shown(value: Any, column: Column) -> str:
    """A cell as people read it: decimal comma, day first, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return text.day(value)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return WRITTEN.get(column.kind, text.number)(value)
    return str(value)


@dataclass
class Sheet:
    """One worksheet of a workbook: heading lines above a table, signature line below it."""

    name: str
    table: Table
    heading: Sequence[str] = ()
    foot: Sequence[str] = field(default_factory=tuple)


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a workbook. Text stays text, numbers stay numbers, days stay days."""
    book = Book()
    for sheet in sheets:
        _write_sheet(book, book.create_sheet(sheet_name(sheet.name, book.sheetnames)), sheet)
    return book.content()


def sheet_name(name: str, taken: Sequence[str]) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\, not taken yet."""
    bare = "".join(" " if c in "[]:*?/\\\n\t" else c for c in clean(name)).strip(" '")[:31] or "Trang"
    candidate, count = bare, 1
    # Excel takes “A” and “a” for one name.
    while candidate.casefold() in {one.casefold() for one in taken}:
        count += 1
        candidate = f"{bare[:26]} ({count})"
    return candidate


def _write_sheet(book: Book, page: Worksheet, sheet: Sheet) -> None:
    columns = sheet.table.columns
    for line in (*sheet.heading, sheet.table.title):
        page.append([None])
        row = page.max_row
        write_cell(page, row, 1, line).font = Font(bold=True)
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=max(len(columns), 1))
        page.cell(row, 1).alignment = Alignment(horizontal="center", wrap_text=True)
    _write_header(page, columns)
    first = page.max_row + 1
    for at, row in enumerate(sheet.table.rows, start=first):
        _write_row(book, page, row, columns, at, first)
    for line in (*sheet.table.notes, *sheet.foot):
        _write_note(page, line, columns)
    page.page_setup.orientation = "landscape" if sheet.table.landscape else "portrait"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    # As on the papers: the number in the top margin, not on the first page.
    page.page_margins = PageMargins(left=0.8, right=0.6, top=0.8, bottom=0.8, header=0.4)
    page.HeaderFooter.differentFirst = True
    page.oddHeader.center.text = "&P"


def _write_note(page: Worksheet, line: str, columns: Sequence[Column]) -> None:
    """A line below the table, over its whole width: a merged row does not grow by itself."""
    row = page.max_row + 1
    write_cell(page, row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=max(len(columns), 1))
    width = sum(column.width for column in columns) or 1
    page.row_dimensions[row].height = ROW_HEIGHT * max(ceil(len(line) / width), 1)


def _write_header(page: Worksheet, columns: Sequence[Column]) -> None:
    row = page.max_row + 1
    for index, column in enumerate(columns, start=1):
        cell = write_cell(page, row, index, column.label)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(top=THIN, bottom=THIN, left=THIN, right=THIN)
        page.column_dimensions[get_column_letter(index)].width = column.width
    # By name: a cell that is only asked for would leave an empty row under the header.
    page.freeze_panes = f"A{row + 1}"
    page.print_title_rows = f"{row}:{row}"


def _write_row(book: Book, page: Worksheet, row: Row, columns: Sequence[Column], at: int, first: int) -> None:
    for index, (value, column) in enumerate(zip(row.cells, columns, strict=True), start=1):
        if isinstance(value, Live):
            cell = book.put_live(page, at, index, value.at(at, index, first), value)
        else:
            cell = write_cell(page, at, index, value)
        cell.border = Border(top=THIN, bottom=THIN, left=THIN, right=THIN)
        cell.alignment = Alignment(wrap_text=column.kind == "text", vertical="top")
        cell.font = Font(bold=row.style in ("group", "total"))
        if column.kind in EXCEL and not isinstance(value, str):
            cell.number_format = EXCEL[column.kind]


def write_cell(page: Worksheet, row: int, column: int, value: Any) -> Any:
    """Write one cell; a text that looks like a formula is stored and marked as text."""
    cell = page.cell(row, column)
    if isinstance(value, str):
        words = printable(value).strip()
        cell.value = words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - len(CUT)]}{CUT}"
        if cell.value.startswith(SUSPICIOUS):
            cell.data_type = "s"
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell
