"""Typed objects from JSON and back. Numbers are strings in JSON, so that nothing passes through a float."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")

Reader = Callable[[Any], Any]

# What a person calls each part of a rule or of its inputs.
LABELS: Mapping[str, str] = {
    "kind": "cách tính điểm",
    "wording": "lời văn",
    "unit": "đơn vị tính",
    "item": "tên việc",
    "per": "điểm mỗi việc",
    "cap": "mức tối đa",
    "levels": "các mức",
    "bands": "các khoảng",
    "direction": "chiều chỉ tiêu",
    "highest_only": "chỉ tính mức cao nhất",
    "once_only": "chỉ tính một lần",
    "not_again_in": "không tính lại ở",
    "sanctions": "chế tài",
    "code": "mã",
    "label": "tên mức",
    "points": "điểm",
    "zeroes_parent": "mất điểm toàn tiêu chí",
    "low": "cận dưới",
    "high": "cận trên",
    "low_included": "lấy cận dưới",
    "high_included": "lấy cận trên",
    "criterion": "tiêu chí liên quan",
    "grade": "mức xếp loại",
    "on_repeat": "khi tái phạm",
    "value": "kết quả",
    "passed": "đạt",
    "codes": "mức đã chọn",
    "numerator": "tử số",
    "denominator": "mẫu số",
    "not_yet_due": "chưa đến hạn",
    "actual": "thực hiện",
    "target": "chỉ tiêu giao",
    "count": "số lượng",
    "counted_elsewhere": "đã tính ở nơi khác",
    "is_repeat": "tái phạm",
    "linked": "tiêu chí liên quan",
    "events": "các sự kiện",
    "name": "tên",
    "reason": "lý do",
    "step": "bước làm tròn",
    "mode": "cách làm tròn",
    "at_least": "mức tối thiểu",
    "quota": "số lượng tối đa",
    "per_day": "điểm trừ mỗi ngày",
    "steps": "các mức chậm",
    "from_day": "từ ngày chậm thứ",
    "is_percent": "tính theo phần trăm",
}


class FormatError(ValueError):
    """Data that cannot be read; `reasons` are whole Vietnamese sentences, all errors at once."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def label(name: str) -> str:
    """The Vietnamese name of a part, or the name as it stands."""
    return LABELS.get(name, name)


def a_text(value: Any) -> str:
    """A text; raises ValueError otherwise."""
    if isinstance(value, str):
        return value
    raise ValueError("phải là chữ")


def a_flag(value: Any) -> bool:
    """True or false; raises ValueError otherwise."""
    if value is not True and value is not False:
        raise ValueError("phải là có hoặc không")
    return value


def a_number(value: Any) -> Decimal:
    """A decimal from a string such as "7.5" or a whole number; a float is refused, it is not exact."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value):
        return Decimal(value)
    raise ValueError("phải là số ghi dạng chữ, ví dụ “7.5”")


def an_amount(value: Any) -> Decimal:
    """A number of points that is not negative."""
    number = a_number(value)
    if number < 0:
        raise ValueError("không được âm")
    return number


def some_points(value: Any) -> Decimal:
    """Points that the guidance itself states: as precise as points are stored, three places."""
    points = an_amount(value)
    if -points.as_tuple().exponent > 3:
        raise ValueError("chỉ được có tối đa 3 chữ số thập phân")
    return points


def a_whole(value: Any) -> int:
    """A whole number that is not negative."""
    number = an_amount(value)
    if number != number.to_integral_value():
        raise ValueError("phải là số nguyên")
    return int(number)


def a_choice_of(enum: type[Enum]) -> Reader:
    """A reader of one value of an enumeration."""

    def read(value: Any) -> Enum:
        if value not in [choice.value for choice in enum]:
            raise ValueError(f"không có giá trị “{value}”")
        return enum(value)

    return read


def a_list_of(read_one: Reader) -> Reader:
    """A reader of a list, all of whose errors are kept."""

    def read(value: Any) -> tuple[Any, ...]:
        if isinstance(value, list | tuple):
            return tuple(read_one(item) for item in value)
        raise ValueError("phải là danh sách")

    return read


def read_object(cls: type, data: Any, readers: Mapping[str, Reader]) -> Any:
    """Build a frozen dataclass from a JSON object; raises FormatError with every fault of this object."""
    if not isinstance(data, Mapping):
        raise FormatError(["Dữ liệu phải là một bảng gồm tên và giá trị."])
    known = {part.name: part for part in fields(cls)}
    reasons = [f"Không có mục “{name}”. Hãy bỏ mục này." for name in data if name not in known]
    values = {}
    for name, part in known.items():
        given = data.get(name)
        if given is None:
            if part.default is MISSING:
                reasons.append(f"Thiếu mục “{label(name)}”. Hãy ghi mục này.")
            continue
        try:
            values[name] = readers[name](given)
        except FormatError as error:
            reasons += error.reasons
        except ValueError as error:
            reasons.append(f"Mục “{label(name)}” {error}.")
    if reasons:
        raise FormatError(reasons)
    return cls(**values)


def to_json(value: Any) -> Any:
    """The JSON form of a typed object; parts at their default are left out."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if is_dataclass(value):
        parts = {part.name: (getattr(value, part.name), part.default) for part in fields(value)}
        return {name: to_json(own) for name, (own, default) in parts.items() if own != default}
    return value
