"""The referrer never learns what the friend does; and what the mails say."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from delivery.models import Message
from journal import reacting
from patients.models import Patient, Reader
from practice.models import Location
from referral_portal.referrals import actions
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import ReferralState as S
from tests.cast import sign_in
from tests.factories.patients import PatientFactory
from tests.factories.referrals import ReferralFactory
from tests.referral_portal.referrals.reading import bare

pytestmark = pytest.mark.django_db
FRIEND = {"first_name": "Ruth", "contact": "(360) 555-0158", "reach_by": "call", "consents": "on", "is_adult": "on"}
HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }}'


class TestSilence:
    """The referrer's page never changes with what the friend does, unless the friend said that we may tell."""

    FATES = (
        S.CREATED,
        S.CONTACT_AGREED,
        S.CONTACTED,
        S.BOOKED,
        S.ATTENDED,
        S.NO_ANSWER,
        S.OPTED_OUT,
        S.EXISTING_PATIENT,
        S.EXPIRED,
    )

    def _pages(self, reader: Reader, referral: Referral) -> list[str]:
        client = sign_in(Client(), reader.user)  # type: ignore[arg-type]
        paths = ["/portal/me/", "/portal/me/referrals/", "/portal/me/referrals/new/", "/portal/me/link/"]
        paths += [f"/portal/me/referrals/{referral.ref}/", f"/portal/me/referrals/{referral.ref}/done/"]
        return [bare(client.get(path).text) for path in paths]

    @pytest.mark.parametrize("thanked", [False, True])
    @pytest.mark.parametrize("source", ["link", "named"])
    def test_two_referrers_pages_are_the_same_byte_by_byte(
        self, margaret_patient: Patient, source: str, thanked: bool
    ) -> None:
        reader = margaret_patient.reader
        actions.create_link(reader=reader, by=None)
        seen = set()
        with time_machine.travel("2026-11-23 19:00Z", tick=False):
            for fate in self.FATES:
                Referral.objects.all().delete()
                referral = ReferralFactory.create(
                    referrer=reader, state=fate, source=source, thanked=thanked, told_name="Ruth" * (source == "named")
                )
                seen.add(tuple(self._pages(reader, referral)))
        assert len(seen) == 1

    def test_what_really_happens_changes_nothing_either(
        self, margaret_patient: Patient, rosa: User, colette: User
    ) -> None:
        link = actions.create_link(reader=margaret_patient.reader, by=None)
        with time_machine.travel("2026-11-23 19:00Z", tick=False):
            referral = actions.tell(reader=link.reader, by="reader:x")
            before = self._pages(link.reader, referral)
            referral = actions.agree(
                link=link, friend_name="Ruth", friend_contact="3605550158", consents=True, is_adult=True
            )
            actions.agree(link=link, friend_name="Bea", friend_contact="3605550159", consents=True, is_adult=True)
            assert self._pages(link.reader, referral) == before
            actions.book(referral=referral, starts_at=timezone.now() + timedelta(hours=1), by=rosa)
            actions.mark_attended(referral=referral, by=rosa)
            assert self._pages(link.reader, referral) == before

    def test_the_mails_to_the_referrer_are_the_same_too(self, margaret_patient: Patient, rosa: User) -> None:
        link = actions.create_link(reader=margaret_patient.reader, by=None)
        actions.tell(reader=link.reader, by="reader:x")
        reacting.run_due()
        sent = set(Message.objects.filter(reader=link.reader).values_list("occasion", flat=True))
        referral = actions.agree(
            link=link, friend_name="Ruth", friend_contact="3605550158", consents=True, is_adult=True
        )
        actions.book(referral=referral, starts_at=timezone.now() + timedelta(hours=1), by=rosa)
        actions.mark_attended(referral=referral, by=rosa)
        reacting.run_due()
        assert set(Message.objects.filter(reader=link.reader).values_list("occasion", flat=True)) == sent

    def test_with_the_friends_tick_the_referrer_learns_that_they_came(
        self, margaret_patient: Patient, rosa: User
    ) -> None:
        link = actions.create_link(reader=margaret_patient.reader, by=None)
        referral = actions.agree(
            link=link,
            friend_name="Ruth",
            friend_contact="3605550158",
            consents=True,
            is_adult=True,
            may_tell_referrer=True,
        )
        client = sign_in(Client(), margaret_patient.reader.user)  # type: ignore[arg-type]
        actions.book(referral=referral, starts_at=timezone.now() + timedelta(hours=1), by=rosa)
        assert referral.ref not in client.get("/portal/me/referrals/").text
        actions.mark_attended(referral=referral, by=rosa)
        page = client.get(f"/portal/me/referrals/{referral.ref}/").text
        assert "Your friend came" in page
        assert "Ruth" not in page


class TestMails:
    def test_they_carry_no_friend_and_no_health(self, margaret_patient: Patient, rosa: User) -> None:
        link = actions.create_link(reader=margaret_patient.reader, by=None)
        actions.tell(reader=link.reader, by="reader:x")
        referral = actions.agree(
            link=link, friend_name="Ruthanne", friend_contact="3605550158", consents=True, is_adult=True
        )
        actions.thank(referral=referral, how="card", by=rosa)
        reacting.run_due()
        mails = list(Message.objects.all())
        assert {mail.occasion.partition(":")[0] for mail in mails} == {
            "referral_arrived",
            "referral_waiting",
            "referral_thanked",
        }
        for mail in mails:
            for word in ("Ruthanne", "555-0158", "5550158"):
                assert word not in mail.content

    def test_the_thank_you_says_who_and_how(self, margaret_patient: Patient, rosa: User) -> None:
        referral = ReferralFactory.create(referrer=margaret_patient.reader)
        actions.thank(referral=referral, how="card", by=rosa)
        reacting.run_due()
        mail = Message.objects.get(occasion__startswith="referral_thanked")
        assert "Rosa Delgado thanked you today with a handwritten card" in mail.content

    def test_a_reaction_that_runs_twice_writes_once(self, margaret_patient: Patient) -> None:
        from journal.models import Reaction

        actions.tell(reader=margaret_patient.reader, by="reader:x")
        reacting.run_due()
        Reaction.objects.update(done_at=None)
        reacting.run_due()
        assert Message.objects.count() == 1

    def test_a_reader_without_an_address_is_no_trouble(self, location: Location) -> None:
        patient = PatientFactory.create()
        patient.reader.contact_points.all().delete()
        actions.tell(reader=patient.reader, by=None)
        reacting.run_due()
        assert not Message.objects.exists()
