"""What managers type about facts of the practice's own: a list line by line, and a type that stays once it is used."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from patients.inputs import TextField
from patients.models import Attribute, AttributeValue

MOST_CHOICES, LONGEST_CHOICE = 50, 80


class AttributeForm(WagtailAdminModelForm):
    """One kind of fact, with its list as lines."""

    lines = TextField(
        label=_("List, one on each line"), required=False, help_text=_("Only for the type “One of a list”.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["lines"] = "\n".join(map(str, self.instance.choices))

    def clean_lines(self) -> list[str]:
        """Return each choice once, in the order of the lines."""
        choices = list(dict.fromkeys(line.strip() for line in self.cleaned_data["lines"].split("\n") if line.strip()))
        if len(choices) > MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
            raise forms.ValidationError(_("At most 50 choices of at most 80 letters each."))
        return choices

    def clean_kind(self) -> str:
        """Refuse another type while facts of the old one stand."""
        kind: str = self.cleaned_data["kind"]
        is_other = self.instance.pk and kind != Attribute.objects.get(pk=self.instance.pk).kind
        if is_other and AttributeValue.objects.filter(attribute=self.instance).exists():
            raise forms.ValidationError(_("Facts of this type stand already. Make a new one instead."))
        return kind

    def clean(self) -> dict[str, Any]:
        """Ask for a list where there must be one."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == Attribute.Kind.CHOICE and not given.get("lines"):
            self.add_error("lines", _("Write at least one choice."))
        return given

    def save(self, commit: bool = True) -> Any:
        """Keep the list with the rest."""
        self.instance.choices = self.cleaned_data["lines"] if self.instance.kind == Attribute.Kind.CHOICE else []
        return super().save(commit)
