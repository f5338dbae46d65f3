"""The people of an office: its team, invitations, joining, switching between offices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import office_admin_only, office_only, signed_link
from accounts.models import User
from accounts.sessions import user_of
from referral_portal.offices import actions, policy
from referral_portal.offices.forms import InviteForm, JoinForm
from referral_portal.offices.models import Invitation, Membership, Office
from vault import tokens


@dataclass(frozen=True)
class Person:
    """One row of the team: a member, or somebody who was invited."""

    name: str
    initials: str
    email: str
    role: str
    way_in: str
    last_here: datetime | None
    invitation: Invitation | None = None


@office_only
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Show who belongs to the office, and to its admins the form to invite somebody."""
    return _show_team(request, InviteForm())


@office_admin_only
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by mail."""
    office, form = policy.office_of(request), InviteForm(request.POST)
    if not form.is_valid():
        return _show_team(request, form, status=422)
    email, may = form.cleaned_data["email"], form.cleaned_data["may"]
    try:
        actions.invite(office=office, email=email, may=may, by=user_of(request))
    except ValidationError as error:
        form.add_error(None, error)
        return _show_team(request, form, status=422)
    messages.success(request, _("The invitation is on its way."))
    return redirect("portal_office:team")


@office_admin_only
@require_POST
def invite_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Send an invitation once more."""
    found = get_object_or_404(Invitation, ref=ref, office=policy.office_of(request))
    try:
        actions.invite_again(invitation=found, by=user_of(request))
    except actions.InvitationOver:
        messages.error(request, _("This invitation was used or taken back."))
    else:
        messages.success(request, _("The invitation is on its way again."))
    return redirect("portal_office:team")


@office_admin_only
@require_POST
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(Invitation, ref=ref, office=policy.office_of(request))
    actions.revoke(invitation=found, by=user_of(request))
    messages.success(request, _("The invitation was taken back."))
    return redirect("portal_office:team")


@office_only
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Stand for another of one's own offices from now on."""
    wanted = request.POST.get("office", "")
    if wanted not in {office.ref for office in policy.offices_of(request)}:
        raise Http404
    request.session[policy.CURRENT] = wanted
    return redirect("portal_office:cases")


@signed_link("join")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; only a POST uses it, once."""
    found = get_object_or_404(Invitation.objects.select_related("office"), ref=tokens.read("join", token))
    if not found.is_waiting or found.office.status == Office.Status.CLOSED:
        return render(request, "offices/join_over.html", {"invitation": found}, status=410)
    known = User.objects.filter(email__iexact=found.email).first()
    is_known = known is not None and bool(known.get_full_name())
    form = JoinForm(request.POST or None, is_known=is_known)
    if request.method != "POST" or not (is_known or form.is_valid()):
        status = 422 if request.method == "POST" else 200
        return render(request, "offices/join.html", {"invitation": found, "form": form}, status=status)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    try:
        actions.join(invitation=found, first_name=given.get("first_name", ""), last_name=given.get("last_name", ""))
    except actions.InvitationOver:
        return render(request, "offices/join_over.html", {"invitation": found}, status=410)
    messages.success(request, _("Welcome. Sign in with a code that we e-mail to you, and you are there."))
    return redirect("account_request_login_code")


def _show_team(request: HttpRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    office = policy.office_of(request)
    user = user_of(request)
    context = {
        "office": office,
        "offices": policy.offices_of(request),
        "people": _people(office),
        "form": form,
        "may_manage": policy.may_manage(user, office),
    }
    return render(request, "offices/team.html", context, status=status)


def _people(office: Office) -> list[Person]:
    members = Membership.objects.current().filter(office=office).select_related("user", "user__referring_doctor")
    secured = set(Authenticator.objects.filter(user__office_memberships__office=office).values_list("user", flat=True))
    people = [_member(one, is_secured=one.user_id in secured) for one in members]
    waiting = office.invitations.filter(status=Invitation.Status.SENT)
    return [*people, *(_invited(one) for one in waiting)]


def _member(membership: Membership, *, is_secured: bool) -> Person:
    user = membership.user
    if membership.is_admin:
        role = _("Office admin")
    else:
        role = _("Dentist") if hasattr(user, "referring_doctor") else _("Sends patients")
    way_in = _("Second factor on") if is_secured else _("E-mail code")
    return Person(str(user), user.initials, user.email, role, way_in, user.last_login)


def _invited(invitation: Invitation) -> Person:
    return Person(
        name=invitation.email,
        initials=invitation.email[:1].upper(),
        email="",
        role=str(Invitation.May(invitation.may).label),
        way_in="",
        last_here=None,
        invitation=invitation,
    )
