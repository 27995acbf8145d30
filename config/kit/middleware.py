"""Pages that read each thing once; a refusal that no form caught, and text that no database keeps, explained."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.kit.reading import one_reading
from config.kit.refusals import Conflict, Refused

UNKEPT = "Nội dung có ký tự không lưu được. Hãy xóa ký tự đó rồi gửi lại."


def _tells_of_nul(exception: Exception) -> bool:
    """What the driver says of a NUL in a text, and the database of one in JSON; no keyboard types it."""
    if isinstance(exception, DataError):
        return "unsupported Unicode escape sequence" in str(exception)
    return isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)


class RefusedMiddleware:
    """Answer `Refused` with 403 and `Conflict` with 409, in sentences, never as a bare error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        status = 409 if isinstance(exception, Conflict) else 403
        if _tells_of_nul(exception):
            exception, status = Refused([UNKEPT]), 400
        if not isinstance(exception, Refused):
            return None
        return render(request, "refused.html", {"refused": exception}, status=status)


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
