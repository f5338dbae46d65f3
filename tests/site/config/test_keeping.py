"""The pages that are kept: whose, how long, in what form, and never one that was made for somebody."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.keeping import LOOK_EVERY, MAY_KEEP, MOST_BYTES, SECONDS, KeptPages, form_for, key_of, looks_of


class Site:
    """A WSGI application that counts how often it is asked, and says what may be kept."""

    def __init__(self, body: bytes = b"<p>Welcome.</p>" * 40, *, may_keep: bool = True) -> None:
        self.body, self.may_keep, self.asked, self.closed = body, may_keep, 0, 0
        self.status = "200 OK"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        environ[MAY_KEEP] = self.may_keep
        start_response(self.status, [("Content-Type", "text/html"), ("Content-Length", str(len(self.body)))])
        return Parts(self)


class Parts:
    """The answer's parts, which must be closed once."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __iter__(self) -> Any:
        return iter([self.site.body[:10], self.site.body[10:]])

    def close(self) -> None:
        self.site.closed += 1


class House:
    """A site behind its kept pages, with a clock and a count of changes that the test moves."""

    def __init__(self, site: Site) -> None:
        self.site, self.now, self.changes = site, 1000.0, 0
        self.kept = KeptPages(site, changes=lambda: self.changes, clock=lambda: self.now)

    def ask(self, path: str = "/", **more: str) -> tuple[str, dict[str, str], bytes]:
        """Ask for `path` and return status, headers and body."""
        query = more.pop("query", "")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            **more,
        }
        said: list[Any] = []
        answer = self.kept(environ, lambda status, headers, exc_info=None: said.append((status, headers)))
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        [(status, headers)] = said
        return status, dict(headers), body


@pytest.fixture
def house() -> House:
    """Return a site whose pages may be kept."""
    return House(Site())


def test_a_page_is_made_once_and_given_to_everybody(house: House) -> None:
    answers = [house.ask() for _ in range(3)]
    assert house.site.asked == 1
    assert house.site.closed == 1
    assert {(status, body) for status, _, body in answers} == {("200 OK", house.site.body)}
    assert all(headers["Content-Length"] == str(len(house.site.body)) for _, headers, _ in answers)


def test_a_change_is_seen_within_half_a_second(house: House) -> None:
    house.ask()
    house.changes += 1
    house.site.body = b"<p>Welcome back.</p>"
    house.now += LOOK_EVERY
    assert house.ask()[2] == b"<p>Welcome back.</p>"


def test_a_page_that_was_being_made_while_something_changed_is_made_again(house: House) -> None:
    """It was begun before the change, so it may show the old words: the next one who asks gets a new one."""
    house.ask("/other/")
    house.changes += 1
    house.ask()
    house.now += LOOK_EVERY
    house.ask()
    assert house.site.asked == 3


def test_a_page_is_made_again_after_a_minute_since_hours_and_dates_move_on(house: House) -> None:
    house.ask()
    house.now += SECONDS
    house.ask()
    assert house.site.asked == 2


def test_what_may_not_be_kept_is_made_each_time(house: House) -> None:
    house.site.may_keep = False
    assert [house.ask()[2] for _ in range(2)] == [house.site.body] * 2
    assert house.site.asked == house.site.closed == 2


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "text=xl; sessionid=abc"},
        {"HTTP_COOKIE": "messages=hello"},
        {"HTTP_COOKIE": "text=huge"},
        {"HTTP_COOKIE": "anything"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"REQUEST_METHOD": "POST"},
        {"query": "q=tooth"},
        {"query": "page=1&page=2"},
        {"query": "page=99999"},
    ],
)
def test_a_request_that_says_more_than_a_page_needs_is_never_kept_nor_answered_from_memory(
    house: House, more: dict[str, str]
) -> None:
    house.ask()
    for _ in range(2):
        house.ask(**dict(more))
    assert house.site.asked == 3


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "text=xl"},
        {"HTTP_COOKIE": "theme=dark"},
        {"HTTP_COOKIE": "theme=dark; text=l"},
        {"HTTP_HOST": "www.juniper-row.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"query": "page=2"},
        {"path": "/team/"},
    ],
)
def test_each_look_host_and_address_has_its_own_page(house: House, more: dict[str, str]) -> None:
    house.ask()
    for _ in range(2):
        house.ask(**dict(more))
    assert house.site.asked == 2


