"""The legal pages: what the law wants to have said, in plain words, by name."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from content.reading import grade, text_of
from home.models import HomePage, StandardPage
from home.pages import plant
from practice.models import Practice
from tests.factories import accounts
from tests.home.test_pages import text

# 45 CFR 164.520(b)(1): header, uses, examples, permission, rights, duties, complaints, contact, effective date
NOTICE = (
    "THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED",
    "Treatment.",
    "For example",
    "Marketing that somebody pays us for, and any sale of health information.",
    "Records of treatment for alcohol or drug use",
    "You may take a permission back in writing",
    "To see your record and get a copy,",
    "To correct it.",
    "To reach you in another way",
    "To limit what we share.",
    "A list of those with whom we shared it",
    "A paper copy of this notice,",
    "By law we must keep your health information private",
    "we tell you without delay",
    "We may change this notice",
    "hhs.gov/ocr/complaints",
    "Nobody will treat you differently",
    "In effect since",
)
# 45 CFR 92.10(a)(1): no discrimination, help with disability and language, free and in time, coordinator, complaints
NONDISCRIMINATION = (
    "race, color, national origin",
    "age, disability, or sex",
    "free of charge and in good time",
    "sign language interpreter",
    "If you would rather not speak English",
    "civil rights coordinator",
    "Office for Civil Rights",
    "ocrportal.hhs.gov",
    "le ofrecemos ayuda gratis en su idioma",
)


@pytest.mark.parametrize(("path", "wanted"), [("/hipaa-notice/", NOTICE), ("/nondiscrimination/", NONDISCRIMINATION)])
def test_a_notice_says_all_that_the_law_wants(
    site: HomePage, client: Client, path: str, wanted: tuple[str, ...]
) -> None:
    html = text(client, path)
    for words in wanted:
        assert words in html, words
    assert "Juniper Row Dental &amp; Implant Studio" in html
    assert "360-555-0142" in html


@pytest.mark.parametrize("slug", ["privacy", "hipaa-notice", "accessibility", "nondiscrimination"])
def test_legal_words_are_plain(site: HomePage, slug: str) -> None:
    found = grade(text_of(StandardPage.objects.get(slug=slug)))
    assert found is not None
    assert found <= 8


def test_the_notice_names_the_privacy_officer(site: HomePage, client: Client) -> None:
    assert "privacy officer:" in text(client, "/hipaa-notice/")
    officer: User = accounts.person(Role.PRIVACY_OFFICER, first_name="Colette", last_name="Brandt")
    StandardPage.objects.get(slug="hipaa-notice").delete()
    plant(Practice.objects.get())
    assert f"privacy officer, {officer.get_full_name()}:" in text(client, "/hipaa-notice/")


def test_every_page_leads_to_the_legal_ones(site: HomePage, client: Client) -> None:
    html = text(client, "/team/")
    for path in ("/privacy/", "/hipaa-notice/", "/accessibility/", "/nondiscrimination/"):
        assert f'href="{path}"' in html


def test_the_line_in_spanish_says_that_it_is(site: HomePage, client: Client) -> None:
    html = client.get("/nondiscrimination/").content.decode()
    assert '<h2 lang="es">En español</h2>' in html
    assert '<p lang="es">Si habla español, le ofrecemos ayuda gratis en su idioma.' in html
