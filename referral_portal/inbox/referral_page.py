"""One referral as the practice sees it: the friend to call, and the person to thank."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from patients.models import ContactPoint, Patient
from referral_portal.inbox.verbs import REFERRAL_VERBS, Verb
from referral_portal.referrals import policy
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import Action, ReferralState

TIMES = {
    "mornings": gettext_lazy("mornings"),
    "noon": gettext_lazy("around noon"),
    "afternoons": gettext_lazy("after 3:00 PM"),
}
PRIMARY = {
    ReferralState.CONTACT_AGREED: Action.LOG_CONTACT,
    ReferralState.NAMED: Action.INVITE,
    ReferralState.CONTACTED: Action.BOOK,
    ReferralState.BOOKED: Action.ATTEND,
}


def load(ref: str) -> Referral | None:
    """Return a referral with what its page shows."""
    return (
        Referral.objects.select_related("referrer__patient", "assignee")
        .prefetch_related("attempts", "referrer__contact_points")
        .filter(ref=ref)
        .first()
    )


def existing(referral: Referral) -> list[Patient]:
    """Return our patients reached at the friend's number or address: shown to staff alone, never outside."""
    contact = referral.friend_contact
    if not contact:
        return []
    points = ContactPoint.objects.filter(address=contact).values("reader")
    return list(Patient.objects.filter(reader__in=points).select_related("reader")[:3])


def context(referral: Referral, user: User, *, from_thanks: bool = False) -> dict[str, Any]:
    """Return what the page shows of a referral to `user`.

    Args:
        from_thanks: opened from the pile of thanks due: it is about the person to thank, not about the friend.
    """
    allowed = set(policy.allowed_actions(referral, user))
    verbs = [verb for verb in REFERRAL_VERBS if verb.action in allowed]
    is_for_thanks = from_thanks and policy.may_thank(referral)
    primary = _primary(referral, verbs, is_for_thanks=is_for_thanks)
    is_for_thanks = is_for_thanks or (primary is not None and primary.action is Action.THANK)
    rest = [verb for verb in verbs if verb is not primary]
    return {
        "referral": referral,
        "is_for_thanks": is_for_thanks,
        "primary": primary,
        "title": _title(referral, primary),
        "second": [verb for verb in rest if not verb.is_grave][:3],
        "more": [verb for verb in rest if verb.is_grave or verb in rest[3:]],
        "times": [str(TIMES[time]) for time in referral.good_times.split(",") if time in TIMES],
        "existing": existing(referral),
        "is_late": _is_late(referral, is_for_thanks=is_for_thanks),
    }


def _is_late(referral: Referral, *, is_for_thanks: bool) -> bool:
    due = referral.thanks_due_at if is_for_thanks else referral.call_by
    return due is not None and due < timezone.now()


def _primary(referral: Referral, verbs: list[Verb], *, is_for_thanks: bool) -> Verb | None:
    wanted = Action.THANK if is_for_thanks else PRIMARY.get(ReferralState(referral.state))
    if wanted is Action.ATTEND and referral.visit_at and referral.visit_at > timezone.now():
        wanted = None
    if wanted is None and policy.may_thank(referral):
        wanted = Action.THANK
    return next((verb for verb in verbs if verb.action is wanted), None)


def _title(referral: Referral, primary: Verb | None) -> str:
    if primary is None:
        return _("Nothing to do now")
    return {
        Action.LOG_CONTACT: _("Call, and note how it went"),
        Action.INVITE: _("Invite once"),
        Action.BOOK: _("Book the first visit"),
        Action.ATTEND: _("Say whether they came"),
        Action.THANK: _("Thank them"),
    }[Action(primary.action)]
