"""The Spanish catalog as it stands: whole, compiled, and read by the pages and mails that it is for."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from config.catalog import catalogs, checking

PATH = catalogs.place(Path(settings.LOCALE_PATHS[0]), "es")
FORMAL = re.compile(r"\b(tú|tu|tus|te|ti|contigo|vos|vosotros|vuestro|haz|pulsa)\b", re.IGNORECASE)
# what machines write and people do not: dashes as in English, quotes of computers, calqued words
RESIDUE = re.compile(
    r"\"|'|—| - |\b(email|e-mail|clickear|aplicar para|chequeo|newsletter|por favor por favor)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def sayings() -> dict[str, list[str]]:
    """Return the forms of every translation by its English."""
    return {
        catalogs.of(message).singular: list(message.string) if isinstance(message.string, tuple) else [message.string]
        for message in catalogs.read(PATH, "es")
        if message.id
    }


def test_it_holds_just_what_is_said_today_whole_and_compiled() -> None:
    out = StringIO()
    call_command("messages", check=True, stdout=out)
    assert re.fullmatch(r"\d{3,} sayings in scope\.\n", out.getvalue())


def test_patients_are_called_usted(sayings: dict[str, list[str]]) -> None:
    assert [form for forms in sayings.values() for form in forms if FORMAL.search(form)] == []


def test_no_residue_of_machines_is_in_it(sayings: dict[str, list[str]]) -> None:
    read = [checking.SLOT.sub("", form) for forms in sayings.values() for form in forms]
    assert [form for form in read if RESIDUE.search(form)] == []


def test_questions_and_exclamations_open_as_they_close(sayings: dict[str, list[str]]) -> None:
    closed_by_the_page = {"¿Quiso decir"}
    every = {form for forms in sayings.values() for form in forms} - closed_by_the_page
    uneven = [form for form in every if form.count("?") != form.count("¿") or form.count("!") != form.count("¡")]
    assert uneven == []


def test_a_sentence_ends_as_the_english_does(sayings: dict[str, list[str]]) -> None:
    def end(text: str) -> str:
        return text[-1] if text[-1] in ".:,?!" else ""

    exceptions = {"Hello %(first_name)s,", "Did you mean"}
    uneven = {
        english: forms
        for english, forms in sayings.items()
        if english not in exceptions and any(end(form) != end(english) for form in forms)
    }
    assert uneven == {}


def test_words_on_buttons_stay_short(sayings: dict[str, list[str]]) -> None:
    """Up to three words in English are a button or a label; Spanish may be longer, yet no line of its own."""
    long = {
        english: forms
        for english, forms in sayings.items()
        if len(english.split()) <= 3
        and not english.endswith((".", ":"))
        and any(len(form) > 3 * len(english) + 12 for form in forms)
    }
    assert long == {}


def test_the_words_that_are_the_same_are_said_and_are_the_same(sayings: dict[str, list[str]]) -> None:
    assert {english for english in checking.SAME["es"] if sayings.get(english) != [english]} == set()


def test_formats_of_dates_are_formats_in_spanish_too(sayings: dict[str, list[str]]) -> None:
    formats = {english: forms[0] for english, forms in sayings.items() if checking.DATES.fullmatch(english)}
    assert formats
    for english, spanish in formats.items():
        plain = re.sub(r"\\.", "", spanish)
        assert checking.DATES.fullmatch(" ".join(plain.split())), (english, spanish)


@pytest.mark.parametrize(
    ("english", "spanish"),
    [("Book a visit", "Pedir cita"), ("Sign in", "Entrar"), ("Tell a friend", "Recomendar a un amigo")],
)
def test_django_reads_it(english: str, spanish: str) -> None:
    with translation.override("es"):
        assert translation.gettext(english) == spanish
    with translation.override("en"):
        assert translation.gettext(english) == english


@pytest.mark.parametrize(("n", "said"), [(0, "0 días"), (1, "1 día"), (2, "2 días"), (1_000_000, "1000000 días")])
def test_one_and_many_are_told_apart(n: int, said: str) -> None:
    with translation.override("es"):
        assert translation.ngettext("%(n)s day", "%(n)s days", n) % {"n": n} == said
