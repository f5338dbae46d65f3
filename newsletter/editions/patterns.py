"""The patterns that a new letter may begin with where no letter of the practice is one: monthly, holiday, news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from types import MappingProxyType
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.blocks.calls import FRIEND_AT_FIRST
from newsletter.editions.models import TipPage
from practice.models import Practice

SUBJECT = 120  # characters that the field holds
Blocks = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Begun:
    """What a pattern begins a letter with."""

    subject: str
    preheader: str
    blocks: Blocks


@dataclass(frozen=True)
class Pattern:
    """One way to begin: its name, what it is for, and what it makes."""

    name: str
    label: str | Promise
    about: str | Promise
    begin: Callable[[date, TipPage | None], Begun]


def _hero(heading: str, text: str) -> tuple[str, dict[str, Any]]:
    greeting = "Hello {first_name|there},"
    return "hero", {"picture": None, "eyebrow": "", "heading": heading, "greeting": greeting, "text": text}


def _header() -> tuple[str, dict[str, Any]]:
    return "header", {"line": ""}


def _friend() -> tuple[str, dict[str, Any]]:
    return "friend", dict(FRIEND_AT_FIRST)


def _call(heading: str, text: str) -> tuple[str, dict[str, Any]]:
    return "appointment_call", {"heading": heading, "text": text, "button": _("Pick a time"), "link": "/contact/"}


def _about_a_tip(tip: TipPage) -> Blocks:
    whole = {"tip": tip, "heading": "", "text": "", "button": _("Read the whole tip")}
    return [_hero(tip.title, f"<p>{escape(tip.lede)}</p>"), ("tip", whole)]


def _name() -> str:
    practice = Practice.get()
    return practice.name if practice else ""


def _monthly(day: date, tip: TipPage | None) -> Begun:
    month = date_format(day, "F")
    words = {"month": month, "practice": _name()}
    opening = _about_a_tip(tip) if tip else [_hero(_("Hello, %(month)s") % words, _("<p>What is on your mind?</p>"))]
    call = _call(_("Time for a check-up?"), _("<p>%(month)s still has room.</p>") % words)
    subject = tip.title if tip else _("Your %(month)s letter from %(practice)s") % words
    return Begun(
        subject, _("One tip, and room in %(month)s.") % words if tip else "", [_header(), *opening, call, _friend()]
    )


def _holiday(day: date, tip: TipPage | None) -> Begun:
    words = {"practice": _name()}
    heading = _("Warm wishes from all of us")
    closed = _("<p>Here is when we are closed, and whom to call in the meantime: {practice_phone|our number}.</p>")
    wish = ("holiday", {"heading": _("A peaceful season to you and yours."), "text": closed, "until": None})
    opening = [_hero(heading, _("<p>Thank you for your trust this year.</p>")), *(_about_a_tip(tip)[1:] if tip else [])]
    blocks = [_header(), *opening, wish, _friend()]
    return Begun(_("Warm wishes from %(practice)s") % words, _("And when we are open."), blocks)


def _news(day: date, tip: TipPage | None) -> Begun:
    words = {"practice": _name()}
    text = (
        "text",
        {"heading": _("What is new"), "text": _("<p>Say it in two sentences, and why it is good for them.</p>")},
    )
    more = _about_a_tip(tip)[1:] if tip else []
    blocks = [_header(), _hero(_("News from the house"), ""), text, *more, _friend()]
    return Begun(_("News from %(practice)s") % words, "", blocks)


PATTERNS: Mapping[str, Pattern] = MappingProxyType(
    {
        pattern.name: pattern
        for pattern in (
            Pattern(
                "monthly",
                gettext_lazy("Monthly letter"),
                gettext_lazy("An opening, the season’s tip, an invitation, tell a friend."),
                _monthly,
            ),
            Pattern(
                "holiday",
                gettext_lazy("Holiday greeting"),
                gettext_lazy("A wish, when you are closed, whom to call."),
                _holiday,
            ),
            Pattern(
                "news",
                gettext_lazy("News"),
                gettext_lazy("One piece of news, in a few words."),
                _news,
            ),
        )
    }
)


def begun(name: str, day: date, tip: TipPage | None) -> Begun:
    """Return what the pattern of that name begins a letter of `day` with; KeyError where there is none."""
    made = PATTERNS[name].begin(day, tip)
    return Begun(Truncator(made.subject).chars(SUBJECT), made.preheader, made.blocks)
