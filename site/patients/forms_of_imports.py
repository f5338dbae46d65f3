"""What staff say about a file: the file itself, how its columns are read, and what is handed out again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.importing import leaving, showing
from patients.importing.dates import Order
from patients.models import Basis, FileKind, ImportBatch

LIMIT = 100 * 1024 * 1024
LIMIT_SAID = "100 MB"


class UploadForm(forms.Form):
    """A file, and whether new people in it may be written to."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX, at most 100 MB."))
    may_write = forms.BooleanField(
        label=_("They are our patients: letters may come, and each says how to stop them"),
        help_text=_("Only for new people of whom the file itself says neither yes nor no."),
        required=False,
        initial=True,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large for a page; the command takes any size."""
        given = self.cleaned_data["file"]
        if given.size > LIMIT:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s. Put it into the watched folder instead.") % {"limit": LIMIT_SAID}
            )
        return given


class ReadingForm(forms.Form):
    """How the columns of one file are read: column-0, column-1, …, and order-<field> for dates."""

    kind = forms.ChoiceField(choices=FileKind.choices, required=False)
    may_write = forms.BooleanField(required=False)

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        chosen = self.data.get("kind") or batch.kind
        if chosen in FileKind.values:
            batch.kind = chosen
        fields = showing.choices(batch)
        for place in range(len(batch.columns)):
            self.fields[f"column-{place}"] = forms.ChoiceField(choices=fields, required=False)
        for name, _label in fields[1:]:
            orders = [(order.value, order.value) for order in Order]
            self.fields[f"order-{name}"] = forms.ChoiceField(choices=orders, required=False)

    @property
    def places(self) -> dict[int, str]:
        """Return column → field: as chosen, else as it was."""
        found = {int(place): name for place, name in self.batch.mapping.items()}
        for place in range(len(self.batch.columns)):
            if f"column-{place}" in self.data:
                found[place] = self.cleaned_data[f"column-{place}"]
        return {place: name for place, name in found.items() if name}

    @property
    def orders(self) -> dict[str, str]:
        """Return field → order: as chosen, else as it was."""
        chosen = {
            name.removeprefix("order-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("order-") and value
        }
        return {**self.batch.orders, **chosen}

    @property
    def basis(self) -> str:
        """Return on what letters to new people rest: as chosen where that was asked, else as it was."""
        if "asks_basis" not in self.data:
            return self.batch.basis
        return Basis.MAY_OBJECT.value if self.cleaned_data["may_write"] else ""

    @property
    def differs(self) -> bool:
        """Whether the page says something else than the check was made with."""
        places = {int(place): name for place, name in self.batch.mapping.items()}
        return (self.places, self.orders) != (places, self.batch.orders)


class LeavingForm(forms.Form):
    """Whom to hand out, in which form, and why."""

    what = forms.ChoiceField(label=_("Whom"), choices=leaving.WHOM)
    form = forms.ChoiceField(label=_("As"), choices=leaving.FORMS, initial="xlsx")
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose…")), *leaving.Why.choices])
