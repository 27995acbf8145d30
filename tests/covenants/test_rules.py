from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.enums import Phase
from config.kit.typed import MOST_LINES
from covenants import rules
from covenants.enums import Achievement, CovenantStatus, Direction, Period, ReportState
from covenants.rules import TargetDraft, achievement, read_targets, tally

D = Decimal


@pytest.mark.parametrize(
    ("direction", "target", "actual", "expected"),
    [
        (Direction.AT_LEAST, "95", "95.0001", Achievement.EXCEEDED),
        (Direction.AT_LEAST, "95", "95.000", Achievement.MET),
        (Direction.AT_LEAST, "95", "94.9999", Achievement.NOT_MET),
        (Direction.AT_MOST, "2", "1.9999", Achievement.EXCEEDED),
        (Direction.AT_MOST, "2", "2", Achievement.MET),
        (Direction.AT_MOST, "2", "2.0001", Achievement.NOT_MET),
        (Direction.AT_MOST, "0", "0", Achievement.MET),
        (Direction.EQUAL, "12", "12.0", Achievement.MET),
        (Direction.EQUAL, "12", "13", Achievement.NOT_MET),
        (Direction.EQUAL, "12", "11", Achievement.NOT_MET),
        (Direction.YES_NO, None, "1", Achievement.MET),
        (Direction.YES_NO, None, "0", Achievement.NOT_MET),
        (Direction.AT_LEAST, None, "5", Achievement.MISSING),
        (Direction.AT_LEAST, "95", None, Achievement.MISSING),
        (Direction.YES_NO, None, None, Achievement.MISSING),
    ],
)
def test_a_result_is_compared_exactly_in_the_direction_of_its_target(direction, target, actual, expected):
    assert achievement(direction, target and D(target), actual and D(actual)) == expected


def test_what_was_not_assigned_is_neither_missing_nor_failed():
    assert achievement(Direction.AT_LEAST, None, None, is_assigned=False) == Achievement.NOT_ASSIGNED


figures = st.decimals(min_value=-1000, max_value=1000, places=4)


@given(figures, figures)
def test_at_most_is_at_least_mirrored(target, actual):
    assert achievement(Direction.AT_MOST, target, actual) == achievement(Direction.AT_LEAST, -target, -actual)


@given(st.permutations([*Achievement, *Achievement, Achievement.EXCEEDED]))
def test_a_tally_does_not_depend_on_the_order(achievements):
    assert tally(achievements) == rules.Tally(assigned=9, known=7, met=5, exceeded=3)


@pytest.mark.parametrize(
    ("achievements", "words"),
    [
        ([], "Không có chỉ tiêu được giao"),
        ([Achievement.NOT_ASSIGNED], "Không có chỉ tiêu được giao"),
        ([Achievement.MISSING] * 3, "Chưa có số liệu của 3 chỉ tiêu"),
        (
            [Achievement.MET] * 11 + [Achievement.EXCEEDED] * 8 + [Achievement.NOT_MET] * 4,
            "19 / 23 chỉ tiêu đạt, trong đó 8 vượt",
        ),
        ([Achievement.MET, Achievement.MISSING], "1 / 2 chỉ tiêu đạt; 1 chưa có số liệu"),
        ([Achievement.MET, Achievement.NOT_MET], "1 / 2 chỉ tiêu đạt"),
    ],
)
def test_a_tally_in_words(achievements, words):
    assert tally(achievements).in_words == words


def test_a_tally_knows_what_is_missing_and_what_was_not_met():
    counted = tally([Achievement.MET, Achievement.NOT_MET, Achievement.NOT_MET, Achievement.MISSING])

    assert (counted.missing, counted.not_met) == (1, 2)


DUE, BEFORE, AFTER = date(2019, 7, 15), date(2019, 7, 14), date(2019, 7, 16)


@pytest.mark.parametrize(
    ("due", "sent", "today", "expected"),
    [
        (DUE, DUE, AFTER, ReportState.ON_TIME),
        (DUE, AFTER, AFTER, ReportState.LATE),
        (None, AFTER, AFTER, ReportState.ON_TIME),
        (DUE, None, DUE, ReportState.WAITING),
        (DUE, None, AFTER, ReportState.OVERDUE),
        (None, None, AFTER, ReportState.WAITING),
    ],
)
def test_lateness_is_compared_when_read(due, sent, today, expected):
    assert rules.report_state(due, sent, today) == expected


@pytest.mark.parametrize(
    ("number", "text"), [(1, "I"), (3, "III"), (4, "IV"), (9, "IX"), (14, "XIV"), (26, "XXVI")]
)
def test_contents_are_numbered_in_roman(number, text):
    assert rules.roman(number) == text


