"""A script that asks for a part of a page is never given a whole one, whoever asks."""

import re
from itertools import cycle
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import get_resolver, reverse

from blocs.enums import Role
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory
from tests.scenarios import new_cycle

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
# Where a page or a script names an address for a script, and which addresses that are.
ASKED_BY = {
    ("templates/components/menu.jinja", "{{ item.count_url }}"): {"todo_count"},
    ("templates/scoring/_frame.html", "{{ row.move_url }}"): {"frame_move", "board_move"},
    ("templates/scoring/scorecard.html", "{% url 'mark_save' p b y u %}"): {"mark_save"},
    (
        "templates/scoring/crosscheck.html",
        "{% url 'cross_save' p b y u %}?don-vi={{ scorer.slug }}",
    ): {"cross_save"},
    ("templates/scoring/evidence.html", "{{ request.path }}"): {"evidence"},
    ("templates/scoring/score_rows.jinja", "{{ evidence_at }}{{ line.key }}/"): {"evidence"},
    ("static/js/scorecard.js", "form.dataset.save"): {"mark_save", "cross_save"},
    ("static/js/scorecard.js", "location.href"): {"scorecard", "cross_check"},
    ("static/js/paste.js", "address"): {"table_read"},
    ("static/js/evidence.js", "location.href"): {"evidence", "scorecard"},
    ("static/js/evidence.js", "place.dataset.drop"): {"evidence"},
}
IN_PAGES = re.compile(r'(?:hx-(?:get|post|put|patch|delete)|data-(?:save|drop|[a-z-]*url))="([^"]+)"')
IN_SCRIPTS = re.compile(
    r"""(?:\bfetch|EventSource|WebSocket|sendBeacon|htmx\.ajax|\.open)\((?:["'][A-Z]+["'],\s*)?([\w.]+)[,)]"""
)
SAYS_SO = re.compile(r"X-Requested-With|application/json")
# Pages of signing in, and what is open to everybody: nothing stands in their way.
OPEN = ("account_", "mfa_", "verification", "healthz")
CODE = "00000000-0000-0000-0000-000000000000"
ASKS = {
    "htmx": {"HX-Request": "true", "HX-Current-URL": "http://localhost/khoi/?trang=2"},
    "fetch": {"X-Requested-With": "fetch"},
    "json": {"Accept": "application/json"},
    "browser": {"Sec-Fetch-Dest": "empty"},
}


def sources(folder, *kinds):
    return sorted(
        path for path in (ROOT / folder).rglob("*") if path.suffix in kinds and "vendor" not in path.parts
    )


def addresses():
    """Every address that asks for a sign-in, with something in the place of each of its parts."""
    known = get_resolver().reverse_dict
    return {
        name: reverse(name, args=[CODE if part == "code" else "1" for part in known[name][0][0][1]])
        for name in known
        if isinstance(name, str) and not name.startswith(OPEN)
    }


def in_and_out(client):
    """Somebody whose session was ended on the server."""
    client.force_login(UserFactory())
    Session.objects.all().delete()


def with_a_password_alone(client):
    head = UserFactory(is_demo=False)
    AppointmentFactory(user=head, role=Role.PROVINCE_HEAD, province=ProvinceFactory())
    client.force_login(head)


STATES = {
    "stranger": lambda client: None,
    "ended session": in_and_out,
    "no second step": with_a_password_alone,
    "no rights": lambda client: client.force_login(UserFactory()),
}


@pytest.fixture(params=STATES)
def state(request):
    client = Client(raise_request_exception=False)
    STATES[request.param](client)
    return request.param, client


def test_every_address_that_a_script_asks_is_known():
    found = {}
    for folder, kinds, pattern in (
        ("templates", (".html", ".jinja"), IN_PAGES),
        ("static/js", (".js",), IN_SCRIPTS),
    ):
        for path in sources(folder, *kinds):
            for address in pattern.findall(path.read_text()):
                found[path.relative_to(ROOT).as_posix(), address] = True

    assert set(found) == set(ASKED_BY)
    assert set().union(*ASKED_BY.values()) <= set(addresses())


