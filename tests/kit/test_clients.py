"""The client's address is what our own outermost proxy saw."""

import pytest
from django.test import RequestFactory

from config.kit.clients import client_address


def seen(settings, count, forwarded=None, direct="10.0.0.1"):
    settings.PROXY_COUNT = count
    headers = {"REMOTE_ADDR": direct} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {})
    return client_address(RequestFactory().get("/", **headers))


@pytest.mark.parametrize(
    ("count", "forwarded", "told"),
    [
        (0, None, "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "no address", "10.0.0.1"),
        (1, "203.0.113.9:52011", "203.0.113.9"),
        (1, "[2001:db8:1:2:3::4]:52011", "2001:db8:1:2::"),
        (1, "2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_address_behind_proxies(settings, count, forwarded, told):
    assert seen(settings, count, forwarded) == told


def test_a_socket_without_address_is_one_client(settings):
    assert seen(settings, 0, direct="") == ""
    assert seen(settings, 1, "nonsense", direct="") == ""
