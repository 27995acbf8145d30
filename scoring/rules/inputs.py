"""What a scorer enters for one criterion, as data. None means that nothing was entered: missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.enums import CriterionKind, NaReason
from scoring.rules import reading
from scoring.rules.reading import FormatError


@dataclass(frozen=True)
class NotApplicable:
    """The criterion does not concern the unit: not assigned, or nothing arose."""

    reason: NaReason


@dataclass(frozen=True)
class ValueInputs:
    """A score (direct) or a measured result (bands)."""

    value: Decimal | None = None


@dataclass(frozen=True)
class PassInputs:
    """Passed or not."""

    passed: bool | None = None


@dataclass(frozen=True)
class LevelInputs:
    """Codes of the levels reached; an achievement reached twice stands twice."""

    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RatioInputs:
    """Done out of all; `not_yet_due` of them leave the denominator."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_yet_due: Decimal = Decimal(0)


@dataclass(frozen=True)
class TargetInputs:
    """The result and the assigned target, both in the target's own unit of measure."""

    actual: Decimal | None = None
    target: Decimal | None = None


@dataclass(frozen=True)
class CountInputs:
    """How many items or cases.

    `counted_elsewhere` of them already scored in another criterion. `is_repeat`: the same fault as in an
    earlier year. `linked`: codes of the criteria that a sanction sets to 0.
    """

    count: Decimal | None = None
    counted_elsewhere: Decimal = Decimal(0)
    is_repeat: bool = False
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """One listed event and its points, 0..M."""

    name: str
    points: Decimal


@dataclass(frozen=True)
class EventInputs:
    """The events that took place."""

    events: tuple[Event, ...] = ()


Inputs = (
    NotApplicable
    | ValueInputs
    | PassInputs
    | LevelInputs
    | RatioInputs
    | TargetInputs
    | CountInputs
    | EventInputs
)

# The forms of inputs that each kind reads; the first is the usual one.
ACCEPTED: Mapping[CriterionKind, tuple[type, ...]] = {
    CriterionKind.DIRECT: (ValueInputs,),
    CriterionKind.PASS_FAIL: (PassInputs,),
    CriterionKind.CHOICE: (LevelInputs,),
    CriterionKind.BANDS: (ValueInputs, RatioInputs),
    CriterionKind.RATIO: (RatioInputs,),
    CriterionKind.TARGET: (TargetInputs, PassInputs),
    CriterionKind.TARGET_LEADER: (TargetInputs,),
    CriterionKind.PER_ITEM: (CountInputs,),
    CriterionKind.MINUS: (CountInputs,),
    CriterionKind.BONUS: (CountInputs, LevelInputs),
    CriterionKind.DEDUCTION: (CountInputs,),
    CriterionKind.EVENTS: (EventInputs,),
}


def _event(data: Any) -> Event:
    return reading.read_object(Event, data, {"name": reading.a_text, "points": reading.some_points})


INPUT_READERS: Mapping[str, reading.Reader] = {
    "value": reading.a_number,
    "passed": reading.a_flag,
    "codes": reading.a_list_of(reading.a_text),
    "numerator": reading.an_amount,
    "denominator": reading.an_amount,
    "not_yet_due": reading.an_amount,
    "actual": reading.a_number,
    "target": reading.a_number,
    "count": reading.an_amount,
    "counted_elsewhere": reading.an_amount,
    "is_repeat": reading.a_flag,
    "linked": reading.a_list_of(reading.a_text),
    "events": reading.a_list_of(_event),
    "reason": reading.a_choice_of(NaReason),
}


def inputs_from_json(kind: CriterionKind, data: Any) -> Inputs | None:
    """Read what was entered for a criterion of this kind; an empty object is None.

    {"na": "not_arisen"} is not applicable; otherwise the keys choose the form.
    Raises FormatError whose `reasons` are Vietnamese sentences.
    """
    if not data:
        return None
    if not isinstance(data, Mapping):
        raise FormatError(["Số liệu phải là một bảng gồm tên và giá trị."])
    if "na" in data:
        return reading.read_object(NotApplicable, {"reason": data["na"]}, INPUT_READERS)
    forms = ACCEPTED[kind]
    fitting = [form for form in forms if set(data) <= set(form.__dataclass_fields__)]
    return reading.read_object((fitting or forms)[0], data, INPUT_READERS)


def inputs_to_json(inputs: Inputs | None) -> dict[str, Any]:
    """The JSON form of what was entered; `inputs_from_json` reads it back to equal inputs."""
    if inputs is None:
        return {}
    if isinstance(inputs, NotApplicable):
        return {"na": inputs.reason.value}
    return reading.to_json(inputs)
