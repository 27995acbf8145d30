"""A refusal that no form caught becomes a page that explains it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.kit.refusals import Conflict, Refused


class RefusedMiddleware:
    """Answer `Refused` with 403 and `Conflict` with 409, in sentences, never as a bare error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        status = 409 if isinstance(exception, Conflict) else 403
        return render(request, "refused.html", {"refused": exception}, status=status)
