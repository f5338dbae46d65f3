"""How forms are drawn: Django's own renderer with our field templates, and the drawn look of each widget."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class GoodwordRenderer(TemplatesSetting):
    """Draws `as_field_group` with the drawn field component, and takes widgets from the project's templates."""

    field_template_name = "components/field.html"


class Chips(forms.CheckboxSelectMultiple):
    """Several may be chosen, each in a word or two: chips in a row instead of boxes one under the other."""


def styled[Form: forms.BaseForm](form: Form) -> Form:
    """Give every widget of `form` its drawn look and return the form."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, Chips):
            widget.template_name = "components/widgets/chips.html"
        elif isinstance(widget, forms.CheckboxSelectMultiple):
            widget.template_name = "components/widgets/checks.html"
        elif isinstance(widget, forms.RadioSelect):
            widget.template_name = "components/widgets/chips.html"
        elif not isinstance(widget, forms.CheckboxInput) and not widget.is_hidden:
            widget.attrs["class"] = f"{widget.attrs.get('class', '')} gw-in".strip()
    return form


class Styled(forms.BaseForm):
    """A form in the drawn look: `class Refer(Styled, forms.Form)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)
