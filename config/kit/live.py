"""Workbooks whose formulas carry their results, so that they also print where nothing works them out again.

The library that writes workbooks keeps either a formula or its result. Here both are kept: the formula is written,
and its result is laid beside it in the finished file. Formulas are ours alone; what people write stays text.
"""

import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from io import BytesIO
from itertools import pairwise
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v ?(?:/>|></v>)</c>', re.DOTALL)
PLACES = re.compile(r"\{(>?)([\d,]+)\}")
# Nothing in a file tells when it was made but its properties.
MADE = (1980, 1, 1, 0, 0, 0)


class Live(Decimal):
    """A figure of a table that works itself out in a workbook, and is a plain figure everywhere else.

    In its formula `{1,2}` are the cells of its column in these rows, `{>1,2}` the cells of its row in these columns,
    both counted from 0 among the rows and columns of the table.
    """

    formula: str

    def __new__(cls, value: Decimal, formula: str) -> "Live":
        made = super().__new__(cls, value)
        made.formula = formula
        return made

    def at(self, row: int, column: int, first_row: int) -> str:
        """The formula with addresses, for a cell of a sheet whose table begins at `first_row`."""

        def addresses(found: re.Match[str]) -> str:
            places = [int(one) for one in found[2].split(",")]
            if found[1]:
                return ",".join(f"{get_column_letter(place + 1)}{row}" for place in places)
            return spans(get_column_letter(column), [first_row + place for place in places])

        return PLACES.sub(addresses, self.formula)


def spans(letter: str, rows: Sequence[int]) -> str:
    """Cells of a column, neighbours as one span: “D5:D7,D9”."""
    ends = [0, *(at for at, (one, other) in enumerate(pairwise(rows), 1) if other != one + 1), len(rows)]
    parts = [(rows[begin], rows[end - 1]) for begin, end in pairwise(ends)]
    return ",".join(f"{letter}{a}" if a == b else f"{letter}{a}:{letter}{b}" for a, b in parts)


def plain(value: Decimal | int) -> str:
    """A number as a formula takes it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Book(Workbook):
    """A workbook without sheets that remembers what its formulas come to."""

    def __init__(self) -> None:
        super().__init__()
        self.remove(self.active)
        self.results: dict[tuple[str, str], Any] = {}

    def put_live(self, page: Worksheet, row: int, column: int, formula: str, result: Any) -> Any:
        """Write a formula of ours and what it comes to now; a result of None shows as nothing."""
        cell = page.cell(row, column)
        cell.value = f"={formula}"
        self.results[page.title, cell.coordinate] = result
        return cell

    def content(self) -> bytes:
        """The finished file."""
        stream = BytesIO()
        self.save(stream)
        if not self.results:
            return stream.getvalue()
        names = {
            f"xl/worksheets/sheet{place}.xml": page.title for place, page in enumerate(self.worksheets, 1)
        }
        packed, stream = zipfile.ZipFile(stream), BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as finished:
            for part in packed.infolist():
                raw = packed.read(part)
                if part.filename in names:
                    raw = CELL.sub(self._with_result(names[part.filename]), raw)
                finished.writestr(zipfile.ZipInfo(part.filename, MADE), raw, zipfile.ZIP_DEFLATED)
        return stream.getvalue()

    def _with_result(self, title: str) -> Any:
        def laid(found: re.Match[bytes]) -> bytes:
            result = self.results[title, found[1].decode()]
            kind, text = b"", plain(result) if isinstance(result, Decimal | int) else None
            if text is None:
                kind, text = b' t="str"', escape(result or "", quote=False)
            return b'<c r="%b"%b%b><f>%b</f><v>%b</v></c>' % (
                *found.group(1, 2),
                kind,
                found[3],
                text.encode(),
            )

        return laid
