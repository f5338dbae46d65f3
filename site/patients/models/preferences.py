"""What somebody wants within what they agreed to, and the words that were shown when they said so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from journal.models import AppendOnly
from patients.models.kinds import Channel
from patients.models.readers import Reader

STAND = "Words that somebody agreed to are never changed: write a new version instead."


class Declined(models.Model):
    """A topic that a reader does not want on a channel, although they agreed to its purpose there."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="declined")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    topic = models.CharField(max_length=16)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "declined"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reader", "channel", "topic"], name="patients_declined_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="patients_declined_channel_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.topic} no"


class WordingQuerySet(models.QuerySet["Wording"]):
    """Readings of the words."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: words that somebody agreed to stand."""
        raise AppendOnly(STAND)

    def delete(self) -> NoReturn:
        """Refuse: words that somebody agreed to stand."""
        raise AppendOnly(STAND)

    def bulk_create(self, objs: Iterable[Wording], *args: Any, **kwargs: Any) -> list[Wording]:
        """Insert many; what stands already is not overwritten."""
        if kwargs.get("update_conflicts"):
            raise AppendOnly(STAND)
        return super().bulk_create(objs, *args, **kwargs)


class Wording(models.Model):
    """The words of one version in one language, kept the first time that somebody says yes or no to them."""

    version = models.CharField(max_length=40)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    text = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["version", "language"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "language"], name="patients_wording_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="patients_wording_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; words that stand are never changed."""
        if args or not self._state.adding or kwargs.get("force_update") or kwargs.get("update_fields"):
            raise AppendOnly(STAND)
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: words that somebody agreed to stand."""
        raise AppendOnly(STAND)
