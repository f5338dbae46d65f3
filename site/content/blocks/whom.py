"""The choice for whom a block is, which keeps what it was given even where nobody can choose that any more."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.admin.telepath.widgets import SelectAdapter

from content import whom

KEY = re.compile(r"[a-z]+:[\w.-]{1,40}", re.ASCII)


class WhomSelect(forms.Select):
    """A list in which a rule that is gone stands as such: another would quietly be for everyone."""


class WhomSelectAdapter(SelectAdapter):
    """Lets the editor's page draw it."""

    js_constructor = "goodword.WhomSelect"

    def js_args(self, widget: WhomSelect) -> list[Any]:
        """Give what stands for a rule that is gone as well."""
        return [*super().js_args(widget), _("No longer there: choose again")]

    @cached_property
    def media(self) -> forms.Media:
        """Return Wagtail's script and ours."""
        wagtails: forms.Media = super().media
        return wagtails + forms.Media(js=[static("staff/whom.js")])


register(WhomSelectAdapter(), WhomSelect)


class _WhomField(forms.ChoiceField):
    """Takes a rule that is gone as it stands: the letter's checks say what is wrong, and saving loses nothing."""

    def valid_value(self, value: Any) -> bool:
        """Return whether it is a rule, or was one."""
        return bool(KEY.fullmatch(str(value)))


class WhomBlock(blocks.ChoiceBlock):
    """For whom the block is; nothing chosen is everyone."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"choices": whom.choices, "required": False, "default": "", "search_index": False, **kwargs}
        super().__init__(**{"widget": WhomSelect, **given})

    def get_field(self, **kwargs: Any) -> forms.ChoiceField:
        """Return a field that takes what it was given."""
        return _WhomField(**kwargs)

    def normalize_choice(self, value: Any) -> str:
        """Leave a key as it is: nobody asks for the list of choices to read a letter."""
        return str(value or "")
