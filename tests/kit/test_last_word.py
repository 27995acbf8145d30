"""The database's last word about text: every column of ours refuses signs that nobody sees."""

import pytest
from django.db import IntegrityError, connection, transaction

from blocs.models import Unit
from config.kit.lastword import HELD, hold_text_clean, text_columns
from config.kit.typed import tidy
from config.postgres import OWNER
from tests.factories.blocs import UnitFactory
from tests.factories.law import signed_in_as

pytestmark = pytest.mark.django_db
UNSEEN = [
    *range(1, 9),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    0xFEFF,
]


def asked(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def test_every_column_of_text_is_held_and_valid():
    columns = set(text_columns())

    assert len(columns) > 150
    assert {("blocs_unit", "name"), ("scoring_mark", "reason"), ("accounts_user", "full_name")} <= columns
    assert columns - set(asked(HELD)) == set()
    assert asked(f"{HELD} AND NOT convalidated") == []


def test_just_the_unseen_signs_are_refused():
    signs = [chr(one) for one in range(1, 0x10000) if not 0xD800 <= one < 0xE000]
    refused = asked("SELECT one FROM unnest(%s) AS one WHERE NOT vn_is_clean('a' || one || 'b')", signs)

    assert [ord(one) for (one,) in refused] == UNSEEN
    # What the door makes of each of them passes.
    assert all(tidy(f"a{sign}b") != f"a{sign}b" for (sign,) in refused)
    assert (
        asked("SELECT one FROM unnest(%s) AS one WHERE NOT vn_is_clean(one)", [tidy(one) for one in signs])
        == []
    )


@pytest.mark.parametrize("sign", ["\x0b", "\u200b", "\u202e", "\x85"])
def test_a_write_around_every_form_is_refused(sign):
    unit = UnitFactory()

    with pytest.raises(IntegrityError, match="check"), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(name=f"Sở{sign} Y tế")
    Unit.objects.filter(pk=unit.pk).update(name="Sở\tY tế\nhai dòng")


@pytest.mark.django_db(transaction=True)
def test_the_next_migrate_holds_a_column_without_a_check_and_leaves_older_rows(caplog):
    with signed_in_as(OWNER):
        names = asked(
            f"{HELD} AND conrelid = 'blocs_unit'::regclass AND attname IN ('short_name', 'address')".replace(
                "attrelid::regclass::text, attname", "conname"
            )
        )
        with connection.cursor() as cursor:
            for (name,) in names:
                cursor.execute(f'ALTER TABLE blocs_unit DROP CONSTRAINT "{name}"')
        UnitFactory(short_name="Sở\x0bY tế")

        hold_text_clean()
        hold_text_clean()

        assert asked(f"{HELD} AND NOT convalidated") == [("blocs_unit", "short_name")]
        assert [one for one in text_columns() if one not in asked(HELD)] == []
        assert "blocs_unit.short_name keeps older rows" in caplog.text
        with pytest.raises(IntegrityError):
            UnitFactory(short_name="Sở\x0bCông Thương")
