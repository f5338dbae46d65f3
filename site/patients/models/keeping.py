"""What staff did with whole records: pairs that look alike, merges that can be taken back, erasures, retention."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.people import Patient
from patients.models.readers import Reader
from vault import ids
from vault.fields import RefField, SealedTextField


class LookAlike(models.Model):
    """Two patients who may be one person: what speaks for it, and whether somebody said that they are two."""

    ref = RefField(prefix="LA")
    first = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="alike_first")
    second = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="alike_second")
    score = models.PositiveSmallIntegerField()
    signs = models.JSONField(default=list)
    found_at = models.DateTimeField(default=timezone.now)
    told_apart_at = models.DateTimeField(null=True, blank=True)
    told_apart_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("possible duplicate")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-score", "id"], name="patients_alike_open", condition=models.Q(told_apart_at__isnull=True)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="patients_alike_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="patients_alike_in_order"),
            models.CheckConstraint(
                condition=models.Q(told_apart_at__isnull=True, told_apart_by="")
                | models.Q(told_apart_at__isnull=False) & ~models.Q(told_apart_by=""),
                name="patients_told_apart_has_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class DuplicateSearch(models.Model):
    """How far the search for duplicates has come: everyone up to this key was compared."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    up_to = models.UUIDField(null=True, blank=True)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(only=True), name="patients_one_duplicate_search")
        ]

    def __str__(self) -> str:
        return str(self.up_to)


class Merge(models.Model):
    """Two records made one: who stands, who went, and, sealed, every row as it was, so that it can be taken back."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="MG")
    survivor = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    gone_ref = models.CharField(max_length=24, db_index=True)
    gone_reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    gone_external_id = models.CharField(max_length=64, blank=True, default="", db_index=True)
    undo = SealedTextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["gone_ref"], condition=models.Q(undone_at__isnull=True), name="patients_gone_once"
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by="")
                | models.Q(undone_at__isnull=False) & ~models.Q(undone_by=""),
                name="patients_unmerged_has_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class Erasure(models.Model):
    """One person's record erased, in part until the law lets the rest go; it names nobody."""

    class Reason(models.TextChoices):
        """Why; free words would name somebody."""

        ASKED = "asked", _("They asked for it")
        KEPT_LONG_ENOUGH = "over", _("The time to keep it is over")
        NEVER_OURS = "not_ours", _("It was never a patient of ours")

    ref = RefField(prefix="ER")
    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.SET_NULL, related_name="erasures", editable=False
    )
    patient_ref = models.CharField(max_length=24, db_index=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)
    kept_until = models.DateField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["kept_until"], name="patients_erasure_due", condition=models.Q(finished_at__isnull=True)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(reason__in=["asked", "over", "not_ours"]), name="patients_erasure_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=False) | models.Q(kept_until__isnull=False),
                name="patients_erasure_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class Retention(models.Model):
    """How long a state's law has a patient's record kept after the last visit, who says so, and when it was checked."""

    state = models.CharField(_("state"), max_length=2, unique=True)
    years = models.PositiveSmallIntegerField(_("years after the last visit"))
    minors_from_age = models.PositiveSmallIntegerField(
        _("for those who were minors, counted from this birthday"), null=True, blank=True
    )
    citation = models.CharField(_("who says so"), max_length=200)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("time to keep records")
        verbose_name_plural = _("times to keep records")
        ordering: ClassVar[list[str]] = ["state"]

    def __str__(self) -> str:
        return f"{self.state}: {self.years}"

    def ends_on(self, *, last_seen: date, born: date | None) -> date:
        """Return the first day on which a record may go.

        Args:
            last_seen: the day of the last visit.
            born: their birth date, where it is known.
        """
        start = last_seen
        if self.minors_from_age is not None and born is not None:
            start = max(start, _years_later(born, self.minors_from_age))
        return _years_later(start, self.years)


def _years_later(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + years, 3, 1) if leap_day else day.replace(year=day.year + years)
