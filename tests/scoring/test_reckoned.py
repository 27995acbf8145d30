"""The workbook to fill in works out points and the running total as the server does, and comes back unchanged."""

from decimal import Decimal as D
from io import BytesIO

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from scoring import imports, queries
from scoring.enums import CriterionKind, MarkState, NaReason, Stage
from scoring.imports.cards import APPLIES, POINTS
from scoring.imports.reckoned import LEADER
from scoring.models import Mark
from scoring.queries import CardView
from scoring.rules import (
    CountInputs,
    EventInputs,
    LevelInputs,
    NotApplicable,
    PassInputs,
    RatioInputs,
    TargetInputs,
    ValueInputs,
    given_points,
    inputs_to_json,
    points_of,
)
from scoring.rules.inputs import Event
from tests.factories.boards import board_from, card_on
from tests.factories.scoring import group, leaf
from tests.sheets import Excel

LEVELS = [
    {"code": "xs", "label": 'Xuất sắc ("A")', "points": "7.3"},
    {"code": "k", "label": "Khá", "points": "4"},
    {"code": "y", "label": "Yếu", "points": "0", "zeroes_parent": True},
]
MERITS = [
    {"code": "cs", "label": "Cấp cơ sở", "points": "0.5"},
    {"code": "t", "label": "Cấp tỉnh: có giấy", "points": "0.75"},
    {"code": "tq", "label": "TOÀN QUỐC", "points": "1.5"},
]
BANDS = {
    "unit": "%",
    "bands": [
        {"low": "90", "points": "10"},
        {"low": "80", "high": "90", "points": "3.35"},
        {"high": "80", "points": "0", "zeroes_parent": True},
    ],
}
# Every kind that has a formula, maxima and caps off the step, inner groups, n.a. that leaves the division.
EVERY = (
    group("I", "Số liệu", 50),
    leaf("I.1", "Tỷ lệ", 10, "ratio", rule={"item": "hồ sơ"}),
    leaf("I.2", "Khoảng", 10, "bands", rule=BANDS, not_arisen="exclude"),
    leaf("I.3", "Chỉ tiêu không vượt", 10, "target", rule={"direction": "at_most"}),
    leaf("I.4", "Chỉ tiêu bằng", 10, "target", rule={"direction": "equal"}),
    leaf("I.5", "Đạt hay không", 10, "target", rule={"direction": "yes_no"}),
    group("II", "Mức", 50),
    leaf("II.1", "Xếp loại", "7.3", "choice", rule={"levels": LEVELS}),
    leaf("II.2", "Trực tiếp", "7.7"),
    leaf("II.3", "Trừ dần", 10, "minus", rule={"per": "0.7"}),
    leaf("II.4", "Chỉ tiêu", 5, "target", not_arisen="exclude"),
    group("II.5", "Trừ trong nhóm", 1, "II", nature="deduction"),
    leaf("II.5.1", "Gửi chậm", 1, "deduction", rule={"per": "0.45", "cap": "0.95"}),
    leaf(
        "II.6", "Danh hiệu", 7, "choice", rule={"levels": LEVELS, "highest_only": True}, not_arisen="exclude"
    ),
    leaf("II.7", "Hội nghị", 8, "events", rule={"item": "hội nghị"}),
    leaf("II.8", "So với khối", 6, "target_leader", rule={"unit": "%"}),
    group("III", "Việc làm", 20),
    leaf("III.1", "Mỗi việc", 20, "per_item", rule={"per": "1.3"}, needs_evidence=True),
    group("IV", "Thưởng", 3, nature="bonus"),
    leaf("IV.1", "Sáng kiến", 2, "bonus", rule={"per": "0.6", "cap": "1.9"}),
    leaf("IV.2", "Giải", 2, "bonus", rule={"levels": LEVELS[1:2]}),
    leaf("IV.3", "Sáng kiến các cấp", 2, "bonus", rule={"levels": MERITS, "once_only": True, "cap": "1.8"}),
    group("V", "Trừ", 5, nature="deduction"),
    leaf("V.1", "Kỷ luật", 4, "deduction", rule={"per": "1.5"}),
    leaf("V.2", "Khiếu kiện", 4, "deduction", rule={"per": "1"}),
)
QUARTERS = st.integers(0, 480).map(lambda n: D(n) / 4)
COUNTS = st.integers(0, 9).map(D)
FIGURES = {
    CriterionKind.RATIO: st.builds(RatioInputs, COUNTS, st.integers(3, 12).map(D), st.integers(0, 2).map(D)),
    CriterionKind.BANDS: st.builds(ValueInputs, QUARTERS),
    CriterionKind.DIRECT: st.builds(ValueInputs, st.integers(0, 30).map(lambda n: D(n) / 4)),
    CriterionKind.CHOICE: st.sampled_from([LevelInputs((one["code"],)) for one in LEVELS]),
    CriterionKind.EVENTS: st.lists(
        st.builds(
            Event,
            st.sampled_from(["Sơ kết", "Lúc 8:30", "Giải, 2"]),
            st.integers(0, 64).map(lambda n: D(n) / 8),
        ),
        min_size=1,
        max_size=5,
    ).map(lambda events: EventInputs(tuple(events))),
    CriterionKind.TARGET_LEADER: st.builds(TargetInputs, QUARTERS, QUARTERS),
    CriterionKind.PER_ITEM: st.builds(CountInputs, COUNTS),
    CriterionKind.MINUS: st.builds(CountInputs, COUNTS),
    CriterionKind.DEDUCTION: st.builds(CountInputs, COUNTS),
    CriterionKind.PASS_FAIL: st.builds(PassInputs, st.booleans()),
}
NOTHING_HERE = st.sampled_from([NotApplicable(reason) for reason in NaReason])


