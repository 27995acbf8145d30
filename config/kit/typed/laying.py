"""A pasted table laid over the rows of a form: which line falls on which row, which word means which choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from config.kit.text import plain_words
from config.kit.typed.figures import figure
from config.kit.typed.tables import is_signature, is_total, one_line

# What stands above a column of figures when its header was copied too.
HEADS = {
    "diem",
    "tu cham",
    "don vi tu cham",
    "khoi tham dinh",
    "thong nhat",
    "ket qua",
    "thuc hien",
    "so lieu",
    "diem tu cham",
}
REACHED = "x"


@dataclass(frozen=True)
class Part:
    """One field of a row: free text, a list to choose from, or boxes to tick; options are value → label."""

    kind: str = "text"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """One row of the form: its parts, none where nothing is entered; a row of a group or a total `is_aside`."""

    parts: tuple[Part, ...] = ()
    is_aside: bool = False


@dataclass
class Laid:
    """What falls on a row: the value of each part (None: left alone), or a sentence."""

    row: int
    values: list[str | None]
    error: str = ""


def lay(
    lines: Sequence[Sequence[str]],
    targets: Sequence[Target],
    place: int = 0,
    words: Mapping[str, str] | None = None,
) -> tuple[list[Laid], int]:
    """Lay lines over the rows from the first on, beginning with the part at `place`; and how many had no room.

    `words` may stand in any row instead of figures; their value goes into the first part and empties the others.
    """
    lines = _said([[one_line(cell) for cell in line] for line in lines], targets)
    found = []
    rows = _below(targets, len(lines))
    for line, row in zip(lines, rows, strict=False):
        if row is not None and targets[row].parts:
            found.append(_laid(line, row, targets[row].parts, place, words or {}))
    return found, max(len(lines) - len(rows), 0)


def _said(lines: list[list[str]], targets: Sequence[Target]) -> list[list[str]]:
    """The lines without header, ordinals and foot. An empty line stays: it stands over a row."""
    if lines and plain_words(lines[0][0]) in HEADS:
        lines = lines[1:]
    ends = [place for place, line in enumerate(lines) if is_signature(line)]
    lines = lines[: ends[0]] if ends else lines
    if lines and is_total(lines[-1]) and len(lines) > 1:
        lines = lines[:-1]
    widest = max((len(target.parts) for target in targets), default=0)
    counts = [line[0] for line in lines]
    is_counted = len(lines) > 1 and counts == [str(n) for n in range(1, len(lines) + 1)]
    return [line[1:] for line in lines] if is_counted and all(len(line) > widest for line in lines) else lines


def _below(targets: Sequence[Target], count: int) -> list[int | None]:
    """Rows that are filled in; or, when the column also holds groups (and the total), all rows one by one."""
    own = [place for place, target in enumerate(targets) if not target.is_aside]
    if len(own) < count in (len(targets), len(targets) - 1):
        return [None if target.is_aside else place for place, target in enumerate(targets)][:count]
    return list(own)


def _laid(line: list[str], row: int, parts: Sequence[Part], place: int, words: Mapping[str, str]) -> Laid:
    values: list[str | None] = [None] * len(parts)
    if word := words.get(line[0].casefold()):
        return Laid(row, [word, *("" for _ in parts[1:])])
    if parts[0].kind == "checks":
        return _ticked(line[0], row, parts[0])
    start = place if place < len(parts) else 0
    error = ""
    for at, cell in enumerate(line[: len(parts) - start], start=start):
        value, said = _value(cell, parts[at])
        values[at], error = value, error or said
    return Laid(row, values, error)


def _value(cell: str, part: Part) -> tuple[str | None, str]:
    if part.kind != "select" or not cell:
        return cell, ""
    value = option_for(cell, part.options)
    if value is None:
        names = "; ".join(_name(label) for label in part.options.values())
        return None, f"“{cell}” không có trong danh sách: {names}."
    return value, ""


def option_for(cell: str, options: Mapping[str, str]) -> str | None:
    """By its word, its code, or its points; “x” is what was reached; else by a word that only one holds."""
    word = cell.casefold()
    for value, label in options.items():
        if word in (label.casefold(), _name(label).casefold(), value.casefold()):
            return value
    points = _points(cell)
    for value, label in options.items():
        if points is not None and ":" in label and _points(label.rpartition(":")[2]) == points:
            return value
    if word == REACHED and len(options) == 2:
        return next(iter(options))
    held = [value for value, label in options.items() if f" {word} " in f" {_name(label).casefold()} "]
    return held[0] if len(held) == 1 else None


def _ticked(cell: str, row: int, part: Part) -> Laid:
    names = {_name(label).casefold(): value for value, label in part.options.items()}
    names |= {value.casefold(): value for value in part.options}
    said = [word for one in cell.split(";") if (word := one.strip().casefold())]
    strange = next((word for word in said if word not in names), None)
    if strange is not None:
        return Laid(row, [None], f"“{strange}” không có trong danh sách.")
    return Laid(row, ["\n".join(dict.fromkeys(names[word] for word in said))])


def _name(label: str) -> str:
    return label.partition(":")[0].strip()


def _points(text: str) -> Decimal | None:
    try:
        return figure(text.strip())
    except ValueError:
        return None
