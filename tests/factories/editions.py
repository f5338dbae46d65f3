"""Makes the site's tree, pictures, health tips and editions of the letter."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image as Canvas
from wagtail.models import Page, Site

from content.models import Picture
from content.testimonials import Testimonial
from newsletter.editions.models import (
    EditionIndexPage,
    EditionPage,
    EventIndexPage,
    EventPage,
    TipIndexPage,
    TipPage,
    Topic,
)
from practice.models import Location, Provider
from tests.factories.pages import root_collection, root_page
from tests.factories.practice import ProviderFactory


def home() -> Page:
    """Return the page at /; the same one each time."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site:
        return site.root_page
    page = root_page().add_child(instance=Page(title="Home", slug="juniper-home"))
    Site.objects.create(hostname="localhost", port=80, root_page=page, is_default_site=True)
    return page


def archive() -> EditionIndexPage:
    """Return the archive at /newsletter/."""
    found = EditionIndexPage.objects.first()
    return found or home().add_child(
        instance=EditionIndexPage(title="The Juniper letter", slug="newsletter", lede="One letter a month.")
    )


def tip_index() -> TipIndexPage:
    """Return the tips' page at /health-tips/."""
    found = TipIndexPage.objects.first()
    return found or home().add_child(instance=TipIndexPage(title="Health tips", slug="health-tips"))


def picture(width: int = 640, height: int = 400, **attributes: Any) -> Picture:
    """Return a drawn picture of the library, busy enough to weigh something."""
    root_collection()
    canvas = Canvas.effect_noise((width, height), 24).convert("RGB")
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=90)
    attributes = {"title": "Hills", "alt": "Morning light over green hills", **attributes}
    return Picture.objects.create(file=ContentFile(file.getvalue(), "hills.jpg"), **attributes)


def topic(slug: str, **attributes: Any) -> Topic:
    """Return the topic of this short name."""
    found, _ = Topic.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), **attributes})
    return found


def topics() -> None:
    """Make the topics that a new installation begins with, where a test has emptied the tables."""
    begun: Any = import_module("newsletter.editions.migrations.0003_topics_that_editors_choose")
    for place, (slug, name) in enumerate(begun.TOPICS.items()):
        topic(slug, name=name, order=10 * (place + 1))


def tip(reviewer: Provider | None = None, **attributes: Any) -> TipPage:
    """Return a published tip, reviewed in October 2026."""
    attributes = {
        "title": "Is sparkling water hard on teeth?",
        "lede": "Three habits that make it a non-issue.",
        "topic": topic("food"),
        "body": "<p>Bubbles make water slightly sour.</p><h2>Three habits</h2><ol><li>Have it with meals.</li></ol>",
        "in_brief": "<ol><li><b>Have it with meals.</b> Food brings saliva.</li></ol>",
        "sources": "Reddy A. and others. The pH of beverages. JADA, 2016.\nADA. Dental erosion.",
        "reviewer": reviewer or ProviderFactory.create(name="Dr. Samuel Abara"),
        "reviewed_on": date(2026, 10, 28),
        "review_by": date(2027, 10, 28),
        **attributes,
    }
    return tip_index().add_child(instance=TipPage(**attributes))


def event_index() -> EventIndexPage:
    """Return the events' page at /events/."""
    found = EventIndexPage.objects.first()
    return found or home().add_child(instance=EventIndexPage(title="Events", slug="events"))


def event(location: Location, **attributes: Any) -> EventPage:
    """Return a published event: an evening in Port Ellery, from 5:30 to 7 by the clock there."""
    begins = datetime(2026, 12, 10, 17, 30, tzinfo=location.zone)
    attributes = {
        "title": "Implants, explained",
        "slug": "implants-explained",
        "lede": "An hour of plain answers, with tea.",
        "starts_at": begins,
        "ends_at": begins + timedelta(minutes=90),
        "location": location,
        **attributes,
    }
    return event_index().add_child(instance=EventPage(**attributes))


def said(words: str = "They called the next day.", **attributes: Any) -> Testimonial:
    """Return what somebody said and agreed to in writing."""
    signed = {"consent_wording": "2026-01", "consent_evidence": "binder 3", "consented_on": date(2026, 1, 2)}
    attributes = {"shown_name": "Ruth C.", "is_shown": True, **signed, **attributes}
    return Testimonial.objects.create(words=words, **attributes)


def taken_back(one: Testimonial) -> Testimonial:
    """Return it after whoever said it took their yes back."""
    one.is_shown, one.withdrawn_on = False, date(2026, 6, 1)
    one.save()
    return one


def block(kind: str, **value: Any) -> dict[str, Any]:
    """Return one block as the database keeps it."""
    return {"type": kind, "value": value}


def letter_blocks(*, tip_page: TipPage | None = None, shot: Picture | None = None) -> list[dict[str, Any]]:
    """Return a whole letter: header, opening, tip, picture and text, appointment call, friend."""
    shot = shot or picture()
    tip_page = tip_page or tip()
    return [
        block("header", line=""),
        block(
            "hero",
            picture=shot.pk,
            eyebrow="Health tip",
            heading="Is sparkling water hard on teeth?",
            greeting="Hello {first_name|there},",
            text="<p>A little acidic, rarely a problem.</p>",
        ),
        block("tip", tip=tip_page.pk, heading="", text="", button="Read the whole tip"),
        block(
            "picture_and_text",
            picture=shot.pk,
            eyebrow="Service spotlight",
            heading="Implants, planned in one visit",
            text="<p>Scan, plan, and a written price.</p>",
            link_label="See how it works",
            link="/health-tips/",
        ),
        block(
            "appointment_call",
            heading="Time for a winter check-up?",
            text="<p>Mornings in December still have room.</p>",
            button="Pick a time",
            link="/newsletter/",
        ),
        block("friend", heading="Know someone?", text="<p>Send your own link.</p>", button="Tell a friend"),
    ]


def edition(*, blocks: list[dict[str, Any]] | None = None, **attributes: Any) -> EditionPage:
    """Return the published letter of November 2026, whole where `blocks` says nothing else."""
    attributes = {
        "title": "November",
        "slug": "november",
        "subject": "Is sparkling water hard on teeth?",
        "preheader": "Three small habits, {first_name|friend}.",
        "issued_on": date(2026, 11, 3),
        **attributes,
    }
    page = EditionPage(**attributes)
    page.body = EditionPage._meta.get_field("body").to_python(letter_blocks() if blocks is None else blocks)
    return archive().add_child(instance=page)
