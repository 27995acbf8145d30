"""A table as it is copied out of Excel: its cells, and the rows that say nothing."""

import pytest

from config.kit.typed import body_of, cells_of, is_index, is_signature, is_total, one_line


def test_a_cell_with_a_line_break_stands_in_quotes():
    pasted = 'Chỉ tiêu\t"Tỷ lệ ""đúng hạn""\r\n(hồ sơ)"\t95\r\nHai\t"%"\t\r\n'

    assert cells_of(pasted) == [["Chỉ tiêu", 'Tỷ lệ "đúng hạn"\n(hồ sơ)', "95"], ["Hai", "%", ""]]


def test_quotes_inside_a_text_are_quotes():
    assert cells_of('phong trào "Dạy tốt"\t"5') == [['phong trào "Dạy tốt"', '"5']]


def test_a_line_without_tabs_is_split_by_its_bars():
    assert cells_of("a | b\nc\td", "|") == [["a", "b"], ["c", "d"]]
    assert cells_of("a | b") == [["a | b"]]


@pytest.mark.parametrize(
    "cells", [["(1)", "(2)", "(3)"], ["1", "2"], ["A", "B", "1", "2", "3"], ["", "(1)", "(2)"]]
)
def test_a_row_of_column_numbers_is_known(cells):
    assert is_index(cells)


@pytest.mark.parametrize("cells", [["1"], ["1", "3"], ["1", "Nội dung"], [], ["A"], ["A", "B"]])
def test_other_rows_are_none(cells):
    assert not is_index(cells)


def test_totals_and_signatures_are_known():
    assert [is_total(one) for one in (["", "TỔNG CỘNG", "95"], ["Cộng"], ["Tổng kết phong trào"], [])] == [
        True,
        True,
        False,
        False,
    ]
    assert [
        is_signature(one) for one in (["", "NGƯỜI LẬP", "", "THỦ TRƯỞNG ĐƠN VỊ"], ["Người lập kế hoạch"], [])
    ] == [
        True,
        False,
        False,
    ]


PASTED = (
    "STT\tChỉ tiêu\tĐơn vị tính\n(1)\t(2)\t(3)\n1\tTỷ lệ hồ sơ\t%\n\n2\tSố vụ\tvụ\n\tTổng cộng\t\n"
    "\tNGƯỜI LẬP\tTHỦ TRƯỞNG ĐƠN VỊ\n\tNguyễn Văn A\tTrần B\n"
)


def test_what_says_nothing_is_left_out_and_places_are_kept():
    assert body_of(cells_of(PASTED), ("Chỉ tiêu",)) == [(3, ["Tỷ lệ hồ sơ", "%"]), (5, ["Số vụ", "vụ"])]


def test_ordinals_go_without_a_header_too_where_they_stand_beside_the_columns():
    lines = [["1", "Một", "%"], ["2", "Hai", "vụ"]]

    assert body_of(lines, width=2) == [(1, ["Một", "%"]), (2, ["Hai", "vụ"])]
    assert body_of(lines, width=3) == [(1, lines[0]), (2, lines[1])]
    assert body_of(lines) == [(1, lines[0]), (2, lines[1])]


def test_a_first_column_of_codes_is_kept():
    lines = [["TT", "Nội dung"], ["I", "Một"]]

    assert body_of(lines, ("Nội dung",), keeps_ordinal=True) == [(2, ["I", "Một"])]


def test_a_cell_is_one_line_where_one_is_asked_for():
    assert one_line("a\n b\t c ") == "a b c"
