"""The list of patients: views, a search, filters, one page at a time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import may
from accounts.roles import may as holds
from accounts.sessions import user_of
from journal.recording import viewed
from patients import finding
from patients.finding import Asked
from patients.forms import Narrowing
from patients.lines import line_of
from patients.views.ground import frame
from practice import clocks


@may("patients.see")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show one page of the list; a search that finds one person by reference opens them."""
    form = Narrowing(request.GET)
    asked = form.asked()
    found = finding.page(asked)
    if finding.typed_ref(asked.text) and len(found.patients) == 1:
        return redirect("patients:record", ref=found.patients[0].ref)
    viewed("patients:list", by=user_of(request), view=asked.view, shown=len(found.patients))
    today = clocks.today()
    return render(
        request,
        "patients/list.html",
        {
            **_frame(),
            "views": [(name, label, name == asked.view) for name, label in finding.VIEWS.items()],
            "may_add": holds(request.user, "patients.edit"),
            "asked": asked,
            "form": form,
            "lines": [line_of(patient, today) for patient in found.patients],
            "after": found.after,
            "number": min(found.number, finding.COUNTED_TO),
            "is_more": found.number > finding.COUNTED_TO,
            "is_narrowed": asked != Asked(view=asked.view, after=asked.after),
        },
    )


def _frame() -> dict[str, Any]:
    shown = frame(_("Patients"))
    shown["breadcrumbs_items"] = shown["breadcrumbs_items"][:1] + shown["breadcrumbs_items"][-1:]
    return shown
