"""A small guidance with one criterion of every kind, to begin a workbook from."""

from datetime import date
from decimal import Decimal

from scoring.enums import CriterionKind, GroupNature, NaPolicy, NotArisen, RankNumbering
from scoring.imports.guidance import GuidanceBook
from scoring.rules import rule_to_json
from scoring.rules.written import rule_from_text

ROWS = (
    ("I", "", "Thực hiện chỉ tiêu, nhiệm vụ", 60, "", ""),
    ("I.1", "I", "Hoàn thành chỉ tiêu được giao", 20, CriterionKind.TARGET, "≥ %"),
    ("I.2", "I", "Hồ sơ giải quyết đúng hạn", 10, CriterionKind.RATIO, "hồ sơ"),
    (
        "I.3",
        "I",
        "Tỷ lệ hài lòng",
        10,
        CriterionKind.BANDS,
        "%: từ 90 = 10; từ 80 đến dưới 90 = 5; dưới 80 = 0",
    ),
    ("I.4", "I", "Chất lượng tham mưu", 10, CriterionKind.DIRECT, ""),
    ("I.5", "I", "Báo cáo đúng hạn", 5, CriterionKind.MINUS, "1/lần chậm"),
    ("I.6", "I", "Thu ngân sách", 5, CriterionKind.TARGET_LEADER, "tỷ đồng"),
    ("II", "", "Chủ trương của Đảng, chính sách, pháp luật", 20, "", ""),
    ("II.1", "II", "Tổ chức đảng hoàn thành tốt nhiệm vụ", 10, CriterionKind.PASS_FAIL, ""),
    (
        "II.2",
        "II",
        "Xếp loại chính quyền",
        10,
        CriterionKind.CHOICE,
        "Xuất sắc = 10; Tốt = 7; Hoàn thành = 4",
    ),
    ("III", "", "Công tác thi đua, khen thưởng", 20, "", ""),
    ("III.1", "III", "Sáng kiến được công nhận", 10, CriterionKind.PER_ITEM, "2/sáng kiến"),
    ("III.2", "III", "Hội thi, hội thao", 10, CriterionKind.EVENTS, "cuộc"),
    ("IV", "", "Điểm thưởng", 10, "", ""),
    ("IV.1", "IV", "Mô hình được nhân rộng", 10, CriterionKind.BONUS, "2/mô hình; tối đa 10"),
    ("V", "", "Điểm trừ", 20, "", ""),
    ("V.1", "V", "Cán bộ bị kỷ luật", 20, CriterionKind.DEDUCTION, "5/trường hợp; tối đa 20"),
)
NATURES = {"IV": GroupNature.BONUS, "V": GroupNature.DEDUCTION}


def sample_guidance(year):
    """The sample for a year."""
    law = {
        "number": "01/HD-HĐTĐKT",
        "title": f"Hướng dẫn chấm điểm thi đua năm {year}",
        "issuer": "Hội đồng Thi đua - Khen thưởng tỉnh",
        "issued_on": date(year, 1, 15),
        "from_year": year,
        "to_year": None,
        "scale": Decimal(100),
        "bonus_cap": Decimal(10),
        "deduction_cap": Decimal(20),
        "na_policy": NaPolicy.RESCALE.value,
        "not_arisen": NotArisen.FULL.value,
        "rank_numbering": RankNumbering.SKIP.value,
        "evidence_required": False,
        "roundings": {"default": {"step": "0.25", "mode": "half_up"}, "total": {"step": "0.01"}},
        "grades": [
            {"code": "xs", "name": "Xuất sắc", "at_least": "90"},
            {"code": "tot", "name": "Tốt", "at_least": "80"},
            {"code": "ht", "name": "Hoàn thành"},
        ],
        "tie_chain": [{"kind": "bonus"}, {"kind": "criterion", "code": "I"}],
        "quota_rules": {"flag": {"kind": "fixed", "fixed": 1}},
        "vote_rule": {},
        "lateness": {"per_day": "0.5", "cap": "5"},
        "deadlines": {"self_scoring": [12, 10]},
        "note": "",
    }
    return GuidanceBook(law, [_row(*one) for one in ROWS])


def long_guidance(rows):
    """A guidance of this many rows, groups of fifty leaves of every sort, to measure an import by."""
    sample = sample_guidance(2026)
    leaves = [row for row in sample.rows if row["kind"]]
    made = []
    for place in range(rows):
        group = f"N{place // 50 + 1}"
        if place % 50 == 0:
            made.append({**sample.rows[0], "code": group, "title": f"Nội dung {place // 50 + 1}"})
        else:
            leaf = leaves[place % len(leaves)]
            made.append({**leaf, "code": f"{group}.{place % 50}", "parent": group, "nature": "normal"})
    return GuidanceBook(sample.law, made)


def _row(code, parent, title, most, kind, words):
    rule = rule_to_json(rule_from_text(kind, words)) if kind else {}
    return {
        "code": code,
        "parent": parent,
        "title": title,
        "max_points": Decimal(most),
        "nature": NATURES.get(code, GroupNature.NORMAL).value,
        "kind": kind.value if kind else "",
        "rule": {name: part for name, part in rule.items() if name != "kind"},
        "wording": "",
        "evidence_hint": "",
        "scored_by": "unit",
        "needs_evidence": False,
        "not_arisen": "",
    }
