"""In the browser: Send, the seconds run down, Undo; and Send, how far it is, what became of it."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect
from wagtail.models import Site

from accounts import groups
from accounts.roles import Role
from delivery import sending
from delivery.models import Message
from newsletter.campaigns import scheduling
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.sending_rules import SendingRule
from practice.models import Practice
from tests.cast import sign_in
from tests.factories import pages
from tests.journeys.walking import assert_axe_clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 60_000  # milliseconds: on a busy machine a page may be slow and is right all the same


@pytest.fixture(params=[{"width": 390, "height": 844}, {"width": 1440, "height": 900}], ids=["phone", "desk"])
def screen(request, browser, live_server, settings, draft, readers, hannah):
    """Return Hannah's browser, on which she signed in."""
    Site.objects.update(hostname="localhost")
    settings.SITE_URL = live_server.url
    pages.root_collection()
    groups.furnish(Role.EDITOR)
    context = browser.new_context(viewport=request.param, base_url=live_server.url, locale="en-US")
    context.set_default_timeout(PATIENCE)
    cookies = sign_in(Client(), hannah).cookies
    context.add_cookies([{"name": name, "value": one.value, "url": live_server.url} for name, one in cookies.items()])
    yield context.new_page()
    context.close()


def press_send(screen, draft):
    screen.goto(f"/admin/newsletters/{draft.pk}/send/")
    assert_axe_clean(screen)
    screen.get_by_role("button", name="Send to 3 people…").click()
    screen.wait_for_url("**/send/confirm/**")
    if (looked := screen.get_by_label("I have looked at these")).count():
        looked.check()
    screen.get_by_role("button", name="Send to 3 people").click()


def has_no_sideways_scroll(screen):
    return screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_send_count_down_undo(screen, draft):
    press_send(screen, draft)
    expect(screen.get_by_role("heading", name="Nothing has left yet")).to_be_visible(timeout=PATIENCE)
    seconds = screen.locator("[data-seconds]")
    began = int(seconds.inner_text())
    expect(seconds).not_to_have_text(str(began), timeout=PATIENCE)
    assert int(seconds.inner_text()) < began <= 60
    assert_axe_clean(screen)
    assert has_no_sideways_scroll(screen)
    screen.get_by_role("button", name="Undo").press("Enter")
    expect(screen.get_by_text("Taken back. Nothing has left.")).to_be_visible(timeout=PATIENCE)
    assert Campaign.objects.get().state == "draft"
    assert not Message.objects.exists()


def test_send_how_far_and_what_became_of_it(screen, draft):
    SendingRule.objects.create(practice=Practice.objects.get(), undo_seconds=0)
    press_send(screen, draft)
    expect(screen.get_by_text("of 2 letters are with")).to_be_visible(timeout=PATIENCE)
    assert_axe_clean(screen)
    assert has_no_sideways_scroll(screen)
    sending.work()
    expect(screen.locator(".gw-lead .gw-tag", has_text="Sent")).to_be_visible(timeout=PATIENCE)
    expect(screen.get_by_role("button", name="Pause")).to_have_count(0)
    screen.get_by_role("link", name="Letter by letter").click()
    expect(screen.get_by_role("rowheader", name="Walter")).to_be_visible(timeout=PATIENCE)
    assert_axe_clean(screen)
    assert has_no_sideways_scroll(screen)


def test_what_is_scheduled_and_needs_attention(screen, draft, hannah):
    screen.goto(f"/admin/newsletters/{draft.pk}/send/")
    screen.get_by_label("At a set time").check()
    screen.get_by_role("button", name="Send to 3 people…").click()
    screen.wait_for_url("**/send/confirm/**")
    if (looked := screen.get_by_label("I have looked at these")).count():
        looked.check()
    assert_axe_clean(screen)
    screen.get_by_role("button", name="Schedule for 3 people").click()
    expect(screen.get_by_role("heading", name="Leaves on")).to_be_visible(timeout=PATIENCE)
    assert_axe_clean(screen)
    assert has_no_sideways_scroll(screen)
    campaign = Campaign.objects.get()
    scheduling.leave(campaign=campaign, now=campaign.send_at + 2 * scheduling.PAST_DUE)
    screen.reload()
    expect(screen.get_by_text("Is it still right to send it?")).to_be_visible(timeout=PATIENCE)
    assert_axe_clean(screen)
    assert has_no_sideways_scroll(screen)
