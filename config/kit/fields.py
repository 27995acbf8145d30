"""Generated columns for text that people sort and search by."""

from django.db import models
from django.db.models import F, Func


def sort_key_of(field: str) -> models.GeneratedField:
    """A stored key whose byte order is Vietnamese dictionary order of `field`."""
    return _generated("vn_sort_key", field)


def search_key_of(field: str) -> models.GeneratedField:
    """A stored key of `field` without marks, for searching."""
    return _generated("vn_search_key", field)


def _generated(function: str, field: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Func(F(field), function=function),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
        editable=False,
    )
