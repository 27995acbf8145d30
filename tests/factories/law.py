"""Who we are to the database: the role that serves, unless a test says otherwise."""

from contextlib import contextmanager

from django.db import connection

from tests.server import GRANTS

ALL_RIGHTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO thidua_app"


@contextmanager
def every_right():
    """Inside, the grants withhold nothing, so that what the triggers hold is seen by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests_set_law_aside(FALSE, %s)", [ALL_RIGHTS])
        yield
        cursor.execute("SELECT tests_set_law_aside(FALSE, %s)", [GRANTS.read_text()])


def by_the_owner(sql):
    """Inside our own transaction, what only the owner of the tables may do to them, e.g. while migrating."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT tests_set_law_aside(FALSE, %s)", [sql])


@contextmanager
def signed_in_as(role):
    """Inside, our connection is that of another role, e.g. of the owner, who migrates, backs up and restores."""
    serving = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = serving
