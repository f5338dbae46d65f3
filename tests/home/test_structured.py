"""What pages say of themselves to search engines: true, valid, the same as the page shows, and never run."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from content import structured
from home.models import HomePage, ServicePage
from newsletter.editions.models import TipPage
from practice.models import Location, Practice
from tests.factories.practice import closed
from tests.home.schema import Data, of_type, problems, things_of

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "--> ]]> <![CDATA[",
    "\u2028\u2029\\u003c",
    "\\\"'`${alert(1)}",
    "&lt;/script&gt; &amp;",
    "{{ 7|add:7 }}{% debug %}",
    "</SCRIPT\t>",
    "😀 é ñ א",
)
PATHS = ("/services/", "/services/root-canal/", "/team/", "/contact/", "/for-offices/", "/privacy/", "/health-tips/")


def page(client: Client, path: str) -> str:
    """Return the page at `path`, which answers 200."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_home_page_says_who_where_and_when(
    site: HomePage, location: Location, client: Client, time_machine: Any
) -> None:
    time_machine.move_to("2026-11-23T18:00:00Z")
    closed(location, date(2026, 11, 26), "Thanksgiving")
    closed(location, date(2027, 7, 4), "Independence Day")
    html = page(client, "/")
    found = of_type(things_of(html), "Dentist")
    assert found["name"] == Practice.objects.get().legal_name
    assert found["url"] == "http://127.0.0.1:8000/"
    assert f'href="tel:{found["telephone"]}"' in html
    address = found["address"]
    for part in ("streetAddress", "addressLocality", "postalCode"):
        assert address[part] in html
    week = [
        (day, span["opens"], span["closes"]) for span in found["openingHoursSpecification"] for day in span["dayOfWeek"]
    ]
    assert sorted(week) == sorted(
        (f"https://schema.org/{structured.DAYS[span.weekday]}", f"{span.opens:%H:%M}", f"{span.closes:%H:%M}")
        for span in location.hours.all()
    )
    (holiday,) = found["specialOpeningHoursSpecification"]
    assert (holiday["validFrom"], holiday["opens"], holiday["closes"]) == ("2026-11-26", "00:00", "00:00")
    assert "geo" not in found


def test_without_a_point_the_map_is_asked_for_the_address(site: HomePage, location: Location, client: Client) -> None:
    assert location.map_url.startswith("https://www.openstreetmap.org/search?query=14+Juniper+Row")
    assert location.map_url in page(client, "/contact/").replace("&amp;", "&")


def test_a_medical_practice_with_two_places_says_so(site: HomePage, location: Location, client: Client) -> None:
    Practice.objects.update(kind=Practice.Kind.CLINIC)
    Location.objects.update(latitude=Decimal("48.512345"), longitude=Decimal("-122.6"))
    other = Location.objects.create(
        practice=location.practice,
        name="Harbor",
        street="2 Pier Road",
        city="Port Ellery",
        state="WA",
        zip_code="98001",
    )
    other.hours.create(weekday=6, opens=time(9), closes=time(12))
    found = of_type(things_of(page(client, "/contact/")), "MedicalClinic")
    assert found["geo"] == {"@type": "GeoCoordinates", "latitude": 48.512345, "longitude": -122.6}
    assert found["hasMap"] == Location.objects.get(pk=location.pk).map_url
    assert "mlat=48.512345&mlon=-122.600000" in found["hasMap"]
    (branch,) = found["subOrganization"]
    assert branch["name"] == "Harbor"
    assert branch["openingHoursSpecification"][0]["dayOfWeek"] == ["https://schema.org/Sunday"]
    assert "telephone" not in branch


def test_before_there_is_a_practice_nothing_is_said_of_it() -> None:
    nobody = structured.Who(None, None)
    assert nobody.full == []
    assert problems(nobody.brief) == []


def test_a_service_says_what_people_ask(site: HomePage, client: Client) -> None:
    html = page(client, "/services/root-canal/")
    things = things_of(html)
    service = ServicePage.objects.get(slug="root-canal")
    asked = of_type(things, "FAQPage")["mainEntity"]
    assert [one["name"] for one in asked] == [block.value["question"] for block in service.questions]
    for one in asked:
        assert escape(one["name"]) in html
        assert escape(one["acceptedAnswer"]["text"]) in html
    assert of_type(things, "Service")["name"] == service.service.name


