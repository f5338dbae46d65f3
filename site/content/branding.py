"""How the practice looks: its colors by one hue and an accent, and its logo."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.palette import DEFAULT_ACCENT, DEFAULT_HUE, Palette, palette


class Branding(models.Model):
    """The look of the one practice; without it the drawn colors and the drawn mark stand."""

    practice = models.OneToOneField(
        "practice.Practice", on_delete=models.CASCADE, related_name="branding", editable=False
    )
    hue = models.PositiveSmallIntegerField(_("main color"), default=DEFAULT_HUE, validators=[MaxValueValidator(359)])
    accent_hue = models.PositiveSmallIntegerField(
        _("accent"), default=DEFAULT_ACCENT, validators=[MaxValueValidator(359)]
    )
    logo = models.ForeignKey(
        "content.Picture",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    logo_says_name = models.BooleanField(_("the logo shows the name"), default=False)

    class Meta:
        verbose_name = _("branding")
        verbose_name_plural = _("branding")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(hue__lt=360, accent_hue__lt=360), name="content_branding_hues_are_degrees"
            )
        ]

    def __str__(self) -> str:
        return str(_("Branding"))

    @property
    def palette(self) -> Palette:
        """Return the colors of both themes."""
        return palette(self.hue, self.accent_hue)

    @property
    def stylesheet(self) -> str:
        """Return the address of the colors; empty where they are the drawn ones."""
        if (self.hue, self.accent_hue) == (DEFAULT_HUE, DEFAULT_ACCENT):
            return ""
        return f"/brand/{self.palette.digest}.css"

    @property
    def mark(self) -> str:
        """Return the address of the drawn mark in these colors; empty where they are the drawn ones."""
        return self.stylesheet.replace(".css", ".svg")
