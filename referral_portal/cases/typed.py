"""What people type: a patient's line from another program, and dates that may be read in two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from practice import clocks

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june"),
            *("jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
OLDEST = 120
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_FIGURES = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b")
_NAMED = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})\b")
_PHONE = re.compile(r"(?:\+?1[\s.\-]?)?\(?\d{3}\)?[\s.\-]?\d{3}[\s.\-]?\d{4}\b")


@dataclass(frozen=True)
class Line:
    """What a line about a patient says."""

    given_name: str
    family_name: str
    days: tuple[date, ...]
    phone: str


def days_in(text: str, today: date | None = None) -> tuple[date, ...]:
    """Return the days that `text` may mean, the American reading first; more than one must be asked."""
    return _found(text, today or clocks.today())[0]


def line(text: str, today: date | None = None) -> Line:
    """Return what a pasted line says: name, birth date and phone in any order, `Last, First` understood."""
    days, without_day = _found(text, today or clocks.today())
    phone = ""
    if match := _PHONE.search(without_day):
        phone = match.group()
        without_day = without_day[: match.start()] + " ; " + without_day[match.end() :]
    words = re.sub(r"\b(dob|born|phone|tel|cell|mobile|ph)\b[.:]?", " ", without_day, flags=re.IGNORECASE)
    name = " ".join(re.sub(r"[^\w\s,.'\u2019\-]", " ", re.sub(r"[\d;|\t]", " ", words)).split()).strip(" ,.-")
    if "," in name:
        family, _comma, given = name.partition(",")
    else:
        given, _blank, family = name.partition(" ")
    return Line(given.strip(" ,"), family.strip(" ,"), days, phone.strip())


def phone_shown(text: str) -> str:
    """Return an American number as (360) 555-0188, anything else as typed."""
    figures = re.sub(r"\D", "", text)
    if len(figures) == 11 and figures.startswith("1"):
        figures = figures[1:]
    return f"({figures[:3]}) {figures[3:6]}-{figures[6:]}" if len(figures) == 10 else text.strip()


def _found(text: str, today: date) -> tuple[tuple[date, ...], str]:
    for pattern, read in ((_ISO, _read_iso), (_NAMED, _read_named), (_FIGURES, _read_figures)):
        if match := pattern.search(text):
            days = tuple(day for day in read(match.groups(), today) if _is_birth_date(day, today))
            if days:
                return days, f"{text[: match.start()]} ; {text[match.end() :]}"
    return (), text


def _read_iso(parts: tuple[str, ...], today: date) -> list[date]:
    return _day(int(parts[0]), int(parts[1]), int(parts[2]))


def _read_named(parts: tuple[str, ...], today: date) -> list[date]:
    month = MONTHS.get(parts[0].lower())
    return _day(int(parts[2]), month, int(parts[1])) if month else []


def _read_figures(parts: tuple[str, ...], today: date) -> list[date]:
    first, second, year = int(parts[0]), int(parts[1]), int(parts[2])
    if len(parts[2]) == 2:
        year += today.year // 100 * 100
        if year > today.year:
            year -= 100
    return list(dict.fromkeys([*_day(year, first, second), *_day(year, second, first)]))


def _day(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


def _is_birth_date(day: date, today: date) -> bool:
    return day <= today and today.year - day.year <= OLDEST
