"""The checks before sending say fine, look, or must fix, and why."""

from __future__ import annotations

from datetime import date

import pytest

from content.models import Picture
from newsletter.editions import checks
from newsletter.editions.checks import Verdict, chosen
from newsletter.editions.models import EditionPage, TipPage
from tests.factories import editions
from tests.factories.practice import PracticeFactory


def outcome(edition, name, day=date(2026, 11, 23)):
    (found,) = [check for check in checks.run(edition, day=day) if str(check.name) == name]
    return found


def test_a_whole_letter_has_only_fine_checks(edition):
    assert {check.verdict for check in checks.run(edition, day=date(2026, 11, 23))} == {Verdict.FINE}


def test_a_letter_without_a_subject_cannot_go(edition):
    edition.subject = " "
    assert outcome(edition, "Subject and preview text").is_in_the_way


def test_a_letter_with_an_unknown_tag_cannot_go_and_the_tag_is_named(edition):
    edition.preheader = "Dear {nickname|you}"
    found = outcome(edition, "Subject and preview text")
    assert found.is_in_the_way
    assert "{nickname}" in found.sentence


@pytest.mark.parametrize(("subject", "preheader"), [("x" * 90, "Fine"), ("Fine", "")])
def test_a_long_subject_or_no_preview_wants_a_look(subject, preheader, edition):
    edition.subject, edition.preheader = subject, preheader
    assert outcome(edition, "Subject and preview text").verdict == Verdict.LOOK


def test_an_empty_letter_cannot_go(location):
    assert outcome(editions.edition(blocks=[]), "Blocks").is_in_the_way


def test_a_block_that_is_not_finished_holds_the_letter_back(edition):
    edition.body = EditionPage._meta.get_field("body").to_python([editions.block("hero", heading="")])
    assert outcome(edition, "Blocks").is_in_the_way


def test_a_picture_without_words_holds_the_letter_back(edition):
    shot = Picture(title="Mute", alt="", is_decoration=False)  # older than the rule
    edition.body[1].value["picture"] = shot
    (found,) = [check for check in chosen.pictures(edition) if check.is_in_the_way]
    assert found.is_in_the_way
    assert "Mute" in found.sentence


@pytest.mark.parametrize(
    ("review_by", "verdict"),
    [(date(2026, 11, 22), Verdict.MUST_FIX), (date(2026, 11, 23), Verdict.LOOK), (date(2026, 11, 24), Verdict.FINE)],
)
def test_a_tip_must_still_be_reviewed_on_the_day_of_sending(review_by, verdict, edition):
    TipPage.objects.update(review_by=review_by)
    page = EditionPage.objects.get()
    assert outcome(page, "Health tip").verdict == verdict


def test_a_tip_that_is_not_published_holds_the_letter_back(edition):
    TipPage.objects.get().unpublish()
    assert outcome(EditionPage.objects.get(), "Health tip").is_in_the_way


def test_a_tip_that_nobody_reviewed_holds_the_letter_back(edition):
    TipPage.objects.update(reviewer=None)
    assert outcome(EditionPage.objects.get(), "Health tip").is_in_the_way


def test_a_letter_without_a_postal_address_cannot_go(db):
    PracticeFactory.create()
    found = outcome(editions.edition(blocks=[]), "Sender and way out")
    assert found.is_in_the_way
    assert "postal address" in found.sentence


def test_a_letter_that_gmail_would_cut_cannot_go(edition):
    edition.body = EditionPage._meta.get_field("body").to_python(
        [editions.block("friend", heading="x" * 100, text="", button="Tell")] * 60
    )
    assert outcome(edition, "Size and plain text").is_in_the_way


def test_before_the_practice_is_set_up_no_letter_can_go(db):
    found = checks.run(editions.edition(blocks=[]))
    assert [check for check in found if check.is_in_the_way]


def with_block(kind, **value):
    return editions.edition(blocks=[editions.block(kind, **value)])


@pytest.mark.parametrize(
    ("changes", "day", "verdict"),
    [
        ({}, date(2026, 12, 10), Verdict.FINE),
        ({}, date(2026, 12, 11), Verdict.MUST_FIX),
        ({"is_canceled": True, "canceled_why": "The hall is shut."}, date(2026, 12, 1), Verdict.MUST_FIX),
        ({"live": False}, date(2026, 12, 1), Verdict.MUST_FIX),
    ],
)
def test_an_event_that_is_over_canceled_or_unpublished_holds_the_letter_back(changes, day, verdict, location):
    page = editions.event(location, **changes)
    assert outcome(with_block("event", event=page.pk), "Event", day).verdict == verdict


def test_a_testimonial_goes_only_with_its_yes(location):
    said = editions.said()
    letter = with_block("testimonial", testimonial=said.pk)
    assert outcome(letter, "Testimonial").verdict == Verdict.FINE
    editions.taken_back(said)
    assert outcome(EditionPage.objects.get(), "Testimonial").is_in_the_way
