"""The pages behind a letter's links: stop it, choose, why did I get this. GET shows; only POST changes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import signed_link
from delivery import choosing_page, links, wishes
from delivery.forms import PreferencesForm
from delivery.models import Message
from patients import colleagues, topics
from patients.choices import addressee_of, sample
from patients.models import AtMost, Basis, Consent, Reader
from practice import clocks
from practice.courtesy import Courtesy

ONE_CLICK = "One-Click"  # RFC 8058


@csrf_exempt  # the signed link is what entitles; a mail program's one-click POST brings neither cookie nor token
@signed_link("unsubscribe")
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letter (POST), or show the button that does."""
    message = _letter_of(request, "unsubscribe", token)
    if request.method == "POST":
        if request.POST.get("List-Unsubscribe") == ONE_CLICK:
            wishes.stop(message=message, source="one_click")
            return HttpResponse(_("You will not get this letter again."), content_type="text/plain; charset=utf-8")
        if request.POST.get("pause") == "3":
            wishes.rest(message=message, months=3)
        elif request.POST.get("cap") == "q":
            wishes.want_less(message=message, at_most=AtMost.QUARTER)
        else:
            wishes.stop(message=message, is_everything="all" in request.POST, source="mail_link")
        return redirect(request.path)
    to = addressee_of(message.reader) if message.reader else None
    context = {
        "message": message,
        "is_colleague": message.topic in {topics.OFFICES.name, topics.TEAM.name},
        "is_stopped": not message.is_test and (to is None or not _gets(to, message)),
        "paused_until": to.paused_until if to and to.paused_until and to.paused_until > clocks.today() else None,
        "is_rare": bool(to and to.at_most == AtMost.QUARTER),
        "preferences_url": links.url("preferences", message),
    }
    return render(request, "mail/unsubscribe.html", context)


@signed_link("preferences")
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody gets, and keep what they choose, all in one save."""
    message = links.message_of(request, "preferences", token)
    if message.reader is None and not message.is_test:
        raise Http404
    standing = wishes.wishes_of(message) if message.reader else sample()
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if "stop_all" in request.POST:
            wishes.stop_all(message=message)
            return redirect(f"{request.path}?saved=none")
        if form.is_valid():
            wishes.choose(message=message, **form.chosen())
            return redirect(f"{request.path}?saved=1")
    context = {
        "message": message,
        "saved": request.GET.get("saved", ""),
        **choosing_page.shown(standing),
        **links.of(message, {"why_url"}),
    }
    return render(request, "mail/preferences.html", context, status=422 if request.method == "POST" else 200)


@signed_link("why")
@require_safe
def why(request: HttpRequest, token: str) -> HttpResponse:
    """Say on what this message rests, for whom it was, and how much comes."""
    message = links.message_of(request, "why", token)
    to = addressee_of(message.reader) if message.reader and message.is_letter else None
    consent = _consent_behind(message, to) if to else None
    context = {
        "message": message,
        "consent": consent,
        "is_colleague": consent is not None and consent.source == colleagues.SOURCE,
        "is_asked": consent is not None and consent.basis == Basis.AGREED,
        "source": choosing_page.SOURCES.get(consent.source, "") if consent else "",
        "audience": _(message.dispatch.audience) if message.dispatch and message.dispatch.audience else "",
        **(_how_much(message, to) if to else {}),
    }
    context |= links.of(message, {"preferences_url", "unsubscribe_url"})
    return render(request, "mail/why.html", context)


def _letter_of(request: HttpRequest, purpose: str, token: str) -> Message:
    """Return the letter that a link names.

    Raises:
        Http404: also for a message that is no letter: what concerns one's own visit or account cannot be stopped.
    """
    message = links.message_of(request, purpose, token)
    if not message.is_letter:
        raise Http404
    return message


def _gets(to: Reader, message: Message) -> bool:
    return Reader.objects.filter(pk=to.pk).consenting(message.channel, message.purpose).exists()


def _consent_behind(message: Message, to: Reader) -> Consent | None:
    """Return the yes that stood when the message was queued."""
    lines = Consent.objects.filter(
        reader=to, channel=message.channel, purpose=message.purpose, at__lte=message.queued_at
    )
    return lines.order_by("-at", "-pk").first()


def _how_much(message: Message, to: Reader) -> dict[str, Any]:
    """Return how much this mailbox gets at most, and how much came since the month began."""
    began = clocks.local(timezone.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    left = Message.objects.letters_that_left(began).filter(address_hash=message.address_hash)
    return {
        "wish": to.get_at_most_display(),
        "most_letters": Courtesy.get().most_letters,
        "month": began,
        "came": left.count(),
    }
