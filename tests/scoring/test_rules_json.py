import json
from dataclasses import fields
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.enums import (
    CriterionKind,
    Direction,
    GivenPoints,
    NaReason,
    QuotaKind,
    RoundingMode,
    SanctionKind,
    TieStepKind,
)
from scoring.rules import (
    ACCEPTED,
    RULE_TYPES,
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    CountInputs,
    DeductionRule,
    Event,
    EventInputs,
    FormatError,
    Grade,
    Level,
    LevelInputs,
    NotApplicable,
    PassInputs,
    PerItemRule,
    Quota,
    RatioInputs,
    Rounding,
    RoundingTable,
    Sanction,
    TargetInputs,
    TargetRule,
    TieStep,
    ValueInputs,
    grades_from_json,
    inputs_from_json,
    inputs_to_json,
    quota_from_json,
    roundings_from_json,
    roundings_to_json,
    rule_from_json,
    rule_to_json,
    tie_chain_from_json,
)

numbers = st.decimals(0, 1000, places=2)
texts = st.text(st.characters(codec="utf-8"), max_size=8)
sanctions = st.lists(
    st.builds(Sanction, st.sampled_from(SanctionKind), st.just("I.1"), st.just("kha"), st.booleans()),
    max_size=2,
).map(tuple)
levels = st.lists(
    st.builds(Level, texts, texts, numbers, st.booleans(), sanctions),
    min_size=1,
    max_size=3,
    unique_by=lambda x: x.code,
).map(tuple)
bands = st.lists(
    st.builds(Band, numbers, st.none() | numbers, st.none() | numbers, st.booleans(), st.booleans()),
    min_size=1,
    max_size=3,
).map(tuple)
codes = st.lists(texts, max_size=2).map(tuple)
rules = st.one_of(
    st.builds(RULE_TYPES[CriterionKind.DIRECT], texts),
    st.builds(RULE_TYPES[CriterionKind.PASS_FAIL], texts),
    st.builds(ChoiceRule, levels, st.booleans(), st.booleans(), codes, texts),
    st.builds(BandsRule, bands, texts, texts),
    st.builds(RULE_TYPES[CriterionKind.RATIO], texts, texts),
    st.builds(TargetRule, st.sampled_from(Direction), texts, texts),
    st.builds(RULE_TYPES[CriterionKind.TARGET_LEADER], texts, texts),
    st.builds(PerItemRule, numbers, texts, codes, texts),
    st.builds(RULE_TYPES[CriterionKind.MINUS], numbers, texts, texts),
    st.builds(BonusRule, numbers, st.just(()), texts, st.none() | numbers, st.booleans(), st.booleans()),
    st.builds(BonusRule, st.none(), levels, texts, st.none() | numbers, st.booleans(), st.booleans()),
    st.builds(DeductionRule, numbers, texts, st.none() | numbers, sanctions, texts),
    st.builds(RULE_TYPES[CriterionKind.EVENTS], texts, texts),
)


@given(rules)
def test_a_rule_survives_json(rule):
    assert rule_from_json(json.loads(json.dumps(rule_to_json(rule)))) == rule


def test_every_kind_has_a_rule_and_its_inputs():
    assert set(RULE_TYPES) == set(ACCEPTED) == set(CriterionKind)


def test_the_kind_may_stand_in_a_column_of_its_own():
    assert rule_from_json({"per": "1"}, kind="per_item") == PerItemRule(D(1))
    assert rule_from_json({"kind": "direct", "per": "1"}, kind="per_item") == PerItemRule(D(1))


