"""The legal pages in Spanish: each is there, says what the English one says, and is read with ease."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from content.reading import FAIRLY_EASY, ease, text_of
from content.translating import translation_of
from home import pages
from home.models import HomePage, StandardPage
from home.pages import LEGAL, plant
from practice.models import Practice
from tests.home.test_pages import text
from tests.spanish import english_left, said

# what the law asks for, in the order of 45 CFR 164.520(b)(1) and 45 CFR 92.10(a)(1)
NOTICE = (
    "ESTE AVISO DESCRIBE CÓMO SE PUEDE USAR Y DIVULGAR SU INFORMACIÓN MÉDICA",
    "Vale desde el",
    "Tratamiento.",
    "Por ejemplo",
    "cualquier venta de información de salud",
    "alcohol o drogas",
    "retirar un permiso por escrito",
    "Ver su expediente y recibir una copia,",
    "Corregirlo.",
    "Que le busquemos de otra manera",
    "Poner límites a lo que compartimos.",
    "en los últimos seis años",
    "Una copia de este aviso en papel,",
    "Por ley debemos mantener en privado",
    "sin demora",
    "Podemos cambiar este aviso",
    "hhs.gov/ocr/complaints",
    "Nadie le tratará de otra manera",
)
NONDISCRIMINATION = (
    "raza, color, origen nacional, edad, discapacidad o sexo",
    "gratis y a tiempo",
    "lengua de señas",
    "Si prefiere no hablar inglés",
    "derechos civiles",
    "ocrportal.hhs.gov",
)
TAG = re.compile(r"<(/?\w+)")
FACT = re.compile(r"\d[\d.-]*|[\w.]+@[\w.]+|https://[^\"]+")
ENGLISH = re.compile(r"\b(?:the|and|you|your|we|our|with|of|to|not)\b", re.IGNORECASE)


def twins(slug: str) -> tuple[StandardPage, StandardPage]:
    english = StandardPage.objects.get(slug=slug, locale__language_code="en")
    translated = translation_of(english, "es")
    assert isinstance(translated, StandardPage)
    return english, translated


@pytest.mark.parametrize("slug", LEGAL)
def test_every_legal_page_has_its_twin_with_the_same_parts(spanish: HomePage, slug: str) -> None:
    english, translated = twins(slug)
    assert translated.live
    assert translated.slug == slug
    assert TAG.findall(translated.body) == TAG.findall(english.body)


@pytest.mark.parametrize("slug", LEGAL)
def test_it_names_the_same_numbers_addresses_and_sites(spanish: HomePage, slug: str) -> None:
    english, translated = (FACT.findall(page.body) for page in twins(slug))
    assert set(english) <= set(translated)


@pytest.mark.parametrize("slug", LEGAL)
def test_no_english_is_left(spanish: HomePage, client: Client, slug: str) -> None:
    _english, translated = twins(slug)
    assert ENGLISH.findall(strip_tags(translated.body)) == []
    html = client.get(f"/es/{slug}/").content.decode()
    assert list(english_left(said(html))) == []


@pytest.mark.parametrize("slug", LEGAL)
def test_it_is_plain(spanish: HomePage, slug: str) -> None:
    found = ease(text_of(twins(slug)[1]))
    assert found is not None
    assert found >= FAIRLY_EASY


@pytest.mark.parametrize(("slug", "wanted"), [("hipaa-notice", NOTICE), ("nondiscrimination", NONDISCRIMINATION)])
def test_it_says_all_that_the_law_wants(spanish: HomePage, client: Client, slug: str, wanted: tuple[str, ...]) -> None:
    html = text(client, f"/es/{slug}/")
    for words in (*wanted, "Juniper Row Dental &amp; Implant Studio", "360-555-0142"):
        assert words in html, words


def test_the_foot_of_a_spanish_page_leads_to_them(spanish: HomePage, client: Client) -> None:
    html = text(client, "/es/team/")
    for slug in LEGAL:
        assert f'href="/es/{slug}/"' in html
        assert f'href="/{slug}/"' not in html
    assert 'href="/es/hipaa-notice/"' in twins("privacy")[1].body


def test_a_page_of_which_nobody_wrote_the_text_is_not_made(
    site: HomePage, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = StandardPage.objects.get(slug="privacy", locale__language_code="en")
    monkeypatch.setattr(pages, "_legal_text", lambda practice, name, language="en": "")
    plant(practice, "es")
    assert translation_of(page, "es") is None
