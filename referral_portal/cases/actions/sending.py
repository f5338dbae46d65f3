"""Sending a case: the draft, its files, the submission, corrections by the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import may
from journal.recording import SYSTEM, name_of
from practice.models import Location, Provider, Service
from referral_portal.cases import clocks
from referral_portal.cases.actions.ground import allow, begin, enter, lock, need, save, tell, wait_for
from referral_portal.cases.choices import TOOTH_REASONS, CameBy, Language, Reason, ToothSet, Urgency
from referral_portal.cases.models import Case, CaseFile, Correction
from referral_portal.cases.policy import is_handler
from referral_portal.cases.states import Action, Awaiting, CaseState
from referral_portal.offices.models import Office, ReferringDoctor

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the office gives with a case; dates as dates, a phone as typed."""

    given_name: str
    family_name: str
    born_on: date | None
    phone: str
    service: Service
    location: Location
    referring_doctor: ReferringDoctor | None
    provider: Provider | None = None
    urgency: str = Urgency.ROUTINE
    reason: str = Reason.OTHER
    tooth_set: str = ""
    teeth: tuple[str, ...] = ()
    remark: str = ""
    email: str = ""
    plan: str = ""
    member_id: str = ""
    language: str = Language.ENGLISH
    responsible_adult: str = ""
    alerts: tuple[str, ...] = ()
    emergency_call: str = ""
    may_be_called: bool = False


CORRECTABLE = (
    "given_name",
    "family_name",
    "born",
    "phone",
    "email",
    "responsible_adult",
    "plan",
    "member_id",
    "alerts",
    "remark",
    "teeth",
)


@transaction.atomic
def draft(
    *, office: Office, given: Given, by: User, came_by: str = CameBy.PORTAL, request_key: UUID | None = None
) -> Case:
    """Keep what was given as a draft; nobody but its author sees it.

    Args:
        office: who sends.
        given: what was filled in so far.
        by: a member of the office, or staff at the desk.
        came_by: by which way it reached us.
        request_key: the form's own key; the same key gives the same case.

    Raises:
        PermissionDenied: when `by` belongs neither to the office nor to those who handle cases.
    """
    if not may(by, "portal.office", office.scope) and not is_handler(by):
        raise PermissionDenied
    if request_key is not None:
        standing = Case.objects.filter(office=office, request_key=request_key).first()
        if standing is not None:
            return standing
    case = Case(
        office=office,
        author=by,
        came_by=came_by,
        request_key=request_key,
        service=given.service,
        location=given.location,
        provider=given.provider,
        referring_doctor=given.referring_doctor,
        urgency=given.urgency,
        reason=given.reason,
        tooth_set=given.tooth_set,
        teeth=",".join(given.teeth),
        language=given.language,
        emergency_call=given.emergency_call,
        given_name=given.given_name,
        family_name=given.family_name,
        born=given.born_on.isoformat() if given.born_on else "",
        phone=given.phone,
        email=given.email,
        plan=given.plan,
        member_id=given.member_id,
        responsible_adult=given.responsible_adult,
        alerts="\n".join(given.alerts),
        remark=given.remark,
        created_at=clocks.now(),
        changed_at=clocks.now(),
    )
    if given.may_be_called:
        case.consent_at, case.consent_by = clocks.now(), name_of(by)
    case.save()
    return case


@transaction.atomic
def submit(*, case: Case, by: User, version: int | None = None) -> Case:
    """Send a draft: from now on its acknowledgement is promised.

    Raises:
        ValidationError: naming what the service needs and the draft lacks.
    """
    case = lock(case)
    if case.state is CaseState.SUBMITTED and case.submitted_by == name_of(by):
        return case
    begin(case, Action.SUBMIT, by=by, version=version)
    _demand_minimum(case)
    case.acknowledge_by = clocks.acknowledge_by(case.urgency, case.location, clocks.now())
    enter(case, CaseState.SUBMITTED, by=by, fields=("acknowledge_by",))
    tell(case, Action.SUBMIT, by=by, urgency=case.urgency, came_by=case.came_by, files=case.files.count())
    return case


def _demand_minimum(case: Case) -> None:
    need(
        {
            "given_name": case.given_name,
            "family_name": case.family_name,
            "born_on": case.born,
            "phone": case.phone,
            "referring_doctor": case.referring_doctor_id,
            "may_be_called": case.consent_at,
        }
    )
    needs_tooth = case.service.concerns_a_tooth or case.reason in TOOTH_REASONS
    if needs_tooth and not case.teeth and case.tooth_set != ToothSet.UNSURE:
        raise ValidationError({"teeth": _("Choose the tooth, or “Not sure”.")})


@transaction.atomic
def send(
    *,
    office: Office,
    given: Given,
    by: User,
    came_by: str = CameBy.PORTAL,
    request_key: UUID | None = None,
) -> Case:
    """Draft and submit in one go, with the files that were held under the form's key; a double click sends once."""
    Office.objects.select_for_update().get(pk=office.pk)
    case = draft(office=office, given=given, by=by, came_by=came_by, request_key=request_key)
    if case.state is not CaseState.DRAFT:
        return case
    if request_key is not None:
        held = CaseFile.objects.filter(office=office, held_under=request_key, by=name_of(by))
        held.update(case=case, held_under=None)
    return submit(case=case, by=by)


@transaction.atomic
def correct(*, case: Case, field: str, value: str, by: User, version: int | None = None) -> Correction | None:
    """Put right something that was given; the old value stays beside it, struck through.

    Args:
        case: an open case.
        field: one of CORRECTABLE; a birth date as ISO 8601.
        value: the right value.

    Returns:
        The correction; None where the value stands already.

    Raises:
        ValidationError: for a field that cannot be corrected, or an empty name or phone.
    """
    if field not in CORRECTABLE:
        raise ValidationError({"field": _("This cannot be corrected here.")})
    case = lock(case)
    allow(case, Action.CORRECT, by=by)
    value = value.strip()
    if getattr(case, field) == value:
        return None
    begin(case, Action.CORRECT, by=by, version=version)
    if field in {"given_name", "family_name", "born", "phone"}:
        need({"value": value})
    by_handler = is_handler(by)
    correction = Correction(
        case=case,
        field=field,
        old=getattr(case, field),
        new=value,
        at=clocks.now(),
        by=name_of(by) or SYSTEM,
    )
    if by_handler:
        correction.seen_at, correction.seen_by = clocks.now(), name_of(by)
    correction.save()
    setattr(case, field, value)
    changed: tuple[str, ...] = (field,)
    if not by_handler:
        case.correction_unseen = True
        changed += ("correction_unseen",)
        if case.awaiting == Awaiting.OFFICE:
            changed += wait_for(case, Awaiting.NOBODY)
    save(case, *changed)
    tell(case, Action.CORRECT, by=by, field=field, correction=str(correction.pk))
    return correction
