"""The newsletters' screens in the Wagtail admin: the list, the checks, the last question, the sending, the results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.sessions import user_of
from newsletter.campaigns import actions, approval, audience, comparisons, correcting, looking, matrix, policy, trying
from newsletter.campaigns.approvals import is_alone
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.forms import WhenForm
from newsletter.campaigns.leaving_views import NOT_ANY_MORE
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.screens import screen
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.trials import TestReader
from newsletter.campaigns.written import letter_hash, newest
from newsletter.editions import checks
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays
from patients import segments
from practice import clocks

LETTERS_A_PAGE = 24
LOOK_AGAIN_AFTER = 4  # seconds
PATIENCE = 5.0  # seconds in which the sites that a letter links to may answer


@may("newsletters.edit")
@require_safe
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the checks, who gets the letter and who does not; a letter that was started shows its results."""
    edition = _edition(pk)
    if hasattr(edition, "campaign") and edition.campaign.state not in {Campaign.State.DRAFT, Campaign.State.ATTENTION}:
        return redirect("newsletters:results", pk)
    written = newest(edition)
    found = checks.run(written, seconds=PATIENCE)
    rule = SendingRule.get()
    context = _before_sending(request, edition, written, found) | {"rule": rule, "when": WhenForm.for_letter(written)}
    return screen(request, "send.html", _("Send"), context)


@may("newsletters.send")
@require_safe
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the last question, with the number and the time."""
    edition = _edition(pk)
    if hasattr(edition, "campaign") and not edition.campaign.has_not_left:
        return redirect("newsletters:results", pk)
    when = WhenForm(request.GET if request.GET.get("when") == "at" else {})
    if when.is_asked and not when.is_valid():
        messages.error(request, when.trouble)
        return redirect("newsletters:send", pk)
    written, rule = newest(edition), SendingRule.get()
    leaves_at = rule.first_moment(when.at or timezone.now())
    found = checks.run(written, day=clocks.day_of(leaves_at))
    context = _before_sending(request, edition, written, found)
    if context["in_the_way"] or context["approval"].is_in_the_way or not context["audience"].letters:
        return redirect("newsletters:send", pk)
    context |= {"seen": letter_hash(written), "when": when, "rule": rule, "leaves_at": leaves_at}
    context["waits"] = leaves_at > (when.at or timezone.now())
    context["doubts"] = [check for check in found if check.wants_a_look]
    context["is_looked_at"] = hasattr(edition, "campaign") and edition.campaign.looked_hash == context["seen"]
    above = [(_("Send"), reverse("newsletters:send", args=[pk]))]
    return screen(request, "confirm.html", _("Confirm"), context, above=above)


@may("newsletters.edit")
@require_POST
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who gets it; nothing leaves by that."""
    try:
        actions.prepare(edition=_edition(pk), segment=request.POST.get("segment", ""), by=user_of(request))
    except audience.NoSuchSegment as error:
        messages.error(request, str(error))
    return redirect("newsletters:send", pk)


@may("newsletters.edit")
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter to oneself, or to those who try letters: all of its blocks, or one of its ways."""
    by, is_to_list = user_of(request), request.POST.get("to") == "list"
    kind, _colon, chosen = request.POST.get("as", "").partition(":")
    way = chosen if kind == "way" else None
    try:
        if is_to_list:
            sent = [one.address for one in trying.send_test_to_list(edition=_edition(pk), by=by, way=way)]
        else:
            sent = [trying.send_test(edition=_edition(pk), by=by, way=way).address]
    except looking.NoSuchLook:
        messages.error(request, _("The letter no longer leaves in this way. Choose again."))
    except actions.NotReady as error:
        messages.error(request, str(error) or _("The letter cannot be made yet."))
    else:
        if sent:
            messages.success(request, _("The test is on its way to %(address)s.") % {"address": ", ".join(sent)})
        else:
            messages.info(request, _("The test readers have just got it, or there are none in Settings."))
    return redirect("newsletters:send", pk)


def _stepping(act: Callable[..., Campaign]) -> Callable[..., HttpResponse]:
    @may("newsletters.send")
    @require_POST
    def step(request: HttpRequest, pk: int) -> HttpResponse:
        """Take one step of a campaign that was started, and show where it stands."""
        campaign = get_object_or_404(Campaign, edition_id=pk)
        try:
            act(campaign=campaign, by=user_of(request))
        except actions.Impossible:
            messages.error(request, NOT_ANY_MORE)
        return redirect("newsletters:results", pk)

    return step


pause = _stepping(actions.pause)
resume = _stepping(actions.resume)
cancel = _stepping(actions.cancel)


@may("newsletters.edit")
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the correction of a letter that was sent, and open it."""
    try:
        draft = correcting.correct(edition=_edition(pk), by=user_of(request))
    except actions.Impossible:
        messages.error(request, _("Nobody got this letter, so there is nothing to correct."))
        return redirect("newsletters:results", pk)
    messages.success(request, _("This goes to those who got the letter, and to nobody else. Say what is right now."))
    return redirect("wagtailadmin_pages:edit", draft.pk)


def _edition(pk: int) -> EditionPage:
    edition: EditionPage = get_object_or_404(EditionPage.objects.select_related("campaign__dispatch"), pk=pk)
    return edition


def _before_sending(
    request: HttpRequest, edition: EditionPage, written: EditionPage, found: list[checks.Check]
) -> dict[str, Any]:
    in_the_way = [check for check in found if check.is_in_the_way]
    chosen = audience.key_of(written)
    readership = audience.readership_of(written)
    counted, missing = audience.of_letter(chosen, readership)
    fine = [check for check in found if check.verdict == checks.Verdict.FINE]
    rule = ApprovalRule.get()
    return {
        "edition": edition,
        "written": written,
        "checks": found,
        "letter_url": reverse("wagtailadmin_pages:edit", args=[edition.pk]),
        "in_the_way": in_the_way,
        "is_dated_ahead": written.issued_on > clocks.today(),
        "summary": _summary(len(found), len(fine), len(in_the_way)),
        "audience": counted,
        "missing": missing,
        "matrix": None if missing else matrix.of(InWays(written), counted, readership, user=request.user),
        "offer": (offer := comparisons.offer(written, counted.letters)),
        "two_subjects": bool(written.second_subject) and not offer.why_not,
        "segment": chosen,
        "segments": [] if written.corrects_id else _choices(request, chosen),
        "may_send": policy.may_send(request.user),
        "test_readers": TestReader.objects.all(),
        "may_publish": actions.may_publish(edition, user_of(request)),
        "approval": approval.of(edition, rule),
        "may_approve_alone": is_alone(user_of(request), rule),
    }


def _choices(request: HttpRequest, chosen: str) -> list[segments.Saved]:
    """Return the segments that this person may choose, and the one that is chosen already."""
    may_all = policy.may_choose_by_health(request.user)
    return [one for one in segments.choices() if may_all or not one.is_clinical or one.name == chosen]


def _summary(all_of_them: int, fine: int, in_the_way: int) -> str:
    words = {"fine": fine, "all": all_of_them, "bad": in_the_way}
    if in_the_way:
        return (
            ngettext(
                "%(fine)d of %(all)d checks are fine, and one thing must be mended before this letter can go.",
                "%(fine)d of %(all)d checks are fine, and %(bad)d things must be mended before this letter can go.",
                in_the_way,
            )
            % words
        )
    if fine < all_of_them:
        return _("%(fine)d of %(all)d checks are fine; take a look at the rest.") % words
    return _("%(fine)d of %(all)d checks are fine.") % words
