"""Triggers hold for everybody but the owner of the tables; and what the serving role may do, stated anew.

pgtrigger's own function lets every role set a trigger aside with one setting, and it is written again with each trigger
that a migration installs. Here its text is replaced wherever it would be written.
"""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model
from pgtrigger import compiler

# `session_user` is who signed in to the server: a routine that runs with its owner's rights stays under the law.
SHOULD_IGNORE = """CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(
                trigger_name NAME
            )
            RETURNS BOOLEAN AS $$
                BEGIN
                    IF coalesce(current_setting('pgtrigger.ignore', true), '') = '' THEN
                        RETURN FALSE;
                    END IF;
                    RETURN trigger_name = ANY(current_setting('pgtrigger.ignore')::name[])
                        AND session_user = (
                            SELECT pg_get_userbyid(proowner) FROM pg_proc
                            WHERE proname = '_pgtrigger_should_ignore' AND pronamespace = 'public'::regnamespace
                        );
                END;
            $$ LANGUAGE plpgsql;"""
TRIGGER_FUNCTION = 'CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore('
END = "$$ LANGUAGE plpgsql;"


class UnknownTemplate(RuntimeError):
    """This version of pgtrigger writes its function otherwise; `for_the_owner_only` has to be made to fit."""


def for_the_owner_only(sql: str) -> str:
    """What installs one trigger, with our function in the place of pgtrigger's."""
    start, end = sql.find(TRIGGER_FUNCTION), sql.find(END)
    if start < 0 or end < start:
        raise UnknownTemplate(sql)
    return sql[:start] + SHOULD_IGNORE + sql[end + len(END) :]


def hold_for_all_but_the_owner() -> None:
    """Have every trigger that is written from now on, by whatever command, written with our function."""
    write = compiler.UpsertTriggerSql.__init__

    def written(self: compiler.UpsertTriggerSql, **kwargs: object) -> None:
        write(self, **kwargs)
        self.data = for_the_owner_only(self.data)

    compiler.UpsertTriggerSql.__init__ = written


def install(models: Iterable[type[Model]], schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the triggers of tables just made; the migration that makes a table names them among its options."""
    for model in models:
        for trigger in getattr(model._meta, "triggers", ()):
            schema_editor.execute(trigger.install_sql, params=None)


def may_be_set_aside() -> bool:
    """Tell whether we are signed in as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_user = tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = %s",
            ["django_migrations"],
        )
        return cursor.fetchone() == (True,)


def state_grants(*, using: str = "default", **_signal: object) -> None:
    """Say again what the role that serves may do, now that tables and triggers are as this version wants them."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            (Path(settings.BASE_DIR) / "deploy" / "sql" / "grants.sql").read_text(encoding="utf-8")
        )
