"""A repeated click of the same person is the same act; another act on a stale page changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from journal.recording import viewed
from referral_portal.referrals import actions
from referral_portal.referrals.models import ContactAttempt, Referral
from referral_portal.referrals.policy import Stale
from referral_portal.referrals.states import ReferralState as S
from tests.cast import sign_in
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db
SOON = timezone.now().replace(microsecond=0) + timedelta(days=7)


@dataclass(frozen=True)
class Click:
    """One act, from where it begins, and the verb that its entry has."""

    act: Callable[..., Referral]
    begins: S
    verb: str
    given: dict[str, Any]

    def by(self, user: User, referral: Referral, version: int) -> Referral:
        """Do it on the page of `version`."""
        return self.act(referral=referral, by=user, version=version, **self.given)


CLICKS = {
    "log_contact": Click(actions.log_contact, S.CONTACT_AGREED, "referral.contacted", {"outcome": "reached"}),
    "voicemail": Click(actions.log_contact, S.CONTACT_AGREED, "referral.contacted", {"outcome": "voicemail"}),
    "book": Click(actions.book, S.CONTACTED, "referral.booked", {"starts_at": SOON}),
    "book_at_once": Click(actions.book, S.CONTACT_AGREED, "referral.booked", {"starts_at": SOON}),
    "mark_attended": Click(actions.mark_attended, S.BOOKED, "referral.attended", {}),
    "give_up": Click(actions.give_up, S.CONTACTED, "referral.unanswered", {}),
    "invite": Click(actions.invite, S.NAMED, "referral.invited", {"do_not_call_checked": True}),
    "find_existing": Click(actions.find_existing, S.CONTACTED, "referral.existing", {}),
    "opt_out": Click(actions.opt_out, S.CONTACTED, "referral.opted_out", {}),
    "void": Click(actions.void, S.CONTACTED, "referral.voided", {"reason": "A test"}),
}


@pytest.fixture(params=CLICKS.values(), ids=list(CLICKS))
def click(request: pytest.FixtureRequest) -> Click:
    found: Click = request.param
    return found


def standing(referral: Referral) -> tuple[dict[str, Any], int, int]:
    """Return all that a second click must leave as it is."""
    row = Referral.objects.values().get(pk=referral.pk)
    return row, ContactAttempt.objects.filter(referral=referral).count(), Entry.objects.count()


class TestTheSameClickAgain:
    def test_it_is_one_act_and_the_answer_is_the_same(self, click: Click, colette: User) -> None:
        referral = ReferralFactory.create(state=click.begins)
        first = click.by(colette, referral, referral.version)
        before = standing(referral)
        second = click.by(colette, referral, referral.version)
        assert (second.pk, second.state, second.version) == (first.pk, first.state, first.version)
        assert standing(referral) == before
        assert Entry.objects.filter(verb=click.verb).count() == 1

    def test_somebody_who_only_looked_in_between_does_not_make_it_another(self, click: Click, colette: User) -> None:
        referral = ReferralFactory.create(state=click.begins)
        click.by(colette, referral, referral.version)
        viewed(referral, by=colette)
        click.by(colette, referral, referral.version)
        assert Entry.objects.filter(verb=click.verb).count() == 1

    def test_from_somebody_else_it_is_a_stale_page(self, click: Click, colette: User, rosa: User) -> None:
        referral = ReferralFactory.create(state=click.begins)
        click.by(colette, referral, referral.version)
        before = standing(referral)
        with pytest.raises(Stale):
            click.by(rosa, referral, referral.version)
        assert standing(referral) == before

    def test_a_day_later_it_is_a_stale_page(self, click: Click, colette: User) -> None:
        referral = ReferralFactory.create(state=click.begins)
        click.by(colette, referral, referral.version)
        with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(Stale):
            click.by(colette, referral, referral.version)

    def test_after_something_else_happened_it_is_a_stale_page(self, colette: User) -> None:
        referral = ReferralFactory.create(state=S.CONTACT_AGREED)
        seen = referral.version
        actions.log_contact(referral=referral, outcome="voicemail", by=colette, version=seen)
        actions.log_contact(referral=referral, outcome="no_answer", by=colette, version=seen + 1)
        with pytest.raises(Stale):
            actions.log_contact(referral=referral, outcome="voicemail", by=colette, version=seen)


class TestAnotherAct:
    def test_another_outcome_on_a_stale_page_is_refused(self, colette: User) -> None:
        referral = ReferralFactory.create(state=S.CONTACT_AGREED)
        actions.log_contact(referral=referral, outcome="voicemail", by=colette, version=referral.version)
        with pytest.raises(Stale):
            actions.log_contact(referral=referral, outcome="reached", by=colette, version=referral.version)
        assert ContactAttempt.objects.count() == 1

    def test_another_time_on_a_stale_page_is_refused(self, colette: User) -> None:
        referral = ReferralFactory.create(state=S.CONTACTED)
        actions.book(referral=referral, starts_at=SOON, by=colette, version=referral.version)
        with pytest.raises(Stale):
            actions.book(referral=referral, starts_at=SOON + timedelta(hours=1), by=colette, version=referral.version)
        referral.refresh_from_db()
        assert referral.visit_at == SOON

    def test_on_the_page_as_it_is_now_a_second_try_counts(self, colette: User) -> None:
        referral = ReferralFactory.create(state=S.CONTACT_AGREED)
        for version in (referral.version, referral.version + 1):
            actions.log_contact(referral=referral, outcome="voicemail", by=colette, version=version)
        assert ContactAttempt.objects.count() == 2


def test_in_the_inbox_a_double_click_gives_the_same_page(client: Client, colette: User, location: object) -> None:
    sign_in(client, colette)
    referral = ReferralFactory.create(state=S.CONTACT_AGREED)
    when = {"on": f"{SOON:%Y-%m-%d}", "at": "08:30"}
    acts: list[tuple[str, dict[str, str]]] = [
        ("call", {"outcome": "reached"}),
        ("appointments", when),
        ("attendance", {}),
    ]
    for noun, given in acts:
        version = Referral.objects.values_list("version", flat=True).get(pk=referral.pk)
        answers = [
            client.post(f"/admin/inbox/{referral.ref}/{noun}/", {**given, "version": version}) for _click in range(2)
        ]
        assert [answer.status_code for answer in answers] == [302, 302], noun
        assert len({answer.headers["Location"] for answer in answers}) == 1
    verbs = list(Entry.objects.of(f"referral:{referral.ref}").changes().values_list("verb", flat=True))
    assert sorted(verbs) == ["referral.attended", "referral.booked", "referral.contacted"]
