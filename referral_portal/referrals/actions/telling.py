"""How a referral begins: a reader tells a friend, names one, or the friend asks for a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.recording import Named, record
from patients.models import Reader
from practice import clocks
from referral_portal.referrals import policy, states
from referral_portal.referrals.actions.ground import demand, practice_day, save, step_of
from referral_portal.referrals.models import CONSENT_WORDING, PersonalLink, Referral, normal_contact
from referral_portal.referrals.states import Action, Actor, ReferralState
from vault.fields import blind

GUEST = "guest:friend"
THANKS_WITHIN_DAYS, CALL_WITHIN_DAYS = 2, 1


@transaction.atomic
def tell(*, reader: Reader, by: Named | str | None, source: str = Referral.Source.LINK) -> Referral:
    """Keep that `reader` told a friend today; a second time on the same day is the same referral.

    Args:
        reader: who told.
        by: who says so: the reader (their user, or `reader:ref` on a mail link), or staff at the desk.
        source: by their own link, or told at the desk.

    Raises:
        Refused: when the programme is not for them.
    """
    demand(policy.may_refer(reader), _("This is not open to you."))
    Reader.objects.select_for_update().get(pk=reader.pk)
    today = clocks.today()
    found = Referral.objects.filter(referrer=reader, told_on=today, source=source).first()
    if found is not None:
        return found
    referral = Referral(referrer=reader, source=source, state=ReferralState.CREATED, **_told_now())
    referral.save()
    record("referral.told", subject=referral, by=by, about=referral.journal_about, source=str(source))
    return referral


@transaction.atomic
def refer(
    *,
    reader: Reader,
    friend_name: str,
    friend_contact: str,
    relation: str = "",
    friend_agrees: bool,
    by: Named | str | None,
) -> Referral:
    """Keep the friend whom `reader` names; the same friend named again while open is the same referral.

    Args:
        reader: who names.
        friend_name: a first name.
        friend_contact: a phone number or an e-mail address.
        relation: how they know each other, or "".
        friend_agrees: that the friend knows and is happy to hear from us.
        by: the reader.

    Raises:
        Refused: when naming is off, the programme is not for them, or the friend does not know.
    """
    demand(policy.may_name(reader), _("Please share your own link instead."))
    demand(friend_agrees, _("Please ask your friend first."))
    Reader.objects.select_for_update().get(pk=reader.pk)
    same = Referral.objects.filter(blind(Referral, "friend_contact_index", friend_contact), referrer=reader)
    found = same.open().first()
    if found is not None:
        return found
    referral = Referral(
        referrer=reader,
        source=Referral.Source.NAMED,
        state=ReferralState.NAMED,
        told_name=friend_name,
        friend_name=friend_name,
        friend_contact=normal_contact(friend_contact),
        relation=relation,
        call_by=practice_day(CALL_WITHIN_DAYS),
        **_told_now(),
    )
    referral.save()
    record("referral.named", subject=referral, by=by, about=referral.journal_about)
    return referral


@transaction.atomic
def agree(
    *,
    link: PersonalLink,
    friend_name: str,
    friend_contact: str,
    reach_by: str = Referral.Reach.CALL,
    good_times: str = "",
    language: str = "en",
    may_tell_referrer: bool = False,
    consents: bool,
    is_adult: bool,
) -> Referral:
    """Keep that a friend asked us to call: the friend's own form, with the friend's own consent.

    The oldest open "told a friend" of the link's owner becomes this one; else a new referral begins that its owner
    does not see. A repeated click finds the first. Whether the friend is a patient already is never asked here, so
    that neither answer nor time gives it away.

    Args:
        link: of the one who told them.
        friend_name: a first name.
        friend_contact: a phone number or an e-mail address.
        reach_by: how to answer.
        good_times: when, parted by commas.
        language: in which they read the page, so that we call in it.
        may_tell_referrer: that the one who told them may know that they came.
        consents: that we may call, text or e-mail.
        is_adult: that they are 18 or older.

    Raises:
        Refused: without consent or under 18.
    """
    demand(consents, _("Please say that we may call, text or e-mail you."))
    demand(is_adult, _("This page is for people 18 or older."))
    owner = Reader.objects.select_for_update().get(pk=link.owner.pk)
    of_owner = Referral.objects.filter(referrer=owner)
    index = blind(Referral, "friend_contact_index", friend_contact)
    found = of_owner.filter(index).filter(state__in=states.WITH_A_FRIEND).order_by("made_at").first()
    if found is not None and found.agreed_at is not None:
        return found
    if found is None:
        since = timezone.now() - timedelta(days=states.DAYS_KEPT)
        waiting = of_owner.filter(state=ReferralState.CREATED, source=Referral.Source.LINK, made_at__gte=since)
        found = waiting.order_by("made_at").first()
    referral = found or Referral(referrer=owner, source=Referral.Source.LINK)
    step = step_of(Action.AGREE, found, frozenset({Actor.GUEST}))
    referral.state = step.target
    referral.friend_name, referral.friend_contact = friend_name, normal_contact(friend_contact)
    referral.reach_by, referral.good_times, referral.may_tell_referrer = reach_by, good_times, may_tell_referrer
    referral.friend_language = language
    referral.agreed_at, referral.wording_version = timezone.now(), CONSENT_WORDING
    referral.call_by = practice_day(CALL_WITHIN_DAYS)
    save(referral)
    record("referral.agreed", subject=referral, by=GUEST, may_tell=may_tell_referrer)
    return referral


def call_promise() -> datetime:
    """Return by when we call somebody who asks now: the end of the next practice day."""
    return practice_day(CALL_WITHIN_DAYS)


def _told_now() -> dict[str, Any]:
    """Return what every act of telling carries: the moment, and when its thank-you is owed."""
    return {
        "told_at": timezone.now(),
        "told_on": clocks.today(),
        "thanks_due_at": practice_day(THANKS_WITHIN_DAYS),
    }
