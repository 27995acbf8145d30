"""Nothing that was acknowledged is lost: the site or its database is killed while two people save marks."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import psycopg2
import pytest

from config.kit.figures import points_text
from config.launch import ROOT, var_folder
from config.postgres import Server
from tests.server import DATA, TEMPLATE, _copy, _fingerprint, _migrate

PATIENCE = 30
ENOUGH = 12
CODES = ("I.2", "III.1")
# A year at self-scoring; what a browser would know of it is printed: cookie, address, keys of two criteria.
PREPARE = f"""
import django, json
django.setup()
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.factories.scoring import ScoringYear

year = ScoringYear()
client = Client()
client.force_login(year.officers[2], backend="allauth.account.auth_backends.AuthenticationBackend")
print(json.dumps({{
    "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
    "card": reverse("scorecard", args=[*year.cycle.slugs, year.units[2].slug]),
    "keys": [year.criterion(code).pk for code in {CODES!r}],
}}))
"""


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def server():
    """A server of its own that writes as a real one does, never the shared one of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="ktd-", dir="/tmp"))
    folder.chmod(0o711)
    server = Server(folder / "pg")
    kept = var_folder() / "test-template" / _fingerprint()
    if kept.exists():
        _copy(kept / DATA, server.data)
    else:
        _migrate(server)
    server.ensure()
    yield server
    server.stop()
    shutil.rmtree(folder)


class Site:
    """The product as a process on a port of its own, and what a browser knows of it."""

    def __init__(self, server):
        self.env = {**os.environ, "DATABASE_URL": server.url_of(TEMPLATE)}
        self.process = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        told = subprocess.check_output([sys.executable, "-c", PREPARE], cwd=ROOT, env=self.env, text=True)
        self.facts = SimpleNamespace(**json.loads(told.splitlines()[-1]))

    def start(self):
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "1", "--threads", "4", "--log-level", "critical",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, start_new_session=True, stderr=subprocess.DEVNULL
        )
        assert until(lambda: self.ask("GET", "/healthz")[0] == 200), "the site does not come up"

    def kill(self):
        """Kill the site with all its workers: SIGKILL leaves nobody time to tidy up."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(self, method, path, data=None, token=""):
        """Status and body of one answer; (0, "") when none came."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Cookie": f"sessionid={self.facts.session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request(method, path, urlencode(data or {}), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(server):
    site = Site(server)
    site.start()
    yield site
    site.kill()


class Person:
    """Saves one criterion over and over, each time another figure, and notes what was acknowledged."""

    def __init__(self, site, key):
        self.site, self.key = site, key
        self.version, self.points, self.count = 0, None, 0
        status, page = site.ask("GET", site.facts.card)
        assert status == 200
        self.version = int(re.search(rf'name="c{key}-version" value="(\d*)"', page)[1] or 0)

    def save(self, value):
        data = {
            "criterion": self.key,
            "stage": "self",
            f"c{self.key}-version": self.version or "",
            f"c{self.key}-value": str(value),
        }
        status, body = self.site.ask("POST", f"{self.site.facts.card}luu/", data, token="t" * 32)
        if status == 200:
            told = json.loads(body)
            self.version, self.points, self.count = told["version"], told["points"], self.count + 1
        return status

    def save_until_it_fails(self):
        value = self.version
        while self.save(value % 20) == 200:
            value += 1


def interrupted(site, kill):
    """Two people save at once; in the middle of it something is killed."""
    people = [Person(site, key) for key in site.facts.keys]
    threads = [threading.Thread(target=person.save_until_it_fails) for person in people]
    for thread in threads:
        thread.start()
    assert until(lambda: all(person.count >= ENOUGH for person in people)), "they did save"
    kill()
    for thread in threads:
        thread.join(PATIENCE)
    return people


def assert_nothing_is_lost(server, people):
    """Each mark is as it was last acknowledged, or one save further; each save has its audit event, and no more."""
    with (
        contextlib.closing(psycopg2.connect(server.url_of(TEMPLATE))) as connection,
        connection.cursor() as cursor,
    ):
        for person in people:
            cursor.execute(
                "SELECT id, version, points FROM scoring_mark WHERE criterion_id = %s", [person.key]
            )
            ((mark, version, points),) = cursor.fetchall()
            assert version in (person.version, person.version + 1)
            if version == person.version:
                assert points_text(points) == person.points
            cursor.execute(
                "SELECT version, points FROM scoring_markevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [mark]
            )
            events = cursor.fetchall()
            assert [event for event, _ in events] == list(range(1, version + 1))
            assert events[-1] == (version, points)


def test_marks_outlive_a_killed_site(server, site):
    people = interrupted(site, site.kill)

    site.start()

    assert_nothing_is_lost(server, people)
    assert Person(site, people[0].key).save(20) == 200


def test_marks_outlive_a_killed_database(server, site):
    people = interrupted(site, lambda: os.kill(server.pid(), signal.SIGKILL))
    assert until(lambda: not server.is_alive())

    assert server.ensure(), "it had to be started"

    assert_nothing_is_lost(server, people)
    assert Person(site, people[0].key).save(20) == 200
