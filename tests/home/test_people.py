"""A page for each person of the team: in their own words, and gone when they leave."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content.models import Picture
from home.models import HomePage, PersonPage, TeamIndexPage
from home.pages import plant
from newsletter.editions.models import TipPage
from practice.models import Practice, Provider, StaffMember
from tests.cast import sign_in
from tests.factories import editions
from tests.factories.practice import StaffMemberFactory
from tests.home.test_pages import HOSTILE, text


@pytest.fixture
def his(site: HomePage, dr_lindqvist: Provider) -> PersonPage:
    """Return the page of Dr. Lindqvist."""
    return PersonPage.objects.get(staff_member__provider=dr_lindqvist)


def test_everybody_gets_a_page_and_the_list_leads_there(his: PersonPage, client: Client) -> None:
    assert his.url == f"/team/{his.staff_member.slug}/"
    assert f'<a href="{his.url}">' in text(client, "/team/")
    assert "Theo Lindqvist" in text(client, his.url)
    assert PersonPage.objects.count() == StaffMember.objects.filter(is_active=True).count()


def test_the_page_says_what_a_patient_wants_to_know(his: PersonPage, tip: TipPage, client: Client) -> None:
    his.quote, his.languages = "I explain each step before I take it.", "English, Swedish, and some Spanish"
    his.education, his.license_number = "University of Washington\n\nDental school", "DE 00011873, Washington"
    his.body = "<p>Saves teeth that hurt.</p>"
    his.save_revision().publish()
    StaffMember.objects.update(works_on="0,1,3")
    Provider.objects.update(takes_new_patients=True, new_patients_as_of=date(2026, 11, 20))
    html = text(client, his.url)
    for words in (
        "“I explain each step before I take it.”",
        "Speaks English, Swedish, and some Spanish.",
        "<li>University of Washington</li>",
        "License DE 00011873, Washington.",
        "Here on Monday, Tuesday, Thursday.",
        "Takes new patients",
        "as of Nov 20, 2026",
        'href="/services/root-canal/">Root canal',
        tip.title,
        "Send a patient",
    ):
        assert words in html, words


def test_nothing_is_said_of_new_patients_that_nobody_dated(his: PersonPage, client: Client) -> None:
    assert "new patients" not in text(client, his.url)
    Provider.objects.update(takes_new_patients=False, new_patients_as_of=date(2026, 11, 20))
    assert "Takes no new patients right now" in text(client, his.url)


def test_a_portrait_says_what_it_shows_and_initials_stand_in(his: PersonPage, client: Client) -> None:
    assert ">TL</span>" in text(client, his.url)
    picture: Picture = editions.picture()
    his.photo = picture
    his.save_revision().publish()
    assert f'alt="{picture.alt}"' in text(client, his.url)
    assert "/media/" in text(client, "/team/")


def test_somebody_at_the_desk_has_no_button_for_referrals(site: HomePage, rosa: User, client: Client) -> None:
    plant(Practice.objects.get())
    html = text(client, PersonPage.objects.get(staff_member=rosa.staff_member).url)
    assert "Rosa Delgado" in html
    assert "Send a patient</a></section>" not in html


def test_who_left_is_nowhere(his: PersonPage, client: Client) -> None:
    StaffMember.objects.update(is_active=False)
    assert client.get(his.url).status_code == 404
    assert his.url not in text(client, "/team/")
    assert his.url not in client.get("/sitemap.xml").content.decode()


def test_an_unpublished_or_unknown_person_is_not_there(his: PersonPage, client: Client) -> None:
    his.unpublish()
    assert client.get(his.url).status_code == 404
    assert client.get("/team/nobody/").status_code == 404
    assert "Theo Lindqvist" in text(client, "/team/")


def test_leaving_takes_the_page_off_and_a_newcomer_gets_one(his: PersonPage, okafor: User, client: Client) -> None:
    member = his.staff_member
    fields = {
        "name": member.name,
        "title": "",
        "slug": member.slug,
        "location": member.location_id,
        "works_on": ["0"],
        "bio": "",
        "order": 1,
    }
    sign_in(client, okafor)
    edit = reverse("wagtailsnippets_practice_staffmember:edit", args=[member.pk])
    assert client.post(edit, fields).status_code == 302
    his.refresh_from_db()
    assert not his.live
    add = reverse("wagtailsnippets_practice_staffmember:add")
    new = {**fields, "name": "Ada Quist", "slug": "ada-quist", "is_active": "on"}
    assert client.post(add, new).status_code == 302
    assert "Ada Quist" in text(client, "/team/ada-quist/")


def test_a_person_has_one_page_in_a_language(his: PersonPage) -> None:
    again = PersonPage(title="Again", slug="again", staff_member=his.staff_member)
    with pytest.raises(ValidationError, match="has a page already"):
        TeamIndexPage.objects.get().add_child(instance=again)
    his.refresh_from_db()
    assert his.spoken == "en"
    StaffMemberFactory.create(location=his.staff_member.location)
    plant(Practice.objects.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonPage.objects.exclude(pk=his.pk).update(staff_member=his.staff_member)


def test_hostile_words_stay_words(his: PersonPage, client: Client) -> None:
    his.quote, his.languages, his.license_number = HOSTILE, HOSTILE, HOSTILE
    his.education = HOSTILE
    his.save_revision().publish()
    StaffMember.objects.update(name=HOSTILE[:80], title=HOSTILE[:80])
    for path in (his.url, "/team/", "/services/root-canal/"):
        html = text(client, path)
        assert "<script>alert" not in html
        assert "}}14" not in html


def test_more_people_ask_no_more_of_the_database(his: PersonPage, client: Client) -> None:
    def asked(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            text(client, path)
        return len(queries)

    before = [asked(path) for path in ("/team/", his.url)]
    assert max(before) <= 24
    StaffMemberFactory.create_batch(6, location=his.staff_member.location)
    plant(Practice.objects.get())
    assert [asked(path) for path in ("/team/", his.url)] == before
