"""Which office somebody stands for, and who looks after its people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.roles import may
from accounts.sessions import user_of
from practice import clocks
from referral_portal.offices.models import Membership, Office, ReferringDoctor

if TYPE_CHECKING:
    from accounts.models import User

CURRENT = "office"


def memberships_of(user: User) -> list[Membership]:
    """Return the offices to which somebody belongs now, the longest first."""
    return list(Membership.objects.current().filter(user=user).select_related("office"))


def membership_of(request: HttpRequest) -> Membership:
    """Return the membership under which the signed-in person acts: chosen in this session, else their first.

    Raises:
        PermissionDenied: when they belong to no office any more.
    """
    return _standing(request)[0]


def _standing(request: HttpRequest) -> tuple[Membership, list[Membership]]:
    """Return the chosen membership and all of them, read once a request."""
    standing: tuple[Membership, list[Membership]] | None = vars(request).get("_standing")
    if standing is None:
        found = memberships_of(user_of(request))
        if not found:
            raise PermissionDenied
        chosen = request.session.get(CURRENT, "")
        standing = next((one for one in found if one.office.ref == chosen), found[0]), found
        vars(request)["_standing"] = standing
    return standing


def office_of(request: HttpRequest) -> Office:
    """Return the office for which the signed-in person acts.

    Raises:
        PermissionDenied: when they belong to no office any more.
    """
    return membership_of(request).office


def offices_of(request: HttpRequest) -> list[Office]:
    """Return all offices between which the signed-in person may switch."""
    return [one.office for one in _standing(request)[1]]


def may_manage(user: User, office: Office) -> bool:
    """Return whether `user` looks after the people of `office`: its admins, and staff who manage offices."""
    return may(user, "portal.office_admin", office.scope) or may(user, "offices.manage")


def may_decide(user: User) -> bool:
    """Return whether `user` decides which offices get an account."""
    return may(user, "offices.manage")


def doctors_of(office: Office, on: date | None = None) -> list[ReferringDoctor]:
    """Return the doctors who refer from `office` on a day, today by default."""
    day = on or clocks.today()
    here = office.doctors.on(day).select_related("doctor")
    return sorted((one.doctor for one in here), key=lambda doctor: doctor.name)
