"""What a criterion's rule says, as data: one frozen type a kind, with the guidance's wording beside it.

All points are decimals in the guidance's scale. A deduction's figures are written without a minus sign.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from config.kit.text import sort_key
from scoring.enums import CriterionKind, Direction, SanctionKind
from scoring.rules import reading
from scoring.rules.reading import FormatError


@dataclass(frozen=True)
class Sanction:
    """What follows besides the points (chế tài).

    `criterion` names the criterion that loses its points; empty means that each case names it.
    `grade` is the highest grade still allowed. `on_repeat`: only from the second case on.
    """

    kind: SanctionKind
    criterion: str = ""
    grade: str = ""
    on_repeat: bool = False


@dataclass(frozen=True)
class Level:
    """One level of a choice (mức). `zeroes_parent`: the whole parent item then gets 0."""

    code: str
    label: str
    points: Decimal
    zeroes_parent: bool = False
    sanctions: tuple[Sanction, ...] = ()


@dataclass(frozen=True)
class Band:
    """A range of results and its points (khoảng). A bound of None is open to infinity."""

    points: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    low_included: bool = True
    high_included: bool = False
    zeroes_parent: bool = False


@dataclass(frozen=True)
class DirectRule:
    """The scorer gives 0..M."""

    kind: ClassVar[CriterionKind] = CriterionKind.DIRECT
    wording: str = ""


@dataclass(frozen=True)
class PassFailRule:
    """M when passed, otherwise 0."""

    kind: ClassVar[CriterionKind] = CriterionKind.PASS_FAIL
    wording: str = ""


@dataclass(frozen=True)
class ChoiceRule:
    """One of ordered levels with fixed points.

    `highest_only`: several levels may be reached, the best counts. `once_only`: a level reached twice
    counts once.
    """

    kind: ClassVar[CriterionKind] = CriterionKind.CHOICE
    levels: tuple[Level, ...]
    highest_only: bool = False
    once_only: bool = False
    not_again_in: tuple[str, ...] = ()
    wording: str = ""


@dataclass(frozen=True)
class BandsRule:
    """Thresholds on a measured value, or on a ratio in per cent."""

    kind: ClassVar[CriterionKind] = CriterionKind.BANDS
    bands: tuple[Band, ...]
    unit: str = ""
    wording: str = ""


@dataclass(frozen=True)
class RatioRule:
    """M × numerator ÷ (denominator − items not yet due)."""

    kind: ClassVar[CriterionKind] = CriterionKind.RATIO
    item: str = ""
    wording: str = ""


@dataclass(frozen=True)
class TargetRule:
    """Compared with the unit's own target, in one of four directions."""

    kind: ClassVar[CriterionKind] = CriterionKind.TARGET
    direction: Direction = Direction.AT_LEAST
    unit: str = ""
    wording: str = ""


@dataclass(frozen=True)
class TargetLeaderRule:
    """Half of M for the target, the other half by how far the bloc's leader is followed."""

    kind: ClassVar[CriterionKind] = CriterionKind.TARGET_LEADER
    unit: str = ""
    wording: str = ""


@dataclass(frozen=True)
class PerItemRule:
    """`per` points an item, at most M. `not_again_in`: items scored in those rows are left out."""

    kind: ClassVar[CriterionKind] = CriterionKind.PER_ITEM
    per: Decimal
    item: str = ""
    not_again_in: tuple[str, ...] = ()
    wording: str = ""


@dataclass(frozen=True)
class MinusRule:
    """M less `per` points a case, never below 0."""

    kind: ClassVar[CriterionKind] = CriterionKind.MINUS
    per: Decimal
    item: str = ""
    wording: str = ""


@dataclass(frozen=True)
class BonusRule:
    """Bonus points: `per` an item, or the points of the levels reached; at most `cap` (M when None)."""

    kind: ClassVar[CriterionKind] = CriterionKind.BONUS
    per: Decimal | None = None
    levels: tuple[Level, ...] = ()
    item: str = ""
    cap: Decimal | None = None
    highest_only: bool = False
    once_only: bool = False
    not_again_in: tuple[str, ...] = ()
    wording: str = ""


@dataclass(frozen=True)
class DeductionRule:
    """Points lost: `per` a case, at most `cap` (M when None), with sanctions from the first case on."""

    kind: ClassVar[CriterionKind] = CriterionKind.DEDUCTION
    per: Decimal
    item: str = ""
    cap: Decimal | None = None
    sanctions: tuple[Sanction, ...] = ()
    wording: str = ""


@dataclass(frozen=True)
class EventsRule:
    """The average of the listed events, each scored 0..M."""

    kind: ClassVar[CriterionKind] = CriterionKind.EVENTS
    item: str = ""
    wording: str = ""


