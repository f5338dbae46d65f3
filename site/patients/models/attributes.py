"""Facts that a practice adds of its own: typed attributes, each of a known nature."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.kinds import Nature
from patients.models.people import Patient


class Attribute(models.Model):
    """One kind of fact that the practice keeps about patients."""

    class Kind(models.TextChoices):
        """Of what type its values are."""

        TEXT = "text", _("Text")
        CHOICE = "choice", _("One of a list")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")

    slug = models.SlugField(_("name in files"), max_length=40, unique=True)
    label = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("type"), max_length=8, choices=Kind.choices)
    nature = models.CharField(_("nature"), max_length=16, choices=Nature.choices)
    choices = models.JSONField(_("list"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["label"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(nature__in=Nature.values), name="patients_attribute_nature_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["text", "choice", "number", "date", "yes_no"]),
                name="patients_attribute_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def column(self) -> str:
        """Return the column of a value that holds what this attribute says."""
        return {"number": "number", "date": "day", "yes_no": "is_so"}.get(self.kind, "text")


class AttributeValue(models.Model):
    """What one attribute says of one patient, in the column of its type."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="attribute_values")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values_of_patients")
    text = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  exactly one column is not NULL
    number = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    is_so = models.BooleanField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["attribute", "text"], name="patients_value_text"),
            models.Index(fields=["attribute", "number"], name="patients_value_number"),
            models.Index(fields=["attribute", "day"], name="patients_value_day"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["patient", "attribute"], name="patients_value_once"),
            models.CheckConstraint(
                condition=models.Q(text__isnull=False, number__isnull=True, day__isnull=True, is_so__isnull=True)
                | models.Q(text__isnull=True, number__isnull=False, day__isnull=True, is_so__isnull=True)
                | models.Q(text__isnull=True, number__isnull=True, day__isnull=False, is_so__isnull=True)
                | models.Q(text__isnull=True, number__isnull=True, day__isnull=True, is_so__isnull=False),
                name="patients_value_has_one_type",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute_id} of {self.patient_id}"

    @property
    def value(self) -> str | Decimal | date | bool | None:
        """Return what it says, whatever its type."""
        found: str | Decimal | date | bool | None = getattr(self, self.attribute.column)
        return found
