"""The checker of a frame (thang bảng điểm): what is wrong with it before anybody scores by it.

The guidance may already be signed; each finding is mended or waived with a reason, never silently passed.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from config.kit.figures import points_text
from scoring.enums import GroupNature
from scoring.rules.frames import Finding, FindingCode, Frame, FrameRow, limits_of, natures_of, sums_of
from scoring.rules.kinds import (
    BandsRule,
    BonusRule,
    ChoiceRule,
    DeductionRule,
    MinusRule,
    PerItemRule,
)
from scoring.rules.matters import matter_findings
from scoring.rules.ranges import range_findings
from scoring.rules.references import reference_findings


def findings_of(frame: Frame) -> list[Finding]:
    """Every fault of a frame, in the order of its rows; an empty list when there is none."""
    natures = natures_of(frame.rows)
    found = [
        *_tree_findings(frame),
        *_sum_findings(frame),
        *_figure_findings(frame),
        *range_findings(frame),
        *reference_findings(frame),
        *_grade_findings(frame),
        *matter_findings(frame, natures),
    ]
    order = {row.code: position for position, row in enumerate(frame.rows)}
    return sorted(found, key=lambda finding: order.get(finding.criterion, -1))


def _tree_findings(frame: Frame) -> Iterable[Finding]:
    codes = [row.code for row in frame.rows]
    parents = {row.parent for row in frame.rows}
    for position, row in enumerate(frame.rows):
        if row.code in codes[:position]:
            yield Finding(
                FindingCode.DUPLICATE_CODE, row.code, f"Ký hiệu {row.code} dùng hai lần. Hãy đổi một nơi."
            )
        if row.parent and (row.parent not in codes or row.parent == row.code):
            sentence = f"{row.code} thuộc nhóm {row.parent} nhưng không có nhóm này. Hãy thêm hoặc sửa nhóm."
            yield Finding(FindingCode.MISSING_PARENT, row.code, sentence)
        if row.kind and row.code in parents:
            sentence = f"{row.code} có tiêu chí con nên không thể tự có cách tính điểm."
            yield Finding(FindingCode.LEAF_WITH_CHILDREN, row.code, sentence)
        if not row.kind and row.code not in parents:
            sentence = f"{row.code} chưa có tiêu chí con và chưa có cách tính điểm. Hãy bổ sung."
            yield Finding(FindingCode.EMPTY_GROUP, row.code, sentence)


LIMIT_WORDS = {
    GroupNature.NORMAL: "thang điểm",
    GroupNature.BONUS: "điểm thưởng tối đa",
    GroupNature.DEDUCTION: "điểm trừ tối đa",
}


def _sum_findings(frame: Frame) -> Iterable[Finding]:
    """Children against the cap. Lost points may exceed their cap, a cap is there for that; so may a bonus."""
    for code, group in sums_of(frame).items():
        if not group.fits:
            sentence = f"Các tiêu chí của {code} cộng được {points_text(group.total)}, nhóm ghi {points_text(group.cap)}."
            yield Finding(FindingCode.SUM_DIFFERS, code, sentence)
    for nature, whole in limits_of(frame).items():
        if not whole.fits:
            words = LIMIT_WORDS[nature]
            sentence = (
                f"Các nhóm lớn cộng được {points_text(whole.total)}, {words} là {points_text(whole.cap)}."
            )
            yield Finding(FindingCode.SCALE_DIFFERS, "", sentence)


# “tối đa 5”, “tối đa trừ -10”, “cap -5”.
STATED_CAP = re.compile(r"(?:tối đa|cap)\s*(?:trừ\s*)?[-−]?\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


def _figure_findings(frame: Frame) -> Iterable[Finding]:
    """A rule's own figures against the maximum in the column, and both against the rounding step."""
    for row in frame.rows:
        for words, figure in _figures(row):
            if figure != row.max_points:
                sentence = (
                    f"{row.code}: {words} {points_text(figure)}, cột điểm ghi {points_text(row.max_points)}."
                )
                yield Finding(FindingCode.FIGURES_DIFFER, row.code, sentence)
        per = (
            row.rule.per
            if isinstance(row.rule, PerItemRule | MinusRule | BonusRule | DeductionRule)
            else None
        )
        if per is not None and per > row.max_points:
            sentence = f"{row.code}: mỗi việc {points_text(per)} điểm, lớn hơn cột điểm {points_text(row.max_points)}."
            yield Finding(FindingCode.FIGURES_DIFFER, row.code, sentence)
        if row.kind and frame.rounding:
            step = frame.rounding.of(row.kind).step
            if (Fraction(row.max_points) / Fraction(step)).denominator != 1:
                maximum = points_text(row.max_points)
                sentence = f"{row.code}: điểm tối đa {maximum} không chia hết cho bước {points_text(step)}."
                yield Finding(FindingCode.OFF_STEP, row.code, sentence)


def _figures(row: FrameRow) -> Iterable[tuple[str, Decimal]]:
    """What the rule and its wording give as the maximum."""
    rule = row.rule
    if isinstance(rule, ChoiceRule):
        yield "mức cao nhất được", max(level.points for level in rule.levels)
    if isinstance(rule, BandsRule):
        yield "khoảng cao nhất được", max(band.points for band in rule.bands)
    if isinstance(rule, BonusRule | DeductionRule) and rule.cap is not None:
        yield "quy tắc ghi tối đa", rule.cap
    for stated in sorted(set(STATED_CAP.findall(row.wording))):
        yield "cách chấm ghi tối đa", Decimal(stated.replace(",", "."))


def _grade_findings(frame: Frame) -> Iterable[Finding]:
    most = frame.scale + (frame.bonus_cap or Decimal(0))
    for position, grade in enumerate(frame.grades):
        higher = [one.at_least for one in frame.grades[:position]]
        is_shadowed = any(bound is None or (grade.at_least or Decimal(0)) >= bound for bound in higher)
        if is_shadowed or (grade.at_least is not None and grade.at_least > most):
            sentence = f"Không đơn vị nào đạt được mức “{grade.name}”. Hãy sửa cận của các mức."
            yield Finding(FindingCode.UNREACHABLE_GRADE, "", sentence)
    if frame.grades and frame.grades[-1].at_least is not None:
        sentence = f"Điểm dưới {points_text(frame.grades[-1].at_least)} không thuộc mức xếp loại nào."
        yield Finding(FindingCode.UNREACHABLE_GRADE, "", sentence)