Rule = (
    DirectRule | PassFailRule | ChoiceRule | BandsRule | RatioRule | TargetRule | TargetLeaderRule
    | PerItemRule | MinusRule | BonusRule | DeductionRule | EventsRule
)  # fmt: skip

RULE_TYPES: Mapping[CriterionKind, type] = {
    rule.kind: rule
    for rule in (
        DirectRule, PassFailRule, ChoiceRule, BandsRule, RatioRule, TargetRule, TargetLeaderRule,
        PerItemRule, MinusRule, BonusRule, DeductionRule, EventsRule,
    )
}  # fmt: skip


def _sanction(data: Any) -> Sanction:
    readers = {
        "kind": reading.a_choice_of(SanctionKind),
        "criterion": reading.a_text,
        "grade": reading.a_text,
        "on_repeat": reading.a_flag,
    }
    sanction = reading.read_object(Sanction, data, readers)
    if sanction.kind == SanctionKind.GRADE_AT_MOST and not sanction.grade:
        raise FormatError(["Chế tài “Không xếp trên một mức” phải ghi mức xếp loại."])
    return sanction


def _level(data: Any) -> Level:
    readers = {
        "code": reading.a_text,
        "label": reading.a_text,
        "points": reading.some_points,
        "zeroes_parent": reading.a_flag,
        "sanctions": reading.a_list_of(_sanction),
    }
    level = reading.read_object(Level, data, readers)
    if any(one.kind == SanctionKind.ZERO_CRITERION and not one.criterion for one in level.sanctions):
        raise FormatError([f"Mức “{level.label}” làm mất điểm tiêu chí khác thì phải ghi mã tiêu chí đó."])
    return level


def _levels(data: Any) -> tuple[Level, ...]:
    levels = reading.a_list_of(_level)(data)
    codes = [level.code for level in levels]
    twice = sorted({code for code in codes if codes.count(code) > 1}, key=sort_key)
    if twice:
        raise ValueError(f"có mã lặp lại: {', '.join(twice)}")
    return levels


def _band(data: Any) -> Band:
    readers = {
        "points": reading.some_points,
        "low": reading.a_number,
        "high": reading.a_number,
        "low_included": reading.a_flag,
        "high_included": reading.a_flag,
        "zeroes_parent": reading.a_flag,
    }
    return reading.read_object(Band, data, readers)


RULE_READERS: Mapping[str, reading.Reader] = {
    "wording": reading.a_text,
    "unit": reading.a_text,
    "item": reading.a_text,
    "per": reading.an_amount,
    "cap": reading.some_points,
    "levels": _levels,
    "bands": reading.a_list_of(_band),
    "direction": reading.a_choice_of(Direction),
    "highest_only": reading.a_flag,
    "once_only": reading.a_flag,
    "not_again_in": reading.a_list_of(reading.a_text),
    "sanctions": reading.a_list_of(_sanction),
}


def is_percent(rule: Rule) -> bool:
    """Tell whether what is entered is measured in %."""
    return getattr(rule, "unit", "").strip().startswith("%")


def rule_from_json(data: Any, kind: str = "") -> Rule:
    """Read a rule; `kind` is given where it is kept in a column of its own, beside the JSON.

    Raises FormatError whose `reasons` are Vietnamese sentences, all at once.
    """
    if not isinstance(data, Mapping):
        raise FormatError(["Cách tính điểm phải là một bảng gồm tên và giá trị."])
    named = kind or data.get("kind")
    if named not in CriterionKind.values:
        raise FormatError([f"Không có cách tính điểm “{named}”. Hãy chọn một cách trong danh sách."])
    parts = {name: value for name, value in data.items() if name != "kind"}
    rule = reading.read_object(RULE_TYPES[CriterionKind(named)], parts, RULE_READERS)
    reasons = _gaps(rule)
    if reasons:
        raise FormatError(reasons)
    return rule


def _gaps(rule: Rule) -> list[str]:
    """What a rule of its kind cannot do without."""
    if isinstance(rule, ChoiceRule) and not rule.levels:
        return ["Cách chấm chọn mức phải có ít nhất một mức."]
    if isinstance(rule, BandsRule) and not rule.bands:
        return ["Cách chấm theo khoảng phải có ít nhất một khoảng."]
    if isinstance(rule, BonusRule) and (rule.per is None) == (not rule.levels):
        return ["Điểm thưởng phải ghi điểm mỗi việc hoặc các mức, một trong hai."]
    return []


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """The JSON form of a rule; `rule_from_json` reads it back to an equal rule."""
    return {"kind": rule.kind.value, **reading.to_json(rule)}
