"""Somebody who reads Spanish comes to the English home page, asks for a visit in Spanish, and is answered in it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.walking import assert_axe_clean, sideways

pytestmark = pytest.mark.browser

LANG = re.compile("^es$")
PRESSES = 10


def send(page: Page) -> None:
    """Press the button of the form; who was quicker than people are presses it again, as the page then asks."""
    for _press in range(PRESSES):
        with page.expect_navigation():
            page.locator("#visit-form button").click()
        if not page.locator(".gw-errsum").count():
            return
    pytest.fail("Nobody is that quick.")


def test_from_the_english_home_page_to_a_visit_in_spanish(enter: Enter) -> None:
    visitor = enter(width=390)
    choice = visitor.get_by_role("link", name="Español")
    box = choice.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 44
    choice.click()
    visitor.wait_for_url(re.compile("/es/$"))
    expect(visitor.locator("html")).to_have_attribute("lang", LANG)
    assert_axe_clean(visitor)
    assert not sideways(visitor)

    visitor.locator(".gw-svcs a").first.click()
    visitor.wait_for_url(re.compile("/es/services/[a-z-]+/$"))
    assert_axe_clean(visitor)
    assert not sideways(visitor)
    visitor.locator(".gw-hero a[href='/es/book/']").click()
    visitor.wait_for_url(re.compile("/es/book/$"))
    expect(visitor.get_by_role("link", name="English")).to_have_attribute("href", "/book/")

    visitor.locator("#visit-form button").click()
    expect(visitor.locator("html")).to_have_attribute("lang", LANG)
    expect(visitor.locator(".gw-errsum")).not_to_contain_text("Please")
    assert_axe_clean(visitor)
    for box_or_chip in ("#id_been_1", "#id_about_1", "#id_how_0", "#id_agrees"):
        visitor.locator(box_or_chip).check(force=True)
    for field, words in (("first_name", "Inés"), ("last_name", "Demofeld"), ("phone", "360-555-0182")):
        visitor.locator(f"#id_{field}").fill(words)
    send(visitor)
    visitor.wait_for_url(re.compile("/es/book/thanks/"))
    expect(visitor.locator("html")).to_have_attribute("lang", LANG)
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Gracias")
    assert_axe_clean(visitor)

    rosa = enter("coordinator")
    rosa.goto("/admin/follow-ups/")
    expect(rosa.locator("html")).to_have_attribute("lang", re.compile("^en"))
    rosa.locator("li", has_text="Inés Demofeld").get_by_role("link").click()
    said = rosa.locator("main")
    expect(said).to_contain_text("Speaks")
    expect(said).to_contain_text("Spanish")


def test_the_way_to_sign_in_stays_spanish_until_somebody_chooses_english(enter: Enter) -> None:
    visitor = enter()
    visitor.goto("/es/")
    visitor.locator("header a[href^='/accounts/login/']").first.click()
    expect(visitor.locator("html")).to_have_attribute("lang", LANG)
    visitor.goto("/accounts/login/code/")
    expect(visitor.locator("html")).to_have_attribute("lang", LANG)
    assert_axe_clean(visitor)
    visitor.get_by_role("button", name="English").click()
    expect(visitor.locator("html")).to_have_attribute("lang", re.compile("^en"))
    visitor.goto("/es/")
    expect(visitor.locator("html")).to_have_attribute("lang", LANG)
