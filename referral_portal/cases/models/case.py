"""A case: an office sends us a patient."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from practice import clocks
from practice.models import Location, Practice, Provider, Service, StaffMember
from referral_portal.cases.choices import (
    CameBy,
    ConfirmedHow,
    DeclineReason,
    Ending,
    Language,
    Reason,
    ToothSet,
    Urgency,
)
from referral_portal.cases.models.pairs import at_and_by, when, who
from referral_portal.cases.models.person import PersonAsGiven, last_four
from referral_portal.cases.states import OPEN, STATES, Awaiting, CaseState
from referral_portal.offices.models import Office, ReferringDoctor
from vault import ids, refs
from vault.fields import RefField, SealedTextField, blind

STAMPS = tuple(dict.fromkeys([*(facts.stamp for facts in STATES.values() if facts.stamp), "called", "consent"]))
CLOSED = tuple(state for state in CaseState if state not in OPEN and state is not CaseState.DRAFT)


class CaseQuerySet(models.QuerySet["Case"]):
    """Readings of cases."""

    def of_office(self, office: Office) -> CaseQuerySet:
        """Return what one office sent."""
        return self.filter(office=office)

    def sent(self) -> CaseQuerySet:
        """Return everything but drafts and what was withdrawn."""
        return self.exclude(status__in=[CaseState.DRAFT, CaseState.ENTERED_IN_ERROR])

    def in_progress(self) -> CaseQuerySet:
        """Return open cases."""
        return self.filter(status__in=OPEN)

    def needing_office(self) -> CaseQuerySet:
        """Return cases in which the office owes the next step: an answer, or a receipt."""
        return self.filter(models.Q(status__in=OPEN, awaiting=Awaiting.OFFICE) | models.Q(status=CaseState.COMPLETED))

    def to_confirm(self) -> CaseQuerySet:
        """Return cases whose report waits for the office's receipt."""
        return self.filter(status=CaseState.COMPLETED)

    def closed(self) -> CaseQuerySet:
        """Return cases that have ended."""
        return self.filter(status__in=[state for state in CLOSED if state is not CaseState.COMPLETED])

    def awaiting_acknowledgement(self) -> CaseQuerySet:
        """Return cases that nobody here has acknowledged, oldest promise first."""
        return self.filter(status=CaseState.SUBMITTED).order_by("acknowledge_by", "submitted_at")

    def overdue(self, now: datetime | None = None) -> CaseQuerySet:
        """Return cases whose acknowledgement is late; the clock rests while we wait for the office or on hold."""
        moment = now or timezone.now()
        return (
            self.filter(status=CaseState.SUBMITTED, acknowledge_by__lt=moment)
            .exclude(awaiting=Awaiting.OFFICE)
            .exclude(on_hold_until__gte=clocks.day_of(moment))
        )

    def matching(self, text: str) -> CaseQuerySet:
        """Return cases that `text` names: a reference, the last four of the phone, a whole phone, or names.

        Names are sealed, so each word must be a whole first or last name; case and accents do not matter.
        """
        words = text.split()
        if not words:
            return self
        joined = "".join(words)
        ref = refs.heard(text)
        found = models.Q(ref=ref)
        if re.fullmatch(f"[{refs.ALPHABET}]{{{refs.REF_LENGTH},6}}", ref):
            found |= models.Q(ref__endswith=f"-{ref}")
        figures = [letter for letter in joined if letter.isdigit()]
        if len(figures) == 4 and joined.isdigit():
            found |= blind(Case, "last_four_index", last_four(joined))
        elif len(figures) >= 10 and not any(letter.isalpha() for letter in joined):
            found |= blind(Case, "phone_index", joined)
        elif any(letter.isalpha() for letter in joined):
            named = blind(Case, "family_index", text)
            each = models.Q()
            for word in words:
                each &= (
                    blind(Case, "given_index", word)
                    | blind(Case, "surname_index", word)
                    | blind(Case, "family_index", word)
                )
            tail = blind(Case, "given_index", words[0]) & blind(Case, "family_index", " ".join(words[1:]))
            found |= named | each | tail
        return self.filter(found)


def _known(field: str, values: list[str], *, blank: bool = False) -> models.CheckConstraint:
    allowed = [*values, ""] if blank else values
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": allowed}), name=f"cases_{field}_is_known")


def _stamped(state: CaseState) -> models.CheckConstraint:
    """A case in `state` says when and by whom it came there."""
    return models.CheckConstraint(
        condition=~models.Q(status=state) | models.Q(**{f"{STATES[state].stamp}_at__isnull": False}),
        name=f"cases_{state}_says_when",
    )


