"""The pages once more, in Spanish, and what the practice says of itself in a few words."""

from __future__ import annotations

from home import pages
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from practice.models import Closure, Practice, Service, StaffMember
from practice.plans import Plan


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
    pages.plant(story.met["practice"], language="es")
