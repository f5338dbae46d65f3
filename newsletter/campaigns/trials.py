"""Who gets a letter to try it, beside whoever wrote it: a short list that managers keep in Settings."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice.models import Practice
from vault.fields import RefField

MOST = 10  # a test is no way around an audience


class TestReader(models.Model):
    """One address on the list, as a colleague's or one that we keep at another mail service."""

    __test__ = False  # no test of pytest's

    ref = RefField(prefix="TR")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="test_readers", editable=False)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"), max_length=254)

    class Meta:
        verbose_name = _("test reader")
        verbose_name_plural = _("test readers of newsletters")
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"),
                name="campaigns_test_reader_once",
                violation_error_message=_("This address is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse more than a handful: whoever is to get letters belongs to an audience, and may stop them."""
        super().clean()
        if TestReader.objects.exclude(pk=self.pk).count() >= MOST:
            raise ValidationError(gettext("The list holds %(n)d addresses at most. Take one off first.") % {"n": MOST})
