"""Mails and pages that speak Spanish say nothing in English any more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from config.catalog import scope
from content import mjml
from delivery import rendering
from delivery.envelope import Letter
from newsletter.editions.letter import compose
from practice.models import Location
from referral_portal.referrals.models import Referral
from tests.factories import editions
from tests.spanish import english_left, said

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LINK = "https://juniper-row.example/e/x/"
VALUES = {
    "account": {"code": "123456", "user_agent": "Firefox 130", "password_reset_url": LINK},
    "approval_asked": {"who": "Ana", "asked_at": datetime(2026, 11, 19, tzinfo=UTC), "url": LINK, "is_passed_on": True},
    "referral_arrived": {"first_name": "Ana"},
    "referral_thanked": {"first_name": "", "thanked_name": "Rosa", "thanked_how": Referral.Thanks.CALL.label},
    "subscription": {"confirm_url": LINK},
}
ACCOUNT_MAILS = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for folder in ("account/email", "mfa/email", "account/messages", "mfa/messages", "usersessions/messages")
    for path in (TEMPLATES / folder).glob("*.txt")
    if path.name != "base_message.txt"
)
MESSAGES = sorted(
    {name.split("/")[2] for name in scope.files(TEMPLATES.parent) if name.startswith("templates/messages/")}
)


def test_every_message_of_ours_in_scope_is_looked_at() -> None:
    assert {name for name in MESSAGES if not name.startswith("frame.")} == VALUES.keys() - {"account"}


def left(letter: Letter) -> list[str]:
    return list(english_left([letter.subject, *map(str.strip, letter.text.splitlines()), *said(letter.html)]))


@pytest.mark.parametrize("name", sorted(VALUES.keys() - {"account"}))
def test_a_message_in_spanish_has_no_english_left(name: str, location: Location) -> None:
    letter = rendering.render(name, VALUES[name], language="es")
    assert letter.subject
    assert 'lang="es"' in letter.html
    assert left(letter) == []
    assert left(rendering.render(name, VALUES[name], language="en"))


def test_how_somebody_was_thanked_is_said_in_the_language_of_the_letter(location: Location) -> None:
    thanked = VALUES["referral_thanked"]
    assert (
        "le dio las gracias hoy con una llamada." in rendering.render("referral_thanked", thanked, language="es").text
    )
    assert "thanked you today with a call." in rendering.render("referral_thanked", thanked, language="en").text


@pytest.mark.parametrize("name", ACCOUNT_MAILS)
def test_a_mail_of_the_account_in_spanish_has_no_english_left(name: str, location: Location) -> None:
    values = VALUES["account"] | {"practice": location.practice, "location": location}
    with translation.override("es"):
        spanish = render_to_string(name, values)
    assert list(english_left([line.strip() for line in spanish.splitlines()])) == []
    assert "Hello" not in spanish


@pytest.mark.django_db
def test_the_frame_of_a_letter_speaks_spanish_around_the_editor_s_words(location: Location) -> None:
    words_of_the_editor = {"heading": "", "text": "", "button": "Leer el consejo"}
    edition = editions.edition(blocks=[editions.block("tip", tip=editions.tip().pk, **words_of_the_editor)])
    letter = compose(edition, language="es")
    assert left(letter) == []
    assert "Ver en el navegador" in letter.html
    assert "Dejar de recibirlo" in letter.text
    assert "View in browser" in compose(edition).html


@pytest.mark.parametrize("name", ["403.html", "404.html", "429.html", "500.html"])
def test_a_page_that_says_no_says_it_in_spanish(name: str, location: Location) -> None:
    request = RequestFactory().get("/es/")
    with translation.override("es"):
        page = get_template(name).render({"practice": location.practice, "location": location}, request)
    assert '<html lang="es"' in page
    assert list(english_left(said(page))) == []


def test_days_stand_in_the_order_of_the_language(location: Location) -> None:
    assert [line.days for line in location.opening_lines] == ["Mon to Fri"]
    with translation.override("es"):
        assert [line.days for line in location.opening_lines] == ["Lunes a viernes"]
        told = Referral(told_at=timezone.now().replace(2026, 3, 4, 12), made_at=timezone.now())
        assert told.shown_as == "Nos recomendó el 4 de marzo de 2026"


def test_spanish_words_pass_the_compiler_of_mails() -> None:
    with translation.override("es"):
        source = get_template("messages/frame.mjml").render({"language": "es", "subject": "¿Cómo está?"})
    assert "¿Cómo está?" in mjml.compile(source)
