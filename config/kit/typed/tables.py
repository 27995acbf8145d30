"""A table as it is copied out of Excel or Word, and the rows of it that say nothing."""

import re
from collections.abc import Sequence

from config.kit.text import plain_words
from config.kit.typed.texts import clean, tidy

MOST_LINES = 1000
_LINES = re.compile("\r\n?")
_CELL = re.compile(r'"((?:[^"]|"")*)"(?=\t|\n|$)|([^\t\n]*)')
_ORDINAL = {"stt", "tt", "so tt", "so thu tu"}
_TOTALS = {"tong", "cong", "tong cong", "tong so", "tong diem", "cong diem", "tong so diem", "tong cong diem"}
_SIGNED = {
    "nguoi lap", "nguoi lap bieu", "nguoi lap bang", "nguoi tong hop", "thu truong don vi", "thu truong co quan",
    "thu truong", "ky ten dong dau", "ky ten va dong dau", "ky ghi ro ho ten", "ky ten ghi ro ho ten",
}  # fmt: skip
_INDEX = re.compile(r"\(?([0-9]{1,2})\)?")
_LETTER = re.compile(r"\(?[A-Z]\)?")


def cells_of(text: str, bar: str = "") -> list[list[str]]:
    """Lines of cells: by tabs as Excel copies them, a cell with a line break in quotes; a line without, by `bar`."""
    plain = _LINES.sub("\n", text).removesuffix("\n")
    lines: list[list[str]] = [[]]
    at = 0
    while at <= len(plain):
        found = _CELL.match(plain, at)
        quoted, bare = found.groups()  # the second form matches anything, nothing too
        lines[-1].append(clean(bare if quoted is None else quoted.replace('""', '"')))
        at = found.end()
        if plain[at : at + 1] == "\n":
            lines.append([])
        at += 1
    return [[clean(one) for one in line[0].split(bar)] if bar and len(line) == 1 else line for line in lines]


def one_line(cell: str) -> str:
    """The text of a cell without its line breaks."""
    return " ".join(tidy(cell).split())


def is_index(cells: Sequence[str]) -> bool:
    """“(1) (2) (3)” or “A B 1 2”: the row of column numbers under a header."""
    said = [cell for cell in cells if cell]
    while said and _LETTER.fullmatch(said[0]):
        said = said[1:]
    numbers = [found[1] if (found := _INDEX.fullmatch(cell)) else "" for cell in said]
    return len(numbers) > 1 and numbers == [str(place) for place in range(1, len(numbers) + 1)]


def is_total(cells: Sequence[str]) -> bool:
    """“Tổng cộng”: what is added up is no row of its own."""
    words = next((plain_words(cell) for cell in cells if plain_words(cell)), "")
    return words in _TOTALS


def is_signature(cells: Sequence[str]) -> bool:
    """“NGƯỜI LẬP … THỦ TRƯỞNG ĐƠN VỊ”: the table has ended above."""
    said = [plain_words(cell) for cell in cells if plain_words(cell)]
    return 0 < len(said) <= 4 and any(words in _SIGNED for words in said)


def body_of(
    lines: Sequence[Sequence[str]], heads: Sequence[str] = (), *, width: int = 0, keeps_ordinal: bool = False
) -> list[tuple[int, list[str]]]:
    """The rows that say something, each with its place: without header, column numbers, ordinals, totals, foot.

    `heads` are names of columns; a row that holds one of them is a header. An ordinal column goes where the header
    names it, or where its cells count 1, 2, 3… beside the `width` columns that are asked for; `keeps_ordinal` says
    that the first column is a code of the rows, whatever its header calls it.
    """
    known = {plain_words(head) for head in heads}
    found: list[tuple[int, list[str]]] = []
    has_ordinal = False
    for place, line in enumerate(lines, start=1):
        keys = [plain_words(cell) for cell in line]
        if not any(line):
            continue
        if not found and (known & set(keys) or keys[0] in _ORDINAL):
            has_ordinal = keys[0] in _ORDINAL
            continue
        if not found and is_index(line):
            continue
        if is_signature(line):
            break
        if not is_total(line):
            found.append((place, list(line)))
    if keeps_ordinal:
        return found
    return [(at, row[1:]) for at, row in found] if has_ordinal else _without_ordinals(found, width)


def _without_ordinals(rows: list[tuple[int, list[str]]], width: int) -> list[tuple[int, list[str]]]:
    counts = [row[0].rstrip(".") for _, row in rows]
    is_counted = bool(width) and len(rows) > 1 and counts == [str(n) for n in range(1, len(rows) + 1)]
    if is_counted and all(len(row) == width + 1 for _, row in rows):
        return [(at, row[1:]) for at, row in rows]
    return rows
