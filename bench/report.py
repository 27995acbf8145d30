"""What is measured, in the order in which it is printed."""

import os
import platform
import re
import subprocess
from io import BytesIO
from itertools import cycle as forever
from time import perf_counter

import django
import weasyprint
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from bench import engine, ground, load
from bench.timing import HEADING, Line, count_queries, p50
from blocs.queries import standing_in
from config import memory
from config.kit import pdf
from config.kit.text import VIETNAM
from documents.models import Document
from scoring import queries
from scoring.enums import CriterionKind, Stage
from scoring.imports import guidance_book, read_guidance
from scoring.imports.sample import long_guidance
from scoring.models import Mark, Scorecard
from scoring.queries import boards
from scoring.reports.comparison import comparison_html
from scoring.reports.papers import card_html
from scoring.reports.sheet import field_name

PAGE_QUERIES, PAGE_RATIO = 15, 2
SAVE_QUERIES, DESK_QUERIES = 12, 25
READ, COMPARED = "Scorecard page, read: three stages", "Comparison page"
PDF_RATIO, ENGINE_MS = 1.15, 50
IMPORT_ROWS, IMPORT_MS = 1000, 5000
# Pages name static files and never send them, so nothing is gained by compressing these.
STATIC_KINDS = ("css", "js", "svg", "ttf", "woff2", "md", "")


def run() -> None:
    begun, busy = perf_counter(), os.getloadavg()[0]
    with override_settings(WHITENOISE_SKIP_COMPRESS_EXTENSIONS=STATIC_KINDS):
        call_command("collectstatic", interactive=False, verbosity=0)
    here = ground.build()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # As the server does when it starts.
    memory.settle()
    _say_where(here, perf_counter() - begun)
    print(HEADING)
    for part in (_pages, _todos, _saving, _papers, _engine, _imports, _desk, load.run):
        for line in part(here):
            print(line, flush=True)
        print()
    print(f"Warm calls, taking turns; {perf_counter() - begun:.0f} s after migrating, load now {_load()}.")
    if max(loads := (busy, os.getloadavg()[0])) > (os.cpu_count() or 1):
        print(
            f"The machine was busy (load up to {max(loads):.1f}): milliseconds are too high, ratios unsteady; queries hold."
        )


