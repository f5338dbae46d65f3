"""The forms of the sign-in pages: allauth's, in the drawn look and with our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _


def drawn[Form: forms.BaseForm](form: Form, **labels: Any) -> Form:
    """Give every text field of `form` the drawn look, no placeholder, and where named another label."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        if not isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs["class"] = "gw-in"
    return form


def _as_code(form: forms.BaseForm, label: Any, *, longest: int = 7) -> None:
    """Draw the field `code` for digits."""
    drawn(form, code=label)
    form.fields["code"].widget.attrs.update(
        {"class": "gw-in gw-code u-mid", "inputmode": "numeric", "maxlength": longest, "autocomplete": "one-time-code"}
    )


class AskForCodeForm(account_forms.RequestLoginCodeForm):
    """An e-mail address that a code goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn(self, email=_("E-mail address"))
        self.fields["email"].widget.attrs["autocomplete"] = "username"


class SharedComputer(forms.Form):
    """Whether others use this computer too; starts empty."""

    shared = forms.BooleanField(
        label=_("This is a shared computer: lock it after 10 minutes"), required=False, initial=False
    )


class EnterCodeForm(account_forms.ConfirmLoginCodeForm, SharedComputer):
    """The six digits from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self, _("Six-digit code"))


class PasswordForm(account_forms.LoginForm, SharedComputer):
    """An address and its password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn(self, login=_("E-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class ConfirmAddressForm(account_forms.ConfirmEmailVerificationCodeForm):
    """The six digits that confirm an address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self, _("Six-digit code"))


class ConfirmResetForm(account_forms.ConfirmPasswordResetCodeForm):
    """The six digits that allow a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self, _("Six-digit code"))


class AskForResetForm(account_forms.ResetPasswordForm):
    """The address whose password is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn(self, email=_("E-mail address"))


class ResetForm(account_forms.ResetPasswordKeyForm):
    """A new password instead of a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_new_password(self)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """A new password instead of a known one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_new_password(self)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(account_forms.SetPasswordForm):
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_new_password(self)


def _as_new_password(form: forms.BaseForm) -> None:
    drawn(
        form,
        oldpassword=_("Your password now"),
        password1=_("New password"),
        password2=_("New password, once more"),
    )
    form.fields["password1"].help_text = _("At least 15 characters. A short sentence is easy to remember.")


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn(self, password=_("Password")).fields["password"].help_text = ""


class NewAddressForm(account_forms.AddEmailForm):
    """Where codes shall go from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn(self, email=_("New e-mail address"))


class FactorForm(factor_forms.AuthenticateForm):
    """The code of an authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self, _("Code from your app"), longest=12)


class FactorAgainForm(factor_forms.ReauthenticateForm):
    """The code of an authenticator app once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self, _("Code from your app"), longest=12)


class SetUpFactorForm(totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code(self, _("Code from your app"))
