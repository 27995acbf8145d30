from datetime import date

import pytest

from awards.enums import AwardCode
from awards.rules import Candidate, Hold, eligibility_findings, is_open, refusals

ON = date(2020, 2, 5)
OPEN_HOLD = Hold("Thanh tra tỉnh", "đang thanh tra", date(2020, 1, 10))


@pytest.mark.parametrize(
    ("hold", "expected"),
    [
        (OPEN_HOLD, True),
        (Hold("Thuế", "nợ thuế", ON), True),
        (Hold("Thuế", "nợ thuế", date(2020, 1, 1), ON), True),
        (Hold("Thuế", "nợ thuế", date(2020, 2, 6)), False),
        (Hold("Thuế", "nợ thuế", date(2019, 1, 1), date(2020, 2, 4)), False),
    ],
)
def test_a_hold_runs_from_its_first_day_to_its_last(hold, expected):
    assert is_open(hold, ON) is expected


def test_the_leading_unit_without_holds_may_be_proposed():
    assert eligibility_findings(Candidate("Sở KH&CN", 1), AwardCode.FLAG, ON) == []


@pytest.mark.parametrize(
    ("candidate", "sentence"),
    [
        (
            Candidate("Sở Y tế", 1, holds=(OPEN_HOLD,)),
            "Sở Y tế đang tạm dừng xét từ ngày 10/01/2020 (Thanh tra tỉnh: đang thanh tra). "
            "Chỉ đề nghị khi đã có kết luận.",
        ),
        (
            Candidate("Sở Y tế", 1, dissolved_on=ON),
            "Sở Y tế đã kết thúc hoạt động ngày 05/02/2020, không đề nghị được.",
        ),
        (Candidate("Sở Y tế", None), "Sở Y tế không xếp hạng, không đề nghị được."),
        (
            Candidate("Sở Y tế", None, not_ranked_reason="chưa ký giao ước"),
            "Sở Y tế không xếp hạng (chưa ký giao ước), không đề nghị được.",
        ),
        (
            Candidate("Sở Y tế", 1, awarded_for_same="Cờ thi đua của Chính phủ"),
            "Sở Y tế đã được Cờ thi đua của Chính phủ cho cùng thành tích; "
            "một thành tích không khen thưởng nhiều lần.",
        ),
    ],
)
def test_what_forbids_a_proposal_forbids_it_with_any_reason(candidate, sentence):
    findings = eligibility_findings(candidate, AwardCode.FLAG, ON)

    assert [(one.sentence, one.is_blocking) for one in findings] == [(sentence, True)]
    assert refusals(findings, "Hội nghị thống nhất.") == [sentence]


def test_a_hold_that_ended_and_a_dissolution_to_come_forbid_nothing():
    ended = Hold("Thanh tra tỉnh", "đã kết luận", date(2019, 1, 1), date(2019, 12, 31))
    candidate = Candidate("Sở Y tế", 1, dissolved_on=date(2020, 2, 6), holds=(ended,))

    assert eligibility_findings(candidate, AwardCode.FLAG, ON) == []


def test_the_flag_for_another_than_the_leader_asks_for_a_reason():
    second = Candidate("Sở GD&ĐT", 2)
    findings = eligibility_findings(second, AwardCode.FLAG, ON)

    assert refusals(findings) == [
        "Sở GD&ĐT xếp hạng 2; Cờ thi đua dành cho đơn vị dẫn đầu khối. Hãy ghi lý do."
    ]
    assert refusals(findings, "Đơn vị dẫn đầu đã xin rút.") == []
    assert eligibility_findings(second, AwardCode.MERIT, ON) == []


def test_a_unit_that_did_not_register_asks_for_a_reason():
    findings = eligibility_findings(Candidate("Sở GD&ĐT", 2, registered=False), AwardCode.MERIT, ON)

    assert refusals(findings) == ["Sở GD&ĐT chưa đăng ký thi đua đầu năm. Hãy ghi lý do."]
