"""Friends told by the readers of a letter: counted for all of them together, and never for a few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import attribution
from delivery.models import Dispatch, Message
from referral_portal.referrals.models import Referral
from tests.factories.delivery import audience, dispatch
from tests.factories.referrals import ReferralFactory

TOLD, BOOKED = "Friends told", "Of these friends, visits booked"

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def sent(practice, location):
    """A letter that eight readers got three days ago."""
    readers = audience(8)
    opened = dispatch()
    began = timezone.now() - timedelta(days=3)
    Dispatch.objects.filter(pk=opened.pk).update(started_at=began)
    Message.objects.update(state="accepted", settled_at=began, next_try_at=None)
    opened.refresh_from_db()
    return opened, readers


def told(readers, *, days):
    at = timezone.now() - timedelta(days=days)
    for reader in readers:
        ReferralFactory.create(referrer=reader, told_at=at, told_on=at.date())


def figures(opened):
    return {str(one.label): one.number for one in attribution.of(opened)}


def booked(readers):
    """Let so many of the friends whom these told have a visit."""
    Referral.objects.filter(referrer__in=readers).update(visit_at=timezone.now() + timedelta(days=9))


def test_friends_told_after_the_letter_are_counted(sent):
    opened, readers = sent
    told(readers[:5], days=1)
    assert figures(opened) == {TOLD: 5, BOOKED: 0}


def test_a_few_are_no_figure_and_none_is_none(sent):
    opened, readers = sent
    assert figures(opened) == {TOLD: 0, BOOKED: 0}
    told(readers[:4], days=1)
    assert figures(opened) == {TOLD: None, BOOKED: 0}


def test_what_was_before_the_letter_or_of_others_is_not_counted(sent, stranger_patient):
    opened, readers = sent
    told(readers, days=4)
    Message.objects.filter(reader=readers[0]).update(state="failed", reason="550 No such mailbox")
    told(readers[:1], days=1)
    booked(readers)
    assert figures(opened) == {TOLD: 0, BOOKED: 0}


def test_a_letter_that_was_not_started_brought_nothing(practice, location):
    audience(1)
    assert attribution.of(dispatch()) == []


def test_of_the_friends_who_were_told_those_with_a_visit_are_counted(sent):
    opened, readers = sent
    told(readers, days=1)
    booked(readers[:6])
    assert figures(opened) == {TOLD: 8, BOOKED: 6}
    booked(readers)
    Referral.objects.exclude(referrer__in=readers[:4]).update(visit_at=None)
    assert figures(opened) == {TOLD: 8, BOOKED: None}
