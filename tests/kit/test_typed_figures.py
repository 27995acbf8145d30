"""Figures: what is typed, and what is printed read back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kit.forms import NumberField, WholeField
from config.kit.text import number
from config.kit.typed import figure, whole, written

D = Decimal
figures = st.decimals(min_value=-(10**12), max_value=10**12, places=4) | st.decimals(-2000, 2000, places=3)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7,5", "7.5"),
        ("7.5", "7.5"),
        ("36 000", "36000"),
        ("36\u00a0000", "36000"),
        ("1\u202f234,5", "1234.5"),
        ("11.920.000", "11920000"),
        ("11.920.000 đ", "11920000"),
        ("1.490.000 đồng", "1490000"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("-36.000,5", "-36000.5"),
        ("0,500", "0.5"),
        ("0.125", "0.125"),
        ("12345,678", "12345.678"),
        ("+5", "5"),
    ],
)
def test_a_figure_is_read_as_officials_type_it(typed, value):
    assert figure(typed) == D(value)


@pytest.mark.parametrize(
    "typed",
    ["95²", "7,5¹", "9 2", "1 2 3", "１２", "٣", "½", "1e5", "NaN", "- 5", "• 5", "5.", ",5", "1.000.00", "12.34.567",
     "1 0000", "0x1f", "1_000", "Infinity", "", "9" * 400, "mười", "10/2", "=1+1", "5 %", "92%", "1,000,00"],
)  # fmt: skip
def test_anything_else_is_no_figure_and_never_another_one(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        figure(typed)


@pytest.mark.parametrize(("typed", "most", "value"), [("3,333", "30", "3.333"), ("-2.995", "20", "-2.995")])
def test_what_the_field_cannot_hold_is_not_meant(typed, most, value):
    assert figure(typed, most=D(most)) == D(value)
    with pytest.raises(ValueError, match="có thể là"):
        figure(typed, most=D(5000))


@pytest.mark.parametrize("typed", ["1.234", "1,234", "-1.234"])
def test_what_can_be_meant_in_two_ways_is_asked_about(typed):
    with pytest.raises(
        ValueError, match=r"có thể là -?1234 hoặc -?1,234. Hãy gõ rõ “-?1234” hoặc “-?1,2340”"
    ):
        figure(typed)


def test_where_the_measure_is_percent_the_sign_may_be_typed():
    assert [figure(typed, percent=True) for typed in ("92%", "92 %", "92,5\u00a0%", "92")] == [
        92,
        92,
        D("92.5"),
        92,
    ]
    with pytest.raises(ValueError, match="không tính bằng phần trăm"):
        figure("92 %")


@given(figures)
def test_what_a_field_holds_is_read_back(value):
    assert figure(written(value)) == value


@given(figures, st.sampled_from(["{}", " {} ", "{}\u00a0"]))
def test_what_the_page_prints_is_read_back_by_its_field(value, form):
    assert figure(form.format(number(value)), beside=[value]) == value
    assert figure(f"{number(value)} %", beside=[value], percent=True) == value


def test_where_thousands_are_printed_with_dots_they_may_be_typed_so():
    assert figure("35.500", beside=[D(36000)]) == 35500
    with pytest.raises(ValueError, match="có thể là"):
        figure("35.500", beside=[D(36), None])


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_read_as_they_are_printed(value):
    assert whole(number(value)) == whole(str(value)) == value


@pytest.mark.parametrize(
    "typed", ["²", "٣", "1_000", "1,5", "1.0", "1 2", "", "1,234", "7.5", "9" * 400, "１２"]
)
def test_a_whole_number_has_no_decimals_and_plain_digits(typed):
    with pytest.raises(ValueError, match=r"\.$"):
        whole(typed)


def test_fields_read_the_same():
    assert NumberField(is_percent=True).clean("92 %") == 92
    assert WholeField().clean("1.000") == 1000
    assert WholeField(required=False).clean("") is None
    assert NumberField().clean(D("7.5")) == D("7.5")
