"""The pages: the referrer's, from the portal and from a letter; the friend's; and that neither betrays the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from delivery import links
from delivery.models import Message
from journal import reacting
from journal.models import Entry
from patients.models import Reader
from referral_portal.referrals.models import PersonalLink, Referral, ReferralProgram
from referral_portal.referrals.states import ReferralState as S
from tests.cast import sign_in
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }}'


def letter_to(reader: Reader | None, **attributes: Any) -> str:
    """Return the token of the "tell a friend" link in a letter to `reader`."""
    message = Message.objects.create(
        reader=reader,
        purpose="own_services",
        address="m@patients.example",
        address_hash="0" * 64,
        occasion=f"test:{timezone.now().timestamp()}",
        message_id=f"<{timezone.now().timestamp()}@test>",
        **attributes,
    )
    return links.url("refer", message).rstrip("/").rsplit("/", 1)[1]


class TestReferrer:
    def test_the_own_link_stands_first_with_text_mail_and_a_code_to_say(
        self, patient_client: Client, link: PersonalLink
    ) -> None:
        page = patient_client.get("/portal/me/referrals/new/").text
        assert link.url.partition("://")[2].rstrip("/") in page
        assert "sms:?" in page
        assert "mailto:?" in page
        assert link.said in page
        assert "referral-form" not in page

    def test_reading_the_page_makes_nothing(self, patient_client: Client, reader: Reader) -> None:
        before = Entry.objects.count()
        for path in ("referrals/", "referrals/new/", "link/"):
            assert patient_client.get(f"/portal/me/{path}").status_code == 200
        assert not PersonalLink.objects.exists()
        assert not ReferralProgram.objects.exists()
        assert Entry.objects.count() == before

    def test_one_press_makes_the_link(self, patient_client: Client, reader: Reader) -> None:
        assert patient_client.post("/portal/me/referrals/new/", {"act": "link"}).status_code == 302
        assert PersonalLink.objects.get().reader == reader

    def test_i_told_a_friend_leads_to_a_thank_you(self, patient_client: Client, link: PersonalLink) -> None:
        answer = patient_client.post("/portal/me/referrals/new/", {"act": "told"}, follow=True)
        referral = Referral.objects.get()
        assert answer.redirect_chain[-1][0] == f"/portal/me/referrals/{referral.ref}/done/"
        assert "Thank you, Margaret" in answer.text
        assert "Arrived" in patient_client.get("/portal/me/referrals/").text

    def test_naming_is_drawn_only_where_it_is_on(self, patient_client: Client, link: PersonalLink) -> None:
        ReferralProgram.objects.create(naming_is_on=True)
        page = patient_client.get("/portal/me/referrals/new/").text
        assert 'id="referral-form"' in page
        answer = patient_client.post(
            "/portal/me/referrals/new/",
            {"act": "friend", "first_name": "Ruth", "contact": "360-555-0158", "friend_agrees": "on"},
            follow=True,
        )
        assert "Ruth" in answer.text
        assert Referral.objects.get().state == S.NAMED

    @pytest.mark.parametrize("contact", ["", "555", "not a number", "a@b", "360-555-0158 ext 9; DROP"])
    def test_a_contact_that_is_none_is_explained(
        self, patient_client: Client, link: PersonalLink, contact: str
    ) -> None:
        ReferralProgram.objects.create(naming_is_on=True)
        given = {"act": "friend", "first_name": "Ruth", "contact": contact, "friend_agrees": "on"}
        answer = patient_client.post("/portal/me/referrals/new/", given)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert not Referral.objects.exists()

    def test_a_forged_naming_form_is_refused_while_naming_is_off(
        self, patient_client: Client, link: PersonalLink
    ) -> None:
        given = {"act": "friend", "first_name": "Ruth", "contact": "360-555-0158", "friend_agrees": "on"}
        answer = patient_client.post("/portal/me/referrals/new/", given, follow=True)
        assert "share your own link instead" in answer.text
        assert not Referral.objects.exists()

    def test_the_first_name_is_a_tick_away(self, patient_client: Client, client: Client, link: PersonalLink) -> None:
        assert "Margaret" not in Client().get(link.path).text
        patient_client.post("/portal/me/referrals/new/", {"act": "name", "show_first_name": "1"})
        assert "Margaret thought of you" in Client().get(link.path).text
        patient_client.post("/portal/me/link/", {})
        assert "Margaret" not in Client().get(link.path).text

    @pytest.mark.parametrize("path", ["", "done/"])
    def test_another_persons_referral_is_not_there(self, client: Client, stranger_patient: User, path: str) -> None:
        referral = ReferralFactory.create()
        answer = sign_in(client, stranger_patient).get(f"/portal/me/referrals/{referral.ref}/{path}")
        assert answer.status_code == 404

    def test_one_that_its_owner_may_not_know_of_is_not_there_either(
        self, patient_client: Client, reader: Reader
    ) -> None:
        referral = ReferralFactory.create(referrer=reader, told=False, state=S.ATTENDED)
        assert patient_client.get(f"/portal/me/referrals/{referral.ref}/").status_code == 404
        assert referral.ref not in patient_client.get("/portal/me/referrals/").text

    def test_the_qr_code_is_a_picture_without_a_name(self, patient_client: Client, link: PersonalLink) -> None:
        answer = patient_client.get("/portal/me/link/link.svg")
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in answer.content
        assert b"Margaret" not in answer.content

    def test_staff_and_offices_have_no_patients_page(self, client: Client, rosa: User, dana: User) -> None:
        for user in (rosa, dana):
            assert sign_in(Client(), user).get("/portal/me/referrals/").status_code == 403

    def test_visitors_sign_in_first(self, client: Client) -> None:
        assert client.get("/portal/me/referrals/new/").status_code == 302

    def test_a_page_asks_few_questions(self, patient_client: Client, reader: Reader, link: PersonalLink) -> None:
        for day in range(8):
            moment = timezone.now() - timedelta(days=day)
            ReferralFactory.create(referrer=reader, made_at=moment)
        for path in ("referrals/", "referrals/new/", "link/"):
            with CaptureQueriesContext(connection) as queries:
                patient_client.get(f"/portal/me/{path}")
            asked = [one for one in queries if one["sql"].startswith("SELECT")]
            assert len(asked) <= 10, path


class TestLetter:
    def test_it_opens_without_a_password_and_shows_a_first_name_at_most(
        self, client: Client, link: PersonalLink
    ) -> None:
        page = client.get(f"/e/refer/{letter_to(link.reader)}/").text
        assert link.code in page
        assert "Ellison" not in page
        assert "margaret.ellison" not in page
        assert "/portal/me/" not in page

    def test_opening_it_records_nothing(self, client: Client, reader: Reader) -> None:
        token = letter_to(reader)
        before = Entry.objects.count()
        for method in (client.get, client.head):
            assert method(f"/e/refer/{token}/").status_code == 200
        assert not PersonalLink.objects.exists()
        assert Entry.objects.count() == before

    def test_three_taps_from_the_letter_to_a_told_friend(self, client: Client, link: PersonalLink) -> None:
        token = letter_to(link.reader)
        answer = client.post(f"/e/refer/{token}/", {"act": "told"}, follow=True)
        assert "Your good word arrived" in answer.text
        assert Referral.objects.get().referrer == link.reader
        assert Entry.objects.get(verb="referral.told").by == f"reader:{link.reader.ref}"

    def test_a_test_letters_link_works_and_records_nothing(self, client: Client, reader: Reader) -> None:
        for token in (letter_to(None), letter_to(reader, is_test=True)):
            assert client.get(f"/e/refer/{token}/").status_code == 200
            client.post(f"/e/refer/{token}/", {"act": "told"})
        assert not Referral.objects.exists()
        assert not PersonalLink.objects.exists()

    def test_a_token_for_something_else_opens_nothing(self, client: Client, reader: Reader) -> None:
        message = Message.objects.create(
            reader=reader, purpose="own_services", address="x@y.example", address_hash="1" * 64, occasion="t:1"
        )
        other = links.tokens.sign("unsubscribe", message.ref)
        for token in (other, "nonsense", letter_to(reader)[:-1]):
            assert client.get(f"/e/refer/{token}/").status_code == 404
            assert client.post(f"/e/refer/{token}/", {"act": "told"}).status_code == 404

    def test_its_readers_have_their_links_before_they_open_it(self, reader: Reader) -> None:
        from delivery.models import Dispatch

        dispatch = Dispatch.objects.create(occasion="campaign:CA-1", purpose="own_services", letter={})
        Message.objects.create(
            dispatch=dispatch, reader=reader, purpose="own_services", address="m@p.example", address_hash="2" * 64
        )
        from django.db import transaction

        from journal.recording import record

        with transaction.atomic():
            record("dispatch.opened", subject=dispatch, by=None)
        reacting.run_due()
        assert PersonalLink.objects.get().reader == reader
