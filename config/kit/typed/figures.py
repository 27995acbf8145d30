"""Figures: “7,5” and “7.5” alike, thousands by dot, comma or space; what can be meant in two ways is asked about."""

import re
from collections.abc import Iterable
from decimal import Decimal

from config.kit.text import number
from config.kit.typed.texts import clean

MOST_SIGNS = 30
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
# Groups of three by one sign, the decimals by another.
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3})+(?:,[0-9]+)?|(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,}|(?: [0-9]{3})+(?:[.,][0-9]+)?)"
)
# One group of three after one sign: thousands for some, decimals for others.
_TWO_WAYS = re.compile(r"([+-]?[1-9][0-9]{0,2})([.,])([0-9]{3})")
_MONEY = re.compile(r"(?<=[0-9])\s*(?:đồng|đ|vnđ|vnd)", re.I)


def figure(
    text: str,
    *,
    percent: bool = False,
    beside: Iterable[Decimal | None] = (),
    most: Decimal | None = None,
) -> Decimal:
    """Read a figure. `percent`: it is measured in %, so “92 %” is 92. `most`: what is more is not meant.

    `beside` are figures that the page prints at this field: what is typed as one of them is printed is that one,
    and where they are printed with dots for thousands, so is what is typed.
    """
    shown = clean(text)
    typed = _bare(shown.translate(_MINUS), shown, percent=percent)
    if len(typed) > MOST_SIGNS:
        raise ValueError("Số này quá dài. Hãy kiểm tra lại.")
    if found := _TWO_WAYS.fullmatch(typed):
        return _settled(typed, *found.groups(), [one for one in beside if one is not None], most)
    if _PLAIN.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    if _GROUPED.fullmatch(typed):
        return _grouped(typed)
    if re.fullmatch(r"[0-9., +-]*", typed) and " " in typed:
        raise ValueError(
            f"“{shown}” có khoảng trắng giữa các chữ số. Hãy gõ liền, ví dụ 36000 hoặc 36 000; mỗi ô một số."
        )
    if any(sign.isnumeric() and not sign.isascii() for sign in shown):
        raise ValueError(f"“{shown}” không phải là số. Hãy gõ số chỉ bằng các chữ số 0–9, ví dụ 7,5.")
    raise ValueError(f"“{shown}” không phải là số. Hãy gõ số, ví dụ 7,5.")


def whole(text: str) -> int:
    """Read a whole number: it has no decimals, so “1.000” is a thousand."""
    shown = clean(text)
    typed = shown.translate(_MINUS)
    if len(typed) > MOST_SIGNS:
        raise ValueError("Số này quá dài. Hãy kiểm tra lại.")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+|[+-]?[0-9]{1,3}(?: [0-9]{3})+|[+-]?[0-9]+", typed):
        return int(re.sub(r"[. ]", "", typed))
    if found := _TWO_WAYS.fullmatch(typed):
        raise ValueError(
            f"“{shown}” không phải là số nguyên. Hãy gõ rõ {found[1]}{found[3]} hoặc {found[1]}."
        )
    raise ValueError(f"“{shown}” không phải là số nguyên. Hãy gõ bằng các chữ số 0–9, ví dụ 12.")


def written(value: Decimal | int) -> str:
    """A figure as a field or a line of a rule holds it: what `figure` reads back, wherever it stands."""
    plain = number(value).replace(".", "")
    return f"{plain}0" if _TWO_WAYS.fullmatch(plain) else plain


def _bare(typed: str, shown: str, *, percent: bool) -> str:
    """What was typed without its unit."""
    if typed.endswith("%"):
        if not percent:
            raise ValueError(
                f"“{shown}” có dấu %, ô này không tính bằng phần trăm. Hãy gõ số không có dấu %."
            )
        return typed[:-1].rstrip()
    unit = _MONEY.search(typed)
    return typed[: unit.start()] if unit and unit.end() == len(typed) else typed


def _settled(
    typed: str, head: str, sign: str, tail: str, beside: list[Decimal], most: Decimal | None
) -> Decimal:
    thousands, decimals = Decimal(head + tail), Decimal(f"{head}.{tail}")
    printed = {form: one for one in beside for form in (number(one), number(one).replace(".", ""))}
    if typed in printed:
        return printed[typed]
    if sign == "." and any("." in one for one in printed):
        return thousands
    if most is not None and abs(thousands) > most:
        return decimals
    raise ValueError(
        f"“{typed}” có thể là {head}{tail} hoặc {head},{tail}. "
        f"Hãy gõ rõ “{head}{tail}” hoặc “{written(decimals)}”."
    )


def _grouped(typed: str) -> Decimal:
    if " " in typed:
        return Decimal(typed.replace(" ", "").replace(",", "."))
    is_english = typed.count(",") > 1 or ("." in typed and "," in typed and typed.find(",") < typed.find("."))
    if is_english:
        return Decimal(typed.replace(",", ""))
    return Decimal(typed.replace(".", "").replace(",", "."))
