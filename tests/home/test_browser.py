"""The public pages in a real browser: by keyboard, without script, on a small phone, in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from wagtail.models import Site

from home.models import HomePage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = ("/", "/services/", "/services/root-canal/", "/team/", "/contact/", "/for-offices/", "/privacy/")
MORE = ("/search/?q=root", "/search/?q=zeppelin", "/no-such-page/")
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, live_server: Any, site: HomePage) -> Iterator[Open]:
    """Return a way to open a page of the planted site; whatever the console says is an error."""
    address = urlsplit(live_server.url)
    Site.objects.update(hostname=address.hostname, port=address.port)
    said: list[str] = []
    contexts = []

    def look(path: str, *, width: int = 1280, text: str = "m", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        context.add_cookies([{"name": "text", "value": text, "url": live_server.url}])
        context.set_default_timeout(120_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if "404" not in message.text else None)
        page.goto(live_server.url + path)
        return page

    yield look
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize(("width", "scheme", "text"), [(390, "light", "m"), (1280, "dark", "m"), (390, "dark", "xl")])
def test_axe_finds_nothing(opened: Open, width: int, scheme: str, text: str) -> None:
    page = opened("/", width=width, text=text, color_scheme=scheme)
    root = page.url.rstrip("/")
    for path in (*PATHS, *MORE):
        page.goto(root + path)
        found = Axe().run(page)
        assert found.response["passes"], path
        assert [violation["id"] for violation in found.response["violations"]] == [], path


def test_nothing_is_wider_than_a_small_phone(opened: Open) -> None:
    page = opened("/", width=320, text="xl")
    root = page.url.rstrip("/")
    for path in (*PATHS, *MORE):
        page.goto(root + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_keyboard_alone_skips_to_the_words_and_opens_the_menu(opened: Open) -> None:
    page = opened("/contact/", width=390)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "gw-skip"
    assert page.locator(".gw-skip").is_visible()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.locator(".gw-menu summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".gw-menu nav a", has_text="Services").is_visible()


def test_text_size_and_colors_change_without_script(opened: Open) -> None:
    page = opened("/services/root-canal/?from=here", java_script_enabled=False)
    page.locator("form.gw-sizer:visible button[value=xl]").click()
    assert page.url.endswith("/services/root-canal/?from=here")
    assert page.locator("html").get_attribute("data-text") == "xl"
    page.locator("form.gw-sizer:visible .gw-to-dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("form.gw-sizer:visible .gw-to-light").is_visible()
    assert not page.locator("form.gw-sizer:visible .gw-to-dark").is_visible()
    page.locator("form.gw-sizer:visible button[value=auto]").click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_it_also_works_from_the_search_which_sends_no_referrer(opened: Open) -> None:
    page = opened("/search/?q=gums")
    page.locator("form.gw-sizer:visible button[value=l]").click()
    assert page.url.endswith("/search/?q=gums")
    assert page.locator("html").get_attribute("data-text") == "l"


def test_a_visit_asks_only_our_own_house_and_runs_nothing(opened: Open) -> None:
    page = opened("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    host = urlsplit(page.url).netloc
    assert {urlsplit(url).netloc for url in asked} == {host}
    assert [url for url in asked if url.endswith(".js")] == []
    assert len(asked) <= 8


def test_buttons_are_large_enough_for_a_thumb(opened: Open) -> None:
    page = opened("/", width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.gw-btn, .gw-foot li a, .gw-util a, .gw-util summary, .gw-nav a')]
        .filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.height < 44 || r.width < 44) })
        .map(e => e.outerHTML)"""
    )
    assert small == []


def test_paper_shows_the_words_without_the_frame(opened: Open) -> None:
    page = opened("/services/root-canal/")
    page.emulate_media(media="print")
    assert not page.locator(".gw-top").is_visible()
    assert not page.locator(".gw-foot").is_visible()
    assert page.locator("h1").is_visible()
