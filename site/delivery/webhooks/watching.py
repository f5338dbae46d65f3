"""Holds a sending that harms our name: too many complain, or too many mailboxes are gone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from delivery.models import Dispatch, Report
from delivery.states import MessageState
from delivery.steps import hold
from delivery.webhooks.models import ReportKind
from journal.models import Entry
from practice.courtesy import Courtesy

# Gmail and Yahoo ask bulk senders to stay below 0.1 % and never to reach 0.3 % (Google, Email sender guidelines, 2024)
MOST_COMPLAINTS = 0.001
FEWEST_COMPLAINTS, FEWEST_RETURNED = 3, 20  # below, a share says nothing


def look(dispatch_pks: Iterable[int]) -> int:
    """Hold those dispatches under way of which too much came back; return how many.

    Who lets a held one go on has seen the figures: it is held again when they have doubled.
    """
    held = 0
    for dispatch in Dispatch.objects.running().filter(pk__in=set(dispatch_pks)):
        if (trouble := _trouble(dispatch)) and hold(dispatch=dispatch, trouble=trouble):
            held += 1
    return held


def _trouble(dispatch: Dispatch) -> str:
    held = Entry.objects.filter(verb="dispatch.held", subject=f"dispatch:{dispatch.ref}").order_by("-pk").first()
    told = Report.objects.filter(dispatch=dispatch, kind__in=[ReportKind.COMPLAINED, ReportKind.BOUNCED])
    complaints, returned = _harm(told)
    seen = _harm(told.filter(heard_at__lte=held.at)) if held else (0, 0)
    complaints = complaints if complaints >= max(FEWEST_COMPLAINTS, 2 * seen[0]) else 0
    returned = returned if returned >= max(FEWEST_RETURNED, 2 * seen[1]) else 0
    if not complaints and not returned:
        return ""
    left = dispatch.messages.filter(state__in=[MessageState.ACCEPTED, MessageState.FAILED, MessageState.UNKNOWN])
    letters = left.count() or 1
    if complaints / letters > MOST_COMPLAINTS:
        words = _("%(few)s of %(all)s readers marked it as spam. Look at whom it is for before more of it leaves.")
        return words % {"few": complaints, "all": letters}
    if returned / letters > Courtesy.get().most_returned / 100:
        words = _("%(few)s of %(all)s mailboxes are gone. Look at how old this list is before more of it leaves.")
        return words % {"few": returned, "all": letters}
    return ""


def _harm(told: QuerySet[Report]) -> tuple[int, int]:
    """Return of how many messages somebody complained, and how many mailboxes are gone."""
    found = told.aggregate(
        complaints=Count("message", filter=Q(kind=ReportKind.COMPLAINED), distinct=True),
        returned=Count("message", filter=Q(kind=ReportKind.BOUNCED), distinct=True),
    )
    return found["complaints"], found["returned"]
