"""A pasted table over the rows of a form: the same manners wherever a column is taken."""

import json

import pytest
from django.urls import reverse

from config.kit.typed import cells_of
from config.kit.typed.laying import Part, Target, lay, option_for
from tests.factories.accounts import UserFactory

LEVELS = {"m1": "Hoàn thành xuất sắc: 10", "m2": "Hoàn thành tốt: 7", "m3": "Hoàn thành: 4"}
TEXT = Target((Part(),))
PAIR = Target((Part(), Part()))
GROUP = Target(is_aside=True)
LOCKED = Target()
WORDS = {"kps": "kps", "không phát sinh": "kps"}


def laid(pasted, *targets, place=0):
    found, left = lay(cells_of(pasted), targets, place, WORDS)
    return [(one.row, one.values) for one in found], left


def test_a_column_goes_down_the_rows_that_are_filled_in():
    assert laid("1\n2\n", TEXT, GROUP, TEXT, TEXT) == ([(0, ["1"]), (2, ["2"])], 0)


def test_a_column_with_its_groups_and_total_goes_line_by_line():
    assert laid("10\n1\n2\n3", GROUP, TEXT, TEXT, GROUP) == ([(1, ["1"]), (2, ["2"])], 0)
    assert laid("10\n1\n2", GROUP, TEXT, TEXT, GROUP) == ([(1, ["1"]), (2, ["2"])], 0)


def test_what_has_no_room_is_counted_and_a_locked_row_is_left_alone():
    assert laid("1\n2\n3\n4\n5", TEXT, LOCKED, TEXT) == ([(0, ["1"]), (2, ["3"])], 2)


def test_more_columns_fill_the_parts_from_where_it_was_pasted():
    assert laid("1\t2\t3", PAIR) == ([(0, ["1", "2"])], 0)
    assert laid("9", PAIR, place=1) == ([(0, [None, "9"])], 0)
    assert laid("9", TEXT, place=1) == ([(0, ["9"])], 0)


def test_an_empty_line_empties_its_row():
    assert laid("1\n\n3", TEXT, TEXT, TEXT) == ([(0, ["1"]), (1, [""]), (2, ["3"])], 0)


def test_header_ordinals_total_and_foot_are_left_out():
    assert laid("Tự chấm\n1\n2\nTổng cộng\nNGƯỜI LẬP\nAn", TEXT, TEXT, TEXT) == ([(0, ["1"]), (1, ["2"])], 0)
    assert laid("1\t9\n2\t8", TEXT, TEXT) == ([(0, ["9"]), (1, ["8"])], 0)
    assert laid("1\t2", PAIR) == ([(0, ["1", "2"])], 0)


def test_a_cell_with_a_line_break_stays_one_cell():
    assert laid('"dòng một\ndòng hai"\nba', TEXT, TEXT) == ([(0, ["dòng một dòng hai"]), (1, ["ba"])], 0)


def test_a_word_stands_for_the_whole_row():
    assert laid("Không phát sinh", PAIR) == ([(0, ["kps", ""])], 0)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("Hoàn thành tốt", "m2"), ("hoàn thành tốt: 7", "m2"), ("M3", "m3"), ("7", "m2"), ("7,0", "m2"), ("xuất sắc", "m1"),
     ("hoàn", None), ("8", None), ("7²", None)],
)  # fmt: skip
def test_a_choice_is_told_by_its_word_its_code_or_its_points(cell, value):
    assert option_for(cell, LEVELS) == value


def test_x_is_what_was_reached_where_there_are_two():
    assert [option_for("x", options) for options in ({"1": "Đạt", "0": "Không đạt"}, LEVELS)] == ["1", None]


def test_a_choice_that_is_none_is_said_and_nothing_is_chosen():
    (one,), _ = lay([["Rất tốt"]], [Target((Part("select", LEVELS),))])

    assert (one.values, one.error) == (
        [None],
        "“Rất tốt” không có trong danh sách: Hoàn thành xuất sắc; Hoàn thành tốt; Hoàn thành.",
    )
    (empty,), _ = lay([[""]], [Target((Part("select", LEVELS),))])
    assert (empty.values, empty.error) == ([""], "")


def test_boxes_are_ticked_by_their_words():
    target = Target((Part("checks", LEVELS),))

    (one,), _ = lay([["Hoàn thành; m1"]], [target])
    assert one.values == ["m3\nm1"]
    (strange,), _ = lay([["Hoàn thành; lạ"]], [target])
    assert (strange.values, strange.error) == ([None], "“lạ” không có trong danh sách.")


@pytest.mark.django_db
def test_scripts_ask_the_server(client):
    client.force_login(UserFactory(is_demo=True))
    rows = [{"parts": [{"kind": "select", "options": list(LEVELS.items())}], "aside": False}]
    ask = {"text": "Hoàn thành tốt\n4", "rows": json.dumps(rows), "place": "0"}

    answer = client.post(reverse("table_read"), ask)
    assert answer.json() == {"rows": [{"row": 0, "values": ["m2"], "error": ""}], "left": 1}
    assert client.post(reverse("table_read"), {**ask, "rows": "{"}).status_code == 400
    assert client.post(reverse("table_read"), {"text": "1"}).status_code == 400
    assert client.post(reverse("table_read"), {**ask, "text": "1\n" * 1001}).status_code == 422