def test_a_form_token_that_the_page_does_not_read_is_no_reason_to_make_it_again(house: House) -> None:
    house.ask()
    house.ask(HTTP_COOKIE="csrftoken=abc")
    assert house.site.asked == 1


def test_who_has_the_page_is_told_so(house: House) -> None:
    etag = house.ask()[1]["ETag"]
    status, headers, body = house.ask(HTTP_IF_NONE_MATCH=etag)
    assert status == "304 Not Modified"
    assert body == b""
    assert headers["ETag"] == etag
    assert headers["Cache-Control"] == "no-cache"


def test_a_page_comes_in_the_smallest_form_that_the_browser_takes(house: House) -> None:
    for accepted, unpack in (("gzip, deflate, br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)):
        _, headers, body = house.ask(HTTP_ACCEPT_ENCODING=accepted)
        assert unpack(body) == house.site.body
        assert headers["Content-Length"] == str(len(body))
        assert headers["Vary"] == "Accept-Encoding, Cookie"
    assert form_for("br;q=0, gzip;q=0.5") == "gzip"
    assert form_for("identity") == ""


def test_a_server_may_do_with_the_headers_what_it_wants(house: House) -> None:
    house.ask("/")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http"}
    etag = house.ask("/")[1]["ETag"]
    for more in ({}, {"HTTP_IF_NONE_MATCH": etag}):
        before = house.ask("/", **more)
        house.kept({**environ, **more}, lambda status, headers, exc_info=None: headers.clear())
        assert house.ask("/", **more) == before
    assert house.site.asked == 1


def test_a_question_for_the_headers_alone_gets_no_body_and_keeps_nothing(house: House) -> None:
    house.ask(REQUEST_METHOD="HEAD")
    house.ask()
    status, headers, body = house.ask(REQUEST_METHOD="HEAD")
    assert house.site.asked == 2
    assert (status, body) == ("200 OK", b"")
    assert headers["Content-Length"] == str(len(house.site.body))


def test_while_the_count_of_changes_cannot_be_read_nothing_is_kept_or_given(house: House) -> None:
    house.ask()

    def broken() -> int:
        raise ConnectionError

    house.kept.changes = broken
    house.now += LOOK_EVERY
    assert house.ask()[2] == house.site.body
    house.ask()
    assert house.site.asked == 3
    house.kept.changes = lambda: 0
    house.now += LOOK_EVERY
    house.ask()
    house.ask()
    assert house.site.asked == 3, "what was kept before is true again"


def test_memory_is_bounded_by_pages_and_bytes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.keeping.MOST_PAGES", 3)
    for number in range(5):
        house.ask(f"/{number}/")
    house.ask("/4/")
    assert house.site.asked == 5
    house.ask("/0/")
    assert house.site.asked == 6, "the oldest went first"
    monkeypatch.setattr("config.keeping.MOST_BYTES", 10)
    house.ask("/5/")
    house.ask("/5/")
    assert house.site.asked == 8
    assert MOST_BYTES >= 1_000_000


@given(st.text(max_size=60))
def test_no_cookie_header_passes_for_a_plain_one_unless_it_holds_looks_alone(header: str) -> None:
    looks = looks_of(header)
    names = {part.partition("=")[0].strip() for part in header.split(";") if "=" in part}
    assert looks is None or names <= {"text", "theme", "csrftoken"}
    assert key_of({"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", "HTTP_COOKIE": header}) is None or (
        looks is not None or not header
    )
