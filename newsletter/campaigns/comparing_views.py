"""The acts about two subjects: a second one is written or taken away, and somebody chooses without waiting."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.doors import may
from accounts.sessions import user_of
from newsletter.campaigns import actions, comparing
from newsletter.campaigns.leaving_views import NOT_ANY_MORE
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage


@may("newsletters.edit")
@require_POST
def second_subject(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a second subject, or none; nothing leaves by that."""
    edition = get_object_or_404(EditionPage, pk=pk)
    subject = "" if request.POST.get("none") else request.POST.get("second_subject", "")
    try:
        comparing.write(edition=edition, subject=subject, by=user_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except actions.Impossible:
        messages.error(request, NOT_ANY_MORE)
    else:
        said = _("Both subjects are kept with the letter.") if subject.strip() else _("The letter has one subject.")
        messages.success(request, said)
    return redirect("newsletters:send", pk)


@may("newsletters.send")
@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Send everybody else the letter with one of the subjects, without waiting for the figures."""
    campaign = get_object_or_404(Campaign, edition_id=pk)
    try:
        comparing.choose(campaign=campaign, subject=request.POST.get("subject", ""), by=user_of(request))
    except actions.Impossible:
        messages.error(request, NOT_ANY_MORE)
    except ValueError as error:
        raise BadRequest from error
    else:
        messages.success(request, _("Everybody else gets it now."))
    return redirect("newsletters:results", pk)
