"""Forms of what belongs to the one practice, which nobody has to choose."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from practice.models import Practice, Service


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        """Make the short name from the name where nobody wrote one, with a number where it is taken."""
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("slug") and "slug" not in self.errors and cleaned.get("name"):
            plain = slugify(cleaned["name"])[:70] or "service"
            taken = set(Service.objects.exclude(pk=self.instance.pk).values_list("slug", flat=True))
            numbered = (f"{plain}-{number}" for number in count(2))
            cleaned["slug"] = plain if plain not in taken else next(one for one in numbered if one not in taken)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Keep a new service of an editor out of the offices' form until a manager puts it there."""
        if self.instance.pk is None and "takes_cases" not in self.fields:
            self.instance.takes_cases = False
        return super().save(commit=commit)
