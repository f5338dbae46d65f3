"""A letter as a text message: what it says, and how long that is as mobile networks count (GSM 03.38)."""

from __future__ import annotations

import pytest
from django.utils import translation

from content.translating import locale_of
from newsletter.editions import texting


@pytest.mark.parametrize(
    ("text", "units", "messages"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("é" * 160, 160, 1),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("á" * 70, 70, 1),
        ("á" * 71, 71, 2),
        ("🦷" * 35, 70, 1),
        ("🦷" * 36, 72, 2),
    ],
)
def test_it_is_counted_as_networks_count(text, units, messages):
    counted = texting.count(text)
    assert (counted.units, counted.messages) == (units, messages)


def test_it_names_the_signs_that_make_it_longer():
    assert texting.count("¿Qué tal mañana, señora Núñez?").wide == "ú"
    assert texting.count("¿Qué tal mañana?").wide == ""


def test_it_says_who_writes_what_where_and_how_to_stop(edition, settings):
    message = edition.text_message
    assert message.whole.startswith("Juniper Row: Is sparkling water hard on teeth?")
    assert f"{settings.SITE_URL}/newsletter/2026/november/" in message.whole
    assert message.whole.endswith("Reply STOP to end.")


def test_its_own_words_stand_in_place_of_the_subject(edition):
    edition.sms_text = "{first_name|Hello}, our  November letter is here."
    assert edition.text_message.words == "Hello, our November letter is here."


def test_it_is_in_the_letters_language_whatever_is_spoken_here(edition):
    edition.locale = locale_of("es")
    with translation.override("en"):
        assert "STOP" in edition.text_message.after
        assert "Reply" not in edition.text_message.after
