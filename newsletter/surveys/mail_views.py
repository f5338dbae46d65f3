"""The pages behind a letter's numbers: tap, then Send. GET shows; only POST keeps an answer.

Letters are forwarded, so no page tells what was answered or written before: which one is shown after Send stands in
its address, and nowhere else.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import public, signed_link
from delivery import links
from delivery.models import Message
from newsletter.surveys import actions, policy
from newsletter.surveys.asking import asked_in
from newsletter.surveys.forms import AnswerForm, CallForm
from newsletter.surveys.models import Survey
from practice import clocks

THANKS, LOW, CALL = "thanks", "low", "call"
UNPROCESSABLE = 422


@signed_link("survey")
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question with the tapped answer chosen, keep what is sent, and thank for it."""
    message = links.message_of(request, "survey", token)
    asked = asked_in(message, request.GET.get("q", ""))
    if asked is None or not policy.may_answer(message, timezone.now()):
        raise Http404
    if not asked.is_open:
        return _page(request, "over.html", message, asked)
    try:
        if request.method != "POST":
            return _shown(request, message, asked)
        return _called(request, message, asked) if "c" in request.POST else _answered(request, message, asked)
    except actions.TooLate:
        return _page(request, "over.html", message, asked, is_kept=True)


@public
@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """Say how a letter's question is answered, to whoever reads it where it is not their own."""
    return render(request, "mail/survey/explained.html")


def _shown(request: HttpRequest, message: Message, asked: Survey) -> HttpResponse:
    done = request.GET.get("done", "")
    if done == LOW:
        return _thanked_for_a_low_one(request, message, asked, CallForm())
    if done in {THANKS, CALL}:
        return _page(request, "thanks.html", message, asked, is_call=done == CALL)
    tapped = request.GET.get("a", "")
    chosen = {str(score): label for score, label in asked.scores}.get(tapped)
    form = AnswerForm(asked, initial={"a": tapped} if chosen else {})
    return _page(request, "question.html", message, asked, form=form, chosen=chosen)


def _answered(request: HttpRequest, message: Message, asked: Survey) -> HttpResponse:
    form = AnswerForm(asked, request.POST)
    if not form.is_valid():
        return _page(request, "question.html", message, asked, form=form, status=UNPROCESSABLE)
    score, words = form.given
    try:
        actions.answer(message=message, survey=asked, score=score, words=words)
    except actions.TooMuch:
        form.add_error("w", _("That is more than fits here. Please call us."))
        return _page(request, "question.html", message, asked, form=form, status=UNPROCESSABLE)
    return _onward(request, asked, LOW if asked.is_low(score) else THANKS)


def _called(request: HttpRequest, message: Message, asked: Survey) -> HttpResponse:
    form = CallForm(request.POST)
    if not form.is_valid():
        return _thanked_for_a_low_one(request, message, asked, form, status=UNPROCESSABLE)
    call, words = form.cleaned_data["c"], form.cleaned_data["w"]
    try:
        kept = actions.ask_for_call(message=message, survey=asked, call=call, words=words)
    except actions.TooMuch:
        form.add_error("w", _("That is more than fits here. Please call us."))
        return _thanked_for_a_low_one(request, message, asked, form, status=UNPROCESSABLE)
    if kept is None and not message.is_test:
        return redirect(f"{request.path}?{urlencode({'q': asked.ref})}")
    return _onward(request, asked, CALL)


def _thanked_for_a_low_one(
    request: HttpRequest, message: Message, asked: Survey, form: CallForm, *, status: int = 200
) -> HttpResponse:
    caller = policy.who_follows(asked, clocks.today())
    return _page(request, "low.html", message, asked, form=form, caller=caller, status=status)


def _onward(request: HttpRequest, asked: Survey, done: str) -> HttpResponse:
    return redirect(f"{request.path}?{urlencode({'q': asked.ref, 'done': done})}")


def _page(
    request: HttpRequest, template: str, message: Message, asked: Survey, *, status: int = 200, **context: Any
) -> HttpResponse:
    again = f"{request.path}?{urlencode({'q': asked.ref})}"
    context = {"message": message, "survey": asked, "again": again, **context}
    return render(request, f"mail/survey/{template}", context, status=status)
