"""A visitor asks for a visit on a phone, by keyboard alone; Rosa finds it on her list and settles it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.walking import assert_axe_clean, sideways

pytestmark = pytest.mark.browser

TABS = 80
IS_FOCUSED = "selector => document.activeElement !== null && document.activeElement.matches(selector)"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what `selector` means has the focus."""
    for _press in range(TABS):
        if page.evaluate(IS_FOCUSED, selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by Tab.")


def choose(page: Page, selector: str) -> None:
    """Tick or choose what the keyboard came to."""
    tab_to(page, selector)
    page.keyboard.press("Space")


def write(page: Page, selector: str, text: str) -> None:
    """Type into a field that the keyboard came to."""
    tab_to(page, selector)
    page.keyboard.type(text)


def send(page: Page, form: str) -> None:
    """Press the button of a form; who was quicker than people are presses it again, as the page then asks."""
    for _press in range(TABS):
        tab_to(page, f"{form} button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if not page.locator(".gw-errsum", has_text="That was very quick").count():
            return
    pytest.fail("Nobody is that quick.")


def test_a_visitor_asks_by_keyboard_on_a_phone_and_rosa_settles_it(enter: Enter) -> None:
    visitor = enter(width=390)
    visitor.goto("/book/")
    tab_to(visitor, "#visit-form button")
    visitor.keyboard.press("Enter")
    summary = visitor.locator(".gw-errsum")
    expect(summary).to_contain_text("What is it about?")
    assert_axe_clean(visitor)
    assert not sideways(visitor)
    visitor.keyboard.press("Tab")
    assert visitor.evaluate(IS_FOCUSED, ".gw-errsum a"), "After an error the keyboard begins at the summary."
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(re.compile("#id_been"))

    choose(visitor, "#id_been_0")
    visitor.keyboard.press("ArrowRight")
    choose(visitor, "#id_about_0")
    choose(visitor, "#id_days_1")
    write(visitor, "#id_first_name", "Nora")
    write(visitor, "#id_last_name", "Demofeld")
    write(visitor, "#id_phone", "360-555-0181")
    choose(visitor, "#id_agrees")
    send(visitor, "#visit-form")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Thank you")
    expect(visitor.locator("main")).to_contain_text("You hear from us by")
    assert "Nora" not in visitor.url
    assert_axe_clean(visitor)

    rosa = enter("coordinator", width=390)
    rosa.goto("/admin/follow-ups/")
    line = rosa.locator("li", has_text="Nora Demofeld")
    expect(line).to_contain_text("Asks for a visit")
    assert not sideways(rosa)
    line.get_by_role("link").click()
    expect(rosa.locator("main")).to_contain_text("360-555-0181")
    assert not sideways(rosa)
    assert_axe_clean(rosa)
    rosa.get_by_role("button", name="Done", exact=True).click()
    expect(rosa.locator(".gw-toast")).to_contain_text("Done.")
    rosa.get_by_role("button", name="Undo").click()
    expect(rosa.locator("main")).to_contain_text("It is open again.")
    rosa.get_by_role("button", name="Done", exact=True).click()
    expect(rosa.locator("li", has_text="Nora Demofeld")).to_have_count(0)
    rosa.goto("/admin/follow-ups/?view=done")
    expect(rosa.locator("li", has_text="Nora Demofeld")).to_have_count(1)
    assert_axe_clean(rosa)


def test_without_scripts_a_message_goes_the_same_way(enter: Enter) -> None:
    visitor = enter(java_script_enabled=False)
    visitor.goto("/contact/")
    form = visitor.locator("#message-form")
    form.get_by_label("Your name").fill("Otto Demofeld")
    form.get_by_label("Phone or e-mail").fill("otto")
    form.get_by_label("Your message").fill("Do you see children?")
    form.get_by_role("button", name="Send it").click()
    expect(visitor.locator(".gw-errsum")).to_contain_text("Phone or e-mail")
    expect(visitor.get_by_label("Your message")).to_have_value("Do you see children?")
    visitor.get_by_label("Phone or e-mail").fill("otto@demofeld.example")
    send(visitor, "#message-form")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Thank you")
