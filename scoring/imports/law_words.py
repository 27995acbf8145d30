"""The law of a guidance as lines that people read and type: roundings, grades, ties, quotas, vote, lateness.

Each block writes its value as lines and reads each line back. Where lines cannot say a value exactly, the block
is one line of JSON, so that nothing is lost.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blocs.enums import MilestoneKind
from config.kit import typed
from config.kit.books import same_words
from scoring.enums import CriterionKind, GivenPoints, QuotaKind, RoundingMode, TieStepKind


@dataclass(frozen=True)
class Block:
    """One part of the law: how it is written as lines, how a line is read, how lines are put together."""

    write: Callable[[Any], list[str]]
    read: Callable[[str], Any]
    join: Callable[[list[Any]], Any]
    empty: Any
    help: str


def written(block, value):
    """The lines of a value; one line of JSON where words would lose something."""
    if value == block.empty:
        return []
    try:
        lines = block.write(value)
        # A grade named “[” must not be taken for JSON when it is read.
        is_told = not any(map(is_json, lines))
        if is_told and block.join([block.read(line) for line in lines]) == value:
            return lines
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        pass
    return [json.dumps(value, ensure_ascii=False, sort_keys=True)]


def is_json(line):
    return line.startswith(("{", "["))


def from_json(block, line):
    try:
        value = json.loads(line)
    except ValueError as wrong:
        raise ValueError("dữ liệu bị hỏng. Hãy ghi lại bằng lời theo cột Cách ghi.") from wrong
    if not isinstance(value, type(block.empty)):
        raise ValueError("dữ liệu không đúng dạng. Hãy ghi lại bằng lời theo cột Cách ghi.")
    return value


def _plain(text):
    """The digits as they were typed, so that a step of 0,50 stays 0.50."""
    return f"{typed.figure(text):f}"


def _shown(digits):
    return digits.replace(".", ",")


def _pick(words, table, what):
    found = {same_words(label): value for label, value in table.items()}
    if same_words(words) not in found:
        raise ValueError(f"không hiểu {what} “{words}”. Hãy chọn: {'; '.join(table)}.")
    return found[same_words(words)]


def _split(text, sign):
    head, found, tail = text.partition(sign)
    if not found or not head.strip():
        raise ValueError(f"không hiểu “{text}”. Hãy ghi tên, dấu “{sign}”, rồi nội dung.")
    return head.strip(), tail.strip()


# Roundings

ROUNDED = {
    "Mặc định": "default",
    "Tổng điểm": "total",
    **{kind.label: kind.value for kind in CriterionKind},
}
ROUNDED_LABELS = {value: label for label, value in ROUNDED.items()}
MODES = {mode.label: mode.value for mode in RoundingMode}
GIVEN, GIVEN_LABEL = "given", "Điểm người chấm cho không đúng bước"
GIVENS = {one.label: one.value for one in GivenPoints}


def _write_roundings(value):
    lines = []
    for name, one in value.items():
        if name == GIVEN:
            lines.append(f"{GIVEN_LABEL}: {GivenPoints(one).label}")
            continue
        line = f"{ROUNDED_LABELS[name]}: bước {_shown(one['step'])}"
        lines.append(line + (f"; {RoundingMode(one['mode']).label}" if "mode" in one else ""))
    return lines


def _read_rounding(line):
    name, rest = _split(line, ":")
    if same_words(name) == same_words(GIVEN_LABEL):
        return GIVEN, _pick(rest, GIVENS, "cách nhận điểm")
    step, _, mode = rest.partition(";")
    one = {"step": _plain(step.strip().removeprefix("bước").strip())}
    if mode.strip():
        one["mode"] = _pick(mode, MODES, "cách làm tròn")
    return _pick(name, ROUNDED, "cách tính"), one


# Grades

SHARE = re.compile(r"tối đa (?P<n>\d+)\s*(?:%|/\s*(?P<d>\d+)) (?P<of>[^,]+)(?:, ít nhất (?P<least>\d+))?")
FIXED = re.compile(r"tối đa (?P<count>\d+)(?:, ít nhất (?P<least>\d+))?")
OF = {"số đơn vị xếp hạng": QuotaKind.OF_RANKED.value, "số đơn vị còn lại": QuotaKind.OF_REMAINING.value}
OF_LABELS = {value: label for label, value in OF.items()}


def _quota_words(quota):
    least = f", ít nhất {quota['at_least']}" if "at_least" in quota else ""
    if quota["kind"] == QuotaKind.FIXED:
        return f"tối đa {quota['count']}{least}"
    per = f"/{quota['denominator']}" if quota.get("denominator", 0) != 100 else "%"
    return f"tối đa {quota['numerator']}{per} {OF_LABELS[quota['kind']]}{least}"


def _read_quota(words):
    least = {}
    if found := SHARE.fullmatch(words):
        kind = _pick(found["of"], OF, "cơ sở tính")
        least = {"at_least": int(found["least"])} if found["least"] else {}
        share = {"numerator": int(found["n"]), "denominator": int(found["d"] or 100)}
        return {"kind": kind, **share, **least}
    if found := FIXED.fullmatch(words):
        least = {"at_least": int(found["least"])} if found["least"] else {}
        return {"kind": QuotaKind.FIXED.value, "count": int(found["count"]), **least}
    raise ValueError(f"không hiểu “{words}”. Hãy ghi: tối đa 25% số đơn vị xếp hạng, hoặc: tối đa 1.")


NAMED = re.compile(r"(?P<name>.*?)\s*(?:\[(?P<code>[^\[\]]+)\])?")


def _write_grades(value):
    lines = []
    for one in value:
        bound = f" = {_shown(one['at_least'])}" if "at_least" in one else ""
        quota = f"; {_quota_words(one['quota'])}" if "quota" in one else ""
        lines.append(f"{one['name']} [{one['code']}]{bound}{quota}")
    return lines


def _read_grade(line):
    head, _, quota = line.partition(";")
    name, equals, bound = head.partition("=")
    found = NAMED.fullmatch(name.strip())
    grade = {"code": found["code"] or "", "name": found["name"]}
    if not grade["name"]:
        raise ValueError("thiếu tên mức xếp loại.")
    if equals:
        grade["at_least"] = _plain(bound.strip())
    if quota.strip():
        grade["quota"] = _read_quota(quota.strip())
    return grade


def _join_grades(pieces):
    return [{**one, "code": one["code"] or f"muc-{place}"} for place, one in enumerate(pieces, start=1)]


# Ties

TIES = {"Điểm thưởng": TieStepKind.BONUS.value, "Điểm trừ": TieStepKind.DEDUCTION.value}
TIE_LABELS = {value: label for label, value in TIES.items()}
WOMEN = "Tỷ lệ nữ"
ROW = "Tiêu chí"


def _write_ties(value):
    lines = []
    for one in value:
        if one["kind"] == TieStepKind.CRITERION:
            lines.append(f"{ROW} {one['code']}")
        elif one["kind"] == TieStepKind.WOMEN_SHARE:
            lines.append(f"{WOMEN} {_shown(one['at_least'])}")
        else:
            lines.append(TIE_LABELS[one["kind"]])
    return lines


def _read_tie(line):
    words = same_words(line)
    for start in (same_words(ROW), "nhóm"):
        if words.startswith(f"{start} "):
            return {"kind": TieStepKind.CRITERION.value, "code": " ".join(line.split())[len(start) :].strip()}
    if words.startswith(same_words(WOMEN)):
        share = words.removeprefix(same_words(WOMEN)).strip(" %") or "70"
        return {"kind": TieStepKind.WOMEN_SHARE.value, "at_least": _plain(share)}
    kind = _pick(line, {**TIES, f"{ROW} V": "", f"{WOMEN} 70": ""}, "bước phân định")
    return {"kind": kind}


# Award quotas. The awards stand in an app above this one; their codes are data of the guidance here.

AWARDS = {
    "Cờ thi đua của tỉnh": "flag",
    "Bằng khen của tỉnh": "merit",
    "Cờ thi đua của Chính phủ": "government_flag",
    "Tập thể Lao động xuất sắc": "excellent_collective",
}
AWARD_LABELS = {value: label for label, value in AWARDS.items()}
AWARD_OF = {"số đơn vị xếp hạng": "of_members", "số đơn vị còn lại": "of_remaining"}
AWARD_OF_LABELS = {value: label for label, value in AWARD_OF.items()}
AWARD_SHARE = re.compile(
    r"(?:tối đa )?(?P<n>\d+)\s*(?:%|/\s*(?P<d>\d+)) (?P<of>[^,]+)"
    r"(?:, ít nhất (?P<minimum>\d+))?(?:, nhiều nhất (?P<maximum>\d+))?"
)
AWARD_FIXED = re.compile(
    r"(?:tối đa )?(?P<fixed>\d+)(?:, ít nhất (?P<minimum>\d+))?(?:, nhiều nhất (?P<maximum>\d+))?"
)


def _write_quotas(value):
    lines = []
    for code, one in value.items():
        ends = "".join(
            f", {words} {one[name]}"
            for name, words in (("minimum", "ít nhất"), ("maximum", "nhiều nhất"))
            if name in one
        )
        if one["kind"] == "fixed":
            words = f"tối đa {one['fixed']}"
        else:
            per = "%" if one.get("denominator", 0) == 100 else f"/{one['denominator']}"
            words = f"tối đa {one['numerator']}{per} {AWARD_OF_LABELS[one['kind']]}"
        lines.append(f"{AWARD_LABELS.get(code, code)}: {words}{ends}")
    return lines


def _read_award(line):
    name, words = _split(line, ":")
    code = {same_words(label): code for label, code in AWARDS.items()}.get(same_words(name), name)
    if found := AWARD_SHARE.fullmatch(words):
        rule = {
            "kind": _pick(found["of"], AWARD_OF, "cơ sở tính"),
            "numerator": int(found["n"]),
            "denominator": int(found["d"] or 100),
        }
    elif found := AWARD_FIXED.fullmatch(words):
        rule = {"kind": "fixed", "fixed": int(found["fixed"])}
    else:
        raise ValueError(
            f"không hiểu “{words}”. Hãy ghi: tối đa 1, hoặc: tối đa 50% số đơn vị còn lại, ít nhất 1."
        )
    ends = {name: int(found[name]) for name in ("minimum", "maximum") if found[name]}
    return code, {**rule, **ends}


# Vote rule

VOTE_NAMES = {
    "Cơ sở tính": "base", "Tử số": "numerator", "Mẫu số": "denominator", "Cách so sánh": "comparison",
    "Người biểu quyết": "electorate", "Tử số của tỷ lệ có mặt": "quorum_numerator",
    "Mẫu số của tỷ lệ có mặt": "quorum_denominator", "Số vòng": "rounds", "Bỏ phiếu kín": "is_secret",
    "Cho ủy quyền": "proxy_allowed", "Cho gửi văn bản": "written_allowed",
    "Tự bỏ phiếu cho mình": "own_unit_votes", "Khi bằng phiếu": "tie_chain",
}  # fmt: skip
VOTE_LABELS = {value: label for label, value in VOTE_NAMES.items()}
VOTE_WORDS = {
    "base": {"tổng số có quyền": "entitled", "số có mặt": "present", "số phiếu thu về": "cast",
             "số phiếu hợp lệ": "valid"},
    "comparison": {"từ ngưỡng trở lên": "at_least", "trên ngưỡng": "more_than"},
    "electorate": {"đơn vị thành viên": "members", "đơn vị thành viên có mặt": "members_present",
                   "toàn thể Hội đồng": "council"},
    "tie_chain": {"tổng điểm": "score", "tỷ lệ nữ": "women", "bỏ phiếu lại": "new_round",
                  "khối trưởng quyết định": "chair", "hội nghị quyết định": "meeting",
                  "chủ tịch Hội đồng quyết định": "council"},
}  # fmt: skip
YES = {"có": True, "không": False}


def _write_vote(value):
    lines = []
    for name, one in value.items():
        labels = {code: words for words, code in VOTE_WORDS.get(name, {}).items()}
        if isinstance(one, bool):
            words = "có" if one else "không"
        elif isinstance(one, list):
            words = "; ".join(labels[step] for step in one)
        else:
            words = labels[one] if labels else str(one)
        lines.append(f"{VOTE_LABELS[name]} = {words}")
    return lines


def _read_vote(line):
    label, words = _split(line, "=")
    name = _pick(label, VOTE_NAMES, "mục biểu quyết")
    if name == "tie_chain":
        return name, [_pick(one, VOTE_WORDS[name], "bước") for one in words.split(";") if one.strip()]
    if name in VOTE_WORDS:
        return name, _pick(words, VOTE_WORDS[name], "giá trị")
    if same_words(words) in YES:
        return name, YES[same_words(words)]
    if not words.isdecimal():
        raise ValueError(f"“{label}” phải là số nguyên, hoặc có, không.")
    return name, int(words)


# Lateness

PER_DAY, FROM_DAY, MOST, PERCENT = "mỗi ngày", "từ ngày chậm thứ", "tối đa", "tính theo phần trăm điểm tối đa"


def _write_lateness(value):
    lines = [f"{PER_DAY}: {_shown(value['per_day'])}"] if "per_day" in value else []
    lines += [f"{FROM_DAY} {one['from_day']}: {_shown(one['points'])}" for one in value.get("steps", ())]
    lines += [f"{MOST}: {_shown(value['cap'])}"] if "cap" in value else []
    return [*lines, PERCENT] if value.get("is_percent") else lines


def _read_lateness(line):
    if same_words(line) == PERCENT:
        return "is_percent", True
    name, words = _split(line, ":")
    low = same_words(name)
    if low.startswith(FROM_DAY) and low.removeprefix(FROM_DAY).strip().isdecimal():
        return "steps", {"from_day": int(low.removeprefix(FROM_DAY)), "points": _plain(words)}
    return _pick(name, {PER_DAY: "per_day", MOST: "cap", f"{FROM_DAY} 3": ""}, "mục"), _plain(words)


def _join_lateness(pieces):
    value = {name: one for name, one in pieces if name != "steps"}
    steps = [one for name, one in pieces if name == "steps"]
    return {**value, "steps": steps} if steps else value


# Deadlines: a kind of date → month and day.

MILESTONES = {kind.label: kind.value for kind in MilestoneKind}
DAY_MONTH = re.compile(r"(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})")
DAYS_OF = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _write_deadlines(value):
    return [f"{MilestoneKind(kind).label}: {on:02d}/{month:02d}" for kind, (month, on) in value.items()]


def _read_deadline(line):
    name, words = _split(line, ":")
    found = DAY_MONTH.fullmatch(words)
    if not found or not 1 <= int(found["month"]) <= 12:
        raise ValueError(f"“{words}” không phải là ngày trong năm. Hãy gõ ngày/tháng, ví dụ 10/12.")
    month, on = int(found["month"]), int(found["day"])
    if not 1 <= on <= DAYS_OF[month - 1]:
        raise ValueError(f"tháng {month} không có ngày {on}.")
    return _pick(name, MILESTONES, "hạn"), [month, on]


BLOCKS = {
    "roundings": Block(_write_roundings, _read_rounding, dict, {}, "Mặc định: bước 0,25; Làm tròn xuống"),
    "grades": Block(
        _write_grades, _read_grade, _join_grades, [], "Xuất sắc [xs] = 90; tối đa 25% số đơn vị xếp hạng"
    ),
    "tie_chain": Block(
        _write_ties, _read_tie, list, [], "Điểm thưởng; hoặc Điểm trừ; hoặc Tiêu chí V; hoặc Tỷ lệ nữ 70"
    ),
    "quota_rules": Block(
        _write_quotas, _read_award, dict, {}, "Bằng khen của tỉnh: tối đa 50% số đơn vị còn lại, ít nhất 1"
    ),
    "vote_rule": Block(_write_vote, _read_vote, dict, {}, "Tử số = 2"),
    "lateness": Block(
        _write_lateness, _read_lateness, _join_lateness, {}, "mỗi ngày: 0,5; hoặc tối đa: 5, mỗi mục một dòng"
    ),
    "deadlines": Block(_write_deadlines, _read_deadline, dict, {}, "Hạn gửi bảng tự chấm điểm: 10/12"),
}
