"""Workbooks add up by themselves, show their sums without being worked out, and print what is stored."""

from decimal import Decimal as D
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from config.kit.live import Book, Live, spans
from config.kit.tables import Column, Row, Sheet, Table, to_xlsx
from scoring.enums import CriterionKind, MarkState, SanctionKind
from scoring.reports.live import live_column
from scoring.rules import Sanction, Scored, bounds_of, total_of
from tests.factories.boards import board_from
from tests.factories.scoring import SMALL, group, leaf
from tests.sheets import Excel

NESTED = (
    group("I", "Nhiệm vụ", 60),
    leaf("I.1", "Chất lượng", 50),
    leaf("I.2", "Sáng kiến", 20, "bonus", rule={"per": "20"}),
    leaf("I.3", "Vi phạm", 10, "deduction", rule={"per": "1"}),
    group("I.4", "Điểm trừ trong nhóm", 4, "I", nature="deduction"),
    leaf("I.4.1", "Gửi chậm", 3, "deduction", rule={"per": "1"}),
    leaf("I.4.2", "Sai mẫu", 3, "deduction", rule={"per": "1"}),
    group("II", "Thi đua", 40),
    leaf("II.1", "Phong trào", 40, not_arisen="exclude"),
    group("III", "Điểm thưởng", 3, nature="bonus"),
    leaf("III.1", "Cách làm hay", 5, "bonus", rule={"per": "1"}),
)


def both(content):
    return load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)


def test_a_formula_is_written_with_what_it_comes_to():
    rows = (
        Row((D("1.5"), "a")),
        Row((D("2.995"), "=b")),
        Row((Live(D("4.495"), "SUM({0,1})"), None), "total"),
    )
    content = to_xlsx(
        [Sheet("A", Table("Bảng", (Column("Điểm", "points"), Column("Chữ")), rows), ("Đầu đề",))]
    )
    formulas, results = both(content)

    assert [cell.value for cell in formulas.active["A"]] == [
        "Đầu đề",
        "Bảng",
        "Điểm",
        1.5,
        2.995,
        "=SUM(A4:A5)",
    ]
    assert results.active["A6"].value == 4.495
    assert (formulas.active["B5"].data_type, formulas.active["B5"].value) == ("s", "=b")
    assert Excel(formulas).value("A", "A6") == D("4.495")
    with ZipFile(BytesIO(content)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_words_that_a_formula_comes_to_stay_words():
    book = Book()
    page = book.create_sheet("Trang <1> & 'hai'")
    book.put_live(page, 1, 1, 'IF(1=1,"<a> & b","")', "<a> & b")
    book.put_live(page, 2, 1, 'IF(1=2,"x","")', None)
    formulas, results = both(book.content())

    assert [row[0].value for row in results.active.iter_rows()] == ["<a> & b", None]
    assert Excel(formulas).value(page.title, "A1") == "<a> & b"


@pytest.mark.parametrize(
    ("rows", "told"), [([5], "D5"), ([5, 6, 7], "D5:D7"), ([5, 7, 8, 11], "D5,D7:D8,D11")]
)
def test_neighbours_are_one_span(rows, told):
    assert spans("D", rows) == told


def worked_out(board, marks):
    """What a column of the board stores, what its workbook keeps, and what Excel makes of its leaves alone."""
    total = total_of(board.nodes, marks, board.scale)
    shown = [
        total.subtotals[one.code].points if one.is_group else marks[one.code].points for one in board.criteria
    ]
    drawn = live_column(board, total, [*shown, total.so_far])
    rows = tuple(Row((one,)) for one in drawn)
    formulas, results = both(to_xlsx([Sheet("A", Table("T", (Column("Điểm", "points"),), rows))]))
    cells = [f"A{place + 3}" for place in range(len(drawn))]
    excel = Excel(formulas)
    kept = [results.active[at].value for at in cells]
    return (
        [*shown, total.so_far],
        [None if one is None else D(str(one)) for one in kept],
        [excel.value("A", at) for at in cells],
        drawn,
    )


SIMPLE = board_from(SMALL)
TIGHT = board_from(NESTED, bonus_cap=D(3), deduction_cap=D(5))
KEPT = board_from(NESTED, na_policy="keep", bonus_cap=D(3), deduction_cap=D(5))
ODD = board_from(
    NESTED, roundings={"default": {"step": "0.3"}, "total": {"step": "0.4", "mode": "half_even"}}
)


def marks_on(board, leaf, quarter, is_na):
    low, high = bounds_of(CriterionKind(leaf.kind), board.natures[leaf.pk], leaf.max_points)
    points = low + (high - low) * quarter / 40
    return Scored(MarkState.NA) if is_na else Scored(MarkState.SCORED, points)


@given(st.sampled_from([SIMPLE, TIGHT, KEPT, ODD]), st.data())
@settings(max_examples=20)
def test_formulas_come_to_what_is_stored_whatever_a_card_holds(board, data):
    marks = {
        leaf.code: marks_on(
            board, leaf, data.draw(st.integers(0, 40)), data.draw(st.sampled_from([0, 0, 0, 1]))
        )
        for leaf in board.leaves
    }
    stored, kept, worked, _ = worked_out(board, marks)

    assert kept == stored
    assert worked == stored


def test_groups_and_total_are_formulas_with_the_caps_that_may_bind():
    marks = {leaf.code: Scored(MarkState.SCORED, D(0)) for leaf in SIMPLE.leaves}
    drawn = dict(
        zip([one.code for one in SIMPLE.criteria] + ["tổng"], worked_out(SIMPLE, marks)[3], strict=True)
    )

    assert {code: one.formula for code, one in drawn.items() if isinstance(one, Live)} == {
        "I": "SUM({1,2,3,4})",
        "II": "SUM({6,7})",
        "III": "SUM({9})",
        "IV": "MIN(5,SUM({11}))",
        "V": "MAX(-10,SUM({13}))",
        "tổng": "MAX(0,MIN(100,SUM({0,5,8})))+MIN(5,SUM({10}))+MAX(-10,SUM({12}))",
    }


def test_a_group_that_a_level_took_away_stays_a_plain_figure():
    marks = {leaf.code: Scored(MarkState.SCORED, leaf.max_points) for leaf in SIMPLE.leaves}
    marks["V.1"] = Scored(MarkState.SCORED, D(0))
    marks["I.2"] = Scored(MarkState.SCORED, D(5), zeroes_parent=True)
    stored, kept, worked, drawn = worked_out(SIMPLE, marks)

    assert (drawn[0], isinstance(drawn[0], Live)) == (0, False)
    assert kept == worked == stored


def test_a_row_that_a_sanction_took_away_is_printed_and_not_added():
    sanction = Sanction(SanctionKind.ZERO_CRITERION, "I.2")
    marks = {leaf.code: Scored(MarkState.SCORED, leaf.max_points) for leaf in SIMPLE.leaves}
    marks["V.1"] = Scored(MarkState.SCORED, D(-5), sanctions=(sanction,))
    stored, kept, worked, drawn = worked_out(SIMPLE, marks)

    assert (stored[2], drawn[0].formula) == (20, "SUM({1,3,4})")
    assert kept == worked == stored
