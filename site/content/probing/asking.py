"""Asks a foreign address whether it is there: by HEAD, then by GET, without cookies, and reads no more than the head.

Red is only what is certainly not there: 404, 410, or no such host. Whatever else goes wrong says nothing of the link.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from content.probing.addresses import NoSuchHost, is_public

PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
MOST_CHARACTERS = 2_000
SECONDS = 4.0  # for one address, with all its redirects
GONE = frozenset({404, 410})
MOVED = frozenset({301, 302, 303, 307, 308})
SAFE = "/%:@!$&'()*+,;=~-._?"
OURS = {"resolver": "content.probing.addresses.looked_up", "opener": "content.probing.addresses.opened"}
HEADERS = {"User-Agent": "Goodword link check", "Accept": "*/*", "Connection": "close"}

Resolver = Callable[[str, int], Sequence[str]]
Opener = Callable[[str, int, float], socket.socket]


class Found(StrEnum):
    """What came of asking."""

    THERE = "there"
    MISSING = "missing"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Answer:
    """What came of asking one address, and why, in one word."""

    found: Found
    why: str = ""
    status: int = 0


class _Unfit(ValueError):
    """An address that is not asked; its words are the reason, in one word."""


@dataclass(frozen=True)
class _Target:
    scheme: str
    host: str
    way: str

    @property
    def port(self) -> int:
        return PORTS[self.scheme]


def ask(address: str, *, seconds: float = SECONDS) -> Answer:
    """Return whether a foreign address answers.

    Args:
        address: as it stands in a letter, with its scheme.
        seconds: after which nobody waits any longer, all redirects together.
    """
    until = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            status, leads_to = _visited(_target(address), until)
        except NoSuchHost:
            return Answer(Found.MISSING, "no_host")
        except _Unfit as error:
            return Answer(Found.UNSURE, str(error))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(Found.UNSURE, _why(error, until))
        if status not in MOVED or not leads_to:
            return _judged(status)
        address = urljoin(address, leads_to)
    return Answer(Found.UNSURE, "circle")


def _why(error: Exception, until: float) -> str:
    """Return why an address could not be asked, in one word; a line that the watch shut breaks in many ways."""
    if isinstance(error, TimeoutError) or time.monotonic() >= until:
        return "slow"
    return "tls" if isinstance(error, ssl.SSLError) else "refused"


def _judged(status: int) -> Answer:
    if status in GONE:
        return Answer(Found.MISSING, "gone", status)
    return Answer(Found.THERE, "", status) if 200 <= status < 300 else Answer(Found.UNSURE, "odd", status)


def _target(address: str) -> _Target:
    """Return where an address leads, or refuse it.

    Raises:
        _Unfit: for one that is no plain web address on its usual port.
    """
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:  # UnicodeError among them
        raise _Unfit("odd_address") from error
    if not host or parts.scheme not in PORTS or len(address) > MOST_CHARACTERS:
        raise _Unfit("odd_address")
    if parts.username is not None or parts.password is not None:
        raise _Unfit("password")
    if port not in {None, PORTS[parts.scheme]}:
        raise _Unfit("port")
    way = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else "")
    return _Target(parts.scheme, host, way)


def _visited(target: _Target, until: float) -> tuple[int, str]:
    """Return the status of a target and where it sends on; a HEAD that is not liked is asked again by GET."""
    resolve: Resolver = _replaceable("resolver")
    found = resolve(target.host, target.port)
    if not found or not all(is_public(one) for one in found):
        raise _Unfit("private")
    status, leads_to = _asked(target, found[0], "HEAD", until)
    return _asked(target, found[0], "GET", until) if status >= 400 else (status, leads_to)


def _asked(target: _Target, address: str, method: str, until: float) -> tuple[int, str]:
    with _connection(target, address, until) as connection:
        connection.putrequest(method, target.way, skip_accept_encoding=True)
        for name, value in HEADERS.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        if time.monotonic() >= until:  # the watch shut the line, and half a head looks like a whole one
            raise TimeoutError
        return answer.status, answer.headers.get("Location", "").strip()


@contextlib.contextmanager
def _connection(target: _Target, address: str, until: float) -> Iterator[http.client.HTTPConnection]:
    """Open a connection to the very address that was judged, and shut it when the time is over, whatever is done."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    opener: Opener = _replaceable("opener")
    lines: list[Any] = [opener(address, target.port, left)]
    watch = threading.Timer(max(0.0, until - time.monotonic()), _shut, (lines,))
    watch.daemon = True
    watch.start()
    try:
        if target.scheme == "https":
            secure = ssl.create_default_context()
            # the handshake comes afterwards, so that the watch can end that too
            lines.append(secure.wrap_socket(lines[0], server_hostname=target.host, do_handshake_on_connect=False))
            lines[-1].do_handshake()
        host = f"[{target.host}]" if ":" in target.host else target.host
        connection = http.client.HTTPConnection(host)
        connection.sock = lines[-1]
        yield connection
    finally:
        watch.cancel()
        for line in lines:
            line.close()


def _shut(lines: list[Any]) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _replaceable(name: str) -> Any:
    """Return our resolver or opener, or the one that settings.PROBING names in its place."""
    return import_string({**OURS, **getattr(settings, "PROBING", {})}[name])
