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
        *_sum_findings(frame),
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


@dataclass(frozen=True)
class GroupSum:
    """What the rows of a group add up to, against its cap; `fits` as the checker sees it."""

    total: Decimal
    cap: Decimal
    fits: bool


def sums_of(frame: Frame) -> dict[str, GroupSum]:
    """Sum and cap of every group that has rows, by code."""
    natures = natures_of(frame.rows)
    found = {}
    for row in frame.rows:
        children = _children(frame, row.code)
        if children:
            total = exact_sum(child.max_points for child in children if _adds_maximum(child, row, natures))
            is_normal = natures[row.code] == GroupNature.NORMAL
            fits = total == row.max_points if is_normal else total >= row.max_points
            found[row.code] = GroupSum(total, row.max_points, fits)
    return found


def limits_of(frame: Frame) -> dict[GroupNature, GroupSum]:
    """What the contents of the first level add up to, nature by nature, against the guidance's figures."""
    natures = natures_of(frame.rows)
    limits = {
        GroupNature.NORMAL: frame.scale,
        GroupNature.BONUS: frame.bonus_cap,
        GroupNature.DEDUCTION: frame.deduction_cap,
    }
    found = {}
    for nature, limit in limits.items():
        total = exact_sum(
            row.max_points for row in frame.rows if not row.parent and natures[row.code] == nature
        )
        if limit is not None:
            found[nature] = GroupSum(total, limit, total == limit)
    return found


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


LIMIT_WORDS = {
    GroupNature.NORMAL: "thang điểm",
    GroupNature.BONUS: "điểm thưởng tối đa",
    GroupNature.DEDUCTION: "điểm trừ tối đa",
}


def _sum_findings(frame: Frame) -> Iterable[Finding]:
    """Children against the cap. Lost points may exceed their cap, a cap is there for that; so may a bonus."""
    for code, group in sums_of(frame).items():
        if not group.fits:
            sentence = (
                f"Các tiêu chí của {code} cộng được {number(group.total)}, nhóm ghi {number(group.cap)}."
            )
            yield Finding(FindingCode.SUM_DIFFERS, code, sentence)
    for nature, whole in limits_of(frame).items():
        if not whole.fits:
            words = LIMIT_WORDS[nature]
            sentence = f"Các nhóm lớn cộng được {number(whole.total)}, {words} là {number(whole.cap)}."
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
        bands, unit = _bands_of(row)
        ordered = sorted(bands, key=_band_start)
        for lower, upper in pairwise(ordered):
            code = _between(lower, upper)
            if code:
                words = "chồng lên nhau" if code == FindingCode.BANDS_OVERLAP else "có chỗ hở ở giữa"
                names = f"“{band_text(lower, unit)}” và “{band_text(upper, unit)}”"
                yield Finding(code, row.code, f"{row.code}: hai khoảng {names} {words}.")
        if ordered:
            yield from _open_ends(row.code, ordered[0], ordered[-1], unit)


# “≥ 85 %”, “>=85%”, “70-<85%”, “<50%”: a level of a choice that says a range.
RANGE_LABEL = re.compile(
    r"(?:(?P<sign>>=|≥|>|<=|≤|<)\s*(?P<bound>\d+(?:[.,]\d+)?)"
    r"|(?P<low>\d+(?:[.,]\d+)?)\s*[-–]\s*(?P<under><?)\s*(?P<high>\d+(?:[.,]\d+)?))\s*%"
)


def _bands_of(row: FrameRow) -> tuple[tuple[Band, ...], str]:
    """The ranges of a row: those of its rule, or of levels that all read as ranges of a percentage."""
    if isinstance(row.rule, BandsRule):
        return row.rule.bands, row.rule.unit
    levels = row.rule.levels if isinstance(row.rule, ChoiceRule) else ()
    ranges = [_range(level.label, level.points) for level in levels]
    known = tuple(band for band in ranges if band is not None)
    return (known, "%") if len(known) == len(levels) else ((), "")


def _range(label: str, points: Decimal) -> Band | None:
    found = RANGE_LABEL.fullmatch(label.strip())
    if found is None:
        return Band(points, Decimal(100), Decimal(100), high_included=True) if label == "100%" else None
    if found["bound"]:
        bound = Decimal(found["bound"].replace(",", "."))
        if found["sign"] in (">=", "≥", ">"):
            return Band(points, low=bound, low_included=found["sign"] != ">")
        return Band(points, high=bound, high_included=found["sign"] != "<")
    low, high = (Decimal(found[name].replace(",", ".")) for name in ("low", "high"))
    return Band(points, low, high, high_included=not found["under"])


def _open_ends(code: str, lowest: Band, highest: Band, unit: str) -> Iterable[Finding]:
    """Results below the first range or above the last one; nothing is below 0 or above 100 %."""
    if lowest.low is not None and lowest.low > 0:
        sentence = f"{code}: kết quả dưới {number(lowest.low)} không thuộc khoảng nào."
        yield Finding(FindingCode.BANDS_GAP, code, sentence)
    is_whole = unit == "%" and highest.high is not None and highest.high >= 100
    if highest.high is not None and not is_whole:
        sentence = f"{code}: kết quả từ {number(highest.high)} trở lên không thuộc khoảng nào."
        yield Finding(FindingCode.BANDS_GAP, code, sentence)


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
DEFINED_THRESHOLD = re.compile(
    r"(?:ngưỡng|định mức)\s+[“\"]([^”\"]+)[”\"]\s*(?::|=|là|từ|≥|>=)\s*\D{0,12}\d", re.IGNORECASE
)
# “đạt định mức tối thiểu” without a name: it must say how much, in the same row.
BARE_THRESHOLD = re.compile(r"(?:định mức|ngưỡng)(?!\s+[“\"])(?:\s+(?:tối thiểu|tối đa))?", re.IGNORECASE)
STATED_FIGURE = re.compile(r"(?:>=|<=|[≥≤<>=:]|từ|ít nhất|tối thiểu|không quá|không dưới|trên|dưới)\s*\d")


# Kinds whose figures stand in the rule itself, or in the unit's own target.
MEASURED = frozenset({CriterionKind.BANDS, CriterionKind.TARGET, CriterionKind.TARGET_LEADER})


def thresholds_in(text: str) -> frozenset[str]:
    """Names of the thresholds that a text defines: ngưỡng “A”: từ 85 %."""
    return frozenset(DEFINED_THRESHOLD.findall(text))


def _reference_findings(frame: Frame) -> Iterable[Finding]:
    """Rows, grades and thresholds that are used but never defined."""
    codes = {row.code for row in frame.rows}
    grades = {grade.code for grade in frame.grades}
    known = frame.thresholds.union(*(thresholds_in(f"{row.title} {row.wording}") for row in frame.rows))
    for row in frame.rows:
        text = f"{row.title} {row.wording}"
        rows = {*NAMED_ROW.findall(text), *_codes_in_rule(row.rule)} - codes
        for name in sorted(rows):
            yield _undefined(row.code, f"nhóm, tiêu chí “{name}”")
        for name in sorted(set(NAMED_THRESHOLD.findall(text)) - known):
            yield _undefined(row.code, f"ngưỡng “{name}”")
        bare = BARE_THRESHOLD.search(text)
        if bare and row.kind and row.kind not in MEASURED and not STATED_FIGURE.search(text):
            yield _undefined(row.code, f"“{bare.group().lower()}”")
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
