"""Counting who knocks, in a table of our own: every process counts together, and nothing is pushed out by other rows."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F

from accounts.models import Tally
from accounts.rules import LIMITS, Limit, window_of

COUNT = """
    INSERT INTO "accounts_tally" (key, began_at, times) VALUES (%s, %s, 1)
    ON CONFLICT (key, began_at) DO UPDATE SET times = "accounts_tally".times + 1 RETURNING times
"""


def count(limit: Limit, of: object, at: datetime) -> int:
    """Count one more in the window of now, and how many that makes; two at once are two."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_key(limit, of), _began(limit, at)])
        return cursor.fetchone()[0]


def is_too_many(limit: Limit, of: object, at: datetime) -> bool:
    return count(limit, of, at) > limit.most


def give_back(limit: Limit, of: object, at: datetime) -> None:
    """Take back what was counted before it was known to be right."""
    Tally.objects.filter(key=_key(limit, of), began_at=_began(limit, at), times__gt=0).update(
        times=F("times") - 1
    )


def is_first(limit: Limit, of: object, at: datetime) -> bool:
    """Whether something was never seen in this window nor in the one before."""
    before = _began(limit, at) - timedelta(seconds=limit.seconds)
    is_new = count(limit, of, at) == 1
    return is_new and not Tally.objects.filter(key=_key(limit, of), began_at=before).exists()


def forget_old(*, at: datetime) -> int:
    """Remove what no window asks for any more; nightly."""
    longest = max(limit.seconds for limit in LIMITS)
    removed, _ = Tally.objects.filter(began_at__lt=at - timedelta(seconds=2 * longest)).delete()
    return removed


def _key(limit: Limit, of: object) -> str:
    return hashlib.sha256(f"{limit.name}\0{of}".encode()).hexdigest()


def _began(limit: Limit, at: datetime) -> datetime:
    return datetime.fromtimestamp(window_of(at.timestamp(), limit.seconds), UTC)
