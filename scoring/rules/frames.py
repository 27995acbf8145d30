"""The checker of a frame (thang bảng điểm): what is wrong with it before anybody scores by it.

The guidance may already be signed; each finding is mended or waived with a reason, never silently passed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations, pairwise

from config.kit.text import number, search_key
from scoring.enums import CriterionKind, GroupNature, SanctionKind
from scoring.rules.explain import band_text
from scoring.rules.grades import Grade
from scoring.rules.kinds import (
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    DeductionRule,
    MinusRule,
    PerItemRule,
    Rule,
    Sanction,
)
from scoring.rules.numbers import RoundingTable, exact_sum
from scoring.rules.ranking import TieStep


class FindingCode(StrEnum):
    """What sort of fault it is."""

    DUPLICATE_CODE = "duplicate_code"
    MISSING_PARENT = "missing_parent"
    LEAF_WITH_CHILDREN = "leaf_with_children"
    EMPTY_GROUP = "empty_group"
    SUM_DIFFERS = "sum_differs"
    SCALE_DIFFERS = "scale_differs"
    FIGURES_DIFFER = "figures_differ"
    BANDS_GAP = "bands_gap"
    BANDS_OVERLAP = "bands_overlap"
    UNDEFINED_REFERENCE = "undefined_reference"
    UNREACHABLE_GRADE = "unreachable_grade"
    SAME_MATTER = "same_matter"
    OFF_STEP = "off_step"


@dataclass(frozen=True)
class Finding:
    """One fault, where it is (a code, empty for the whole frame), and what to do, as a sentence."""

    code: FindingCode
    criterion: str
    sentence: str


@dataclass(frozen=True)
class FrameRow:
    """One row of a frame: a group has neither kind nor rule. `max_points` is a magnitude."""

    code: str
    parent: str
    title: str
    max_points: Decimal
    nature: GroupNature = GroupNature.NORMAL
    kind: CriterionKind | None = None
    rule: Rule | None = None
    wording: str = ""


@dataclass(frozen=True)
class Frame:
    """All rows with the guidance's figures that bind them; `thresholds` are the named ones it defines."""

    rows: tuple[FrameRow, ...]
    scale: Decimal
    bonus_cap: Decimal | None = None
    deduction_cap: Decimal | None = None
    grades: tuple[Grade, ...] = ()
    tie_chain: tuple[TieStep, ...] = ()
    rounding: RoundingTable | None = None
    thresholds: frozenset[str] = frozenset()


def findings_of(frame: Frame) -> list[Finding]:
    """Every fault of a frame, in the order of its rows; an empty list when there is none."""
    natures = natures_of(frame.rows)
    found = [
        *_tree_findings(frame),
        *_sum_findings(frame, natures),
        *_figure_findings(frame),
        *_band_findings(frame),
        *_reference_findings(frame),
        *_grade_findings(frame),
        *_matter_findings(frame, natures),
    ]
    order = {row.code: position for position, row in enumerate(frame.rows)}
    return sorted(found, key=lambda finding: order.get(finding.criterion, -1))


def natures_of(rows: Sequence[FrameRow]) -> dict[str, GroupNature]:
    """The nature that holds for each row: its own, or that of the nearest ancestor that has one."""
    by_code = {row.code: row for row in rows}
    natures = {}
    for row in rows:
        seen: set[str] = set()
        at: FrameRow | None = row
        while at is not None and at.nature == GroupNature.NORMAL and at.code not in seen:
            seen.add(at.code)
            at = by_code.get(at.parent)
        natures[row.code] = at.nature if at is not None else GroupNature.NORMAL
    return natures


def _children(frame: Frame, code: str) -> list[FrameRow]:
    return [row for row in frame.rows if row.parent == code]


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


def _sum_findings(frame: Frame, natures: dict[str, GroupNature]) -> Iterable[Finding]:
    """Children against the cap. Lost points may exceed their cap, a cap is there for that; so may a bonus."""
    for row in frame.rows:
        children = _children(frame, row.code)
        if not children:
            continue
        total = exact_sum(child.max_points for child in children if _adds_maximum(child, row, natures))
        is_wrong = (
            total != row.max_points if natures[row.code] == GroupNature.NORMAL else total < row.max_points
        )
        if is_wrong:
            sentence = (
                f"Các tiêu chí của {row.code} cộng được {number(total)}, nhóm ghi {number(row.max_points)}."
            )
            yield Finding(FindingCode.SUM_DIFFERS, row.code, sentence)
    tops = [row for row in frame.rows if not row.parent]
    limits = (
        (GroupNature.NORMAL, frame.scale, "thang điểm"),
        (GroupNature.BONUS, frame.bonus_cap, "điểm thưởng tối đa"),
        (GroupNature.DEDUCTION, frame.deduction_cap, "điểm trừ tối đa"),
    )
    for nature, limit, words in limits:
        total = exact_sum(row.max_points for row in tops if natures[row.code] == nature)
        if limit is not None and total != limit:
            sentence = f"Các nhóm lớn cộng được {number(total)}, {words} là {number(limit)}."
            yield Finding(FindingCode.SCALE_DIFFERS, "", sentence)


