"""One matter that a frame scores or punishes twice (trùng nội dung)."""

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

from config.kit.text import plain_words
from scoring.enums import CriterionKind, GroupNature
from scoring.rules.frames import Finding, FindingCode, Frame, FrameRow

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


def matter_findings(frame: Frame, natures: dict[str, GroupNature]) -> Iterable[Finding]:
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
    words, others = (set(plain_words(row.title).split()) - EMPTY_WORDS for row in (one, other))
    shared, fewer = len(words & others), min(len(words), len(others))
    is_within = fewer >= 3 and Fraction(shared, fewer) >= MOST_OF_SHORTER
    return is_within and Fraction(shared, len(words | others)) >= HALF_OF_BOTH
