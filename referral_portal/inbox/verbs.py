"""Every act of the inbox as one line: its address, its button, its form, and the one action that it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from referral_portal.cases import actions as cases
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import Action
from referral_portal.inbox import forms
from referral_portal.referrals import actions as referrals
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import Action as Telling


@dataclass(frozen=True)
class Act:
    """What an act is given: the thing, its form filled in, and who does it."""

    thing: Any
    form: forms.ActForm
    by: User

    @property
    def given(self) -> dict[str, Any]:
        """Return the form's values without the version."""
        return {name: value for name, value in self.form.cleaned_data.items() if name != "version"}

    @property
    def version(self) -> int | None:
        """Return the version that the person had before their eyes."""
        return self.form.cleaned_data.get("version")


@dataclass(frozen=True)
class Verb:
    """One act: the noun of its address, the action of the table, the words of its button and of its success."""

    noun: str
    action: Action | Telling
    label: str | Promise
    done: str | Promise
    do: Callable[[Act], Any]
    form: type[forms.ActForm] = forms.ActForm
    hint: str | Promise = ""
    key: str = ""
    is_grave: bool = False

    @property
    def is_one_click(self) -> bool:
        """Return whether the button does it at once, with nothing to fill in."""
        return self.form is forms.ActForm and not self.is_grave


def _plain(function: Callable[..., Any]) -> Callable[[Act], Any]:
    return lambda act: function(case=act.thing, by=act.by, version=act.version, **act.given)


def _book(act: Act) -> Any:
    assert isinstance(act.form, forms.BookForm)
    where = {"provider": act.given["provider"], "location": act.given["location"]}
    return cases.book(case=act.thing, starts_at=act.form.starts_at(), by=act.by, version=act.version, **where)


def _paper(act: Act, upload: Any) -> Any:
    return cases.add_file(case=act.thing, upload=upload, by=act.by) if upload else None


def _amend(act: Act) -> Any:
    given = act.given
    return cases.amend_report(case=act.thing, file=_paper(act, given.pop("upload")), by=act.by, **given)


def _report(function: Callable[..., Any]) -> Callable[[Act], Any]:
    def do(act: Act) -> Any:
        given = act.given
        paper = _paper(act, given.pop("upload"))
        version = None if paper else act.version
        return function(case=act.thing, file=paper, by=act.by, version=version, **given)

    return do


CASE_VERBS: tuple[Verb, ...] = (
    Verb(
        "correction/seen",
        Action.SEE_CORRECTION,
        _("I have seen it"),
        _("Marked as seen."),
        _plain(cases.see_correction),
    ),
    Verb(
        "acknowledgement", Action.ACKNOWLEDGE, _("Acknowledge"), _("Acknowledged."), _plain(cases.acknowledge), key="e"
    ),
    Verb("acceptance", Action.ACCEPT, _("Accept…"), _("Accepted."), _plain(cases.accept), forms.AcceptForm),
    Verb(
        "call",
        Action.LOG_CALL,
        _("Log a call…"),
        _("The call is noted."),
        _plain(cases.log_call),
        forms.CallForm,
        _("The office sees that we called, and not your note."),
    ),
    Verb("appointments", Action.BOOK, _("Book a visit…"), _("The visit is booked."), _book, forms.BookForm),
    Verb(
        "completion",
        Action.COMPLETE,
        _("Report and complete…"),
        _("The report is on its way to the office."),
        _report(cases.complete),
        forms.CompleteForm,
        _("The office is asked to confirm that it has the report."),
    ),
    Verb(
        "interim-report",
        Action.REPORT_INTERIM,
        _("Interim report…"),
        _("The interim report is on its way to the office."),
        _report(cases.report_interim),
        forms.ReportForm,
    ),
    Verb(
        "amendment",
        Action.AMEND_REPORT,
        _("Amend the report…"),
        _("The amendment is on its way to the office."),
        _amend,
        forms.ReportForm,
        _("The first report stays beside it."),
    ),
    Verb(
        "receipt",
        Action.CONFIRM_RECEIPT,
        _("They have the report…"),
        _("The loop is closed."),
        _plain(cases.confirm_receipt),
        forms.ReceiptForm,
        _("Most offices confirm by themselves. Note it here when they told you."),
    ),
    Verb(
        "cancellation",
        Action.CONFIRM_CANCEL,
        _("Confirm the cancellation"),
        _("Canceled."),
        _plain(cases.confirm_cancel),
    ),
    Verb(
        "continuation",
        Action.CONTINUE,
        _("Continue after all"),
        _("The referral continues."),
        _plain(cases.continue_case),
    ),
    Verb("found", Action.FOUND, _("We reached the patient"), _("Back in care."), _plain(cases.found)),
    Verb("assignment", Action.ASSIGN, _("Assign…"), _("Assigned."), _plain(cases.assign), forms.AssignForm),
    Verb(
        "message",
        Action.WRITE,
        _("Write to the office…"),
        _("Sent to the office."),
        _plain(cases.write),
        forms.MessageForm,
    ),
    Verb(
        "note",
        Action.NOTE,
        _("Internal note…"),
        _("The note is kept."),
        lambda act: cases.note(case=act.thing, by=act.by, text=act.given["text"]),
        forms.NoteForm,
    ),
    Verb(
        "correction", Action.CORRECT, _("Correct something…"), _("Corrected."), _plain(cases.correct), forms.CorrectForm
    ),
    Verb(
        "unreachable",
        Action.MARK_UNREACHABLE,
        _("We cannot reach the patient"),
        _("The office is asked to help."),
        _plain(cases.mark_unreachable),
        hint=_("After three attempts. The office is asked to help."),
        is_grave=True,
    ),
    Verb(
        "redirection",
        Action.REDIRECT,
        _("Send to another service…"),
        _("Sent on."),
        _plain(cases.redirect),
        forms.RedirectForm,
    ),
    Verb(
        "merge",
        Action.MERGE,
        _("Merge into another…"),
        _("Merged."),
        _plain(cases.merge),
        forms.MergeForm,
        is_grave=True,
    ),
    Verb(
        "decline",
        Action.DECLINE,
        _("Decline…"),
        _("Declined; the office hears at once."),
        _plain(cases.decline),
        forms.DeclineForm,
        _("The office reads all three."),
        is_grave=True,
    ),
    Verb("reopening", Action.REOPEN, _("Open again…"), _("Open again."), _plain(cases.reopen), forms.ReasonForm),
    Verb(
        "withdrawal",
        Action.WITHDRAW,
        _("Withdraw as a mistake…"),
        _("Withdrawn."),
        _plain(cases.withdraw),
        forms.ReasonForm,
        is_grave=True,
    ),
)


