"""The words of a timeline: a sentence for each verb, and something readable where nobody entered one."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext_lazy

from journal import words
from journal.models import Entry


@pytest.fixture(autouse=True)
def own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_words", {})


def test_a_sentence_is_filled_with_particulars() -> None:
    words.say("case.booked", gettext_lazy("Booked for {when}"), icon="calendar")
    assert words.sentence_of(Entry(verb="case.booked", particulars={"when": "Monday"})) == "Booked for Monday"


def test_an_absent_particular_is_left_blank() -> None:
    words.say("case.booked", "Booked{when}")
    assert words.sentence_of(Entry(verb="case.booked")) == "Booked"


def test_a_verb_without_words_is_still_readable() -> None:
    assert words.sentence_of(Entry(verb="case.sent_back")) == "Case sent back"
    assert words.words_of("case.sent_back") is None


def test_staff_always_see_it_and_others_only_when_told_so() -> None:
    words.say("case.booked", "Booked", audience={"office"})
    words.say("case.noted", "Note")
    assert words.words_of("case.booked") == words.Words("Booked", "check", frozenset({"staff", "office"}))
    assert words.words_of("case.noted") == words.Words("Note", "check", frozenset({"staff"}))