def test_every_script_says_that_it_is_one():
    for path in sources("static/js", ".js"):
        text = path.read_text()
        for call in IN_SCRIPTS.finditer(text):
            assert SAYS_SO.search(text, call.start(), call.end() + 300), f"{path.name}: {call.group()}"


def test_no_script_is_given_a_whole_page(state):
    """Every address of the site, asked in one of the ways in which scripts ask."""
    who, client = state
    given = {}
    for (name, url), ask in zip(addresses().items(), cycle(ASKS.values()), strict=False):
        answer = client.get(url, headers=ask)
        is_led = answer.status_code == 302 or (who != "no rights" and answer.status_code not in (401, 403))
        is_page = answer.status_code != 200 and not answer.streaming and b"<html" in answer.content
        if is_led or is_page:
            given[name] = answer.status_code

    assert given == {}


@pytest.mark.parametrize("ask", ASKS)
def test_a_script_is_known_by_any_of_its_marks(client, ask):
    assert client.get("/", headers=ASKS[ask]).status_code == 401


@pytest.mark.parametrize("name", sorted(set().union(*ASKED_BY.values())))
def test_a_script_is_told_what_to_do(state, name):
    who, client = state
    url = addresses()[name]
    if name in ("todo_count", "table_read") and who == "no rights":
        return  # everybody has things to do, be they none, and may have read what was pasted

    answer = client.post(url, headers=ASKS["json"])

    status, words = {
        "stranger": (401, "Hãy đăng nhập lại"),
        "ended session": (401, "Phiên làm việc đã hết."),
        "no second step": (403, "Hãy bật bước thứ hai"),
        "no rights": (404, "Hãy tải lại trang."),
    }[who]
    if answer.status_code == 405:
        assert (who, answer.content) == ("no rights", b"")
        return
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")
    assert answer.json()["isLost"]
    assert words in answer.json()["errors"][0]


def test_a_badge_shows_what_stands_in_its_way(state):
    who, client = state

    answer = client.get(reverse("todo_count"), headers=ASKS["htmx"])

    words = {"stranger": "hết phiên", "ended session": "hết phiên", "no second step": "chờ bước hai"}
    text = " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())
    assert text == words.get(who, "")
    assert "HX-Redirect" not in answer


def test_an_act_of_htmx_goes_on_to_sign_in_and_comes_back(client):
    answer = client.post(addresses()["frame_move"], headers=ASKS["htmx"])

    assert answer["HX-Redirect"] == "/dang-nhap/?next=%2Fkhoi%2F%3Ftrang%3D2"


def test_an_act_of_htmx_that_is_not_there_is_told_above_the_page(client):
    client.force_login(UserFactory())

    answer = client.post(addresses()["frame_move"], headers=ASKS["htmx"])

    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#main", ".partial-note")
    assert "Hãy tải lại trang." in answer.content.decode()


def test_a_refusal_that_no_form_caught_keeps_its_reasons(client):
    scene = new_cycle()
    client.force_login(scene.officers[2])
    url = reverse("cycle_open_next", args=scene.cycle.slugs)

    whole, small = client.post(url), client.post(url, headers=ASKS["json"])

    assert whole.status_code == small.status_code == 403
    assert len(small.json()["errors"]) == 1
    assert small.json()["errors"][0] in whole.content.decode()


def test_a_forged_or_outlived_form_is_told_to_load_again():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())

    answer = client.post(addresses()["mark_save"], headers=ASKS["json"])

    assert answer.status_code == 403
    assert "Hãy tải lại trang rồi làm lại." in answer.json()["errors"][0]


def test_whoever_goes_to_a_page_is_led_as_before(client):
    assert client.get("/", headers={"Accept": "text/html"}).url == "/dang-nhap/?next=/"
    assert client.get("/", headers={"Sec-Fetch-Dest": "document"}).url == "/dang-nhap/?next=/"
