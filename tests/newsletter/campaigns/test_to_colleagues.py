"""Letters to offices and to the team: editions like any other, that reach nobody else and never stand on the web."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from delivery import links
from delivery.models import Message
from journal import reacting
from newsletter.campaigns import actions, audience
from newsletter.editions.letter import compose
from newsletter.editions.models import EditionPage
from patients.models import Declined
from tests.factories import editions


@pytest.fixture
def to_offices(location):
    return written("offices")


def written(written_for: str) -> EditionPage:
    page = editions.edition(
        title="Spring news", slug=written_for, issued_on=date(2026, 12, 1), live=False, written_for=written_for
    )
    page.save_revision()
    return EditionPage.objects.get(pk=page.pk)


def addresses() -> list[str]:
    return sorted(Message.objects.values_list("address", flat=True))


def test_a_letter_to_offices_reaches_those_who_work_at_one(to_offices, readers, dana, rosa, hannah):
    reacting.run_due()
    campaign = actions.start(edition=to_offices, by=hannah)
    assert addresses() == [dana.email]
    assert (campaign.segment, campaign.dispatch.topic) == ("offices", "offices")
    assert not EditionPage.objects.get(pk=to_offices.pk).live


def test_a_letter_to_the_team_reaches_those_who_work_here(location, readers, dana, rosa, hannah):
    reacting.run_due()
    actions.start(edition=written("team"), by=hannah)
    assert addresses() == sorted([rosa.email, hannah.email])


def test_no_segment_brings_it_to_anybody_else(to_offices, readers, dana, hannah):
    reacting.run_due()
    with pytest.raises(actions.Nobody):
        actions.start(edition=to_offices, segment="lapsed", by=hannah)
    assert not Message.objects.exists()


def test_a_letter_to_patients_reaches_no_colleague(draft, readers, dana, rosa, hannah):
    reacting.run_due()
    actions.start(edition=draft, by=hannah)
    assert {dana.email, rosa.email}.isdisjoint(addresses())


def test_everyone_means_everyone_whom_the_letter_is_for(draft, dana, hannah):
    reacting.run_due()
    actions.prepare(edition=draft, by=hannah)
    draft.written_for = "offices"
    draft.save_revision()
    assert audience.key_of(actions.newest(draft)) == "offices"
    actions.start(edition=EditionPage.objects.get(pk=draft.pk), by=hannah)
    assert addresses() == [dana.email]


def test_who_declined_the_topic_is_left_out_and_counted(to_offices, dana, stranger_office_member, hannah):
    reacting.run_due()
    Declined.objects.create(reader=dana.reader, channel="email", topic="offices")
    found = audience.of(audience.segment_named("offices"), audience.readership_of(to_offices))
    assert (found.people, found.out) == (1, 1)


def test_its_send_page_counts_offices_and_names_them(desk, to_offices, readers, dana):
    reacting.run_due()
    page = desk.get(reverse("newsletters:send", args=[to_offices.pk])).content.decode()
    assert "Send to 1 person…" in page
    assert "Everyone at offices that work with us" in page


def test_nobody_can_publish_it(desk, to_offices, edition, hannah, client):
    assert edition.permissions_for_user(hannah).can_publish()
    assert not to_offices.permissions_for_user(hannah).can_publish()
    to_offices.get_latest_revision().publish()
    page = EditionPage.objects.get(pk=to_offices.pk)
    assert not page.live
    assert client.get(f"/newsletter/2026/{page.slug}/").status_code == 404


def test_what_everyone_can_read_cannot_become_a_letter_for_colleagues(desk, edition):
    path = reverse("wagtailadmin_pages:edit", args=[edition.pk])
    posted = {"written_for": "team", "subject": "x", "title": "x", "slug": "november", "issued_on": "2026-11-03"}
    answer = desk.post(path, {**posted, "body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"})
    assert "Unpublish it first" in answer.content.decode()
    assert actions.newest(edition).written_for == "patients"


@pytest.mark.parametrize(
    ("written_for", "said"),
    [("offices", "because our offices work together"), ("team", "as a member of our team")],
)
def test_it_says_why_somebody_gets_it_and_nothing_of_getting_ones_own(location, written_for, said):
    letter = compose(written(written_for))
    assert said in letter.html
    assert "Get your own" not in letter.html
    assert "get your own" not in letter.text


def test_its_links_speak_to_a_colleague(to_offices, dana, hannah, client):
    reacting.run_due()
    message = actions.start(edition=to_offices, by=hannah).dispatch.messages.get()
    assert "We work together" in client.get(links.url("why", message)).content.decode()
    stop = links.url("unsubscribe", message)
    assert "visits" not in client.get(stop).content.decode()
    client.post(stop)
    assert "What your work needs still comes." in client.get(stop).content.decode()
    choices = client.get(links.url("preferences", message)).content.decode()
    assert "News for offices that work with us" in choices
    assert "Birthday wishes" not in choices
