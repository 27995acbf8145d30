"""A rule in the columns of a workbook: its line of words, its conditions and sanctions, and what words cannot say."""

import json
import re
from dataclasses import fields, replace

from config.kit.books import same_words
from scoring.enums import SanctionKind
from scoring.rules import FormatError, Sanction, rule_from_json, rule_to_json
from scoring.rules.written import rule_from_text, rule_to_text

ONCE = "chỉ tính một lần"
NOT_AGAIN = "không tính lại ở "
ON_REPEAT = " khi tái phạm"
ZEROES = "mất điểm tiêu chí "
LINKED = "mất điểm tiêu chí liên quan"
AT_MOST = "không xếp trên mức "
PLAIN_SANCTIONS = {
    "không xếp mức cao nhất": SanctionKind.NO_TOP_GRADE,
    "hạ một mức": SanctionKind.GRADE_DOWN,
    "xếp mức thấp nhất": SanctionKind.LOWEST_GRADE,
    "không xếp hạng": SanctionKind.NOT_RANKED,
    LINKED: SanctionKind.ZERO_CRITERION,
}
SANCTION_WORDS = {kind: words for words, kind in PLAIN_SANCTIONS.items()}
CODED = re.compile(r"(?P<label>.*?)\s*\[(?P<code>[^\[\]]+)\]", re.DOTALL)
BARE_PER = re.compile(r"(?P<per>[\d.,]+)(?P<rest>\s*(?:;.*)?)")


def rule_cells(rule):
    """(words, conditions, data): data is JSON, and empty when the words say everything."""
    words, conditions = _words(rule), "; ".join(_conditions(rule))
    try:
        is_said = rule_from_cells(rule.kind, words, conditions, "") == rule
    except ValueError:
        is_said = False
    data = "" if is_said else json.dumps(_bare_json(rule), ensure_ascii=False, sort_keys=True)
    return words, conditions, data


def rule_from_cells(kind, words, conditions, data, grades=None):
    """The rule that three cells say; ValueError or FormatError with sentences. `grades`: name → code."""
    if data:
        return _from_data(kind, words, conditions, data)
    rule = _with_codes(_from_words(kind, words))
    return _with_conditions(rule, conditions, grades or {})


def _bare_json(rule):
    return {name: value for name, value in rule_to_json(rule).items() if name != "kind"}


def _from_data(kind, words, conditions, data):
    try:
        parts = json.loads(data)
    except ValueError as wrong:
        raise ValueError("dữ liệu quy tắc bị hỏng. Hãy xóa ô này và ghi quy tắc bằng lời.") from wrong
    rule = rule_from_json(parts, kind)
    said = (same_words(_words(rule)), same_words("; ".join(_conditions(rule))))
    if said != (same_words(words), same_words(conditions)):
        raise ValueError("quy tắc bằng lời khác dữ liệu quy tắc. Nếu lời là đúng, hãy xóa ô dữ liệu quy tắc.")
    return rule


# Words


def _words(rule):
    if getattr(rule, "levels", ()):
        coded = tuple(
            level if level.code == f"m{place}" else replace(level, label=f"{level.label} [{level.code}]")
            for place, level in enumerate(rule.levels, start=1)
        )
        rule = replace(rule, levels=coded)
    text = rule_to_text(rule)
    if getattr(rule, "per", None) is not None and not rule.item:
        return text.replace("/lần", "", 1)
    return text


def _from_words(kind, words):
    found = BARE_PER.fullmatch(words)
    if found:
        rule = rule_from_text(kind, f"{found['per']}/lần{found['rest']}")
        return replace(rule, item="") if getattr(rule, "item", "") == "lần" else rule
    return rule_from_text(kind, words)


def _with_codes(rule):
    """“Tốt [tot]”: the level keeps the code by which marks name it."""
    levels = getattr(rule, "levels", ())
    if not levels:
        return rule
    named = []
    for level in levels:
        found = CODED.fullmatch(level.label)
        named.append(replace(level, label=found["label"], code=found["code"]) if found else level)
    codes = [level.code for level in named]
    if len(set(codes)) < len(codes):
        raise FormatError(["Các mức có mã trong ngoặc vuông lặp lại. Hãy đổi một mã."])
    return replace(rule, levels=tuple(named))


# Conditions and sanctions


def _conditions(rule):
    pieces = [ONCE] if getattr(rule, "once_only", False) else []
    if getattr(rule, "not_again_in", ()):
        pieces.append(NOT_AGAIN + ", ".join(rule.not_again_in))
    return [*pieces, *(_sanction_words(one) for one in getattr(rule, "sanctions", ()))]


def _sanction_words(one):
    if one.kind == SanctionKind.GRADE_AT_MOST:
        words = AT_MOST + one.grade
    elif one.kind == SanctionKind.ZERO_CRITERION and one.criterion:
        words = ZEROES + one.criterion
    else:
        words = SANCTION_WORDS[one.kind]
    return words + (ON_REPEAT if one.on_repeat else "")


def _with_conditions(rule, text, grades):
    known = {part.name for part in fields(rule)}
    given = {}
    for piece in filter(None, (one.strip() for one in text.split(";"))):
        name, value = _condition(piece, grades)
        if name not in known:
            raise ValueError(f"“{piece}” không dùng được cho cách tính “{rule.kind.label}”.")
        given[name] = (*given.get(name, ()), *value) if isinstance(value, tuple) else value
    return replace(rule, **given)


def _condition(piece, grades):
    words = " ".join(piece.split())
    low = words.casefold()
    if low == ONCE:
        return "once_only", True
    if low.startswith(NOT_AGAIN):
        codes = tuple(one.strip() for one in words[len(NOT_AGAIN) :].split(","))
        return "not_again_in", codes
    return "sanctions", (_sanction(words, low, grades),)


def _sanction(words, low, grades):
    on_repeat = low.endswith(ON_REPEAT)
    if on_repeat:
        words, low = words[: -len(ON_REPEAT)].strip(), low[: -len(ON_REPEAT)].strip()
    if low in PLAIN_SANCTIONS:
        return Sanction(PLAIN_SANCTIONS[low], on_repeat=on_repeat)
    if low.startswith(AT_MOST):
        grade = words[len(AT_MOST) :]
        return Sanction(
            SanctionKind.GRADE_AT_MOST, grade=grades.get(grade.casefold(), grade), on_repeat=on_repeat
        )
    if low.startswith(ZEROES):
        return Sanction(SanctionKind.ZERO_CRITERION, criterion=words[len(ZEROES) :], on_repeat=on_repeat)
    raise ValueError(
        f"Không hiểu “{words}”. Hãy ghi, ví dụ: {ONCE}; {NOT_AGAIN}VIII; không xếp mức cao nhất; hạ một mức."
    )
