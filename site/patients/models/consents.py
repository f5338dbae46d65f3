"""The consent ledger, and the addresses that are never written to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone

from journal.models import AppendOnly
from patients.models.kinds import Basis, Channel, Purpose, SuppressionReason
from patients.models.readers import Reader

STANDS = "The consent ledger is append-only: record a new line instead."


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Readings of the consent ledger."""

    def standing(self) -> ConsentQuerySet:
        """Return the newest line of each reader, channel and purpose."""
        return self.filter(superseded_at__isnull=True)

    def update(self, **kwargs: Any) -> int:
        """Write when a line was superseded; all else of it stands for ever."""
        if set(kwargs) != {"superseded_at"}:
            raise AppendOnly(STANDS)
        return super().update(**kwargs)

    def delete(self) -> NoReturn:
        """Refuse: the ledger is append-only."""
        raise AppendOnly(STANDS)

    def bulk_create(self, objs: Iterable[Consent], *args: Any, **kwargs: Any) -> list[Consent]:
        """Insert many; what stands already is not overwritten."""
        if kwargs.get("update_conflicts"):
            raise AppendOnly(STANDS)
        return super().bulk_create(objs, *args, **kwargs)


class Consent(models.Model):
    """One line of the consent ledger: only `superseded_at` is ever written later, when a newer line stands."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="consents")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    is_given = models.BooleanField()
    basis = models.CharField(max_length=16, choices=Basis.choices)
    wording_version = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reader", "channel", "purpose"],
                condition=models.Q(superseded_at__isnull=True),
                name="patients_one_standing_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(is_given=False) | ~models.Q(basis=Basis.NONE), name="patients_yes_has_a_basis"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="patients_consent_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="patients_consent_purpose_is_known"
            ),
            models.CheckConstraint(condition=models.Q(basis__in=Basis.values), name="patients_consent_basis_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {'yes' if self.is_given else 'no'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a line that stands is never changed."""
        if args or not self._state.adding or kwargs.get("force_update") or kwargs.get("update_fields"):
            raise AppendOnly(STANDS)
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the ledger is append-only; it names nobody, so that it outlives an erasure."""
        raise AppendOnly(STANDS)


class Suppression(models.Model):
    """An address that is never written to; a keyed hash, so that it survives erasure."""

    Reason = SuppressionReason

    channel = models.CharField(max_length=8, choices=Channel.choices)
    address_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["channel", "address_hash"], name="patients_suppressed_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="patients_suppressed_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=SuppressionReason.values), name="patients_suppressed_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"
