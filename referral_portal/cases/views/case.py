"""One case, as its office sees it: the page, its print, the patient's slip."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import drafts
from accounts.doors import office_only
from accounts.sessions import user_of
from journal.recording import viewed
from referral_portal.cases import policy, stages, teeth, words
from referral_portal.cases.forms import MessageForm
from referral_portal.cases.models import Case
from referral_portal.cases.papers import qr
from referral_portal.cases.states import Action, VisitState
from referral_portal.cases.views.ground import VISITS, case_of, frame

DOWNLOAD = "download"


@office_only
@require_safe
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Show where a case is, what is next and who does it, and what has happened."""
    found = case_of(request, ref, VISITS, "messages")
    viewed(found, by=user_of(request), about=found.journal_about or None)
    context = {
        **_told(request, found),
        "message_form": drafts.restore(
            request, MessageForm(), reverse("portal_office:case_messages", args=[found.ref])
        ),
        "download": request.session.pop(DOWNLOAD, "") == found.ref,
    }
    return render(request, "cases/case.html", context)


@office_only
@require_safe
def print_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a case as it goes to paper, with who printed it and when."""
    found = case_of(request, ref, VISITS, "messages")
    viewed(found, by=user_of(request), about=found.journal_about or None, printed=True)
    address = request.build_absolute_uri(f"/portal/office/cases/{found.ref}/")
    context = {**_told(request, found), "qr": qr(address), "printed_at": timezone.now()}
    return render(request, "cases/print.html", context)


@office_only
@require_safe
def slip(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what the patient takes along: when, where, what to bring; no reason for the visit."""
    found = case_of(request, ref, VISITS)
    viewed(found, by=user_of(request), about=found.journal_about or None, slip=True)
    booked = [visit for visit in stages.visits_of(found) if visit.status == VisitState.BOOKED]
    visit = next((visit for visit in booked if visit.starts_at > timezone.now()), None)
    context = {**frame(found), "visit": visit, "qr": qr(request.build_absolute_uri("/contact/"))}
    return render(request, "cases/slip.html", context)


def _told(request: HttpRequest, found: Case) -> dict[str, object]:
    user = user_of(request)
    allowed = policy.allowed_actions(found, user)
    timeline = words.timeline(found, "office", user)
    status, following = stages.status_of(found), stages.next_of(found)
    return {
        **frame(found),
        "stages": stages.stages_of(found),
        "status": status,
        "tag": stages.tag_of(found),
        "next": following,
        "next_icon": "alert" if following.is_yours else "cal" if status == "booked" else "clock",
        "wish": teeth.wish(found),
        "timeline": timeline,
        "files": list(found.files.all()),
        "has_report": any(line.verb in words.REPORTED for line in timeline),
        "allowed": {str(action) for action in allowed},
        "may_confirm": Action.CONFIRM_RECEIPT in allowed,
    }
