import os
import socket
from collections import Counter

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase

from config.postgres import OWNER, SUPERUSER
from tests.server import TEMPLATE, as_role

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
    """Copy the migrated template for each worker, which sits in its copy as the role that serves.

    Neither is within the rights of that role: the superuser makes and drops the copy.
    """
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with django_db_blocker.unblock():
        connection.close()
        with as_role(SUPERUSER, "postgres") as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {OWNER}")
        connection.settings_dict["NAME"] = django_settings.DATABASES["default"]["NAME"] = name
        os.environ["DATABASE_URL"] = os.environ["DATABASE_URL"].replace(TEMPLATE, name)
    yield
    with django_db_blocker.unblock():
        connection.close()
        with as_role(SUPERUSER, "postgres") as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True, scope="session")
def emptied_by_the_owner():
    """The role that serves empties no table: after a test with transactions of its own, the owner does."""
    kept = ("django_migrations", "django_content_type", "auth_permission")

    def empty(self):
        with as_role(OWNER) as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> ALL(%s)",
                [list(kept)],
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    """Give each test its own folder of uploads and issued papers."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


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
