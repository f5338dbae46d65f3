"""What an office does with a case that was sent: write, correct, add a file, ask to cancel, take back, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import drafts
from accounts.doors import office_only
from accounts.sessions import user_of
from referral_portal.cases import actions, policy
from referral_portal.cases.forms import CorrectionForm, FileForm, MessageForm, ReasonForm
from referral_portal.cases.models import Case
from referral_portal.cases.states import Action, CaseState
from referral_portal.cases.views.case import DOWNLOAD
from referral_portal.cases.views.ground import case_of, conflicts_told, frame


@office_only
@require_POST
@conflicts_told
def write(request: HttpRequest, ref: str) -> HttpResponse:
    """Write to the team, with a file where one is attached."""
    case, form = case_of(request, ref), MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "cases/message.html", {**frame(case), "form": form}, status=422)
    upload = form.cleaned_data["file"]
    if upload is not None:
        try:
            actions.add_file(case=case, upload=upload, by=user_of(request))
        except ValidationError as error:
            form.add_error("file", error.messages)
            return render(request, "cases/message.html", {**frame(case), "form": form}, status=422)
    actions.write(case=case, text=form.cleaned_data["msg"], by=user_of(request))
    messages.success(request, _("Your message is sent."))
    return redirect("portal_office:case", ref=case.ref)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
@conflicts_told
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """Put something right; the old value stays visible."""
    case = case_of(request, ref)
    _demand(case, request, Action.CORRECT)
    form = CorrectionForm(request.POST or None, initial={"version": case.version, "field": request.GET.get("field")})
    drafts.restore(request, form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.correct(
                case=case, field=given["field"], value=given["value"], version=given["version"], by=user_of(request)
            )
        except ValidationError as error:
            form.add_error("value", error.messages)
        else:
            messages.success(request, _("Corrected. The team confirms that it has seen it."))
            return redirect("portal_office:case", ref=case.ref)
    return _ask(request, "cases/correct.html", case, form)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
@conflicts_told
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask to cancel; a case that nobody has seen yet is cancelled at once."""
    case = case_of(request, ref)
    form = ReasonForm(request.POST or None, initial={"version": case.version})
    drafts.restore(request, form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        case = actions.request_cancel(case=case, reason=given["reason"], version=given["version"], by=user_of(request))
        at_once = case.state is CaseState.CANCELLED
        messages.success(request, _("It is canceled.") if at_once else _("We asked the team to cancel it."))
        return redirect("portal_office:case", ref=case.ref)
    _demand(case, request, Action.REQUEST_CANCEL)
    return _ask(request, "cases/cancel.html", case, form)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
@conflicts_told
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back a case that was sent by mistake and that nobody has seen yet."""
    case = case_of(request, ref)
    form = ReasonForm(request.POST or None, initial={"version": case.version})
    drafts.restore(request, form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.withdraw(case=case, reason=given["reason"], version=given["version"], by=user_of(request))
        messages.success(request, _("%(ref)s is taken back.") % {"ref": case.ref})
        return redirect("portal_office:cases")
    _demand(case, request, Action.WITHDRAW)
    return _ask(request, "cases/withdraw.html", case, form)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
@conflicts_told
def add_files(request: HttpRequest, ref: str) -> HttpResponse:
    """Add files to a case."""
    case = case_of(request, ref)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        for upload in form.cleaned_data["uploads"]:
            try:
                actions.add_file(case=case, upload=upload, by=user_of(request))
            except ValidationError as error:
                form.add_error("uploads", [f"{upload.name}: {line}" for line in error.messages])
        if not form.errors:
            messages.success(request, _("Uploaded. We check each file before anyone opens it."))
            return redirect("portal_office:case", ref=case.ref)
    return _ask(request, "cases/files.html", case, form)


@office_only
@require_POST
@conflicts_told
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """Confirm that the office has the report; the page that follows hands it over."""
    case = actions.confirm_receipt(case=case_of(request, ref), by=user_of(request))
    if request.POST.get("download"):
        request.session[DOWNLOAD] = case.ref
    messages.success(request, _("Thank you. The loop is closed: the team knows that you have the report."))
    return redirect("portal_office:case", ref=case.ref)


def _demand(case: Case, request: HttpRequest, action: Action) -> None:
    """Refuse a page whose form could not be sent.

    Raises:
        CaseConflict: when nobody may do it any more.
        PermissionDenied: when this person may not.
    """
    if policy.step_for(action, case, user_of(request)) is not None:
        return
    if policy.is_possible_for_anybody(action, case) and case.state is not CaseState.ENTERED_IN_ERROR:
        raise PermissionDenied
    raise actions.CaseConflict(case, reason="too_late")


def _ask(request: HttpRequest, template: str, case: Case, form: object) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**frame(case), "form": form}, status=status)
