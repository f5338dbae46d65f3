"""One case's life, act by act with its true moment, as the actions would have written it; rows are kept for a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.models import User
from home.demo.seed.offices import Sender
from home.demo.seed.story import BATCH, Story
from journal.recording import name_of
from practice.models import Provider
from referral_portal.cases.actions.ground import VERBS
from referral_portal.cases.choices import SPOKEN, ConfirmedHow
from referral_portal.cases.clocks import acknowledge_by
from referral_portal.cases.models import Case, CaseAppointment, CaseCall, CaseMessage, Correction, Report
from referral_portal.cases.states import STATES, Action, Awaiting, CaseState, VisitState

SYSTEM = "system:goodword"
SETTLING = {
    VisitState.KEPT: Action.KEEP,
    VisitState.MISSED: Action.MISS,
    VisitState.CANCELLED: Action.CANCEL_VISIT,
}


@dataclass(frozen=True)
class Desk:
    """Who handles cases: the coordinator on her days, else her deputy."""

    rosa: User
    colette: User
    rosa_works_on: str

    def on(self, moment: datetime) -> User:
        """Return who was there."""
        return self.rosa if str(moment.weekday()) in self.rosa_works_on else self.colette


@dataclass
class Rows:
    """What waits to be written, parents before children."""

    cases: list[Case] = field(default_factory=list)
    children: dict[type[Any], list[Any]] = field(default_factory=dict)

    def keep(self, row: Any) -> None:
        """Keep one row of a case."""
        self.children.setdefault(type(row), []).append(row)

    def write(self, *, at_least: int = 1) -> None:
        """Write everything, once there are enough cases for a batch."""
        if len(self.cases) < at_least:
            return
        Case.objects.bulk_create(self.cases, batch_size=BATCH)
        for model, rows in self.children.items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)
        self.cases.clear()
        self.children.clear()


class History:
    """Writes one case's acts in order. What would lie in the future is not done, and ends the telling."""

    def __init__(self, story: Story, rows: Rows, case: Case, sender: Sender, desk: Desk) -> None:
        self.story, self.rows, self.case, self.sender, self.desk = story, rows, case, sender, desk
        self.is_over = False
        self.visits: list[CaseAppointment] = []
        rows.cases.append(case)

    def submit(self, at: datetime, by: User | None) -> History:
        """Send the case; it is there before anything else can happen."""
        case = self.case
        case.created_at = case.changed_at = at
        case.consent_at, case.consent_by = at, _name(by)
        case.acknowledge_by = acknowledge_by(case.urgency, case.location, at)
        self._enter(CaseState.SUBMITTED, at, by)
        files = case.__dict__.get("drawn_files", 0)
        self._tell(Action.SUBMIT, at, by, urgency=case.urgency, came_by=case.came_by, files=files)
        return self

    def acknowledge(self, at: datetime, by: User) -> History:
        """Say that we have it."""
        if self._begins(at) and self.case.state is CaseState.SUBMITTED:
            self.case.assignee = self.case.assignee or getattr(by, "staff_member", None)
            self._enter(CaseState.RECEIVED, at, by)
            self._tell(Action.ACKNOWLEDGE, at, by)
        return self

    def accept(self, at: datetime, by: User, provider: Provider) -> History:
        """Take the patient on."""
        if self._begins(at) and self.case.state is CaseState.RECEIVED:
            self.case.provider = provider
            self._enter(CaseState.ACCEPTED, at, by)
            self._tell(Action.ACCEPT, at, by)
        return self

    def decline(self, at: datetime, by: User, reason: str, advice: str, alternative: str) -> History:
        """Say no, with what the office can do now."""
        if self._begins(at):
            case = self.case
            case.decline_reason, case.decline_advice, case.decline_alternative = reason, advice, alternative
            self._enter(CaseState.DECLINED, at, by)
            self._tell(Action.DECLINE, at, by, reason=reason)
            self.is_over = True
        return self

    def call(self, at: datetime, by: User, outcome: str, note: str = "") -> History:
        """Note an attempt to reach the patient."""
        if self._begins(at):
            case = self.case
            self.rows.keep(CaseCall(case=case, outcome=outcome, note=note, at=at, by=_name(by)))
            if case.called_at is None:
                case.called_at, case.called_by = at, _name(by)
            self._await(Awaiting.NOBODY if outcome in SPOKEN else Awaiting.PATIENT, at)
            self._changed(at)
            self._tell(Action.LOG_CALL, at, by, outcome=str(outcome))
        return self

    def book(self, at: datetime, by: User, starts_at: datetime, provider: Provider) -> History:
        """Book a visit; that accepts a case which nobody accepted."""
        self.accept(at, by, provider)
        if self._begins(at):
            visit = CaseAppointment(
                ref=self.story.ref("VI"),
                case=self.case,
                starts_at=starts_at,
                provider=provider,
                location=self.case.location,
                booked_at=at,
                booked_by=_name(by),
            )
            self.visits.append(visit)
            self.rows.keep(visit)
            self._await(Awaiting.NOBODY, at)
            self._changed(at)
            self._tell(Action.BOOK, at, by, visit=visit.ref)
        return self

    def settle(self, at: datetime, by: User, state: VisitState) -> History:
        """Say what became of the last visit that was booked."""
        if self._begins(at):
            visit = self.visits[-1]
            visit.status, visit.settled_at, visit.settled_by = state, at, _name(by)
            acts = {
                VisitState.KEPT: Action.KEEP,
                VisitState.MISSED: Action.MISS,
                VisitState.CANCELLED: Action.CANCEL_VISIT,
            }
            self._changed(at)
            self._tell(acts[state], at, by, visit=visit.ref)
        return self

    def say(
        self, at: datetime, by: User, text: str, *, side: str, is_question: bool = False, is_internal: bool = False
    ) -> History:
        """Write to the other side, ask, answer, or note something inside."""
        if self._begins(at):
            from_office = side == CaseMessage.Side.OFFICE
            message = CaseMessage(
                case=self.case,
                side=side,
                text=text,
                is_question=is_question,
                is_internal=is_internal,
                at=at,
                by=_name(by),
            )
            self.rows.keep(message)
            if is_internal:
                act = Action.NOTE
            elif is_question:
                act = Action.ASK
                self._await(Awaiting.OFFICE, at)
            elif from_office and self.case.awaiting == Awaiting.OFFICE:
                act = Action.REPLY
                self._await(Awaiting.STAFF, at)
            else:
                act = Action.WRITE
            if not is_internal:
                self.case.needs_review = from_office
                self._changed(at)
            particulars = {} if is_internal else {"side": side}
            self._tell(act, at, by, message=str(message.pk), **particulars)
        return self

    def correct(
        self, at: datetime, by: User, change: tuple[str, str], seen: tuple[datetime, User] | None = None
    ) -> History:
        """Put a field right; the practice has seen it where `seen` says when and who."""
        name, value = change
        if self._begins(at):
            correction = Correction(case=self.case, field=name, old=getattr(self.case, name), new=value)
            correction.at, correction.by = at, _name(by)
            self.rows.keep(correction)
            setattr(self.case, name, value)
            self.case.correction_unseen = seen is None
            self._changed(at)
            self._tell(Action.CORRECT, at, by, field=name, correction=str(correction.pk))
            if seen:
                correction.seen_at, correction.seen_by = seen[0], _name(seen[1])
                self._changed(seen[0])
                self._tell(Action.SEE_CORRECTION, *seen)
        return self

    def report(self, at: datetime, by: User, text: str, clinician: Provider) -> History:
        """Report after a visit, before the end."""
        if self._begins(at):
            self.rows.keep(Report(case=self.case, text=text, clinician=clinician, at=at, by=_name(by)))
            self._changed(at)
            self._tell(Action.REPORT_INTERIM, at, by, clinician=clinician.ref)
        return self

    def complete(self, at: datetime, by: User, ending: str, text: str, clinician: Provider) -> History:
        """End the care that was asked for, with a report."""
        if self._begins(at):
            self.rows.keep(Report(case=self.case, is_final=True, text=text, clinician=clinician, at=at, by=_name(by)))
            self.case.ending = ending
            self._enter(CaseState.COMPLETED, at, by)
            self._tell(Action.COMPLETE, at, by, ending=ending, clinician=clinician.ref)
        return self

    def confirm(self, at: datetime, by: User | None, how: str) -> History:
        """The office has the report, or thirty days passed in silence."""
        if self._begins(at):
            self.case.closed_how = how
            self._enter(CaseState.LOOP_CLOSED, at, by)
            if how == ConfirmedHow.LAPSED:
                self._tell(Action.LAPSE, at, None)
            else:
                self._tell(Action.CONFIRM_RECEIPT, at, by, how=str(how))
        return self

    def end(self, at: datetime, by: User, action: Action, state: CaseState, reason: str = "") -> History:
        """Leave the straight road: asked to cancel, canceled, unreachable, withdrawn."""
        if self._begins(at):
            self.case.end_reason = reason
            self._enter(state, at, by)
            self._tell(action, at, by)
        return self

    def merge(self, at: datetime, by: User, survivor: Case) -> History:
        """Say that this is the same as another case."""
        if self._begins(at):
            self.case.survivor = survivor
            self._enter(CaseState.MERGED, at, by)
            self._tell(Action.MERGE, at, by, survivor=survivor.ref)
        return self

    def _begins(self, at: datetime) -> bool:
        self.is_over = self.is_over or at > self.story.now
        return not self.is_over

    def _enter(self, state: CaseState, at: datetime, by: User | None) -> None:
        stamp = STATES[state].stamp
        self.case.status = state
        setattr(self.case, f"{stamp}_at", at)
        setattr(self.case, f"{stamp}_by", _name(by))
        self._changed(at)

    def _changed(self, at: datetime) -> None:
        self.case.version += 1
        self.case.changed_at = at

    def _await(self, awaiting: Awaiting, at: datetime) -> None:
        self.case.awaiting = awaiting
        self.case.awaiting_since = at if awaiting else None

    def _tell(self, action: Action, at: datetime, by: User | None, **particulars: Any) -> None:
        case = self.case
        self.story.entry(
            VERBS[action],
            f"case:{case.ref}",
            by=_name(by),
            at=at,
            about=case.journal_about,
            version=case.version,
            **particulars,
        )


def _name(by: User | None) -> str:
    return name_of(by) or SYSTEM


def born_for(story: Story, ages: Iterable[int]) -> date:
    """Return a birth date for one of `ages`."""
    age = story.pick(list(ages))
    return date(story.today.year - age, story.dice.randrange(1, 13), story.dice.randrange(1, 29))
