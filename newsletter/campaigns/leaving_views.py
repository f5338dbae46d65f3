"""The acts by which a letter leaves: sent with a while to undo it, sent at once, scheduled, taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.doors import may
from accounts.sessions import user_of
from newsletter.campaigns import actions, audience, scheduling
from newsletter.campaigns.forms import WhenForm
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.written import newest
from newsletter.editions.models import EditionPage

NOT_ANY_MORE = gettext_lazy("That is no longer possible. Here is where it stands.")
TOLD: dict[type[Exception], str | Promise] = {
    actions.Changed: gettext_lazy("The letter has changed since you looked. Please look once more."),
    actions.Nobody: gettext_lazy("Nobody would get it."),
    scheduling.Past: gettext_lazy("That time is over. Choose another."),
    actions.Impossible: NOT_ANY_MORE,
}


@may("newsletters.send")
@require_POST
def send_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it, once however often it is clicked; a letter that changed since the question is asked about again.

    Whoever does not want the while in which it can be undone says `at_once`.
    """
    act = actions.start if request.POST.get("at_once") else scheduling.send
    return _leaving(request, pk, lambda edition, seen: act(edition=edition, by=user_of(request), seen=seen))


@may("newsletters.send")
@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it leave at a time by the practice's clock."""
    get_object_or_404(EditionPage, pk=pk)
    at = (form := WhenForm(request.POST)).at
    if at is None:
        messages.error(request, form.trouble)
        return redirect("newsletters:send", pk)
    return _leaving(
        request, pk, lambda edition, seen: scheduling.schedule(edition=edition, at=at, by=user_of(request), seen=seen)
    )


@may("newsletters.send")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before it leaves."""
    campaign = get_object_or_404(Campaign, edition_id=pk)
    try:
        scheduling.undo(campaign=campaign, by=user_of(request))
    except actions.Impossible:
        messages.error(request, _("It has begun to leave. You can pause it, or stop it for everyone still waiting."))
        return redirect("newsletters:results", pk)
    messages.success(request, _("Taken back. Nothing has left."))
    return redirect("newsletters:send", pk)


def _leaving(request: HttpRequest, pk: int, act: Callable[[EditionPage, str], Campaign]) -> HttpResponse:
    """Do what was confirmed, and show where it stands; what stands in the way is said, and asked about again."""
    edition: EditionPage = get_object_or_404(EditionPage.objects.select_related("campaign__dispatch"), pk=pk)
    seen = request.POST.get("seen", "")
    try:
        if request.POST.get("segment", (key := audience.key_of(newest(edition)))) != key:
            raise actions.Changed(edition.ref)
        if request.POST.get("looked"):
            actions.look(edition=edition, seen=seen, by=user_of(request))
        act(edition, seen)
    except actions.NotLooked:
        messages.warning(request, _("Look at these first, and say that you have."))
        return redirect(f"{reverse('newsletters:confirm', args=[pk])}{WhenForm.query(request.POST)}")
    except (audience.NoSuchSegment, actions.NotReady, actions.NotApproved) as error:
        messages.error(request, str(error))
    except tuple(TOLD) as error:
        messages.error(request, str(TOLD[type(error)]))
    else:
        return redirect("newsletters:results", pk)
    return redirect("newsletters:send", pk)
