"""Readings whose SQL is put together once a process.

Django makes the SQL of a queryset anew at every call, which costs more than PostgreSQL needs to answer it. A page
that asks a dozen small questions spends a third of its time on that; those questions are written here as always,
as a queryset, and marked `@prepared`.
"""

from collections.abc import Callable
from copy import copy
from functools import cache, wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from django.db import connections
from django.db.models import BooleanField, Expression, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
T = TypeVar("T")


class Slot(Expression):
    """A value that is known only when the question is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list["Slot"]]:
        return "%s", [self]


class OneOf(Func):
    """Whether a field has one of the values of a list; what `__in` is elsewhere, for a list of any length."""

    output_field = BooleanField()
    template = "%(expressions)s)"
    arg_joiner = " = ANY("

    def __init__(self, field: str, values: Any, **extra: Any) -> None:
        super().__init__(F(field), values, **extra)


def prepared(build: Callable[P, "QuerySet[T]"]) -> Callable[P, list[T]]:
    """Mark a function that makes a queryset of its arguments; it answers with the rows, read anew at every call.

    The body runs once. Its arguments stand for plain values of a row (a key, a day, a word): it may compare with
    them, but not look at them, and it reads no clock. A list goes into `OneOf`; a condition that depends on who
    asks has no place in it.
    """
    names = tuple(signature(build).parameters)

    @cache
    def made() -> tuple["QuerySet[T]", SQLCompiler, str, tuple[Any, ...]]:
        rows = build(*map(Slot, names))  # type: ignore[arg-type]
        compiler = rows.query.get_compiler(rows.db)
        return rows, compiler, *compiler.as_sql()

    @wraps(build)
    def ask(*args: P.args, **kwargs: P.kwargs) -> list[T]:
        rows, compiler, sql, params = made()
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        bound = copy(compiler)
        bound.connection = connections[compiler.using]
        filled = tuple(given[one.name] if isinstance(one, Slot) else one for one in params)
        bound.as_sql = lambda *_, **__: (sql, filled)
        fresh = rows.all()
        fresh.query.get_compiler = lambda *_, **__: bound
        return list(fresh)

    return ask
