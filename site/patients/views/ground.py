"""What every screen of patients shares: the furniture around it, and how a record is found."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from patients.models import Patient


def frame(title: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """Return what Wagtail's furniture asks for.

    Args:
        title: of the page.
        crumbs: label and address of what lies between the list of patients and this page.
    """
    trail = [(_("Home"), reverse("wagtailadmin_home")), (_("Patients"), reverse("patients:list")), *crumbs]
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "user",
        "breadcrumbs_items": [*({"url": url, "label": label} for label, url in trail), {"url": "", "label": title}],
    }


def load(ref: str) -> Patient:
    """Return the patient of this reference, with what every screen shows.

    Raises:
        Http404: when there is none.
    """
    rows = Patient.objects.select_related("reader", "location", "provider", "responsible__reader")
    found = rows.filter(ref=ref).first()
    if found is None:
        raise Http404
    return found
