"""What health tips are about."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from practice.spoken import Said, in_spanish


class Topic(models.Model):
    """Something that tips are about; its slug stands in addresses, so it is the key and never changes."""

    slug = models.SlugField(
        _("short name"), max_length=40, primary_key=True, help_text=_("For addresses: small letters and dashes.")
    )
    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("As readers see it."))
    name_es = in_spanish(_("name"), 60)
    shown_name = Said("name")
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("topic")
        ordering: ClassVar[list[str]] = ["order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(name="") & ~models.Q(slug=""), name="editions_topic_has_a_name")
        ]

    def __str__(self) -> str:
        return self.name
