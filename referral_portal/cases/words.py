"""What happened to a case, told to the office or to staff: the journal's entries with what they speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from journal.models import Entry
from journal.recording import SYSTEM, name_of
from journal.words import say, sentence_of, words_of
from practice.models import StaffMember
from referral_portal.cases.choices import CallOutcome, Ending
from referral_portal.cases.models import Case, CaseMessage
from referral_portal.cases.stages import day_and_time

Audience = Literal["office", "staff"]
OFFICE = {"office"}

FIELDS = {
    "given_name": gettext_lazy("the first name"),
    "family_name": gettext_lazy("the last name"),
    "born": gettext_lazy("the birth date"),
    "phone": gettext_lazy("the phone number"),
    "email": gettext_lazy("the e-mail address"),
    "responsible_adult": gettext_lazy("the responsible adult"),
    "plan": gettext_lazy("the insurance plan"),
    "member_id": gettext_lazy("the member ID"),
    "alerts": gettext_lazy("what the team needs to know"),
    "remark": gettext_lazy("the note"),
    "teeth": gettext_lazy("the tooth"),
}


WRITTEN = frozenset({"case.asked", "case.replied", "case.written", "case.noted"})
VISITED = frozenset({"case.booked", "case.moved", "case.kept", "case.missed", "case.visit_cancelled"})
REPORTED = frozenset({"case.interim_reported", "case.completed", "case.report_amended"})


@dataclass(frozen=True)
class Line:
    """One line of the timeline; at most one of the bodies is there."""

    at: datetime
    verb: str
    icon: str
    title: str
    by: str
    text: str = ""
    old: str = ""
    new: str = ""
    seen_by: str = ""
    seen_at: datetime | None = None
    is_yours: bool = False
    is_internal: bool = False


def speak() -> None:
    """Enter the words of every verb of a case."""
    said: tuple[tuple[str, Any, str, bool], ...] = (
        ("case.submitted", gettext_lazy("Sent"), "send", True),
        ("case.acknowledged", gettext_lazy("Acknowledged"), "check", True),
        ("case.assigned", gettext_lazy("Assigned"), "user", False),
        ("case.accepted", gettext_lazy("Accepted"), "check", True),
        ("case.declined", gettext_lazy("Declined"), "x", True),
        ("case.asked", gettext_lazy("Question to the office"), "chat", True),
        ("case.replied", gettext_lazy("Answer from the office"), "chat", True),
        ("case.written", gettext_lazy("Message"), "chat", True),
        ("case.noted", gettext_lazy("Internal note"), "lock", False),
        ("case.corrected", gettext_lazy("Corrected"), "edit", True),
        ("case.correction_seen", gettext_lazy("The correction was seen"), "check", False),
        ("case.file_added", gettext_lazy("A file was added"), "file", True),
        ("case.called", gettext_lazy("We called the patient"), "phone", True),
        ("case.booked", gettext_lazy("Visit booked"), "cal", True),
        ("case.moved", gettext_lazy("Visit moved"), "cal", True),
        ("case.kept", gettext_lazy("The patient was seen"), "check", True),
        ("case.missed", gettext_lazy("The patient missed the visit"), "alert", True),
        ("case.visit_cancelled", gettext_lazy("Visit canceled"), "x", True),
        ("case.interim_reported", gettext_lazy("Interim report"), "file", True),
        ("case.completed", gettext_lazy("Report sent"), "send", True),
        ("case.report_amended", gettext_lazy("The report was amended"), "file", True),
        ("case.receipt_confirmed", gettext_lazy("Receipt confirmed"), "check", True),
        ("case.receipt_lapsed", gettext_lazy("Closed; receipt was not confirmed"), "clock", True),
        ("case.cancel_requested", gettext_lazy("Asked to cancel"), "x", True),
        ("case.cancelled", gettext_lazy("Canceled"), "x", True),
        ("case.continued", gettext_lazy("Continued after all"), "arrow", True),
        ("case.marked_unreachable", gettext_lazy("We cannot reach the patient"), "phone", True),
        ("case.found", gettext_lazy("The patient was reached"), "phone", True),
        ("case.redirected", gettext_lazy("Sent to another service"), "arrow", True),
        ("case.merged", gettext_lazy("Merged into {into}"), "copy", True),
        ("case.reopened", gettext_lazy("Opened again"), "arrow", True),
        ("case.withdrawn", gettext_lazy("Withdrawn"), "x", True),
    )
    for verb, sentence, icon, told in said:
        say(verb, sentence, icon=icon, audience=OFFICE if told else None)


class _Around:
    """What the entries of one case speak of, each table asked once."""

    def __init__(self, case: Case, entries: list[Entry], reader: User | None = None) -> None:
        verbs = {entry.verb for entry in entries}
        self.case = case
        self.messages = {str(row.pk): row for row in case.messages.all()} if verbs & WRITTEN else {}
        self.corrections = {str(row.pk): row for row in case.corrections.all()} if "case.corrected" in verbs else {}
        self.visits = {row.ref: row for row in case.appointments.all()} if verbs & VISITED else {}
        reports = case.reports.select_related("clinician") if verbs & REPORTED else ()
        self.reports = {str(row.pk): row for row in reports}
        actors = {entry.by for entry in entries} | {row.seen_by for row in self.corrections.values()}
        member = case.assignee if case.assignee and case.assignee.user else None
        known = {name_of(user): str(user) for user in (reader, case.author) if user is not None}
        if member is not None:
            known[name_of(member.user)] = _titled(member)
        self.names = {**names_of(actors - known.keys()), **known}

    def name(self, actor: str) -> str:
        """Return who acted, in words."""
        return self.names.get(actor, "")


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return the names behind `user:ref`, staff with their title; one query."""
    refs = {actor.removeprefix("user:") for actor in actors if actor.startswith("user:")}
    users = User.objects.filter(ref__in=refs).select_related("staff_member") if refs else ()
    names = {SYSTEM: _("Goodword")}
    for user in users:
        member = getattr(user, "staff_member", None)
        names[f"user:{user.ref}"] = _titled(member) if member else str(user)
    return names


