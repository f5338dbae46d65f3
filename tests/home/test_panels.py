"""The admin's first screen: each role sees what is theirs, computed, and nothing where there is too little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from home.models import HomePage
from newsletter.editions.models import TipPage
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import CaseFactory
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db


def test_a_coordinator_sees_what_is_new_and_what_is_late(client: Client, rosa: User) -> None:
    CaseFactory.create(acknowledge_by=timezone.now() - timedelta(hours=1))
    CaseFactory.create(urgency="emergency")
    ReferralFactory.create(state=ReferralState.CONTACT_AGREED, friend_name="Ruth")
    page = sign_in(client, rosa).get("/admin/").text
    assert "1 emergency, 1 late" in page
    assert "Open 3" in page
    assert "Ruth" in page
    assert "Letters</h2>" not in page


def test_an_editor_sees_letters_and_no_patient(client: Client, hannah: User) -> None:
    case = CaseFactory.create()
    page = sign_in(client, hannah).get("/admin/").text
    assert "Next letter" in page
    assert case.family_name not in page
    assert "/admin/inbox/" not in page


def test_an_editor_is_greeted_and_led_to_what_is_done_most(site: HomePage, client: Client, hannah: User) -> None:
    page = sign_in(client, hannah).get("/admin/").text
    assert "Welcome, Hannah" in page
    assert "Nothing is public before" in page
    assert f"/admin/pages/{site.pk}/edit/" in page
    assert "/admin/snippets/practice/service/add/" in page
    assert "all that was changed is on the site" in page


def test_what_is_begun_and_what_runs_out_is_listed(site: HomePage, client: Client, hannah: User, tip: TipPage) -> None:
    site.save_revision()
    HomePage.objects.update(has_unpublished_changes=True, draft_title="Home, new")
    TipPage.objects.update(review_by=timezone.localdate() + timedelta(days=9))
    page = sign_in(client, hannah).get("/admin/").text
    assert "Home, new" in page
    assert "To be checked again soon" in page
    assert "Ready to use" not in page
    TipPage.objects.update(review_by=timezone.localdate() + timedelta(days=400))
    assert "Ready to use" in client.get("/admin/").text


@pytest.mark.parametrize(
    ("who", "words"),
    [("rosa", "what waits for you"), ("theo", "what waits for you"), ("okafor", "Your week will stand here")],
)
def test_each_role_is_told_what_the_screen_is(
    client: Client, request: pytest.FixtureRequest, who: str, words: str
) -> None:
    page = sign_in(client, request.getfixturevalue(who)).get("/admin/").text
    assert words in page
    assert ("The website" in page) is (who == "okafor")


def test_an_address_that_leads_nowhere_leads_home(client: Client, hannah: User) -> None:
    answer = sign_in(client, hannah).get("/admin/nowhere/")
    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert "Back to your home page" in answer.text
    assert "Go to Wagtail admin" not in answer.text
