"""The role that serves, as the real roles.sql makes it: it reads and writes rows, and switches nothing off."""

import subprocess

import psycopg2
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError
from pghistory.models import Event
from pgtrigger.compiler import UpsertTriggerSql

from blocs.models import Cycle, Province, Unit
from config.kit import triggers
from config.postgres import OWNER, ROLES, SERVING, SUPERUSER, binaries
from tests.factories.blocs import UnitFactory
from tests.factories.law import every_right, signed_in_as
from tests.scenarios import new_cycle
from tests.server import as_role

pytestmark = pytest.mark.django_db


def run(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def ask(sql, *params, role=SUPERUSER):
    with as_role(role) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_the_tests_sit_in_the_database_as_the_role_that_serves():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        assert cursor.fetchone() == (SERVING, SERVING)
    owners = ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(OWNER,)]
    assert not triggers.may_be_set_aside()


@pytest.mark.parametrize("ignored", ["{%s}", "{%s,pgtrigger_other}"])
def test_no_setting_switches_a_trigger_off(ignored):
    unit = UnitFactory()
    with every_right():
        event = unit.events.get()
        names = [
            name
            for (name,) in ask("SELECT DISTINCT tgname::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger%%'")
        ]
        run("SELECT set_config('pgtrigger.ignore', %s, false)", ignored % ",".join(names))
        with pytest.raises(InternalError, match="Cannot update or delete rows"):
            run("UPDATE blocs_unitevent SET name = '' WHERE pgh_id = %s", event.pk)
        Unit.objects.filter(pk=unit.pk).update(phone="0297")
        run("SELECT set_config('pgtrigger.ignore', '', false)")

    assert [one.pgh_label for one in unit.events.order_by("pgh_id")] == ["insert", "update"]


@pytest.mark.django_db(transaction=True)
def test_the_owner_may_set_a_trigger_aside():
    unit = UnitFactory()
    change = "UPDATE blocs_unitevent SET phone = 'x' WHERE pgh_obj_id = %s"
    with signed_in_as(OWNER):
        with pytest.raises(InternalError):
            run(change, unit.pk)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT '{' || string_agg(tgname, ',') || '}' FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'"
            )
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", cursor.fetchone())
            cursor.execute(change, [unit.pk])
    assert unit.events.get().phone == "x"


