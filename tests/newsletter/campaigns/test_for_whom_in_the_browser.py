"""In the browser: the letters that will be sent, the preview as somebody, and a rule that is gone stays chosen."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from tests.factories import editions
from tests.journeys.walking import assert_axe_clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server, desk, readers, settings):
    """Return Hannah's window in the admin."""
    settings.SITE_URL = live_server.url
    Site.objects.update(hostname=urlsplit(live_server.url).hostname, port=urlsplit(live_server.url).port)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url, locale="en-US")
    context.set_default_timeout(120_000)
    context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in desk.cookies.items()]
    )
    yield context.new_page()
    context.close()


def ruled(rule):
    text = editions.block("text", heading="For all", text="<p>For all.</p>")
    some = editions.block("text", heading="For some", text="<p>For some.</p>", for_whom=rule)
    letter = editions.edition(blocks=[text, some], live=False)
    letter.save_revision()
    return letter


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_letters_that_will_be_sent_and_the_preview_pass_axe(width, scheme, page, location):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    letter = ruled("account:has_none")
    page.goto(f"/admin/newsletters/{letter.pk}/send/")
    assert_axe_clean(page)
    page.get_by_role("link", name="See letter A").click()
    expect(page.frame_locator("iframe").get_by_text("For some.")).to_be_visible()
    assert_axe_clean(page)


def test_a_rule_that_is_gone_stays_in_the_editor_and_is_not_quietly_for_everyone(page, location):
    letter = ruled("segment:SG-0000")
    page.goto(f"/admin/pages/{letter.pk}/edit/")
    choice = page.locator("select[name='body-1-value-for_whom']")
    expect(choice).to_have_value("segment:SG-0000")
    expect(page.locator("select[name='body-0-value-for_whom']")).to_have_value("")
    expect(choice.locator("option:checked")).to_have_text("No longer there: choose again")
