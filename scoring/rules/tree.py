"""The tree of a frame while it is written: codes that follow each other, and rows that change their place."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
ROMAN_SHAPE = re.compile(r"C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# How rows are numbered level by level where nothing is numbered yet: I, I.1, I.1.a, I.1.a.1.
STYLES = ("roman", "number", "letter", "number")


@dataclass(frozen=True)
class Spot:
    """Where a row stands: `parent` is the key of its group, None at the top."""

    key: int
    parent: int | None
    code: str


def token(style: str, place: int) -> str:
    """The `place`-th mark of a style, from 1: IV, 4, d."""
    if style == "roman":
        words = ""
        for value, letters in ROMAN:
            words, place = words + letters * (place // value), place % value
        return words
    if style == "number":
        return str(place)
    words = ""
    while place:
        place, rest = divmod(place - 1, len(LETTERS))
        words = LETTERS[rest] + words
    return words.upper() if style == "LETTER" else words


def style_of(tokens: Sequence[str], depth: int) -> str:
    """How the rows of a group are numbered, seen from their last marks; as usual at this depth when unclear."""
    found = [one for one in tokens if one]
    if found and all(one.isdigit() for one in found):
        return "number"
    if found and all(ROMAN_SHAPE.fullmatch(one) for one in found):
        return "roman"
    if found and all(re.fullmatch("[a-z]+", one) for one in found):
        return "letter"
    if found and all(re.fullmatch("[A-Z]", one) for one in found):
        return "LETTER"
    return STYLES[min(depth, len(STYLES) - 1)]


def _last(code: str) -> str:
    return code.rpartition(".")[2]


def _under(parent: str, mark: str) -> str:
    return f"{parent}.{mark}" if parent else mark


def next_code(parent: str, siblings: Sequence[str], taken: Collection[str], depth: int) -> str:
    """The code of one more row under `parent` ("" at the top): the first free one after its siblings."""
    style = style_of([_last(code) for code in siblings], depth)
    free = (_under(parent, token(style, place)) for place in count(len(siblings) + 1))
    return next(code for code in free if code not in taken)


def below(spots: Sequence[Spot], key: int) -> frozenset[int]:
    """A row and everything under it; `spots` holds groups before their children."""
    found = {key}
    for spot in spots:
        if spot.parent in found:
            found.add(spot.key)
    return frozenset(found)


def recoded(spots: Sequence[Spot], key: int, code: str) -> dict[str, str]:
    """Old code → new code for a row that gets a new code, and for what stands under it and carries it."""
    inside = below(spots, key)
    old = next(spot.code for spot in spots if spot.key == key)
    return {
        spot.code: code + spot.code.removeprefix(old)
        for spot in spots
        if spot.key in inside and (spot.key == key or spot.code.startswith(f"{old}."))
    }


def renumbered(spots: Sequence[Spot]) -> dict[str, str]:
    """Old code → new code when every row is numbered by its place, in the style of its group."""
    new: dict[int | None, str] = {None: ""}
    depths: dict[int | None, int] = {None: -1}
    codes: dict[str, str] = {}
    for spot in spots:
        siblings = [one for one in spots if one.parent == spot.parent]
        depths[spot.key] = depths[spot.parent] + 1
        style = style_of([_last(one.code) for one in siblings], depths[spot.key])
        new[spot.key] = _under(new[spot.parent], token(style, siblings.index(spot) + 1))
        codes[spot.code] = new[spot.key]
    return codes


def moved(keys: Sequence[int], key: int, step: int) -> list[int]:
    """The order of a group when one row goes up (−1) or down (1); as it was at either end."""
    order = list(keys)
    here = order.index(key)
    there = here + step
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    return order


def with_codes(data: Any, codes: Mapping[str, str]) -> Any:
    """A stored rule whose references to other rows follow their new codes."""
    if isinstance(data, Mapping):
        return {
            name: codes.get(value, value)
            if name == "criterion"
            else [codes.get(one, one) for one in value]
            if name == "not_again_in"
            else with_codes(value, codes)
            for name, value in data.items()
        }
    return [with_codes(one, codes) for one in data] if isinstance(data, list) else data
