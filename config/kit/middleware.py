"""What every request meets: its text is read clean; a page reads each thing once; refusals and a full disk explained."""

import sys
from collections.abc import Callable
from contextlib import suppress

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template import loader
from django.views.defaults import server_error

from config.kit import disk
from config.kit.reading import one_reading
from config.kit.refusals import Conflict, Refused
from config.kit.typed import composed, tidy

UNKEPT = "Nội dung có ký tự không lưu được. Hãy xóa ký tự đó rồi gửi lại."


class TypedMiddleware:
    """Read what was typed, in an address or in a form, as text is kept: nothing else comes in this way.

    A password keeps every sign; it is composed, so that it is the same from whichever keyboard it is typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = _read(request.GET)
        if request.method == "POST":
            try:
                request.POST = _read(request.POST)
            except UnreadablePostError:
                pass  # the connection broke; whoever asks for the fields next says so
            except OSError as broken:
                if not disk.is_full(broken):
                    raise
                _let_go(request)
                return full_answer(request)
        return self.get_response(request)


def _let_go(request: HttpRequest) -> None:
    """Close what was on its way: an upload that found no room is no file, and its place is free again."""
    for handler in request.upload_handlers:
        with suppress(OSError, AttributeError):
            handler.file.close()


def _read(sent: QueryDict) -> QueryDict:
    if all(value.isascii() and value.isprintable() for _, values in sent.lists() for value in values):
        return sent
    found = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        found.setlist(name, [composed(one) if "password" in name else tidy(one) for one in values])
    found._mutable = False
    return found


def full_answer(request: HttpRequest) -> HttpResponse:
    """507 in a sentence, drawn without the database: it may be what is full."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"errors": [disk.FULL]}, status=507)
    return HttpResponse(loader.render_to_string("507.html", {"sentence": disk.FULL}), status=507)


def handle_broken(request: HttpRequest) -> HttpResponse:
    """The last answer: what no view and no middleware caught."""
    return full_answer(request) if disk.is_full(sys.exc_info()[1]) else server_error(request)


def _tells_of_nul(exception: Exception) -> bool:
    """What the driver says of a NUL in a text, and the database of one in JSON; no keyboard types it."""
    if isinstance(exception, DataError):
        return "unsupported Unicode escape sequence" in str(exception)
    return isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)


class RefusedMiddleware:
    """Answer `Refused` with 403, `Conflict` with 409, a full disk with 507: in sentences, never as a bare error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if disk.is_full(exception):
            return full_answer(request)
        status = 409 if isinstance(exception, Conflict) else 403
        if _tells_of_nul(exception):
            exception, status = Refused([UNKEPT]), 400
        if not isinstance(exception, Refused):
            return None
        response = render(request, "refused.html", {"refused": exception}, status=status)
        response.reasons = exception.reasons  # for a script, which is told in its own way
        return response


class OneReadingMiddleware:
    """A request that only reads asks the database once for what several parts of its page show."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_reading():
            return self.get_response(request)


class NoStoreMiddleware:
    """Keep what a signed-in person saw out of the browser's caches: after sign-out, Back shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