@pytest.mark.parametrize(
    "attempt",
    [
        "TRUNCATE blocs_unit CASCADE",
        "ALTER TABLE blocs_unit DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE thidua_owner",
        "SET SESSION AUTHORIZATION thidua_owner",
        "CREATE TABLE mine (x int)",
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT TRUE'",
        "DROP TABLE blocs_unit",
        "ALTER FUNCTION cast_ballot(bigint, bytea) SECURITY INVOKER",
        "UPDATE django_migrations SET app = app",
        "CREATE TRIGGER mine BEFORE INSERT ON blocs_unit EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CHECKPOINT",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_what_is_the_owners_is_refused(attempt):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(attempt)


def test_the_journal_and_sealed_ballots_are_only_added_to_and_live_ballots_only_read():
    rights = {
        table: set(given.split(","))
        for table, given in ask(
            "SELECT table_name, string_agg(privilege_type, ',') FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_schema = 'public' GROUP BY 1",
            SERVING,
        )
    }
    journals = {model._meta.db_table for model in apps.get_models() if issubclass(model, Event)}
    added = {table for table, given in rights.items() if given == {"SELECT", "INSERT"}}
    read = {table for table, given in rights.items() if given == {"SELECT"}}

    assert added == (journals & rights.keys()) | {"awards_sealedballot", "blocs_sealedday"}
    assert len(added) > 30
    assert read == {"awards_ballot", "django_migrations"}
    assert {frozenset(given) for given in rights.values()} == {
        frozenset({"SELECT"}),
        frozenset({"SELECT", "INSERT"}),
        frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"}),
    }


def test_every_routine_with_rights_of_its_owner_names_its_search_path_and_is_not_everybodys():
    found = ask(
        "SELECT proname::text, proconfig, has_function_privilege('pg_monitor', oid, 'EXECUTE') FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace AND proowner = 'thidua_owner'::regrole ORDER BY 1"
    )

    assert {name for name, _, _ in found} >= {"cast_ballot", "discard_ballots", "seal_ballots"}
    assert {(tuple(config), everybody) for _, config, everybody in found} == {
        (("search_path=pg_catalog, public, pg_temp",), False)
    }


def test_a_setting_aside_is_refused_inside_a_routine_of_the_owner():
    """Such a routine acts as the owner, but it was the role that serves who signed in."""
    names = ask(
        "SELECT '{' || string_agg(tgname, ',') || '}' FROM pg_trigger WHERE tgname LIKE 'pgtrigger%%'"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", names[0])
        cursor.execute(
            "SELECT _pgtrigger_should_ignore(tgname) FROM pg_trigger WHERE tgname LIKE 'pgtrigger%%' LIMIT 1"
        )
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT set_config('pgtrigger.ignore', '', true)")


def test_a_trigger_that_pgtrigger_would_install_anew_brings_our_function():
    trigger = Cycle._meta.triggers[0].compile(Cycle)

    assert isinstance(trigger.sql, UpsertTriggerSql)
    assert trigger.install_sql.count("_pgtrigger_should_ignore(\n") == 1
    assert triggers.SHOULD_IGNORE in trigger.install_sql
    assert "EXCEPTION WHEN OTHERS" not in trigger.install_sql
    with pytest.raises(triggers.UnknownTemplate):
        triggers.for_the_owner_only("CREATE FUNCTION other() …")


def test_setting_a_demonstration_year_back_is_refused_to_the_role_that_serves():
    new_cycle(year=2019, slug="kien-giang", bloc_slug="khoi-4")
    Province.objects.update(is_demo=True)

    with pytest.raises(CommandError, match="thidua_owner"):
        call_command("demo", walk=True)


# roles.sql as the guide says: by psql, as the superuser


@pytest.fixture
def scratch():
    """A database with tables of the superuser's, as a restore without roles leaves them."""
    with as_role(SUPERUSER, "postgres") as cursor:
        cursor.execute("CREATE DATABASE scratch_roles TEMPLATE template0")
    with as_role(SUPERUSER, "scratch_roles") as cursor:
        cursor.execute("CREATE TABLE plain (id serial, text text)")
        cursor.execute("CREATE TABLE plainevent (pgh_id int, text text)")
        cursor.execute("CREATE FUNCTION plain_word() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$")
        host = connection.settings_dict["HOST"] or connection.settings_dict["OPTIONS"]["host"]
    yield f"postgresql://{SUPERUSER}@/scratch_roles?host={host}"
    with as_role(SUPERUSER, "postgres") as cursor:
        cursor.execute("DROP DATABASE scratch_roles WITH (FORCE)")


def psql(url, *variables):
    command = [
        binaries() / "psql",
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        *variables,
        "-d",
        url,
        "-f",
        str(ROLES),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_roles_sql_is_safe_to_run_twice_and_mends_what_others_made(scratch):
    passwords = ("-v", "owner_password=mot", "-v", "app_password=hai")
    for variables in (passwords, ()):
        psql(scratch, *variables)
        with as_role(SERVING, "scratch_roles") as cursor:
            cursor.execute("INSERT INTO plain (text) VALUES ('a') RETURNING plain_word()")
            assert cursor.fetchone() == ("x",)
            cursor.execute("INSERT INTO plainevent VALUES (1, 'a')")
            for sql in (
                "DELETE FROM plainevent",
                "TRUNCATE plain",
                "CREATE TABLE mine (x int)",
                "CREATE TEMP TABLE t (x int)",
            ):
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(sql)
        with as_role(OWNER, "scratch_roles") as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS later (id int)")
            cursor.execute("ALTER TABLE plain ADD COLUMN IF NOT EXISTS more text")
    with as_role(SERVING, "scratch_roles") as cursor:
        cursor.execute("INSERT INTO later VALUES (1)")


@pytest.mark.django_db(transaction=True)
def test_migrate_states_the_grants_again():
    with as_role(OWNER) as cursor:
        cursor.execute(f"GRANT UPDATE, DELETE ON blocs_unitevent TO {SERVING}")
    with signed_in_as(OWNER):
        call_command("migrate", verbosity=0)

    assert ask("SELECT has_table_privilege(%s, 'blocs_unitevent', 'UPDATE')", SERVING) == [(False,)]
