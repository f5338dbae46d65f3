"""In the browser each letter that must be mended cannot be sent, says why, and its Fix stands in the block at fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from content.models import Picture
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage, TipPage
from practice.models import Location, Practice
from tests.factories import editions
from tests.journeys.walking import assert_axe_clean
from tests.services import foreign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "We had a good day."
Letter = dict[str, object]


def call(**value):
    return editions.block(
        "appointment_call", **{"heading": "Come", "text": "", "button": "Pick a time", "link": "/newsletter/", **value}
    )


def hero(**value):
    shot = value.pop("picture", None)
    return editions.block(
        "hero", **{"picture": shot, "eyebrow": "", "heading": "Hello", "greeting": "", "text": "", **value}
    )


def lost():
    shot = editions.picture()
    shot.file.delete(save=False)
    Picture.objects.filter(pk=shot.pk).update(file="gone.jpg")
    return shot.pk


def tip(**changes):
    page = editions.tip()
    TipPage.objects.filter(pk=page.pk).update(**changes)
    return editions.block("tip", tip=page.pk, heading="", text="", button="Read")


def over(location):
    return editions.event(location, starts_at="2026-01-02T10:00Z", ends_at="2026-01-02T11:00Z").pk


# What is wrong, what the page says of it, and where Fix leads: "*" is the block's own id.
# A picture without words is not among them, since the database itself refuses one.
RED: dict[str, tuple[Callable[[Location], Letter], str, str]] = {
    "no subject": (lambda _: {"subject": ""}, "There is no subject yet.", "subject"),
    "an unknown tag": (lambda _: {"preheader": "Dear {nickname|you}"}, "{nickname} is not a merge tag", "preheader"),
    "a condition in the subject": (lambda _: {"subject": "Your diabetes"}, "The subject says “diabetes”.", "subject"),
    "an unfinished block": (lambda _: {"blocks": [hero(heading="")]}, "Opening, Headline", "body.*.heading"),
    "no fallback": (lambda _: {"blocks": [hero(heading="Hi {first_name}")]}, "needs words for", "body.*.heading"),
    "no blocks": (lambda _: {"blocks": []}, "The letter has no blocks yet.", "body"),
    "a page that is not there": (lambda _: {"blocks": [call(link="/none/")]}, "leads to /none/", "body.*"),
    "a site that is not there": (lambda _: {"blocks": [call(link="http://x.gone/")]}, "no such site", "body.*"),
    "a foreign page that is gone": (
        lambda _: {"blocks": [call(link="http://good.example/status/410")]},
        "leads to good.example/status/410",
        "body.*",
    ),
    "a block that fails": (lambda _: {"blocks": [hero(picture=lost())]}, "cannot be shown", "body.*"),
    "a tip that ran out": (lambda _: {"blocks": [tip(review_by=date(2026, 10, 29))]}, "has run out", "body.*.tip"),
    "a tip nobody reviewed": (lambda _: {"blocks": [tip(reviewer=None)]}, "No clinician reviewed", "body.*.tip"),
    "an event that is over": (
        lambda here: {"blocks": [editions.block("event", event=over(here), eyebrow="", text="")]},
        "is over",
        "body.*.event",
    ),
    "a yes taken back": (
        lambda _: {"blocks": [editions.block("testimonial", testimonial=editions.taken_back(editions.said()).pk)]},
        "did not agree to it",
        "body.*.testimonial",
    ),
    "too large for Gmail": (
        lambda _: {"blocks": [editions.block("text", heading="", text=f"<p>{TEXT * 7_000}</p>")]},
        "Gmail cuts it at 102 kB",
        "body",
    ),
    "too many blocks": (lambda _: {"blocks": [editions.block("divider")] * 201}, "it may have at most 200", "body"),
    "no postal address": (
        lambda here: Location.objects.filter(pk=here.pk).update(street="") and {},
        "The postal address is missing.",
        "/admin/snippets/practice/location/",
    ),
    "a public mailbox": (
        lambda _: Practice.objects.update(sender_email="juniper@gmail.com") and {},
        "a public mailbox",
        "/admin/snippets/practice/practice/",
    ),
}


@pytest.fixture
def page(browser, live_server, desk, readers, settings):
    """Return Hannah's window in the admin."""
    settings.PROBING = {"resolver": "tests.services.foreign.resolver", "opener": "tests.services.foreign.opener"}
    settings.SITE_URL = live_server.url
    Site.objects.update(hostname=urlsplit(live_server.url).hostname, port=urlsplit(live_server.url).port)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url, locale="en-US")
    context.set_default_timeout(120_000)
    context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in desk.cookies.items()]
    )
    with foreign.served():
        yield context.new_page()
    context.close()


def place_of(path):
    """Return what tells a place of the editor in which the keyboard stands."""
    return "".join(f'[data-contentpath="{step}"] ' for step in path.split(".")) + ":focus"


def test_each_letter_that_must_be_mended_is_refused_and_its_fix_leads_to_the_fault(page, location):
    for number, (what, (make, says, where)) in enumerate(RED.items()):
        street = location.street
        wanted = {"blocks": [call()], **make(location)}
        letter = editions.edition(
            title=f"L{number}", slug=f"l{number}", live=False, issued_on=date(2026, 11, 3), **wanted
        )
        letter.save_revision(clean=False)
        letter = EditionPage.objects.get(pk=letter.pk)
        page.goto(f"/admin/newsletters/{letter.pk}/send/")
        line = page.locator(".gw-checks li", has=page.get_by_text("Must fix")).filter(has_text=says).first
        expect(line, what).to_be_visible()
        expect(page.get_by_role("button", name="Send to"), what).to_have_attribute("aria-disabled", "true")
        assert page.goto(f"/admin/newsletters/{letter.pk}/send/confirm/").url.endswith("/send/"), what
        leads_to = line.locator(".gw-fix").get_attribute("href") or ""
        if where.startswith("/"):
            assert leads_to.startswith(where), what
            Location.objects.update(street=street)
            Practice.objects.update(sender_email="letter@juniper-row.example")
            continue
        place = where.replace("*", str(letter.body[0].id) if len(letter.body) else "")
        assert leads_to.endswith(f"/admin/pages/{letter.pk}/edit/#:w:contentpath={place}"), what
        if "*" in where or where in {"subject", "preheader"}:
            line.locator(".gw-fix").click()
            expect(page.locator(place_of(place)), what).to_have_count(1, timeout=60_000)
    assert not Campaign.objects.filter(state=Campaign.State.STARTED).exists()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_checks_and_the_last_question_pass_axe(width, scheme, page, location):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    letter = editions.edition(blocks=[call()], live=False, issued_on=date(2026, 11, 3), preheader="")
    letter.save_revision()
    for path in ("send/", "send/confirm/"):
        page.goto(f"/admin/newsletters/{letter.pk}/{path}")
        assert_axe_clean(page)
    tick = page.get_by_role("checkbox", name="I have looked at these")
    page.get_by_role("button", name="Send to").click()
    expect(page).to_have_url(f"{page.url.partition('/admin/')[0]}/admin/newsletters/{letter.pk}/send/confirm/")
    assert not Campaign.objects.filter(state=Campaign.State.STARTED).exists()
    tick.check()
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_role("heading", name="Nothing has left yet").first).to_be_visible()
    assert Campaign.objects.get().state == Campaign.State.SCHEDULED
