"""One case as the practice sees it: where it is, the one next act, what was said, and its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from patients.models import Patient
from practice import clocks
from practice.models import StaffMember
from referral_portal.cases import policy, stages, words
from referral_portal.cases.choices import Alert
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import Action, CaseState, VisitState
from referral_portal.inbox import forms
from referral_portal.inbox.verbs import CASE_VERBS, VISIT_VERBS, Verb

SECOND: dict[str, tuple[Action, ...]] = {
    "sent": (Action.DECLINE,),
    "acknowledged": (Action.BOOK, Action.LOG_CALL, Action.DECLINE),
    "called": (Action.BOOK, Action.LOG_CALL),
    "booked": (Action.LOG_CALL,),
    "missed": (Action.BOOK, Action.LOG_CALL),
    "seen": (Action.COMPLETE, Action.REPORT_INTERIM, Action.BOOK),
    "cancel_requested": (Action.CONTINUE,),
}
"""Which buttons stand beside the first one, by stage."""
TONES = {Alert.BLOOD_THINNER: "bad", Alert.ALLERGY: "warn", Alert.PREMEDICATION: "warn"}
ICONS = {
    "phone": "gw-phone",
    "send": "gw-send",
    "cal": "date",
    "file": "doc-full",
    "chat": "comment",
    "x": "cross",
    "alert": "warning",
    "clock": "time",
    "arrow": "arrow-right",
    "lock": "lock",
    "edit": "edit",
    "user": "user",
    "copy": "copy",
}
"""The journal's icons in the words of Wagtail's own set."""


@dataclass(frozen=True)
class Chip:
    """Something that the chair needs to know."""

    label: str
    tone: str


@dataclass(frozen=True)
class Visit:
    """One visit and what may be done with it."""

    visit: CaseAppointment
    verbs: list[Verb]
    is_primary: bool


def load(ref: str) -> Case | None:
    """Return a case with what its page shows."""
    return (
        Case.objects.exclude(status=CaseState.DRAFT)
        .select_related(
            "office", "service", "location__practice", "assignee", "provider", "patient__reader", "referring_doctor"
        )
        .prefetch_related("appointments__provider", "appointments__location", "files", "messages", "corrections")
        .filter(ref=ref)
        .first()
    )


def same_person(case: Case) -> QuerySet[Patient]:
    """Return our patients of the same birth date and last name; staff decide whether it is the same person."""
    if case.born_on is None or not case.family_name or case.patient_id:
        return Patient.objects.none()
    return Patient.objects.filter(born_on=case.born_on, reader__family_name__iexact=case.family_name).select_related(
        "reader"
    )[:5]


def context(case: Case, user: User) -> dict[str, Any]:
    """Return what the page shows of a case to `user`."""
    allowed = set(policy.allowed_actions(case, user))
    following = stages.next_of(case, for_="staff")
    verbs = [verb for verb in CASE_VERBS if verb.action in allowed]
    visits = _visits(case, allowed, following.action)
    primary = _primary(verbs, following, visits)
    rest = [verb for verb in verbs if verb is not primary and verb.noun not in {"message", "note", "assignment"}]
    beside = SECOND.get(stages.status_of(case), ())
    lines = words.timeline(case, audience="staff", reader=user)
    age = case.age_on(clocks.today())
    return {
        "case": case,
        "next": following,
        "is_urgent": case.is_overdue or (case.state is CaseState.SUBMITTED and case.urgency == "emergency"),
        "primary": primary,
        "second": [verb for verb in rest if verb.action in beside],
        "more": [verb for verb in rest if verb.action not in beside],
        "stages": stages.stages_of(case),
        "tag": stages.tag_of(case, "staff"),
        "chips": _chips(case),
        "visits": visits,
        "lines": [(line, ICONS.get(line.icon, "check")) for line in lines],
        "calls": [line for line in lines if line.verb == "case.called"],
        "unseen": [one for one in case.corrections.all() if one.seen_at is None],
        "field_words": words.FIELDS,
        "matches": list(same_person(case)) if case.is_open else [],
        "age": age,
        "is_minor": age is not None and age < 18,
        "files": case.files.all(),
        "assign": _assign(case) if Action.ASSIGN in allowed else None,
        "may_write": Action.WRITE in allowed,
        "may_note": Action.NOTE in allowed,
        "compose": forms.MessageForm(thing=case, auto_id="compose_%s"),
        "sender": _sender(case),
    }


def _primary(verbs: list[Verb], following: stages.Next, visits: list[Visit]) -> Verb | None:
    """Return the one filled button: what `next` names, where it is the practice's own duty."""
    if any(visit.is_primary for visit in visits):
        return None
    found = next((verb for verb in verbs if verb.action is following.action), None)
    if found is None and following.action is Action.ACKNOWLEDGE:
        return next((verb for verb in verbs if verb.action is Action.ACCEPT), None)
    return found


def _visits(case: Case, allowed: set[Action], following: Action | None) -> list[Visit]:
    found, primary_given = [], False
    for visit in stages.visits_of(case):
        is_open = visit.status == VisitState.BOOKED
        verbs = [verb for verb in VISIT_VERBS if is_open and verb.action in allowed]
        is_past = visit.starts_at <= timezone.now()
        verbs = [verb for verb in verbs if is_past or verb.action not in {Action.KEEP, Action.MISS}]
        is_primary = is_open and is_past and following is Action.KEEP and not primary_given
        primary_given = primary_given or is_primary
        found.append(Visit(visit, verbs, is_primary))
    return found


def _chips(case: Case) -> list[Chip]:
    labels = dict(Alert.choices)
    return [Chip(str(labels.get(alert, alert)), TONES.get(alert, "")) for alert in case.alert_list]  # type: ignore[call-overload]


def _assign(case: Case) -> dict[str, Any]:
    members = StaffMember.objects.filter(is_active=True)
    return {"members": members, "now": case.assignee_id}


def _sender(case: Case) -> str:
    doctor = case.referring_doctor.name if case.referring_doctor else ""
    return _("%(doctor)s, %(office)s") % {"doctor": doctor, "office": case.office.name} if doctor else case.office.name
