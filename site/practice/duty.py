"""Who looks after what comes in today, and by when: the coordinator or their deputy, by the practice's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import Role
from practice.models import Location, StaffMember

IN_TURN = (Role.COORDINATOR, Role.LEAD, Role.OWNER)
ANSWER_WITHIN_DAYS = 1


@dataclass(frozen=True)
class Duty:
    """Somebody answers by a day."""

    owner: StaffMember
    due_on: date


def answer_by(now: datetime | None = None) -> datetime:
    """Return by when somebody who writes now hears from us: the close of the next practice day, in its zone."""
    now = now or timezone.now()
    location = _location()
    if location is None:
        return now + timedelta(days=1)
    return location.after_practice_days(now, ANSWER_WITHIN_DAYS).astimezone(location.zone)


def on_duty(now: datetime | None = None) -> Duty | None:
    """Return who answers what comes in now, and by which day; None where nobody works here yet.

    It is the coordinator on the working days of theirs, else their deputy; then leads and owners, then anybody.
    """
    now = now or timezone.now()
    due = answer_by(now)
    owner = owner_on(_day_of_work(now, due))
    return Duty(owner, due.date()) if owner else None


def owner_on(day: date) -> StaffMember | None:
    """Return who looks after what comes in on `day`."""
    team = list(
        StaffMember.objects.filter(is_active=True).select_related("deputy").prefetch_related("away", "deputy__away")
    )
    roles = _roles([member.user_id for member in team if member.user_id])
    first_choice = None
    for role in IN_TURN:
        for member in team:
            if role not in roles.get(member.user_id or 0, set()):
                continue
            if member.works(day):
                return member
            if member.deputy is not None and member.deputy.is_active and member.deputy.works(day):
                return member.deputy
            first_choice = first_choice or member
    return first_choice or next((member for member in team if member.works(day)), None) or next(iter(team), None)


def _day_of_work(now: datetime, due: datetime) -> date:
    """Return today while the doors are open or will open, else the day on which it is due."""
    location = _location()
    spans = location.hours_on(now.astimezone(location.zone).date()) if location else []
    return now.astimezone(spans[-1][1].tzinfo).date() if spans and now < spans[-1][1] else due.date()


def _location() -> Location | None:
    return Location.objects.prefetch_related("hours", "closures").first()


def _roles(users: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for user, role in RoleGrant.objects.current().filter(user__in=users).values_list("user_id", "role"):
        found.setdefault(user, set()).add(role)
    return found
