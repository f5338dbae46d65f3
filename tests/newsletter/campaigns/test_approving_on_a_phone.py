"""On a phone: from the mail's link to a yes in two taps, or back to the editor with a note."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import expect
from wagtail.models import Site

from accounts import groups
from accounts.roles import Role
from delivery.models import Message
from journal import reacting
from newsletter.campaigns import approving
from newsletter.campaigns.models import Campaign
from tests.cast import sign_in
from tests.factories import pages
from tests.factories.approvals import fresh, rule, state
from tests.journeys.walking import assert_axe_clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 120_000  # milliseconds: on a busy machine a page may be slow and is right all the same


@pytest.fixture
def link(live_server, settings, draft, readers, hannah, okafor):
    """Return the link in the mail that Dr. Okafor got, after Hannah asked her."""
    settings.SITE_URL = live_server.url
    Site.objects.update(hostname=urlsplit(live_server.url).hostname, port=urlsplit(live_server.url).port)
    pages.root_collection()
    groups.furnish(Role.OWNER)
    rule("owner")
    approving.ask(edition=draft, by=hannah)
    reacting.run_due()
    mail = json.loads(Message.objects.get(address=okafor.email).content)
    assert draft.subject not in mail["subject"]
    return re.search(rf"{live_server.url}\S+/approval/", mail["text"]).group()


@pytest.fixture
def phone(browser, live_server, link, okafor):
    """Return Dr. Okafor's phone, on which she signed in."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url, locale="en-US", has_touch=True
    )
    context.set_default_timeout(PATIENCE)
    cookies = sign_in(Client(), okafor).cookies
    context.add_cookies([{"name": name, "value": one.value, "url": live_server.url} for name, one in cookies.items()])
    yield context.new_page()
    context.close()


def is_as_wide_as_the_phone(page):
    return page.evaluate("document.documentElement.scrollWidth") == 390


def test_two_taps_approve_the_letter(phone, link, draft):
    phone.goto(link)
    expect(phone.frame_locator("iframe").get_by_text("sparkling water").first).to_be_visible(timeout=PATIENCE)
    assert is_as_wide_as_the_phone(phone)
    assert_axe_clean(phone)
    phone.get_by_role("link", name="Approve…").tap()
    expect(phone.get_by_role("heading", name="Approve it for 3 people?")).to_be_visible(timeout=PATIENCE)
    assert is_as_wide_as_the_phone(phone)
    assert_axe_clean(phone)
    phone.get_by_role("button", name="Approve for 3 people").tap()
    expect(phone.get_by_text("Just this letter may be sent now")).to_be_visible(timeout=PATIENCE)
    assert state(draft) == "approved"
    assert not Message.objects.filter(dispatch__isnull=False).exists(), "a yes sends nothing"


def test_a_note_brings_it_back_to_the_editor(phone, link, draft):
    phone.goto(link)
    phone.get_by_role("link", name="Ask for a change").tap()
    phone.locator("textarea[name=note]").fill("The phone number is the old one.")
    phone.get_by_role("button", name="Send it back").tap()
    expect(phone.get_by_text("Your note is with the letter.")).to_be_visible(timeout=PATIENCE)
    assert state(draft) == "change_asked"
    assert Campaign.objects.get(edition=fresh(draft)).stage == "draft"


def test_the_link_alone_opens_nothing(browser, live_server, link):
    stranger = browser.new_page(base_url=live_server.url)
    stranger.goto(link)
    assert "/accounts/login/" in stranger.url
    stranger.close()
