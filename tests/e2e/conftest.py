"""Browser stories: the real site, real rows, the system's Chromium."""

import contextlib
import os
import re
from hashlib import sha256
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Locator, Page, TimeoutError, sync_playwright

from accounts.models import User
from accounts.rules import DEMO_PASSWORD
from tests import places
from tests.server import RUN_FOLDER

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright switches the page cache off; real browsers have it on, and Back shows what it kept.
PAGE_CACHE = ["--disable-back-forward-cache"]
PATIENCE = 15_000
REPEATED_IDS = (
    "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
)


@pytest.fixture(scope="session")
def chromium():
    # Playwright runs an event loop in this thread; Django's guard against that is meant for web servers.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, ignore_default_args=PAGE_CACHE
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def go_to(live_server):
    """Let the site stand where a story begins: in a copy of the place that the function makes."""
    with contextlib.ExitStack() as stack:
        yield lambda build: stack.enter_context(places.at(build, commits=True))


def first_in_run(look: str) -> bool:
    """Whether no worker has taken this look before; it is then taken."""
    folder = Path(os.environ[RUN_FOLDER]) / "looks"
    folder.mkdir(exist_ok=True)
    try:
        (folder / sha256(look.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class Person:
    """One signed-in person at one browser window, acting by what the screen says."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def open(self, path: str, *, axe: bool = True) -> None:
        answer = self.page.goto(self.site + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        if axe:
            self.check_accessibility()

    def check_accessibility(self, state: str = "") -> None:
        """No violation of WCAG on a page; once a run for an address, a width and a state that a story names."""
        address = re.sub(r"/\d+/", "/n/", self.page.url.removeprefix(self.site))
        if not first_in_run(f"{address} {self.page.viewport_size['width']} {state}"):
            return
        assert self.page.evaluate(REPEATED_IDS) == [], address
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"

    def send(self, button: Locator) -> None:
        """Press a button that leads to a page, and answer the question it asks before."""
        try:
            button.wait_for()
        except TimeoutError:
            pytest.fail(f"{self.page.url} has no such button: {button}. It shows: {self.shown()}")
        if button.get_attribute("data-confirm"):
            button.click()
            button = self.page.locator("dialog[open] button[value=yes]")
        with self.page.expect_navigation():
            button.click()

    def press(self, name: str, *, inside: str = "main") -> None:
        """Press a button by its words."""
        self.send(self.page.locator(inside).get_by_role("button", name=name, exact=True).first)

    def ask(self, name: str, fills: dict[str, str] | None = None, *, inside: str = "main") -> None:
        """Use an action that asks for more: open it by its words, fill it in, send it."""
        fold = (
            self.page.locator(inside)
            .locator("details.ask")
            .filter(has=self.page.locator("summary", has_text=re.compile(rf"^\s*{re.escape(name)}…\s*$")))
            .first
        )
        try:
            fold.wait_for()
        except TimeoutError:
            pytest.fail(f"{self.page.url} does not offer “{name}”. It shows: {self.shown()}")
        fold.locator("summary").first.click()
        for label, value in (fills or {}).items():
            fold.get_by_label(label).first.fill(value)
        self.send(fold.get_by_role("button", name=name, exact=True))

    def unfold(self, name: str, *, inside: str = "main") -> None:
        """Open a fold (a summary) by its words."""
        self.page.locator(inside).locator("summary", has_text=name).first.click()

    def fill(self, label: str, value: str, *, inside: str = "main") -> None:
        self.page.locator(inside).get_by_label(label).first.fill(value)

    def choose(self, label: str, value: str, *, inside: str = "main") -> None:
        self.page.locator(inside).get_by_label(label).first.select_option(label=value)

    def tick(self, label: str, *, inside: str = "main") -> None:
        self.page.locator(inside).get_by_label(label).first.check()

    def sees(self, text: str) -> None:
        try:
            self.page.locator("body").filter(has_text=text).wait_for(timeout=PATIENCE)
        except TimeoutError:
            pytest.fail(f"{self.page.url} does not say “{text}” but: {self.shown()}")

    def shown(self) -> str:
        """The beginning of what the page says, for a failing test."""
        return " ".join(self.page.locator("main").inner_text().split())[:1500]

    def fetch(self, path: str) -> bytes:
        answer = self.page.context.request.get(self.site + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.body()


@pytest.fixture
def stage(chromium, live_server, settings):
    """Opens windows for people by their username."""
    contexts, people = [], {}

    def window() -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    def sign_in(username: str, *, by_form: bool = False) -> Person:
        if username in people:
            return people[username]
        page = window()
        if by_form:
            page.goto(f"{live_server.url}/dang-nhap/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", DEMO_PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "dang-nhap" not in url)
        else:
            client = Client()
            client.force_login(User.objects.get(username=username))
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        people[username] = Person(page, live_server.url)
        return people[username]

    yield sign_in
    for context in contexts:
        context.close()
