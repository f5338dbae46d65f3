"""The checks before sending say fine, look, or must fix, and why."""

from __future__ import annotations

from datetime import date

import pytest

from content.branding import Branding
from content.models import Picture
from newsletter.editions import checks
from newsletter.editions.checks import Verdict, chosen, reading
from newsletter.editions.models import EditionPage, TipPage
from practice.models import Practice
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


NAMED = "Words about health"


@pytest.mark.parametrize(
    ("subject", "preheader", "verdict"),
    [
        ("Living with diabetes", "Fine", Verdict.MUST_FIX),
        ("After your ROOT  CANAL", "Fine", Verdict.MUST_FIX),
        ("Root-canals, explained", "Fine", Verdict.MUST_FIX),
        ("Fine", "Signs of gum disease", Verdict.MUST_FIX),
        ("Después de su endodoncia", "Bien", Verdict.MUST_FIX),
        ("Vivir con CANCER", "Bien", Verdict.MUST_FIX),
        ("La diabetes y sus encías", "Bien", Verdict.MUST_FIX),
        ("Alzheimer’s and teeth", "Fine", Verdict.MUST_FIX),
        ("How long does an implant last?", "Fine", Verdict.LOOK),
        ("Dry mouth? Bring us your list", "Fine", Verdict.LOOK),
        ("Fine", "Boca seca en invierno", Verdict.LOOK),
    ],
)
def test_words_about_health_stay_out_of_what_a_lock_screen_shows(subject, preheader, verdict, edition):
    edition.subject, edition.preheader = subject, preheader
    assert outcome(edition, NAMED).verdict == verdict


@pytest.mark.parametrize(
    "subject", ["Is sparkling water hard on teeth?", "Snacks that teeth like", "Strokes of genius? Aidsworth fair", ""]
)
def test_everyday_words_are_no_words_about_health(subject, edition):
    edition.subject = subject.replace("Strokes", "Brushstrokes")
    assert [check for check in checks.run(edition) if str(check.name) == NAMED] == []


def test_the_check_leads_to_the_field_that_says_it(edition):
    edition.preheader = "Signs of gum disease"
    assert outcome(edition, NAMED).where.endswith("#:w:contentpath=preheader")


@pytest.mark.parametrize(
    ("link", "verdict"),
    [
        ("/newsletter/?utm_campaign=root-canal", Verdict.MUST_FIX),
        ("/newsletter/?to=implant_patients", Verdict.LOOK),
        ("https://medline.example/diabetes/", Verdict.LOOK),
    ],
)
def test_an_address_that_tells_of_health_is_noticed(link, verdict, location):
    letter = with_block("appointment_call", heading="Come", text="", button="Pick a time", link=link)
    assert outcome(letter, NAMED).verdict == verdict


def test_a_page_of_ours_may_be_called_what_it_is_about(location):
    tip = editions.tip(title="Diabetes and your gums", slug="diabetes")
    letter = with_block("appointment_call", heading="Come", text="", button="Read", link=tip.url)
    assert [check for check in checks.run(letter) if str(check.name) == NAMED] == []


def test_hard_words_want_a_look(location):
    hard = f"<p>{'Notwithstanding considerable contraindications, rehabilitation necessitates deliberation ' * 12}.</p>"
    found = outcome(with_block("text", heading="", text=hard), "Reading")
    assert found.verdict == Verdict.LOOK
    assert "Reading grade" in found.sentence


def test_plain_words_say_their_grade(location):
    plain = "<p>" + "We had a good day. The sun came out. You sat with us. " * 6 + "</p>"
    found = outcome(with_block("text", heading="", text=plain), "Reading")
    assert found.verdict == Verdict.FINE
    assert "Reading grade" in found.sentence
    assert "Contrast from" in found.sentence


def test_a_second_large_heading_and_a_skipped_level_want_a_look(edition):
    drawn = ["", "<h1>One</h1>", "<h3>Deep</h3>", "<h1>Again</h1>", "", ""]
    said = [check.sentence for check in reading.reads(edition, drawn)]
    assert any("skips a level" in one for one in said)
    assert any("second large heading" in one for one in said)


def test_every_hue_of_a_practice_can_be_read_in_a_letter(edition):
    for hue in range(0, 360, 30):
        Branding.objects.update_or_create(practice=Practice.objects.get(), defaults={"hue": hue, "accent_hue": 42})
        assert outcome(edition, "Reading").verdict == Verdict.FINE


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("letter@juniper-row.example", None),
        ("letter@mail.juniper-row.example", None),
        ("juniper@gmail.com", Verdict.MUST_FIX),
        ("juniper@Yahoo.com", Verdict.MUST_FIX),
        ("letter@other.example", Verdict.LOOK),
        ("letter@evil-juniper-row.example", Verdict.LOOK),
    ],
)
def test_letters_come_from_the_practice_s_own_domain(address, verdict, edition):
    Practice.objects.update(domain="juniper-row.example", sender_email=address)
    found = [check.verdict for check in checks.run(edition) if str(check.name) == "Sender"]
    assert found == ([verdict] if verdict else [])
