"""What a page says of itself to search engines: things of schema.org as JSON-LD, with nothing that the page hides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any, Protocol
from urllib.parse import urljoin

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content import languages
from practice.models import Location, OpeningHours, Practice, Provider, StaffMember

Thing = dict[str, Any]
CONTEXT = "https://schema.org"
TYPES = {Practice.Kind.DENTIST: "Dentist", Practice.Kind.CLINIC: "MedicalClinic"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSURES_AHEAD = timedelta(days=21)  # as far as the page announces them
# Inside a script element these would end it, open a comment, or end a line in older readers.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Describes(Protocol):
    """A page that says of itself what it is."""

    title: str
    depth: int

    @property
    def address(self) -> str:
        """Return its full address."""

    @property
    def description(self) -> str:
        """Return one or two sentences on it."""

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """Return the way to it."""

    def structured(self, who: Who) -> list[Thing]:
        """Return what is on it."""


@dataclass(frozen=True)
class Who:
    """Whose site it is; either may be missing before the practice is set up."""

    practice: Practice | None
    location: Location | None

    @property
    def kind(self) -> str:
        """Return the type of the practice among those of schema.org."""
        return TYPES.get(Practice.Kind(self.practice.kind), "Dentist") if self.practice else "Organization"

    @property
    def brief(self) -> Thing:
        """Return the practice as other things refer to it."""
        name = self.practice.legal_name if self.practice else settings.SITE_URL
        return {
            "@type": self.kind,
            "@id": f"{settings.SITE_URL}/#practice",
            "name": name,
            "url": f"{settings.SITE_URL}/",
        }

    @property
    def full(self) -> list[Thing]:
        """Return the practice with all of its places; nothing before it is set up."""
        if not self.practice or not self.location:
            return []
        others = Location.objects.exclude(pk=self.location.pk).prefetch_related("hours", "closures")
        home = f"{settings.SITE_URL}/"
        branches = [{"@type": self.kind, "name": other.name, "url": home, **place(other)} for other in others]
        return [
            {
                **self.brief,
                "legalName": self.practice.legal_name,
                "alternateName": self.practice.name,
                **({"description": self.practice.shown_descriptor} if self.practice.descriptor else {}),
                **place(self.location),
                **({"subOrganization": branches} if branches else {}),
            }
        ]


def postal(location: Location) -> Thing:
    """Return the address of a location."""
    return {
        "@type": "PostalAddress",
        "streetAddress": location.street,
        "addressLocality": location.city,
        "addressRegion": location.state,
        "postalCode": location.zip_code,
        "addressCountry": "US",
    }


def place(location: Location) -> Thing:
    """Return where a location is, its phone, when it is open and on which of the next days it is not."""
    found: Thing = {"address": postal(location)}
    if location.phone:
        found["telephone"] = location.phone_uri.removeprefix("tel:")
    if location.latitude is not None and location.longitude is not None:
        at = {"latitude": float(location.latitude), "longitude": float(location.longitude)}
        found |= {"geo": {"@type": "GeoCoordinates", **at}, "hasMap": location.map_url}
    if hours := _hours(location.hours.all()):
        found["openingHoursSpecification"] = hours
    if closed := [_closed(closure.on) for closure in location.next_closures]:
        found["specialOpeningHoursSpecification"] = closed
    return found


def _hours(spans: Iterable[OpeningHours]) -> list[Thing]:
    by_time: dict[tuple[str, str], list[str]] = {}
    for span in spans:
        times = (f"{span.opens:%H:%M}", f"{span.closes:%H:%M}")
        by_time.setdefault(times, []).append(f"{CONTEXT}/{DAYS[span.weekday]}")
    return [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": opens, "closes": closes}
        for (opens, closes), days in by_time.items()
    ]


def _closed(day: date) -> Thing:
    # a day without hours is written as one that opens and closes at midnight
    times = {"opens": "00:00", "closes": "00:00"}
    return {"@type": "OpeningHoursSpecification", **times, "validFrom": f"{day}", "validThrough": f"{day}"}


def breadcrumbs(page: Describes) -> list[Thing]:
    """Return the way from the home page to a page; nothing for the home page itself."""
    if page.depth <= 2 or not page.address:
        return []
    way = [(_("Home"), f"{settings.SITE_URL}{languages.in_language('/', languages.current())}")]
    way += [(crumb["label"], urljoin(f"{settings.SITE_URL}/", crumb["url"])) for crumb in page.crumbs[:-1]]
    way += [(page.crumbs[-1]["label"], page.address)]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(way, 1)
    ]
    return [{"@type": "BreadcrumbList", "itemListElement": items}]


def plain(html: object) -> str:
    """Return the words of a piece of HTML, one space between."""
    return " ".join(unescape(strip_tags(re.sub(r"<", " <", str(html)))).split())


def person(member: StaffMember, who: Who, *, address: str = "", image: str = "") -> Thing:
    """Return somebody who works here.

    Args:
        member: who it is.
        who: where they work.
        address: the page about them; empty where there is none.
        image: their picture's address; empty where there is none.
    """
    more = {"jobTitle": member.shown_title, "description": plain(member.bio), "url": address, "image": image}
    found: Thing = {"@type": "Person", "name": member.name, **{key: words for key, words in more.items() if words}}
    return {**found, "worksFor": who.brief}


def questions(asked: Sequence[tuple[str, object]]) -> list[Thing]:
    """Return questions and their answers (HTML) as one FAQPage; nothing where none is asked."""
    if not asked:
        return []
    return [
        {
            "@type": "FAQPage",
            "mainEntity": [
                {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": plain(answer)}}
                for name, answer in asked
            ],
        }
    ]


def service(page: Describes, who: Who, *, name: str) -> Thing:
    """Return something that the practice does, as its page tells it."""
    found: Thing = {"@type": "Service", "name": name, "description": page.description, "url": page.address}
    return {**{key: words for key, words in found.items() if words}, "provider": who.brief}


def article(
    page: Describes, who: Who, *, title: str, words: str, published: date | None, changed: date | None, image: str = ""
) -> Thing:
    """Return something that the practice wrote.

    Args:
        page: where it is read.
        who: who wrote it.
        title: what it is called.
        words: one or two sentences on it.
        published: when it was first shown; None where it was not yet.
        changed: when it was last changed; None where it was not yet shown.
        image: the address of a picture of it.
    """
    latest = changed if changed and published and _day(changed) > _day(published) else published
    found: Thing = {
        "@type": "Article",
        "@id": f"{page.address}#article",
        "mainEntityOfPage": page.address,
        "url": page.address,
        "headline": title,
        "description": words,
        "datePublished": _moment(published),
        "dateModified": _moment(latest),
        "image": image,
        "inLanguage": get_language(),
        "author": who.brief,
        "publisher": who.brief,
    }
    return {key: value for key, value in found.items() if value}


def reviewed(thing: Thing, who: Who, *, by: Provider | None, on: date | None, sources: Sequence[str]) -> Thing:
    """Return an article as medical advice that a clinician has read, with its sources."""
    found: Thing = {**thing, "@type": ["Article", "MedicalWebPage"]}
    if by is not None and on is not None:
        reviewer: Thing = {"@type": "Person", "name": by.name, "worksFor": who.brief}
        if by.specialty:
            reviewer["jobTitle"] = by.specialty
        found |= {"lastReviewed": f"{on}", "reviewedBy": reviewer}
    return {**found, "citation": list(sources)} if sources else found


def event(
    page: Describes,
    who: Who,
    *,
    words: str,
    starts: datetime,
    ends: datetime | None,
    at: Thing,
    is_off: bool = False,
    is_free: bool = False,
    image: str = "",
) -> Thing:
    """Return something that takes place.

    Args:
        page: where it is told.
        who: who invites.
        words: one or two sentences on it.
        starts: when it begins, aware, in the zone of the place.
        ends: when it is over; None where nobody said.
        at: the Place.
        is_off: whether it was called off.
        is_free: whether it costs nothing.
        image: the address of a picture of it.
    """
    state = "EventCancelled" if is_off else "EventScheduled"
    found: Thing = {
        "@type": "Event",
        "name": page.title,
        "description": words,
        "url": page.address,
        "startDate": _moment(starts),
        "endDate": _moment(ends),
        "eventStatus": f"{CONTEXT}/{state}",
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "location": at,
        "image": image,
        "organizer": who.brief,
    }
    if is_free:
        free = {"price": 0, "priceCurrency": "USD", "availability": f"{CONTEXT}/InStock", "url": page.address}
        found |= {"isAccessibleForFree": True, "offers": {"@type": "Offer", **free}}
    return {key: value for key, value in found.items() if value}


def _moment(moment: date | None) -> str:
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds")
    return f"{moment}" if moment else ""


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def graph(page: Describes, who: Who) -> Thing:
    """Return all that a page says of itself; empty where it says nothing."""
    things = [*page.structured(who), *breadcrumbs(page)]
    return {"@context": CONTEXT, "@graph": things} if things else {}


def written(thing: Thing) -> str:
    """Return a thing as JSON that stays data inside a script element, whatever words are in it."""
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"), default=str).translate(ESCAPES)
