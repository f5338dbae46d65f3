"""Makes personal links and referrals in any state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from patients.models import Reader
from referral_portal.referrals.models import PersonalLink, Referral
from referral_portal.referrals.states import ReferralState
from tests.factories.patients import ReaderFactory
from vault import refs

BY = "user:U-MADE"


class PersonalLinkFactory(factory.django.DjangoModelFactory[PersonalLink]):
    """A reader's own link."""

    class Meta:
        model = PersonalLink

    reader = factory.SubFactory(ReaderFactory, kind=Reader.Kind.PATIENT)
    code = factory.LazyFunction(refs.code)


class ReferralFactory(factory.django.DjangoModelFactory[Referral]):
    """A friend who came by the link; `state=` brings what its state asks for, `told=False` one who came unasked."""

    class Meta:
        model = Referral

    referrer = factory.SubFactory(ReaderFactory, kind=Reader.Kind.PATIENT)
    source = Referral.Source.LINK
    state = ReferralState.CREATED

    @classmethod
    def _create(cls, model_class: type[Referral], *args: Any, **kwargs: Any) -> Referral:
        now = timezone.now()
        moment = kwargs.setdefault("made_at", now - timedelta(hours=2))
        state = ReferralState(kwargs["state"])
        if kwargs.pop("told", True):
            kwargs.setdefault("told_at", moment)
            kwargs.setdefault("told_on", timezone.localdate(moment))
            kwargs.setdefault("thanks_due_at", moment + timedelta(days=2))
        if state not in {ReferralState.CREATED, ReferralState.EXPIRED, ReferralState.VOID, ReferralState.OPTED_OUT}:
            kwargs.setdefault("friend_name", "Ruth")
            kwargs.setdefault("friend_contact", "+13605550158")
            kwargs.setdefault("call_by", moment + timedelta(days=1))
        if state in {
            ReferralState.CONTACT_AGREED,
            ReferralState.CONTACTED,
            ReferralState.BOOKED,
            ReferralState.ATTENDED,
        }:
            kwargs.setdefault("agreed_at", moment)
            kwargs.setdefault("wording_version", "test-1")
            kwargs.setdefault("reach_by", "call")
        if state in {ReferralState.BOOKED, ReferralState.ATTENDED}:
            kwargs.setdefault("visit_at", now + timedelta(days=3))
        if state is ReferralState.ATTENDED:
            kwargs.setdefault("attended_at", now)
        if kwargs.pop("thanked", False):
            kwargs.update(thanked_at=now, thanked_by=BY, thanked_how="card", thanked_name="Rosa Delgado")
        return super()._create(model_class, *args, **kwargs)
