"""What the office's pages share: whose case it is, who asks, and the answer to a conflict."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.sessions import user_of
from referral_portal.cases import policy, words
from referral_portal.cases.actions import CaseConflict
from referral_portal.cases.models import Case, CaseAppointment

AROUND = (
    *("office", "service", "location__practice", "provider", "referring_doctor", "author"),
    *("assignee__deputy", "assignee__user", "patient__reader"),
)
VISITS = Prefetch("appointments", queryset=CaseAppointment.objects.select_related("provider"))


def case_of(request: HttpRequest, ref: str, *around: str | Prefetch[Any]) -> Case:
    """Return the case `ref`, if it is of an office to which the person belongs.

    Args:
        around: what else the page shows of it.

    Raises:
        Http404: for a foreign case as for an unknown one, so that nobody learns which exist.
    """
    found = Case.objects.select_related(*AROUND).prefetch_related(*around).filter(ref=ref).first()
    if found is None or not policy.may_see(user_of(request), found):
        raise Http404
    timezone.activate(found.location.zone)  # for the rest of this request: the clock on the wall there
    return found


def frame(case: Case) -> dict[str, Any]:
    """Return what a page about a case shows around it, without asking the database again."""
    return {"case": case, "location": case.location, "practice": case.location.practice}


def conflicts_told[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer 409 with what is new, where an action finds the case changed."""

    def told(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except CaseConflict as conflict:
            case = Case.objects.select_related(*AROUND).get(pk=conflict.case.pk)
            context = {**frame(case), "reason": conflict.reason, "news": words.since(conflict.news(), case)}
            return render(request, "cases/conflict.html", context, status=409)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", wraps(view)(told))
