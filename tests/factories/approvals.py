"""Makes the owner's rule of who approves letters, and what people do about it, in a few words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from accounts.models import User
from newsletter.campaigns import approval, approving, workflow
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.written import newest
from newsletter.editions.models import EditionPage
from practice.models import Practice, StaffMember

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("America/Los_Angeles"))


def rule(who: str = "owner", *, deputy: Any = None, person: Any = None, **more: Any) -> ApprovalRule:
    """Return the owner's rule, as saved in Settings.

    Args:
        who: a value of Approver.
        deputy: the account of the deputy.
        person: the account of the one who approves.
    """
    members = {
        name: StaffMember.objects.get(user=user) for name, user in {"deputy": deputy, "person": person}.items() if user
    }
    values = {"who": who, "deputy": None, "person": None, **members, **more}
    practice = Practice.objects.get()
    made, _is_new = ApprovalRule.objects.update_or_create(practice=practice, defaults=values)
    workflow.follow(made)
    return made


def fresh(edition: EditionPage) -> EditionPage:
    """Return the letter as it stands now."""
    return EditionPage.objects.get(pk=edition.pk)


def say_yes(edition: EditionPage, by: User) -> Campaign:
    """Approve a letter as it stands now."""
    edition = fresh(edition)
    segment = Campaign.objects.get().segment
    return approving.approve(edition=edition, by=by, seen=approval.hash_now(edition), segment=segment)


def write(edition: EditionPage, subject: str, by: User | None = None) -> EditionPage:
    """Save another subject as a draft."""
    page = newest(fresh(edition))
    page.subject = subject
    page.save_revision(user=by)
    return fresh(edition)


def state(edition: EditionPage) -> str:
    """Return where the approval of a letter stands."""
    return approval.of(fresh(edition)).state


def at(hours: float) -> time_machine.travel:
    """Return the clock so many hours after Monday morning."""
    return time_machine.travel(MONDAY + timedelta(hours=hours), tick=True)
