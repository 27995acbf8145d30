from decimal import Decimal as D

import pytest

from scoring.enums import GroupNature
from scoring.rules.differences import Line, differences, images_of, unbound_groups
from scoring.rules.tree import (
    Spot,
    below,
    moved,
    next_code,
    recoded,
    renumbered,
    style_of,
    token,
    with_codes,
)

SPOTS = (
    Spot(1, None, "I"),
    Spot(2, 1, "I.1"),
    Spot(3, 2, "I.1.a"),
    Spot(4, 1, "X"),
    Spot(5, None, "II"),
)


@pytest.mark.parametrize(
    ("style", "place", "mark"),
    [
        ("roman", 1, "I"),
        ("roman", 4, "IV"),
        ("roman", 49, "XLIX"),
        ("roman", 90, "XC"),
        ("number", 12, "12"),
        ("letter", 1, "a"),
        ("letter", 27, "aa"),
        ("LETTER", 2, "B"),
    ],
)
def test_each_level_is_numbered_in_its_own_marks(style, place, mark):
    assert token(style, place) == mark


@pytest.mark.parametrize(
    ("tokens", "depth", "style"),
    [
        ((), 0, "roman"),
        ((), 1, "number"),
        ((), 9, "number"),
        (("I", "IV"), 1, "roman"),
        (("1", "2"), 0, "number"),
        (("a", "b"), 1, "letter"),
        (("A", "B"), 0, "LETTER"),
        (("1", "b"), 2, "letter"),
    ],
)
def test_a_group_goes_on_as_it_began(tokens, depth, style):
    assert style_of(tokens, depth) == style


@pytest.mark.parametrize(
    ("parent", "siblings", "taken", "depth", "code"),
    [
        ("", (), (), 0, "I"),
        ("", ("I", "II"), ("I", "II"), 0, "III"),
        ("I", ("I.1", "I.3"), ("I.1", "I.3"), 1, "I.4"),
        ("I.1", (), (), 2, "I.1.a"),
    ],
)
def test_one_more_row_takes_the_first_free_code(parent, siblings, taken, depth, code):
    assert next_code(parent, siblings, taken, depth) == code


def test_a_row_takes_along_what_is_under_it():
    assert below(SPOTS, 1) == {1, 2, 3, 4}
    assert recoded(SPOTS, 1, "V") == {"I": "V", "I.1": "V.1", "I.1.a": "V.1.a"}


def test_rows_are_numbered_by_their_place():
    assert renumbered(SPOTS) == {"I": "I", "I.1": "I.1", "I.1.a": "I.1.a", "X": "I.2", "II": "II"}


@pytest.mark.parametrize(
    ("key", "step", "order"),
    [(1, -1, [1, 2, 3]), (3, 1, [1, 2, 3]), (2, -1, [2, 1, 3]), (2, 1, [1, 3, 2])],
)
def test_a_row_changes_places_with_its_neighbour_only(key, step, order):
    assert moved((1, 2, 3), key, step) == order


def test_rules_follow_the_codes_that_they_name():
    rule = {
        "levels": [{"code": "I.1", "sanctions": [{"kind": "zero_criterion", "criterion": "I.1"}]}],
        "not_again_in": ["I.1", "V"],
        "per": "1",
    }

    assert with_codes(rule, {"I.1": "II.1"}) == {
        # A level's code is its own, whatever rows are called.
        "levels": [{"code": "I.1", "sanctions": [{"kind": "zero_criterion", "criterion": "II.1"}]}],
        "not_again_in": ["II.1", "V"],
        "per": "1",
    }


# Two frames beside each other


def line(key, parent, code, points="10", origin=None, **more):
    return Line(key, parent, code, f"Dòng {code}", D(points), origin=origin, **more)


OLD = (line(1, None, "I"), line(2, 1, "I.1", rule="Chấm trực tiếp"))
SAME = (line(11, None, "I", origin=1), line(12, 11, "I.1", origin=2, rule="Chấm trực tiếp"))


def test_frames_that_say_the_same_do_not_differ_whatever_their_keys():
    assert differences(OLD, SAME) == []
    assert unbound_groups(OLD, SAME) == []
    assert images_of(OLD, SAME)[2].code == "I.1"


def test_a_group_that_changes_its_nature_changes_its_rule_and_its_bond():
    new = (line(11, None, "I", origin=1, nature=GroupNature.BONUS), SAME[1])

    assert [(one.kind.value, one.before, one.after) for one in differences(OLD, new)] == [
        ("Đổi cách tính", "", "Điểm thưởng")
    ]
    assert len(unbound_groups(OLD, new)) == 1


def test_a_second_row_from_the_same_origin_elsewhere_is_a_new_row():
    new = (*SAME, line(13, 11, "I.2", origin=2))

    assert [(one.kind.value, one.code) for one in differences(OLD, new)] == [("Thêm", "I.2")]


def test_a_row_that_becomes_a_content_names_both_places():
    new = (SAME[0], line(12, None, "II", origin=2, rule="Chấm trực tiếp"))
    (_, move) = [one for one in differences(OLD, new) if one.kind.value != "Đổi lời"]

    assert (move.before, move.after) == ("I Dòng I", "Nội dung lớn")


def test_a_row_whose_group_is_gone_is_told_from_one_that_stays():
    new = (line(12, None, "I.1", origin=2, rule="Chấm trực tiếp"),)

    assert [(one.kind.value, one.code) for one in differences(OLD, new)] == [("Bỏ", "I")]
