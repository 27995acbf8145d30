"""A creating form is carried out once, however often it is sent: each carries a key of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config.kit.models import Sent

FIELD = "once"
AGAIN = "Biểu mẫu này đã được gửi một lần; hệ thống chỉ ghi một lần."
# Longer than any page stays open with a session (12 hours).
KEPT = timedelta(days=2)


def new_key() -> str:
    """A key for one drawing of a form."""
    return uuid4().hex


def key_in(request: HttpRequest) -> UUID | None:
    """The key that came with a form; None for none of ours."""
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def creates(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that creates: the second sending of the same form waits for the first and is led where that went."""

    @wraps(view)
    def guarded(request: HttpRequest, **address: Any) -> HttpResponse:
        key = key_in(request) if request.method == "POST" else None
        if key is None:
            return view(request, **address)
        mine = {"user_id": request.user.pk, "path": request.path[:500], "key": key}
        with transaction.atomic():
            try:
                with transaction.atomic():
                    sent = Sent.objects.create(**mine)
            except IntegrityError:
                return _again(request, Sent.objects.get(**mine))
            response = view(request, **address)
            if response.status_code >= 400:
                # Refused: the same form may be sent again, corrected.
                sent.delete()
            else:
                sent.led_to = response.get("Location", "")
                sent.save(update_fields=["led_to"])
        return response

    guarded.writes = "create"
    return guarded


def _again(request: HttpRequest, first: Sent) -> HttpResponse:
    messages.info(request, AGAIN)
    return HttpResponseRedirect(first.led_to or request.get_full_path())


def forget_sent(*, at: datetime) -> int:
    """Drop the keys of forms that no open page can hold any more."""
    return Sent.objects.filter(sent_at__lt=at - KEPT).delete()[0]
