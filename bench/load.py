"""Many people at once over HTTP, each waiting for an answer before asking again; the clients share the machine."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse

from bench.ground import Ground
from config.kit.lane import AGAIN_SECONDS
from config.launch import ROOT
from scoring.enums import CriterionKind, ScorecardState, Stage
from scoring.models import Mark, Scorecard
from scoring.queries import board_of
from scoring.reports.sheet import field_name

# Not measured: the time in which the processes of the site load themselves and read the board.
WARM, SECONDS = 8, 60
PEOPLE, ARCHIVES = (20, 50), 8
TARGET_MS = {20: 300}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Criteria whose cell is one figure, and take 1 as well as 1,5.
ONE_FIGURE = (CriterionKind.DIRECT, CriterionKind.TARGET, CriterionKind.TARGET_LEADER)
# Of ten requests: seven saves, two cards, one other page.
ROUND = ("save", "save", "card", "save", "save", "page", "save", "save", "card", "save")


class Person:
    """One signed-in person with cells that nobody else writes in, at one kept connection."""

    def __init__(self, port: int, user, cells: list) -> None:
        self.line = http.client.HTTPConnection("localhost", port, timeout=120)
        self.user, self.cells, self.asked = user, cells, 0
        self.secret = _get_new_csrf_string()
        self.cookie = f"sessionid={_signed_in(user)}; csrftoken={self.secret}"

    def ask(self, method: str, url: str, data: dict | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.secret, "Referer": "http://localhost/"}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, url, urlencode(data) if data else None, headers)
        answer = self.line.getresponse()
        return answer.status, answer.read()

    def next_request(self) -> tuple[str, Callable[[], tuple[int, bytes]]]:
        kind = ROUND[self.asked % len(ROUND)]
        cell = self.cells[self.asked % len(self.cells)]
        self.asked += 1
        if kind == "save":
            return kind, lambda: self.save(cell)
        url = cell.card_url if kind == "card" else cell.pages[self.asked % len(cell.pages)]
        return kind, lambda: self.ask("GET", url)

    def save(self, cell: "Cell") -> tuple[int, bytes]:
        """Each save changes the figure, so each really writes."""
        cell.figure = "1,5" if cell.figure == "1" else "1"
        data = {
            "criterion": cell.leaf,
            "stage": Stage.SELF.value,
            field_name(cell.leaf, "version"): cell.version,
            field_name(cell.leaf, "value"): cell.figure,
        }
        status, body = self.ask("POST", cell.save_url, data)
        if status == 200:
            cell.version = _version_in(body)
        return status, body


class Cell:
    """One cell of one card, and what stands there."""

    def __init__(self, card: Scorecard, leaf: int, version: object, slugs: tuple) -> None:
        self.leaf, self.version, self.figure = leaf, version, "1"
        place = [*slugs, card.unit.slug]
        self.save_url, self.card_url = reverse("mark_save", args=place), reverse("scorecard", args=place)
        self.pages = [reverse("cycle", args=slugs), reverse("scores", args=slugs), reverse("todo")]


def run(here: Ground) -> Iterator[str]:
    yield f"{'People at once':<58} {'per s':>7} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8}"
    for people in PEOPLE:
        yield from _walk(here, people, archives=0)
    yield from _walk(here, PEOPLE[0], archives=ARCHIVES)


def _walk(here: Ground, people: int, *, archives: int) -> Iterator[str]:
    with _site() as port:
        crowd = _crowd(here, port, people)
        readers = [Person(port, here.secretary, []) for _ in range(archives)]
        begin = time.monotonic() + WARM
        end = begin + SECONDS
        taken: dict[str, list[float]] = defaultdict(list)
        failed: list[str] = []
        work = [threading.Thread(target=_people, args=(one, begin, end, taken, failed)) for one in crowd]
        archive = reverse("cycle_archive", args=here.closed.slugs)
        work += [threading.Thread(target=_archives, args=(one, archive, end, taken)) for one in readers]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    beside = f", {archives} asking for archives" if archives else ""
    total = sum(len(times) for kind, times in taken.items() if kind != "archive")
    yield f"{people} people{beside}: {total / SECONDS:.0f} requests a second, {len(failed)} failed {failed[:1] or ''}"
    for kind in ("save", "card", "page", *(["archive"] if archives else [])):
        yield _line(kind, taken[kind], TARGET_MS.get(people) if kind == "save" else None)


def _line(kind: str, times: list[float], target: float | None) -> str:
    if len(times) < 2:
        return f"  {kind:<56} {len(times) / SECONDS:7.1f}"
    p95 = quantiles(times, n=20)[-1]
    verdict = f"  ≤ {target} ms p95: {'meets' if p95 <= target else 'misses'}" if target else ""
    return (
        f"  {kind:<56} {len(times) / SECONDS:7.1f} {median(times):8.0f} {p95:8.0f} {max(times):8.0f}{verdict}"
    )


def _people(one: Person, begin: float, end: float, taken: dict[str, list[float]], failed: list[str]) -> None:
    while time.monotonic() < end:
        kind, send = one.next_request()
        begun = time.monotonic()
        status, body = send()
        if begun >= begin:
            taken[kind].append((time.monotonic() - begun) * 1000)
        if status != 200:
            failed.append(f"{kind} {status} {body[:200]!r}")


def _archives(one: Person, url: str, end: float, taken: dict[str, list[float]]) -> None:
    """Ask again as the page does while the lane is taken; what is measured is from asking to having the file."""
    while time.monotonic() < end:
        begun = time.perf_counter()
        while (status := one.ask("GET", url)[0]) == 503 and time.monotonic() < end:
            one.line.close()  # the server does not keep it for so long
            time.sleep(AGAIN_SECONDS)
        if status == 200:
            taken["archive"].append((time.perf_counter() - begun) * 1000)


def _crowd(here: Ground, port: int, people: int) -> list[Person]:
    """People of the units whose cards are still open; cells are dealt out, so that none belongs to two."""
    cards = Scorecard.objects.filter(scoreboard__cycle=here.running, state=ScorecardState.DRAFT)
    dealt: dict[int, list] = defaultdict(list)
    for card in cards.select_related("unit", "scoreboard").order_by("pk"):
        leaves = [leaf for leaf in board_of(card.scoreboard).leaves if leaf.kind in ONE_FIGURE]
        kept = dict(Mark.objects.filter(card=card, stage=Stage.SELF).values_list("criterion", "version"))
        dealt[card.unit_id] = [
            (card.unit.slug, Cell(card, leaf.pk, kept.get(leaf.pk, ""), here.running.slugs))
            for leaf in leaves
        ]
    seats = [(unit, place) for place in range(-(-people // len(dealt))) for unit in dealt][:people]
    many = defaultdict(int)
    for unit, _ in seats:
        many[unit] += 1
    crowd = []
    for unit, place in seats:
        slug = dealt[unit][0][0]
        user = here.cast.head(slug) if place % 2 else here.cast.officer(slug)
        crowd.append(Person(port, user, [cell for _, cell in dealt[unit][place :: many[unit]]]))
    return crowd


def _signed_in(user) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def _version_in(body: bytes) -> object:
    return json.loads(body)["version"]


@contextlib.contextmanager
def _site() -> Iterator[int]:
    """The site as production serves it, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"localhost:{port}",
        "--log-level", "warning",
    ]  # fmt: skip
    site = subprocess.Popen([*command, *os.environ.get("BENCH_SITE", "").split(), "config.wsgi"], cwd=ROOT)
    try:
        _wait_for(port)
        yield port
    finally:
        site.terminate()
        site.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("the site did not come up")
