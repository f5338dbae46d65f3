"""What people said of us, and their written yes to showing it, which they may take back at any time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content import languages
from journal.models import AppendOnly
from vault.fields import RefField


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    """Readings of what people said."""

    def showing(self) -> TestimonialQuerySet:
        """Return what may be shown and is, the latest first."""
        return self.filter(is_shown=True, consented_on__isnull=False, withdrawn_on__isnull=True)


class Testimonial(models.Model):
    """What one person said, in their own words, shown only with their written agreement.

    A patient's words are health information, so showing them needs a signed authorization, which may be revoked
    (45 CFR 164.508(a)(3), (b)(5), (c)). They are whole and true, from somebody who was here, and nothing was given
    for them (FTC rule on reviews and testimonials, 16 CFR 465.2 and 465.4).
    """

    __test__ = False  # no test, whatever the first letters of its name say

    class Kind(models.TextChoices):
        """Who speaks."""

        PATIENT = "patient", _("A patient")
        FAMILY = "family", _("A patient’s family")
        OFFICE = "office", _("A referring office")

    ref = RefField(prefix="TE")
    kind = models.CharField(_("who speaks"), max_length=8, choices=Kind.choices, default=Kind.PATIENT)
    words = models.TextField(_("their words"), max_length=600, help_text=_("As they said them. Cutting is marked …"))
    language = models.CharField(_("language of it"), max_length=8, choices=settings.LANGUAGES, default="en")
    shown_name = models.CharField(
        _("name as agreed"), max_length=80, help_text=_("As in: Ruth C. Nothing more than they agreed to.")
    )
    stars = models.PositiveSmallIntegerField(
        _("stars"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    given_on = models.DateField(_("said on"), default=timezone.localdate)
    patient = models.ForeignKey(
        "patients.Patient",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="testimonials",
        editable=False,
    )
    consent_wording = models.CharField(
        _("wording they signed"), max_length=40, blank=True, help_text=_("Its version, as in: 2026-01.")
    )
    consent_text = models.TextField(
        _("what they signed"),
        max_length=4000,
        blank=True,
        help_text=_("Word for word as on the paper. Once saved it stands for ever."),
    )
    consented_on = models.DateField(_("signed on"), null=True, blank=True)
    consent_evidence = models.CharField(
        _("where it is kept"), max_length=200, blank=True, help_text=_("As in: paper form, binder 3. Nothing medical.")
    )
    withdrawn_on = models.DateField(
        _("taken back on"), null=True, blank=True, help_text=_("Takes the words off every page as soon as you save.")
    )
    is_shown = models.BooleanField(_("show it"), default=False)

    objects = TestimonialQuerySet.as_manager()

    class Meta:
        verbose_name = _("testimonial")
        ordering: ClassVar[list[str]] = ["-given_on", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(is_shown=False)
                | (
                    models.Q(consented_on__isnull=False, withdrawn_on__isnull=True)
                    & ~models.Q(consent_wording="")
                    & ~models.Q(consent_evidence="")
                ),
                name="content_testimonial_is_shown_with_consent",
                violation_error_message=_("It can be shown only with a signed agreement: its wording, day and place."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(consented_on__isnull=True)
                | models.Q(withdrawn_on__gte=models.F("consented_on")),
                name="content_testimonial_is_taken_back_later",
                violation_error_message=_("It was taken back before it was signed."),
            ),
            models.CheckConstraint(
                condition=models.Q(stars__isnull=True) | models.Q(stars__range=(1, 5)),
                name="content_testimonial_has_one_to_five_stars",
            ),
            models.CheckConstraint(
                condition=~models.Q(words="") & ~models.Q(shown_name=""), name="content_testimonial_says_something"
            ),
        ]

    @property
    def elsewhere(self) -> str:
        """Return the language of the words where another is spoken around them: they are shown as they were said."""
        return "" if self.language == languages.current() else self.language

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; what somebody signed is never written anew."""
        stands = Testimonial.objects.filter(pk=self.pk).exclude(consent_text="")
        if stands.exclude(consent_text=self.consent_text).exists():
            raise AppendOnly("What somebody signed stands as it is.")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.shown_name}: {self.words[:60]}"

    @property
    def is_showing(self) -> bool:
        """Return whether it may be shown, and is."""
        return self.is_shown and self.consented_on is not None and self.withdrawn_on is None