def test_a_service_that_nobody_asked_about_has_no_questions(site: HomePage, client: Client) -> None:
    assert not [thing for thing in things_of(page(client, "/services/house-calls/")) if thing["@type"] == "FAQPage"]


def test_a_tip_says_who_checked_it_and_when(tip: TipPage, client: Client) -> None:
    tip.sources = "A journal, 2024\n\nA guideline"
    tip.save()
    html = page(client, tip.url)
    found = of_type(things_of(html), "MedicalWebPage")
    assert found["@type"] == ["Article", "MedicalWebPage"]
    assert (found["headline"], found["description"]) == (tip.title, tip.lede)
    assert found["reviewedBy"]["name"] == tip.reviewer.name
    assert f'datetime="{found["lastReviewed"]}"' in html
    assert found["citation"] == ["A journal, 2024", "A guideline"]
    assert found["publisher"]["@id"] == "http://127.0.0.1:8000/#practice"


def test_a_tip_that_nobody_checked_does_not_claim_it(tip: TipPage, client: Client) -> None:
    TipPage.objects.update(reviewer=None, reviewed_on=None)
    found = of_type(things_of(page(client, tip.url)), "MedicalWebPage")
    assert not {"reviewedBy", "lastReviewed"} & set(found)


def test_every_page_but_the_first_says_the_way_to_it(tip: TipPage, client: Client) -> None:
    assert all(thing["@type"] != "BreadcrumbList" for thing in things_of(page(client, "/")))
    for path in (*PATHS, tip.url):
        steps = of_type(things_of(page(client, path)), "BreadcrumbList")["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert steps[0]["item"] == "http://127.0.0.1:8000/"
        assert steps[-1]["item"] == f"http://127.0.0.1:8000{path}"
        assert all(path.startswith(step["item"].removeprefix("http://127.0.0.1:8000")) for step in steps)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_data(tip: TipPage, client: Client, words: str) -> None:
    TipPage.objects.update(title=words, lede=words, sources=words.replace("\u2028", " ").replace("\u2029", " "))
    service = ServicePage.objects.get(slug="root-canal")
    service.questions = [("question", {"question": words[:60], "answer": f"<p>{escape(words)}</p>"})]
    service.save()
    Practice.objects.update(legal_name=words, name=words)
    for path in ("/", "/services/root-canal/", tip.url):
        html = page(client, path)
        data = Data(html)
        assert data.scripts == 0, path
        (block,) = data.blocks
        assert not set(block) & set("<>&\u2028\u2029")
        things_of(html)
    assert of_type(things_of(page(client, tip.url)), "MedicalWebPage")["headline"] == words


def test_what_is_written_can_be_read_back() -> None:
    for words in HOSTILE:
        assert json.loads(structured.written({"name": words})) == {"name": words}


def test_answers_are_told_without_markup() -> None:
    assert structured.plain("<p>One&nbsp;&amp; two.</p><ul><li>Three</li></ul>") == "One & two. Three"


def test_an_event_says_whether_it_takes_place() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    class Told:
        title, address, description = "Open house", "http://127.0.0.1:8000/events/open-house/", "Come in."

    zone = ZoneInfo("America/Los_Angeles")
    at = {
        "@type": "Place",
        "name": "Here",
        "address": structured.postal(Location(street="1 A", city="B", state="WA", zip_code="9")),
    }
    told: dict[str, Any] = {"words": "Come.", "starts": datetime(2026, 12, 1, 18, tzinfo=zone), "at": at}
    free = structured.event(Told(), structured.Who(None, None), **told, ends=None, is_free=True)
    assert problems(free) == []
    assert free["startDate"] == "2026-12-01T18:00:00-08:00"
    assert free["offers"]["price"] == 0
    assert free["eventStatus"].endswith("EventScheduled")
    off = structured.event(Told(), structured.Who(None, None), **told, ends=told["starts"], is_off=True)
    assert problems(off) == []
    assert off["eventStatus"].endswith("EventCancelled")
    assert "offers" not in off


def test_a_search_and_an_error_say_nothing(site: HomePage, client: Client) -> None:
    for path in ("/search/?q=root", "/no-such-page/"):
        assert Data(client.get(path).content.decode()).blocks == []