REFUSED_RULES = [
    ("x", ["Cách tính điểm phải là một bảng gồm tên và giá trị."]),
    ({}, ["Không có cách tính điểm “None”. Hãy chọn một cách trong danh sách."]),
    ({"kind": "vote"}, ["Không có cách tính điểm “vote”. Hãy chọn một cách trong danh sách."]),
    ({"kind": "per_item"}, ["Thiếu mục “điểm mỗi việc”. Hãy ghi mục này."]),
    (
        {"kind": "per_item", "per": "-1", "colour": "red"},
        ["Không có mục “colour”. Hãy bỏ mục này.", "Mục “điểm mỗi việc” không được âm."],
    ),
    ({"kind": "per_item", "per": 1.5}, ["Mục “điểm mỗi việc” phải là số ghi dạng chữ, ví dụ “7.5”."]),
    ({"kind": "per_item", "per": "NaN"}, ["Mục “điểm mỗi việc” phải là số ghi dạng chữ, ví dụ “7.5”."]),
    ({"kind": "per_item", "per": True}, ["Mục “điểm mỗi việc” phải là số ghi dạng chữ, ví dụ “7.5”."]),
    ({"kind": "per_item", "per": "1", "item": 5}, ["Mục “tên việc” phải là chữ."]),
    ({"kind": "per_item", "per": "1", "not_again_in": "VIII"}, ["Mục “không tính lại ở” phải là danh sách."]),
    ({"kind": "target", "direction": "up"}, ["Mục “chiều chỉ tiêu” không có giá trị “up”."]),
    ({"kind": "choice", "levels": []}, ["Cách chấm chọn mức phải có ít nhất một mức."]),
    ({"kind": "bands", "bands": []}, ["Cách chấm theo khoảng phải có ít nhất một khoảng."]),
    ({"kind": "bonus"}, ["Điểm thưởng phải ghi điểm mỗi việc hoặc các mức, một trong hai."]),
    ({"kind": "choice", "levels": ["a"]}, ["Dữ liệu phải là một bảng gồm tên và giá trị."]),
    ({"kind": "choice", "levels": [{"code": "a", "label": "đủ"}]}, ["Thiếu mục “điểm”. Hãy ghi mục này."]),
    (
        {"kind": "choice", "levels": [{"code": "a", "label": "đủ", "points": "1.2345"}]},
        ["Mục “điểm” chỉ được có tối đa 3 chữ số thập phân."],
    ),
    (
        {"kind": "choice", "levels": [{"code": "a", "label": "x", "points": "1", "zeroes_parent": "yes"}]},
        ["Mục “mất điểm toàn tiêu chí” phải là có hoặc không."],
    ),
    (
        {"kind": "choice", "levels": [{"code": "a", "label": "x", "points": "1"}] * 2},
        ["Mục “các mức” có mã lặp lại: a."],
    ),
    (
        {
            "kind": "choice",
            "levels": [{"code": "a", "label": "x", "points": "1", "sanctions": [{"kind": "zero_criterion"}]}],
        },
        ["Mức “x” làm mất điểm tiêu chí khác thì phải ghi mã tiêu chí đó."],
    ),
    (
        {"kind": "deduction", "per": "1", "sanctions": [{"kind": "grade_at_most"}]},
        ["Chế tài “Không xếp trên một mức” phải ghi mức xếp loại."],
    ),
]


@pytest.mark.parametrize(("data", "reasons"), REFUSED_RULES)
def test_a_faulty_rule_is_refused_with_every_reason(data, reasons):
    with pytest.raises(FormatError) as refused:
        rule_from_json(data)

    assert refused.value.reasons == reasons


INPUTS = [
    (CriterionKind.DIRECT, None),
    (CriterionKind.DIRECT, ValueInputs(D("7.5"))),
    (CriterionKind.DIRECT, NotApplicable(NaReason.NOT_ARISEN)),
    (CriterionKind.PASS_FAIL, PassInputs(False)),
    (CriterionKind.CHOICE, LevelInputs(("a", "b"))),
    (CriterionKind.BANDS, ValueInputs(D(-1))),
    (CriterionKind.BANDS, RatioInputs(D(1), D(2))),
    (CriterionKind.RATIO, RatioInputs(D(1), D(2), D(1))),
    (CriterionKind.TARGET, TargetInputs(D(1), D(2))),
    (CriterionKind.TARGET, PassInputs(True)),
    (CriterionKind.PER_ITEM, CountInputs(D(3), D(1))),
    (CriterionKind.BONUS, LevelInputs(("a",))),
    (CriterionKind.DEDUCTION, CountInputs(D(1), is_repeat=True, linked=("I.1",))),
    (CriterionKind.EVENTS, EventInputs((Event("Hội thao", D(9)),))),
]


