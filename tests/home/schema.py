"""What schema.org and the search engines ask of the things that we describe: a table of our own, with its sources.

Types and properties: https://schema.org/<Type>. Required: https://developers.google.com/search/docs/appearance/structured-data/
local-business, article, breadcrumb, faqpage, event; for reviewed advice https://schema.org/MedicalWebPage.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

URL = re.compile(r"https?://[^\s<>\"]+")
DATE, TIME = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d"
THING = {"name", "url", "description", "image", "@id", "alternateName", "mainEntityOfPage"}
ORGANIZATION = THING | {"legalName", "address", "telephone", "subOrganization"}
PLACE = {"geo", "hasMap", "openingHoursSpecification", "specialOpeningHoursSpecification", "address", "telephone"}
ARTICLE = THING | {"headline", "author", "publisher", "datePublished", "dateModified", "inLanguage", "citation"}
# type: what it must have, and what else it may have
TYPES: dict[str, tuple[set[str], set[str]]] = {
    "Dentist": ({"name", "url"}, ORGANIZATION | PLACE),  # https://schema.org/Dentist
    "MedicalClinic": ({"name", "url"}, ORGANIZATION | PLACE),  # https://schema.org/MedicalClinic
    "Organization": ({"name", "url"}, ORGANIZATION),
    "PostalAddress": (
        {"streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry"},
        set(),
    ),
    "GeoCoordinates": ({"latitude", "longitude"}, set()),
    "OpeningHoursSpecification": ({"opens", "closes"}, {"dayOfWeek", "validFrom", "validThrough"}),
    "Place": ({"name", "address"}, THING | PLACE),
    "Person": ({"name"}, THING | {"jobTitle", "worksFor", "knowsLanguage"}),
    "FAQPage": ({"mainEntity"}, THING),
    "Question": ({"name", "acceptedAnswer"}, set()),
    "Answer": ({"text"}, set()),
    "BreadcrumbList": ({"itemListElement"}, set()),
    "ListItem": ({"position", "name", "item"}, set()),
    "Service": ({"name", "provider"}, THING | {"serviceType"}),
    "Article": ({"headline", "author"}, ARTICLE),
    "MedicalWebPage": (set(), ARTICLE | {"reviewedBy", "lastReviewed"}),  # both of WebPage
    "Event": (
        {"name", "startDate", "location", "eventStatus"},
        THING | {"endDate", "eventAttendanceMode", "organizer", "offers", "isAccessibleForFree"},
    ),
    "Offer": ({"price", "priceCurrency"}, {"availability", "url"}),
}
# property: the types its value may have, or the shape of its text
VALUES: dict[str, set[str] | str] = {
    "address": {"PostalAddress"},
    "geo": {"GeoCoordinates"},
    "openingHoursSpecification": {"OpeningHoursSpecification"},
    "specialOpeningHoursSpecification": {"OpeningHoursSpecification"},
    "subOrganization": {"Dentist", "MedicalClinic"},
    "worksFor": {"Dentist", "MedicalClinic", "Organization"},
    "provider": {"Dentist", "MedicalClinic", "Organization"},
    "organizer": {"Dentist", "MedicalClinic", "Organization"},
    "author": {"Dentist", "MedicalClinic", "Organization"},
    "publisher": {"Dentist", "MedicalClinic", "Organization"},
    "reviewedBy": {"Person"},
    "acceptedAnswer": {"Answer"},
    "offers": {"Offer"},
    "itemListElement": {"ListItem"},
    "location": {"Place"},
    "dayOfWeek": r"https://schema\.org/(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
    "opens": TIME,
    "closes": TIME,
    "validFrom": DATE,
    "validThrough": DATE,
    "lastReviewed": DATE,
    "telephone": r"\+1\d{10}(;ext=\d+)?",
    "eventStatus": r"https://schema\.org/Event(Scheduled|Cancelled|Postponed|Rescheduled)",
    "eventAttendanceMode": r"https://schema\.org/(Offline|Online|Mixed)EventAttendanceMode",
    "availability": r"https://schema\.org/(InStock|SoldOut)",
    "addressRegion": r"[A-Z]{2}",
    "addressCountry": r"[A-Z]{2}",
    "priceCurrency": r"[A-Z]{3}",
    **dict.fromkeys(("url", "item", "@id", "mainEntityOfPage", "image"), URL.pattern),
}
MOMENTS = {"datePublished", "dateModified", "startDate", "endDate"}


class Data(HTMLParser):
    """Reads the data blocks of a page, as a search engine does."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[str] = []
        self.scripts = 0
        self._is_data = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a block begins, and every script that is none."""
        if tag == "script":
            self._is_data = dict(attrs).get("type") == "application/ld+json"
            self.blocks.extend([""] if self._is_data else [])
            self.scripts += not self._is_data

    def handle_data(self, data: str) -> None:
        """Keep the text of a block."""
        if self._is_data:
            self.blocks[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Note where a block ends."""
        self._is_data = self._is_data and tag != "script"


def things_of(html: str) -> list[dict[str, Any]]:
    """Return the things of a page, each checked; a page has one block at most."""
    data = Data(html)
    assert len(data.blocks) <= 1
    if not data.blocks:
        return []
    block = json.loads(data.blocks[0])
    assert block["@context"] == "https://schema.org"
    wrong = [line for thing in block["@graph"] for line in problems(thing)]
    assert wrong == [], "\n".join(wrong)
    found: list[dict[str, Any]] = block["@graph"]
    return found


def of_type(things: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return the one thing of a kind."""
    (found,) = [thing for thing in things if kind in _types(thing)]
    return found


def problems(thing: dict[str, Any], where: str = "") -> list[str]:
    """Return what is wrong with a thing and all within it, a line each."""
    types = _types(thing)
    where = f"{where}/{'+'.join(types)}"
    if unknown := [kind for kind in types if kind not in TYPES]:
        return [f"{where}: no such type {unknown}"]
    needed = set().union(*(TYPES[kind][0] for kind in types))
    allowed = needed.union({"@type"}, *(TYPES[kind][1] for kind in types))
    lines = [f"{where}: {name} is missing" for name in needed - set(thing)]
    lines += [f"{where}: {name} is none of its properties" for name in set(thing) - allowed]
    for name, value in thing.items():
        for one in value if isinstance(value, list) else [value]:
            lines += _wrong(name, one, f"{where}.{name}")
    return lines


def _types(thing: dict[str, Any]) -> list[str]:
    types = thing.get("@type", [])
    return types if isinstance(types, list) else [types]


def _wrong(name: str, value: Any, where: str) -> list[str]:
    expected = VALUES.get(name)
    if isinstance(value, dict):
        lines = problems(value, where)
        if isinstance(expected, set) and not expected & set(_types(value)):
            lines.append(f"{where}: {_types(value)} is none of {expected}")
        return lines
    if isinstance(expected, set) or value in ("", None):
        return [f"{where}: {value!r}"]
    if name in MOMENTS:
        return [] if _is_moment(value) else [f"{where}: {value!r} is no moment"]
    if isinstance(expected, str) and not re.fullmatch(expected, str(value)):
        return [f"{where}: {value!r} does not look like {expected}"]
    return []


def _is_moment(value: str) -> bool:
    if re.fullmatch(DATE, value):
        return bool(date.fromisoformat(value))
    return datetime.fromisoformat(value).tzinfo is not None
