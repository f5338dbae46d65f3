"""A correction goes to those who got the letter that it corrects, to nobody else, and no cap holds it back."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from delivery import sending
from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import actions, audience, correcting
from newsletter.editions.models import EditionPage
from patients.models import Suppression
from practice.courtesy import Courtesy
from tests.factories import editions, patients


@pytest.fixture
def sent(draft, readers, hannah):
    """Return a letter that three readers got, and a fourth one reads since."""
    actions.start(edition=draft, by=hannah)
    Message.objects.update(state="accepted", next_try_at=None, settled_at="2026-11-20T10:00:00Z")
    patients.letter_reader(email="new@home.example")
    return EditionPage.objects.get(pk=draft.pk)


def finished(correction: EditionPage) -> EditionPage:
    correction.body = EditionPage._meta.get_field("body").to_python(
        [editions.block("text", heading="A correction", text="<p>The number is (360) 555-0142.</p>")]
    )
    correction.save_revision()
    return EditionPage.objects.get(pk=correction.pk)


def addresses(campaign) -> list[str]:
    return sorted(campaign.dispatch.messages.values_list("address", flat=True))


def test_it_works(sent, hannah):
    correction = finished(correcting.correct(edition=sent, by=hannah))
    campaign = actions.start(edition=correction, by=hannah)
    assert addresses(campaign) == ["castellanos@home.example", "walter@home.example"]
    assert correction.subject == f"Correction: {sent.subject}"
    assert campaign.dispatch.is_correction
    assert Entry.objects.filter(verb="edition.correction_begun").count() == 1


def test_a_second_click_opens_the_same_draft(sent, hannah):
    first = correcting.correct(edition=sent, by=hannah)
    assert correcting.correct(edition=sent, by=hannah) == first
    actions.start(edition=finished(first), by=hannah)
    assert correcting.correct(edition=sent, by=hannah) != first, "a correction may be wrong, too"


def test_it_cannot_leave_before_it_says_what_is_right(sent, hannah):
    correction = correcting.correct(edition=sent, by=hannah)
    with pytest.raises(actions.NotReady):
        actions.start(edition=correction, by=hannah)


def test_nobody_can_address_it_to_anybody_else(desk, sent, hannah):
    correction = finished(correcting.correct(edition=sent, by=hannah))
    desk.post(reverse("newsletters:address", args=[correction.pk]), {"segment": "everyone"})
    assert addresses(actions.start(edition=correction, by=hannah)) == [
        "castellanos@home.example",
        "walter@home.example",
    ]


def test_only_what_left_is_corrected(draft, readers, hannah):
    with pytest.raises(actions.Impossible):
        correcting.correct(edition=draft, by=hannah)
    actions.start(edition=draft, by=hannah)
    with pytest.raises(actions.Impossible):
        correcting.correct(edition=draft, by=hannah)


def test_whom_the_letter_did_not_reach_gets_no_correction(sent, hannah):
    Message.objects.filter(address="walter@home.example").update(state="failed", reason="550 no such mailbox")
    correction = finished(correcting.correct(edition=sent, by=hannah))
    assert addresses(actions.start(edition=correction, by=hannah)) == ["castellanos@home.example"]


def test_a_no_since_then_stands(sent, hannah, readers):
    patients.agree(readers[2], is_given=False)
    point = readers[0].contact_points.get()
    Suppression.objects.create(channel="email", address_hash=point.address_hash, reason="complaint")
    correction = finished(correcting.correct(edition=sent, by=hannah))
    with pytest.raises(actions.Nobody):
        actions.start(edition=correction, by=hannah)


def test_no_cap_and_no_wish_for_less_holds_it_back(sent, hannah, readers, practice):
    Courtesy.objects.create(practice=practice, most_letters=1)
    readers[2].at_most = "quarter"
    readers[2].save()
    correction = finished(correcting.correct(edition=sent, by=hannah))
    counted = audience.of(audience.segment_named(audience.key_of(correction)))
    assert (counted.people, counted.held_back) == (3, [])
    campaign = actions.start(edition=correction, by=hannah)
    sending.work()
    assert set(campaign.dispatch.messages.values_list("state", flat=True)) == {"accepted"}


def test_the_child_of_a_house_is_told_through_the_adult_who_got_the_letter(draft, hannah, location):
    adult = patients.PatientFactory.create(reader=patients.letter_reader(email="mom@home.example"))
    child = patients.PatientFactory.create(
        reader=patients.ReaderFactory.create(email=""), born_on=date(2020, 2, 2), responsible=adult
    )
    actions.start(edition=draft, by=hannah)
    Message.objects.update(state="accepted", next_try_at=None, settled_at="2026-11-20T10:00:00Z")
    named = Message.objects.get().reader_ids
    assert child.reader_id in named
    correction = finished(correcting.correct(edition=EditionPage.objects.get(pk=draft.pk), by=hannah))
    message = actions.start(edition=correction, by=hannah).dispatch.messages.get()
    assert message.address == "mom@home.example"


def test_the_results_lead_to_it_and_its_send_page_says_for_whom_it_is(desk, sent):
    results = desk.get(reverse("newsletters:results", args=[sent.pk])).content.decode()
    assert "Send a correction…" in results
    answer = desk.post(reverse("newsletters:correct", args=[sent.pk]))
    correction = EditionPage.objects.get(corrects=sent)
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[correction.pk])
    page = desk.get(reverse("newsletters:send", args=[correction.pk])).content.decode()
    assert f"Everyone who got “{sent.title}”" in page
    assert 'name="segment"' not in page


def test_the_web_copies_point_to_each_other(sent, hannah, client):
    correction = finished(correcting.correct(edition=sent, by=hannah))
    actions.start(edition=correction, by=hannah)
    correction, old = EditionPage.objects.get(pk=correction.pk), EditionPage.objects.get(pk=sent.pk)
    assert correction.url in client.get(old.url).content.decode()
    assert old.url in client.get(correction.url).content.decode()


def test_who_may_not_write_letters_corrects_none(sent, rosa, client):
    with pytest.raises(correcting.PermissionDenied):
        correcting.correct(edition=sent, by=rosa)
