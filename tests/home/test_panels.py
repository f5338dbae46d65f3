"""The admin's first screen: each role sees what is theirs, computed, and nothing where there is too little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from home import panels
from referral_portal.cases.states import CaseState
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


def test_an_owner_sees_figures_and_none_that_too_few_would_make(client: Client, okafor: User) -> None:
    CaseFactory.create(status=CaseState.RECEIVED, acknowledge_by=timezone.now())
    page = sign_in(client, okafor).get("/admin/").text
    assert "The last seven days" in page
    assert "Friends told" in page
    assert "Acknowledged in time" not in page


def test_a_figure_of_a_usual_week_stands_beside_too_few_of_this_one(client: Client, okafor: User) -> None:
    moment = timezone.now() - timedelta(days=20)
    CaseFactory.create_batch(12, status=CaseState.RECEIVED, at=moment, acknowledge_by=moment + timedelta(hours=4))
    page = sign_in(client, okafor).get("/admin/").text
    assert "100% (12/12)" in page
    assert "too few" in page


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(9, 9, ""), (0, 0, ""), (9, 10, "90% (9/10)"), (0, 12, "0% (0/12)")]
)
def test_a_share_needs_ten(part: int, whole: int, words: str) -> None:
    assert panels.share(part, whole) == words