def _titled(member: StaffMember) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name


def timeline(case: Case, audience: Audience = "office", reader: User | None = None) -> list[Line]:
    """Return what happened, newest first, as far as the audience may know it.

    Args:
        case: with location at hand.
        audience: "office" hears neither notes nor who was assigned.
        reader: who reads it; their own acts say "You".
    """
    entries = [entry for entry in Entry.objects.of(name_of(case)).changes() if _is_for(entry, audience)]
    entries.sort(key=lambda entry: (entry.at, int(entry.particulars.get("version", 0)), entry.pk), reverse=True)
    around = _Around(case, entries, reader)
    me = name_of(reader) if reader else ""
    return [_line(entry, around, audience, me) for entry in entries]


def since(entries: list[Entry], case: Case) -> list[Line]:
    """Return given entries as lines, for a page that says what is new."""
    around = _Around(case, entries)
    return [_line(entry, around, "office", "") for entry in entries if _is_for(entry, "office")]


def _is_for(entry: Entry, audience: Audience) -> bool:
    words = words_of(entry.verb)
    return words is not None and audience in words.audience


def _line(entry: Entry, around: _Around, audience: Audience, me: str) -> Line:
    words = words_of(entry.verb)
    teller = _TELLERS.get(entry.verb)
    told: dict[str, Any] = teller(entry, around, audience) if teller else {}
    is_yours = bool(me) and entry.by == me
    title = told.pop("title", None) or sentence_of(entry)
    return Line(
        at=entry.at,
        verb=entry.verb,
        icon=words.icon if words else "check",
        title=title,
        by=around.name(entry.by),
        is_yours=is_yours,
        **told,
    )


