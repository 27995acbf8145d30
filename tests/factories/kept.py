"""Years that are built through the services once a process, and put back as rows wherever the same is asked for.

A year of a bloc is hundreds of statements, the same ones for every test that begins with it. The first test that asks
for it has it built; the rows that it left are kept, and the next tests get these rows and the same objects of Python.
"""

import io
import pickle

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from blocs.models import Province


class Kept(type):
    """The metaclass of the years: calling the class builds, or puts back."""

    years: dict[bytes, tuple[bytes, dict[str, str]]] = {}

    def __call__(cls, *args, **kwargs):
        if not _nothing_stands():
            return super().__call__(*args, **kwargs)
        key = pickle.dumps((cls, args, sorted(kwargs.items()), _seeds()))
        if key in Kept.years:
            built, rows = Kept.years[key]
            _put(rows)
            return pickle.loads(built)
        before = _rows()
        year = super().__call__(*args, **kwargs)
        if (rows := _added(before, _rows())) is not None and not any(settings.DATA_DIR.glob("*")):
            Kept.years[key] = pickle.dumps(year), rows
        return year


def _nothing_stands():
    """In a transaction that will be taken back, and with nothing that the rows could stand beside."""
    return connection.in_atomic_block and not Province.objects.exists() and not User.objects.exists()


def _seeds():
    """The rows of migrations that a year may point at: a test with transactions of its own empties them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM awards_awardtype ORDER BY id")
        return cursor.fetchall()


def _rows():
    """Every row of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            text = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', text)
            found[table] = text.getvalue().splitlines(keepends=True)
    return found


def _added(before, after):
    """The new rows of each table; None when an old one changed, for that could not be put back."""
    added = {}
    for table, lines in after.items():
        old = set(before[table])
        if not old <= set(lines):
            return None
        if new := [line for line in lines if line not in old]:
            added[table] = "".join(new)
    return added


def _put(rows):
    """Put rows back as they were: what triggers and references had to say was said when they were built."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tests_set_law_aside(TRUE)")
        for table, lines in rows.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(lines))
        cursor.execute("SELECT tests_set_law_aside(FALSE)")
