"""What was typed into the cells of a card, read as entries for the service."""

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from config.kit.text import key_of
from config.kit.typed import clean, figure, readable
from scoring.enums import CriterionKind, MarkState, NaReason, Stage
from scoring.reports.sheet import NA_TYPED, field_name, parts_of
from scoring.rules import (
    CountInputs,
    EventInputs,
    LevelInputs,
    NotApplicable,
    PassInputs,
    RatioInputs,
    TargetInputs,
    ValueInputs,
    inputs_from_json,
    is_percent,
)
from scoring.rules.inputs import Event
from scoring.services import MarkEntry

# Typed instead of figures, so that a whole column can be filled without leaving the keys.
NA_WORDS = {word: reason for reason, word in NA_TYPED.items()}
NA_WORDS |= {reason.label.casefold(): reason for reason in NaReason}
MIXED = "Ô này vừa ghi “{}” vừa có số liệu. Hãy chỉ để lại một trong hai."
BIGGEST = Decimal(10) ** 12


@dataclass
class Cells:
    """What was sent for a card: entries that can be read, faults of those that cannot, all as typed."""

    entries: list[MarkEntry] = field(default_factory=list)
    errors: dict[int, list[str]] = field(default_factory=dict)
    typed: dict[int, dict[str, str]] = field(default_factory=dict)


def read_cells(view, stage, data):
    """Every cell that was sent, faults of all at once; cells that were not sent stay as they are."""
    cells = Cells()
    for leaf in view.board.leaves:
        if field_name(leaf.pk, "version") in data:
            _read_cell(cells, view, leaf, stage, data)
    return cells


def _read_cell(cells, view, leaf, stage, data):
    rule = view.board.rules[leaf.pk]
    typed = {
        "na": data.get(field_name(leaf.pk, "na"), ""),
        "reason": clean(data.get(field_name(leaf.pk, "reason"), "")),
    }
    for part in parts_of(leaf, rule, stage):
        name = field_name(leaf.pk, part["part"])
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        typed[part["part"]] = clean("\n".join(values))
    cells.typed[leaf.pk] = typed
    try:
        for words in typed.values():
            readable(words)
        most = leaf.max_points if leaf.kind == CriterionKind.DIRECT else None
        number = partial(a_number, percent=is_percent(rule), beside=_beside(view, leaf), most=most)
        entry = _entry(leaf, rule, typed, data.get(field_name(leaf.pk, "version"), ""), number)
    except ValueError as wrong:
        cells.errors[leaf.pk] = getattr(wrong, "reasons", [str(wrong)])
    else:
        cells.entries.append(entry)


def _beside(view, leaf):
    """The figures that the page prints in this row: one of them may be typed as it stands there."""
    marks = [mark for stage in Stage if (mark := view.at(stage).get(leaf.pk))]
    found = [mark.points for mark in marks]
    for value in (value for mark in marks for value in mark.inputs.values() if isinstance(value, str)):
        with suppress(ArithmeticError):
            found.append(Decimal(value))
    return [leaf.max_points, *found]


def _entry(leaf, rule, typed, version, number):
    kept = {
        "criterion_id": leaf.pk,
        "reason": typed["reason"],
        "version": key_of(version),
    }
    figures = {name: value for name, value in typed.items() if value and name not in ("na", "reason")}
    na = _not_applicable(typed["na"], figures)
    if na:
        return MarkEntry(inputs=NotApplicable(na), **kept)
    if not figures:
        return MarkEntry(**kept)
    if "points" in typed:
        return MarkEntry(points=number(typed["points"], percent=False, most=leaf.max_points), **kept)
    return MarkEntry(inputs=READERS[leaf.kind](rule, typed, number), **kept)


def _not_applicable(chosen, figures):
    """Why the criterion does not apply, if that was typed; never one of two things that were typed at once."""
    if chosen and chosen not in NaReason.values:
        raise ValueError("Hãy chọn “Không giao” hoặc “Không phát sinh”.")
    words = {line.casefold() for value in figures.values() for line in value.split("\n")}
    found = {NA_WORDS[word] for word in words if word in NA_WORDS} | ({NaReason(chosen)} if chosen else set())
    if found and (len(found) > 1 or words - NA_WORDS.keys()):
        raise ValueError(MIXED.format("” và “".join(sorted(reason.label for reason in found))))
    return next(iter(found), None)


