"""The blocks of each month's letter, in the order in which it is read."""

from __future__ import annotations

from calendar import THURSDAY, monthcalendar
from datetime import date, timedelta
from typing import Any

from django.utils.html import strip_tags

from content.blocks.calls import FRIEND_AT_FIRST
from content.models import Picture
from content.testimonials import Testimonial
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from newsletter.editions.models import EventPage, TipPage

AHEAD = timedelta(days=45)  # how long before an event a letter speaks of it
Block = tuple[str, dict[str, Any]]
HOURS_TEXT = "<p>We are closed {days}. In pain? Call {{practice_phone|us}}, also after hours.</p>"


def written(story: Story, day: date, words: dict[str, Any], tip: TipPage, valley: Picture) -> list[Block]:
    """Return the blocks of the letter of a day.

    Args:
        story: so far, with its pictures, providers and services.
        day: of the letter.
        words: the month's.
        tip: the month's.
        valley: the picture that it opens with.
    """
    return [
        *begun(story, day, words, tip, valley),
        ("divider", {}),
        _note(story, day, words),
        *_said(day),
        ("friend", dict(FRIEND_AT_FIRST)),
        *_event(day),
        *_greeting(day),
    ]


def begun(story: Story, day: date, words: dict[str, Any], tip: TipPage, valley: Picture) -> list[Block]:
    """Return what stands of a letter that is half written: the opening, the tip, the call, the service."""
    hero = {
        "picture": valley,
        "eyebrow": "Health tip",
        "heading": words["subject"],
        "greeting": "Hello {first_name|there},",
        "text": words["opening"],
    }
    call = {"heading": words["call_heading"], "text": words["call_text"], "button": "Pick a time", "link": "/contact/"}
    service = {
        "service": story.met["services"][words["service"]],
        "picture": _beside(story, day),
        "eyebrow": "Service spotlight",
        "heading": "",
        "text": "",
        "link_label": "See how it works",
    }
    return [
        ("header", {"line": ""}),
        ("hero", hero),
        ("tip", {"tip": tip, "heading": "", "text": "", "button": "Read the whole tip"}),
        ("appointment_call", call),
        ("service", service),
    ]


def for_the_lapsed() -> Block:
    """Return an invitation that only those find in their letter who have not been seen for long."""
    return "appointment_call", {**texts("colleagues")["lapsed"], "link": "/contact/", "for_whom": "segment:lapsed"}


def _beside(story: Story, day: date) -> Picture:
    """Return what stands beside the service: a drawing of the library, another each month."""
    pictures: dict[str, Picture] = story.met["pictures"]
    return pictures[sorted(pictures)[day.month % len(pictures)]]


def _note(story: Story, day: date, words: dict[str, Any]) -> Block:
    """Return a few words of somebody: a provider's note, what was said and done, or news with a picture."""
    if words["note_kind"] == "note":
        provider = story.met["providers"][words["note_by"]]
        return "note", {"provider": provider, "eyebrow": words["note_eyebrow"], "text": strip_tags(words["note_text"])}
    if words["note_kind"] == "said":
        return "said_and_done", {
            "eyebrow": words["note_eyebrow"],
            "said": words["note_said"],
            "text": words["note_text"],
        }
    shown = {name: words[f"note_{name}"] for name in ("eyebrow", "heading", "text", "link_label", "link")}
    return "picture_and_text", {"picture": _beside(story, day + timedelta(days=32)), **shown}


def _said(day: date) -> list[Block]:
    """Return what somebody said with five stars, another one each month, while it may be shown."""
    said = list(Testimonial.objects.showing().filter(stars=5).order_by("pk"))
    return [("testimonial", {"testimonial": said[day.month % len(said)]})] if said else []


def _event(day: date) -> list[Block]:
    """Return the next event, where one comes soon after the letter."""
    coming = EventPage.objects.live().filter(is_canceled=False, is_full=False, starts_at__date__gt=day)
    event = coming.filter(starts_at__date__lte=day + AHEAD).order_by("starts_at").first()
    return [("event", {"event": event, "eyebrow": "On the calendar", "text": ""})] if event else []


def _greeting(day: date) -> list[Block]:
    """Return the season's greeting and when we are closed, in the letters of November and December."""
    if day.month == 11:
        thanks = [week[THURSDAY] for week in monthcalendar(day.year, 11) if week[THURSDAY]][3]
        days, until = f"November {thanks} and {thanks + 1}", date(day.year, 11, thanks + 1)
        heading = "A peaceful Thanksgiving to you and yours."
    elif day.month == 12:
        days, until = "on Christmas Day and on New Year’s Day", date(day.year + 1, 1, 1)
        heading = "Quiet days, and a good new year."
    else:
        return []
    return [("holiday", {"heading": heading, "text": HOURS_TEXT.format(days=days), "until": until})]
