"""Audit rows are written by database triggers; this says who acted, with what verb and why."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pghistory
from django.db import models

Tracked = TypeVar("Tracked", bound=type[models.Model])


def tracked(*, exclude: tuple[str, ...] = ()) -> Callable[[Tracked], Tracked]:
    """Record every insert, update and delete of a model in an append-only event table.

    Fields in `exclude` leave no trace: neither their values nor an update that touches only them.
    """

    def decorate(model: Tracked) -> Tracked:
        generated = [field.name for field in model._meta.local_fields if field.generated]
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[*exclude, *generated],
        )(model)

    return decorate


@contextmanager
def audited(verb: str, *, by: models.Model | None, reason: str = "") -> Iterator[None]:
    """Attach actor, verb (`app.noun.past_verb`) and reason to every row written inside.

    A nested block speaks for its own rows and gives the outer verb back when it ends.
    """
    with pghistory.context() as context:
        outer = dict(context.metadata)
        context.metadata.update(
            verb=verb,
            by=by.pk if by else None,
            by_name=str(by) if by else "hệ thống",
            reason=reason,
        )
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(outer)
