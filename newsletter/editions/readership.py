"""Who an edition is written for: readers at home, colleagues at offices, or our own team."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WrittenFor(models.TextChoices):
    """For whom a letter is; it reaches nobody else, whatever segment is chosen."""

    PATIENTS = "patients", _("Patients and friends of the practice")
    OFFICES = "offices", _("Offices that work with us")
    TEAM = "team", _("Our team")
