"""A rule as a line that people type, and as a line that they read."""

from decimal import Decimal

import pytest

from scoring.rules import FormatError, rule_from_json
from scoring.rules.wording import wording_of
from scoring.rules.written import rule_from_text, rule_to_text

D = Decimal


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("direct", "", "Chấm từ 0 đến 10"),
        ("pass_fail", "", "Đạt được 10; không đạt được 0"),
        ("choice", "Tốt = 10; Khá = 7,5", "Tốt: 10; Khá: 7,5"),
        (
            "choice",
            "Tốt = 10; Sai phạm = 0 (mất điểm cả nhóm); chỉ mức cao nhất",
            "Tốt: 10; Sai phạm: 0 (mất điểm cả nhóm); chỉ tính mức cao nhất",
        ),
        (
            "bands",
            "%: từ 98 trở lên = 10; từ 95 đến dưới 98 = 7; dưới 95 = 0",
            "Từ 98% trở lên: 10; từ 95 đến dưới 98%: 7; dưới 95%: 0",
        ),
        ("bands", "trên 5 = 10; đến 5 = 0", "Trên 5: 10; đến 5: 0"),
        ("ratio", "hồ sơ", "10 × số hồ sơ đạt / tổng số"),
        ("target", "≥ %", "Đạt từ mức giao trở lên được 10; thấp hơn tính theo tỷ lệ"),
        ("target", "≤ vụ", "Không quá mức giao được 10; cao hơn tính theo tỷ lệ"),
        ("target", "=", "Đúng mức giao được 10; khác mức giao được 0"),
        ("target", "có/không", "Đạt được 10; không đạt được 0"),
        (
            "target_leader",
            "tỷ đồng",
            "Đạt chỉ tiêu được một nửa của 10; phần vượt so với đơn vị dẫn đầu khối",
        ),
        ("per_item", "2,5/sáng kiến", "2,5 điểm mỗi sáng kiến, tối đa 10"),
        ("minus", "1/lần chậm", "Trừ 1 điểm mỗi lần chậm, từ 10 điểm"),
        ("bonus", "1/mô hình; tối đa 3", "Thưởng 1 điểm mỗi mô hình, tối đa 3"),
        (
            "bonus",
            "Nhất = 2; Nhì = 1; chỉ mức cao nhất",
            "Thưởng: Nhất: 2; Nhì: 1; tối đa 10; chỉ tính mức cao nhất",
        ),
        ("bonus", "Nhất = 2", "Thưởng: Nhất: 2; tối đa 10"),
        ("deduction", "5/trường hợp; tối đa 8", "Trừ 5 điểm mỗi trường hợp, tối đa 8"),
        ("deduction", "5/vụ", "Trừ 5 điểm mỗi vụ, tối đa 10"),
        ("events", "cuộc", "Trung bình điểm các cuộc, mỗi cuộc từ 0 đến 10"),
    ],
)
def test_a_rule_is_typed_read_back_and_put_into_words(kind, text, words):
    rule = rule_from_text(kind, text)

    assert rule_to_text(rule) == text
    assert rule_from_text(kind, rule_to_text(rule)) == rule
    assert wording_of(rule, D(10)) == words


def test_a_bare_measure_is_a_target_to_reach():
    assert rule_to_text(rule_from_text("target", "%")) == "≥ %"


def test_the_guidances_own_wording_comes_first():
    rule = rule_from_json({"wording": "Theo bảng đính kèm"}, "direct")

    assert wording_of(rule, D(10)) == "Theo bảng đính kèm"


def test_sanctions_are_said():
    rule = rule_from_json({"per": "5", "sanctions": [{"kind": "not_ranked"}]}, "deduction")

    assert wording_of(rule, D(10)) == "Trừ 5 điểm mỗi trường hợp, tối đa 10; không xếp hạng"


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("per_item", "hai", "Không hiểu “hai”. Hãy ghi điểm mỗi việc, ví dụ: 2/sáng kiến."),
        ("per_item", "1.000/việc", "“1.000” có thể là 1000 hoặc 1,000. Hãy gõ rõ “1000” hoặc “1”."),
        ("choice", "Tốt", "Không hiểu “Tốt”. Hãy ghi tên mức = điểm, ví dụ: Tốt = 10."),
        ("choice", "", "Cách chấm chọn mức phải có ít nhất một mức."),
        ("bands", "98 = 10", "Không hiểu “98 = 10”. Hãy ghi khoảng = điểm, ví dụ: từ 95 đến dưới 98 = 7."),
        ("choice", "Tốt = -1", "Mục “điểm” không được âm."),
    ],
)
def test_a_line_that_cannot_be_read_is_told_so(kind, text, reason):
    with pytest.raises(FormatError) as wrong:
        rule_from_text(kind, text)

    assert wrong.value.reasons == [reason]
