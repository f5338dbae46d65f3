"""An event as a file that calendars read (RFC 5545), by the clock of the place where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

MADE_BY = "-//Goodword//Events//EN"


@dataclass(frozen=True)
class CalendarEntry:
    """What stands in a calendar; the same `uid` for ever, and a higher `sequence` with each change."""

    uid: str
    sequence: int
    title: str
    text: str
    url: str
    begins: datetime
    ends: datetime
    where: str
    changed_at: datetime
    is_canceled: bool


def file_of(entry: CalendarEntry) -> bytes:
    """Return the file: one event with its time zone, or the word to calendars that it is off."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.begins)
    event.add("dtend", entry.ends)
    event.add("summary", entry.title)
    event.add("description", f"{entry.text}\n{entry.url}")
    event.add("url", entry.url)
    event.add("location", entry.where)
    event.add("status", "CANCELLED" if entry.is_canceled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.is_canceled else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    file: bytes = calendar.to_ical()
    return file
