"""Keys of text that people sort and search by: as generated columns, or made when asked."""

from django.db import models
from django.db.models import F, Func
from django.db.models.lookups import Contains


def sort_key_of(field: str) -> models.GeneratedField:
    """A stored key whose byte order is Vietnamese dictionary order of `field`."""
    return _generated("vn_sort_key", field)


def search_key_of(field: str) -> models.GeneratedField:
    """A stored key of `field` without marks, for searching."""
    return _generated("vn_search_key", field)


def by_name(field: str) -> Func:
    """Order by a text that is sorted too seldom to have a column of its own for it."""
    return Func(F(field), function="vn_sort_key", output_field=models.TextField(db_collation="C"))


def key_holds(field: str, key: str) -> Contains:
    """Whether the search key of a text without a column of its own for it holds a key."""
    return Contains(Func(F(field), function="vn_search_key", output_field=models.TextField()), key)


def _generated(function: str, field: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Func(F(field), function=function),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
        editable=False,
    )
