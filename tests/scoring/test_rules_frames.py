from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from scoring.enums import CriterionKind, GroupNature, SanctionKind, TieStepKind
from scoring.imports import GuidanceBook, read_guidance
from scoring.rules import (
    Band,
    BandsRule,
    BonusRule,
    ChoiceRule,
    DeductionRule,
    DirectRule,
    FindingCode,
    Frame,
    FrameRow,
    Grade,
    Level,
    PerItemRule,
    Rounding,
    RoundingTable,
    Sanction,
    TieStep,
    findings_of,
)
from scoring.rules.frames import limits_of, natures_of, sums_of


def group(code, maximum, parent="", nature=GroupNature.NORMAL):
    return FrameRow(code, parent, f"Nhóm {code}", D(maximum), nature)


def leaf(code, parent, maximum, rule=None, title="", wording=""):
    rule = rule or DirectRule()
    return FrameRow(code, parent, title or code, D(maximum), kind=rule.kind, rule=rule, wording=wording)


def bands(*ranges):
    return BandsRule(tuple(ranges))


GOOD_BANDS = bands(Band(D(2), low=D(100)), Band(D("0.5"), D(90), D(100)), Band(D(0), high=D(90)))
ROWS = (
    group("I", 98),
    group("I.1", 50, "I"),
    leaf("I.1.a", "I.1", 48),
    leaf("I.1.b", "I.1", 2, GOOD_BANDS),
    leaf("I.2", "I", 48, wording="tối đa 48; theo tiêu chí I.1 và ngưỡng “A”"),
    group("II", 2),
    leaf("II.1", "II", 2, ChoiceRule((Level("a", "có", D(2)),), not_again_in=("III",))),
    leaf("II.2", "II", 1, BonusRule(D(1))),
    group("III", 10, nature=GroupNature.BONUS),
    leaf("III.1", "III", 12, PerItemRule(D(2), not_again_in=("II",))),
    group("IV", 20, nature=GroupNature.DEDUCTION),
    leaf("IV.1", "IV", 15, DeductionRule(D(5), cap=D(15)), wording="-5 per vụ, cap -15"),
    leaf(
        "IV.2", "IV", 10, DeductionRule(D(5), sanctions=(Sanction(SanctionKind.GRADE_AT_MOST, grade="kha"),))
    ),
)  # fmt: skip
FRAME = Frame(
    ROWS,
    D(100),
    D(10),
    D(20),
    grades=(Grade("tot", "Tốt", D(80)), Grade("kha", "Khá", D(50)), Grade("yeu", "Yếu")),
    tie_chain=(TieStep(TieStepKind.BONUS), TieStep(TieStepKind.CRITERION, "I")),
    rounding=RoundingTable(Rounding(D("0.25"))),
    thresholds=frozenset({"A"}),
)


def spoiled(code, **changes):
    return replace(FRAME, rows=tuple(replace(row, **changes) if row.code == code else row for row in ROWS))


def found(frame):
    return [(finding.code, finding.criterion) for finding in findings_of(frame)]


def test_a_sound_frame_has_no_findings():
    assert findings_of(FRAME) == []


def with_bands(*ranges):
    return spoiled("I.1.b", rule=bands(*ranges))