def a_number(text, *, percent=False, beside=(), most=None):
    """A typed number; ValueError with a sentence; None for nothing. Points are no more than `most`."""
    if not text:
        return None
    value = figure(text, percent=percent, beside=beside, most=most)
    if abs(value) >= BIGGEST:
        raise ValueError("Số này quá lớn. Hãy kiểm tra lại.")
    return value


def _value(rule, typed, number):
    return ValueInputs(number(typed["value"]))


def _passed(rule, typed, number):
    if typed["passed"] not in ("0", "1"):
        raise ValueError("Hãy chọn “Đạt” hoặc “Không đạt”.")
    return PassInputs(passed=typed["passed"] == "1")


def _levels(rule, typed, number):
    if "code" in typed:
        return LevelInputs((typed["code"],))
    if "codes" in typed:
        return LevelInputs(tuple(typed["codes"].split("\n")))
    counts = [(level.code, _whole(typed[f"n-{level.code}"], number)) for level in rule.levels]
    return LevelInputs(tuple(code for code, count in counts for _ in range(count)))


def _whole(text, number):
    value = number(text) or Decimal(0)
    if value != value.to_integral_value() or not 0 <= value <= 1000:
        raise ValueError("Số lượng phải là số nguyên, không âm. Hãy nhập lại.")
    return int(value)


def _ratio(rule, typed, number):
    not_due = number(typed["not_yet_due"]) or Decimal(0)
    return RatioInputs(number(typed["numerator"]), number(typed["denominator"]), not_due)


def _target(rule, typed, number):
    if "passed" in typed:
        return _passed(rule, typed, number)
    return TargetInputs(number(typed["actual"]), number(typed["target"]))


def _count(rule, typed, number):
    return CountInputs(
        number(typed["count"]),
        counted_elsewhere=number(typed.get("counted_elsewhere", "")) or Decimal(0),
        is_repeat=bool(typed.get("is_repeat")),
        linked=tuple(code.strip() for code in typed.get("linked", "").split(",") if code.strip()),
    )


def _bonus(rule, typed, number):
    return _levels(rule, typed, number) if rule.levels else _count(rule, typed, number)


def _events(rule, typed, number):
    events = []
    for line in filter(None, (line.strip() for line in typed["events"].split("\n"))):
        name, colon, points = line.rpartition(":")
        if not colon or not name.strip():
            raise ValueError(f"“{line}”: hãy ghi tên, dấu hai chấm, rồi điểm.")
        events.append(Event(name.strip(), number(points.strip()) or Decimal(0)))
    return EventInputs(tuple(events))


READERS = {
    CriterionKind.DIRECT: _value,
    CriterionKind.BANDS: _value,
    CriterionKind.PASS_FAIL: _passed,
    CriterionKind.CHOICE: _levels,
    CriterionKind.RATIO: _ratio,
    CriterionKind.TARGET: _target,
    CriterionKind.TARGET_LEADER: _target,
    CriterionKind.PER_ITEM: _count,
    CriterionKind.MINUS: _count,
    CriterionKind.BONUS: _bonus,
    CriterionKind.DEDUCTION: _count,
    CriterionKind.EVENTS: _events,
}


def changed(view, stage, entries):
    """The entries that say something else than what is stored."""
    return [entry for entry in entries if not _is_stored(view, stage, entry)]


def _is_stored(view, stage, entry):
    mark = view.at(stage).get(entry.criterion_id)
    is_empty = entry.inputs is None and entry.points is None
    if mark is None:
        return is_empty and not entry.reason
    if mark.reason != entry.reason:
        return False
    if is_empty:
        return mark.state == MarkState.MISSING
    if entry.points is not None:
        return mark.points == entry.points
    kind = CriterionKind(view.board.by_key[entry.criterion_id].kind)
    return mark.state != MarkState.MISSING and inputs_from_json(kind, mark.inputs) == entry.inputs
