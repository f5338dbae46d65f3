"""The answer page in a real browser: by keyboard, in the largest text, without a script, on the narrowest phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from wagtail.models import Site

from delivery.models import Message
from newsletter.surveys.models import Answer, Survey
from tests.factories import editions, surveys
from tests.journeys.walking import assert_axe_clean, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(browser: Browser, live_server: Any, settings: Any) -> Iterator[Any]:
    """Return what opens a phone: with or without scripts, 320 pixels wide, light or dark."""
    settings.SITE_URL = live_server.url
    editions.home()
    Site.objects.update(hostname=urlsplit(live_server.url).hostname, port=urlsplit(live_server.url).port)
    opened: list[BrowserContext] = []

    def open_one(*, script: bool = True, scheme: Any = "light", text: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": 320, "height": 640},
            base_url=live_server.url,
            locale="en-US",
            java_script_enabled=script,
            color_scheme=scheme,
        )
        context.set_default_timeout(120_000)
        if text:
            context.add_cookies([{"name": "text", "value": text, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_largest_text_on_the_narrowest_phone(scheme: str, phone: Any, letter: Message, question: Survey) -> None:
    page = phone(scheme=scheme, text="xl")
    page.goto(surveys.page_of(letter, a=2, q=question.ref))
    assert "xl" in str(page.locator("html").get_attribute("class")) + str(
        page.locator("html").get_attribute("data-text")
    )
    assert sideways(page) <= 0
    assert_axe_clean(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("radio").first).to_be_visible()
    assert sideways(page) <= 0
    assert_axe_clean(page)


def test_by_keyboard_alone(phone: Any, letter: Message, question: Survey) -> None:
    page = phone()
    page.goto(surveys.page_of(letter, a=3, q=question.ref))
    chosen = page.get_by_role("radio", checked=True)
    chosen.focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", checked=True).get_attribute("value") == "4"
    page.keyboard.press("Tab")
    page.keyboard.type("Jun explained every step.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    given = Answer.objects.get()
    assert (given.score, given.words) == (4, "Jun explained every step.")


def test_without_a_script_a_low_answer_asks_whether_we_may_call(phone: Any, letter: Message, question: Survey) -> None:
    page = phone(script=False)
    page.goto(surveys.page_of(letter, q=question.ref))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Choose an answer, then Send.").first).to_be_visible()
    page.locator("input[type=radio][value='1']").check(force=True)
    page.get_by_role("button", name="Send").click()
    assert Answer.objects.get().score == 1
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button").last.click()
    assert Answer.objects.get().call
