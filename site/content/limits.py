"""How often forms of the public site may be sent: by the visitor's network, and by whom they name."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from vault.keys import keyed_hash

HOUR = timedelta(hours=1)
NEIGHBORS = 64  # bits of an IPv6 address that name a network: within it a visitor changes addresses at will


def network_of(request: HttpRequest) -> str:
    """Return the visitor's network: an IPv4 address, or the first 64 bits of an IPv6 one.

    Behind a proxy of TRUSTED_PROXIES it is the visitor's, which that proxy wrote (accounts.middleware).
    """
    address = ipaddress.ip_address(ratelimit.get_ip(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/{NEIGHBORS}", strict=False))


def is_over(form: str, whose: str, *, most: int, within: timedelta = HOUR) -> bool:
    """Count one more and return whether it is more than `most` within a time that begins with the first.

    Args:
        form: what is counted, as "book".
        whose: a network or an address; the cache holds its keyed hash only.
    """
    key = f"limit:{form}:{keyed_hash('limit', whose)}"
    cache.add(key, 0, within.total_seconds())
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # it ran out between the two
        return False
