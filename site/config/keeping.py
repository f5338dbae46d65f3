"""Keeps the pages that anybody may see as finished answers, in front of Django, until something on them changes."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import brotli
from django.conf import settings
from django.db import close_old_connections
from django.http import parse_cookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAY_KEEP = "goodword.may_keep"
LOOKS = {"text": {"m", "l", "xl"}, "theme": {"auto", "light", "dark"}}
KEEPABLE = frozenset({"GET", "HEAD"})
PLAIN_LOOKS = ("m", "auto")
UNREAD = {"csrftoken", "language"}  # a kept page holds no form that needs it, and its address says its language
PLAIN_QUERY = re.compile(r"(?:page=\d{1,3})?")
TRUE_FOR = "goodword.true_for"  # seconds after which the answer says something that is over
SECONDS = 60.0
LOOK_EVERY = 0.5
MOST_PAGES = 1_000
MOST_BYTES = 64 * 1024 * 1024

Key = tuple[str, ...]
Headers = list[tuple[str, str]]
logger = logging.getLogger("goodword.keeping")


@dataclass(frozen=True, slots=True)
class Form:
    """An answer as one kind of browser takes it: nothing is left to be made when it is asked for."""

    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One finished answer in the forms that browsers take, and until when it may be given."""

    status: str
    forms: dict[str, Form]
    not_modified: Headers
    etag: str
    changes: int
    until: float

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return sum(len(form.body) for form in self.forms.values())

    def give(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request: 304 for who has it, else the smallest form that the browser takes."""
        if environ.get("HTTP_IF_NONE_MATCH") == self.etag:
            start_response("304 Not Modified", self.not_modified.copy())
            return [b""]
        form = self.forms[form_for(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        start_response(self.status, form.headers.copy())  # the list becomes the server's, which may change it
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else form.body]


@dataclass
class KeptPages:
    """A WSGI application in front of another: what may be kept is answered from memory.

    Whether an answer may be kept is said by the application itself, which sets MAY_KEEP in the request's environ
    (`config.observing.middleware.public_pages`). A request that carries any cookie but those of LOOKS and UNREAD, a
    query other than a page's number, or an Authorization header is never answered from here and never kept.

    Args:
        application: the WSGI application behind.
        changes: returns how many changes of the public site were counted (`content.models.Freshness.counted`); it is
            asked at most every LOOK_EVERY seconds, so that every process sees a change within that time.
        clock: seconds that only grow.
    """

    application: WSGIApplication
    changes: Callable[[], int]
    clock: Callable[[], float] = time.monotonic
    _pages: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)
    _seen: int = -1
    _looked_at: float = float("-inf")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        key = key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        now = self.clock()
        changes = self._changes(now)
        kept = self._pages.get(key)
        if kept is not None and kept.changes == changes and kept.until > now:
            return kept.give(environ, start_response)
        if changes < 0 or environ["REQUEST_METHOD"] != "GET":
            return self.application(environ, start_response)
        return self._first(key, changes, environ, start_response)

    def _changes(self, now: float) -> int:
        """Return the count of changes, or -1 where it cannot be asked: then nothing is kept or given."""
        if now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            try:
                self._seen = self.changes()
            except Exception:
                logger.exception("the count of changes could not be read; pages are not kept until it can")
                self._seen = -1
        return self._seen

    def _first(
        self, key: Key, changes: int, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            if exc_info:
                return start_response(status, headers, exc_info)
            said[:] = [(status, headers)]
            return lambda _data: None

        answer = self.application(environ, listen)
        if not said:
            return answer
        (status, headers) = said[0]
        if not environ.get(MAY_KEEP):
            start_response(status, headers)
            return answer
        with closing(answer) as parts:
            body = b"".join(parts)
        kept = finished(
            status, headers, body, changes=changes, until=self.clock() + min(SECONDS, environ.get(TRUE_FOR, SECONDS))
        )
        self._keep(key, kept)
        return kept.give(environ, start_response)

    def _keep(self, key: Key, answer: Answer) -> None:
        with self._lock:
            if (old := self._pages.pop(key, None)) is not None:
                self._bytes -= old.size
            self._pages[key] = answer
            self._bytes += answer.size
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= gone.size


def in_front_of(application: WSGIApplication) -> WSGIApplication:
    """Return `application` behind its kept pages; while somebody develops, nothing is kept."""
    return application if settings.DEBUG else KeptPages(application, changes=counted_changes)


def counted_changes() -> int:
    """Return the count of changes from the database, over a connection that works."""
    from content.models import Freshness

    close_old_connections()
    return Freshness.counted()


class closing:  # noqa: N801  reads as contextlib's, for iterables that may not have close()
    """Gives a WSGI answer's parts, and closes it afterwards, as PEP 3333 demands."""

    def __init__(self, answer: Iterable[bytes]) -> None:
        self.answer = answer

    def __enter__(self) -> Iterator[bytes]:
        return iter(self.answer)

    def __exit__(self, *_exc: object) -> None:
        if close := getattr(self.answer, "close", None):
            close()


def key_of(environ: WSGIEnvironment) -> Key | None:
    """Return under which name the answer to a request may be kept, or None where it may not be.

    Whatever the answer depends on is part of it: the host, how the visitor came to it, path, query, and looks.
    """
    if environ["REQUEST_METHOD"] not in KEEPABLE or "HTTP_AUTHORIZATION" in environ:
        return None
    query = environ.get("QUERY_STRING", "")
    if query and not PLAIN_QUERY.fullmatch(query):
        return None
    cookies = environ.get("HTTP_COOKIE")
    looks = looks_of(cookies) if cookies else PLAIN_LOOKS
    if looks is None:
        return None
    scheme = "https" if environ.get("HTTP_X_FORWARDED_PROTO") == "https" else environ["wsgi.url_scheme"]
    return (scheme, environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", ""), query, *looks)


def looks_of(header: str) -> tuple[str, str] | None:
    """Return text size and theme of a Cookie header, or None where it holds anything else that a page may read."""
    cookies = {name: value for name, value in parse_cookie(header).items() if name not in UNREAD}
    if not cookies.keys() <= LOOKS.keys():
        return None
    text, theme = cookies.get("text", "m"), cookies.get("theme", "auto")
    return (text, theme) if text in LOOKS["text"] and theme in LOOKS["theme"] else None


def finished(status: str, headers: Headers, body: bytes, *, changes: int, until: float) -> Answer:
    """Return an answer in all its forms; what it says of its length and age is ours."""
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    ours = {"content-length", "etag", "cache-control", "vary"}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    kept += [("ETag", etag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Cookie")]
    bodies = {"": body, "gzip": gzip.compress(body, 6, mtime=0), "br": brotli.compress(body, quality=6)}
    forms = {
        coding: Form(
            [*kept, ("Content-Length", str(len(coded))), *([("Content-Encoding", coding)] if coding else [])], coded
        )
        for coding, coded in bodies.items()
    }
    not_modified = [(name, value) for name, value in kept if name != "Content-Type"]
    return Answer(status=status, forms=forms, not_modified=not_modified, etag=etag, changes=changes, until=until)


@lru_cache(maxsize=256)
def form_for(accepted: str) -> str:
    """Return the coding of an answer: brotli, gzip, or none ("")."""
    offers = (offer.partition(";") for offer in accepted.split(","))
    wanted = {name.strip() for name, _, weight in offers if weight.replace(" ", "") not in {"q=0", "q=0.0"}}
    return next((form for form in ("br", "gzip") if form in wanted), "")