def test_pasted_lines_become_targets_with_direction_and_value():
    drafts, errors = read_targets(
        "1. Tỷ lệ hồ sơ đúng hạn\t%\t≥ 95,5\n\n- Số vụ vi phạm | vụ | <= 2\nSố cuộc họp | cuộc | =12\n"
        "Doanh thu | tỷ đồng | 1.234,5\nCơ quan văn hóa\nChi bộ tốt | |\nSáng kiến | sáng kiến | >=3\nTai nạn | vụ | ≤0"
    )

    assert errors == []
    assert drafts == [
        TargetDraft("Tỷ lệ hồ sơ đúng hạn", "%", Direction.AT_LEAST, D("95.5")),
        TargetDraft("Số vụ vi phạm", "vụ", Direction.AT_MOST, D(2)),
        TargetDraft("Số cuộc họp", "cuộc", Direction.EQUAL, D(12)),
        TargetDraft("Doanh thu", "tỷ đồng", Direction.AT_LEAST, D("1234.5")),
        TargetDraft("Cơ quan văn hóa", "", Direction.YES_NO),
        TargetDraft("Chi bộ tốt", "", Direction.YES_NO),
        TargetDraft("Sáng kiến", "sáng kiến", Direction.AT_LEAST, D(3)),
        TargetDraft("Tai nạn", "vụ", Direction.AT_MOST, D(0)),
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("Tỷ lệ | % | abc", "Dòng 1: “abc” không phải là số. Hãy gõ số, ví dụ 7,5."),
        (" | % | 5", "Dòng 1: Hãy ghi chỉ tiêu, không quá 600 ký tự, trước dấu “|” đầu tiên."),
        ("a | b | 1 | 2", "Dòng 1: Mỗi dòng có tối đa ba phần: chỉ tiêu | đơn vị tính | mức giao."),
        (f"a | {'b' * 61} | 1", "Dòng 1: Đơn vị tính không quá 60 ký tự."),
        ("a | % | 1,23456", "Dòng 1: “1,23456” có quá 4 chữ số sau dấu phẩy. Hãy làm tròn."),
        ("a | % | 999999999999999", "Dòng 1: “999999999999999” quá lớn. Hãy kiểm tra lại."),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, error):
    drafts, errors = read_targets(f"{line}\nĐọc được | % | 5")

    assert errors == [error]
    assert [draft.text for draft in drafts] == ["Đọc được"]


@pytest.mark.parametrize("typed", ["7,5", "7.5"])
def test_both_decimal_marks_are_seven_and_a_half(typed):
    assert rules.read_actual(Direction.AT_LEAST, typed) == D("7.5")


@pytest.mark.parametrize(("typed", "value"), [("Có", 1), ("đạt", 1), ("Không", 0), ("không đạt", 0)])
def test_a_yes_or_no_is_read_in_words(typed, value):
    assert rules.read_actual(Direction.YES_NO, typed) == value


def test_another_word_is_no_answer():
    with pytest.raises(ValueError, match="Hãy chọn “Có” hoặc “Không”"):
        rules.parse_answer("có lẽ")


@pytest.mark.parametrize(
    ("direction", "value", "words"),
    [
        (Direction.AT_LEAST, D("95.50"), "≥\u00a095,5"),
        (Direction.AT_MOST, D(2), "≤\u00a02"),
        (Direction.EQUAL, D(1200), "=\u00a01.200"),
        (Direction.YES_NO, None, "Có"),
    ],
)
def test_what_was_assigned_in_words(direction, value, words):
    assert rules.assigned_in_words(direction, value) == words
    assert rules.assigned_in_words(direction, value, is_assigned=False) == "Không giao"


def test_what_was_reached_in_words():
    assert rules.actual_in_words(Direction.AT_LEAST, None) == ""
    assert rules.actual_in_words(Direction.AT_LEAST, D("96.20")) == "96,2"
    assert rules.actual_in_words(Direction.YES_NO, D(1)) == "Có"
    assert rules.actual_in_words(Direction.YES_NO, D(0)) == "Không"


def test_equal_promises_have_one_fingerprint_however_the_figure_is_written():
    assert rules.fingerprint(["a", D("95.0")]) == rules.fingerprint(["a", D("95")])
    assert rules.fingerprint(["a", D("95")]) != rules.fingerprint(["a", D("96")])


@pytest.mark.parametrize(("numbers", "words"), [([3], "số 3"), ([3, 7, 12], "số 3, 7 và 12")])
def test_missing_targets_are_named_by_number(numbers, words):
    assert rules.missing_numbers(numbers) == words


def test_an_address_names_a_period():
    assert rules.period_of("ca-nam") == Period.YEAR
    assert rules.period_of("6-thang", Period.YEAR) == Period.MID
    assert rules.period_of("khac", Period.YEAR) == Period.YEAR
    assert rules.period_of(None) == Period.MID


def test_a_covenant_never_becomes_a_draft_again():
    assert all(CovenantStatus.DRAFT not in targets for targets in rules.STATUS_MOVES.values())
    assert set(rules.STATUS_MOVES) == set(CovenantStatus)


def test_a_closed_year_only_lets_an_estimate_become_official():
    assert [act for act, phases in rules.OPEN_IN.items() if Phase.CLOSED in phases] == ["true_up"]


def test_six_months_are_asked_for_until_scoring_begins():
    assert [rules.season(phase) for phase in (Phase.PREPARING, Phase.EXECUTING)] == [Period.MID] * 2
    assert [rules.season(phase) for phase in (Phase.SELF_SCORING, Phase.CLOSED)] == [Period.YEAR] * 2


def test_a_paste_of_too_many_lines_is_refused_before_it_is_read():
    assert read_targets("\n".join(["Đọc được | % | 1"] * (MOST_LINES + 1))) == (
        [],
        [f"Có {MOST_LINES + 1} dòng, nhiều hơn {MOST_LINES}. Hãy chia bớt."],
    )


def test_empty_cells_behind_a_line_say_nothing():
    (draft,), errors = read_targets("Đọc được | % | 5 | |")

    assert (draft.text, draft.value, errors) == ("Đọc được", D(5), [])
