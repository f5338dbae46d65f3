"""The first screen of the admin: for each role what it is for, computed, and absent where there is too little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState

from accounts.models import User
from accounts.roles import Role, may, roles_of
from accounts.sessions import user_of
from home.models import HomePage, ServiceIndexPage
from newsletter.campaigns import results
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import CampaignState
from newsletter.editions.models import NEWEST_FIRST, EditionPage, TipIndexPage, TipPage
from practice import clocks, phones
from referral_portal.cases.choices import ConfirmedHow, Urgency
from referral_portal.cases.models import Case
from referral_portal.inbox import piles
from referral_portal.inbox.piles import Pile
from referral_portal.referrals.models import Referral

FEWEST_FOR_A_SHARE = 10
WEEK = timedelta(days=7)
QUARTER = timedelta(weeks=13)
SOON = timedelta(days=60)
SHOWN = 3
YEAR, QUIET = timedelta(days=365), timedelta(weeks=8)
FEWEST_OF_A_REGULAR = 6  # cases in a year


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
        "calls": Referral.objects.to_call().order_by("call_by")[:3],
    }


def editors(user: User, now: datetime) -> dict[str, Any]:
    """Return the next letter, and what the last one brought."""
    waiting = EditionPage.objects.filter(Q(campaign__isnull=True) | Q(campaign__state=CampaignState.DRAFT))
    last = Campaign.objects.filter(state=CampaignState.STARTED).select_related("edition", "dispatch")
    campaign = last.order_by("-started_at").first()
    return {
        "next": waiting.order_by("issued_on", "pk").first(),
        "campaign": campaign,
        "results": results.of(campaign) if campaign else None,
    }


WELCOMES = (
    (Role.OWNER, _("First the week in figures, then what the desk and the letters are doing.")),
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


@dataclass(frozen=True)
class Figure:
    """One figure of the owner's five: this week, and a usual week of the last thirteen."""

    label: str | Promise
    now: str
    usual: str


@dataclass(frozen=True)
class Decision:
    """Something that only a person can decide, with where that is done; `url` may be a phone number's."""

    title: str
    words: str
    label: str
    url: str


def decisions(user: User, now: datetime) -> list[Decision]:
    """Return at most three things that wait for the owner: the late, the handed in, the office gone quiet."""
    return [*_late(now), *_handed_in(user), *_quiet(now)][:SHOWN]


def _late(now: datetime) -> Iterator[Decision]:
    number = Case.objects.overdue(now).count()
    if number:
        title = ngettext("%(n)d referral is past its promise", "%(n)d referrals are past their promise", number)
        words = gettext("No acknowledgement went out in time.")
        yield Decision(title % {"n": number}, words, gettext("Open"), reverse("inbox:list"))


def _handed_in(user: User) -> Iterator[Decision]:
    for state in TaskState.objects.reviewable_by(user).select_related("workflow_state")[:SHOWN]:
        page = state.workflow_state.content_object
        if isinstance(page, Page):
            words = gettext("It waits for a second pair of eyes.")
            url = reverse("wagtailadmin_pages:edit", args=[page.pk])
            yield Decision(page.get_admin_display_title(), words, gettext("Read it"), url)


def _quiet(now: datetime) -> Iterator[Decision]:
    year = Case.objects.filter(submitted_at__gte=now - YEAR, office__isnull=False)
    offices = year.values("office__name", "office__phone").annotate(sent=Count("pk"), last=Max("submitted_at"))
    for office in offices.filter(sent__gte=FEWEST_OF_A_REGULAR, last__lt=now - QUIET).order_by("-sent")[:1]:
        weeks = (now - office["last"]) // WEEK
        title = gettext("%(office)s: quiet for %(n)d weeks") % {"office": office["office__name"], "n": weeks}
        words = gettext("It sent %(n)d referrals in the last twelve months.") % {"n": office["sent"]}
        yield Decision(title, words, gettext("Call"), phones.uri(office["office__phone"]))


def owners(user: User, now: datetime) -> dict[str, Any]:
    """Return five figures of the last seven days beside a usual week of the thirteen before."""
    spans = ((now - WEEK, now), (now - WEEK - QUARTER, now - WEEK))
    week, quarter = (_counted(*span) for span in spans)
    weeks = QUARTER // WEEK
    figures = [
        Figure(_("Cases"), str(week["sent"]), f"{quarter['sent'] / weeks:.1f}"),
        Figure(
            _("Acknowledged in time"),
            share(week["in_time"], week["acknowledged"]),
            share(quarter["in_time"], quarter["acknowledged"]),
        ),
        Figure(_("Reports sent"), str(week["reported"]), f"{quarter['reported'] / weeks:.1f}"),
        Figure(_("Loops closed"), share(week["closed"], week["ended"]), share(quarter["closed"], quarter["ended"])),
        Figure(_("Friends told"), str(week["told"]), f"{quarter['told'] / weeks:.1f}"),
    ]
    return {
        "figures": [figure for figure in figures if figure.now or figure.usual],
        "decisions": decisions(user, now),
    }


def _counted(start: datetime, end: datetime) -> dict[str, int]:
    def within(field: str) -> Q:
        return Q(**{f"{field}__gte": start, f"{field}__lt": end})

    of_cases: dict[str, int] = Case.objects.exclude(status__in=piles.HIDDEN).aggregate(
        sent=Count("pk", filter=within("submitted_at")),
        acknowledged=Count("pk", filter=within("received_at") & Q(acknowledge_by__isnull=False)),
        in_time=Count("pk", filter=within("received_at") & Q(received_at__lte=F("acknowledge_by"))),
        reported=Count("pk", filter=within("completed_at")),
        ended=Count("pk", filter=within("closed_at")),
        closed=Count("pk", filter=within("closed_at") & ~Q(closed_how=ConfirmedHow.LAPSED)),
    )
    return {**of_cases, "told": Referral.objects.filter(within("made_at")).count()}


def share(part: int, whole: int) -> str:
    """Return "15 of 17" from ten on, with its percentage; "" where there are too few."""
    return f"{round(100 * part / whole)}% ({part}/{whole})" if whole >= FEWEST_FOR_A_SHARE else ""


def panels_for(request: HttpRequest) -> list[Panel]:
    """Return the panels of this person's roles: the owner's first, then the day's work, then the letters."""
    user = request.user
    found: list[Panel] = [Panel(request, "welcome", welcomes)]
    if Role.OWNER in roles_of(user):
        found.append(Panel(request, "owner", owners))
    if may(user, "inbox.see"):
        found.append(Panel(request, "coordinator", coordinators))
    if may(user, "newsletters.edit"):
        found.append(Panel(request, "editor", editors))
    if may(user, "pages.edit"):
        found.append(Panel(request, "website", websites))
    for number, panel in enumerate(found):
        panel.order = number
    return found
