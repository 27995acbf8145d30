import itertools
import socket
from collections import Counter

import hypothesis
import pytest
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings

from tests import places
from tests.factories.access import Town
from tests.factories.papers import plain_papers
from tests.server import TEMPLATE

# A busy machine is slow, which says nothing about the code.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


# A worker takes a whole file; the other would stand idle while one that began last takes minutes.
LONGEST = (
    "test_kien_giang.py",
    "test_secret_ballot.py",
    "test_access.py",
    "test_fuzz.py",
    "test_launch.py",
    "test_durability.py",
    "test_scoring_story.py",
    "test_demo.py",
    "test_lost_session.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with the longest files, then those with the most tests; inside a file the order stays random."""
    sizes = Counter(item.path for item in items)
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (places.get(item.path.name, len(places)), -sizes[item.path], item.path))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Copy the migrated template for each worker, which sits in its copy as the role that serves."""
    name = f"test_{places.worker()}"
    with django_db_blocker.unblock():
        places.copy(TEMPLATE, name)
        with places.inside(name):
            yield
        places.drop(name)


@pytest.fixture(autouse=True, scope="session")
def copied_anew():
    """The role that serves empties no table: after a test with transactions of its own comes a new copy."""
    rounds = itertools.count(1_001_000_000, 100_000)

    def renew(self):
        name = connection.settings_dict["NAME"]
        connections.close_all()
        places.drop(name)
        places.copy(TEMPLATE, name)
        places.count_from(name, next(rounds))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        yield


@pytest.fixture(autouse=True)
def data_dir(request, tmp_path):
    """Give each test its own folder of uploads and issued papers; the files of a place stay with the place."""
    settings = request.getfixturevalue("settings")
    if not places.here():
        settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """The place with one of everything, where papers are not laid out and nobody has to show again who he is."""
    long_ago = override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=86400)
    with django_db_blocker.unblock(), plain_papers(), long_ago, places.at(Town) as built:
        yield built


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test wanted to reach {address}.")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield
