"""Somebody who has never seen Wagtail keeps the site, by nothing but the words on the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.walking import assert_axe_clean

pytestmark = pytest.mark.browser


def publish(page: Page) -> None:
    """Press the one large button, and wait until it is said that the page is out."""
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("published").first).to_be_visible()


def see(page: Page, path: str, words: str) -> None:
    """Look at the site as anybody does; a kept page may be half a second old."""
    page.goto(path)
    for _try in range(20):
        if page.get_by_text(words).first.is_visible():
            return
        page.wait_for_timeout(100)
        page.reload()
    pytest.fail(f"{words!r} is not on {path}")


def test_the_first_words_of_the_home_page_are_changed(enter: Enter) -> None:
    page, visitor = enter("editor", width=1440), enter()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Welcome, Hannah")).to_be_visible()
    page.get_by_role("link", name="Change the home page").click()
    page.get_by_role("textbox", name="Heading*").fill("Teeth, at their own pace.")
    publish(page)
    see(visitor, "/", "Teeth, at their own pace.")


def test_a_service_is_added_and_seen(enter: Enter) -> None:
    page, visitor = enter("editor", width=1440), enter()
    page.goto("/admin/")
    page.get_by_role("link", name="Add a service").click()
    page.get_by_role("textbox", name="Name of the service").fill("Snoring guards")
    page.get_by_role("textbox", name="In one sentence").fill("A small guard for the night, made from a scan.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Its page is on the site")).to_be_visible()
    page.get_by_role("textbox", name="Heading*").fill("Quiet nights for two.")
    publish(page)
    see(visitor, "/services/", "Snoring guards")
    visitor.get_by_role("link", name="Snoring guards").first.click()
    expect(visitor.get_by_role("heading", name="Quiet nights for two.")).to_be_visible()
    assert_axe_clean(visitor)


def test_the_checks_find_a_link_that_says_nothing(enter: Enter) -> None:
    """The Checks panel reads the preview, under the strict policy, and says in words what to mend."""
    page = enter("editor", width=1440)
    page.goto("/admin/")
    page.get_by_role("link", name="All services").click()
    page.get_by_role("link", name="Edit 'Root canal'").or_(page.get_by_role("link", name="Root canal")).first.click()
    heading = page.get_by_role("textbox", name="Heading*")
    heading.fill("A promise in so very many words that search engines would not show all of them")
    heading.evaluate("field => field.setAttribute('maxlength', '200')")
    page.get_by_label("Toggle checks").click()
    expect(page.get_by_text("Content metrics").first).to_be_visible()
    expect(page.get_by_text("Reading grade").first).to_be_visible()
    expect(page.get_by_role("heading", name="Issues found")).to_be_visible()


def test_the_checks_find_a_picture_without_spanish_words(enter: Enter) -> None:
    """On the Spanish page of a person the picture is named until the library says in Spanish what it shows."""
    page = enter("editor", width=1440)
    page.goto("/admin/images/?q=Jun+Takeda")
    page.get_by_role("link", name="Portrait of Jun Takeda").first.click()
    picture = page.url
    described = page.get_by_role("textbox", name="what it shows in Spanish")
    words = described.input_value()
    assert words.startswith("Dibujo de Jun Takeda")

    named = page.get_by_text("A picture is described in English only")
    for given, found in (("", 1), (words, 0)):
        page.goto(picture)
        described.fill(given)
        page.get_by_role("button", name="Save").click()
        page.goto("/es/team/jun-takeda/")
        page.get_by_role("button", name="View Wagtail quick actions").click()
        page.get_by_role("menuitem", name="Edit this page").click()
        if not given:  # Wagtail remembers that the panel is open
            page.get_by_label("Toggle checks").click()
        expect(page.get_by_text("Reading ease in Spanish").first).to_be_visible()
        expect(page.get_by_role("heading", name="Issues found")).to_have_text(re.compile(rf"Issues found\s*{found}"))
        expect(named).to_have_count(found)


def test_from_the_page_to_its_editor(enter: Enter) -> None:
    """On the public site, the mark in the corner leads to where the page is changed."""
    page = enter("editor", width=1440)
    page.goto("/contact/")
    page.get_by_role("button", name="View Wagtail quick actions").click()
    page.get_by_role("menuitem", name="Edit this page").click()
    expect(page.get_by_role("textbox", name="Getting in")).to_be_visible()


def test_the_journal_is_read_by_the_owner(enter: Enter) -> None:
    page = enter("owner", width=1440)
    page.goto("/admin/reports/journal/")
    expect(page.get_by_role("columnheader", name="Who")).to_be_visible()
    page.get_by_label("What").select_option("reading")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Read the journal").first).to_be_visible()
    assert_axe_clean(page)
    page.set_viewport_size({"width": 390, "height": 900})
    assert_axe_clean(page)
