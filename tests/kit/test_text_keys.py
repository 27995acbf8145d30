"""One pure function and one SQL function give the same keys, on any text."""

from importlib import import_module

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blocs.models import Unit
from config.kit.text import plain_words, search_key, sort_key
from tests.factories.blocs import UnitFactory
from tests.factories.law import by_the_owner

VIETNAMESE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
        ),
        st.sampled_from("AÀĂẰÂẤDĐEÊIOÔƠUƯYÝ 0123456789-–.,&()/\t\u0300\u0301\u0302\u0306\u031b"),
        st.sampled_from("00000123456789"),
        st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs", "Cn")),
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=VIETNAMESE)
@example("Khối 1234567890123 và 000")
@example("0" * 40)
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


@pytest.mark.django_db
def test_stored_keys_are_made_anew_without_an_audit_row():
    """Rows from before the keys of today: their columns hold what the functions of their day gave."""
    migration = import_module("config.kit.migrations.0002_natural_keys")
    by_the_owner(migration.SEARCH_KEY.replace("'[^a-z0-9]+', '', 'g')", "'[^a-z0-9]+', ' ', 'g')"))
    unit = UnitFactory(name="Sở GD&ĐT 2", short_name="GD&ĐT")
    before = Unit.objects.get(pk=unit.pk)
    assert before.search_key == "so gd dt 2"
    by_the_owner(migration.SEARCH_KEY)
    by_the_owner(migration.MADE_ANEW)

    after = Unit.objects.get(pk=unit.pk)
    assert (after.search_key, after.short_search_key) == ("sogddt2", "gddt")
    assert after.sort_key == sort_key("Sở GD&ĐT 2")
    assert unit.events.count() == 1
