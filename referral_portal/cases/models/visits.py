"""The visits of a case, and the calls to its patient."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from practice.models import Location, Provider
from referral_portal.cases.choices import CallOutcome
from referral_portal.cases.models.case import Case
from referral_portal.cases.models.pairs import at_and_by, when, who
from referral_portal.cases.states import VisitState
from vault import ids
from vault.fields import RefField, SealedTextField


class CaseAppointment(models.Model):
    """One visit of a case; many cases need five and more."""

    journal_kind = "visit"

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="VI")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField()
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="case_appointments")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="case_appointments")
    status = models.CharField(
        max_length=12, default=VisitState.BOOKED, choices=[(str(state), str(state)) for state in VisitState]
    )
    moved_to = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_from")
    note = SealedTextField(blank=True)
    booked_at = models.DateTimeField(default=timezone.now, editable=False)
    booked_by = models.CharField(max_length=64, editable=False)
    settled_at, settled_by = when(), who()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["starts_at"], name="cases_visit_at", condition=models.Q(status="booked")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status__in=[str(state) for state in VisitState]), name="cases_visit_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status=VisitState.BOOKED, settled_at__isnull=True)
                | ~models.Q(status=VisitState.BOOKED) & models.Q(settled_at__isnull=False),
                name="cases_visit_settled_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status=VisitState.MOVED, moved_to__isnull=False)
                | ~models.Q(status=VisitState.MOVED) & models.Q(moved_to__isnull=True),
                name="cases_visit_moved_says_where",
            ),
            models.UniqueConstraint(
                fields=["case", "starts_at"], condition=models.Q(status="booked"), name="cases_visit_booked_once"
            ),
            at_and_by("cases_visit", "settled"),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def state(self) -> VisitState:
        """Return the status as the table's state."""
        return VisitState(self.status)


class CaseCall(models.Model):
    """One attempt to reach the patient; the note is internal."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="calls")
    outcome = models.CharField(max_length=16, choices=CallOutcome.choices)
    note = SealedTextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=CallOutcome.values), name="cases_call_outcome_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} for {self.case_id}"
