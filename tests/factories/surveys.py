"""Makes questions, a letter that asks one, and what its readers answered."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from delivery import links
from delivery.models import Message
from newsletter.surveys import actions
from newsletter.surveys.models import Answer, Survey, Theme
from patients.models import Reader
from tests.factories import delivery


def survey(**attributes: Any) -> Survey:
    """Return a question on a scale of five, in both languages."""
    attributes = {"question": "How was your last visit?", "question_es": "¿Cómo fue su última visita?", **attributes}
    made = Survey(**attributes)
    made.full_clean(exclude=["choices", "more"] if not made.choices else None)
    made.save()
    return made


def themes() -> None:
    """Make the themes that a new installation begins with, where a test has emptied the tables."""
    begun: Any = import_module("newsletter.surveys.migrations.0001_one_question_and_its_answers")
    for name in begun.THEMES:
        theme(name)


def theme(name: str = "Waiting") -> Theme:
    """Return the theme of this name."""
    found, _made = Theme.objects.get_or_create(name=name)
    return found


def asking(one: Survey) -> Any:
    """Return a small letter that asks a question."""
    links_of = [f"{{survey_url}}?a={score}&q={one.ref}" for score, _label in one.scores]
    html = "".join(f'<p><a href="{address.replace("&", "&amp;")}">tap</a></p>' for address in links_of)
    return delivery.letter(html=f"<html><body>{html}</body></html>", text="\n".join(links_of))


def asked(one: Survey, reader: Reader, occasion: str = "campaign:CA-TEST") -> Message:
    """Return the letter with which a reader was asked."""
    readers = Reader.objects.filter(pk=reader.pk)
    dispatch = delivery.dispatch(occasion, letter=asking(one), readers=readers)
    found: Message = dispatch.messages.get()
    return found


def page_of(message: Message, **query: Any) -> str:
    """Return the path of a letter's answer page."""
    path = links.url("survey", message).removeprefix("http://127.0.0.1:8000")
    asks = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{path}?{asks}" if asks else path


def answer(one: Survey, reader: Reader, score: int, words: str = "", occasion: str = "campaign:CA-TEST") -> Answer:
    """Return what a reader answered to a letter of their own."""
    given = actions.answer(message=asked(one, reader, occasion), survey=one, score=score, words=words)
    assert given is not None
    return given
