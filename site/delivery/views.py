"""The pages behind a letter's links: stop it, choose, why did I get this. GET shows; only POST changes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import signed_link
from delivery import links, wishes
from delivery.forms import PreferencesForm
from delivery.models import Message
from patients.models import Basis, Consent, Purpose

ONE_CLICK = "One-Click"  # RFC 8058


@csrf_exempt  # the signed link is what entitles; a mail program's one-click POST brings neither cookie nor token
@signed_link("unsubscribe")
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letter (POST), or show the button that does."""
    message = _letter_of("unsubscribe", token)
    if request.method == "POST":
        if request.POST.get("List-Unsubscribe") == ONE_CLICK:
            wishes.stop(message=message, source="one_click")
            return HttpResponse(_("You will not get this letter again."), content_type="text/plain; charset=utf-8")
        if request.POST.get("pause") == "3":
            wishes.rest(message=message, months=3)
        else:
            wishes.stop(message=message, is_everything="all" in request.POST, source="mail_link")
        return redirect(request.path)
    reader = message.reader
    standing = wishes.wishes_of(reader) if reader else None
    context = {
        "message": message,
        "is_stopped": not message.is_test and (standing is None or message.purpose not in standing.purposes),
        "paused_until": standing.paused_until if standing else None,
        "preferences_url": links.url("preferences", message),
    }
    return render(request, "mail/unsubscribe.html", context)


@signed_link("preferences")
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody gets, and keep what they choose, all in one save."""
    message = links.message_of("preferences", token)
    if message.reader is None and not message.is_test:
        raise Http404
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if not form.is_valid():
            return render(request, "mail/preferences.html", _choices(message), status=422)
        chosen = form.cleaned_data
        wishes.choose(message=message, purposes=chosen["purposes"], months=chosen["pause"], language=chosen["language"])
        return redirect(f"{request.path}?saved=1")
    return render(request, "mail/preferences.html", _choices(message) | {"is_saved": "saved" in request.GET})


@signed_link("why")
@require_safe
def why(request: HttpRequest, token: str) -> HttpResponse:
    """Say on what this message rests."""
    message = links.message_of("why", token)
    consent = _consent_behind(message)
    context = {
        "message": message,
        "consent": consent,
        "is_asked": consent is not None and consent.basis == Basis.AGREED,
        "source": _SOURCES.get(consent.source, lambda: "")() if consent else "",
    }
    context |= links.of(message, {"preferences_url", "unsubscribe_url"})
    return render(request, "mail/why.html", context)


def _letter_of(purpose: str, token: str) -> Message:
    """Return the letter that a link names.

    Raises:
        Http404: also for a message that is no letter: what concerns one's own visit or account cannot be stopped.
    """
    message = links.message_of(purpose, token)
    if not message.is_letter:
        raise Http404
    return message


def _choices(message: Message) -> dict[str, Any]:
    reader = message.reader
    standing = wishes.wishes_of(reader) if reader else wishes.Wishes(frozenset(), None, message.language)
    form = PreferencesForm()
    labels = dict(form.fields["purposes"].choices)  # type: ignore[attr-defined]
    return {
        "message": message,
        "standing": standing,
        "topics": [
            (Purpose.OWN_SERVICES, labels["own_services"], _("1 a month"), "own_services" in standing.purposes),
            (Purpose.TREATMENT, labels["treatment"], _("about twice a year"), "treatment" in standing.purposes),
        ],
        "languages": [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES],
        "pauses": form.fields["pause"].choices,  # type: ignore[attr-defined]
        "consent": _consent_behind(message),
        **links.of(message, {"unsubscribe_url", "why_url"}),
    }


def _consent_behind(message: Message) -> Consent | None:
    """Return the yes that stood when the message was queued."""
    if message.reader is None or not message.is_letter:
        return None
    lines = Consent.objects.filter(
        reader=message.reader, channel=message.channel, purpose=message.purpose, at__lte=message.queued_at
    )
    return lines.order_by("-at", "-pk").first()


_SOURCES = {
    "desk": lambda: _("at our desk"),
    "import": lambda: _("in the forms that you filled in with us"),
    "preference_centre": lambda: _("on the page where you choose what you get"),
    "double_opt_in": lambda: _("on our website, confirmed by the link that we sent you"),
    "website": lambda: _("on our website"),
    "portal": lambda: _("in your portal"),
}
