"""The sign-in pages: allauth's views with our forms, brakes and the journal."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.core.ratelimit import respond_429
from allauth.mfa.base import views as factor_views
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from accounts import agents, happenings, sessions
from accounts.forms import (
    AskForCodeForm,
    AskForResetForm,
    ConfirmAddressForm,
    EnterCodeForm,
    FactorAgainForm,
    FactorForm,
    PasswordForm,
    ReauthenticateForm,
)
from accounts.models import User

TOO_OFTEN = {"too_many_login_attempts", "rate_limited"}


class Braked:
    """Answers 429 where a form was refused because it was tried too often."""

    request: HttpRequest

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Answer with the page about too many tries, or with the form and what is wrong in it."""
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        if codes & TOO_OFTEN:
            return respond_429(self.request)  # type: ignore[no-any-return]
        return super().form_invalid(form)  # type: ignore[misc,no-any-return]


class SignIn(Braked, account_views.LoginView):
    """The sign-in page; what is posted to it is an address with its password."""

    form_class = PasswordForm

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        """Remember what kind of computer this is, and go on to the second factor or in."""
        self.request.session["is_shared_computer"] = form.cleaned_data["shared"]
        return super().form_valid(form)  # type: ignore[no-any-return]

    def get_authenticated_redirect_url(self) -> str:
        """Return where somebody goes who is signed in already; not back to an admin that sent them here.

        Raises:
            PermissionDenied: when it was the admin, and they have no business there.
        """
        address = str(super().get_authenticated_redirect_url())
        user = self.request.user
        if address.startswith(reverse("wagtailadmin_home")) and not user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form that asks for a code, and why the screen was locked."""
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "password_form": context["form"],
            "code_form": AskForCodeForm(),
            "locked": self.request.session.get("locked"),
        }


class AskForCode(Braked, account_views.RequestLoginCodeView):
    """Sends a code to an address, and answers the same whether anybody has it."""

    form_class = AskForCodeForm
    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form for a password."""
        context = super().get_context_data(**kwargs)
        return {**context, "code_form": context["form"], "password_form": PasswordForm()}


class EnterCode(Braked, account_views.ConfirmLoginCodeView):
    """Takes the code from the mail."""

    form_class = EnterCodeForm

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Remember what kind of computer this is, and go on to the second factor or in."""
        if "shared" in form.cleaned_data:
            sync_user_email_address(self._process.user)  # so that this code also confirms an address filed nowhere yet
            self.request.session["is_shared_computer"] = form.cleaned_data["shared"]
        return super().form_valid(form)  # type: ignore[no-any-return]

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Write the refusal down; three of them end this code."""
        happenings.refused(self._process.user, how="code")
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the address with most of its name hidden."""
        context = super().get_context_data(**kwargs)
        return {**context, "masked": masked(context["email"] or "")}


class ConfirmAddress(Braked, account_views.ConfirmEmailVerificationCodeView):
    """Takes the code that confirms an address."""

    form_class = ConfirmAddressForm


class AskForReset(Braked, account_views.PasswordResetView):
    """Sends a code to somebody who forgot a password, and answers the same whether anybody has the address."""

    form_class = AskForResetForm


class EnterFactor(Braked, factor_views.AuthenticateView):
    """Asks for the code of an authenticator app, the last stage of signing in."""

    form_class = FactorForm


class EnterFactorAgain(Braked, factor_views.ReauthenticateView):
    """Asks for the code of an authenticator app once more."""

    form_class = FactorAgainForm


class EnterPasswordAgain(Braked, account_views.ReauthenticateView):
    """Asks for the password once more."""

    form_class = ReauthenticateForm


def masked(address: str) -> str:
    """Return `address` with its name hidden but for the first letter, as d•••@saltmarsh.example."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}" if host else "•••"


def session_list(request: HttpRequest) -> HttpResponse:
    """Show where somebody is signed in; a POST ends one of these sessions, or all but this one."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    if request.method == "POST":
        if "session" in request.POST:
            mine = UserSession.objects.filter(user=user)
            other = next((one for one in mine if str(one.pk) == request.POST["session"]), None)
            if other is None or other.is_current():
                raise Http404
            other.end()
            messages.success(request, _("That session has ended."))
        else:
            sessions.end_others(request, user)
            messages.success(request, _("All your other sessions have ended."))
        happenings.sessions_ended(user)
        return redirect("usersessions_list")
    found = sorted(UserSession.objects.purge_and_list(user), key=lambda session: session.created_at, reverse=True)
    rows = [{"session": row, "device": agents.named(row.user_agent), "is_this": row.is_current()} for row in found]
    return render(request, "usersessions/usersession_list.html", {"rows": rows})


def other_door(request: HttpRequest) -> HttpResponse:
    """Lead to the one sign-in page from every place where a library would have its own."""
    target = request.GET.get(REDIRECT_FIELD_NAME, "")
    login = resolve_url("account_login")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(f"{login}?{urlencode({REDIRECT_FIELD_NAME: target})}")
    return redirect(login)


def shut_door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer that there is nothing: a shared password opens no page of ours."""
    raise Http404
