"""From where a request came: the address that the outermost proxy of our own saw, never one that anybody can write."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Whoever has one address of this network has all of them.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The client behind `PROXY_COUNT` proxies, each of which adds to X-Forwarded-For whom it heard."""
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXY_COUNT:
        return _told(direct)
    heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    # Fewer than there are proxies: somebody came past them, so the connection alone says who.
    return _told(heard[-settings.PROXY_COUNT] if len(heard) >= settings.PROXY_COUNT else direct, direct)


def _told(address: str, otherwise: str = "") -> str:
    """An address without its port; of IPv6 the network; what is no address is not believed."""
    bare = address.strip().removeprefix("[").partition("]")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return _told(otherwise) if otherwise else ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, IPV6_PREFIX), strict=False).network_address)
    return str(found)
