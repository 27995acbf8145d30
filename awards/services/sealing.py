"""What becomes of secret ballots at the end: opened and sealed in random order, or never opened; then the key goes."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from awards import queries
from awards.enums import PollStatus
from awards.models import Poll
from config.kit import keys
from config.kit.audit import audited

# A key of no poll is what an interrupted opening left behind; no opening takes a week.
ORPHANS_LIVE = timedelta(days=7)


def seal_ballots(poll: Poll, choices: Sequence[dict[str, Any]]) -> None:
    """Write down what was on the ballots in random order, and remove the boxes they lay in."""
    shuffled = list(choices)
    secrets.SystemRandom().shuffle(shuffled)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_ballots(%s, %s::jsonb)", [poll.pk, json.dumps(shuffled)])
    destroy_key_on_commit(poll)


def void(poll: Poll, reason: str, by: User) -> None:
    """End a poll without a result: its ballots are never opened."""
    poll.status, poll.void_reason = PollStatus.VOIDED, reason
    with audited("awards.poll.voided", by=by, reason=reason):
        poll.save(update_fields=["status", "void_reason"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT discard_ballots(%s)", [poll.pk])
    destroy_key_on_commit(poll)


def destroy_key_on_commit(poll: Poll) -> None:
    """Never before the result is safe; what a kill in between leaves is destroyed at the next reading, or at night."""
    if poll.ballot_key:
        transaction.on_commit(partial(keys.destroy, poll.ballot_key), robust=True)


def destroy_key_of_settled_poll(*, poll: Poll) -> None:
    """A poll that is over stays over: whatever is left of its key goes, without a lock."""
    if poll.ballot_key and poll.status in queries.OVER:
        keys.destroy(poll.ballot_key)


def destroy_old_keys(*, at: datetime) -> int:
    """Every night: keys of polls that are over, and those of an opening that never came to be."""
    kept = keys.kept()
    status = queries.status_by_key(kept)
    old = [
        name
        for name, made_at in kept.items()
        if (status[name] in queries.OVER if name in status else made_at < at - ORPHANS_LIVE)
    ]
    for name in old:
        keys.destroy(name)
    return len(old)
