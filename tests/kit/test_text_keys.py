"""One pure function and one SQL function give the same keys, on any text."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.kit.text import search_key, sort_key

VIETNAMESE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
        ),
        st.sampled_from("AÀĂẰÂẤDĐEÊIOÔƠUƯYÝ 0123456789-–.,&()/\t\u0300\u0301\u0302\u0306\u031b"),
        st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs", "Cn")),
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=VIETNAMESE)
def test_search_and_sort_keys_are_equal_in_python_and_sql(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT vn_search_key(%s), vn_sort_key(%s)", [text, text])
        keys = cursor.fetchone()

    assert keys == (search_key(text), sort_key(text))


def test_words_are_found_without_marks():
    assert search_key("Sở  Xây dựng") == "so xay dung"
    assert search_key("SỞ LAO ĐỘNG – THƯƠNG BINH & XÃ HỘI") == "so lao dong thuong binh xa hoi"


def test_names_stand_in_dictionary_order():
    names = ["Đài", "Dân", "Ăn", "An", "Ân", "Báo", "Bão", "Bao", "Ủy", "Uy"]

    assert sorted(names, key=sort_key) == ["An", "Ăn", "Ân", "Bao", "Bão", "Báo", "Dân", "Đài", "Uy", "Ủy"]