SPOILED = [
    (replace(FRAME, rows=(*ROWS, replace(ROWS[2], parent=""))), (FindingCode.DUPLICATE_CODE, "I.1.a")),
    (spoiled("I.2", parent="X"), (FindingCode.MISSING_PARENT, "I.2")),
    (spoiled("I.2", parent="I.2"), (FindingCode.MISSING_PARENT, "I.2")),
    (spoiled("I.1", kind=CriterionKind.DIRECT), (FindingCode.LEAF_WITH_CHILDREN, "I.1")),
    (spoiled("I.2", kind=None, rule=None), (FindingCode.EMPTY_GROUP, "I.2")),
    (spoiled("I.1.a", max_points=D(51)), (FindingCode.SUM_DIFFERS, "I.1")),
    (spoiled("III.1", max_points=D(9)), (FindingCode.SUM_DIFFERS, "III")),
    (replace(FRAME, scale=D(99)), (FindingCode.SCALE_DIFFERS, "")),
    (replace(FRAME, bonus_cap=D(9)), (FindingCode.SCALE_DIFFERS, "")),
    (replace(FRAME, deduction_cap=D(9)), (FindingCode.SCALE_DIFFERS, "")),
    (spoiled("IV.1", wording="-5 per vụ, cap -10"), (FindingCode.FIGURES_DIFFER, "IV.1")),
    (spoiled("IV.1", rule=DeductionRule(D(5), cap=D(10))), (FindingCode.FIGURES_DIFFER, "IV.1")),
    (spoiled("IV.1", rule=DeductionRule(D(16))), (FindingCode.FIGURES_DIFFER, "IV.1")),
    (spoiled("I.2", wording="tối đa 40,5"), (FindingCode.FIGURES_DIFFER, "I.2")),
    (spoiled("II.1", rule=ChoiceRule((Level("a", "có", D(3)),))), (FindingCode.FIGURES_DIFFER, "II.1")),
    (with_bands(Band(D(1))), (FindingCode.FIGURES_DIFFER, "I.1.b")),
    (with_bands(Band(D(2), low=D(95)), Band(D(0), high=D(90))), (FindingCode.BANDS_GAP, "I.1.b")),
    (
        with_bands(Band(D(2), low=D(90), low_included=False), Band(D(0), high=D(90))),
        (FindingCode.BANDS_GAP, "I.1.b"),
    ),
    (with_bands(Band(D(2), low=D(85)), Band(D(0), high=D(90))), (FindingCode.BANDS_OVERLAP, "I.1.b")),
    (
        with_bands(Band(D(2), low=D(90)), Band(D(0), high=D(90), high_included=True)),
        (FindingCode.BANDS_OVERLAP, "I.1.b"),
    ),
    (with_bands(Band(D(2), low=D(90)), Band(D(0), low=D(95))), (FindingCode.BANDS_OVERLAP, "I.1.b")),
    (with_bands(Band(D(2)), Band(D(0), high=D(95))), (FindingCode.BANDS_OVERLAP, "I.1.b")),
    (spoiled("I.2", wording="trừ ở nhóm XII"), (FindingCode.UNDEFINED_REFERENCE, "I.2")),
    (replace(FRAME, thresholds=frozenset()), (FindingCode.UNDEFINED_REFERENCE, "I.2")),
    (
        spoiled("III.1", rule=PerItemRule(D(2), not_again_in=("X",))),
        (FindingCode.UNDEFINED_REFERENCE, "III.1"),
    ),
    (replace(FRAME, grades=FRAME.grades[::2]), (FindingCode.UNDEFINED_REFERENCE, "IV.2")),
    (replace(FRAME, tie_chain=(TieStep(TieStepKind.CRITERION, "X"),)), (FindingCode.UNDEFINED_REFERENCE, "")),
    (
        replace(FRAME, grades=(Grade("xs", "Xuất sắc", D(111)), *FRAME.grades)),
        (FindingCode.UNREACHABLE_GRADE, ""),
    ),
    (
        replace(FRAME, grades=(Grade("xs", "Xuất sắc", D(50)), *FRAME.grades)),
        (FindingCode.UNREACHABLE_GRADE, ""),
    ),
    (replace(FRAME, grades=FRAME.grades[:2]), (FindingCode.UNREACHABLE_GRADE, "")),
    (with_bands(Band(D(2), low=D(90)), Band(D(0), D(50), D(90))), (FindingCode.BANDS_GAP, "I.1.b")),
    (with_bands(Band(D(2), D(90), D(95)), Band(D(0), high=D(90))), (FindingCode.BANDS_GAP, "I.1.b")),
    (spoiled("II.1", wording="đồng thời trừ nhóm IV"), (FindingCode.SAME_MATTER, "II.1")),
    (replace(FRAME, rounding=RoundingTable(Rounding(D(5)))), (FindingCode.OFF_STEP, "I.2")),
]


@pytest.mark.parametrize(("frame", "expected"), SPOILED)
def test_each_kind_of_fault_is_found_in_a_spoiled_frame(frame, expected):
    findings = findings_of(frame)

    assert expected in [(finding.code, finding.criterion) for finding in findings]
    assert all(finding.sentence.endswith(".") for finding in findings)


def test_children_that_sum_to_thirteen_over_a_cap_of_ten():
    rows = (group("I", 10), leaf("I.1", "I", 8), leaf("I.2", "I", 5))

    assert [finding.sentence for finding in findings_of(Frame(rows, D(10)))] == [
        "Các tiêu chí của I cộng được 13, nhóm ghi 10."
    ]


def test_the_same_lateness_punished_twice_is_found_and_a_reward_beside_it_is_not():
    rows = (
        group("VII", 2),
        leaf("VII.1.a", "VII", 2, DeductionRule(D("0.5")), "Số lần báo cáo chậm", "đồng thời trừ nhóm IX"),
        group("VIII", 2),
        leaf("VIII.1", "VIII", 2, PerItemRule(D(1)), "Báo cáo chậm được khắc phục"),
        group("IX", 5, nature=GroupNature.DEDUCTION),
        leaf("IX.4", "IX", 5, DeductionRule(D(1)), "Chậm gửi báo cáo"),
        leaf("IX.5", "IX", 5, DeductionRule(D(1)), "Chậm gửi báo cáo quý"),
    )
    matters = [one for one in findings_of(Frame(rows, D(4))) if one.code == FindingCode.SAME_MATTER]

    assert [one.criterion for one in matters] == ["VII.1.a", "VII.1.a"]
    assert "IX.4 “Chậm gửi báo cáo”" in matters[0].sentence


def test_a_circle_of_parents_ends():
    rows = (group("A", 1, "B"), group("B", 1, "A"), leaf("A.1", "A", 1))

    assert natures_of(rows) == dict.fromkeys(("A", "B", "A.1"), GroupNature.NORMAL)
    assert FindingCode.SUM_DIFFERS in [code for code, _ in found(Frame(rows, D(0)))]


