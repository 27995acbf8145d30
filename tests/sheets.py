"""Works out the formulas of a workbook as Excel would, from the cells that people type into."""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from openpyxl.utils import range_boundaries

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")|(?:_xlfn\.)?(?P<name>[A-Z]+)\("
    r"|(?P<ref>(?:'(?:[^']|'')+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)|(?P<sign><=|>=|<>|[-+*/(),=<>&]))"
)


class Excel:
    """One workbook; `value(title, at)` is what a cell shows once everything is worked out."""

    def __init__(self, book):
        self.book, self.known = book, {}

    def value(self, title, at):
        at = at.replace("$", "")
        if (title, at) not in self.known:
            raw = self.book[title][at].value
            if isinstance(raw, str) and raw.startswith("=") and self.book[title][at].data_type == "f":
                raw = _Reading(self, title, raw[1:]).whole()
            elif isinstance(raw, int | float) and not isinstance(raw, bool):
                raw = Decimal(str(raw))
            self.known[title, at] = raw
        return self.known[title, at]


class _Reading:
    def __init__(self, excel, title, formula):
        self.excel, self.title = excel, title
        self.tokens, at = [], 0
        while at < len(formula):
            found = TOKEN.match(formula, at)
            assert found, formula[at:]
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def whole(self):
        value = self.compared()
        assert not self.tokens
        return value

    def takes(self, *signs):
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return None

    def compared(self):
        left = self.joined()
        if sign := self.takes("=", "<>", "<", ">", "<=", ">="):
            right = self.joined()
            if sign in ("=", "<>"):
                left, right = ("" if one is None else one for one in (left, right))
                same = (
                    str(left).casefold() == str(right).casefold()
                    if str in map(type, (left, right))
                    else left == right
                )
                return same == (sign == "=")
            left, right = _figure(left), _figure(right)
            return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]
        return left

    def joined(self):
        value = self.added()
        while self.takes("&"):
            value = _text(value) + _text(self.added())
        return value

    def added(self):
        value = self.multiplied()
        while sign := self.takes("+", "-"):
            other = _figure(self.multiplied())
            value = _figure(value) + (other if sign == "+" else -other)
        return value

    def multiplied(self):
        value = self.one()
        while sign := self.takes("*", "/"):
            other = _figure(self.one())
            value = _figure(value) * other if sign == "*" else _figure(value) / other
        return value

    def one(self):
        if self.takes("-"):
            return -_figure(self.one())
        if self.takes("("):
            value = self.compared()
            assert self.takes(")")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return Decimal(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        return self.call(text) if kind == "name" else self.cells(text)

    def cells(self, ref):
        title, _, at = ref.rpartition("!")
        title = title[1:-1].replace("''", "'") if title else self.title
        if ":" not in at:
            return self.excel.value(title, at)
        left, top, right, bottom = range_boundaries(at.replace("$", ""))
        page = self.excel.book[title]
        return [
            self.excel.value(title, page.cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]

    def call(self, name):
        if name == "IF":
            return self.choose()
        if name == "IFERROR":
            return self.otherwise()
        given = []
        while not self.takes(")"):
            given.append(self.compared())
            self.takes(",")
        return FUNCTIONS[name](*given)

    def choose(self):
        """Only the branch that counts is worked out: the other may divide by nothing."""
        test = self.compared()
        branches = []
        while not self.takes(")"):
            assert self.takes(",")
            if len(branches) == (0 if test else 1):
                branches.append(self.compared())
            else:
                branches.append(self.skipped())
        return branches[0 if test else 1]

    def otherwise(self):
        """What follows instead of an error."""
        before = list(self.tokens)
        try:
            value = self.compared()
        except Wrong:
            value, self.tokens = Wrong, before
            self.skipped()
        assert self.takes(",")
        value = self.compared() if value is Wrong else (self.skipped(), value)[1]
        assert self.takes(")")
        return value

    def skipped(self):
        depth = 0
        while depth or self.tokens[0] not in (("sign", ","), ("sign", ")")):
            kind, text = self.tokens.pop(0)
            depth += (kind == "name" or text == "(") - (text == ")" and kind == "sign")


def _figure(value):
    if value is Wrong:
        raise Wrong
    return Decimal(0) if value is None else Decimal(value)


class Wrong(Exception):
    """What shows as #VALUE!."""


def _text(value):
    return "" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _found(what, where):
    """Where a text begins in another; an error is a value until it is reckoned with."""
    at = _text(where).find(_text(what))
    return Wrong if at < 0 else Decimal(at + 1)


def _number(text, point, _):
    try:
        return Decimal(text.replace(point, ".")) if text else Decimal(0)
    except ArithmeticError:
        raise Wrong from None


def _figures(given):
    flat = [one for part in given for one in (part if isinstance(part, list) else [part])]
    return [one for one in flat if isinstance(one, Decimal)]


def _rounded(value, places, mode):
    return value.quantize(Decimal(1).scaleb(-int(places)), mode)


FUNCTIONS = {
    "SUM": lambda *given: sum(_figures(given), Decimal(0)),
    "MIN": lambda *given: min(_figures(given), default=Decimal(0)),
    "MAX": lambda *given: max(_figures(given), default=Decimal(0)),
    "COUNT": lambda *given: Decimal(len(_figures(given))),
    "COUNTIF": lambda cells, what: Decimal(cells.count(what)),
    "CHAR": lambda code: chr(int(code)),
    "FIND": _found,
    "LEN": lambda text: Decimal(len(_text(text))),
    "LOWER": lambda text: _text(text).lower(),
    "MID": lambda text, first, count: _text(text)[int(first) - 1 : int(first) - 1 + int(count)],
    "REPT": lambda text, times: text * int(times),
    "RIGHT": lambda text, count: _text(text)[-int(count) :],
    "SUBSTITUTE": lambda text, old, new: _text(text).replace(old, new),
    "TRIM": lambda text: " ".join(filter(None, _text(text).split(" "))),
    "NUMBERVALUE": _number,
    "ABS": abs,
    "N": lambda value: value if isinstance(value, Decimal) else Decimal(0),
    "MOD": lambda value, by: value % by,
    "AND": lambda *given: all(given),
    "OR": lambda *given: any(given),
    "ISNUMBER": lambda value: isinstance(value, Decimal),
    "ROUND": lambda value, places: _rounded(value, places, ROUND_HALF_UP),
    "ROUNDUP": lambda value, places: _rounded(value, places, ROUND_UP),
    "ROUNDDOWN": lambda value, places: _rounded(value, places, ROUND_DOWN),
    "TRUNC": lambda value: _rounded(value, 0, ROUND_DOWN),
    "MATCH": lambda value, among, _: Decimal(among.index(value) + 1) if value in among else Decimal(0),
    "CHOOSE": lambda place, *given: given[int(place) - 1],
}
