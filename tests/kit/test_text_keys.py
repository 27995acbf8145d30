"""One pure function and one SQL function give the same keys, on any text."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.kit.text import plain_words, search_key, sort_key

VIETNAMESE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
        ),
        st.sampled_from("AÀĂẰÂẤDĐEÊIOÔƠUƯYÝ 0123456789-–.,&()/\t\u0300\u0301\u0302\u0306\u031b"),
        st.sampled_from("00000123456789"),
        st.sampled_from("IIIIVVXXX  .-"),
        st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs", "Cn")),
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=VIETNAMESE)
@example("Khối 1234567890123 và 000")
@example("0" * 40)
@example("Nội dung XXXIX.XL và IIII, (V)–[X]\\IX “VIII”")
@example("XI VI\u0301 V\u0338 \u0338I I")
@example("NGUYỄN THỊ VI")
def test_search_and_sort_keys_are_equal_in_python_and_sql(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT vn_search_key(%s), vn_sort_key(%s)", [text, text])
        keys = cursor.fetchone()

    assert keys == (search_key(text), sort_key(text))


def test_words_are_bare():
    assert plain_words("Sở  Xây dựng") == "so xay dung"
    assert plain_words("SỞ LAO ĐỘNG – THƯƠNG BINH & XÃ HỘI") == "so lao dong thuong binh xa hoi"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("so xay dung", "Sở  Xây dựng"),
        ("so gddt", "Sở GD&ĐT"),
        ("Sở GD-ĐT", "Sở GD&ĐT"),
        ("tp.hcm", "TP HCM"),
        ("thi dua khen thuong", "Ban Thi đua-Khen thưởng"),
        ("3387/QĐ-KTĐ4", "Quyết định 3387/qd ktd4"),
    ],
)
def test_a_name_is_found_whatever_stands_between_its_letters(typed, name):
    assert search_key(typed) in search_key(name)


def test_names_stand_in_dictionary_order():
    names = ["Đài", "Dân", "Ăn", "An", "Ân", "Báo", "Bão", "Bao", "Ủy", "Uy"]

    assert sorted(names, key=sort_key) == ["An", "Ăn", "Ân", "Bao", "Bão", "Báo", "Dân", "Đài", "Uy", "Ủy"]


def test_numbers_inside_names_count():
    names = [
        "Khối số 10",
        "donvi-10",
        "Khối số 2",
        "donvi-2",
        "Khối số 02",
        "Khối",
        "Khối số 1.10",
        "Khối số 1.9",
    ]

    assert sorted(names, key=sort_key) == [
        "donvi-2",
        "donvi-10",
        "Khối",
        "Khối số 1.9",
        "Khối số 1.10",
        "Khối số 2",
        "Khối số 02",
        "Khối số 10",
    ]


def test_roman_numerals_in_names_count():
    roman = ["I", "II", "III", "IV", "V", "VI", "VIII", "IX", "X", "XI", "XIV", "XIX", "XX", "XXXIX"]
    for name in ("Khối {}", "Nội dung {}. Thi đua", "{}", "{}.1"):
        names = [name.format(one) for one in roman]
        assert sorted([*names[1:], names[0]], key=sort_key) == names
    assert sorted(["Khối V", "Khối 4", "Khối 10", "Khối IX"], key=sort_key) == [
        "Khối 4", "Khối V", "Khối IX", "Khối 10",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["Vi", "vi", "XL", "IIII", "VX", "IVa", "Ví", "VIÊN", "V1", "ĐIV"])
def test_words_that_are_no_numerals_stay_words(word):
    assert sort_key(f"Sở {word}") == sort_key(f"Sở {word.lower()}")


def test_syllables_of_a_name_in_capitals_are_no_numerals():
    names = ["NGUYỄN THỊ AN", "NGUYỄN THỊ VI", "NGUYỄN THỊ XI"]

    assert sorted(names, key=sort_key) == names
