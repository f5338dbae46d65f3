"""Somebody asks who, with nothing but the keyboard: each step leads on by itself, and the screen stays clean."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.walking import assert_axe_clean, sideways

pytestmark = pytest.mark.browser


def tab_to(page: Page, name: str, *, most: int = 12) -> None:
    """Press Tab until the control of that name has the focus."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
        ):
            return
    pytest.fail(f"{name!r} is not within {most} steps of the keyboard")


def choose(page: Page, what: str) -> None:
    """Type the first letters of a choice into the list that has the focus; the page answers and moves it on."""
    with page.expect_navigation():
        page.keyboard.type(what)
        page.keyboard.press("Tab")


def test_older_people_who_were_not_here_for_a_year_and_get_e_mail(enter: Enter) -> None:
    page = enter("coordinator", width=1440)
    page.goto("/admin/segments/new/")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Quiet for a year")
    page.get_by_role("combobox", name="Question 1", exact=True).focus()
    choose(page, "Age")
    expect(page.get_by_label("How").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("60")
    tab_to(page, "Question")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Question 2", exact=True)).to_be_focused()
    choose(page, "Last")
    expect(page.get_by_text(re.compile("who are.*60.*or older, and whose.*last visit.*was more than"))).to_be_visible()
    tab_to(page, "But not")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert_axe_clean(page)  # one question is still open, and says so in words
    page.get_by_role("button", name="Save segment").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_focused()
    assert_axe_clean(page)
    page.set_viewport_size({"width": 390, "height": 900})
    assert_axe_clean(page)
    assert sideways(page) <= 0


def test_a_group_is_named_and_the_page_works_without_scripts(enter: Enter) -> None:
    page = enter("coordinator", width=1440, java_script_enabled=False)
    page.goto("/admin/segments/new/")
    page.get_by_role("button", name="Group", exact=True).click()
    group = page.get_by_role("region", name="Group 2")
    group.get_by_role("combobox", name="Question 2.1", exact=True).select_option(label="Age")
    group.get_by_role("button", name="Show question 2.1 as chosen").click()
    expect(group.get_by_label("How", exact=True)).to_be_visible()
    expect(group.get_by_role("button", name="Remove group 2")).to_be_visible()
