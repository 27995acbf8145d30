"""Set one demonstration cycle back to an empty one, so that a person can walk its year by hand."""

from collections.abc import Iterable
from datetime import datetime

import pghistory.trigger
import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

from blocs.enums import Phase
from blocs.models import Cycle, Membership, PhaseMove, Term
from config.kit.audit import audited

# What stays of an empty year: its members and those who hold its offices.
KEPT = (Membership, Term)


@transaction.atomic
def empty(cycle: Cycle, *, at: datetime) -> Cycle:
    """Remove everything below a demonstration cycle and the years after it; back to `preparing`.

    Triggers are set aside here and nowhere else but in data migrations, and they let only the owner of the tables do
    so: what is removed was signed, locked and issued, as it should be, and the services rightly refuse to undo any of
    it. The triggers that write the journal stay: it tells that the rows are gone.
    """
    later = list(Cycle.objects.filter(bloc=cycle.bloc_id, year__gt=cycle.year).values_list("pk", flat=True))
    with audited("meetings.demo.emptied", by=None), pgtrigger.ignore(*_protections()):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            _remove(cursor, later, keep=())
            _remove(cursor, [cycle.pk], keep=KEPT)
            cursor.execute("DELETE FROM blocs_cycle WHERE id = ANY(%s)", [later])
        Term.objects.filter(cycle=cycle).update(to_on=None)
        PhaseMove.objects.filter(cycle=cycle).delete()
        Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.PREPARING)
        Membership.objects.filter(cycle=cycle).update(unranked_reason="")
    return Cycle.objects.get(pk=cycle.pk)


def _protections() -> list[str]:
    """Every trigger but those that write the journal."""
    return [
        trigger.get_uri(model)
        for model, trigger in pgtrigger.registered()
        if not isinstance(trigger, pghistory.trigger.Event)
    ]


def _remove(cursor, cycles: list[int], keep: Iterable[type[models.Model]]) -> None:
    """Delete the rows of every table that hang on these cycles, however deep, leaves first."""
    if not cycles:
        return
    doomed: dict[type[models.Model], set[int]] = {}
    frontier: list[tuple[type[models.Model], set[int]]] = [(Cycle, set(cycles))]
    while frontier:
        model, keys = frontier.pop()
        for child, column in _children(model):
            if child in keep:
                continue
            cursor.execute(
                f'SELECT "{child._meta.pk.column}" FROM "{child._meta.db_table}" WHERE "{column}" = ANY(%s)',  # noqa: S608
                [list(keys)],
            )
            found = {row[0] for row in cursor.fetchall()} - doomed.get(child, set())
            if found:
                doomed.setdefault(child, set()).update(found)
                frontier.append((child, found))
    for model, keys in doomed.items():
        cursor.execute(
            f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = ANY(%s)',  # noqa: S608
            [list(keys)],
        )


def _children(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Tables with a real foreign key to `model`; audit rows have none and stay."""
    return [
        (child, field.column)
        for child in apps.get_models()
        for field in child._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.db_constraint
        and field.related_model is model
        and not child._meta.proxy
    ]
