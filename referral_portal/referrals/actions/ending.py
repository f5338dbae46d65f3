"""How a referral ends without a visit: a patient already, no contact wanted, taken back, or forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.recording import record
from referral_portal.referrals import states
from referral_portal.referrals.actions.ground import begin, demand, erase, move, repeated, save
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import Action, ReferralState


@transaction.atomic
def find_existing(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that the friend was a patient already; nobody outside learns it."""
    return move(referral, Action.FIND_EXISTING, "referral.existing", by, version)


@transaction.atomic
def opt_out(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that the friend wants no contact, and erase who they are."""
    if (done := repeated(referral, "referral.opted_out", by, version)) is not None:
        return done
    referral, step = begin(referral, Action.OPT_OUT, by, version)
    referral.state = step.target
    erase(referral)
    record("referral.opted_out", subject=referral, by=by)
    return referral


@transaction.atomic
def void(*, referral: Referral, reason: str, by: User, version: int | None = None) -> Referral:
    """Take back a referral that never was: a test, a joke, a doubled one."""
    demand(reason.strip(), _("Say why."))
    if (done := repeated(referral, "referral.voided", by, version)) is not None:
        return done
    referral, step = begin(referral, Action.VOID, by, version)
    referral.state = step.target
    erase(referral)
    record("referral.voided", subject=referral, by=by)
    return referral


@transaction.atomic
def expire_old() -> int:
    """Erase the friends who never answered within 90 days; return how many."""
    limit = timezone.now() - timedelta(days=states.DAYS_KEPT)
    old = Referral.objects.select_for_update().filter(made_at__lt=limit, state__in=states.ERASED_WHEN_OLD)
    done = 0
    for referral in old[:500]:
        referral.state = ReferralState.EXPIRED
        erase(referral)
        record("referral.expired", subject=referral, by=None)
        done += 1
    named = Referral.objects.select_for_update().filter(
        made_at__lt=limit, source=Referral.Source.NAMED, told_name_erased_at__isnull=True
    )
    for referral in named[:500]:
        referral.told_name, referral.told_name_erased_at = "", timezone.now()
        save(referral)
    return done
