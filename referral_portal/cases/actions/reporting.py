"""Reporting back: interim, final and amended reports, and the receipt that closes the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import SYSTEM, name_of
from practice.models import Provider
from referral_portal.cases import clocks
from referral_portal.cases.actions.ground import (
    DOUBLE_CLICK,
    CaseConflict,
    begin,
    enter,
    is_done_already,
    lock,
    need,
    save,
    tell,
    wait_for,
)
from referral_portal.cases.actions.settling import settle_booked
from referral_portal.cases.choices import SEEN_ENDINGS, ConfirmedHow, Ending
from referral_portal.cases.models import Case, CaseFile, Report
from referral_portal.cases.policy import is_handler
from referral_portal.cases.states import Action, Awaiting, CaseState, VisitState

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def report_interim(
    *,
    case: Case,
    by: User,
    clinician: Provider,
    text: str = "",
    file: CaseFile | None = None,
    version: int | None = None,
) -> Report:
    """Tell the office how it goes, while the care goes on.

    Args:
        clinician: who wrote or approved it.
        text: what was found and done.
        file: or a document, filed with this case.
    """
    case = lock(case)
    if standing := _reported_just_now(case, text, by):
        return standing
    begin(case, Action.REPORT_INTERIM, by=by, version=version)
    report = _file_report(case, by=by, clinician=clinician, text=text, file=file)
    save(case)
    tell(case, Action.REPORT_INTERIM, by=by, report=str(report.pk), clinician=clinician.ref)
    return report


@transaction.atomic
def complete(
    *,
    case: Case,
    ending: str,
    by: User,
    clinician: Provider,
    text: str = "",
    file: CaseFile | None = None,
    ending_note: str = "",
    version: int | None = None,
) -> Case:
    """End the care and report to the office, which is asked to confirm that it has the report.

    Args:
        ending: a value of Ending.
        clinician: who wrote or approved the report: "by Dr. X, sent by Rosa".
        text: the report in words; not needed where earlier reports or `file` say all.
        ending_note: to whom the patient was referred on.
    """
    need({"ending": ending, "clinician": clinician})
    if ending not in Ending.values:
        raise ValidationError({"ending": _("Choose how it ended.")})
    if ending == Ending.REFERRED_ON:
        need({"ending_note": ending_note.strip()})
    case = lock(case)
    if is_done_already(case, CaseState.COMPLETED, by):
        return case
    begin(case, Action.COMPLETE, by=by, version=version)
    if text.strip() or file is not None:
        _file_report(case, by=by, clinician=clinician, text=text, file=file, is_final=True)
    elif not case.reports.exists():
        raise ValidationError({"text": _("Write a report or add a document.")})
    case.ending, case.ending_note = ending, ending_note.strip()
    turn = wait_for(case, Awaiting.NOBODY)
    past = VisitState.KEPT if ending in SEEN_ENDINGS else VisitState.CANCELLED
    settle_booked(case, VisitState.CANCELLED, by=by, past=past)
    enter(case, CaseState.COMPLETED, by=by, fields=("ending", "ending_note", *turn))
    tell(case, Action.COMPLETE, by=by, ending=ending, clinician=clinician.ref)
    return case


@transaction.atomic
def amend_report(*, case: Case, by: User, clinician: Provider, text: str = "", file: CaseFile | None = None) -> Report:
    """Add to a report after the end, without opening the case again; the earlier report stays."""
    case = lock(case)
    if standing := _reported_just_now(case, text, by):
        return standing
    begin(case, Action.AMEND_REPORT, by=by)
    report = _file_report(case, by=by, clinician=clinician, text=text, file=file, is_final=True, is_amendment=True)
    save(case)
    tell(case, Action.AMEND_REPORT, by=by, report=str(report.pk), clinician=clinician.ref)
    return report


@transaction.atomic
def confirm_receipt(*, case: Case, by: User, how: str = ConfirmedHow.PORTAL, version: int | None = None) -> Case:
    """Close the loop: the office has the report.

    Args:
        how: by which way we know; staff say fax, phone or letter, the office itself confirms in the portal.
    """
    case = lock(case)
    if case.state is CaseState.LOOP_CLOSED and case.closed_how != ConfirmedHow.LAPSED:
        return case
    begin(case, Action.CONFIRM_RECEIPT, by=by, version=version)
    if how not in ConfirmedHow.values or how == ConfirmedHow.LAPSED:
        raise ValidationError({"how": _("Choose how the office confirmed.")})
    if how == ConfirmedHow.PORTAL and is_handler(by):
        raise ValidationError({"how": _("Only the office confirms in the portal. Choose fax, phone, or letter.")})
    case.closed_how = how
    enter(case, CaseState.LOOP_CLOSED, by=by, fields=("closed_how",))
    tell(case, Action.CONFIRM_RECEIPT, by=by, how=how)
    return case


@transaction.atomic
def lapse(*, case: Case, by: None = None) -> Case:
    """Close a case whose receipt nobody confirmed in 30 days; counted apart.

    Raises:
        CaseConflict: when the thirty days are not over.
    """
    case = lock(case)
    if case.state is CaseState.LOOP_CLOSED:
        return case
    begin(case, Action.LAPSE, by=by)
    if case.completed_at is None or clocks.now() < case.completed_at + clocks.RECEIPT_LAPSES_AFTER:
        raise CaseConflict(case, reason="too_early")
    case.closed_how = ConfirmedHow.LAPSED
    enter(case, CaseState.LOOP_CLOSED, by=by, fields=("closed_how",))
    tell(case, Action.LAPSE, by=by)
    return case


def _reported_just_now(case: Case, text: str, by: User) -> Report | None:
    """Return this person's report of the last minute that says the same: a double click."""
    recent = case.reports.filter(by=name_of(by), at__gte=clocks.now() - DOUBLE_CLICK)
    return next((report for report in recent if text.strip() and report.text == text.strip()), None)


def _file_report(
    case: Case,
    *,
    by: User,
    clinician: Provider,
    text: str,
    file: CaseFile | None,
    is_final: bool = False,
    is_amendment: bool = False,
) -> Report:
    if not text.strip() and file is None:
        raise ValidationError({"text": _("Write a report or add a document.")})
    if file is not None and file.case_id != case.pk:
        raise ValidationError({"file": _("This document belongs to another referral.")})
    return Report.objects.create(
        case=case,
        is_final=is_final,
        is_amendment=is_amendment,
        text=text.strip(),
        file=file,
        clinician=clinician,
        at=clocks.now(),
        by=name_of(by) or SYSTEM,
    )