@pytest.mark.parametrize(("kind", "inputs"), INPUTS)
def test_inputs_survive_json(kind, inputs):
    assert inputs_from_json(kind, json.loads(json.dumps(inputs_to_json(inputs)))) == inputs


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ([1], ["Số liệu phải là một bảng gồm tên và giá trị."]),
        ({"na": "forgotten"}, ["Mục “lý do” không có giá trị “forgotten”."]),
        ({"actual": "abc"}, ["Mục “thực hiện” phải là số ghi dạng chữ, ví dụ “7.5”."]),
        ({"passed": True, "actual": "1"}, ["Không có mục “passed”. Hãy bỏ mục này."]),
    ],
)
def test_faulty_inputs_are_refused(data, reasons):
    with pytest.raises(FormatError) as refused:
        inputs_from_json(CriterionKind.TARGET, data)

    assert refused.value.reasons == reasons


def test_every_part_of_a_rule_has_a_reader():
    from_rules = {part.name for rule in RULE_TYPES.values() for part in fields(rule)}

    assert rule_from_json({"kind": "per_item", "per": D("1.5")}) == PerItemRule(D("1.5"))
    assert from_rules == {
        "wording", "unit", "item", "per", "cap", "levels", "bands", "direction", "highest_only", "once_only",
        "not_again_in", "sanctions",
    }  # fmt: skip


def test_the_law_of_the_year_is_read_from_json():
    table = RoundingTable(
        Rounding(D("0.1")), Rounding(D("0.5")), {CriterionKind.RATIO: Rounding(D("0.25"), RoundingMode.DOWN)}
    )

    assert roundings_from_json(roundings_to_json(table)) == table
    assert roundings_from_json({"default": {"step": "0.25"}}).total == Rounding(D("0.25"))
    assert roundings_from_json({}) == RoundingTable()
    strict = RoundingTable(given=GivenPoints.REFUSE)
    assert roundings_from_json(roundings_to_json(strict)) == strict
    assert grades_from_json(
        [
            {
                "code": "xs",
                "name": "Xuất sắc",
                "at_least": "90",
                "quota": {"kind": "of_ranked", "numerator": 25},
            },
            {"code": "yeu", "name": "Yếu"},
        ]
    ) == (Grade("xs", "Xuất sắc", D(90), Quota(QuotaKind.OF_RANKED, numerator=25)), Grade("yeu", "Yếu"))
    assert tie_chain_from_json([{"kind": "bonus"}, {"kind": "criterion", "code": "V"}]) == (
        TieStep(TieStepKind.BONUS),
        TieStep(TieStepKind.CRITERION, "V"),
    )


@pytest.mark.parametrize(
    ("read", "data", "reason"),
    [
        (roundings_from_json, [], "Quy tắc làm tròn phải là một bảng gồm tên và giá trị."),
        (roundings_from_json, {"given": "x"}, "Hãy chọn làm tròn hay không nhận điểm không đúng bước."),
        (roundings_from_json, {"colour": {}}, "Không có cách tính điểm “colour” để làm tròn."),
        (roundings_from_json, {"default": {"step": "0"}}, "Mục “bước làm tròn” phải lớn hơn 0."),
        (quota_from_json, {"kind": "fixed", "denominator": 0}, "Mẫu số của tỷ lệ phải lớn hơn 0."),
        (grades_from_json, {}, "Xếp loại phải là danh sách."),
        (
            tie_chain_from_json,
            [{"kind": "criterion"}],
            "Bước phân định theo tiêu chí phải ghi ký hiệu của nhóm hoặc tiêu chí.",
        ),
    ],
)
def test_a_faulty_law_is_refused(read, data, reason):
    with pytest.raises(FormatError) as refused:
        read(data)

    assert refused.value.reasons == [reason]
