"""Which machines may be asked from here: only those that everybody can reach, never one of a private network.

Whoever writes a link could otherwise have our server ask machines that only it can reach. So a name is looked up once,
every address of it is judged, and the connection goes to the very address that was judged.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Reachable like any other, and yet a cloud's own: Azure's host service, and the prefixes in which a gateway hides IPv4
# addresses (RFC 6052, RFC 8215), private ones among them. The last two were given up; some still heed them.
NOT_OURS_TO_ASK = tuple(
    ipaddress.ip_network(one) for one in ("168.63.129.16/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "fec0::/10")
)


class NoSuchHost(LookupError):
    """The name service says that there is no such name."""


def looked_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the name service tells them.

    Args:
        host: a name or an address, without brackets.
        port: that is asked for.

    Raises:
        NoSuchHost: when there is no such name.
        OSError: when nobody could say.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        if error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}:
            raise NoSuchHost(host) from error
        raise
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def opened(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an address that was judged before.

    Raises:
        OSError: when nobody answers there.
    """
    return socket.create_connection((address, port), timeout=seconds)


def is_public(text: str) -> bool:
    """Return whether everybody can reach an address: not loopback, private, link-local, shared, reserved or a group's.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo) is as private as that one.
    """
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        if not all(one is None or _is_public(one) for one in (address.sixtofour, *(address.teredo or ()))):
            return False
    return _is_public(address)


def _is_public(address: Address) -> bool:
    if address.is_multicast or not address.is_global:
        return False
    return not any(address in network for network in NOT_OURS_TO_ASK if network.version == address.version)
