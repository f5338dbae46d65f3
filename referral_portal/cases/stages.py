"""Where a case is, and what is next, in words: one table from state and visits to the stages that people see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.policy import visits_taken_along
from referral_portal.cases.states import Action, Awaiting, CaseState, VisitState

Audience = Literal["office", "staff"]
STAGES: tuple[tuple[str, Promise], ...] = (
    ("sent", gettext_lazy("Sent")),
    ("acknowledged", gettext_lazy("Acknowledged")),
    ("called", gettext_lazy("We called the patient")),
    ("booked", gettext_lazy("Visit booked")),
    ("seen", gettext_lazy("Seen")),
    ("reported", gettext_lazy("Report sent")),
)
SENT, ACKNOWLEDGED, CALLED, BOOKED, SEEN, REPORTED = range(6)
STOPS: dict[CaseState, tuple[str, Promise, str]] = {
    CaseState.DECLINED: ("declined", gettext_lazy("Declined"), "declined"),
    CaseState.CANCEL_REQUESTED: ("cancel_requested", gettext_lazy("Asked to cancel"), "cancel_requested"),
    CaseState.CANCELLED: ("cancelled", gettext_lazy("Canceled"), "cancelled"),
    CaseState.UNREACHABLE: ("unreachable", gettext_lazy("Cannot be reached"), "unreachable"),
    CaseState.MERGED: ("merged", gettext_lazy("Merged"), "ended"),
    CaseState.ENTERED_IN_ERROR: ("withdrawn", gettext_lazy("Withdrawn"), "ended"),
}
TONES = {
    "draft": "",
    "sent": "",
    "acknowledged": "is-brand",
    "called": "is-brand",
    "booked": "is-info",
    "seen": "is-info",
    "reported": "is-ok",
    "confirmed": "is-ok",
    "asked": "is-warn",
    "missed": "is-bad",
    "declined": "is-bad",
    "unreachable": "is-warn",
    "cancel_requested": "is-warn",
}


ONE_ACT = timedelta(seconds=5)  # a question and the wait for its answer are written in one act


@dataclass(frozen=True)
class Stage:
    """One step on the line: done, current, to do, or stopped."""

    key: str
    label: str
    state: Literal["done", "current", "todo", "stopped"]
    at: datetime | None = None
    note: str = ""

    @property
    def look(self) -> str:
        """Return the class that draws it."""
        return {"done": "is-done", "current": "is-now", "todo": "is-todo", "stopped": "is-now is-stopped"}[self.state]


@dataclass(frozen=True)
class Tag:
    """Where a case is, in one word with its color."""

    key: str
    label: str
    tone: str


@dataclass(frozen=True)
class Next:
    """What is next, who owes it, and the act that does it, where it is the reader's own."""

    title: str
    text: str
    owner: str
    action: Action | None = None
    at: datetime | None = None
    is_yours: bool = False


def day_and_time(moment: datetime, case: Case, *, long: bool = False) -> str:
    """Return a moment in the location's zone, as "Tue, Nov 24, 8:30 AM"."""
    local = timezone.localtime(moment, case.location.zone)
    return formats.date_format(local, "l, F j \\a\\t g:i A" if long else "D, M j, g:i A")


def visits_of(case: Case) -> list[CaseAppointment]:
    """Return the visits that were not moved, by time; reads what was prefetched."""
    visits = [visit for visit in case.appointments.all() if visit.status != VisitState.MOVED]
    return sorted(visits, key=lambda visit: (visit.starts_at, visit.pk))


def _newest(visits: list[CaseAppointment], *states: VisitState) -> CaseAppointment | None:
    return next((visit for visit in reversed(visits) if visit.status in states), None)


def _reached(case: Case, visits: list[CaseAppointment]) -> int:
    if case.completed_at is not None:
        return REPORTED
    if _newest(visits, VisitState.KEPT):
        return SEEN
    if _newest(visits, VisitState.BOOKED):
        return BOOKED
    if case.called_at is not None:
        return CALLED
    return ACKNOWLEDGED if case.received_at is not None else SENT


def status_of(case: Case) -> str:
    """Return the stage on which the case stands, in one word: the list's `data-status`."""
    if case.state is CaseState.DRAFT:
        return "draft"
    if case.state is CaseState.LOOP_CLOSED:
        return "confirmed"
    if case.state in STOPS:
        return STOPS[case.state][0]
    visits = visits_of(case)
    if _is_missed(case, visits):
        return "missed"
    return STAGES[_reached(case, visits)][0]


def _is_missed(case: Case, visits: list[CaseAppointment]) -> bool:
    """Whether the last thing that a visit brought is that nobody came, and none is booked."""
    if case.completed_at is not None or _newest(visits, VisitState.BOOKED) or not visits:
        return False
    return visits[-1].status == VisitState.MISSED


