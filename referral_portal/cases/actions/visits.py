"""The visits of a case: book, move, keep, miss, cancel."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import SYSTEM, name_of
from practice.models import Location, Provider
from referral_portal.cases import clocks
from referral_portal.cases.actions.ground import CaseConflict, allow, begin, lock, need, save, tell, wait_for
from referral_portal.cases.actions.settling import settle
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.policy import may_settle
from referral_portal.cases.states import Action, Awaiting, VisitState

if TYPE_CHECKING:
    from accounts.models import User


def _demand_a_possible_day(case: Case, starts_at: datetime, location: Location) -> None:
    """Refuse a visit on a day on which the location is closed, or before the day on which the case was sent.

    Raises:
        ValidationError: naming `starts_at`.
    """
    day = starts_at.astimezone(location.zone).date()
    closure = next((closure for closure in location.closures.all() if closure.on == day), None)
    if closure is not None:
        words = _("%(place)s is closed that day: %(name)s. Please choose another day.")
        raise ValidationError({"starts_at": words % {"place": location.name, "name": closure.name}})
    if case.submitted_at is not None and day < case.submitted_at.astimezone(location.zone).date():
        raise ValidationError({"starts_at": _("That day is before the referral was sent. Please choose a later one.")})


@transaction.atomic
def book(
    *, case: Case, starts_at: datetime, provider: Provider, location: Location, by: User, version: int | None = None
) -> CaseAppointment:
    """Book a visit; from a case just sent, that acknowledges and accepts it too.

    Args:
        starts_at: aware.
        provider: who will see the patient, and treats the case where nobody did yet.
        location: where.
    """
    need({"starts_at": starts_at, "provider": provider, "location": location})
    case = lock(case)
    allow(case, Action.BOOK, by=by)
    standing = case.appointments.filter(status=VisitState.BOOKED, starts_at=starts_at).first()
    if standing is not None:
        return standing
    _demand_a_possible_day(case, starts_at, location)
    begin(case, Action.BOOK, by=by, version=version)
    visit = CaseAppointment.objects.create(
        case=case,
        starts_at=starts_at,
        provider=provider,
        location=location,
        booked_at=clocks.now(),
        booked_by=name_of(by) or SYSTEM,
    )
    changed = wait_for(case, Awaiting.NOBODY)
    if case.provider_id is None:
        case.provider = provider
        changed += ("provider",)
    save(case, *changed)
    tell(case, Action.BOOK, by=by, visit=visit.ref)
    return visit


@transaction.atomic
def move(
    *,
    appointment: CaseAppointment,
    starts_at: datetime,
    by: User,
    provider: Provider | None = None,
    location: Location | None = None,
    version: int | None = None,
) -> CaseAppointment:
    """Move a visit: the old one stays as moved, a new one is booked.

    Returns:
        The new visit.
    """
    case, visit = _with_case(appointment)
    allow(case, Action.MOVE, by=by)
    if visit.moved_to is not None and visit.moved_to.starts_at == starts_at:
        return visit.moved_to
    if visit.status == VisitState.BOOKED and visit.starts_at == starts_at and provider is None and location is None:
        return visit
    _demand_a_possible_day(case, starts_at, location or visit.location)
    begin(case, Action.MOVE, by=by, version=version)
    _demand_booked(case, visit)
    settled, moment = name_of(by) or SYSTEM, clocks.now()
    new = CaseAppointment(
        case=case,
        starts_at=starts_at,
        provider=provider or visit.provider,
        location=location or visit.location,
        booked_at=moment,
        booked_by=settled,
    )
    new.save()
    visit.moved_to = new
    settle(visit, VisitState.MOVED, by=by, fields=("moved_to",))
    save(case)
    tell(case, Action.MOVE, by=by, visit=new.ref, moved_from=visit.ref)
    return new


@transaction.atomic
def keep(*, appointment: CaseAppointment, by: User, note: str = "", version: int | None = None) -> CaseAppointment:
    """Say that the patient came."""
    return _settle(appointment, Action.KEEP, VisitState.KEPT, by=by, version=version, note=note)


@transaction.atomic
def miss(*, appointment: CaseAppointment, by: User, version: int | None = None) -> CaseAppointment:
    """Say that the patient did not come."""
    return _settle(appointment, Action.MISS, VisitState.MISSED, by=by, version=version)


@transaction.atomic
def cancel_visit(*, appointment: CaseAppointment, reason: str, by: User, version: int | None = None) -> CaseAppointment:
    """Cancel a visit, and only the visit; the reason stays inside."""
    need({"reason": reason})
    return _settle(appointment, Action.CANCEL_VISIT, VisitState.CANCELLED, by=by, version=version, note=reason)


def _settle(
    appointment: CaseAppointment, action: Action, state: VisitState, *, by: User, version: int | None, note: str = ""
) -> CaseAppointment:
    case, visit = _with_case(appointment)
    if visit.status == state and visit.settled_by == name_of(by):
        return visit
    begin(case, action, by=by, version=version)
    _demand_booked(case, visit)
    visit.note = note
    settle(visit, state, by=by, fields=("note",))
    save(case)
    tell(case, action, by=by, visit=visit.ref)
    return visit


def _with_case(appointment: CaseAppointment) -> tuple[Case, CaseAppointment]:
    case = lock(appointment.case)
    visit = CaseAppointment.objects.select_related("moved_to", "provider", "location").get(pk=appointment.pk)
    return case, visit


def _demand_booked(case: Case, visit: CaseAppointment) -> None:
    if not may_settle(visit):
        raise CaseConflict(case, reason="settled")