def some_of(levels):
    return st.sets(st.sampled_from([one["code"] for one in levels]), min_size=1).map(
        lambda codes: LevelInputs(tuple(sorted(codes)))
    )


def inputs_for(one, rule):
    if getattr(rule, "once_only", False) or getattr(rule, "highest_only", False):
        return some_of(LEVELS if one.code == "II.6" else MERITS)
    if one.kind == CriterionKind.TARGET:
        is_said = getattr(rule, "direction", "") == "yes_no"
        return (
            st.builds(PassInputs, st.booleans()) if is_said else st.builds(TargetInputs, QUARTERS, QUARTERS)
        )
    if one.kind == CriterionKind.BONUS:
        return (
            st.sampled_from([LevelInputs(("k",) * n) for n in (1, 2)])
            if rule.levels
            else st.builds(CountInputs, COUNTS)
        )
    return FIGURES[one.kind]


def card_with(board, given_inputs):
    """The card as it would be stored with these inputs."""
    marks = {}
    for one in board.leaves:
        if (inputs := given_inputs[one.code]) is None:
            continue
        found = points_of(
            board.rules[one.pk],
            one.max_points,
            inputs,
            board.roundings,
            board.context(one, has_evidence=False),
        )
        if found.state == MarkState.MISSING:
            continue  # Refused at the door, so nobody has stored it.
        marks[one.pk] = Mark(
            criterion=one, stage="self", state=found.state, na_reason=found.na_reason or "",
            inputs=inputs_to_json(inputs), points=found.points,
        )  # fmt: skip
    return CardView(card_on(board), board, {"self": marks}, None)


def worked_out(content):
    """The points of a sheet: as kept in the file and as Excel makes them of what is entered, by code."""
    formulas, results = load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)
    page = next(one for one in formulas.worksheets if one.title != "Tổng hợp")
    head = next(row for row in page.iter_rows() if row[0].value == "TT")
    letters = {cell.value: cell.column_letter for cell in head}
    excel, found = Excel(formulas), {}
    for row in range(head[0].row + 1, page.max_row + 1):
        code = page.cell(row, 1).value or page.cell(row, 2).value
        at = f"{letters[POINTS]}{row}"
        if code and code != "NGƯỜI LẬP":
            kept = results[page.title][at].value
            made = excel.value(page.title, at)
            # Only beside the leader does a cell hold words, kept and worked out alike.
            assert (kept == LEADER) == (made == LEADER)
            is_blank = kept in (None, LEADER)
            found[code] = (None if is_blank else D(str(kept)), made if made != LEADER and made else None)
    assert set(letters) >= {POINTS, APPLIES}
    return found


def stored_in(view):
    total = view.total(Stage.SELF)
    marks = view.at(Stage.SELF)
    points = {
        one.code: total.subtotals[one.code].points
        if one.is_group
        else getattr(marks.get(one.pk), "points", None)
        for one in view.board.criteria
    }
    return {**points, "Tổng cộng": total.so_far}


BOARD = board_from(EVERY, bonus_cap=D(2), deduction_cap=D(4), evidence_required=True)
ODD = board_from(
    EVERY,
    na_policy="keep",
    not_arisen="exclude",
    roundings={"default": {"step": "0.3", "mode": "down"}, "minus": {"step": "0.2", "mode": "half_even"}},
)


def none_for_nothing(figures):
    return {code: points or None for code, points in figures.items()}


@given(st.sampled_from([BOARD, ODD]), st.data())
@settings(
    max_examples=6, phases=[Phase.generate]
)  # a workbook an example: looking for a smaller one takes minutes
def test_the_running_total_is_the_stored_one_whatever_is_entered(board, data):
    entered = {
        one.code: data.draw(st.one_of(st.none(), NOTHING_HERE, *[inputs_for(one, board.rules[one.pk])] * 6))
        for one in board.leaves
    }
    view = card_with(board, entered)
    found = worked_out(imports.card_book([(view, "self")], "Bảng"))
    stored = none_for_nothing(stored_in(view))

    assert none_for_nothing({code: kept for code, (kept, _) in found.items()}) == stored
    assert none_for_nothing({code: made for code, (_, made) in found.items()}) == stored


