"""What nobody can do through the product: rows written around every trigger, as the owner of the database could."""

from contextlib import contextmanager

from django.db import connection

from tests.factories.law import ALL_RIGHTS
from tests.server import GRANTS


@contextmanager
def around_triggers():
    """A cursor that no trigger, no foreign key and no missing right holds back; what it writes leaves no event."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT tests_set_law_aside(TRUE, %s)", [ALL_RIGHTS])
        try:
            yield cursor
        finally:
            cursor.execute("SELECT tests_set_law_aside(FALSE, %s)", [GRANTS.read_text()])


# Text from before the database refused signs that nobody sees; ends with the transaction of the test.
NO_LAST_WORD = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE contype = 'c' AND pg_get_constraintdef(oid) LIKE '%vn_is_clean%'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname);
    END LOOP;
END
$$
"""


def plant(sql, *params):
    """Write one statement around the triggers; it has to change something."""
    with around_triggers() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount > 0, sql


def plant_in(row, **columns):
    """Change columns of one row around the triggers."""
    changes = ", ".join(f'"{column}" = %s' for column in columns)
    table, key = row._meta.db_table, row._meta.pk.column
    plant(f'UPDATE "{table}" SET {changes} WHERE "{key}" = %s', *columns.values(), row.pk)
