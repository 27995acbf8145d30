"""A rule as one short line that a person types, and back: “2/sáng kiến”, “Tốt = 10; Khá = 7”, “≥ %”."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from config.kit.typed import figure, written
from scoring.enums import CriterionKind, Direction
from scoring.rules.explain import band_text
from scoring.rules.kinds import Level, Rule, rule_from_json
from scoring.rules.reading import FormatError

SIGNS: Mapping[str, Direction] = {
    "≥": Direction.AT_LEAST,
    ">=": Direction.AT_LEAST,
    "≤": Direction.AT_MOST,
    "<=": Direction.AT_MOST,
    "=": Direction.EQUAL,
}
YES_NO = "có/không"
HIGHEST = "chỉ mức cao nhất"
ZEROES = "(mất điểm cả nhóm)"
PER = re.compile(r"(?P<per>[\d.,]+)\s*/\s*(?P<item>.+)")
CAP = re.compile(r";?\s*tối đa\s+(?P<cap>[\d.,]+)$")
LOW = re.compile(r"(?P<word>từ|trên)\s*(?P<number>\d[\d.,]*)")
HIGH = re.compile(r"(?P<word>đến dưới|dưới|đến)\s*(?P<number>\d[\d.,]*)")

Parts = dict[str, Any]


def rule_from_text(kind: str, text: str) -> Rule:
    """Read a typed line as a rule of this kind; raises FormatError with whole sentences."""
    try:
        parts = READERS.get(kind, lambda typed: {})(text.strip())
    except ValueError as wrong:
        raise FormatError([str(wrong)]) from wrong
    return rule_from_json(parts, kind)


def _a_number(text: str) -> str:
    return f"{figure(text):f}"


def _per(text: str) -> Parts:
    found = PER.fullmatch(text)
    if not found:
        raise ValueError(f"Không hiểu “{text}”. Hãy ghi điểm mỗi việc, ví dụ: 2/sáng kiến.")
    return {"per": _a_number(found["per"]), "item": found["item"].strip()}


def _capped(text: str) -> tuple[str, Parts]:
    found = CAP.search(text)
    return (text[: found.start()].strip(), {"cap": _a_number(found["cap"])}) if found else (text, {})


def _levels(text: str) -> Parts:
    levels = []
    parts: Parts = {}
    for place, piece in enumerate(filter(None, (one.strip() for one in text.split(";"))), start=1):
        if piece.casefold() == HIGHEST:
            parts["highest_only"] = True
            continue
        label, equals, points = piece.rpartition("=")
        if not equals or not label.strip():
            raise ValueError(f"Không hiểu “{piece}”. Hãy ghi tên mức = điểm, ví dụ: Tốt = 10.")
        zeroes = points.strip().endswith(ZEROES)
        level = {"code": f"m{place}", "label": label.strip()}
        level["points"] = _a_number(points.strip().removesuffix(ZEROES).strip())
        levels.append({**level, "zeroes_parent": True} if zeroes else level)
    return {**parts, "levels": levels}


def _bonus(text: str) -> Parts:
    bare, cap = _capped(text)
    return {**(_levels(bare) if "=" in bare else _per(bare)), **cap}


def _deduction(text: str) -> Parts:
    bare, cap = _capped(text)
    return {**_per(bare), **cap}


def _bands(text: str) -> Parts:
    unit, colon, rest = text.partition(":")
    bands = [_band(piece.strip()) for piece in (rest if colon else text).split(";") if piece.strip()]
    return {"bands": bands, **({"unit": unit.strip()} if colon else {})}


def _band(piece: str) -> Parts:
    words, equals, points = piece.rpartition("=")
    low, high = LOW.search(words), HIGH.search(words)
    if not equals or not (low or high):
        raise ValueError(f"Không hiểu “{piece}”. Hãy ghi khoảng = điểm, ví dụ: từ 95 đến dưới 98 = 7.")
    band: Parts = {"points": _a_number(points.strip())}
    if low:
        band |= {"low": _a_number(low["number"]), "low_included": low["word"] == "từ"}
    if high:
        band |= {"high": _a_number(high["number"]), "high_included": high["word"] == "đến"}
    return band


def _target(text: str) -> Parts:
    if text.casefold() == YES_NO:
        return {"direction": Direction.YES_NO.value}
    for sign, direction in SIGNS.items():
        if text.startswith(sign):
            return {"direction": direction.value, "unit": text.removeprefix(sign).strip()}
    return {"unit": text}


READERS: Mapping[str, Callable[[str], Parts]] = {
    CriterionKind.CHOICE: _levels,
    CriterionKind.BANDS: _bands,
    CriterionKind.RATIO: lambda text: {"item": text},
    CriterionKind.TARGET: _target,
    CriterionKind.TARGET_LEADER: lambda text: {"unit": text},
    CriterionKind.PER_ITEM: _per,
    CriterionKind.MINUS: _per,
    CriterionKind.BONUS: _bonus,
    CriterionKind.DEDUCTION: _deduction,
    CriterionKind.EVENTS: lambda text: {"item": text},
}


def rule_to_text(rule: Rule) -> str:
    """The line that `rule_from_text` reads back, as far as a line can say it."""
    return WRITERS.get(rule.kind, lambda rule: "")(rule)


def _written_per(rule: Any) -> str:
    return f"{written(rule.per)}/{rule.item or 'lần'}"


def _written_cap(cap: Decimal | None) -> str:
    return "" if cap is None else f"; tối đa {written(cap)}"


def _written_level(level: Level) -> str:
    return f"{level.label} = {written(level.points)}" + (f" {ZEROES}" if level.zeroes_parent else "")


def _written_levels(rule: Any) -> str:
    words = [_written_level(level) for level in rule.levels]
    return "; ".join([*words, HIGHEST] if rule.highest_only else words)


def _written_bonus(rule: Any) -> str:
    return (_written_levels(rule) if rule.levels else _written_per(rule)) + _written_cap(rule.cap)


def _written_bands(rule: Any) -> str:
    words = "; ".join(f"{band_text(band, '', written)} = {written(band.points)}" for band in rule.bands)
    return f"{rule.unit}: {words}" if rule.unit else words


def _written_target(rule: Any) -> str:
    if rule.direction == Direction.YES_NO:
        return YES_NO
    sign = next(sign for sign, direction in SIGNS.items() if direction == rule.direction)
    return f"{sign} {rule.unit}".strip()


WRITERS: Mapping[CriterionKind, Callable[[Any], str]] = {
    CriterionKind.CHOICE: _written_levels,
    CriterionKind.BANDS: _written_bands,
    CriterionKind.RATIO: lambda rule: rule.item,
    CriterionKind.TARGET: _written_target,
    CriterionKind.TARGET_LEADER: lambda rule: rule.unit,
    CriterionKind.PER_ITEM: _written_per,
    CriterionKind.MINUS: _written_per,
    CriterionKind.BONUS: _written_bonus,
    CriterionKind.DEDUCTION: lambda rule: _written_per(rule) + _written_cap(rule.cap),
    CriterionKind.EVENTS: lambda rule: rule.item,
}
