"""Nobody overwrites anybody: a form that edits carries what it was read as, and is compared under the lock.

`PageForm` draws and compares by itself; `@edits(lock)` opens the transaction, takes the lock of the thing before
anything of it is read, and answers 409 where the comparison found that somebody else wrote first.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from config.kit.refusals import Conflict

FIELD = "as_read"
LOST = (
    "Nội dung này vừa được người khác lưu khác đi. Điều anh, chị gõ còn trong các ô; lưu lần nữa thì ghi đè."
)

NOTHING = "(để trống)"


@dataclass
class _Watch:
    lost: list[str] = field(default_factory=list)


_watch: ContextVar[_Watch | None] = ContextVar("edit", default=None)


def stamp(stored: Mapping[str, str]) -> str:
    """A short name of what stands stored: equal when nobody has changed it."""
    told = "\x00".join(f"{name}\x01{text}" for name, text in sorted(stored.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def entries_in(posted: str | None) -> dict[str, str] | None:
    """The stamps that an `EntryForm` carried, by key; None for none of ours."""
    try:
        stamps = json.loads(posted or "")
    except ValueError:
        return None
    return stamps if isinstance(stamps, dict) else None


def is_older(posted: str | None, stored: Mapping[str, str]) -> bool:
    """Whether this request edits, and its form was read from something else than what now stands."""
    return bool(_watch.get() and posted) and posted != stamp(stored)


def lost(pairs: Iterable[tuple[str, str, str]]) -> list[str]:
    """Both texts of whatever would be overwritten, as sentences; nothing where both wrote the same."""
    found = [
        f"{label}: nay là “{stored or NOTHING}”; anh, chị gõ “{typed or NOTHING}”."
        for label, stored, typed in pairs
        if stored != typed
    ]
    if not found:
        return []
    _watch.get().lost = [LOST, *found]
    return [LOST, *found]


def refuse_lost(
    data: Mapping[str, str], stored: Mapping[str, str], typed: Mapping[str, str], name: str = FIELD
) -> None:
    """For a page that is no single form: refuse what would overwrite something that came after it was read."""
    if is_older(data.get(name), stored):
        labels = dict.fromkeys([*stored, *typed])
        refuse_conflict(lost([(label, stored.get(label, ""), typed.get(label, "")) for label in labels]))


def refuse_conflict(sentences: list[str]) -> None:
    """Raise `Conflict` when there is at least one sentence."""
    if sentences:
        raise Conflict(sentences)


def lock_address(request: HttpRequest, **address: Any) -> None:
    """One at a time through this address, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [request.path])


def edits(lock: Callable[..., None]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a view that changes what is stored: lock, read, compare and write are one transaction."""

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, **address: Any) -> HttpResponse:
            if request.method != "POST":
                return view(request, **address)
            watch = _Watch()
            token = _watch.set(watch)
            try:
                with transaction.atomic():
                    lock(request, **address)
                    response = view(request, **address)
            finally:
                _watch.reset(token)
            if watch.lost and 300 <= response.status_code < 400:
                # The form stands on a page that is not drawn again: both texts have a page of their own.
                raise Conflict(watch.lost)
            if watch.lost:
                response.status_code = 409
            return response

        guarded.writes = "edit"
        return guarded

    return mark