def _submitted(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    count = int(entry.particulars.get("files", 0))
    title = ngettext("Sent with %(n)s file", "Sent with %(n)s files", count) % {"n": count} if count else _("Sent")
    return {"title": title, "text": around.case.remark}


def _message(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    message = around.messages.get(str(entry.particulars.get("message", "")))
    if message is None:
        return {}
    if entry.verb == "case.noted":
        return {"text": message.text, "is_internal": True}
    from_us = message.side == CaseMessage.Side.STAFF
    who = around.name(entry.by).split(",")[0]
    if message.is_question:
        title = _("Question from %(name)s")
    elif from_us or audience == "staff":
        title = _("Message from %(name)s")
    else:
        title = _("%(name)s wrote to the team")
    return {"title": title % {"name": who}, "text": message.text}


def _corrected(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    correction = around.corrections.get(str(entry.particulars.get("correction", "")))
    field = str(FIELDS.get(str(entry.particulars.get("field")), _("something")))
    title = _("Corrected %(field)s") % {"field": field}
    if correction is None:
        return {"title": title}
    return {
        "title": title,
        "old": correction.old.replace("\n", ", "),
        "new": correction.new.replace("\n", ", "),
        "seen_by": around.name(correction.seen_by).split(",")[0],
        "seen_at": correction.seen_at,
    }


def _called(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    outcome = str(entry.particulars.get("outcome", ""))
    return {"title": str(CallOutcome(outcome).label)} if outcome in CallOutcome.values else {}


def _visit(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    visit = around.visits.get(str(entry.particulars.get("visit", "")))
    if visit is None:
        return {}
    sentences = {
        "case.booked": _("Visit booked for %(time)s"),
        "case.moved": _("Visit moved to %(time)s"),
        "case.kept": _("Seen by %(provider)s, %(time)s"),
        "case.missed": _("Missed the visit of %(time)s"),
        "case.visit_cancelled": _("Visit of %(time)s canceled"),
    }
    told = {"time": day_and_time(visit.starts_at, around.case), "provider": visit.provider.name}
    return {"title": sentences[entry.verb] % told, "text": visit.note if audience == "staff" else ""}


def _report(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    report = around.reports.get(str(entry.particulars.get("report", "")))
    if report is None:
        return {}
    told = {"name": report.clinician.name}
    is_interim = entry.verb == "case.interim_reported"
    title = _("Interim report by %(name)s") if is_interim else _("Report amended by %(name)s")
    return {"title": title % told, "text": report.text}


def _completed(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    ending = str(entry.particulars.get("ending", ""))
    finals = [report for report in around.reports.values() if report.is_final and not report.is_amendment]
    told: dict[str, Any] = {"title": _("Report sent")}
    if ending in Ending.values:
        told["title"] = _("Report sent: %(ending)s") % {"ending": Ending(ending).label}
    if finals:
        told["text"] = finals[0].text
    return told


def _ended(entry: Entry, around: _Around, audience: Audience) -> dict[str, Any]:
    case = around.case
    if entry.verb == "case.declined":
        parts = [case.decline_advice, case.decline_alternative]
        return {"text": "\n".join(part for part in parts if part)}
    return {"text": case.end_reason}


_TELLERS = {
    "case.submitted": _submitted,
    "case.asked": _message,
    "case.replied": _message,
    "case.written": _message,
    "case.noted": _message,
    "case.corrected": _corrected,
    "case.called": _called,
    "case.booked": _visit,
    "case.moved": _visit,
    "case.kept": _visit,
    "case.missed": _visit,
    "case.visit_cancelled": _visit,
    "case.interim_reported": _report,
    "case.report_amended": _report,
    "case.completed": _completed,
    "case.declined": _ended,
    "case.cancel_requested": _ended,
    "case.reopened": _ended,
    "case.withdrawn": _ended,
}
