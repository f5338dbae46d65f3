"""What became of a letter: its page, live while it is sent; letter by letter; as a table; what is left to decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.roles import may as holds
from accounts.sessions import user_of
from delivery import attribution
from delivery.clicks import counting as clicks
from delivery.models import Message
from delivery.states import SENDING, MessageState
from journal.recording import viewed
from newsletter.campaigns import (
    actions,
    approval,
    audience,
    deciding,
    letters,
    listing,
    policy,
    receivers,
    results,
    scheduling,
)
from newsletter.campaigns.comparisons import Comparison
from newsletter.campaigns.forms import WhenForm
from newsletter.campaigns.leaving_views import NOT_ANY_MORE
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.screens import screen
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.written import newest
from newsletter.editions.models import EditionPage
from newsletter.surveys import results as surveys
from patients.exporting import in_lines


@may("newsletters.edit")
@require_safe
def show_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of the letter; before it leaves, that it has a time or needs attention."""
    edition = get_object_or_404(EditionPage, pk=pk)
    campaign = Campaign.objects.select_related("dispatch").filter(edition=edition).first()
    if campaign is None or campaign.state == Campaign.State.DRAFT:
        return redirect("newsletters:send", pk)
    if campaign.dispatch is None:
        return screen(request, "scheduled.html", _("Sending"), _before_leaving(request, edition, campaign))
    found = results.of(campaign, with_names=_may_know(request, campaign))
    context = {
        **_how_far(request, campaign, found),
        "edition": edition,
        "results": found,
        "unsubscribed": listing.unsubscribed_of([campaign])[campaign.pk],
        "complaints": deciding.complaints(campaign),
        "comparison": Comparison.objects.filter(campaign=campaign).first() if campaign.dispatch.arm_size else None,
        "clicks": clicks.by_link(campaign.dispatch.pk),
        "answers": surveys.of_dispatch(campaign.dispatch.pk),
        "brought": attribution.of(campaign.dispatch),
        "corrections": edition.corrections.order_by("-pk"),
        "unreached": deciding.unreached(campaign) if found.failed or found.skipped else 0,
    }
    return screen(request, "results.html", _("Results"), context)


@may("newsletters.edit")
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return how far it is, for the page that shows it already."""
    campaign = _sent(pk)
    return render(request, "campaigns/progress.html", _how_far(request, campaign, results.progress(campaign)))


@may("newsletters.edit")
@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """List the letters one by one: whose, where each stands and why; searched by name, by state, page by page."""
    campaign = _sent(pk)
    asked = letters.Asked.of(request.GET, with_names=_may_know(request, campaign))
    viewed(campaign, by=user_of(request), part="letters")
    context = {
        "edition": campaign.edition,
        "asked": asked,
        "page": letters.page(campaign, asked),
        "states": MessageState.choices,
        "may_send": policy.may_send(request.user),
    }
    return screen(request, "letters.html", _("Letter by letter"), context, above=[(_("Results"), _up(pk))])


@may("newsletters.edit")
@require_safe
def table(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Hand out the letters for a spreadsheet, without a live formula; addresses only to who may see patients."""
    campaign = _sent(pk)
    viewed(campaign, by=user_of(request), part="table")
    with_addresses = holds(request.user, "patients.see")
    rows = letters.table(campaign, with_names=_may_know(request, campaign), with_addresses=with_addresses)
    answer = StreamingHttpResponse(in_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{campaign.ref}.csv"'
    return answer


def _deciding(act: Callable[..., bool], words: Callable[[], str]) -> Callable[..., HttpResponse]:
    @may("newsletters.send")
    @require_POST
    def decide(request: HttpRequest, pk: int) -> HttpResponse:
        """Decide about one letter of which nobody knows, and come back."""
        campaign = _sent(pk)
        named = Message.objects.named(request.POST.get("letter", "")).filter(dispatch=campaign.dispatch)
        message = get_object_or_404(named)
        if act(campaign=campaign, message=message, by=user_of(request)):
            messages.success(request, words())
        else:
            messages.info(request, NOT_ANY_MORE)
        return redirect("newsletters:results", pk)

    return decide


arrived = _deciding(deciding.arrived, lambda: _("Noted: it arrived."))
missing = _deciding(deciding.missing, lambda: _("Noted: it did not arrive."))
again = _deciding(deciding.send_again, lambda: _("It is on its way once more."))


@may("newsletters.send")
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more to reach those whose mail servers were busy to the last; nobody gets it twice."""
    try:
        number = deciding.resend(campaign=_sent(pk), by=user_of(request))
    except actions.Impossible:
        messages.error(request, NOT_ANY_MORE)
    else:
        words = ngettext("%(n)d letter is on its way again.", "%(n)d letters are on their way again.", number)
        messages.success(request, words % {"n": number})
    return redirect("newsletters:results", pk)


def _sent(pk: int) -> Campaign:
    sent = Campaign.objects.select_related("dispatch", "edition").filter(dispatch__isnull=False)
    return get_object_or_404(sent, edition_id=pk)


def _may_know(request: HttpRequest, campaign: Campaign) -> bool:
    """Return whether somebody may know who the readers are: not where those were chosen by their health."""
    return policy.may_choose_by_health(request.user) or not receivers.was_clinical(campaign)


def _how_far(request: HttpRequest, campaign: Campaign, found: results.Progress) -> dict[str, Any]:
    assert campaign.dispatch is not None
    return {
        "campaign": campaign,
        "results": found,
        "is_live": campaign.stage in SENDING,
        "rests_until": campaign.rests_until,
        "may_send": policy.may_send(request.user),
    }


def _before_leaving(request: HttpRequest, edition: EditionPage, campaign: Campaign) -> dict[str, Any]:
    assert campaign.send_at is not None
    written = newest(edition)
    is_counted = not campaign.is_to_undo and campaign.state == Campaign.State.SCHEDULED
    return {
        "edition": edition,
        "written": written,
        "campaign": campaign,
        "needs_attention": campaign.state == Campaign.State.ATTENTION,
        "seconds": scheduling.seconds_left(campaign),
        "by": approval.who(campaign.scheduled_by),
        "is_changed": is_counted and scheduling.is_changed(campaign),
        "audience": audience.of_letter(campaign.segment, audience.readership_of(written))[0] if is_counted else None,
        "rule": SendingRule.get(),
        "may_send": policy.may_send(request.user),
        "when": WhenForm.for_moment(campaign.send_at),
    }


def _up(pk: int) -> str:
    return f"/admin/newsletters/{pk}/results/"
