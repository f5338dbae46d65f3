"""How an editor looks at a letter: as e-mail in the light, in the dark and without pictures, as text, as a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial, wraps
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content import mjml
from content.letter_pages import letter_answer, text_answer
from delivery.envelope import Letter
from newsletter.editions.letter import NoPractice, compose, for_everyone
from newsletter.editions.models import EditionPage

DARK = "@media (prefers-color-scheme:dark)"
ALWAYS, NEVER = "@media all", "@media not all"
SOURCE = re.compile(r'(<img\b[^>]*?) src="[^"]*"')
Preview = Callable[[HttpRequest, EditionPage], HttpResponse]


def in_scheme(html: str, *, is_dark: bool) -> str:
    """Return a letter's HTML that shows one scheme whatever the machine's own is."""
    return html.replace(DARK, ALWAYS if is_dark else NEVER).replace(
        "color-scheme:light dark", f"color-scheme:{'dark' if is_dark else 'light'}"
    )


def without_pictures(html: str) -> str:
    """Return a letter's HTML as a mail program shows it that loads no pictures: their words stand in their place."""
    return SOURCE.sub(r"\1", html)


def _of_the_letter(show: Callable[[HttpRequest, Letter], HttpResponse]) -> Preview:
    @wraps(show)
    def shown(request: HttpRequest, edition: EditionPage) -> HttpResponse:
        """Show the letter, or say in words why there is none."""
        try:
            letter = for_everyone(compose(edition, shows_failures=True))
        except (mjml.Refused, NoPractice) as error:
            return text_answer(request, str(error))
        return show(request, letter)

    return shown


def _mail(request: HttpRequest, letter: Letter, *, is_dark: bool = False) -> HttpResponse:
    return letter_answer(request, in_scheme(letter.html, is_dark=is_dark))


def _bare(request: HttpRequest, letter: Letter) -> HttpResponse:
    return letter_answer(request, without_pictures(in_scheme(letter.html, is_dark=False)))


def _text(request: HttpRequest, letter: Letter) -> HttpResponse:
    return text_answer(request, letter.text)


def _message(request: HttpRequest, edition: EditionPage) -> HttpResponse:
    return render(request, "editions/staff/sms.html", {"message": edition.text_message})


MODES: Mapping[str, Preview] = MappingProxyType(
    {
        "light": _of_the_letter(_mail),
        "dark": _of_the_letter(partial(_mail, is_dark=True)),
        "bare": _of_the_letter(_bare),
        "text": _of_the_letter(_text),
        "sms": _message,
    }
)