def test_sums_stand_beside_their_caps_group_by_group():
    sums = sums_of(FRAME)

    assert {code: (one.total, one.cap, one.fits) for code, one in sums.items()} == {
        "I": (D(98), D(98), True),
        "I.1": (D(50), D(50), True),
        "II": (D(2), D(2), True),
        "III": (D(12), D(10), True),
        "IV": (D(25), D(20), True),
    }
    assert [(nature, one.total, one.fits) for nature, one in limits_of(FRAME).items()] == [
        (GroupNature.NORMAL, D(100), True),
        (GroupNature.BONUS, D(10), True),
        (GroupNature.DEDUCTION, D(20), True),
    ]
    assert list(limits_of(replace(FRAME, bonus_cap=None))) == [GroupNature.NORMAL, GroupNature.DEDUCTION]


# Levels that say ranges, and thresholds without a figure


def levels(*labels):
    points = [D(len(labels) - 1 - place) for place in range(len(labels))]
    rule = ChoiceRule(tuple(Level(f"m{place}", label, points[place]) for place, label in enumerate(labels)))
    rows = (group("I", points[0]), leaf("I.1", "I", points[0], rule))
    return [one.code for one in findings_of(Frame(rows, points[0]))]


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        ((">=85%", "70-<85%", "<70%"), []),
        (("100%", "90-<100%", "< 90%"), []),
        (("> 85%", "70-85%", "<70%"), []),
        ((">=85%", "70-<80%", "<70%"), [FindingCode.BANDS_GAP]),
        ((">=85%", "70-<85%", "<=70%"), [FindingCode.BANDS_OVERLAP]),
        ((">=85%", "70-<85%"), [FindingCode.BANDS_GAP]),
        (("70-<85%", "<70%"), [FindingCode.BANDS_GAP]),
        ((">=85%", "còn lại"), []),
    ],
)
def test_levels_that_read_as_ranges_neither_gape_nor_overlap(labels, codes):
    assert levels(*labels) == codes


@pytest.mark.parametrize(
    ("title", "is_found"),
    [
        ("Định mức tối thiểu của 4 nhóm chủ thể (HĐND>=2/nhiệm kỳ; mỗi Tổ>=1/năm)", False),
        ("Định mức tối thiểu của 4 nhóm chủ thể", True),
        ("Đạt ngưỡng theo quy định", True),
        ("Đạt ngưỡng từ 85% trở lên", False),
        ("Giải ngân đạt ngưỡng “giải ngân”", True),
        ("Giải ngân đạt ngưỡng “giải ngân”: từ 85%", False),
    ],
)
def test_a_threshold_without_a_figure_is_undefined(title, is_found):
    rows = (group("I", 2), leaf("I.1", "I", 2, title=title))
    codes = [one.code for one in findings_of(Frame(rows, D(2)))]

    assert (FindingCode.UNDEFINED_REFERENCE in codes) is is_found


# The real frame, and the four errors that its source had


THANH_HOA = Path(__file__).parents[2] / "docs" / "examples" / "huong-dan-thanh-hoa-2026.xlsx"


@pytest.fixture(scope="module")
def real_rows():
    return read_guidance(THANH_HOA.read_bytes())


def real_findings(book, **spoil):
    rows = [{**row, **spoil.get(row["code"].replace(".", "_"), {})} for row in book.rows]
    return GuidanceBook(book.law, rows).findings()


TWICE = "VII.1.a “Số lần báo cáo chậm” và IX.4 “Chậm gửi báo cáo” có thể là một việc tính điểm hai lần."


def test_the_real_frame_punishes_two_matters_twice_and_is_sound_otherwise(real_rows):
    assert real_findings(real_rows) == [
        "I.3.a “Số nghị quyết bị đình chỉ, bãi bỏ, kiến nghị xử lý” đồng thời bị trừ ở nhóm IX: "
        "một việc bị trừ hai lần.",
        TWICE,
    ]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"VIII_1": {"max_points": D(2)}, "VIII": {"max_points": D(13)}},
         "Các tiêu chí của VIII cộng được 7, nhóm ghi 13."),
        ({"I_1": {"max_points": D(7)}, "I": {"max_points": D(23)}},
         "Các tiêu chí của I cộng được 26, nhóm ghi 23."),
        ({"IX_7": {"max_points": D(5)}}, "IX.7: cách chấm ghi tối đa 10, cột điểm ghi 5."),
        ({"II_2_a": {"title": "Định mức tối thiểu của 4 nhóm chủ thể", "wording": ""}},
         "II.2.a dùng “định mức tối thiểu” nhưng không có quy định. Hãy bổ sung."),
        ({}, TWICE),
    ],
)  # fmt: skip
def test_the_errors_of_the_source_are_found_in_the_real_frame_spoiled_again(real_rows, spoil, told):
    assert told in real_findings(real_rows, **spoil)
