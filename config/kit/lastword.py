"""The database's last word about text: no column of ours takes signs that nobody sees.

Requests are cleaned at the door, workbooks where they are read; this holds for whatever comes by another way. A CHECK a
column, stated by every `migrate` like the grants, so that a column which comes later is held without being named.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connections, models, transaction
from django.db.models import Model

log = logging.getLogger(__name__)
HELD = """
    SELECT attrelid::regclass::text, attname FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
    WHERE contype = 'c' AND pg_get_constraintdef(pg_constraint.oid) LIKE '%vn_is_clean%'
"""


def text_columns() -> Iterator[tuple[str, str]]:
    """Table and column of every text of ours; the journal copies what was let in, a generated column is worked out."""
    for model in apps.get_models():
        if not is_ours(model) or hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.CharField | models.TextField) and not field.generated:
                yield model._meta.db_table, field.column


def is_ours(model: type[Model]) -> bool:
    """Whether a table is made by the product, whose apps lie side by side, not by a library."""
    home = Path(settings.BASE_DIR)
    return Path(model._meta.app_config.path).parent in (home, home / "config")


def hold_text_clean(*, using: str = "default", **_signal: object) -> None:
    """Give each text column that has none its CHECK, in one statement a table."""
    with connections[using].cursor() as cursor:
        cursor.execute(HELD)
        held, missing = set(cursor.fetchall()), {}
    for table, column in text_columns():
        if (table, column) not in held:
            missing.setdefault(table, []).append(column)
    for table, columns in missing.items():
        try:
            _hold(using, table, columns)
        except IntegrityError:
            for column in columns:
                _hold_from_now_on(using, table, column)


def _hold(using: str, table: str, columns: list[str], how: str = "") -> None:
    connection = connections[using]
    name = connection.ops.quote_name
    checks = ", ".join(f"ADD CHECK (public.vn_is_clean({name(column)})) {how}" for column in columns)
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name(table)} {checks}")


def _hold_from_now_on(using: str, table: str, column: str) -> None:
    """Rows from before may be signed or frozen: they stay as they are, and only what is written anew is held."""
    try:
        _hold(using, table, [column])
    except IntegrityError:
        _hold(using, table, [column], "NOT VALID")
        log.warning("%s.%s keeps older rows with signs that nobody sees; see docs/upgrade.md", table, column)