def _adds_maximum(child: FrameRow, parent: FrameRow, natures: dict[str, GroupNature]) -> bool:
    """A bonus or a deduction inside a normal group adds nothing to its maximum."""
    if natures[parent.code] != GroupNature.NORMAL:
        return True
    return natures[child.code] == GroupNature.NORMAL and child.kind not in (
        CriterionKind.BONUS,
        CriterionKind.DEDUCTION,
    )


# “tối đa 5”, “tối đa trừ -10”, “cap -5”.
STATED_CAP = re.compile(r"(?:tối đa|cap)\s*(?:trừ\s*)?[-−]?\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


def _figure_findings(frame: Frame) -> Iterable[Finding]:
    """A rule's own figures against the maximum in the column, and both against the rounding step."""
    for row in frame.rows:
        for words, figure in _figures(row):
            if figure != row.max_points:
                sentence = f"{row.code}: {words} {number(figure)}, cột điểm ghi {number(row.max_points)}."
                yield Finding(FindingCode.FIGURES_DIFFER, row.code, sentence)
        per = (
            row.rule.per
            if isinstance(row.rule, PerItemRule | MinusRule | BonusRule | DeductionRule)
            else None
        )
        if per is not None and per > row.max_points:
            sentence = f"{row.code}: mỗi việc {number(per)} điểm, lớn hơn cột điểm {number(row.max_points)}."
            yield Finding(FindingCode.FIGURES_DIFFER, row.code, sentence)
        if row.kind and frame.rounding:
            step = frame.rounding.of(row.kind).step
            if (Fraction(row.max_points) / Fraction(step)).denominator != 1:
                maximum = number(row.max_points)
                sentence = f"{row.code}: điểm tối đa {maximum} không chia hết cho bước {number(step)}."
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


def _band_findings(frame: Frame) -> Iterable[Finding]:
    for row in frame.rows:
        if not isinstance(row.rule, BandsRule):
            continue
        ordered = sorted(row.rule.bands, key=_band_start)
        for lower, upper in pairwise(ordered):
            code = _between(lower, upper)
            if code:
                words = "chồng lên nhau" if code == FindingCode.BANDS_OVERLAP else "có chỗ hở ở giữa"
                names = f"“{band_text(lower, row.rule.unit)}” và “{band_text(upper, row.rule.unit)}”"
                yield Finding(code, row.code, f"{row.code}: hai khoảng {names} {words}.")


def _band_start(band: Band) -> tuple[bool, Decimal, bool]:
    return (band.low is not None, band.low or Decimal(0), not band.low_included)


def _between(lower: Band, upper: Band) -> FindingCode | None:
    """What is wrong where one band ends and the next begins."""
    if lower.high is None or upper.low is None or upper.low < lower.high:
        return FindingCode.BANDS_OVERLAP
    if upper.low > lower.high:
        return FindingCode.BANDS_GAP
    if lower.high_included and upper.low_included:
        return FindingCode.BANDS_OVERLAP
    return None if lower.high_included or upper.low_included else FindingCode.BANDS_GAP


NAMED_ROW = re.compile(r"(?:nhóm|tiêu chí|mục)\s+([IVXLC]+(?:\.\w+)*)\b", re.IGNORECASE)
NAMED_THRESHOLD = re.compile(r"(?:ngưỡng|định mức)\s+[“\"]([^”\"]+)[”\"]", re.IGNORECASE)


def _reference_findings(frame: Frame) -> Iterable[Finding]:
    """Rows, grades and thresholds that are used but never defined."""
    codes = {row.code for row in frame.rows}
    grades = {grade.code for grade in frame.grades}
    for row in frame.rows:
        text = f"{row.title} {row.wording}"
        rows = {*NAMED_ROW.findall(text), *_codes_in_rule(row.rule)} - codes
        for name in sorted(rows):
            yield _undefined(row.code, f"nhóm, tiêu chí “{name}”")
        for name in sorted(set(NAMED_THRESHOLD.findall(text)) - frame.thresholds):
            yield _undefined(row.code, f"ngưỡng “{name}”")
        limits = {one.grade for one in _sanctions(row.rule) if one.kind == SanctionKind.GRADE_AT_MOST}
        for name in sorted(limits - grades):
            yield _undefined(row.code, f"mức xếp loại “{name}”")
    for step in frame.tie_chain:
        if step.code and step.code not in codes:
            yield _undefined("", f"nhóm, tiêu chí “{step.code}” trong thứ tự phân định")


def _undefined(criterion: str, what: str) -> Finding:
    where = f"{criterion} dùng" if criterion else "Hướng dẫn dùng"
    return Finding(
        FindingCode.UNDEFINED_REFERENCE, criterion, f"{where} {what} nhưng không có quy định. Hãy bổ sung."
    )


def _sanctions(rule: Rule | None) -> tuple[Sanction, ...]:
    if isinstance(rule, DeductionRule):
        return rule.sanctions
    levels = rule.levels if isinstance(rule, ChoiceRule | BonusRule) else ()
    return tuple(sanction for level in levels for sanction in level.sanctions)


def _codes_in_rule(rule: Rule | None) -> set[str]:
    linked = {one.criterion for one in _sanctions(rule) if one.criterion}
    elsewhere = rule.not_again_in if isinstance(rule, ChoiceRule | PerItemRule | BonusRule) else ()
    return {*linked, *elsewhere}


def _grade_findings(frame: Frame) -> Iterable[Finding]:
    most = frame.scale + (frame.bonus_cap or Decimal(0))
    for position, grade in enumerate(frame.grades):
        higher = [one.at_least for one in frame.grades[:position]]
        is_shadowed = any(bound is None or (grade.at_least or Decimal(0)) >= bound for bound in higher)
        if is_shadowed or (grade.at_least is not None and grade.at_least > most):
            sentence = f"Không đơn vị nào đạt được mức “{grade.name}”. Hãy sửa cận của các mức."
            yield Finding(FindingCode.UNREACHABLE_GRADE, "", sentence)
    if frame.grades and frame.grades[-1].at_least is not None:
        sentence = f"Điểm dưới {number(frame.grades[-1].at_least)} không thuộc mức xếp loại nào."
        yield Finding(FindingCode.UNREACHABLE_GRADE, "", sentence)


# Words that say nothing about the matter.
EMPTY_WORDS = frozenset(
    [
        "so",
        "lan",
        "cac",
        "cua",
        "co",
        "va",
        "theo",
        "duoc",
        "khong",
        "tu",
        "nam",
        "trong",
        "bi",
        "gui",
        "den",
        "ty",
        "le",
        "hoac",
        "ve",
        "moi",
        "cho",
        "tren",
        "tai",
        "cac",
        "viec",
        "la",
        "voi",
    ]
)
# Two titles are alike when three quarters of the shorter one, and half of both together, are the same words.
MOST_OF_SHORTER = Fraction(3, 4)
HALF_OF_BOTH = Fraction(1, 2)
ALSO_PUNISHED = re.compile(r"đồng thời trừ (?:nhóm|mục)\s+([IVXLC]+)", re.IGNORECASE)


def _matter_findings(frame: Frame, natures: dict[str, GroupNature]) -> Iterable[Finding]:
    """One matter in two groups: by the frame's own words, or because two titles say nearly the same."""
    leaves = [row for row in frame.rows if row.kind]
    tops = {row.code: _top(frame, row) for row in frame.rows}
    paired = set()
    for one, other in combinations(leaves, 2):
        if tops[one.code] != tops[other.code] and _same_side(one, other, natures) and _alike(one, other):
            paired.add(one.code)
            pair = f"{one.code} “{one.title}” và {other.code} “{other.title}”"
            sentence = f"{pair} có thể là một việc tính điểm hai lần."
            yield Finding(FindingCode.SAME_MATTER, one.code, sentence)
    for row in leaves:
        also = ALSO_PUNISHED.search(row.wording)
        if also and row.code not in paired:
            sentence = (
                f"{row.code} “{row.title}” đồng thời bị trừ ở nhóm {also.group(1)}: một việc bị trừ hai lần."
            )
            yield Finding(FindingCode.SAME_MATTER, row.code, sentence)


def _top(frame: Frame, row: FrameRow) -> str:
    by_code = {one.code: one for one in frame.rows}
    seen: set[str] = set()
    while row.parent in by_code and row.code not in seen:
        seen.add(row.code)
        row = by_code[row.parent]
    return row.code


def _same_side(one: FrameRow, other: FrameRow, natures: dict[str, GroupNature]) -> bool:
    """Both take points away, or both give them."""
    return _takes(one, natures) == _takes(other, natures)


def _takes(row: FrameRow, natures: dict[str, GroupNature]) -> bool:
    return natures[row.code] == GroupNature.DEDUCTION or row.kind in (
        CriterionKind.MINUS,
        CriterionKind.DEDUCTION,
    )


def _alike(one: FrameRow, other: FrameRow) -> bool:
    words, others = (set(search_key(row.title).split()) - EMPTY_WORDS for row in (one, other))
    shared, fewer = len(words & others), min(len(words), len(others))
    is_within = fewer >= 3 and Fraction(shared, fewer) >= MOST_OF_SHORTER
    return is_within and Fraction(shared, len(words | others)) >= HALF_OF_BOTH
