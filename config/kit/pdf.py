"""Official papers as PDF. Equal input gives equal bytes: no dates, no network, only our own fonts."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from config.kit.typed import printable

# A name that resolves nowhere: relative addresses in templates and style sheets begin here.
BASE_URL = "https://static.invalid/"
STYLE = "css/print.css"

# Pango's font map is shared by the whole process and does not like two threads.
_ONE_AT_A_TIME = Lock()


class StaticFetcher(URLFetcher):
    """Serve our own static files and `data:` addresses; refuse everything else."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = self._own(unquote(url.removeprefix(BASE_URL))) if url.startswith(BASE_URL) else None
        if path is None:
            raise ValueError(f"a paper may only use our own static files, not {url}")
        return URLFetcherResponse(url, Path(path).read_bytes())

    def _own(self, name: str) -> str | None:
        try:
            return finders.find(name)
        except SuspiciousFileOperation:
            return None


@cache
def _house() -> tuple[FontConfiguration, CSS, StaticFetcher]:
    """The fonts and the parsed style sheet, made once a process."""
    fetcher = StaticFetcher(allowed_protocols=("data",))
    fonts = FontConfiguration()
    sheet = CSS(
        string=_text(STYLE),
        base_url=BASE_URL + STYLE,
        font_config=fonts,
        url_fetcher=fetcher,
    )
    return fonts, sheet, fetcher


def _text(name: str) -> str:
    return Path(finders.find(name)).read_text(encoding="utf-8")


def _layout(html: str) -> Document:
    fonts, sheet, fetcher = _house()
    page = HTML(string=printable(html), base_url=BASE_URL, url_fetcher=fetcher)
    return page.render(stylesheets=[sheet], font_config=fonts, presentational_hints=True)


def from_html(html: str, appendices: Sequence[str] = ()) -> bytes:
    """Draw a page of HTML, then each appendix with page numbers of its own, as one file."""
    with _ONE_AT_A_TIME:
        first = _layout(html)
        pages = [
            *first.pages,
            *(page for part in appendices for page in _layout(part).pages),
        ]
        identifier = hashlib.sha256("\0".join((html, *appendices)).encode()).hexdigest()[:32]
        return first.copy(pages).write_pdf(pdf_identifier=identifier.encode(), full_fonts=False)


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """Draw a template as PDF."""
    return from_html(render_to_string(template, dict(context)))
