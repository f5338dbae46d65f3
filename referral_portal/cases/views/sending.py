"""Send a patient: the form, its files, the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.doors import office_only
from accounts.sessions import user_of
from journal.recording import name_of
from referral_portal.cases import actions, lists, matching, scoring
from referral_portal.cases.files import LIMIT
from referral_portal.cases.forms import CaseForm
from referral_portal.cases.models import Case, CaseFile
from referral_portal.cases.teeth import QUADRANTS
from referral_portal.cases.views.ground import case_of, frame
from referral_portal.offices.models import Office
from referral_portal.offices.policy import office_of


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, and send what was filled in; whatever is wrong, nothing typed or uploaded is lost."""
    office = office_of(request)
    if request.method != "POST":
        kept = drafts.take(request)
        reason = matching.reason_of(request.GET.get("service", ""))
        form = CaseForm(office=office, initial=kept or {"reason": reason})
        return _show(request, office, form, is_restored=bool(kept))
    form = CaseForm(request.POST, request.FILES, office=office)
    if request.POST.get("drop"):
        _drop(request, office, form)
        return _show(request, office, form, is_draft=True)
    is_valid = form.is_valid()
    troubles = _hold(request, office, form)
    if not is_valid or troubles:
        return _show(request, office, form, status=422, troubles=troubles)
    data = form.cleaned_data
    repeat = matching.likely_repeat(office, phone=data["phone"], born_on=data["born"], family_name=data["family_name"])
    if repeat is not None and repeat.request_key != form.key and not data["anyway"]:
        return _show(request, office, form, status=422, repeat=repeat)
    case = actions.send(office=office, given=form.given(), by=user_of(request), request_key=form.key)
    drafts.forget(request)
    if "again" in request.POST:
        messages.success(request, _("%(ref)s is sent. Here is a fresh form.") % {"ref": case.ref})
        return redirect("portal_office:case_new")
    return redirect("portal_office:case_sent", ref=case.ref)


@office_only
@require_safe
def sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that the case was sent, and what happens now."""
    return render(request, "cases/sent.html", frame(case_of(request, ref)))


def _hold(request: HttpRequest, office: Office, form: CaseForm) -> list[str]:
    """Keep each uploaded file under the form's key; return in words what was wrong with some."""
    troubles: list[str] = []
    for upload in request.FILES.getlist("uploads"):
        try:
            actions.hold(office=office, upload=upload, key=form.key, by=user_of(request))
        except ValidationError as error:
            troubles.append(f"{upload.name}: {' '.join(error.messages)}")
    return troubles


def _drop(request: HttpRequest, office: Office, form: CaseForm) -> None:
    file = next((file for file in _held(request, office, form) if file.ref == request.POST["drop"]), None)
    if file is not None:
        actions.drop(file=file, by=user_of(request))
    _hold(request, office, form)


def _held(request: HttpRequest, office: Office, form: CaseForm) -> list[CaseFile]:
    return list(CaseFile.objects.filter(office=office, held_under=form.key, by=name_of(user_of(request))))


def _show(
    request: HttpRequest,
    office: Office,
    form: CaseForm,
    *,
    status: int = 200,
    troubles: list[str] | None = None,
    repeat: Case | None = None,
    is_draft: bool = False,
    is_restored: bool = False,
) -> HttpResponse:
    held = _held(request, office, form) if form.is_bound or is_restored else []
    here = form.here
    context: dict[str, Any] = {
        "office": office,
        "form": form,
        "held": held,
        "troubles": troubles or [],
        "repeat": repeat,
        "quadrants": QUADRANTS,
        "score": scoring.score(form, len(held)) if form.is_bound else None,
        "limit": LIMIT // 1024 // 1024,
        "is_open_now": here is not None and here.is_open_at(timezone.now()),
        "medians": lists.medians_of(office),
        "shows_errors": not is_draft,
        "is_restored": is_restored,
    }
    if here is not None:
        context |= {"location": here, "practice": here.practice}
    return render(request, "cases/new.html", context, status=status)
