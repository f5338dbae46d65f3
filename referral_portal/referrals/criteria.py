"""What segments may ask about telling friends: that somebody told one, never what became of the friend."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients import segments
from patients.segments import How, Person, Place, Span, Values, spans
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import ReferralState

FRIENDS = _("Letters and friends")


def enter() -> None:
    """Enter the question."""
    segments.criterion(
        "told_friend",
        label=_("Told a friend"),
        group=FRIENDS,
        hows=[
            How(
                "within",
                _("in the last"),
                _("who *told a friend* about us in the last *{span}*"),
                lambda values, place: _told(place, _since(values, place.day)),
                lambda values, person: any(day >= _since(values, person.day) for day in _days(person)),
                (Span("span", _("How long"), start="12 months"),),
            ),
            How(
                "ever",
                _("ever"),
                _("who *told a friend* about us"),
                lambda values, place: _told(place, None),
                lambda values, person: bool(_days(person)),
            ),
            How(
                "never",
                _("never"),
                _("who *never told a friend* about us"),
                lambda values, place: ~_told(place, None),
                lambda values, person: not _days(person),
            ),
        ],
    )


def _since(values: Values, day: date) -> date:
    return spans.before(day, *segments.parted(values["span"]))


def _told(place: Place, since: date | None) -> Q:
    told = Referral.objects.filter(told_on__isnull=False).exclude(state=ReferralState.VOID)
    return place.reader_has(told.filter(told_on__gte=since) if since is not None else told, "referrer")


def _days(person: Person) -> list[date]:
    told = Referral.objects.filter(referrer=person.reader).exclude(state=ReferralState.VOID)
    return [one.told_on for one in told if one.told_on is not None]
