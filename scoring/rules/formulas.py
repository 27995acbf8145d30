"""The formula of each kind: rule and inputs to an exact figure with its words, before bounds and rounding."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from config.kit.figures import points_text
from config.kit.text import number
from scoring.enums import CriterionKind, Direction, GroupNature, SanctionKind
from scoring.rules import explain
from scoring.rules.inputs import (
    CountInputs,
    EventInputs,
    LevelInputs,
    PassInputs,
    RatioInputs,
    TargetInputs,
    ValueInputs,
)
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
    Sanction,
    TargetLeaderRule,
    TargetRule,
)
from scoring.rules.leader import leader_outcome
from scoring.rules.outcome import Context, Outcome, missing


def _direct(rule: DirectRule, max_points: Decimal, inputs: ValueInputs, context: Context) -> Outcome:
    if inputs.value is None:
        return missing("Chưa có điểm. Hãy nhập điểm.")
    if not 0 <= inputs.value <= max_points:
        return missing(
            f"Điểm {number(inputs.value)} ngoài khoảng cho phép. Hãy nhập từ 0 đến {points_text(max_points)}."
        )
    words = f"Chấm trực tiếp {number(inputs.value)} trên tối đa {points_text(max_points)}"
    return Outcome(Fraction(inputs.value), words, link=": ")


def _pass_fail(rule: PassFailRule, max_points: Decimal, inputs: PassInputs, context: Context) -> Outcome:
    if inputs.passed is None:
        return missing("Chưa chọn. Hãy chọn “Đạt” hoặc “Không đạt”.")
    exact = Fraction(max_points) if inputs.passed else Fraction(0)
    return Outcome(exact, "Đạt" if inputs.passed else "Không đạt", link=": ", is_stated=True)


def _reached(levels: tuple[Level, ...], codes: tuple[str, ...]) -> list[Level] | Outcome:
    """The levels of the codes, or a missing outcome naming the codes that do not exist."""
    by_code = {level.code: level for level in levels}
    unknown = [code for code in codes if code not in by_code]
    if unknown:
        return missing(f"Không có mức “{'”, “'.join(unknown)}”. Hãy chọn một mức trong danh sách.")
    return [by_code[code] for code in codes]


def _choice(rule: ChoiceRule, max_points: Decimal, inputs: LevelInputs, context: Context) -> Outcome:
    reached = _reached(rule.levels, inputs.codes)
    if isinstance(reached, Outcome):
        return reached
    if not reached:
        if context.nature == GroupNature.NORMAL:
            return missing("Chưa chọn mức. Hãy chọn một mức.")
        return Outcome(Fraction(0), "Không thuộc mức nào", link=": ", is_stated=True)
    different = set(inputs.codes)
    if len(reached) > 1 and not rule.highest_only and not (rule.once_only and len(different) == 1):
        return missing("Tiêu chí này chỉ chọn một mức. Hãy bỏ các mức còn lại.")
    best = max(reached, key=lambda level: level.points)
    note = ", chỉ tính mức cao nhất" if len(different) > 1 else ""
    return Outcome(
        Fraction(best.points),
        f"Mức “{best.label}”{note}",
        link=": ",
        is_stated=True,
        zeroes_parent=best.zeroes_parent,
        sanctions=tuple(sanction for level in reached for sanction in level.sanctions),
    )


def _due(inputs: RatioInputs) -> Fraction | Outcome:
    """The denominator without items not yet due, or a missing outcome."""
    if inputs.numerator is None or inputs.denominator is None:
        return missing("Chưa đủ số liệu. Hãy nhập tử số và mẫu số.")
    due = Fraction(inputs.denominator) - Fraction(inputs.not_yet_due)
    if due < 0:
        return missing("Số chưa đến hạn lớn hơn mẫu số. Hãy kiểm tra lại.")
    if due == 0:
        return missing(
            "Mẫu số bằng 0 nên không tính được tỷ lệ. Nếu không có việc nào đến hạn, hãy chọn “Không phát sinh”."
        )
    if inputs.numerator < 0:
        return missing("Tử số không được âm. Hãy kiểm tra lại.")
    return due


def _ratio_words(inputs: RatioInputs) -> str:
    if inputs.not_yet_due:
        due = f"({number(inputs.denominator)} − {number(inputs.not_yet_due)} chưa đến hạn)"
        return f"{number(inputs.numerator)}/{due}"
    return f"{number(inputs.numerator)}/{number(inputs.denominator)}"


def _ratio(rule: RatioRule, max_points: Decimal, inputs: RatioInputs, context: Context) -> Outcome:
    due = _due(inputs)
    if isinstance(due, Outcome):
        return due
    exact = Fraction(max_points) * Fraction(inputs.numerator) / due
    findings = ("Tử số lớn hơn mẫu số. Hãy kiểm tra lại số liệu.",) if inputs.numerator > due else ()
    return Outcome(exact, f"{points_text(max_points)} × {_ratio_words(inputs)}", findings=findings)


def _bands(
    rule: BandsRule, max_points: Decimal, inputs: ValueInputs | RatioInputs, context: Context
) -> Outcome:
    if isinstance(inputs, RatioInputs):
        due = _due(inputs)
        if isinstance(due, Outcome):
            return due
        value = Fraction(inputs.numerator) / due * 100
        words = f"Kết quả {_ratio_words(inputs)}, tức {explain.exact_text(value)}%"
    elif inputs.value is None:
        return missing("Chưa có kết quả. Hãy nhập kết quả.")
    else:
        value = Fraction(inputs.value)
        words = f"Kết quả {explain.measured(inputs.value, rule.unit)}"
    fitting = [band for band in rule.bands if in_band(band, value)]
    if not fitting:
        return missing(f"{words} không nằm trong khoảng nào của hướng dẫn. Hãy báo nơi ban hành hướng dẫn.")
    if len(fitting) > 1:
        return missing(f"{words} nằm trong nhiều khoảng của hướng dẫn. Hãy báo nơi ban hành hướng dẫn.")
    band = fitting[0]
    words += f", thuộc khoảng {explain.band_text(band, rule.unit)}"
    return Outcome(Fraction(band.points), words, link=": ", is_stated=True, zeroes_parent=band.zeroes_parent)


def in_band(band: Band, value: Fraction) -> bool:
    """Tell whether a result lies in a band, its bounds taken or not as the band says."""
    if band.low is not None and (value < band.low or (value == band.low and not band.low_included)):
        return False
    return band.high is None or value < band.high or (value == band.high and band.high_included)


def _target(
    rule: TargetRule, max_points: Decimal, inputs: TargetInputs | PassInputs, context: Context
) -> Outcome:
    if isinstance(inputs, PassInputs):
        if rule.direction != Direction.YES_NO:
            return missing("Chỉ tiêu này tính bằng số. Hãy nhập kết quả thực hiện.")
        return _pass_fail(PassFailRule(), max_points, inputs, context)
    if rule.direction == Direction.YES_NO:
        return missing("Chỉ tiêu này chỉ có đạt hoặc không đạt. Hãy chọn một trong hai.")
    if inputs.actual is None:
        return missing("Chưa có kết quả thực hiện. Hãy nhập kết quả.")
    if inputs.target is None:
        return missing("Chưa có chỉ tiêu giao. Hãy nhập chỉ tiêu, hoặc chọn “Không giao”.")
    actual, target = inputs.actual, inputs.target
    words = f"Thực hiện {explain.measured(actual, rule.unit)}, giao {explain.measured(target, rule.unit)}"
    is_met = {
        Direction.AT_LEAST: actual >= target,
        Direction.AT_MOST: actual <= target,
        Direction.EQUAL: actual == target,
    }[rule.direction]
    if is_met:
        return Outcome(Fraction(max_points), f"{words}, đạt chỉ tiêu", link=": ", is_stated=True)
    if rule.direction == Direction.EQUAL:
        return Outcome(Fraction(0), f"{words}, không đúng chỉ tiêu", link=": ", is_stated=True)
    if target < 0:
        return missing("Chỉ tiêu âm chưa đạt thì không tính được theo tỷ lệ. Hãy để khối chấm trực tiếp.")
    if rule.direction == Direction.AT_MOST:
        part = Fraction(target) / Fraction(actual)
        return Outcome(
            Fraction(max_points) * part,
            f"{words}: {points_text(max_points)} × {number(target)}/{number(actual)}",
        )
    if target == 0:
        return Outcome(Fraction(0), f"{words}, không đạt chỉ tiêu", link=": ", is_stated=True)
    part = Fraction(actual) / Fraction(target)
    return Outcome(
        Fraction(max_points) * part,
        f"{words}: {points_text(max_points)} × {explain.factor(actual)}/{number(target)}",
    )


def _target_leader(
    rule: TargetLeaderRule, max_points: Decimal, inputs: TargetInputs, context: Context
) -> Outcome:
    return leader_outcome(inputs, max_points, context.bloc)


def _counted(inputs: CountInputs) -> Decimal | Outcome:
    """How many items count here, or a missing outcome."""
    if inputs.count is None:
        return missing("Chưa có số lượng. Hãy nhập số lượng, kể cả khi bằng 0.")
    if any(n < 0 or n != n.to_integral_value() for n in (inputs.count, inputs.counted_elsewhere)):
        return missing("Số lượng phải là số nguyên, không âm. Hãy nhập lại.")
    if inputs.counted_elsewhere > inputs.count:
        return missing("Số đã tính ở nơi khác lớn hơn số lượng. Hãy kiểm tra lại.")
    return inputs.count - inputs.counted_elsewhere


def _times(per: Decimal, count: Decimal, item: str, inputs: CountInputs) -> str:
    words = f"{points_text(per)} × {number(count)} {item}".rstrip()
    if inputs.counted_elsewhere:
        words += f" (đã bớt {number(inputs.counted_elsewhere)} tính ở nơi khác)"
    return words


def _per_item(rule: PerItemRule, max_points: Decimal, inputs: CountInputs, context: Context) -> Outcome:
    count = _counted(inputs)
    if isinstance(count, Outcome):
        return count
    return Outcome(Fraction(rule.per) * Fraction(count), _times(rule.per, count, rule.item, inputs))


def _minus(rule: MinusRule, max_points: Decimal, inputs: CountInputs, context: Context) -> Outcome:
    count = _counted(inputs)
    if isinstance(count, Outcome):
        return count
    exact = Fraction(max_points) - Fraction(rule.per) * Fraction(count)
    return Outcome(exact, f"{points_text(max_points)} − {_times(rule.per, count, rule.item, inputs)}")


def _bonus(
    rule: BonusRule, max_points: Decimal, inputs: CountInputs | LevelInputs, context: Context
) -> Outcome:
    if isinstance(inputs, LevelInputs) != bool(rule.levels):
        return missing("Số liệu không đúng với cách tính điểm thưởng này. Hãy nhập lại.")
    outcome = _bonus_levels(rule, inputs) if rule.levels else _bonus_items(rule, inputs)
    return replace(outcome, cap=rule.cap)


def _bonus_items(rule: BonusRule, inputs: CountInputs) -> Outcome:
    count = _counted(inputs)
    if isinstance(count, Outcome):
        return count
    words = _times(rule.per, count, rule.item, inputs)
    if (rule.once_only or rule.highest_only) and count > 1:
        words = (
            f"{points_text(rule.per)} × 1 {rule.item}".rstrip() + f" (có {number(count)}, chỉ tính một lần)"
        )
        count = Decimal(1)
    return Outcome(Fraction(rule.per) * Fraction(count), words)


def _bonus_levels(rule: BonusRule, inputs: LevelInputs) -> Outcome:
    reached = _reached(rule.levels, inputs.codes)
    if isinstance(reached, Outcome):
        return reached
    if not reached:
        return Outcome(Fraction(0), "Không có thành tích nào", link=": ", is_stated=True)
    different = list(dict.fromkeys(reached))
    is_repeated = rule.once_only and not rule.highest_only and len(different) < len(reached)
    if rule.once_only:
        reached = different
    if rule.highest_only:
        reached = [max(reached, key=lambda level: level.points)]
    counted = sorted(reached, key=lambda level: -level.points)
    words = " + ".join(f"{points_text(level.points)} ({level.label})" for level in counted)
    if rule.highest_only and len(inputs.codes) > 1:
        words += ", chỉ tính mức cao nhất"
    if is_repeated:
        words += ", mỗi thành tích chỉ tính một lần"
    exact = sum((Fraction(level.points) for level in reached), Fraction(0))
    sanctions = tuple(sanction for level in reached for sanction in level.sanctions)
    return Outcome(exact, words, is_stated=True, sanctions=sanctions)


def _deduction(rule: DeductionRule, max_points: Decimal, inputs: CountInputs, context: Context) -> Outcome:
    count = _counted(inputs)
    if isinstance(count, Outcome):
        return count
    sanctions = _sanctions_of(rule, inputs, count)
    if any(sanction.kind == SanctionKind.ZERO_CRITERION and not sanction.criterion for sanction in sanctions):
        return missing("Chưa nêu tiêu chí liên quan bị mất điểm. Hãy chọn tiêu chí.")
    exact = Fraction(rule.per) * Fraction(count)
    words = _times(rule.per, count, rule.item, inputs)
    return Outcome(exact, words, cap=rule.cap, sanctions=sanctions)


def _sanctions_of(rule: DeductionRule, inputs: CountInputs, count: Decimal) -> tuple[Sanction, ...]:
    """The sanctions that this many cases bring; an open linked criterion is filled from the inputs."""
    if count == 0:
        return ()
    repeated = inputs.is_repeat or count > 1
    filled: list[Sanction] = []
    for sanction in rule.sanctions:
        if sanction.on_repeat and not repeated:
            continue
        if sanction.kind == SanctionKind.ZERO_CRITERION and not sanction.criterion and inputs.linked:
            filled += [replace(sanction, criterion=code) for code in inputs.linked]
        else:
            filled.append(sanction)
    return tuple(filled)


def _events(rule: EventsRule, max_points: Decimal, inputs: EventInputs, context: Context) -> Outcome:
    if not inputs.events:
        return missing("Chưa có sự kiện nào. Hãy nhập sự kiện, hoặc chọn “Không phát sinh”.")
    outside = [event.name for event in inputs.events if not 0 <= event.points <= max_points]
    if outside:
        return missing(
            f"Điểm của “{'”, “'.join(outside)}” phải từ 0 đến {points_text(max_points)}. Hãy nhập lại."
        )
    total = sum((Fraction(event.points) for event in inputs.events), Fraction(0))
    count = len(inputs.events)
    words = (
        f"({' + '.join(points_text(event.points) for event in inputs.events)})/{count} {rule.item}".rstrip()
    )
    return Outcome(total / count, words)


OUTCOMES: Mapping[CriterionKind, Callable[..., Outcome]] = {
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
