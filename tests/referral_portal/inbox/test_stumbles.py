"""What a newcomer stumbled over in the inbox: silent cancellations, a lost text, a search that found no friend."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from practice.models import Provider
from referral_portal.cases import actions
from referral_portal.cases.models import Case
from referral_portal.cases.states import CaseState
from referral_portal.inbox import rows
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import picture, visit
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client, rosa: User) -> Client:
    return sign_in(client, rosa)


@pytest.fixture
def booked(walter: Case, colette: User, dr_lindqvist: Provider) -> Case:
    actions.accept(case=walter, by=colette, provider=dr_lindqvist)
    visit(walter, dr_lindqvist, days=5)
    return Case.objects.get(pk=walter.pk)


@pytest.mark.parametrize("noun", ["completion", "decline", "redirection", "merge"])
def test_an_act_that_cancels_a_booked_visit_says_so_before_with_its_day(staff: Client, booked: Case, noun: str) -> None:
    page = staff.get(f"/admin/inbox/{booked.ref}/{noun}/").text
    assert "This also cancels a booked visit" in page
    assert re.search(r"<time[^>]*>\w+day, \w+ \d+, ", page)


@pytest.mark.parametrize("noun", ["interim-report", "call", "note"])
def test_an_act_that_leaves_the_visit_alone_says_nothing_of_it(staff: Client, booked: Case, noun: str) -> None:
    assert "cancels a booked visit" not in staff.get(f"/admin/inbox/{booked.ref}/{noun}/").text


def test_a_visit_of_yesterday_is_not_among_those_to_be_canceled(staff: Client, booked: Case) -> None:
    booked.appointments.update(starts_at=timezone.now() - timedelta(days=1))
    assert "cancels a booked visit" not in staff.get(f"/admin/inbox/{booked.ref}/completion/").text


def test_confirming_a_cancellation_says_which_visit_goes_with_it(staff: Client, booked: Case, dana: User) -> None:
    actions.request_cancel(case=booked, reason="Moved away", by=dana)
    assert "This also cancels the visit on" in staff.get(f"/admin/inbox/{booked.ref}/").text


def test_whoever_may_not_do_an_act_keeps_what_they_typed(
    staff: Client, booked: Case, dr_lindqvist: Provider, colette: User
) -> None:
    actions.complete(case=booked, ending="treated", text="Done.", clinician=dr_lindqvist, by=colette)
    answer = staff.post(f"/admin/inbox/{booked.ref}/reopening/", {"reason": "The patient called & asked again"})
    assert answer.status_code == 403
    assert "Your role may not do this" in answer.text
    assert "The patient called &amp; asked again" in answer.text
    assert Case.objects.get(pk=booked.pk).state is CaseState.COMPLETED


@pytest.mark.parametrize("text", ["Ruth", "ruth castellano", "castellano, ruth", "Ruth Cast", "0158", "(360) 555-0158"])
def test_a_friend_is_found_by_name_and_by_phone(text: str) -> None:
    friend = ReferralFactory.create(
        state=ReferralState.CONTACT_AGREED, friend_name="Ruth Castellano", friend_contact="+13605550158"
    )
    ReferralFactory.create(state=ReferralState.CONTACT_AGREED, friend_name="Bea", friend_contact="+13605550159")
    assert [row.ref for row in rows.of_search(text)] == [friend.ref]


def test_a_friend_who_was_erased_is_not_found_any_more() -> None:
    ReferralFactory.create(state=ReferralState.OPTED_OUT, friend_name="", friend_contact="")
    assert rows.of_search("Ruth") == []
    assert rows.of_search("...") == []


def test_what_was_searched_stays_when_a_row_is_opened(staff: Client, walter: Case) -> None:
    page = staff.get("/admin/inbox/", {"q": walter.family_name}).text
    assert f'href="/admin/inbox/{walter.ref}/?view=new&amp;q={walter.family_name}"' in page
    assert ">Search</button>" in page
    assert walter.ref in staff.get(f"/admin/inbox/{walter.ref}/", {"q": walter.family_name}).text


class TestThanks:
    @pytest.fixture
    def owed(self) -> Referral:
        return ReferralFactory.create(
            state=ReferralState.CONTACT_AGREED,
            friend_name="Ruth",
            friend_contact="+13605550158",
            told_at=timezone.now(),
            told_on=timezone.localdate(),
            thanks_due_at=timezone.now() + timedelta(days=1),
        )

    def test_from_the_pile_of_thanks_the_page_is_about_the_person_to_thank(self, staff: Client, owed: Referral) -> None:
        page = staff.get(f"/admin/inbox/{owed.ref}/?view=thanks").text
        assert re.search(rf'<h2 id="case-name">{owed.referrer}</h2>', page)
        assert "Thank them" in page

    def test_from_elsewhere_it_is_about_the_friend(self, staff: Client, owed: Referral) -> None:
        page = staff.get(f"/admin/inbox/{owed.ref}/").text
        assert '<h2 id="case-name">Ruth</h2>' in page
        assert "tel:+13605550158" in page

    def test_what_the_friend_agreed_to_is_said_in_words(self, staff: Client, owed: Referral) -> None:
        Referral.objects.filter(pk=owed.pk).update(agreed_at=timezone.now(), wording_version="friend-call-2026-11")
        page = staff.get(f"/admin/inbox/{owed.ref}/").text
        assert "Yes, you may call, text, or e-mail me about a first visit" in page
        assert "friend-call-2026-11" not in page


def test_a_file_from_the_inbox_opens_nowhere_by_itself(
    staff: Client, walter: Case, dana: User, settings: Any, tmp_path: Path
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    file = actions.check_file(file=actions.add_file(case=walter, upload=picture(), by=dana))
    answer = staff.get(f"/admin/inbox/{walter.ref}/files/{file.pk}/")
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
