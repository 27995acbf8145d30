"""A rule as one line of small type, where the guidance's own wording was not typed in."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from config.kit.figures import points_text
from scoring.enums import CriterionKind, Direction
from scoring.rules.explain import band_text, sanction_text
from scoring.rules.kinds import (
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    DeductionRule,
    DirectRule,
    EventsRule,
    Level,
    MinusRule,
    PassFailRule,
    PerItemRule,
    RatioRule,
    Rule,
    TargetLeaderRule,
    TargetRule,
)

DIRECTION_WORDS: Mapping[Direction, str] = {
    Direction.AT_LEAST: "Đạt từ mức giao trở lên được {m}; thấp hơn tính theo tỷ lệ",
    Direction.AT_MOST: "Không quá mức giao được {m}; cao hơn tính theo tỷ lệ",
    Direction.EQUAL: "Đúng mức giao được {m}; khác mức giao được 0",
    Direction.YES_NO: "Đạt được {m}; không đạt được 0",
}


def wording_of(rule: Rule, max_points: Decimal) -> str:
    """“2 điểm mỗi sáng kiến, tối đa 10; chỉ tính một lần”."""
    if rule.wording:
        return rule.wording
    return "; ".join([WORDS[rule.kind](rule, points_text(max_points)), *_conditions(rule)])


def _conditions(rule: Rule) -> list[str]:
    """What holds besides the figures, and what follows besides the points."""
    words = ["chỉ tính mức cao nhất"] if getattr(rule, "highest_only", False) else []
    words += ["chỉ tính một lần"] if getattr(rule, "once_only", False) else []
    elsewhere = getattr(rule, "not_again_in", ())
    words += [f"không tính lại ở {', '.join(elsewhere)}"] if elsewhere else []
    return [*words, *(sanction_text(one) for one in getattr(rule, "sanctions", ()))]


ZEROES = "mất điểm cả nhóm"


def _effects(one: Level | Band) -> str:
    """“ (mất điểm cả nhóm; hạ một mức)”: what reaching a level or a range does besides its points."""
    words = [ZEROES] if one.zeroes_parent else []
    words += [sanction_text(sanction) for sanction in getattr(one, "sanctions", ())]
    return f" ({'; '.join(words)})" if words else ""


def _direct(rule: DirectRule, most: str) -> str:
    return f"Chấm từ 0 đến {most}"


def _pass_fail(rule: PassFailRule, most: str) -> str:
    return f"Đạt được {most}; không đạt được 0"


def _levels(levels: tuple[Level, ...]) -> str:
    return "; ".join(f"{level.label}: {points_text(level.points)}{_effects(level)}" for level in levels)


def _choice(rule: ChoiceRule, most: str) -> str:
    return _levels(rule.levels)


def _bands(rule: BandsRule, most: str) -> str:
    words = "; ".join(
        f"{band_text(band, rule.unit)}: {points_text(band.points)}{_effects(band)}" for band in rule.bands
    )
    return words[:1].upper() + words[1:]


def _ratio(rule: RatioRule, most: str) -> str:
    return f"{most} × số {rule.item or 'việc'} đạt / tổng số"


def _target(rule: TargetRule, most: str) -> str:
    return DIRECTION_WORDS[rule.direction].format(m=most)


def _target_leader(rule: TargetLeaderRule, most: str) -> str:
    return f"Đạt chỉ tiêu được một nửa của {most}; phần vượt so với đơn vị dẫn đầu khối"


def _per_item(rule: PerItemRule, most: str) -> str:
    return f"{points_text(rule.per)} điểm mỗi {rule.item or 'việc'}, tối đa {most}"


def _minus(rule: MinusRule, most: str) -> str:
    return f"Trừ {points_text(rule.per)} điểm mỗi {rule.item or 'trường hợp'}, từ {most} điểm"


def _bonus(rule: BonusRule, most: str) -> str:
    cap = points_text(rule.cap) if rule.cap is not None else most
    if rule.levels:
        return f"Thưởng: {_levels(rule.levels)}; tối đa {cap}"
    return f"Thưởng {points_text(rule.per)} điểm mỗi {rule.item or 'việc'}, tối đa {cap}"


def _deduction(rule: DeductionRule, most: str) -> str:
    cap = points_text(rule.cap) if rule.cap is not None else most
    return f"Trừ {points_text(rule.per)} điểm mỗi {rule.item or 'trường hợp'}, tối đa {cap}"


def _events(rule: EventsRule, most: str) -> str:
    return f"Trung bình điểm các {rule.item or 'sự kiện'}, mỗi {rule.item or 'sự kiện'} từ 0 đến {most}"


WORDS: Mapping[CriterionKind, Callable[..., str]] = {
    CriterionKind.DIRECT: _direct,
    CriterionKind.PASS_FAIL: _pass_fail,
    CriterionKind.CHOICE: _choice,
    CriterionKind.BANDS: _bands,
    CriterionKind.RATIO: _ratio,
    CriterionKind.TARGET: _target,
    CriterionKind.TARGET_LEADER: _target_leader,
    CriterionKind.PER_ITEM: _per_item,
    CriterionKind.MINUS: _minus,
    CriterionKind.BONUS: _bonus,
    CriterionKind.DEDUCTION: _deduction,
    CriterionKind.EVENTS: _events,
}
