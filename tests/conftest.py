import socket

import hypothesis
import pytest
from django.conf import settings as django_settings

from tests.server import TEMPLATE

# A busy machine is slow, which says nothing about the code.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Start each worker's database from the migrated template."""
    django_settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = TEMPLATE


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
