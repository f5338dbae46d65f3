"""Events: what is coming, what has been, and a calendar file that follows every change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from icalendar import Calendar

from newsletter.editions.models import EventPage
from practice.models import Location
from tests.factories import editions

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert('x')</script>\"'&{{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def now(time_machine: Any) -> datetime:
    """Let it be a morning in November 2026."""
    time_machine.move_to("2026-11-23T17:00:00Z")
    return datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture
def evening(location: Location) -> EventPage:
    """Return an evening in December."""
    return editions.event(location)


def page(client: Client, path: str) -> str:
    """Return the page at `path`, which answers 200."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def calendar_of(client: Client, event: EventPage) -> tuple[Calendar, Any]:
    """Return the event's calendar file and the event in it."""
    answer = client.get(f"{event.url}event.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    return read, read.walk("VEVENT")[0]


def test_an_event_says_when_by_the_clock_there_and_where(evening: EventPage, client: Client) -> None:
    html = page(client, "/events/implants-explained/")
    for words in (
        "Thursday, December 10, 2026",
        "5:30 PM – 7:00 PM PST",
        "Juniper Row",
        "14 Juniper Row, Port Ellery, WA 98399",
        "Free",
        'href="/events/implants-explained/event.ics"',
        "Add to your calendar",
    ):
        assert words in html, words


def test_what_is_coming_stands_first_and_what_has_been_below_by_year(location: Location, client: Client) -> None:
    for title, days in (("Later", 30), ("Sooner", 3), ("Past", -20), ("Long past", -400)):
        begins = datetime(2026, 11, 23, 20, tzinfo=UTC) + timedelta(days=days)
        slug = title.lower().replace(" ", "-")
        editions.event(location, title=title, slug=slug, starts_at=begins, ends_at=begins + timedelta(hours=1))
    html = page(client, "/events/")
    places = [
        html.index(words) for words in (">Sooner<", ">Later<", "Past events, 2026", ">Past<", "Past events, 2025")
    ]
    assert places == sorted(places)
    assert html.index(">Long past<") > places[-1]


def test_an_event_that_goes_on_is_still_coming(location: Location, now: datetime, client: Client) -> None:
    editions.event(location, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    assert "Past events" not in page(client, "/events/")


def test_before_there_is_an_event_the_list_says_so(location: Location, client: Client) -> None:
    editions.event_index()
    assert "Nothing is planned right now." in page(client, "/events/")


def test_full_and_canceled_are_said_in_words(evening: EventPage, client: Client) -> None:
    evening.is_full = True
    evening.save_revision().publish()
    assert ">Full<" in page(client, "/events/")
    assert "Every seat is taken." in page(client, evening.url)
    evening.is_canceled, evening.canceled_why = True, "We try again in spring."
    evening.save_revision().publish()
    assert ">Canceled<" in page(client, "/events/")
    html = page(client, evening.url)
    assert "This event is canceled." in html
    assert "We try again in spring." in html
    assert "EventCancelled" in html
    assert "Take it off your calendar" in html


def test_an_event_that_is_over_says_so(evening: EventPage, client: Client, time_machine: Any) -> None:
    time_machine.move_to("2026-12-12T00:00:00Z")
    html = page(client, evening.url)
    assert "This event is over." in html
    assert "event.ics" not in html


def test_the_calendar_file_carries_its_zone_and_its_name(evening: EventPage, client: Client) -> None:
    read, event = calendar_of(client, evening)
    assert event["UID"] == f"{evening.ref.lower()}@juniper-row.example"
    assert event.decoded("DTSTART") == evening.starts_at
    assert event["DTSTART"].params["TZID"] == "America/Los_Angeles"
    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["America/Los_Angeles"]
    assert (event["SEQUENCE"], str(event["STATUS"]), str(read["METHOD"])) == (0, "CONFIRMED", "PUBLISH")
    assert "14 Juniper Row" in event["LOCATION"]
    assert str(event["URL"]).endswith("/events/implants-explained/")


def test_a_change_counts_up_and_the_name_stays(evening: EventPage, client: Client) -> None:
    uid = calendar_of(client, evening)[1]["UID"]
    evening.body = "<p>Bring your questions.</p>"
    evening.save_revision().publish()
    assert calendar_of(client, evening)[1]["SEQUENCE"] == 0
    evening.starts_at += timedelta(minutes=15)
    evening.save_revision().publish()
    assert calendar_of(client, evening)[1]["SEQUENCE"] == 1
    evening.is_canceled = True
    evening.save_revision().publish()
    read, event = calendar_of(client, evening)
    assert (event["SEQUENCE"], str(event["STATUS"]), str(read["METHOD"])) == (2, "CANCELLED", "CANCEL")
    assert event["UID"] == uid


def test_an_old_draft_never_counts_down(evening: EventPage, client: Client) -> None:
    draft = evening.save_revision()
    evening.starts_at += timedelta(minutes=15)
    evening.save_revision().publish()
    draft.publish()
    assert EventPage.objects.get().sequence == 2


def test_an_event_somewhere_else_names_that_place(location: Location, client: Client) -> None:
    event = editions.event(location, place="Port Ellery Library", address_there="3 Harbor Street", price="$5")
    html = page(client, event.url)
    assert "Port Ellery Library<br>3 Harbor Street" in html
    assert "$5" in html
    assert calendar_of(client, event)[1]["LOCATION"] == "Port Ellery Library, 3 Harbor Street"


def test_an_event_over_midnight_names_both_days(location: Location, client: Client) -> None:
    begins = datetime(2026, 12, 31, 22, tzinfo=location.zone)
    event = editions.event(location, starts_at=begins, ends_at=begins + timedelta(hours=3))
    assert event.hours == "10:00 PM – Fri, Jan 1, 1:00 AM PST"


def test_what_is_not_published_or_not_known_is_not_there(evening: EventPage, client: Client) -> None:
    assert client.get("/events/nothing/").status_code == 404
    assert client.get("/events/nothing/event.ics").status_code == 404
    assert client.get(f"{evening.url}other.ics").status_code == 404
    evening.unpublish()
    assert client.get("/events/implants-explained/").status_code == 404
    assert client.get("/events/implants-explained/event.ics").status_code == 404


def test_an_event_ends_after_it_begins(location: Location) -> None:
    begins = datetime(2026, 12, 10, 17, 30, tzinfo=UTC)
    with pytest.raises(ValidationError, match="The end comes after the beginning"):
        editions.event(location, starts_at=begins, ends_at=begins)


def test_the_database_refuses_an_event_that_ends_first(evening: EventPage) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPage.objects.update(ends_at=evening.starts_at)


def test_hostile_words_stay_words_on_the_page_and_in_the_file(location: Location, client: Client) -> None:
    words = {"lede": HOSTILE, "place": HOSTILE, "address_there": f"a\nEND:VEVENT;{HOSTILE}", "joining": HOSTILE}
    event = editions.event(location, title=HOSTILE, slug="hostile", **words)
    for path in ("/events/", event.url):
        assert "<script>alert" not in page(client, path)
    read, found = calendar_of(client, event)
    assert str(found["SUMMARY"]) == HOSTILE
    assert len(read.walk("VEVENT")) == 1


def test_more_events_ask_no_more_of_the_database(
    location: Location, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        editions.event(location, title=f"Evening {number}", slug=f"evening-{number}")
    client.get("/events/")
    with django_assert_max_num_queries(20):
        page(client, "/events/")