def _visit(function: Callable[..., Any]) -> Callable[[Act], Any]:
    return lambda act: function(appointment=act.thing, by=act.by, version=act.version, **act.given)


def _move(act: Act) -> Any:
    assert isinstance(act.form, forms.WhenForm)
    return cases.move(appointment=act.thing, starts_at=act.form.starts_at(), by=act.by, version=act.version)


VISIT_VERBS: tuple[Verb, ...] = (
    Verb(
        "kept", Action.KEEP, _("The patient came…"), _("Noted: the patient came."), _visit(cases.keep), forms.KeptForm
    ),
    Verb("missed", Action.MISS, _("Did not come"), _("Noted: the patient did not come."), _visit(cases.miss)),
    Verb("move", Action.MOVE, _("Move…"), _("Moved."), _move, forms.WhenForm),
    Verb(
        "cancellation",
        Action.CANCEL_VISIT,
        _("Cancel…"),
        _("The visit is canceled."),
        _visit(cases.cancel_visit),
        forms.ReasonForm,
    ),
)


def _told(function: Callable[..., Any]) -> Callable[[Act], Any]:
    return lambda act: function(referral=act.thing, by=act.by, version=act.version, **act.given)


def _book_friend(act: Act) -> Any:
    assert isinstance(act.form, forms.WhenForm)
    return referrals.book(referral=act.thing, starts_at=act.form.starts_at(), by=act.by, version=act.version)


REFERRAL_VERBS: tuple[Verb, ...] = (
    Verb(
        "call",
        Telling.LOG_CONTACT,
        _("Log a call…"),
        _("The call is noted."),
        _told(referrals.log_contact),
        forms.ContactForm,
    ),
    Verb(
        "invitation",
        Telling.INVITE,
        _("Invite once…"),
        _("Noted."),
        _told(referrals.invite),
        forms.InviteForm,
        _("One message, or one call that you dial by hand."),
    ),
    Verb("appointments", Telling.BOOK, _("Book the first visit…"), _("Booked."), _book_friend, forms.WhenForm),
    Verb("attendance", Telling.ATTEND, _("They came"), _("Noted."), _told(referrals.mark_attended)),
    Verb(
        "thanks",
        Telling.THANK,
        _("Note the thank-you…"),
        _("Thanked. They hear of it by e-mail."),
        _told(referrals.thank),
        forms.ThankForm,
        _("Their page will show the day and your name."),
    ),
    Verb("no-answer", Telling.GIVE_UP, _("No answer"), _("Noted."), _told(referrals.give_up)),
    Verb(
        "existing",
        Telling.FIND_EXISTING,
        _("Is a patient already"),
        _("Noted. Nobody outside the practice is told."),
        _told(referrals.find_existing),
    ),
    Verb(
        "opt-out",
        Telling.OPT_OUT,
        _("Wants no contact"),
        _("Erased; we will not write or call."),
        _told(referrals.opt_out),
        hint=_("Their name and number are erased right away."),
        is_grave=True,
    ),
    Verb(
        "void", Telling.VOID, _("Take back…"), _("Taken back."), _told(referrals.void), forms.ReasonForm, is_grave=True
    ),
)


@dataclass(frozen=True)
class Button:
    """A verb that may be done now, with where it leads."""

    verb: Verb
    url: str
    fields: dict[str, Any] = field(default_factory=dict)


def verbs_of(thing: Case | Referral | CaseAppointment) -> tuple[Verb, ...]:
    """Return the acts for this kind of thing."""
    if isinstance(thing, Referral):
        return REFERRAL_VERBS
    return VISIT_VERBS if isinstance(thing, CaseAppointment) else CASE_VERBS


def verb_of(thing: Case | Referral | CaseAppointment, noun: str) -> Verb | None:
    """Return the act behind an address, or None."""
    return next((verb for verb in verbs_of(thing) if verb.noun == noun), None)