def stages_of(case: Case) -> list[Stage]:
    """Return the six stages; what stopped a case takes the place of its next stage, and ticks no later one."""
    visits = visits_of(case)
    reached = _reached(case, visits)
    times = _times(case, visits)
    stages: list[Stage] = []
    for number, (key, label) in enumerate(STAGES):
        if number < reached:
            skipped = times[number] is None and number in {BOOKED, SEEN}
            stages.append(Stage(key, str(label), "todo" if skipped else "done", times[number]))
        elif number == reached:
            is_done = case.state is CaseState.LOOP_CLOSED
            stages.append(Stage(key, str(label), "done" if is_done else "current", times[number]))
        else:
            stages.append(Stage(key, str(label), "todo", note=_outlook(number, case, visits)))
    if case.state in STOPS:
        key, label, stamp = STOPS[case.state]
        return _stopped(stages, reached, Stage(key, str(label), "stopped", case.stamp_of(stamp)))
    if _is_missed(case, visits):
        return _stopped(stages, BOOKED - 1, Stage("missed", _("Missed visit"), "stopped", visits[-1].starts_at))
    return stages


def _stopped(stages: list[Stage], reached: int, stop: Stage) -> list[Stage]:
    at = min(reached + 1, REPORTED)
    done = [replace(stage, state="done") if stage.state == "current" else stage for stage in stages[:at]]
    later = [Stage(stage.key, stage.label, "todo") for stage in stages[at + 1 :]]
    return [*done, stop, *later]


def _times(case: Case, visits: list[CaseAppointment]) -> list[datetime | None]:
    booked = _newest(visits, VisitState.BOOKED) or _newest(visits, VisitState.KEPT)
    kept = _newest(visits, VisitState.KEPT)
    return [
        case.submitted_at,
        case.received_at,
        case.called_at,
        booked.starts_at if booked else None,
        kept.starts_at if kept else None,
        case.completed_at,
    ]


def _outlook(number: int, case: Case, visits: list[CaseAppointment]) -> str:
    booked = _newest(visits, VisitState.BOOKED)
    if number == SEEN and booked:
        local = timezone.localtime(booked.starts_at, case.location.zone)
        return _("planned %(day)s") % {"day": formats.date_format(local, "M j")}
    if number == REPORTED and case.is_open:
        return _("you confirm it")
    return ""


def tag_of(case: Case, for_: Audience = "office") -> Tag:
    """Return where the case is, in one word with its color; a question to the office comes first."""
    if case.is_open and case.awaiting == Awaiting.OFFICE and case.state is not CaseState.UNREACHABLE:
        label = _("We have a question") if for_ == "office" else _("Waits for the office")
        return Tag("asked", label, TONES["asked"])
    key = status_of(case)
    labels = {
        "draft": _("Draft"),
        "confirmed": _("Closed"),
        "missed": _("Missed visit"),
        **{stage: str(label) for stage, label in STAGES},
        **{stop: str(label) for stop, label, _stamp in STOPS.values()},
    }
    if key == "confirmed" and case.closed_how == "lapsed":
        return Tag(key, _("Closed, not confirmed"), "")
    return Tag(key, labels[key], TONES.get(key, ""))


def next_of(case: Case, for_: Audience = "office") -> Next:
    """Return what is next and who owes it.

    Args:
        case: with location, assignee and provider at hand, and its visits prefetched.
        for_: "office" or "staff"; each hears "You" for its own duty.
    """
    if not case.is_open:
        return _after_the_end(case, for_)
    if case.awaiting == Awaiting.OFFICE:
        return _office_owes(case, for_)
    return _staff_owe(case, for_)


def _us(case: Case) -> str:
    return case.assignee.name if case.assignee else case.location.practice.name


def _after_the_end(case: Case, for_: Audience) -> Next:
    if case.state is CaseState.DRAFT:
        return Next(_("Send it"), _("This draft was not sent yet."), _("You"), Action.SUBMIT, is_yours=True)
    if case.state is CaseState.COMPLETED:
        if for_ == "office":
            text = _("The report is here. One click tells the team that you have it.")
            title = _("Confirm that you have it")
            return Next(title, text, _("You"), Action.CONFIRM_RECEIPT, case.completed_at, is_yours=True)
        return Next(_("The office confirms the report"), "", case.office.name, at=case.completed_at)
    if case.state is CaseState.DECLINED:
        return Next(_("We cannot take this referral"), str(case.decline_advice), "", at=case.declined_at)
    return Next(_("Nothing more to do"), "", "")


