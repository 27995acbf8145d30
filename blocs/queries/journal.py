"""Whether every row is what the journal last wrote of it: the triggers write both, so a difference is not ours."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models

from accounts.models import User
from blocs.models import Cycle, Unit
from blocs.queries.audit import tracked_models

# So many rows of a table are named; of more, how many.
MOST_NAMED = 20
# Fields by which a person knows a row.
NAMING = ("name", "full_name", "title", "question", "text", "subject", "party", "number", "award_text")


def journal_violations() -> list[str]:
    """Rows that differ from their newest event, rows without event, and rows gone without one. One query a table."""
    found = []
    for events in tracked_models().values():
        model = events.pgh_tracked_model
        faults = _differences(model, events)
        words = _words_of(model, events, [key for key, _, _ in faults[:MOST_NAMED]])
        found += [
            f"{words[key]}: {_sentence(model, fault, columns)}" for key, fault, columns in faults[:MOST_NAMED]
        ]
        if len(faults) > MOST_NAMED:
            many = len(faults) - MOST_NAMED
            found.append(f"{_title(model)}: còn {many} dòng nữa không khớp với nhật ký.")
    return found


def _differences(model: type[models.Model], events: type[models.Model]) -> list[tuple[Any, str, list[str]]]:
    """Key, fault and changed columns of every row that is not as its newest event says."""
    key = model._meta.pk.column
    columns = [field.column for field in model._meta.local_concrete_fields if _is_told(events, field.name)]
    changed = ", ".join(
        f'CASE WHEN r."{column}" IS DISTINCT FROM e."{column}" THEN \'{column}\' END' for column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(f"""
            WITH e AS (
                SELECT DISTINCT ON (pgh_obj_id) * FROM "{events._meta.db_table}" ORDER BY pgh_obj_id, pgh_id DESC
            ), compared AS (
                SELECT coalesce(r."{key}", e.pgh_obj_id) AS key,
                    CASE WHEN e.pgh_id IS NULL THEN 'unwritten'
                        WHEN r."{key}" IS NULL AND e.pgh_label <> 'delete' THEN 'vanished'
                        WHEN r."{key}" IS NOT NULL AND e.pgh_label = 'delete' THEN 'returned'
                        WHEN r."{key}" IS NOT NULL THEN 'same' END AS fault,
                    array_remove(ARRAY[{changed}]::text[], NULL) AS changed
                FROM "{model._meta.db_table}" r FULL JOIN e ON e.pgh_obj_id = r."{key}"
            )
            SELECT key, fault, changed FROM compared
            WHERE fault <> 'same' OR (fault = 'same' AND cardinality(changed) > 0) ORDER BY key
        """)  # noqa: S608
        return cursor.fetchall()


def _is_told(events: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in events._meta.local_concrete_fields)


def _sentence(model: type[models.Model], fault: str, columns: Sequence[str]) -> str:
    if fault == "unwritten":
        return "có trong dữ liệu nhưng nhật ký không ghi."
    if fault == "vanished":
        return "đã mất khỏi dữ liệu mà nhật ký không ghi việc xóa."
    if fault == "returned":
        return "nhật ký ghi đã xóa nhưng vẫn còn trong dữ liệu."
    names = {field.column: str(field.verbose_name) for field in model._meta.local_concrete_fields}
    return f"khác với lần ghi nhật ký cuối ({', '.join(names[column] for column in columns)})."


def _words_of(
    model: type[models.Model], events: type[models.Model], keys: Sequence[Any]
) -> Mapping[Any, str]:
    """Rows in words a person knows them by: as the journal last told them, else as they stand."""
    rows: dict[Any, models.Model] = {row.pk: row for row in model.objects.filter(pk__in=keys)}
    told = events.objects.filter(pgh_obj_id__in=keys).order_by("pgh_id")
    rows.update({event.pgh_obj_id: event for event in told})
    return {key: _row_in_words(model, rows[key]) for key in keys}


def _row_in_words(model: type[models.Model], row: models.Model) -> str:
    """What kind of row, its name or what it is about, and whose and of which year it is."""
    about = [*_own_words(model, row), *_related_words(model, row)]
    places = [_said(found) for target in (Unit, Cycle) if (found := _reached(model, row, target)) is not None]
    parts = list(dict.fromkeys(part for part in (*about, *places) if part))
    return f"{_title(model)} “{', '.join(parts) or _key_in_words(row)}”"


def _key_in_words(row: models.Model) -> str:
    return f"số {getattr(row, 'pgh_obj_id', row.pk)}"


def _title(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name)
    return name[:1].upper() + name[1:]


def _own_words(model: type[models.Model], row: models.Model) -> list[str]:
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    name = next((str(getattr(row, one)) for one in NAMING if one in fields and getattr(row, one)), "")
    code = str(row.code) if {"code", "title"} <= set(fields) else ""
    chosen = [
        str(dict(field.flatchoices)[value])
        for field in fields.values()
        if field.choices and (value := getattr(row, field.attname)) in dict(field.flatchoices)
    ]
    return [f"{code} {name}".strip()[:120], *chosen[:2]]


def _related_words(model: type[models.Model], row: models.Model) -> list[str]:
    """What the row points at, where that has a name of its own; who wrote it is not what it is about."""
    return [
        " ".join(_own_words(field.related_model, target)[:1])
        for field in _keys_of(model)
        if field.related_model not in (Unit, Cycle)
        and (field.related_model is not User or not (field.remote_field.related_name or "+").endswith("+"))
        and (target := _target(row, field.name)) is not None
    ]


def _reached(model: type[models.Model], row: models.Model, wanted: type[models.Model]) -> models.Model | None:
    """The unit or the year that a row belongs to, along its keys."""
    ways: list[tuple[type[models.Model], models.Model]] = [(model, row)]
    for _ in range(4):
        further = []
        for kind, one in ways:
            for field in _keys_of(kind):
                target = _target(one, field.name) if field.related_model not in (User, kind) else None
                if target is not None and field.related_model is wanted:
                    return target
                if target is not None:
                    further.append((field.related_model, target))
        ways = further
    return None


def _said(row: models.Model) -> str:
    """A row by its own words, or by its key where what it belongs to is gone."""
    try:
        return str(row)
    except ObjectDoesNotExist:
        return _key_in_words(row)


def _keys_of(model: type[models.Model]) -> Iterable[Any]:
    return [field for field in model._meta.local_concrete_fields if field.is_relation]


def _target(row: models.Model, name: str) -> models.Model | None:
    """What a key points at; None also when that is gone, for an event outlives what it tells of."""
    try:
        return getattr(row, name)
    except ObjectDoesNotExist:
        return None
