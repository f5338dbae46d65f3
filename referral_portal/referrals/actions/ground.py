"""What every act on a referral stands on: the lock, the policy, the record, and what a repeated click is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.models import Entry
from journal.recording import name_of, record
from practice.models import Location, StaffMember
from referral_portal.referrals import policy, states
from referral_portal.referrals.models import ContactAttempt, Referral
from referral_portal.referrals.policy import Refused, Stale
from referral_portal.referrals.states import Action, Actor, ReferralState

DOUBLE_CLICK = timedelta(seconds=60)


def practice_day(days: int) -> datetime:
    """Return the end of the practice day that many days from now."""
    location = Location.objects.prefetch_related("hours", "closures").first()
    now = timezone.now()
    return location.after_practice_days(now, days) if location else now + timedelta(days=days)


def demand(holds: object, otherwise: str) -> None:
    """Refuse, in words, where something does not hold."""
    if not holds:
        raise Refused(otherwise)


def step_of(action: Action, referral: Referral | None, actors: frozenset[Actor]) -> states.Step:
    """Return what the table says `action` would do.

    Raises:
        Refused: when it may not be done in this state.
    """
    step = states.step(action, ReferralState(referral.state) if referral else None, actors)
    if step is None:
        raise Refused(_("This is no longer possible. The page below is up to date."))
    return step


def begin(
    referral: Referral, action: Action, by: User, version: int | None, repeat: Any = None
) -> tuple[Referral, states.Step]:
    """Lock the row, ask policy and table, and return both."""
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    actors = policy.actors_of(by)
    demand(actors, _("Your role may not do this."))
    is_repeat = repeat is not None and repeat(locked)
    if version is not None and locked.version != version and not is_repeat:
        raise Stale(_("Someone else changed this in the meantime."))
    if locked.assignee_id is None:
        locked.assignee = StaffMember.objects.filter(user=by).first()
    return locked, step_of(action, locked, actors)


def repeated(referral: Referral, verb: str, by: User, version: int | None, **particulars: Any) -> Referral | None:
    """Return the referral, locked, where this person did just this on the page that they saw: a double click.

    Args:
        referral: on what.
        verb: the act, as the journal has it.
        by: who clicks.
        version: what they had before their eyes; without one, nothing tells a repeat from a second act.
        particulars: what the act was given, as its entry keeps it.
    """
    if version is None:
        return None
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    if locked.version != version + 1:
        return None
    last = Entry.objects.of(name_of(locked)).changes().first()
    is_same = last is not None and (last.verb, last.by) == (verb, name_of(by)) and last.particulars == particulars
    return locked if is_same and last is not None and last.at > timezone.now() - DOUBLE_CLICK else None


def move(referral: Referral, action: Action, verb: str, by: User, version: int | None) -> Referral:
    """Do an act that changes nothing but the state."""
    if (done := repeated(referral, verb, by, version)) is not None:
        return done
    referral, step = begin(referral, action, by, version)
    referral.state = step.target
    save(referral)
    record(verb, subject=referral, by=by)
    return referral


def attempt(referral: Referral, outcome: str, by: User) -> None:
    """Keep one try to reach the friend."""
    ContactAttempt.objects.create(referral=referral, outcome=outcome, by=name_of(by), by_name=by.get_full_name()[:80])


def erase(referral: Referral) -> None:
    """Take the friend out of the row; what stays says only that somebody was told."""
    referral.friend_name = referral.friend_contact = referral.good_times = referral.relation = ""
    referral.friend_language = ""
    referral.erased_at = timezone.now()
    save(referral)


def save(referral: Referral) -> None:
    """Write the row and a new version, so that whoever looks at the old one is told."""
    if not referral._state.adding:
        referral.version += 1
    referral.save()
