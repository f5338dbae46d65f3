"""Whose name a letter carries: the practice's, or that of one of its providers; the address stays the practice's."""

from __future__ import annotations

from django.utils.translation import gettext as _

from practice.models import Practice, Provider


def name_of_sender(provider: Provider | None, practice: Practice) -> str:
    """Return the name in "From", as "Juniper Row Dental" or "Dr. Maren Okafor at Juniper Row"."""
    if provider is None:
        return practice.sender_name
    return _("%(name)s at %(practice)s") % {"name": provider.name, "practice": practice.name}
