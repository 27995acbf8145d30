"""What a frame names (nhóm, tiêu chí, mức xếp loại, ngưỡng) and never defines."""

import re
from collections.abc import Iterable

from config.kit.text import sort_key
from scoring.enums import CriterionKind, SanctionKind
from scoring.rules.frames import Finding, FindingCode, Frame
from scoring.rules.kinds import BonusRule, ChoiceRule, DeductionRule, PerItemRule, Rule, Sanction

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


def reference_findings(frame: Frame) -> Iterable[Finding]:
    """Rows, grades and thresholds that are used but never defined."""
    codes = {row.code for row in frame.rows}
    grades = {grade.code for grade in frame.grades}
    known = frame.thresholds.union(*(thresholds_in(f"{row.title} {row.wording}") for row in frame.rows))
    for row in frame.rows:
        text = f"{row.title} {row.wording}"
        rows = {*NAMED_ROW.findall(text), *_codes_in_rule(row.rule)} - codes
        for name in sorted(rows, key=sort_key):
            yield _undefined(row.code, f"nhóm, tiêu chí “{name}”")
        for name in sorted(set(NAMED_THRESHOLD.findall(text)) - known, key=sort_key):
            yield _undefined(row.code, f"ngưỡng “{name}”")
        bare = BARE_THRESHOLD.search(text)
        if bare and row.kind and row.kind not in MEASURED and not STATED_FIGURE.search(text):
            yield _undefined(row.code, f"“{bare.group().lower()}”")
        limits = {one.grade for one in _sanctions(row.rule) if one.kind == SanctionKind.GRADE_AT_MOST}
        for name in sorted(limits - grades, key=sort_key):
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
