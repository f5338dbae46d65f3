"""Hannah's month: from last month's letter to a test in her mailbox with at most twelve clicks, and what helps her."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Enter
from tests.journeys.walking import assert_axe_clean

pytestmark = pytest.mark.browser
MOST_CLICKS = 12  # product.md: last month's letter to a test mail


@dataclass
class Hand:
    """A hand on the mouse, which counts."""

    clicks: int = 0

    def click(self, what: Locator) -> None:
        """Press once."""
        self.clicks += 1
        what.click()


def test_from_last_months_letter_to_a_test_mail_in_twelve_clicks(enter: Enter) -> None:
    page, hand = enter("editor", width=1440), Hand()
    page.goto("/admin/")
    hand.click(page.get_by_role("link", name="Newsletters", exact=True))
    hand.click(page.get_by_role("button", name="New from last month"))
    expect(page.get_by_text("A copy of the last letter is yours to change")).to_be_visible()

    hand.click(page.get_by_role("textbox", name="Subject"))
    page.keyboard.press("Control+A")
    page.keyboard.type("Three warm drinks that your teeth will like")
    expect(page.locator("[data-inbox-row] [data-shows=subject]")).to_have_text(
        "Three warm drinks that your teeth will like"
    )
    expect(page.locator("[data-length=subject]")).to_contain_text("43")
    page.keyboard.press("Tab")  # its button for merge tags
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("And mornings that still have room.")

    tip = page.locator("[data-contentpath=tip]").first
    hand.click(tip.get_by_role("button", name="Actions"))
    hand.click(tip.get_by_role("button", name=re.compile("Choose another")))
    hand.click(page.get_by_role("dialog").locator("a.choose-page").first)

    heading = page.get_by_role("textbox", name="Headline")
    hand.click(heading)
    page.keyboard.press("Control+A")
    page.keyboard.type("Three warm drinks")
    hand.click(page.get_by_role("button", name="Save draft"))
    expect(page.get_by_text(re.compile("has been (updated|saved)")).first).to_be_visible()

    hand.click(page.get_by_role("button", name="More actions"))
    hand.click(page.get_by_role("link", name="Check and send"))
    expect(page.get_by_role("heading", name="Three warm drinks that your teeth will like")).to_be_visible()
    hand.click(page.get_by_role("button", name="Test to me"))
    expect(page.get_by_text("The test is on its way to")).to_be_visible()
    assert hand.clicks <= MOST_CLICKS, hand.clicks
    assert_axe_clean(page)


def test_a_merge_tag_is_put_in_by_keyboard_with_its_fallback(enter: Enter) -> None:
    page = enter("editor", width=1440)
    page.goto("/admin/newsletters/")
    page.locator("tbody th a").first.click()
    subject = page.get_by_role("textbox", name="Subject")
    subject.fill("A word for you, ")
    subject.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Put in a merge tag")
    expect(dialog).to_be_visible()
    assert_axe_clean(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # without a fallback it stays open
    expect(dialog).to_be_visible()
    page.keyboard.type("friend")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(subject).to_have_value("A word for you, {first_name|friend}")
    expect(subject).to_be_focused()

    text = page.locator(".Draftail-Editor").first
    text.locator("[contenteditable=true]").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Yours, ")
    text.get_by_role("button", name="Merge tag (First words)").click()
    dialog.get_by_label("What stands here").select_option("practice_name")
    dialog.get_by_label("Where we do not know it").fill("we")
    dialog.get_by_role("button", name="Put it in").click()
    expect(text).to_contain_text("Yours, {practice_name|we}")
    page.keyboard.press("Escape")


def test_the_screens_around_a_letter_hold_at_every_width_and_in_the_dark(enter: Enter) -> None:
    for width, scheme in ((1440, "light"), (390, "dark")):
        page = enter("editor", width=width, color_scheme=scheme)
        for path in ("/admin/newsletters/", "/admin/newsletters/new/", "/admin/newsletters/calendar/"):
            page.goto(path)
            assert_axe_clean(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_calendar_leads_to_a_letter_with_its_tip(enter: Enter) -> None:
    page = enter("editor", width=1440)
    page.goto("/admin/newsletters/calendar/")
    proposed = page.get_by_role("button", name=re.compile("Use in a new letter")).last
    title = (proposed.text_content() or "").partition(": ")[2]
    proposed.click()
    expect(page.get_by_role("textbox", name="Subject")).to_have_value(title)
    expect(page.locator("[data-contentpath=tip]").get_by_text(title).first).to_be_visible()
