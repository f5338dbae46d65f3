"""Telling a friend, from the link to the thank-you: it works, once, for whom it may, and says no to the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from patients.models import Patient, Reader
from practice.models import Location
from referral_portal.referrals import actions, policy
from referral_portal.referrals.models import ContactAttempt, PersonalLink, Referral, ReferralProgram
from referral_portal.referrals.policy import Refused, Stale
from referral_portal.referrals.states import ReferralState as S
from tests.factories.patients import PatientFactory, ReaderFactory
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db


def agree(link: PersonalLink, **given: object) -> Referral:
    """Let a friend ask for a call."""
    values = {"friend_name": "Ruth", "friend_contact": "(360) 555-0158", "consents": True, "is_adult": True, **given}
    return actions.agree(link=link, **values)  # type: ignore[arg-type]


@pytest.fixture
def reader(margaret_patient: Patient) -> Reader:
    return margaret_patient.reader


@pytest.fixture
def link(reader: Reader) -> PersonalLink:
    return actions.create_link(reader=reader, by=reader.user)


def name_friends() -> None:
    ReferralProgram.objects.create(naming_is_on=True)


class TestLink:
    def test_it_is_made_once_for_ever(self, reader: Reader) -> None:
        first = actions.create_link(reader=reader, by=reader.user)
        assert actions.create_link(reader=reader, by=reader.user) == first
        assert len(first.code) == 8
        assert Entry.objects.filter(verb="link.made").count() == 1

    def test_it_has_no_name_in_it(self, link: PersonalLink, reader: Reader) -> None:
        assert reader.given_name.lower() not in link.url.lower()
        assert link.url.endswith(f"/r/{link.code}/")
        assert link.said == f"{link.code[:4]} {link.code[4:]}"

    def test_nobody_under_eighteen_gets_one(self, location: Location) -> None:
        child = PatientFactory.create(born_on=timezone.localdate() - timedelta(days=17 * 365))
        with pytest.raises(Refused):
            actions.create_link(reader=child.reader, by=None)
        assert not PersonalLink.objects.exists()

    @time_machine.travel("2026-11-23 20:00Z", tick=False)
    def test_the_eighteenth_birthday_opens_the_programme(self) -> None:
        assert policy.may_refer(PatientFactory.create(born_on=date(2008, 11, 23)).reader)
        assert not policy.may_refer(PatientFactory.create(born_on=date(2008, 11, 24)).reader)

    @pytest.mark.parametrize("status", ["deceased", "dismissed"])
    def test_it_is_not_for_the_dead_nor_the_dismissed(self, status: str) -> None:
        assert not policy.may_refer(PatientFactory.create(status=status).reader)

    @pytest.mark.parametrize(
        ("kind", "may"), [("subscriber", True), ("household", True), ("office", False), ("staff", False)]
    )
    def test_it_is_for_those_who_get_letters_as_neighbors(self, kind: str, may: bool) -> None:
        assert policy.may_refer(ReaderFactory.create(kind=kind)) is may

    def test_the_first_name_is_shown_only_when_its_owner_says_so(self, link: PersonalLink) -> None:
        assert not link.show_first_name
        assert actions.show_first_name(link=link, shown=True, by="reader:X-1").show_first_name
        actions.show_first_name(link=link, shown=True, by="reader:X-1")
        assert Entry.objects.filter(verb="link.name_shown").count() == 1

    def test_all_readers_of_a_letter_get_theirs_at_once(self, link: PersonalLink) -> None:
        ReaderFactory.create_batch(3)
        PatientFactory.create(born_on=timezone.localdate())
        assert actions.create_links(readers=Reader.objects.all()) == 3
        assert actions.create_links(readers=Reader.objects.all()) == 0
        assert PersonalLink.objects.count() == 4

    def test_the_database_refuses_a_code_that_is_not_crockford(self, reader: Reader) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonalLink.objects.create(reader=reader, code="ILOU0000")


class TestTelling:
    def test_it_arrives_and_a_thank_you_is_owed_within_two_practice_days(self, reader: Reader) -> None:
        with time_machine.travel("2026-11-20 18:00Z", tick=False):  # a Friday, 10 AM
            referral = actions.tell(reader=reader, by=reader.user)
        assert referral.state == S.CREATED
        assert referral.thanks_due_at is not None
        assert timezone.localtime(referral.thanks_due_at).strftime("%a %H:%M") == "Tue 17:00"

    def test_a_second_press_on_the_same_day_is_the_same(self, reader: Reader) -> None:
        first = actions.tell(reader=reader, by=reader.user)
        assert actions.tell(reader=reader, by=reader.user) == first
        assert Entry.objects.filter(verb="referral.told").count() == 1

    def test_another_day_is_another_time(self, reader: Reader) -> None:
        with time_machine.travel("2026-11-20 18:00Z"):
            actions.tell(reader=reader, by=reader.user)
        with time_machine.travel("2026-11-21 18:00Z"):
            actions.tell(reader=reader, by=reader.user)
        assert Referral.objects.count() == 2

    def test_the_database_holds_it_to_once_a_day(self, reader: Reader) -> None:
        first = actions.tell(reader=reader, by=reader.user)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralFactory.create(referrer=reader, told_at=first.told_at, told_on=first.told_on)

    def test_the_journal_says_it_is_about_the_patient_who_told(self, reader: Reader) -> None:
        referral = actions.tell(reader=reader, by=reader.user)
        entry = Entry.objects.get(verb="referral.told")
        assert entry.subject == f"referral:{referral.ref}"
        assert entry.about == f"patient:{reader.patient.ref}"


class TestNaming:
    def test_it_is_off_until_the_practice_turns_it_on(self, reader: Reader) -> None:
        with pytest.raises(Refused):
            actions.refer(
                reader=reader, friend_name="Ruth", friend_contact="3605550158", friend_agrees=True, by=reader.user
            )
        assert not Referral.objects.exists()
        assert not ReferralProgram.objects.exists()

    def test_the_friend_is_kept_sealed(self, reader: Reader) -> None:
        name_friends()
        referral = actions.refer(
            reader=reader, friend_name="Ruthanne", friend_contact="3605550158", friend_agrees=True, by=reader.user
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT friend_name, friend_contact, told_name FROM referrals_referral")
            stored = b"".join(bytes(value) for value in cursor.fetchone())
        assert b"Ruthanne" not in stored
        assert b"5550158" not in stored
        assert Referral.objects.get(pk=referral.pk).friend_contact == "+13605550158"

    def test_a_friend_who_does_not_know_is_not_taken(self, reader: Reader) -> None:
        name_friends()
        with pytest.raises(Refused):
            actions.refer(
                reader=reader, friend_name="Ruth", friend_contact="3605550158", friend_agrees=False, by=reader.user
            )

    def test_the_same_friend_twice_is_one(self, reader: Reader) -> None:
        name_friends()
        for contact in ("(360) 555-0158", "360 555 0158", "+1 360 555 0158"):
            actions.refer(reader=reader, friend_name="Ruth", friend_contact=contact, friend_agrees=True, by=reader.user)
        assert Referral.objects.count() == 1

    def test_two_people_may_name_the_same_friend(self, reader: Reader) -> None:
        name_friends()
        other = PatientFactory.create().reader
        for who in (reader, other):
            actions.refer(reader=who, friend_name="Ruth", friend_contact="3605550158", friend_agrees=True, by="x:1")
        assert Referral.objects.count() == 2


class TestAgreeing:
    def test_the_friends_own_form_makes_the_oldest_told_one_agreed(self, link: PersonalLink) -> None:
        told = actions.tell(reader=link.reader, by="reader:x")
        agreed = agree(link, may_tell_referrer=True)
        assert agreed.pk == told.pk
        assert agreed.state == S.CONTACT_AGREED
        assert agreed.wording_version
        assert agreed.call_by

    def test_a_friend_who_comes_unasked_is_a_referral_that_its_owner_does_not_see(self, link: PersonalLink) -> None:
        referral = agree(link)
        assert referral.told_at is None
        assert referral.thanks_due_at is None
        assert not Referral.objects.of(link.reader).exists()

    def test_a_repeated_click_is_one(self, link: PersonalLink) -> None:
        first = agree(link)
        assert agree(link) == first
        assert Referral.objects.count() == 1
        assert Entry.objects.filter(verb="referral.agreed").count() == 1

    def test_two_friends_of_one_link_are_two(self, link: PersonalLink) -> None:
        actions.tell(reader=link.reader, by="reader:x")
        agree(link)
        agree(link, friend_name="Bea", friend_contact="bea@friends.example")
        assert Referral.objects.count() == 2

    def test_a_named_friend_who_writes_is_the_one_named(self, link: PersonalLink) -> None:
        name_friends()
        named = actions.refer(
            reader=link.reader, friend_name="Ruth", friend_contact="3605550158", friend_agrees=True, by="x:1"
        )
        assert agree(link).pk == named.pk

    @pytest.mark.parametrize("missing", ["consents", "is_adult"])
    def test_without_consent_or_under_age_nothing_is_kept(self, link: PersonalLink, missing: str) -> None:
        with pytest.raises(Refused):
            agree(link, **{missing: False})
        assert not Referral.objects.exists()

    def test_the_friends_act_is_never_about_the_referrer(self, link: PersonalLink) -> None:
        actions.tell(reader=link.reader, by="reader:x")
        agree(link)
        entry = Entry.objects.get(verb="referral.agreed")
        assert entry.about == ""
        assert entry.by == "guest:friend"
        assert "Ruth" not in str(entry.particulars)


class TestHandling:
    @pytest.fixture
    def referral(self, link: PersonalLink) -> Referral:
        actions.tell(reader=link.reader, by="reader:x")
        return agree(link)

    def test_only_reaching_somebody_moves_it_on(self, referral: Referral, rosa: User) -> None:
        actions.log_contact(referral=referral, outcome="voicemail", by=rosa)
        referral.refresh_from_db()
        assert referral.state == S.CONTACT_AGREED
        actions.log_contact(referral=referral, outcome="reached", by=rosa)
        referral.refresh_from_db()
        assert referral.state == S.CONTACTED
        assert ContactAttempt.objects.count() == 2

    def test_booking_implies_having_spoken(self, referral: Referral, rosa: User) -> None:
        booked = actions.book(referral=referral, starts_at=timezone.now() + timedelta(days=2), by=rosa)
        assert booked.state == S.BOOKED
        assert booked.contacted_at
        assert list(Entry.objects.filter(by=f"user:{rosa.ref}").values_list("verb", flat=True)) == [
            "referral.booked",
            "referral.contacted",
        ]

    def test_a_visit_in_the_past_is_refused(self, referral: Referral, rosa: User) -> None:
        with pytest.raises(Refused):
            actions.book(referral=referral, starts_at=timezone.now() - timedelta(minutes=1), by=rosa)

    def test_whoever_acts_first_looks_after_it(self, referral: Referral, rosa: User, colette: User) -> None:
        actions.log_contact(referral=referral, outcome="reached", by=rosa)
        actions.book(referral=referral, starts_at=timezone.now() + timedelta(days=2), by=colette)
        referral.refresh_from_db()
        assert referral.assignee is not None
        assert referral.assignee.user == rosa

    @pytest.mark.parametrize("who", ["hannah", "priya", "margaret", "dana"])
    def test_others_may_not(self, referral: Referral, who: str, request: pytest.FixtureRequest) -> None:
        with pytest.raises(Refused):
            actions.log_contact(referral=referral, outcome="reached", by=request.getfixturevalue(who))

    def test_a_stale_page_changes_nothing(self, referral: Referral, rosa: User, colette: User) -> None:
        seen = referral.version
        actions.log_contact(referral=referral, outcome="voicemail", by=colette)
        with pytest.raises(Stale):
            actions.give_up(referral=referral, by=rosa, version=seen)
        referral.refresh_from_db()
        assert referral.state == S.CONTACT_AGREED

    def test_opting_out_erases_the_friend_at_once(self, referral: Referral, rosa: User) -> None:
        actions.opt_out(referral=referral, by=rosa)
        kept = Referral.objects.get(pk=referral.pk)
        assert (kept.friend_name, kept.friend_contact, kept.friend_contact_index) == ("", "", "")
        assert kept.erased_at

    def test_only_a_lead_takes_one_back_and_says_why(self, referral: Referral, rosa: User, colette: User) -> None:
        with pytest.raises(Refused):
            actions.void(referral=referral, reason="a joke", by=rosa)
        with pytest.raises(Refused):
            actions.void(referral=referral, reason=" ", by=colette)
        assert actions.void(referral=referral, reason="a joke", by=colette).state == S.VOID

    def test_a_named_friend_is_invited_once_with_the_list_checked(self, rosa: User) -> None:
        referral = ReferralFactory.create(state=S.NAMED, source="named")
        with pytest.raises(Refused):
            actions.invite(referral=referral, do_not_call_checked=False, by=rosa)
        actions.invite(referral=referral, do_not_call_checked=True, by=rosa)
        with pytest.raises(Refused):
            actions.invite(referral=referral, do_not_call_checked=True, by=rosa)
        assert referral.attempts.get().outcome == "invited"

    def test_after_the_end_nothing_moves(self, rosa: User) -> None:
        referral = ReferralFactory.create(state=S.ATTENDED)
        for act in (actions.mark_attended, actions.give_up, actions.find_existing, actions.opt_out):
            with pytest.raises(Refused):
                act(referral=referral, by=rosa)


class TestThanking:
    def test_it_is_kept_with_when_by_whom_and_how(self, rosa: User) -> None:
        referral = ReferralFactory.create()
        thanked = actions.thank(referral=referral, how="card", by=rosa)
        assert thanked.thanked_at
        assert thanked.thanked_by == f"user:{rosa.ref}"
        assert thanked.thanked_name == "Rosa Delgado"

    def test_a_second_click_changes_nothing(self, rosa: User, colette: User) -> None:
        referral = ReferralFactory.create()
        first = actions.thank(referral=referral, how="card", by=rosa, version=1)
        again = actions.thank(referral=referral, how="call", by=colette, version=1)
        assert (again.thanked_at, again.thanked_how, again.thanked_name) == (first.thanked_at, "card", "Rosa Delgado")
        assert Entry.objects.filter(verb="referral.thanked").count() == 1

    @pytest.mark.parametrize("state", [state for state in S if state is not S.VOID])
    def test_everybody_who_told_is_thanked_whatever_comes_of_it(self, state: S, rosa: User) -> None:
        referral = ReferralFactory.create(state=state)
        assert actions.thank(referral=referral, how="card", by=rosa).thanked_at

    def test_a_friend_who_came_unasked_and_said_nothing_is_no_reason_to_thank(self, rosa: User) -> None:
        referral = ReferralFactory.create(state=S.ATTENDED, told=False)
        with pytest.raises(Refused):
            actions.thank(referral=referral, how="card", by=rosa)

    def test_with_the_friends_tick_the_visit_is_a_reason(self, rosa: User) -> None:
        referral = ReferralFactory.create(state=S.BOOKED, told=False, may_tell_referrer=True)
        actions.mark_attended(referral=referral, by=rosa)
        assert actions.thank(referral=referral, how="card", by=rosa).thanked_at

    def test_without_the_tick_a_visit_makes_nobody_thank(self, rosa: User) -> None:
        referral = ReferralFactory.create(state=S.BOOKED, told=False)
        actions.mark_attended(referral=referral, by=rosa)
        referral.refresh_from_db()
        assert referral.thanks_due_at is None

    def test_the_database_wants_at_by_and_how_together(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralFactory.create(thanked_at=timezone.now())


class TestErasing:
    def test_a_friend_who_never_answers_is_gone_after_ninety_days(self, rosa: User) -> None:
        old = ReferralFactory.create(state=S.CONTACT_AGREED, made_at=timezone.now() - timedelta(days=91))
        young = ReferralFactory.create(state=S.CONTACT_AGREED, made_at=timezone.now() - timedelta(days=89))
        assert actions.expire_old() == 1
        assert Referral.objects.get(pk=old.pk).friend_contact == ""
        assert Referral.objects.get(pk=young.pk).friend_contact
        assert actions.expire_old() == 0

    def test_who_came_stays(self) -> None:
        ReferralFactory.create(state=S.ATTENDED, made_at=timezone.now() - timedelta(days=200))
        assert actions.expire_old() == 0

    def test_the_name_that_the_referrer_typed_goes_by_the_calendar_for_all_alike(self) -> None:
        made_at = timezone.now() - timedelta(days=91)
        for state in (S.ATTENDED, S.NAMED):
            ReferralFactory.create(state=state, source="named", told_name="Ruth", made_at=made_at)
        assert {one.shown_name for one in Referral.objects.all()} == {""}
        actions.expire_old()
        assert {one.told_name for one in Referral.objects.all()} == {""}


@pytest.mark.parametrize("state", list(S))
def test_the_database_knows_every_state_and_no_other(state: S) -> None:
    ReferralFactory.create(state=state)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(state=state).update(state="opened")


def test_a_crash_half_way_leaves_nothing(link: PersonalLink, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("referral_portal.referrals.actions.telling.record", broken)
    with pytest.raises(RuntimeError):
        agree(link)
    assert not Referral.objects.exists()
