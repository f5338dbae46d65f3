"""How complete a referral is before it is sent: what makes it ready to book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from referral_portal.cases.forms import CaseForm


@dataclass(frozen=True)
class Score:
    """How much is filled in, and what is worth adding next."""

    percent: int
    missing: str = ""
    target: str = ""


def score(form: CaseForm, files: int) -> Score:
    """Return the completeness of a bound form.

    Args:
        form: valid or not.
        files: how many are held already.
    """
    data = getattr(form, "cleaned_data", {})
    parts: list[tuple[int, bool, str, str]] = [
        (15, bool(data.get("given_name") and data.get("family_name")), _("Add the name"), form["patient"].auto_id),
        (10, bool(data.get("born")), _("Add the birth date"), form["patient"].auto_id),
        (15, bool(data.get("phone")), _("Add the phone"), form["patient"].auto_id),
        (10, bool(data.get("knows")), _("Ask the patient"), form["knows"].auto_id),
        (10, bool(data.get("reason")), _("Add the reason"), "reason"),
        (10, bool(data.get("teeth")) or data.get("tooth_set") == "unsure", _("Add the tooth"), "teeth"),
        (10, bool(files), _("Add an X-ray"), form["uploads"].auto_id),
        (5, bool(data.get("note")), _("Add a note"), form["note"].auto_id),
        (10, bool(data.get("plan")), _("Add insurance"), form["plan"].auto_id),
        (5, bool(data.get("member_id")) or data.get("plan") == "Self-pay", _("Add the member ID"), "id_member_id"),
    ]
    first = next(((label, target) for _weight, is_there, label, target in parts if not is_there), ("", ""))
    return Score(sum(weight for weight, is_there, _label, _target in parts if is_there), *first)
