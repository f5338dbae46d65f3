"""The friend's page: it tells nobody anything, and its one form is taken as every visitor's form is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from content import public_forms
from journal.models import Entry
from patients.models import Patient, Reader
from practice.models import Location
from referral_portal.referrals.models import PersonalLink, Referral
from referral_portal.referrals.states import ReferralState as S
from tests.cast import sign_in
from tests.factories.patients import PatientFactory
from tests.factories.referrals import PersonalLinkFactory
from tests.referral_portal.referrals.reading import bare

pytestmark = pytest.mark.django_db
FRIEND = {"first_name": "Ruth", "contact": "(360) 555-0158", "reach_by": "call", "consents": "on", "is_adult": "on"}
HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }}'
HERE = {"Sec-Fetch-Site": "same-origin"}


def send(
    client: Client,
    link: PersonalLink,
    typed: dict[str, str] | None = None,
    *,
    age: timedelta = timedelta(minutes=1),
    headers: dict[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """Send the friend's form as a browser would, a minute after its page was drawn."""
    given = {**FRIEND, "stamp": public_forms.stamp("friend", age=age), "website": "", **(typed or {})}
    return client.post(link.path, given, headers=headers or HERE, **more)  # type: ignore[return-value]


class TestFriend:
    def test_the_page_says_a_friend_and_nothing_else(self, client: Client, link: PersonalLink) -> None:
        answer = client.get(link.path)
        assert answer.status_code == 200
        assert "A friend thought of you" in answer.text
        for word in ("Margaret", "Ellison"):
            assert word not in answer.text

    def test_all_boxes_start_empty(self, client: Client, link: PersonalLink) -> None:
        for name in ("consents", "may_tell", "is_adult"):
            box = re.search(rf"<input[^>]*name=\"{name}\"[^>]*>", client.get(link.path).text)
            assert box
            assert "checked" not in box[0]

    def test_opening_records_nothing(self, client: Client, link: PersonalLink) -> None:
        before = Entry.objects.count()
        with CaptureQueriesContext(connection) as queries:
            client.get(link.path)
            client.head(link.path)
        assert Entry.objects.count() == before
        assert not [one for one in queries if not one["sql"].lstrip().upper().startswith("SELECT")]

    def test_the_form_asks_for_a_call_and_says_thank_you(self, client: Client, link: PersonalLink) -> None:
        answer = send(client, link, follow=True)
        assert answer.redirect_chain == [(f"{link.path}thanks/", 302)]
        referral = Referral.objects.get()
        assert referral.state == S.CONTACT_AGREED
        assert referral.friend_name == "Ruth"
        assert not referral.may_tell_referrer

    def test_a_patient_gets_the_same_answer_as_a_stranger(
        self, client: Client, link: PersonalLink, margaret_patient: Patient
    ) -> None:
        known = PatientFactory.create()
        answers = []
        for contact in (known.reader.address(), "stranger@friends.example"):
            answer = send(client, link, {"contact": contact, "reach_by": "email"})
            thanks = client.get(answer.headers["Location"])
            answers.append((answer.status_code, answer.headers["Location"], bare(thanks.text)))
        assert answers[0] == answers[1]

    @pytest.mark.parametrize("missing", ["first_name", "contact", "consents", "is_adult"])
    def test_what_is_missing_is_said(self, client: Client, link: PersonalLink, missing: str) -> None:
        answer = send(client, link, {missing: ""})
        assert answer.status_code == 422
        assert not Referral.objects.exists()

    def test_the_way_to_reach_must_fit_what_was_given(self, client: Client, link: PersonalLink) -> None:
        assert send(client, link, {"reach_by": "email"}).status_code == 422
        assert send(client, link, {"contact": "ruth@friends.example"}).status_code == 422

    def test_a_robot_is_thanked_and_forgotten(self, client: Client, link: PersonalLink) -> None:
        answer = send(client, link, {"website": "https://spam.example"})
        assert answer.headers["Location"] == f"{link.path}thanks/"
        assert not Referral.objects.exists()

    def test_too_many_forms_from_one_place_are_slowed_down(self, client: Client, link: PersonalLink) -> None:
        statuses = [send(client, link, {"contact": f"36055501{number:02}"}).status_code for number in range(10)]
        assert statuses == [302] * 8 + [429] * 2
        assert Referral.objects.count() == 8

    @pytest.mark.parametrize("code", ["00000000", "nonsense", "8K3VT2Q", "'; DROP--", "%00"])
    def test_an_unknown_code_is_met_kindly(self, client: Client, location: Location, code: str) -> None:
        answer = client.get(f"/r/{code}/")
        assert answer.status_code == 404

    def test_a_code_said_on_the_phone_is_heard(self, client: Client, reader: Reader) -> None:
        PersonalLinkFactory.create(reader=reader, code="0K1VT2QX")
        for heard in ("0k1vt2qx", "OKIVT2QX", "oklvt2qx"):
            assert client.get(f"/r/{heard}/").status_code == 200

    def test_hostile_words_stay_words(self, client: Client, link: PersonalLink, rosa: User) -> None:
        send(client, link, {"first_name": HOSTILE[:60]})
        referral = Referral.objects.get()
        page = sign_in(Client(), rosa).get(f"/admin/inbox/{referral.ref}/").text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page

    def test_line_breaks_cannot_be_smuggled_into_a_name(self, client: Client, link: PersonalLink) -> None:
        send(client, link, {"first_name": "Ruth\r\nBcc: x@y.example\u2028\u202eevil"})
        assert Referral.objects.get().friend_name == "Ruth Bcc: x@y.example evil"

    def test_it_is_kept_by_no_cache_and_no_search_engine(self, client: Client, link: PersonalLink) -> None:
        answer = client.get(link.path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Robots-Tag"] == "noindex"

    def test_the_explanation_is_public(self, client: Client, location: Location) -> None:
        assert "a good word is a gift" in client.get("/refer/").text

    @pytest.mark.parametrize("contact", ["360-555-0158 x12", "(360) 555-0158 ext. 4", "360-555-0158 #7"])
    def test_a_number_that_would_be_dialed_wrong_is_not_taken(
        self, client: Client, link: PersonalLink, contact: str
    ) -> None:
        answer = send(client, link, {"contact": contact})
        assert answer.status_code == 422
        assert "Leave out the extension" in answer.text
        assert f'value="{contact}"' in answer.text
        assert not Referral.objects.exists()

    def test_a_number_is_kept_as_it_is_dialed(self, client: Client, link: PersonalLink) -> None:
        send(client, link, {"contact": "360.555.0158"})
        assert Referral.objects.get().friend_contact == "+13605550158"

    def test_a_form_that_comes_too_quickly_keeps_what_was_typed(self, client: Client, link: PersonalLink) -> None:
        answer = send(client, link, age=timedelta(0))
        assert answer.status_code == 422
        assert "That was very quick" in answer.text
        assert 'value="Ruth"' in answer.text

    def test_a_form_of_yesterday_or_of_another_page_is_sent_again(self, client: Client, link: PersonalLink) -> None:
        for stamp in ("", public_forms.stamp("message", age=timedelta(minutes=1))):
            assert send(client, link, {"stamp": stamp}).status_code == 422
        answer = send(client, link, age=timedelta(days=2))
        assert "was open for a long time" in answer.text
        again = answer.context["form"].current_stamp  # type: ignore[attr-defined]
        assert send(client, link, {"stamp": again}).status_code == 302

    def test_another_site_cannot_send_it(self, client: Client, link: PersonalLink) -> None:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert send(client, link, headers=headers).status_code == 403
        assert not Referral.objects.exists()

    def test_a_friend_gets_no_cookie(self, client: Client, link: PersonalLink) -> None:
        client.get(link.path)
        send(client, link, follow=True)
        assert not client.cookies

    def test_one_persons_link_is_slowed_down_from_wherever_it_is_sent(self, client: Client, link: PersonalLink) -> None:
        statuses = [
            send(client, link, {"contact": f"36055501{number:02}"}, REMOTE_ADDR=f"192.0.2.{number}").status_code
            for number in range(41)
        ]
        assert statuses == [302] * 40 + [429]

    def test_one_number_is_not_asked_for_again_and_again(self, client: Client, link: PersonalLink) -> None:
        statuses = [
            send(client, link, {"first_name": f"R{number}"}, REMOTE_ADDR=f"192.0.2.{number}").status_code
            for number in range(6)
        ]
        assert statuses == [302] * 5 + [429]

    def test_what_was_too_often_stays_in_the_form(self, client: Client, link: PersonalLink) -> None:
        for number in range(8):
            send(client, link, {"contact": f"36055501{number:02}"})
        answer = send(client, link, {"contact": "3605550199"})
        assert answer.status_code == 429
        assert "Please wait an hour" in answer.text
        assert 'value="Ruth"' in answer.text
