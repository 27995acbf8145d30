"""What concerns the safety of accounts: a row of the journal, and one line of the log that a machine can read."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.enums import SecurityKind
from accounts.models import SecurityEvent, User
from config.kit.audit import audited
from config.kit.clients import client_address

logger = logging.getLogger("security")


def tell(event: str, **facts: object) -> None:
    """One line of the log. Never a password, a link or a name that was typed in vain."""
    logger.info(json.dumps({"event": event, **facts}, ensure_ascii=False, default=str))


def exports(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view whose file carries the data of a whole bloc or province away: that it was handed out is recorded."""

    @wraps(view)
    def recorded(request: HttpRequest, **address: str) -> HttpResponse:
        response = view(request, **address)
        if response.status_code == 200:
            name = response["Content-Disposition"].rpartition("filename=")[2].strip('"')
            note = f"{name} ({'/'.join(map(str, address.values()))})"
            where = client_address(request)
            record(SecurityKind.EXPORTED, user=request.user, at=timezone.now(), address=where, note=note)
        return response

    return recorded


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