def _office_owes(case: Case, for_: Audience) -> Next:
    mine = for_ == "office"
    owner = _("You") if mine else case.office.name
    if case.state is CaseState.UNREACHABLE:
        text = _("We could not reach the patient. Is there another phone number, or someone we may ask?")
        return Next(_("Help us reach the patient"), text, owner, Action.REPLY, case.awaiting_since, is_yours=mine)
    question = next((message for message in case.messages.all() if message.is_question), None)
    if question is not None and (case.awaiting_since is None or question.at >= case.awaiting_since - ONE_ACT):
        asked = Truncator(question.text).chars(60)
        title = _("Answer: %(question)s") % {"question": asked}
        return Next(title, question.text, owner, Action.REPLY, case.awaiting_since, is_yours=mine)
    text = _("The number did not work when we called. Please correct it.")
    return Next(_("Check the phone number"), text, owner, Action.CORRECT, case.awaiting_since, is_yours=mine)


def _staff_owe(case: Case, for_: Audience) -> Next:
    mine = for_ == "staff"
    if mine and case.correction_unseen:
        text = _("Nothing can be booked, moved, or kept until someone has seen it.")
        return Next(_("Confirm the correction"), text, _us(case), Action.SEE_CORRECTION, is_yours=True)
    if case.state is CaseState.CANCEL_REQUESTED:
        title = _("Confirm the cancellation") if mine else _("We confirm the cancellation")
        action = Action.CONFIRM_CANCEL if mine else None
        booked = [day_and_time(visit.starts_at, case) for visit in visits_taken_along(Action.CONFIRM_CANCEL, case)]
        text = _("This also cancels the visit on %(days)s.") % {"days": "; ".join(booked)} if mine and booked else ""
        return Next(title, text, _us(case), action, case.cancel_requested_at, is_yours=mine)
    if case.state is CaseState.SUBMITTED:
        return _acknowledge_next(case, mine=mine)
    visits = visits_of(case)
    ahead = _newest(visits, VisitState.BOOKED)
    if ahead is not None:
        return _visit_next(case, ahead, mine=mine)
    if _is_missed(case, visits):
        title = _("Call for a new time") if mine else _("We call the patient for a new time")
        return Next(title, "", _us(case), Action.BOOK if mine else None, is_yours=mine)
    if _newest(visits, VisitState.KEPT):
        owner = case.provider.name if case.provider else _us(case)
        title = _("Report to the office") if mine else _("We send you a report")
        return Next(title, "", owner, Action.COMPLETE if mine else None, is_yours=mine)
    if case.called_at is None:
        title = _("Call the patient") if mine else _("We call the patient")
        return Next(title, "", _us(case), Action.LOG_CALL if mine else None, is_yours=mine)
    if case.state is CaseState.RECEIVED and case.service.triages:
        owner = case.provider.name if case.provider else _("A clinician")
        title = _("Accept or decline") if mine else _("A clinician reads it")
        text = _("A clinician says yes before a visit is booked.") if mine else ""
        return Next(title, text, owner, Action.ACCEPT if mine else None, is_yours=mine)
    title = _("The patient calls back") if case.awaiting == Awaiting.PATIENT else _("Book a visit")
    return Next(title, "", _us(case), Action.BOOK if mine else None, is_yours=mine)


def _acknowledge_next(case: Case, *, mine: bool) -> Next:
    owner = _us(case)
    action = Action.ACKNOWLEDGE if mine else None
    if case.acknowledge_by is None:
        return Next(_("Acknowledge"), "", owner, action, is_yours=mine)
    by = _by_when(case.acknowledge_by, case)
    if case.is_overdue:
        text = _("This was promised by %(time)s. Please call if it cannot wait.") % {"time": by}
        return Next(_("Acknowledgement is late"), text, owner, action, case.acknowledge_by, is_yours=mine)
    title = _("Acknowledge by %(time)s") % {"time": by}
    return Next(title, "", owner, action, case.acknowledge_by, is_yours=mine)


def _visit_next(case: Case, visit: CaseAppointment, *, mine: bool) -> Next:
    provider = visit.provider.name
    if visit.starts_at <= timezone.now():
        title = _("Say whether the patient came") if mine else _("We say how the visit went")
        return Next(title, "", _us(case), Action.KEEP if mine else None, visit.starts_at, is_yours=mine)
    title = _("Visit %(time)s") % {"time": day_and_time(visit.starts_at, case)}
    return Next(title, _("You do not need to do anything."), provider, None, visit.starts_at)


def _by_when(moment: datetime, case: Case) -> str:
    local = timezone.localtime(moment, case.location.zone)
    if local.date() == timezone.localtime(timezone.now(), case.location.zone).date():
        return formats.date_format(local, "g:i A")
    return formats.date_format(local, "D, M j, g:i A")
