"""The frame of the draft decision of Thanh Hóa (2026), from its table of columns into rows of a guidance.

Its `count` is points an item, its `deduct` a deduction; `bonus_…` and `deduct_group` say the nature of groups. The
wording of every criterion is kept as it stands; what it says of sanctions is read into rules beside it.
"""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO

from scoring.enums import CriterionKind, GroupNature, NaPolicy, NotArisen, RankNumbering, SanctionKind
from scoring.imports.guidance import GuidanceBook
from scoring.rules import (
    ChoiceRule,
    DeductionRule,
    Level,
    MinusRule,
    PerItemRule,
    Sanction,
    rule_to_json,
)

NATURES = {
    "group": GroupNature.NORMAL,
    "item": GroupNature.NORMAL,
    "bonus_group": GroupNature.BONUS,
    "bonus_item": GroupNature.BONUS,
    "deduct_group": GroupNature.DEDUCTION,
}
# What the table says of its groups, in words for the screen; one for one, so that nothing is lost.
GROUP_WORDINGS = {
    "sum of items, capped at max_points": "Tổng điểm các tiêu chí, không quá điểm tối đa của nhóm.",
    'sum of sub-criteria, capped; "zero item" answer sets the whole item to 0': (
        "Tổng điểm các tiêu chí con, không quá điểm tối đa; mức ghi “mất điểm toàn tiêu chí” đưa cả tiêu chí về 0."
    ),
    "total deduction capped at max_points": "Tổng điểm trừ, không quá mức trừ tối đa của nhóm.",
}
LEVEL = re.compile(r"(?P<label>.+)=(?P<points>\d+(?:\.\d+)?)(?P<tail>\D.*)?")
MINUS = re.compile(r"[\d.]+ trừ (?P<per>[\d.]+)/(?P<item>[^,(]+)")
COUNT = re.compile(r"(?P<per>[\d.]+)/(?P<item>[^,]+),")
DEDUCTION = re.compile(
    r"-(?P<per>[\d.]+) per (?P<item>[^,]+), cap -(?P<cap>[\d.]+)(?:; SANCTION: (?P<more>.+))?"
)
NOT_AGAIN = re.compile(r"không tính lại nếu đã chấm nhóm ([IVXLC]+)")
# The grade below “Tốt” is the highest that “không xếp từ mức Tốt trở lên” leaves.
SANCTIONS = (
    ("không xếp loại Xuất sắc", Sanction(SanctionKind.NO_TOP_GRADE)),
    ("không xếp từ mức Tốt trở lên", Sanction(SanctionKind.GRADE_AT_MOST, grade="kha")),
    ("mất toàn bộ điểm tiêu chí liên quan", Sanction(SanctionKind.ZERO_CRITERION)),
    ("hạ 01 mức", Sanction(SanctionKind.GRADE_DOWN)),
    ("tái phạm xếp Yếu", Sanction(SanctionKind.LOWEST_GRADE, on_repeat=True)),
)
# The draft has neither number nor day; the table has neither rounding nor treatment of what did not arise.
LAW = {
    "number": "Dự thảo/QĐ-2026",
    "title": "Khung tiêu chí chấm điểm thi đua năm 2026, tỉnh Thanh Hóa (dự thảo, ví dụ nhập)",
    "issuer": "Tỉnh Thanh Hóa",
    "issued_on": date(2026, 1, 1),
    "from_year": 2026,
    "to_year": 2026,
    "scale": Decimal(100),
    "bonus_cap": Decimal(10),
    "deduction_cap": Decimal(20),
    "na_policy": NaPolicy.RESCALE.value,
    "not_arisen": NotArisen.FULL.value,
    "rank_numbering": RankNumbering.SKIP.value,
    "evidence_required": False,
    "roundings": {
        "default": {"step": "0.25", "mode": "half_up"},
        "total": {"step": "0.01", "mode": "half_up"},
    },
    "grades": [
        {
            "code": "xs",
            "name": "Xuất sắc",
            "at_least": "90",
            "quota": {"kind": "of_ranked", "numerator": 25, "denominator": 100},
        },
        {"code": "tot", "name": "Tốt", "at_least": "80"},
        {"code": "kha", "name": "Khá", "at_least": "65"},
        {"code": "tb", "name": "Trung bình", "at_least": "50"},
        {"code": "yeu", "name": "Yếu"},
    ],
    "tie_chain": [
        {"kind": "bonus"},
        {"kind": "criterion", "code": "V"},
        {"kind": "women_share", "at_least": "70"},
    ],
    "quota_rules": {},
    "vote_rule": {},
    "lateness": {},
    "deadlines": {},
}
NOTE = (
    "Nguồn: {source}. Dự thảo dành cho Hội đồng nhân dân, chỉ dùng làm ví dụ nhập. Ngày, bước làm tròn, cách xử lý "
    "không giao, không phát sinh và thứ tự khi bằng điểm là giả định."
)


def converted_frame(text):
    """The table as a guidance that can be written as a workbook."""
    lines = list(csv.DictReader(StringIO(text)))
    sources = ", ".join(dict.fromkeys(line["source"] for line in lines))
    return GuidanceBook({**LAW, "note": NOTE.format(source=sources)}, [_row(line) for line in lines])


def _row(line):
    row = {
        "code": line["code"],
        "parent": line["parent"],
        "title": line["title"],
        "max_points": abs(Decimal(line["max_points"])),
        "nature": NATURES.get(line["kind"], GroupNature.NORMAL).value,
        "kind": "",
        "rule": {},
        "wording": line["rule"],
        "evidence_hint": "",
        "scored_by": "unit",
        "needs_evidence": False,
        "not_arisen": "",
    }
    if line["kind"] in NATURES:
        return {**row, "wording": GROUP_WORDINGS[line["rule"]]}
    kind, read = READERS[line["kind"]]
    rule = {name: part for name, part in rule_to_json(read(line["rule"])).items() if name != "kind"}
    return {**row, "kind": kind.value, "rule": rule}


def _choice(words):
    levels, more = [], {}
    for place, piece in enumerate(words.split("; "), start=1):
        if piece == "chỉ tính 01 lần/năm":
            more["once_only"] = True
        elif piece == "chỉ tính mức cao nhất":
            more["highest_only"] = True
        else:
            found = LEVEL.fullmatch(piece)
            zeroes = "MẤT ĐIỂM TOÀN TIÊU CHÍ" in (found["tail"] or "")
            levels.append(Level(f"m{place}", found["label"], Decimal(found["points"]), zeroes_parent=zeroes))
    return ChoiceRule(tuple(levels), **more)


def _per_item(words):
    found, again = COUNT.match(words), NOT_AGAIN.search(words)
    return PerItemRule(Decimal(found["per"]), found["item"], (again[1],) if again else ())


def _minus(words):
    found = MINUS.match(words)
    return MinusRule(Decimal(found["per"]), found["item"].strip())


def _deduction(words):
    found = DEDUCTION.fullmatch(words)
    sanctions = tuple(one for said, one in SANCTIONS if said in (found["more"] or ""))
    return DeductionRule(Decimal(found["per"]), found["item"], Decimal(found["cap"]), sanctions)


READERS = {
    "choice": (CriterionKind.CHOICE, _choice),
    "count": (CriterionKind.PER_ITEM, _per_item),
    "minus": (CriterionKind.MINUS, _minus),
    "deduct": (CriterionKind.DEDUCTION, _deduction),
}