class Case(PersonAsGiven):
    """An office sends us a patient; the office's screens call it a referral."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="JR")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases")
    referring_doctor = models.ForeignKey(
        ReferringDoctor, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="authored_cases"
    )
    came_by = models.CharField(max_length=8, choices=CameBy.choices, default=CameBy.PORTAL)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="cases")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="cases")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    assignee = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases")
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    survivor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")

    urgency = models.CharField(_("how soon"), max_length=12, choices=Urgency.choices, default=Urgency.ROUTINE)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices, default=Reason.OTHER)
    tooth_set = models.CharField(max_length=12, choices=ToothSet.choices, blank=True, default="")
    teeth = models.CharField(_("teeth"), max_length=200, blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.ENGLISH)
    emergency_call = models.CharField(max_length=32, blank=True, default="")
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    status = models.CharField(
        max_length=20, default=CaseState.DRAFT, choices=[(str(state), facts.label) for state, facts in STATES.items()]
    )
    version = models.PositiveIntegerField(default=1)
    awaiting = models.CharField(max_length=8, blank=True, default="")
    needs_review = models.BooleanField(default=False)
    correction_unseen = models.BooleanField(default=False)
    on_hold_until = models.DateField(null=True, blank=True)
    expected_finish_on = models.DateField(null=True, blank=True)
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    awaiting_since = models.DateTimeField(null=True, blank=True)

    decline_reason = models.CharField(max_length=16, choices=DeclineReason.choices, blank=True, default="")
    decline_advice = SealedTextField(blank=True)
    decline_alternative = SealedTextField(blank=True)
    end_reason = SealedTextField(blank=True)
    ending = models.CharField(max_length=20, choices=Ending.choices, blank=True, default="")
    ending_note = SealedTextField(blank=True)
    closed_how = models.CharField(max_length=8, choices=ConfirmedHow.choices, blank=True, default="")

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    consent_at, consent_by = when(), who()
    submitted_at, submitted_by = when(), who()
    received_at, received_by = when(), who()
    called_at, called_by = when(), who()
    accepted_at, accepted_by = when(), who()
    declined_at, declined_by = when(), who()
    cancel_requested_at, cancel_requested_by = when(), who()
    cancelled_at, cancelled_by = when(), who()
    unreachable_at, unreachable_by = when(), who()
    completed_at, completed_by = when(), who()
    closed_at, closed_by = when(), who()
    ended_at, ended_by = when(), who()

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["office", "status", "awaiting", "-changed_at", "id"], name="cases_office_list"),
            models.Index(fields=["office", "-changed_at"], name="cases_office_changed"),
            models.Index(fields=["status", "acknowledge_by"], name="cases_status_promise"),
            models.Index(fields=["status", "-changed_at"], name="cases_status_changed"),
            models.Index(fields=["assignee", "status"], name="cases_assignee_status"),
            models.Index(fields=["submitted_at"], name="cases_submitted"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            _known("status", [str(state) for state in CaseState]),
            _known("urgency", Urgency.values),
            _known("awaiting", [str(turn) for turn in Awaiting if turn], blank=True),
            _known("ending", Ending.values, blank=True),
            _known("closed_how", ConfirmedHow.values, blank=True),
            _known("decline_reason", DeclineReason.values, blank=True),
            *(_stamped(state) for state in CaseState if STATES[state].stamp),
            *(at_and_by("cases", stamp) for stamp in STAMPS),
            models.CheckConstraint(
                condition=models.Q(status=CaseState.DRAFT)
                | models.Q(status=CaseState.ENTERED_IN_ERROR)
                | models.Q(consent_at__isnull=False, referring_doctor__isnull=False),
                name="cases_sent_has_consent_and_doctor",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[CaseState.COMPLETED, CaseState.LOOP_CLOSED]) | ~models.Q(ending=""),
                name="cases_completed_has_an_ending",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CaseState.LOOP_CLOSED) | ~models.Q(closed_how=""),
                name="cases_closed_says_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CaseState.DECLINED) | ~models.Q(decline_reason=""),
                name="cases_declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CaseState.MERGED) | models.Q(survivor__isnull=False),
                name="cases_merged_has_a_survivor",
            ),
            models.CheckConstraint(
                condition=models.Q(survivor__isnull=True) | ~models.Q(survivor=models.F("pk")),
                name="cases_survivor_is_another",
            ),
            models.UniqueConstraint(
                fields=["office", "request_key"],
                condition=models.Q(request_key__isnull=False),
                name="cases_one_case_per_request",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new case the practice's own letters."""
        if self._state.adding and not self.ref:
            practice = Practice.get()
            prefix = practice.case_prefix if practice else "JR"
            self.ref = refs.fresh(prefix, taken=lambda ref: Case.objects.filter(ref=ref).exists())
        super().save(*args, **kwargs)

    @property
    def state(self) -> CaseState:
        """Return the status as the table's state."""
        return CaseState(self.status)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done with it."""
        return self.state in OPEN

    @property
    def journal_about(self) -> str:
        """Return `patient:ref` where the person was matched with one of our patients, else ""."""
        return self.patient.journal_name if self.patient else ""

    @property
    def tooth_list(self) -> list[str]:
        """Return the teeth, or the parts of the mouth, as codes."""
        return [part for part in self.teeth.split(",") if part]

    @property
    def is_overdue(self) -> bool:
        """Whether the acknowledgement is late, the clock resting while we wait for the office or on hold."""
        if self.state is not CaseState.SUBMITTED or self.acknowledge_by is None or self.awaiting == Awaiting.OFFICE:
            return False
        now = timezone.now()
        on_hold = self.on_hold_until is not None and self.on_hold_until >= clocks.day_of(now)
        return self.acknowledge_by < now and not on_hold

    @property
    def urgency_label(self) -> str:
        """Return the urgency in words."""
        return str(Urgency(self.urgency).label)

    def stamp_of(self, name: str) -> datetime | None:
        """Return when `name` (as "received") happened."""
        return cast("datetime | None", getattr(self, f"{name}_at"))
