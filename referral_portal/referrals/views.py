"""The patient's own pages: whom I told, tell a friend, my link."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.doors import patient_only
from accounts.sessions import user_of
from patients import signed_in
from patients.models import Reader
from referral_portal.referrals import actions, policy, sharing, telling
from referral_portal.referrals.models import PersonalLink, Referral


def reader_of(request: HttpRequest) -> Reader:
    """Return the reader who is signed in.

    Raises:
        Http404: when this account belongs to nobody we write to.
    """
    found = signed_in.reader_of(request)
    if found is None:
        raise Http404
    return found


@patient_only
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """Show whom I told: that it arrived and that I was thanked, the same whatever a friend does."""
    reader = reader_of(request)
    return render(request, "referrals/list.html", {"referrals": Referral.objects.of(reader)})


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show my own link, and take what I did with it."""
    reader = reader_of(request)
    if request.method != "POST":
        page = telling.shown(reader)
        if page.form:
            drafts.restore(request, page.form)
        return render(request, "referrals/new.html", {"page": page})
    page = telling.pressed(request, reader, by=user_of(request))
    if page.referral:
        return redirect("portal_patient:referral_done", ref=page.referral.ref)
    if page.trouble:
        messages.error(request, page.trouble)
    if page.form and page.form.is_bound:
        return render(request, "referrals/new.html", {"page": page}, status=422)
    return redirect("portal_patient:referral_new")


@patient_only
@require_safe
def referral(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one time that I told somebody."""
    return render(request, "referrals/detail.html", {"referral": _own(request, ref)})


@patient_only
@require_safe
def done(request: HttpRequest, ref: str) -> HttpResponse:
    """Say thank you, and what happens next."""
    found = _own(request, ref)
    return render(request, "referrals/done.html", {"referral": found, "first_name": found.referrer.given_name})


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Show my cards to print, with the code that can be said on the phone; POST makes the link."""
    reader = reader_of(request)
    if request.method == "POST":
        try:
            made = actions.create_link(reader=reader, by=user_of(request))
        except policy.Refused as refused:
            raise PermissionDenied(str(refused)) from refused
        actions.show_first_name(link=made, shown=bool(request.POST.get("show_first_name")), by=user_of(request))
        messages.success(request, _("Saved."))
        return redirect("portal_patient:link")
    return render(request, "referrals/link.html", {"page": telling.shown(reader), "cards": range(10)})


@patient_only
@require_safe
def link_svg(request: HttpRequest) -> HttpResponse:
    """Return the QR code of my link as a picture."""
    found = PersonalLink.objects.filter(reader=reader_of(request)).first()
    if found is None:
        raise Http404
    return HttpResponse(sharing.svg(found), content_type="image/svg+xml")


def _own(request: HttpRequest, ref: str) -> Referral:
    found = Referral.objects.of(reader_of(request)).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found
