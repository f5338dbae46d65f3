"""What happened: one append-only table for record, timeline and news, and which reactions saw it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone

from vault import ids


class EntryQuerySet(models.QuerySet["Entry"]):
    """Readings of the journal, newest first."""

    def of(self, subject: str) -> EntryQuerySet:
        """Return what happened to one thing, `kind:ref`."""
        return self.filter(subject=subject)

    def about(self, patient: str) -> EntryQuerySet:
        """Return everything about one patient, `patient:ref`."""
        return self.filter(about=patient)

    def changes(self) -> EntryQuerySet:
        """Return entries that are not mere readings."""
        return self.exclude(verb__endswith=".viewed")

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: the journal is append-only."""
        raise AppendOnly("The journal is append-only: record a new entry instead.")

    def delete(self) -> NoReturn:
        """Refuse: the journal is append-only."""
        raise AppendOnly("The journal is append-only: nothing is deleted from it.")

    def bulk_create(self, objs: Iterable[Entry], *args: Any, **kwargs: Any) -> list[Entry]:
        """Insert many; what stands already is not overwritten."""
        if kwargs.get("update_conflicts"):
            raise AppendOnly("The journal is append-only: record a new entry instead.")
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnly(TypeError):
    """Somebody tried to change or delete an entry."""


class Entry(models.Model):
    """One thing that somebody did or read: references and facts, never a name."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    about = models.CharField(max_length=64, blank=True, default="")
    by = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    particulars = models.JSONField(default=dict, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "-at"], name="journal_subject_at"),
            models.Index(fields=["about", "-at"], name="journal_about_at", condition=~models.Q(about="")),
            models.Index(fields=["by", "-at"], name="journal_by_at"),
            models.Index(fields=["verb", "-at"], name="journal_verb_at"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(verb__contains="."), name="journal_verb_is_noun_dot_verb"),
            models.CheckConstraint(condition=models.Q(subject__contains=":"), name="journal_subject_is_kind_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; an entry that stands is never changed."""
        if args or not self._state.adding or kwargs.get("force_update") or kwargs.get("update_fields"):
            raise AppendOnly("The journal is append-only: record a new entry instead.")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the journal is append-only."""
        raise AppendOnly("The journal is append-only: nothing is deleted from it.")


class Reaction(models.Model):
    """One reaction to one entry: due until it is done; tried again with back-off when it fails."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="reactions")
    name = models.CharField(max_length=128)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=128, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "name"], name="journal_one_reaction_per_entry")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="journal_reactions_due", condition=models.Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.entry_id}"


class SealedBatch(models.Model):
    """Entries sealed together: `mac` covers theirs in order and the batch before, under a key that no table holds."""

    number = models.PositiveBigIntegerField(primary_key=True)
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True, default="")
    mac = models.CharField(max_length=64)
    key_id = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "sealed batches"
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1, count__gte=1), name="journal_batch_holds_something"
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, previous="") | models.Q(number__gt=1) & ~models.Q(previous=""),
                name="journal_batch_follows_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Seal(models.Model):
    """One entry's place in its batch and its own mac; no key to the entry, so that a deleted one leaves a gap."""

    entry_id = models.UUIDField(primary_key=True)
    batch = models.ForeignKey(SealedBatch, on_delete=models.PROTECT, related_name="seals", db_index=False)
    place = models.PositiveSmallIntegerField()
    mac = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "place"], name="journal_one_seal_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}.{self.place}"
