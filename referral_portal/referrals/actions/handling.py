"""What the practice does for a friend: invite, call, book, meet, and thank whoever told them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.recording import name_of, record
from referral_portal.referrals import policy
from referral_portal.referrals.actions.ground import attempt, begin, demand, move, practice_day, repeated, save
from referral_portal.referrals.actions.telling import THANKS_WITHIN_DAYS
from referral_portal.referrals.models import ContactAttempt, Referral
from referral_portal.referrals.states import Action


@transaction.atomic
def invite(*, referral: Referral, do_not_call_checked: bool, by: User, version: int | None = None) -> Referral:
    """Keep that a named friend was invited: one message or one hand-dialled call, the do-not-call list checked."""
    if (done := repeated(referral, "referral.invited", by, version)) is not None:
        return done
    demand(do_not_call_checked, _("Check the do-not-call list first."))
    referral, step = begin(referral, Action.INVITE, by, version)
    referral.state = step.target
    save(referral)
    attempt(referral, ContactAttempt.Outcome.INVITED, by)
    record("referral.invited", subject=referral, by=by)
    return referral


@transaction.atomic
def log_contact(*, referral: Referral, outcome: str, by: User, version: int | None = None) -> Referral:
    """Keep one try to reach the friend; only "reached" and "written" move the referral on."""
    if (done := repeated(referral, "referral.contacted", by, version, outcome=str(outcome))) is not None:
        return done
    referral, step = begin(referral, Action.LOG_CONTACT, by, version)
    attempt(referral, outcome, by)
    if outcome in {ContactAttempt.Outcome.REACHED, ContactAttempt.Outcome.WRITTEN}:
        referral.state, referral.contacted_at = step.target, referral.contacted_at or timezone.now()
    save(referral)
    record("referral.contacted", subject=referral, by=by, outcome=str(outcome))
    return referral


@transaction.atomic
def book(*, referral: Referral, starts_at: datetime, by: User, version: int | None = None) -> Referral:
    """Keep that the friend's first visit is booked; who books has spoken with them.

    Raises:
        Refused: for a time that has passed.
    """
    done = repeated(referral, "referral.booked", by, version)
    if done is not None and done.visit_at == starts_at:
        return done
    demand(starts_at > timezone.now(), _("This time has passed."))
    referral, step = begin(referral, Action.BOOK, by, version)
    if Action.LOG_CONTACT in step.implied:
        attempt(referral, ContactAttempt.Outcome.REACHED, by)
        record("referral.contacted", subject=referral, by=by, outcome="reached", implied=True)
    referral.state, referral.visit_at = step.target, starts_at
    referral.contacted_at = referral.contacted_at or timezone.now()
    save(referral)
    record("referral.booked", subject=referral, by=by)
    return referral


@transaction.atomic
def mark_attended(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that the friend came. The referrer learns of it, and is thanked for it, only with the friend's tick."""
    may_tell = referral.may_tell_referrer
    if (done := repeated(referral, "referral.attended", by, version, may_tell=may_tell)) is not None:
        return done
    referral, step = begin(referral, Action.ATTEND, by, version)
    referral.state, referral.attended_at = step.target, timezone.now()
    if referral.may_tell_referrer and referral.told_at is None:
        referral.thanks_due_at = practice_day(THANKS_WITHIN_DAYS)
    save(referral)
    record("referral.attended", subject=referral, by=by, may_tell=referral.may_tell_referrer)
    return referral


@transaction.atomic
def give_up(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that nobody answered."""
    return move(referral, Action.GIVE_UP, "referral.unanswered", by, version)


@transaction.atomic
def thank(*, referral: Referral, how: str, by: User, name: str = "", version: int | None = None) -> Referral:
    """Keep that the referrer was thanked, how and by whom; a second click changes nothing.

    Args:
        referral: for what.
        how: a card, a call or a note.
        by: who thanked.
        name: the name that the referrer's page shows; the person's own by default.

    Raises:
        Refused: when no thank-you is owed, as for a friend who came unasked and did not say that we may tell.
    """
    referral, _ends = begin(referral, Action.THANK, by, version, repeat=lambda found: found.thanked_at is not None)
    if referral.thanked_at is not None:
        return referral
    demand(policy.may_thank(referral), _("No thank-you is due here: the friend did not say that we may tell."))
    referral.thanked_at, referral.thanked_by, referral.thanked_how = timezone.now(), name_of(by), how
    referral.thanked_name = name or by.get_full_name() or _("The team")
    save(referral)
    record("referral.thanked", subject=referral, by=by, about=referral.journal_about, how=str(how))
    return referral
