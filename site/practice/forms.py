"""Forms of what belongs to the one practice, which nobody has to choose."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from practice.models import Practice


class OfThePractice(WagtailAdminModelForm):
    """Gives a new thing to the practice of this installation."""

    def clean(self) -> dict[str, Any]:
        """Put the practice in; before it is set up there is nothing to belong to."""
        cleaned: dict[str, Any] = super().clean()
        if self.instance.practice_id is None:
            practice = Practice.get()
            if practice is None:
                raise ValidationError(_("Set up the practice first: Settings, Practice."))
            self.instance.practice = practice
        return cleaned


class ServiceForm(WagtailAdminModelForm):
    """A service; what offices may send patients for is decided by managers alone."""

    def save(self, commit: bool = True) -> Any:
        """Keep a new service of an editor out of the offices' form until a manager puts it there."""
        if self.instance.pk is None and "takes_cases" not in self.fields:
            self.instance.takes_cases = False
        return super().save(commit=commit)
