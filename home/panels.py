"""The first screen of the admin: for each role what it is for, computed, and absent where there is too little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Role, may, roles_of
from accounts.sessions import user_of
from home.models import HomePage, ServiceIndexPage
from home.owner import owners
from newsletter.campaigns import approval, results
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import CampaignState
from newsletter.campaigns.written import newest
from newsletter.editions import checks, planning
from newsletter.editions.models import NEWEST_FIRST, EditionPage, TipIndexPage, TipPage
from newsletter.editions.readership import WrittenFor
from patients.importing.freshness import freshness
from practice import clocks
from referral_portal.cases.choices import Urgency
from referral_portal.cases.models import Case
from referral_portal.inbox import piles, promises
from referral_portal.inbox.piles import Pile
from referral_portal.referrals.models import Referral

SOON = timedelta(days=60)
SHOWN = 3


class Panel(Component):
    """One panel of the home page: a template, and the function that counts what it shows."""

    def __init__(self, request: HttpRequest, name: str, figures: Callable[[User, datetime], dict[str, Any]]) -> None:
        self.request = request
        self.template_name = f"home/panels/{name}.html"
        self.figures = figures
        self.order = 50

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the template's context."""
        now = timezone.now()
        return {"now": now, **self.figures(user_of(self.request), now)}


def coordinators(user: User, now: datetime) -> dict[str, Any]:
    """Return what is new, what is late, whom to call today."""
    mine = piles.whose(user, clocks.day_of(now))
    counted = piles.counts(mine)
    fresh = {
        "emergencies": Case.objects.awaiting_acknowledgement().filter(urgency=Urgency.EMERGENCY).count(),
        "late": Case.objects.overdue(now).count(),
    }
    inbox = reverse("inbox:list")
    shown = [Pile.NEW, Pile.US, Pile.REPORT, Pile.THANKS]
    return {
        "fresh": fresh,
        "piles": [(piles.LABELS[pile], counted[pile], f"{inbox}?view={pile}", pile is Pile.NEW) for pile in shown],
        "calls": Referral.objects.to_call().order_by("call_by")[:SHOWN],
        "promises": promises.due_now(clocks.day_of(now), SHOWN) if may(user, "follow_ups.handle") else None,
    }


def editors(user: User, now: datetime) -> dict[str, Any]:
    """Return the next letter to readers, and what the last one brought; colleagues' letters stand in the list."""
    to_readers = EditionPage.objects.filter(written_for=WrittenFor.PATIENTS)
    waiting = to_readers.filter(Q(campaign__isnull=True) | Q(campaign__state=CampaignState.DRAFT))
    started = Campaign.objects.filter(state=CampaignState.STARTED, edition__in=to_readers)
    last = started.select_related("edition", "dispatch")
    campaign = last.order_by("-started_at").first()
    following = waiting.filter(live=False).order_by("issued_on", "pk").first()
    today = clocks.day_of(now)
    found = checks.run(newest(following)) if following else []
    return {
        "next": following,
        "days": (following.issued_on - today).days if following else None,
        "to_fix": sum(check.is_in_the_way for check in found),
        "proposals": planning.Shelf(today).proposals(following.issued_on if following else today),
        "campaign": campaign,
        "attention": list(Campaign.objects.needing_attention()[:SHOWN]),
        "scheduled": list(Campaign.objects.scheduled()[:SHOWN]),
        "results": results.of(campaign) if campaign else None,
    }


WELCOMES = (
    (Role.COORDINATOR, _("This is what waits for you today.")),
    (Role.CLINICIAN, _("This is what waits for you today.")),
    (Role.EDITOR, _("You write the letters and keep the website. Nothing is public before you publish or send it.")),
    (Role.PRIVACY_OFFICER, _("Who did and read what stands in the journal, under Reports.")),
)


def welcomes(user: User, now: datetime) -> dict[str, Any]:
    """Return who is greeted, and what this screen is to their first role."""
    held = roles_of(user)
    return {"name": user.first_name, "words": next((words for role, words in WELCOMES if role in held), "")}


def websites(user: User, now: datetime) -> dict[str, Any]:
    """Return what an editor does most on the site, and what is begun or runs out there."""
    today = clocks.day_of(now)
    tips = TipPage.objects.live()
    return {
        "home": HomePage.objects.first(),
        "services": ServiceIndexPage.objects.first(),
        "tips": TipIndexPage.objects.first(),
        "drafts": Page.objects.filter(has_unpublished_changes=True)
        .not_exact_type(EditionPage)
        .order_by("-latest_revision_created_at")[:SHOWN],
        "ready": tips.filter(review_by__gt=today + SOON).select_related("reviewer").order_by(*NEWEST_FIRST)[:SHOWN],
        "running_out": tips.filter(review_by__lte=today + SOON)
        .select_related("reviewer")
        .order_by("review_by")[:SHOWN],
    }


def imports(user: User, now: datetime) -> dict[str, Any]:
    """Return how old the newest import is, and how many files wait for a person."""
    return {"fresh": freshness(now)}


def approvals(user: User, now: datetime) -> dict[str, Any]:
    """Return the letters that wait for this person's approval."""
    return {"waiting": [(one.edition, one.asked_at) for one in approval.waiting_for(user)[:SHOWN]]}


def panels_for(request: HttpRequest) -> list[Panel]:
    """Return the panels of this person's roles: the owner's week or a greeting, the day's work, the letters."""
    user = request.user
    is_owner = Role.OWNER in roles_of(user)
    found = [Panel(request, "owner", owners) if is_owner else Panel(request, "welcome", welcomes)]
    if not is_owner and isinstance(user, User) and approval.waiting_for(user):
        found.append(Panel(request, "approvals", approvals))
    if may(user, "inbox.see"):
        found.append(Panel(request, "coordinator", coordinators))
    if may(user, "patients.import") and freshness(timezone.now()).needs_a_look:
        found.append(Panel(request, "imports", imports))
    if may(user, "newsletters.edit"):
        found.append(Panel(request, "editor", editors))
    if may(user, "pages.edit"):
        found.append(Panel(request, "website", websites))
    for number, panel in enumerate(found):
        panel.order = number
    return found
