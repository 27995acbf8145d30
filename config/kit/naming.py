"""Names that the program proposes for addresses and for signing in, and names that are nearly the same."""

import re
from collections.abc import Collection, Iterable

from config.kit.text import search_key

LONGEST_ADDRESS = 50
# Between the letters of one abbreviation: “VH, TT & DL”.
JOINTS = re.compile(r"\s*[&,/]\s*")
WORDS = re.compile(r"[^\W_]+(?:[-.]\w+)*")
SIMPLE = re.compile(r"[^\W_]+")
# Shorter names differ by one letter too often.
SHORTEST_ALIKE = 6


def short_address(name: str, heads: Collection[str]) -> str:
    """The address officials would write for a short name: “Sở KH&CN” is so-khcn, “Ban Dân tộc” ban-dantoc.

    A first word among `heads`, an abbreviation and a number each stand alone; other words run together.
    """
    parts: list[str] = []
    runs = False
    for place, word in enumerate(WORDS.findall(JOINTS.sub("", name))):
        key = search_key(word).replace(" ", "")
        letters = [letter for letter in word if letter.isalpha()]
        is_alone = (place == 0 and key in heads) or not letters or (len(letters) > 1 and word.isupper())
        if runs and not is_alone:
            parts[-1] += key
        elif key:
            parts.append(key)
        runs = not is_alone
    return whole_words("-".join(parts))


def long_address(name: str) -> str:
    """Every word of a name, without marks: “Tham mưu III” is tham-muu-iii."""
    return whole_words("-".join(_plain(name)))


def _plain(name: str) -> list[str]:
    return [key for word in SIMPLE.findall(name) if (key := search_key(word))]


def whole_words(address: str, most: int = LONGEST_ADDRESS) -> str:
    """An address cut where a word ends."""
    if len(address) <= most:
        return address
    return address[:most].rpartition("-")[0] or address[:most]


def login_of(full_name: str) -> str:
    """How offices shorten a person: “Nguyễn Văn Hùng” is hungnv."""
    words = _plain(full_name)
    return "".join(words[-1:]) + "".join(word[0] for word in words[:-1])


def unused(proposed: str, taken: Collection[str], *, joint: str = "-") -> str:
    """The proposed name, or the first with a number behind its first part that nobody has.

    `joint` stands before the number; what follows a dot stays behind it: hungnv2.so-khcn.
    """
    head, dot, tail = proposed.partition(".")
    name, count = proposed, 1
    while name in taken:
        count += 1
        mark = f"{joint}{count}"
        name = f"{head[: LONGEST_ADDRESS - len(mark)] if not dot else head}{mark}{dot}{tail}"
    return name


def squeezed(name: str) -> str:
    """A name without marks, spaces, signs and “và”: “Sở Văn hóa & Thể thao” equals “Sở Văn hoá và Thể thao”."""
    return "".join(word for word in _plain(name) if word != "va")


def traces(name: str) -> frozenset[tuple[str, ...]]:
    """What two names share when at most one letter of each differs; their numbers must be the same."""
    key = squeezed(name)
    numbers = tuple(re.findall(r"\d+", key))
    found = {(key, *numbers)}
    if len(key) >= SHORTEST_ALIKE:
        found |= {(key[:at] + key[at + 1 :], *numbers) for at in range(len(key))}
    return frozenset(found)


def closest(typed: str, known: Iterable[str]) -> str | None:
    """The known name most like what was typed, by the pairs of letters they share; None when none is."""
    wanted = _pairs(typed)
    best = max(known, key=lambda name: _share(wanted, _pairs(name)), default=None)
    return best if best is not None and _share(wanted, _pairs(best)) >= 0.5 else None


def _pairs(name: str) -> frozenset[str]:
    key = squeezed(name)
    return frozenset(key[at : at + 2] for at in range(len(key) - 1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other) or 1)
