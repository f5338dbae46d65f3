"""What workers freeze after the click is what was sent at the click: words, rules and segment."""

from __future__ import annotations

from typing import Any

import pytest

from content.translating import translate
from delivery import freezing
from delivery.models import Dispatch
from newsletter.campaigns import actions
from newsletter.editions.models import EditionIndexPage, EditionPage
from patients.models import Reader, Segment
from patients.segments import by_name
from tests.factories import editions, patients
from tests.factories.segments import SegmentFactory
from tests.newsletter.campaigns.test_for_whom import letter, text

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ENGLISH = {"match": "all", "parts": [{"ask": "language", "how": "is", "among": ["en"]}]}


@pytest.fixture
def crowd(location: Any, monkeypatch: pytest.MonkeyPatch) -> list[Reader]:
    monkeypatch.setattr(freezing, "FIRST", 1)
    monkeypatch.setattr(freezing, "SLICE", 2)
    return [patients.letter_reader(language=language) for language in ("en", "es", "en", "es", "es", "en", "es", "es")]


@pytest.fixture
def english(location: Any) -> EditionPage:
    """Return a letter with two rules, and its translation."""
    page = letter(text("Only here", "language:en"), text("Two", "account:has_none"))
    translate(editions.home().specific, "es", title="Inicio")
    translate(EditionIndexPage.objects.get(), "es", title="La carta")
    body = EditionPage._meta.get_field("body").to_python([text("Para todos"), text("Más", "account:has_none")])
    translate(page, "es", title="Noviembre", subject="Hola", body=body, issued_on=page.issued_on)
    return page


def sent(edition: EditionPage, segment: str | None = None) -> Dispatch:
    campaign = actions.start(edition=edition, segment=segment, by=None)
    assert campaign.dispatch is not None
    assert (campaign.dispatch.frozen_at, campaign.dispatch.letters <= 1) == (None, True)
    return campaign.dispatch


def test_the_others_get_the_words_of_the_click_whatever_somebody_writes_meanwhile(
    english: EditionPage, crowd: list[Reader]
) -> None:
    dispatch = sent(english)
    for page in EditionPage.objects.all():
        page.body, page.subject = [], "Quite another letter"
        page.save_revision().publish()
    freezing.freeze_all(dispatch)
    ways = dict(dispatch.messages.values_list("reader__language", "variant"))
    assert ways == {"en": "AB", "es": "B.es"}
    subjects = {way: dispatch.letter_in(way)["subject"] for way in ways.values()}
    assert subjects == {"AB": dispatch.letter["subject"], "B.es": "Hola"}
    assert "Only here" in dispatch.letter_in("AB")["html"]
    assert "Para todos" in dispatch.letter_in("B.es")["html"]
    assert dispatch.letters == len(crowd)


def test_a_segment_that_somebody_changes_meanwhile_is_asked_as_it_was(
    english: EditionPage, crowd: list[Reader]
) -> None:
    saved = SegmentFactory.create()
    dispatch = sent(english, saved.ref)
    Segment.objects.filter(pk=saved.pk).update(tree=ENGLISH)
    assert by_name(saved.ref).raw == ENGLISH
    freezing.freeze_all(dispatch)
    assert set(dispatch.messages.values_list("reader__language", flat=True)) == {"es"}
    assert dispatch.letters == 5
