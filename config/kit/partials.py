"""Answers for a script that asks for a part of a page: small ones, whatever stands in its way.

A script that is sent to a whole page draws it into a badge, or takes it for a saved cell.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string


def is_partial(request: HttpRequest) -> bool:
    """Whether a script asks, not a person who goes to a page. Sec-Fetch-Dest is sent over https only."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or headers.get("X-Requested-With") == "fetch"
        or headers.get("Sec-Fetch-Dest") == "empty"
        or wants_json(request)
    )


def wants_json(request: HttpRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def small(
    request: HttpRequest, status: int, sentences: list[str], words: str = "", url: str = ""
) -> HttpResponse:
    """`words` stand where a badge was asked for; an act of htmx goes on to `url`, or is told above the page.

    `isLost` tells a script that this is no answer of the view that it asked: what was typed is kept.
    """
    if wants_json(request):
        response = JsonResponse({"errors": sentences, "isLost": True}, status=status)
    else:
        is_act = request.method not in ("GET", "HEAD")
        context = {"sentences": sentences, "words": words, "is_act": is_act}
        response = HttpResponse(render_to_string("components/partial_refused.html", context), status=status)
        if is_act and url:
            response["HX-Redirect"] = url
        elif is_act:
            response["HX-Retarget"], response["HX-Reselect"] = "#main", ".partial-note"
            response["HX-Reswap"] = "afterbegin show:window:top"
    response["Cache-Control"] = "no-store"
    return response


def page_asked_from(request: HttpRequest) -> str:
    """The path of the page on which htmx acted."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
