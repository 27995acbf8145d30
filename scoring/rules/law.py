"""The guidance's law of the year that is kept as JSON: roundings, grades, ties, quotas, dates."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from config.kit.figures import percent_text, points_text
from config.kit.typed import figure, written
from scoring.enums import CriterionKind, GivenPoints, QuotaKind, RoundingMode, TieStepKind
from scoring.rules import reading
from scoring.rules.grades import Grade, Quota
from scoring.rules.lateness import LatenessRule
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
    unknown = [name for name in data if name not in ("default", "total", "given", *CriterionKind.values)]
    if unknown:
        raise FormatError([f"Không có cách tính điểm “{name}” để làm tròn." for name in unknown])
    read = {name: _rounding(value) for name, value in data.items() if name != "given"}
    kinds = {CriterionKind(name): value for name, value in read.items() if name not in ("default", "total")}
    default = read.get("default", PLAIN)
    return RoundingTable(
        default, read.get("total", default), kinds, _given(data.get("given", GivenPoints.ROUND))
    )


def _given(value: Any) -> GivenPoints:
    if value not in GivenPoints.values:
        raise FormatError(["Hãy chọn làm tròn hay không nhận điểm không đúng bước."])
    return GivenPoints(value)


def roundings_to_json(table: RoundingTable) -> dict[str, Any]:
    """The stored form; `roundings_from_json` reads it back."""
    named = {
        "default": table.default,
        "total": table.total,
        **{kind.value: one for kind, one in table.kinds.items()},
    }
    stored = {name: {"step": f"{one.step:f}", "mode": one.mode.value} for name, one in named.items()}
    return stored if table.given == GivenPoints.ROUND else {**stored, "given": table.given.value}


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


# Shares, quotas and days: what a person types, what is stored, and the words on the page.

AWARDS: Mapping[str, str] = {
    "flag": "Cờ thi đua của UBND tỉnh",
    "merit": "Bằng khen của Chủ tịch UBND tỉnh",
    "government_flag": "Cờ thi đua của Chính phủ",
    "excellent_collective": "Tập thể Lao động xuất sắc",
}
QUOTA_TEXT = re.compile(
    r"(?:(?P<fixed>\d+)|(?P<over>\d+)\s*(?:%|/\s*(?P<under>\d+))(?P<left>\s*(?:số )?còn lại)?)"
    r"(?:[,;]\s*ít nhất\s+(?P<least>\d+))?(?:[,;]\s*tối đa\s+(?P<most>\d+))?"
)
QUOTA_HINT = "Hãy ghi, ví dụ: 2; 25%; 1/4; 50% còn lại, ít nhất 1, tối đa 5."


def quota_parts(text: str) -> dict[str, Any]:
    """“50 % còn lại, ít nhất 1” as figures; ValueError with a sentence."""
    found = QUOTA_TEXT.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(f"Không hiểu “{text}”. {QUOTA_HINT}")
    if found["fixed"]:
        parts: dict[str, Any] = {"count": int(found["fixed"])}
    else:
        parts = {"numerator": int(found["over"]), "denominator": int(found["under"] or 100)}
        if not 0 < parts["numerator"] <= parts["denominator"]:
            raise ValueError(f"“{text}”: tỷ lệ phải lớn hơn 0 và không quá 100%.")
        parts["of_remaining"] = bool(found["left"])
    bounds = {"least": found["least"], "most": found["most"]}
    return {**parts, **{name: int(value) for name, value in bounds.items() if value}}


def _quota_words(kind: str, count: int, data: Mapping[str, Any], least: str, most: str) -> str:
    if kind == QuotaKind.FIXED:
        words = str(count)
    else:
        numerator, denominator = data.get("numerator", 0), data.get("denominator", 100)
        words = percent_text(numerator) if denominator == 100 else f"{numerator}/{denominator}"
        words += " còn lại" if kind == QuotaKind.OF_REMAINING else ""
    words += f", ít nhất {data[least]}" if data.get(least) else ""
    return words + (f", tối đa {data[most]}" if data.get(most) is not None else "")


def grade_quota_from_text(text: str) -> dict[str, Any]:
    """The stored quota of a grade; ValueError with a sentence."""
    parts = quota_parts(text)
    if "most" in parts:
        raise ValueError(f"“{text}”: mức xếp loại chỉ ghi một số lượng tối đa.")
    kind = QuotaKind.FIXED if "count" in parts else QuotaKind.OF_RANKED
    if parts.pop("of_remaining", False):
        kind = QuotaKind.OF_REMAINING
    least = {"at_least": parts.pop("least")} if "least" in parts else {}
    return {"kind": kind.value, **parts, **least}


def grade_quota_to_text(data: Mapping[str, Any]) -> str:
    """The line that `grade_quota_from_text` reads back."""
    return _quota_words(data["kind"], data.get("count", 0), data, "at_least", "")


def award_quota_from_text(text: str) -> dict[str, Any]:
    """The stored quota of an award; ValueError with a sentence."""
    parts = quota_parts(text)
    bounds = {
        name: parts.pop(part) for part, name in (("least", "minimum"), ("most", "maximum")) if part in parts
    }
    if bounds.get("maximum", bounds.get("minimum", 0)) < bounds.get("minimum", 0):
        raise ValueError(f"“{text}”: số tối đa không được nhỏ hơn số ít nhất.")
    if "count" in parts:
        return {"kind": "fixed", "fixed": parts["count"], **bounds}
    kind = "of_remaining" if parts.pop("of_remaining") else "of_members"
    return {"kind": kind, **parts, **bounds}


def award_quota_to_text(data: Mapping[str, Any]) -> str:
    """The line that `award_quota_from_text` reads back."""
    return _quota_words(data["kind"], data.get("fixed", 0), data, "minimum", "maximum")


def quotas_from_json(data: Any) -> dict[str, str]:
    """Award → its quota in words; raises FormatError."""
    if not isinstance(data, Mapping):
        raise FormatError(["Số lượng được đề nghị phải là một bảng gồm tên và giá trị."])
    unknown = [name for name in data if name not in AWARDS]
    if unknown:
        raise FormatError([f"Không có danh hiệu, hình thức khen thưởng “{name}”." for name in unknown])
    try:
        words = {name: award_quota_to_text(one) for name, one in data.items()}
        for line in words.values():
            award_quota_from_text(line)
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise FormatError([f"Số lượng được đề nghị ghi sai. {QUOTA_HINT}"]) from wrong
    return words


DAY_TEXT = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})")


def month_day(text: str) -> list[int]:
    """“15/12” as [12, 15]; ValueError with a sentence. A day that some years lack is refused."""
    found = DAY_TEXT.fullmatch(text.strip())
    try:
        day_of_year = date(2019, int(found[2]), int(found[1])) if found else None
    except ValueError:
        day_of_year = None
    if day_of_year is None:
        raise ValueError(f"Không hiểu “{text}”. Hãy ghi ngày/tháng, ví dụ 15/12.")
    return [day_of_year.month, day_of_year.day]


def month_day_text(stored: Any) -> str:
    """“15/12” from [12, 15]."""
    month, day_of_month = stored
    return f"{day_of_month:02}/{month:02}"


def deadlines_from_json(data: Any) -> dict[str, str]:
    """Kind of date → “15/12”; raises FormatError."""
    if not isinstance(data, Mapping):
        raise FormatError(["Các hạn trong năm phải là một bảng gồm tên và giá trị."])
    try:
        words = {name: month_day_text(stored) for name, stored in data.items()}
        for one in words.values():
            month_day(one)
    except (TypeError, ValueError) as wrong:
        raise FormatError(["Hạn trong năm phải ghi tháng và ngày, ví dụ [12, 15]."]) from wrong
    return words


def grade_in_words(grade: Mapping[str, Any]) -> str:
    """“Xuất sắc: từ 90, không quá 25% số đơn vị được xếp hạng”."""
    bound = grade.get("at_least")
    words = f"{grade['name']}: " + (f"từ {points_text(Decimal(bound))}" if bound is not None else "còn lại")
    if not grade.get("quota"):
        return words
    quota = grade["quota"]
    limit = grade_quota_to_text(quota)
    base = {QuotaKind.FIXED: " đơn vị", QuotaKind.OF_RANKED: " số đơn vị được xếp hạng"}.get(
        quota["kind"], ""
    )
    share, comma, least = limit.partition(",")
    return f"{words}, không quá {share}{base}{comma}{least}"


def roundings_in_words(data: Mapping[str, Any]) -> str:
    """“Bước 0,25 (…); theo tỷ lệ: bước 0,01 (…)”."""
    table = roundings_from_json(data)
    words = [_step_words(table.default)]
    if table.total != table.default:
        words.append(f"tổng quy đổi: {_step_words(table.total)}")
    for kind, one in table.kinds.items():
        words.append(f"{kind.label.lower()}: {_step_words(one)}")
    words.append(f"điểm do người chấm cho không đúng bước: {lowered(table.given.label)}")
    return "; ".join(words)


def _step_words(rounding: Rounding) -> str:
    return f"bước {points_text(rounding.step)} điểm, {lowered(rounding.mode.label)}"


def lowered(label: str) -> str:
    """A label inside a sentence."""
    return label[:1].lower() + label[1:]


LATE_STEP = re.compile(r"(?:từ ngày\s+)?([0-9]+)\s*=\s*([0-9.,]+)", re.IGNORECASE)


def late_step_from_text(text: str) -> dict[str, Any]:
    """“từ ngày 6 = 2” as a stored step; ValueError with a sentence."""
    found = LATE_STEP.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"Không hiểu “{text}”. Hãy ghi, ví dụ: từ ngày 6 = 2.")
    return {"from_day": int(found[1]), "points": f"{figure(found[2]):f}"}


def late_step_to_text(step: Mapping[str, Any]) -> str:
    """The line that `late_step_from_text` reads back."""
    return f"từ ngày {step['from_day']} = {written(Decimal(step['points']))}"


def lateness_in_words(rule: LatenessRule) -> str:
    """“Mỗi ngày chậm trừ 0,5 điểm, tối đa 5”; empty when nothing is lost."""
    unit = "% tổng điểm" if rule.is_percent else " điểm"
    if rule.steps:
        words = "; ".join(f"từ ngày {one.from_day} trừ {points_text(one.points)}{unit}" for one in rule.steps)
    elif rule.per_day:
        words = f"mỗi ngày chậm trừ {points_text(rule.per_day)}{unit}"
    else:
        return ""
    return words + (f", tối đa {points_text(rule.cap)}" if rule.cap is not None else "")
