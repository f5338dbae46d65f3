"""What follows from a case's news: notices to the office and to staff, and the check of its files."""

from __future__ import annotations

from journal.models import Entry
from journal.reacting import on
from referral_portal.cases import actions, notices
from referral_portal.cases.choices import CallOutcome, FileState, Urgency
from referral_portal.cases.models import CaseFile
from referral_portal.cases.notices import UNDO_WITHIN
from referral_portal.cases.states import MUTE, CaseState

STEPS = {
    "case.acknowledged": "case_acknowledged",
    "case.accepted": "case_accepted",
    "case.booked": "case_booked",
    "case.moved": "case_booked",
    "case.missed": "case_visit",
    "case.visit_cancelled": "case_visit",
    "case.declined": "case_declined",
    "case.interim_reported": "case_report",
    "case.completed": "case_report",
    "case.report_amended": "case_report",
    "case.cancelled": "case_cancelled",
    "case.continued": "case_news",
    "case.marked_unreachable": "case_unreachable",
    "case.found": "case_news",
    "case.redirected": "case_news",
    "case.reopened": "case_news",
}
TAKES_OVER = frozenset(STEPS)


@on("case.submitted", after=UNDO_WITHIN)
def give_receipt(entry: Entry) -> None:
    """Tell the office that its case arrived, unless somebody acknowledged it within the minute."""
    case = notices.case_of(entry)
    if case and case.state not in MUTE and not notices.is_taken_over(entry, TAKES_OVER):
        notices.tell_office(entry, case, "case_received")


@on("case.submitted")
def page_for_emergency(entry: Entry) -> None:
    """Call everybody who handles cases for an emergency, at once."""
    case = notices.case_of(entry)
    if case and case.urgency == Urgency.EMERGENCY and case.state is CaseState.SUBMITTED:
        notices.tell_staff(entry, case, "case_emergency", everybody=True)


@on("case.submitted", after=UNDO_WITHIN)
def tell_of_new_case(entry: Entry) -> None:
    """Tell the coordinators of a case that nobody has seen yet."""
    case = notices.case_of(entry)
    if case and case.urgency != Urgency.EMERGENCY and case.state is CaseState.SUBMITTED:
        notices.tell_staff(entry, case, "case_new")


@on(*STEPS, after=UNDO_WITHIN)
def tell_office_of_step(entry: Entry) -> None:
    """Tell the office of one step; of several within a minute, only the last."""
    case = notices.case_of(entry)
    if case and case.state not in MUTE and not notices.is_taken_over(entry, TAKES_OVER):
        notices.tell_office(entry, case, STEPS[entry.verb])


@on("case.asked", "case.written", "case.replied", after=UNDO_WITHIN)
def pass_message_on(entry: Entry) -> None:
    """Tell the other side that somebody wrote."""
    case = notices.case_of(entry)
    if case is None or case.state in MUTE:
        return
    if entry.particulars.get("side") == "office":
        notices.tell_staff(entry, case, "case_office_wrote")
    else:
        notices.tell_office(entry, case, "case_asked" if entry.verb == "case.asked" else "case_written")


@on("case.called", after=UNDO_WITHIN)
def ask_for_right_number(entry: Entry) -> None:
    """Ask the office when the number did not work, unless it was corrected meanwhile."""
    case = notices.case_of(entry)
    if case and entry.particulars.get("outcome") == CallOutcome.WRONG_NUMBER and case.awaiting == "office":
        notices.tell_office(entry, case, "case_asked")


@on("case.corrected", after=UNDO_WITHIN)
def tell_of_correction(entry: Entry) -> None:
    """Tell who looks after the case of a correction that they have not seen."""
    case = notices.case_of(entry)
    if case and case.correction_unseen and case.is_open:
        notices.tell_staff(entry, case, "case_corrected")


@on("case.cancel_requested", after=UNDO_WITHIN)
def tell_of_wish_to_cancel(entry: Entry) -> None:
    """Tell who looks after the case that the office wants to cancel, or the office that it is done."""
    case = notices.case_of(entry)
    if case and case.state is CaseState.CANCEL_REQUESTED:
        notices.tell_staff(entry, case, "case_cancel_asked")
    elif case and case.state is CaseState.CANCELLED:
        notices.tell_office(entry, case, "case_cancelled")


@on("file.held", "case.file_added")
def check_uploaded_file(entry: Entry) -> None:
    """Open an uploaded file for real; until then nobody may."""
    pk = entry.particulars.get("file") or entry.subject.removeprefix("file:")
    file = CaseFile.objects.filter(pk=pk).first()
    if file is not None and file.state in {FileState.PENDING, FileState.SCANNING}:
        actions.check_file(file=file)
