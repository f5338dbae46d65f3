"""The public pages besides the letters: who works here, plans, events, and what was said of the practice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wagtail.models import Page

from content.actions import withdraw_testimonial
from content.testimonials import Testimonial
from home.demo.seed.landscapes import BRANCH, BRANCH_ES, branch
from home.demo.seed.portraits import portrait
from home.demo.seed.shelves import picture
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from home.models import HomePage, PersonPage
from newsletter.editions.models import EventIndexPage, EventPage
from practice.models import Provider
from practice.plans import Plan

WORDING = "2026-01"
AGREED = "I agree that Juniper Row shows these words with the name above. I may take this back at any time."


def tell(story: Story) -> None:
    """Fill the pages that planting left with few words."""
    words = texts("public")
    _plans(story, words["plans"])
    _people(story, words["people"])
    _events(story, words["events"])
    _said(story, words["testimonials"])


def _plans(story: Story, plans: list[dict[str, Any]]) -> None:
    checked_on = story.days_on(story.today, -14)
    for place, one in enumerate(plans):
        Plan.objects.create(ref=story.ref("PL"), order=10 * (place + 1), checked_on=checked_on, **one)


def _people(story: Story, people: dict[str, dict[str, Any]]) -> None:
    Provider.objects.update(new_patients_as_of=story.days_on(story.today, -2))
    Provider.objects.filter(staff_member=story.met["staff"]["okafor"]).update(takes_new_patients=False)
    for key, one in people.items():
        member = story.met["staff"][key]
        page = PersonPage.objects.get(staff_member=member)
        page.quote, page.languages = one["quote"], one["languages"]
        page.education, page.license_number = "\n".join(one.get("education", [])), one.get("license_number", "")
        page.body = f"<p>{member.bio}</p>"
        page.photo = picture(
            f"{member.slug}.jpg",
            title=f"Portrait of {member.name}",
            alt=one["portrait"],
            alt_es=one["portrait_es"],
            drawn=portrait(key),
        )
        page.save_revision().publish()


def _events(story: Story, events: list[dict[str, Any]]) -> None:
    index = EventIndexPage.objects.get()
    for one in events:
        plain = {name: one[name] for name in one.keys() - {"days", "hour", "minutes", "month"}}
        begins = story.at(story.practice_day(story.today + timedelta(days=one["days"])), one["hour"], 30)
        page = EventPage(
            ref=story.ref("EV"),
            starts_at=begins,
            ends_at=begins + timedelta(minutes=one["minutes"]),
            location=story.met["location"],
            picture=picture(
                f"event-{one['slug']}.jpg",
                title=one["title"],
                alt=BRANCH,
                alt_es=BRANCH_ES,
                drawn=branch(one["month"]),
            ),
            search_description=one["lede"],
            **plain,
        )
        index.add_child(instance=page)
        page.save_revision().publish()
        at = min(begins - timedelta(days=40), story.now - timedelta(days=1))
        Page.objects.filter(pk=page.pk).update(first_published_at=at, last_published_at=at)


def _said(story: Story, testimonials: list[dict[str, Any]]) -> None:
    home = HomePage.objects.get()
    by = story.met["staff"]["hannah"].user
    for one in testimonials:
        given_on = story.today - timedelta(days=one["days"])
        said = Testimonial.objects.create(
            ref=story.ref("TE"),
            kind=one["kind"],
            words=one["words"],
            shown_name=one["shown_name"],
            stars=one.get("stars"),
            given_on=given_on,
            consent_wording=WORDING,
            consent_text=AGREED,
            consented_on=given_on + timedelta(days=1),
            consent_evidence="Paper form of the demo, binder 1",
            is_shown=True,
        )
        if "withdrawn" in one:
            withdraw_testimonial(testimonial=said, by=by, on=story.today - timedelta(days=one["withdrawn"]))
        elif home.testimonial is None:
            home.testimonial = said
    home.save_revision().publish()
