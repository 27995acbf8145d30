"""The guidance's law of the year that is kept as JSON: roundings, grades, tie chain, quotas."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring.enums import CriterionKind, QuotaKind, RoundingMode, TieStepKind
from scoring.rules import reading
from scoring.rules.grades import Grade, Quota
from scoring.rules.numbers import PLAIN, Rounding, RoundingTable
from scoring.rules.ranking import TieStep
from scoring.rules.reading import FormatError


def _a_step(value: Any) -> Decimal:
    step = reading.some_points(value)
    if step == 0:
        raise ValueError("phải lớn hơn 0")
    return step


def _rounding(data: Any) -> Rounding:
    return reading.read_object(Rounding, data, {"step": _a_step, "mode": reading.a_choice_of(RoundingMode)})


def roundings_from_json(data: Any) -> RoundingTable:
    """{"default": {"step": "0.01", "mode": "half_up"}, "total": …, "ratio": …}; raises FormatError."""
    if not isinstance(data, Mapping):
        raise FormatError(["Quy tắc làm tròn phải là một bảng gồm tên và giá trị."])
    unknown = [name for name in data if name not in ("default", "total", *CriterionKind.values)]
    if unknown:
        raise FormatError([f"Không có cách tính điểm “{name}” để làm tròn." for name in unknown])
    read = {name: _rounding(value) for name, value in data.items()}
    kinds = {CriterionKind(name): value for name, value in read.items() if name not in ("default", "total")}
    default = read.get("default", PLAIN)
    return RoundingTable(default, read.get("total", default), kinds)


def roundings_to_json(table: RoundingTable) -> dict[str, Any]:
    """The stored form; `roundings_from_json` reads it back."""
    named = {
        "default": table.default,
        "total": table.total,
        **{kind.value: one for kind, one in table.kinds.items()},
    }
    return {name: {"step": f"{one.step:f}", "mode": one.mode.value} for name, one in named.items()}


def quota_from_json(data: Any) -> Quota:
    """One quota: {"kind": "of_remaining", "numerator": 50, "denominator": 100}; raises FormatError."""
    readers = {
        "kind": reading.a_choice_of(QuotaKind),
        "count": reading.a_whole,
        "numerator": reading.a_whole,
        "denominator": reading.a_whole,
        "at_least": reading.a_whole,
    }
    quota = reading.read_object(Quota, data, readers)
    if quota.denominator == 0:
        raise FormatError(["Mẫu số của tỷ lệ phải lớn hơn 0."])
    return quota


def grades_from_json(data: Any) -> tuple[Grade, ...]:
    """Best first: {"code", "name", "at_least", "quota"}; the last has no bound. Raises FormatError."""
    readers = {
        "code": reading.a_text,
        "name": reading.a_text,
        "at_least": reading.a_number,
        "quota": quota_from_json,
    }
    return _each("Xếp loại", data, lambda one: reading.read_object(Grade, one, readers))


def tie_chain_from_json(data: Any) -> tuple[TieStep, ...]:
    """A list of steps in order: {"kind": "criterion", "code": "V"}; the total comes first by itself."""
    readers = {"kind": reading.a_choice_of(TieStepKind), "code": reading.a_text, "at_least": reading.a_number}
    chain = _each("Thứ tự phân định", data, lambda one: reading.read_object(TieStep, one, readers))
    if any(step.kind == TieStepKind.CRITERION and not step.code for step in chain):
        raise FormatError(["Bước phân định theo tiêu chí phải ghi ký hiệu của nhóm hoặc tiêu chí."])
    return chain


def _each(what: str, data: Any, read: reading.Reader) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise FormatError([f"{what} phải là danh sách."])
    return tuple(read(one) for one in data)
