"""The pages once more, in Spanish, and what the practice says of itself in a few words."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from content.translating import translate
from home import pages
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from home.models import PersonPage
from newsletter.editions.models import EventPage, TipPage
from practice.models import Closure, Practice, Service, StaffMember
from practice.plans import Plan

SPANISH = "es"


def tell(story: Story) -> None:
    """Say in Spanish what stands on many pages, then plant the Spanish pages."""
    words = texts("spanish")
    Practice.objects.update(descriptor_es=words["descriptor"])
    for slug, one in words["services"].items():
        Service.objects.filter(slug=slug).update(name_es=one["name"], summary_es=one["summary"])
    for key, title in words["titles"].items():
        StaffMember.objects.filter(pk=story.met["staff"][key].pk).update(title_es=title)
    for name, spanish in words["closures"].items():
        Closure.objects.filter(name=name).update(name_es=spanish)
    for name, spanish in words["plans"].items():
        Plan.objects.filter(name=name).update(name_es=spanish)
    pages.plant(story.met["practice"], language=SPANISH)
    _people(story, words["people"])
    _tips(words["tips"])
    _events(story, words["events"])


def _people(story: Story, people: dict[str, dict[str, Any]]) -> None:
    for key, one in people.items():
        page = PersonPage.objects.get(staff_member=story.met["staff"][key], locale__language_code=pages.ENGLISH)
        education = "\n".join(one.get("education", []))
        translate(
            page, SPANISH, **{**one, "title": page.title, "education": education}, **_same(page, "license_number")
        )


def _tips(tips: dict[str, dict[str, Any]]) -> None:
    """Translate the tips that are out; their sources are papers in English, named as they are."""
    for page in TipPage.objects.live().filter(slug__in=tips, locale__language_code=pages.ENGLISH):
        said = {name: words.strip() for name, words in tips[page.slug].items()}
        translate(page, SPANISH, **said, search_description=said["lede"], **_same(page, "sources"))


def _events(story: Story, events: dict[str, dict[str, Any]]) -> None:
    for page in EventPage.objects.filter(slug__in=events, locale__language_code=pages.ENGLISH).order_by("ref"):
        said = events[page.slug]
        same = _same(page, "address_there")
        translate(page, SPANISH, ref=story.ref("EV"), **said, search_description=said["lede"], **same)


def _same(page: Page, name: str) -> dict[str, Any]:
    return {name: getattr(page, name)}
