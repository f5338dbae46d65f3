"""A saved question about readers, with its name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vault.fields import RefField


class SegmentQuerySet(models.QuerySet["Segment"]):
    """Readings of segments."""

    def in_use(self) -> SegmentQuerySet:
        """Return those that can be chosen."""
        return self.filter(archived_at__isnull=True)


class Segment(models.Model):
    """A named question; its answer is frozen into an audience only at a send.

    `ready_made` names one that came with the house: it stands as it is, and copies of it are changed. `is_clinical`
    says that people are chosen by their health, which needs a right and leaves its mark on what is sent.
    """

    ref = RefField(prefix="SG")
    name = models.CharField(_("name"), max_length=80)
    ready_made = models.SlugField(max_length=20, blank=True, default="", editable=False)
    tree = models.JSONField(_("question"))
    is_clinical = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.CharField(max_length=80, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[Any]] = [Lower("name")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("name"), name="patients_segment_name_once"),
            models.UniqueConstraint(
                fields=["ready_made"], condition=~models.Q(ready_made=""), name="patients_segment_ready_made_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