@given(st.data())
@settings(max_examples=4)
def test_points_that_are_given_are_put_on_the_step(data):
    leaves = [one for one in BOARD.leaves if one.kind in ("direct", "minus", "ratio")]
    typed = {one.pk: data.draw(st.integers(0, 1000)) * one.max_points / 1000 for one in leaves}
    typed = {key: round(value, 3) for key, value in typed.items()}
    rules = {one.pk: BOARD.roundings.of(CriterionKind(one.kind)) for one in leaves}
    settled = {
        one.pk: given_points(typed[one.pk], (D(0), one.max_points), rules[one.pk], "round").points
        for one in leaves
    }
    marks = {
        one.pk: Mark(criterion=one, stage="bloc", state="scored", points=typed[one.pk]) for one in leaves
    }
    found = worked_out(
        imports.card_book([(CardView(card_on(BOARD), BOARD, {"bloc": marks}, None), "bloc")], "B")
    )

    assert {one.pk: found[one.code][1] or D(0) for one in leaves} == settled


def test_what_was_agreed_before_stands_where_the_meeting_enters_nothing():
    one, other = BOARD.leaves[6], BOARD.leaves[7]
    marks = {
        "bloc": {one.pk: Mark(criterion=one, stage="bloc", state="scored", points=D("7.5")),
                 other.pk: Mark(criterion=other, stage="bloc", state="na", na_reason="not_assigned")},
    }  # fmt: skip
    view = CardView(card_on(BOARD), BOARD, marks, None)
    found = worked_out(imports.card_book([(view, "meeting")], "Bảng"))

    assert (found[one.code], found[other.code]) == ((D("7.5"), D("7.5")), (None, None))
    assert found["Tổng cộng"] == (view.total("meeting").so_far,) * 2


@pytest.mark.django_db
def test_a_book_that_excel_has_worked_out_comes_back_unchanged(year):
    year.fill()
    view = queries.card_view(year.card())
    content = imports.card_book([(view, "self"), (queries.card_view(year.card(1)), "self")], "Khối")
    sheets, faults = imports.read_cards(
        content, {year.units[0].slug: view, year.units[1].slug: queries.card_view(year.card(1))}
    )

    assert (faults, [sheet.touched for sheet in sheets]) == ([], [[], []])
    excel = Excel(load_workbook(BytesIO(content)))
    assert excel.value("Tổng hợp", "E4") == view.total(Stage.SELF).so_far
    assert load_workbook(BytesIO(content), data_only=True)["Tổng hợp"]["E4"].value == float(
        view.total("self").so_far
    )


@pytest.mark.django_db
def test_a_book_from_before_the_points_still_comes_in(year):
    view = queries.card_view(year.card())
    book = load_workbook(BytesIO(imports.card_book([(view, "self")], "Bảng")))
    head = next(row for row in book.worksheets[0].iter_rows() if row[0].value == "TT")
    for cell in head:
        if cell.value in (POINTS, APPLIES):
            cell.value = None
    stream = BytesIO()
    book.save(stream)

    assert imports.read_cards(stream.getvalue(), {year.units[0].slug: view})[1] == []


def typed_over(content, code, *values):
    """What Excel shows for a criterion once other text stands in its cells."""
    book = load_workbook(BytesIO(content))
    page = book.worksheets[0]
    head = next(row for row in page.iter_rows() if row[0].value == "TT")
    letters = {cell.value: cell.column_letter for cell in head}
    row = next(line[0].row for line in page.iter_rows() if line[0].value == code)
    for place, value in enumerate(values, 1):
        page[f"{letters[f'Số liệu {place}']}{row}"].value = value
    return Excel(book).value(page.title, f"{letters[POINTS]}{row}")


LEAVES = {one.code: one for one in BOARD.leaves}
LEADING = Mark(
    criterion=LEAVES["II.8"], stage="self", state="scored", points=D("5.25"),
    inputs=inputs_to_json(TargetInputs(D(110), D(100))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "typed", "shown"),
    [
        ("II.6", 'xuất sắc ("a"); Khá', D(7)),
        ("II.6", "Khá: 4\nYếu", D(4)),
        ("II.6", "Giỏi", ""),
        ("II.7", "Sơ kết: 7,5\n\nLúc 8:30: 6.5", D(7)),
        ("II.7", "Sơ kết:", D(0)),
        ("II.7", "Sơ kết", ""),
        ("II.7", "Sơ kết: 9", ""),
        ("II.7", "Sơ kết: bảy", ""),
        ("II.7", "\n".join(f"Hội nghị {n}: 8" for n in range(20)), D(8)),
        ("II.7", "\n".join(f"Hội nghị {n}: 8" for n in range(21)), ""),
        ("IV.3", "Cấp cơ sở\nCấp tỉnh: có giấy: 0,75\nCấp cơ sở", D("1.25")),
        ("II.8", (D(110), D(100)), D("5.25")),
        ("II.8", (D(111), D(100)), LEADER),
    ],
)
def test_levels_events_and_the_leader_follow_what_is_typed(code, typed, shown):
    view = CardView(card_on(BOARD), BOARD, {"self": {LEADING.criterion.pk: LEADING}}, None)
    content = imports.card_book([(view, "self")], "Bảng")
    made = typed_over(content, code, *(typed if isinstance(typed, tuple) else [typed]))

    assert made == shown
