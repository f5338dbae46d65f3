"""The tour's own small browser reads pages and sends forms as a browser would."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from config.touring.browser import Browser
from config.touring.pages import Page, StoryBroken
from config.touring.stage import free_port
from config.touring.typed import rich, stream

FORM = """
<main><h1>Send &amp; see</h1><script>var not_a_word = 1</script>
<form method="post" action="/send/" id="case-form">
<input type="hidden" name="csrfmiddlewaretoken" value="secret"><input name="name" value="Wal&quot;ter">
<input type="checkbox" name="knows" value="yes"><input type="checkbox" name="again" checked>
<input type="radio" name="soon" value="now"><input type="radio" name="soon" value="later" checked>
<select name="doctor"><option value="">Choose</option><option value="RF-1">One</option>
<option value="RF-2" selected>Two</option></select>
<select name="first"><option value="a">A</option><option value="b">B</option></select>
<textarea name="note">
two
lines</textarea><input type="file" name="uploads"><button name="act" value="told">Told</button>
</form><a href="/r/8K3VT2QX/">link</a></main><footer>Margaret</footer>
"""


@pytest.fixture
def page() -> Page:
    """Return a page with one form."""
    return Page("http://127.0.0.1/new/", 200, {}, FORM.encode())


def test_a_form_is_sent_as_it_stands(page: Page) -> None:
    form = page.form(name="case-form")
    assert form.fields == [
        ("csrfmiddlewaretoken", "secret"),
        ("name", 'Wal"ter'),
        ("again", "on"),
        ("soon", "later"),
        ("doctor", "RF-2"),
        ("first", "a"),
        ("note", "two\nlines"),
    ]
    assert form.choices["soon"] == ["now", "later"]
    assert form.first_choice("doctor") == "RF-1"


def test_forms_are_found_by_where_they_go(page: Page) -> None:
    assert page.form("/send/") is page.form(name="case-form")
    with pytest.raises(StoryBroken, match="no form '/else/'"):
        page.form("/else/")
    with pytest.raises(StoryBroken, match="offers no name"):
        page.form("/send/").first_choice("name")


def test_links_and_words_are_read(page: Page) -> None:
    assert page.link("/r/") == "/r/8K3VT2QX/"
    assert "Send & see" in page.words
    assert "not_a_word" not in page.words
    assert "Margaret" in page.words
    assert "Margaret" not in page.main_words
    with pytest.raises(StoryBroken, match="no link"):
        page.link("/o/")


class Site(BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_GET(self) -> None:
        if self.path == "/round/":
            return self.answer(302, {"Location": "/round/"})
        if self.path == "/away/":
            return self.answer(302, {"Location": "/there/", "Set-Cookie": "seat=1; Path=/"})
        if self.path == "/forget/":
            return self.answer(200, {"Set-Cookie": "seat=; Max-Age=0"})
        if self.path == "/broken/":
            return self.answer(500, {}, "Something is not right.")
        return self.answer(200, {}, self.headers.get("Cookie", "no cookie"))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        said: dict[str, Any] = {"origin": self.headers["Origin"], "site": self.headers["Sec-Fetch-Site"]}
        if kind.startswith("multipart"):
            parts = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).get_payload()
            said["parts"] = [part["Content-Disposition"] for part in parts]
        else:
            said["fields"] = parse_qsl(body.decode(), keep_blank_values=True)
        self.answer(200, {}, json.dumps(said))

    def answer(self, status: int, headers: dict[str, str], text: str = "") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: Any) -> None:
        """Keep silent."""


@pytest.fixture
def site() -> Iterator[str]:
    """Return the address of a small site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_cookies_and_redirects_are_followed(site: str) -> None:
    browser = Browser(site)
    assert browser.get("/").text == "no cookie"
    assert browser.get("/away/").url == f"{site}/there/"
    assert browser.get("/").text == "seat=1"
    browser.get("/forget/")
    assert browser.get("/").text == "no cookie"


def test_what_does_not_answer_breaks_the_story(site: str) -> None:
    browser = Browser(site)
    with pytest.raises(StoryBroken, match="answers 500: Something is not right"):
        browser.get("/broken/")
    with pytest.raises(StoryBroken, match="circle"):
        browser.get("/round/")
    with pytest.raises(StoryBroken, match="does not answer"):
        Browser(f"http://127.0.0.1:{free_port()}").get("/")


def test_a_form_is_changed_and_sent(site: str, page: Page) -> None:
    here = Page(f"{site}/new/", 200, {}, page.body)
    said = json.loads(Browser(site).submit(here, here.form("/send/"), {"knows": "yes", "act": "told"}).text)
    assert said["origin"] == site
    assert said["site"] == "same-origin"
    assert ["knows", "yes"] in said["fields"]
    assert ["csrfmiddlewaretoken", "secret"] in said["fields"]


def test_a_file_makes_it_multipart(site: str, page: Page) -> None:
    here = Page(f"{site}/new/", 200, {}, page.body)
    answer = Browser(site).submit(here, here.form("/send/"), files={"uploads": ("a.png", b"\x89PNG")})
    said = json.loads(answer.text)
    assert 'form-data; name="uploads"; filename="a.png"' in said["parts"]
    assert 'form-data; name="note"' in said["parts"]


def test_a_field_that_is_not_there_breaks_the_story(site: str, page: Page) -> None:
    with pytest.raises(StoryBroken, match="no field tooth"):
        Browser(site).submit(page, page.form("/send/"), {"tooth": "3"})


def test_blocks_are_numbered_as_the_editor_does() -> None:
    fields = dict(stream("body", [("header", {"line": ""}), ("hero", {"text": rich("One", "Two")})]))
    assert fields["body-count"] == "2"
    assert fields["body-1-type"] == "hero"
    assert fields["body-1-order"] == "1"
    assert [block["text"] for block in json.loads(fields["body-1-value-text"])["blocks"]] == ["One", "Two"]
