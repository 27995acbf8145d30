"""A page that many apps draw together reads each thing once.

Inside `one_reading()` a function marked `@read_once` answers the same question from what it has read already;
outside of it, and so in every service, the mark changes nothing. A GET or HEAD is one reading from end to end
(`middleware.py`); what a POST draws when it is refused opens its own.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """For drawing only: nothing may be written inside, or the page would show what was there before."""
    if _answers.get() is not None:
        # A page that is part of a reading goes on with it.
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def read_once(query: Callable[P, T]) -> Callable[P, T]:
    """Mark a query whose answer callers only read. Rows among the arguments count by their key."""

    @wraps(query)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        answers = _answers.get()
        if answers is None:
            return query(*args, **kwargs)
        question = (query, *(getattr(one, "pk", one) for one in (*args, *kwargs.values())), *kwargs)
        if question not in answers:
            answers[question] = query(*args, **kwargs)
        return answers[question]

    return read
