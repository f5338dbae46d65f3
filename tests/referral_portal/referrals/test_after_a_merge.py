"""A printed card outlives a merge: whoever comes by the link of a record that went is the survivor's friend."""

from __future__ import annotations

import pytest

from accounts.models import User
from patients import merging
from practice.models import Location
from referral_portal.referrals import actions
from referral_portal.referrals.models import PersonalLink, Referral
from tests.factories import people
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def come_by(link: PersonalLink) -> Referral:
    return actions.agree(link=link, friend_name="Eve", friend_contact="360-555-0188", consents=True, is_adult=True)


def test_a_friend_who_comes_by_the_older_card_counts_for_the_one_who_stands(location: Location, rosa: User) -> None:
    survivor = people.whole("firstword", location, phone="360-555-0133")
    gone = people.whole("secondword", location, phone="360-555-0144")
    card = PersonalLink.objects.get(reader=gone.reader)
    merging.merge(survivor=survivor, gone=gone, by=rosa)
    assert come_by(PersonalLink.objects.get(code=card.code)).referrer_id == survivor.reader_id


def test_also_after_the_one_who_stood_was_merged_again(location: Location, rosa: User) -> None:
    first = people.whole("firstword", location, phone="360-555-0133")
    second = people.whole("secondword", location, phone="360-555-0144")
    card = PersonalLink.objects.get(reader=second.reader)
    merging.merge(survivor=first, gone=second, by=rosa)
    last = PatientFactory.create()
    merging.merge(survivor=last, gone=first, by=rosa)
    assert come_by(PersonalLink.objects.get(code=card.code)).referrer_id == last.reader_id
