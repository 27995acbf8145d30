"""What concerns the safety of accounts: a row of the journal, and one line of the log that a machine can read."""

import json
import logging
from datetime import datetime

from accounts.enums import SecurityKind
from accounts.models import SecurityEvent, User
from config.kit.audit import audited

logger = logging.getLogger("security")


def tell(event: str, **facts: object) -> None:
    """One line of the log. Never a password, a link or a name that was typed in vain."""
    logger.info(json.dumps({"event": event, **facts}, ensure_ascii=False, default=str))


def record(
    kind: SecurityKind,
    *,
    user: User | None,
    at: datetime,
    address: str = "",
    by: User | None = None,
    note: str = "",
) -> None:
    """One row that nobody can change, and one line. A name that fills its own field does not stop what is recorded."""
    room = SecurityEvent._meta.get_field("note").max_length
    with audited(f"accounts.security.{kind}", by=by or user):
        SecurityEvent.objects.create(kind=kind, user=user, address=address, at=at, note=note[:room])
    tell(kind, user=user.pk if user else None, by=by.pk if by else None, address=address, at=at, note=note)
