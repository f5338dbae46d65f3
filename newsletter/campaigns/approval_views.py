"""The approval of a letter: a page that works on a phone, its one question, and the acts behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.sessions import user_of
from newsletter.campaigns import actions, approval, approving, audience, policy
from newsletter.campaigns.approvals import is_alone
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.forms import ChangeForm
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.screens import screen
from newsletter.campaigns.states import ApprovalState
from newsletter.campaigns.written import newest
from newsletter.editions import checks
from newsletter.editions.models import EditionPage
from newsletter.editions.previews import MODES

UNPROCESSABLE = 422


@may("admin.enter")
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter as readers will get it, its checks, and to how many people it goes."""
    return _shown(request, _edition(request, pk), ChangeForm())


@may("admin.enter")
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter alone, in the light: what stands inside the page."""
    return MODES["light"](request, newest(_edition(request, pk)))


@may("admin.enter")
@require_safe
def sure(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the one question, with the subject and the number of people."""
    edition = _edition(request, pk)
    context = _context(request, edition)
    if not context["may_decide"] or context["in_the_way"]:
        return redirect("newsletters:approval", pk)
    above = [(_("Approval"), reverse("newsletters:approval", args=[pk]))]
    return screen(request, "approval_sure.html", _("Approve"), context, above=above)


@may("admin.enter")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to what was looked at; what changed since is shown once more."""
    edition = _edition(request, pk)
    seen = {name: request.POST.get(name, "")[:64] for name in ("seen", "segment")}
    try:
        approving.approve(edition=edition, by=user_of(request), **seen)
    except actions.Changed:
        messages.warning(request, _("The letter or its readers have changed since you looked. Please look once more."))
    except actions.NotReady as error:
        messages.error(request, str(error))
    except actions.Impossible:
        messages.info(request, _("Nobody asks for this approval any more. Here is where it stands."))
    else:
        messages.success(request, _("Approved. Just this letter may be sent now; any change to it asks again."))
    return redirect("newsletters:approval", pk)


@may("admin.enter")
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a change, with a note."""
    edition, form = _edition(request, pk), ChangeForm(request.POST)
    if not form.is_valid():
        return _shown(request, edition, form, status=UNPROCESSABLE)
    try:
        approving.ask_change(edition=edition, by=user_of(request), note=form.cleaned_data["note"])
    except actions.Impossible:
        messages.info(request, _("Nobody asks for this approval any more. Here is where it stands."))
    else:
        messages.success(request, _("Your note is with the letter. Whoever asked gets a mail."))
    return redirect("newsletters:approval", pk)


def _acting(act: Callable[..., Campaign], done: Callable[[], str]) -> Callable[..., HttpResponse]:
    @may("newsletters.edit")
    @require_POST
    @wraps(act)
    def acted(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            act(edition=get_object_or_404(EditionPage, pk=pk), by=user_of(request))
        except actions.NotReady as error:
            messages.error(request, str(error))
        except actions.Impossible:
            messages.error(request, _("That is no longer possible. Here is where it stands."))
        else:
            messages.success(request, done())
        return redirect("newsletters:send", pk)

    return acted


ask = _acting(approving.ask, lambda: _("Asked. Whoever approves gets a mail with a link."))
take_back = _acting(approving.take_back, lambda: _("Taken back. Nobody is asked any more."))


def _edition(request: HttpRequest, pk: int) -> EditionPage:
    """Return the letter; for whoever neither writes nor approves letters there is none."""
    edition: EditionPage = get_object_or_404(EditionPage.objects.select_related("campaign__dispatch"), pk=pk)
    if not policy.may_look(request.user):
        raise Http404
    return edition


def _shown(request: HttpRequest, edition: EditionPage, form: ChangeForm, *, status: int = 200) -> HttpResponse:
    context = _context(request, edition) | {"form": form}
    return screen(request, "approval.html", _("Approval"), context, status=status)


def _context(request: HttpRequest, edition: EditionPage) -> dict[str, Any]:
    user, rule, written = user_of(request), ApprovalRule.get(), newest(edition)
    campaign: Campaign | None = getattr(edition, "campaign", None)
    standing = approval.of(edition, rule)
    found = checks.run(written)
    segment = audience.key_of(written)
    counted, missing = audience.of_letter(segment, audience.readership_of(written))
    is_draft = campaign is None or campaign.has_not_left
    alone = is_draft and rule.is_needed and standing.state != ApprovalState.APPROVED and is_alone(user, rule)
    is_asked, everybody = campaign is not None and campaign.approval == ApprovalState.ASKED, rule.everybody()
    return {
        "edition": edition,
        "written": written,
        "approval": standing,
        "campaign": campaign,
        "is_draft": is_draft,
        "may_edit": policy.may_edit(user),
        "may_decide": alone or (is_draft and campaign is not None and campaign.waits_for(user, rule=rule)),
        "is_own": is_asked and user in everybody and campaign is not None and campaign.is_kept_from(user, rule),
        "is_early": is_asked and user in everybody,
        "checks": found,
        "in_the_way": [check for check in found if check.is_in_the_way],
        "looks": [check for check in found if check.verdict != checks.Verdict.FINE],
        "audience": counted,
        "missing": missing,
        "segment": segment,
        "seen": approval.hash_now(edition),
    }
