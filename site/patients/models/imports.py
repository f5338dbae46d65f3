"""Files from another system: each a batch with its columns, findings, questions, and a line for all that it brought."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.people import Patient
from patients.models.visits import Appointment, Procedure
from patients.states import OVER, ImportState
from vault import ids
from vault.fields import RefField, SealedTextField

KEPT_FOR = timedelta(days=30)


class FileKind(models.TextChoices):
    """What a file tells of."""

    PATIENTS = "patients", _("Patients")
    APPOINTMENTS = "appointments", _("Appointments")
    PROCEDURES = "procedures", _("Procedures")


class ImportSource(models.TextChoices):
    """By which way a file came."""

    UPLOAD = "upload", _("Uploaded")
    COMMAND = "command", _("By command")
    FOLDER = "folder", _("From the watched folder")


class ImportBatch(models.Model):
    """One file on its way in: its rows lie sealed on disk, its counts and how far the work is stand here."""

    journal_kind = "import"
    State = ImportState
    Kind = FileKind
    Source = ImportSource

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="IM")
    name = SealedTextField()
    header = SealedTextField()
    kind = models.CharField(max_length=12, choices=FileKind.choices, default=FileKind.PATIENTS)
    state = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.TAKEN)
    source = models.CharField(max_length=8, choices=ImportSource.choices)
    by = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    blocks = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    mapping = models.JSONField(_("column → field"), default=dict)
    orders = models.JSONField(_("field → mdy or dmy, as somebody decided"), default=dict)
    seen_orders = models.JSONField(_("field → mdy or dmy, as the dates themselves tell"), default=dict)
    asks = models.JSONField(_("fields whose dates can be read in two ways"), default=list)
    basis = models.CharField(_("on what we write to people whose file says nothing"), max_length=16, blank=True)
    is_surveyed = models.BooleanField(default=False)
    cursor = models.PositiveIntegerField(_("blocks done"), default=0)
    counts = models.JSONField(default=dict)
    problem = models.CharField(max_length=24, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(_("when its file was deleted"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "import batches"
        ordering: ClassVar[list[str]] = ["-taken_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "taken_at"], name="patients_import_work"),
            models.Index(fields=["digest"], name="patients_import_digest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="patients_import_state_is_known"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=FileKind.values), name="patients_import_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(source__in=ImportSource.values), name="patients_import_source_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ImportState.REFUSED) & ~models.Q(problem="")
                | ~models.Q(state=ImportState.REFUSED) & models.Q(problem=""),
                name="patients_import_refused_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def path(self) -> Path:
        """Return where its sealed rows lie."""
        return Path(settings.PRIVATE_ROOT) / "imports" / str(self.pk)

    @property
    def columns(self) -> list[str]:
        """Return the file's headers."""
        found: list[str] = json.loads(self.header or "[]")
        return found

    @property
    def is_over(self) -> bool:
        """Whether nothing is going to happen by itself, and nobody is asked."""
        return self.state in OVER

    @property
    def undo_until(self) -> datetime | None:
        """Return until when it can be undone as a whole; None where nothing was saved."""
        return self.finished_at + KEPT_FOR if self.finished_at else None

    @property
    def can_be_undone(self) -> bool:
        """Whether what it saved can still be taken back."""
        until = self.undo_until
        return self.state == ImportState.IMPORTED and until is not None and timezone.now() < until

    def count(self, name: str) -> int:
        """Return one of the counts; nothing is 0."""
        return int(self.counts.get(name, 0))

    @property
    def what(self) -> dict[str, int]:
        """Return how many rows changed what, as phones and addresses."""
        found: dict[str, int] = self.counts.get("what", {})
        return found


class ImportFinding(models.Model):
    """What is wrong with one row: its number, the field and the reason, never a value."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=24)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["row"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "row"], name="patients_one_finding_per_row")
        ]

    def __str__(self) -> str:
        return f"row {self.row}: {self.code}"


class ImportQuestion(models.Model):
    """Whether a row is somebody whom we have: what speaks for it, what we would say, and what somebody decided."""

    class Decision(models.TextChoices):
        """Whether they are one."""

        SAME = "same", _("Same")
        NEW = "new", _("New")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="questions")
    row = models.PositiveIntegerField()
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="import_questions")
    why = models.CharField(max_length=24)
    suggestion = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["row"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "row"], name="patients_one_question_per_row"),
            models.CheckConstraint(
                condition=models.Q(suggestion__in=["", "same", "new"], decision__in=["", "same", "new"]),
                name="patients_question_answer_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row}"

    @property
    def answer(self) -> str:
        """Return what was decided, else what we would say."""
        return self.decision or self.suggestion


class ImportLine(models.Model):
    """What one row brought or changed: where a patient's data came from, and what undoing it needs.

    `marks` are keyed hashes of what the row said, field by field: a row that says the same again changes nothing, and
    what somebody changed here since then is not overwritten by it. `before` is what stood there, sealed.
    """

    class Outcome(models.TextChoices):
        """What the row did."""

        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        MET = "met", _("As before, seen for the first time")

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="lines", db_index=False)
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="import_lines")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.CASCADE, related_name="import_lines", db_index=False
    )
    procedure = models.ForeignKey(
        Procedure, null=True, blank=True, on_delete=models.CASCADE, related_name="import_lines", db_index=False
    )
    marks = models.BinaryField()
    before = SealedTextField(null=True, default=None, blank=True)
    waits_for = models.CharField(_("the number of who is responsible, not found yet"), max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["batch", "row"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["appointment"], name="patients_line_visit", condition=models.Q(appointment__isnull=False)
            ),
            models.Index(
                fields=["procedure"], name="patients_line_procedure", condition=models.Q(procedure__isnull=False)
            ),
            models.Index(fields=["batch"], name="patients_line_waits", condition=~models.Q(waits_for="")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "row"], name="patients_one_line_per_row"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["new", "changed", "met"]), name="patients_line_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(appointment__isnull=True) | models.Q(procedure__isnull=True),
                name="patients_line_is_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of {self.batch_id}"


class ImportMapping(models.Model):
    """How the columns of files with one header were read last time."""

    signature = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=FileKind.choices)
    mapping: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    orders = models.JSONField(default=dict)
    basis = models.CharField(max_length=16, blank=True)
    by = models.CharField(max_length=64)
    used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.signature[:12]


class ImportBarred(models.Model):
    """The number of a record that was erased here, as a keyed hash: a later file does not bring it back."""

    number_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.number_hash[:12]