def _say_where(here: ground.Ground, seconds: float) -> None:
    marks = Mark.objects.filter(card__scoreboard__cycle=here.closed)
    size = (
        marks.values("card").distinct().count(),
        marks.values("criterion").distinct().count(),
        marks.values("stage").distinct().count(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    print(
        f"\n{timezone.now().astimezone(VIETNAM):%Y-%m-%d %H:%M} (Vietnam), commit {_commit()}\n"
        f"{_processor()}, {os.cpu_count()} cores, load {_load()}; Python {platform.python_version()}, "
        f"Django {django.__version__}, PostgreSQL {server}, WeasyPrint {weasyprint.__version__}, "
        f"DEBUG {'on' if settings.DEBUG else 'off'}\n"
        f"One bloc of {' × '.join(map(str, size))} (units × criteria × stages), {marks.count()} marks, "
        f"built in {seconds:.0f} s\n"
    )


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    with open("/proc/cpuinfo") as lines:
        found = re.search(r"model name\s*:\s*(.+)", lines.read())
    return found[1] if found else platform.machine()


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


# Clients


def _client(user=None) -> Client:
    client = Client(SERVER_NAME="localhost")
    if user:
        client.force_login(user)
    return client


def _get(client: Client, url: str):
    """A call that fails loudly: a refusal or a redirect would be quick and say nothing."""

    def call():
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        return response.getvalue() if response.streaming else response.content

    return call


def _floor(url: str, user=None, middleware=()):
    """The same for the floor: a client whose handler knows its addresses and, as a rule, no other middleware."""
    client = _client(user)
    with override_settings(MIDDLEWARE=["bench.floor.own_addresses", *middleware]):
        client.handler.load_middleware()
    return _get(client, url)


# Parts


def _pages(here: ground.Ground):
    secretary = _client(here.secretary)
    year, running = here.closed.slugs, here.running.slugs
    unit = here.fact.order[3]
    card = Scorecard.objects.get(scoreboard__cycle=here.closed, unit__slug=unit)
    officer = _client(here.cast.officer(here.half_way))
    pages = {
        "Cycle page": _get(secretary, reverse("cycle", args=year)),
        "List of cards": _get(secretary, reverse("scores", args=year)),
        READ: _get(secretary, reverse("scorecard", args=[*year, unit])),
        "Scorecard page, entry: cells to type in, last year beside": _get(
            officer, reverse("scorecard", args=[*running, here.half_way])
        ),
        COMPARED: _get(secretary, reverse("comparison", args=year)),
        "Ranking page": _get(secretary, reverse("ranking", args=year)),
    }
    floors = {
        "Floor: bare Django, 12 × 40 × 3 from one query": _floor(f"/bloc/{here.closed.pk}/"),
        "Floor: bare Django, one card of 40 × 3": _floor(f"/card/{card.pk}/"),
    }
    taken = p50({**floors, **pages})
    # Apart, for they make the process forget what the others go by.
    first = {name: _forgetting(pages[name]) for name in (READ, COMPARED)}
    anew = p50(first)
    whole, one = (taken[name] for name in floors)
    for name, call in floors.items():
        yield Line(name, taken[name], count_queries(call))
    for name, call in pages.items():
        # The lines before may have made it forget its board.
        call()
        yield Line(
            name,
            taken[name],
            count_queries(call),
            whole,
            most_queries=PAGE_QUERIES,
            most_ratio=PAGE_RATIO,
        )
        if name in first:
            yield Line("  the same, its board not read before", anew[name], count_queries(first[name]), whole)
    yield Line("Scorecard page, read, against the floor of one card", taken[READ], floor=one)


def _todos(here: ground.Ground):
    """What a person has to do, and the badge that every page asks for."""
    secretary = _client(here.secretary)
    page, badge = _get(secretary, reverse("todo")), _get(secretary, reverse("todo_count"))
    taken = p50({"page": page, "badge": badge})
    yield Line("To-do page", taken["page"], count_queries(page), most_queries=10, most_ms=20)
    yield Line(
        "  its badge, asked for by every page",
        taken["badge"],
        count_queries(badge),
        most_queries=4,
        most_ms=6,
    )


def _forgetting(call):
    """The first call of a process: neither the board nor a total of it is kept yet."""

    def first():
        boards._adopted_board.cache_clear()
        return call()

    return first


def _saving(here: ground.Ground):
    """One cell as the page saves it when it is left; each save changes the figure, so each really writes."""
    unit = here.half_way
    officer = here.cast.officer(unit)
    client = _client(officer)
    card = Scorecard.objects.select_related("scoreboard").get(scoreboard__cycle=here.running, unit__slug=unit)
    board = queries.board_of(card.scoreboard)
    leaf = next(leaf for leaf in board.leaves if leaf.kind == CriterionKind.DIRECT)
    mark = Mark.objects.filter(card=card, criterion=leaf, stage=Stage.SELF).first()
    url = reverse("mark_save", args=[*here.running.slugs, unit])
    seen = {"version": mark.version if mark else ""}
    figures = forever(("1", "1,5"))

    def save():
        response = client.post(
            url,
            {
                "criterion": leaf.pk,
                "stage": Stage.SELF,
                field_name(leaf.pk, "version"): seen["version"],
                field_name(leaf.pk, "value"): next(figures),
            },
        )
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}: {response.content[:300]}")
        seen["version"] = response.json()["version"]

    ok = {
        "Floor: a bare view that answers “ok”": _floor("/ok/"),
        "  the same behind the site's middleware, signed in": _floor("/ok/", officer, settings.MIDDLEWARE),
    }
    taken = p50({**ok, "save": save})
    for name, call in ok.items():
        yield Line(name, taken[name], count_queries(call))
    bare = taken[next(iter(ok))]
    yield Line("Save one mark", taken["save"], count_queries(save), bare, most_queries=SAVE_QUERIES)


def _papers(here: ground.Ground):
    """Papers, asked for as in the browser, against WeasyPrint alone on the same HTML."""
    unit = here.fact.order[3]
    client = _client(here.secretary)
    card = queries.cards_of(here.closed).get(unit__slug=unit)
    who = standing_in(here.closed, here.secretary, timezone.now())
    html = card_html(queries.card_view(card), queries.visible_stages(who, card))
    yield from _paper("Card", html, _get(client, reverse("scorecard_pdf", args=[*here.closed.slugs, unit])))
    shown = queries.comparison_of(who, list(queries.cards_of(here.closed)), Stage.MEETING)
    url = reverse("comparison_pdf", args=here.closed.slugs)
    html = comparison_html(here.closed, shown)
    yield from _paper("Comparison", html, _get(client, f"{url}?vong={Stage.MEETING}"))
    paper = Document.objects.filter(cycle=here.closed, status="issued").order_by("pk").last()
    kept = _get(client, reverse("document_pdf", args=[paper.pk]))
    taken = p50({"kept": kept})
    yield Line("An issued paper, served as stored", taken["kept"], count_queries(kept))


def _paper(name: str, html: str, whole):
    """WeasyPrint alone gets its style sheet and fonts parsed once, too: the quicker of its ways."""
    base = f"file://{settings.BASE_DIR}/static/"
    fonts = FontConfiguration()
    sheet = CSS(filename=finders.find("css/print.css"), font_config=fonts)

    def raw():
        page = HTML(string=html, base_url=base)
        return page.write_pdf(stylesheets=[sheet], font_config=fonts, presentational_hints=True)

    pages = len(HTML(string=html, base_url=base).render(stylesheets=[sheet], font_config=fonts).pages)
    if whole() != pdf.from_html(html):
        raise RuntimeError(f"The request and the bench do not draw the same paper: {name}.")
    taken = p50({"raw": raw, "house": lambda: pdf.from_html(html), "whole": whole}, rounds=15)
    yield Line(f"Floor: raw WeasyPrint, {name.lower()} of {pages} pages", taken["raw"])
    yield Line("  our printer on the same HTML", taken["house"], floor=taken["raw"])
    yield Line(
        f"{name} as PDF, the whole request",
        taken["whole"],
        count_queries(whole),
        taken["raw"],
        most_ratio=PDF_RATIO,
    )


def _imports(here: ground.Ground):
    """A guidance of 1,000 rows read and checked cell by cell, beside openpyxl reading the same cells and no more."""
    content = guidance_book(long_guidance(IMPORT_ROWS).board())

    def bare():
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        for page in book:
            for _ in page.iter_rows(values_only=True):
                pass

    taken = p50({"bare": bare, "read": lambda: read_guidance(content)}, rounds=5)
    yield Line(f"Floor: openpyxl reads a workbook of {IMPORT_ROWS} rows", taken["bare"])
    yield Line("Import of the same, read and checked", taken["read"], floor=taken["bare"], most_ms=IMPORT_MS)


def _engine(here: ground.Ground):
    taken = p50({"engine": engine.rescoring()})
    name = f"Engine: target_leader, {engine.UNITS} units × {engine.CRITERIA} criteria re-scored"
    yield Line(name, taken["engine"], most_ms=ENGINE_MS)


def _desk(here: ground.Ground):
    """Last, for it needs a whole province: the other blocs have members and an opened year, no marks."""
    url = reverse("province_desk", args=[here.cast.province.slug])
    ask = _get(_client(here.cast.desk_head), f"{url}?nam={here.running.year}")
    taken = p50({"one": ask})
    yield Line("Province desk, one bloc", taken["one"], count_queries(ask), most_queries=DESK_QUERIES)
    ground.widen(here)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    taken = p50({"all": ask})
    name = f"Province desk, {ground.BLOCS} blocs of {len(here.fact.units)} units"
    yield Line(name, taken["all"], count_queries(ask), most_queries=DESK_QUERIES)
