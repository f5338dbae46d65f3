"""The doors: allauth's views one by one, each with its declaration; a new one of allauth's is not there by itself."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from accounts import forms, views
from accounts.doors import public, signed_in

page = require_http_methods(["GET", "HEAD"])
form_page = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns: list[URLPattern] = [
    # signing in and out
    path("login/", public(form_page(views.SignIn.as_view())), name="account_login"),
    path("login/code/", public(form_page(views.AskForCode.as_view())), name="account_request_login_code"),
    path("login/code/confirm/", public(form_page(views.EnterCode.as_view())), name="account_confirm_login_code"),
    path("logout/", public(form_page(account.logout)), name="account_logout"),
    path("inactive/", public(page(account.account_inactive)), name="account_inactive"),
    path("signup/", public(page(account.signup)), name="account_signup"),
    # the address
    path(
        "email/", signed_in(form_page(account.EmailView.as_view(form_class=forms.NewAddressForm))), name="account_email"
    ),
    path("email/confirm/", public(form_page(views.ConfirmAddress.as_view())), name="account_email_verification_sent"),
    # the password
    path(
        "password/change/",
        signed_in(form_page(account.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm))),
        name="account_change_password",
    ),
    path(
        "password/set/",
        signed_in(form_page(account.PasswordSetView.as_view(form_class=forms.SetPasswordForm))),
        name="account_set_password",
    ),
    path("password/reset/", public(form_page(views.AskForReset.as_view())), name="account_reset_password"),
    path(
        "password/reset/confirm/",
        public(form_page(account.ConfirmPasswordResetCodeView.as_view(form_class=forms.ConfirmResetForm))),
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/reset/new/",
        public(form_page(account.CompletePasswordResetView.as_view(form_class=forms.ResetForm))),
        name="account_complete_password_reset",
    ),
    path(
        "password/reset/done/",
        public(page(account.password_reset_from_key_done)),
        name="account_password_reset_completed",
    ),
    path("again/", signed_in(form_page(views.EnterPasswordAgain.as_view())), name="account_reauthenticate"),
    # the second factor
    path("2fa/", signed_in(page(factor.index)), name="mfa_index"),
    path("2fa/enter/", public(form_page(views.EnterFactor.as_view())), name="mfa_authenticate"),
    path("2fa/again/", signed_in(form_page(views.EnterFactorAgain.as_view())), name="mfa_reauthenticate"),
    path(
        "2fa/app/",
        signed_in(form_page(totp.ActivateTOTPView.as_view(form_class=forms.SetUpFactorForm))),
        name="mfa_activate_totp",
    ),
    path("2fa/app/remove/", signed_in(form_page(totp.deactivate_totp)), name="mfa_deactivate_totp"),
    path("2fa/recovery/", signed_in(page(recovery.view_recovery_codes)), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery/new/", signed_in(form_page(recovery.generate_recovery_codes)), name="mfa_generate_recovery_codes"
    ),
    path("2fa/recovery/file/", signed_in(page(recovery.download_recovery_codes)), name="mfa_download_recovery_codes"),
    # the sessions
    path("sessions/", signed_in(form_page(views.session_list)), name="usersessions_list"),
]
