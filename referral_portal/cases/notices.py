"""Whom a case's news reaches by mail: the office's people, or ours; a reference and a link, nothing else."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import Role
from delivery.actions import send_one
from journal.models import Entry
from practice.models import StaffMember
from referral_portal.cases.models import Case
from referral_portal.offices.models import Membership, Office

UNDO_WITHIN = timedelta(seconds=60)
OLD_NEWS_AFTER = timedelta(days=2)


def case_of(entry: Entry) -> Case | None:
    """Return the case that an entry speaks of; None when it is gone, or the news is too old to be sent."""
    if timezone.now() - entry.at > OLD_NEWS_AFTER:
        return None
    ref = entry.subject.removeprefix("case:")
    rows = Case.objects.select_related("office", "author", "assignee__user", "assignee__deputy__user")
    return rows.filter(ref=ref).first()


def is_taken_over(entry: Entry, verbs: frozenset[str]) -> bool:
    """Return whether a later act of the same minute says more, so that one mail tells both."""
    version = int(entry.particulars.get("version", 0))
    later = Entry.objects.of(entry.subject).filter(verb__in=verbs, at__gte=entry.at, at__lte=entry.at + UNDO_WITHIN)
    return any(int(other.particulars.get("version", 0)) > version for other in later)


def tell_office(entry: Entry, case: Case, name: str) -> None:
    """Send a notice to the office's people: the author, else the office's own address, else its admins."""
    url = settings.SITE_URL + reverse("portal_office:case", args=[case.ref])
    for address in _office_addresses(case):
        send_one(name=name, to=address, occasion=str(entry.pk), context={"ref": case.ref, "url": url})


def tell_staff(entry: Entry, case: Case, name: str, *, everybody: bool = False) -> None:
    """Send a notice to who looks after the case, and their deputy on an away day; else to all coordinators.

    Args:
        everybody: an emergency reaches clinicians and leads as well.
    """
    url = f"{settings.SITE_URL}/admin/inbox/{case.ref}/"
    for address in _staff_addresses(case, everybody=everybody):
        send_one(name=name, to=address, occasion=str(entry.pk), context={"ref": case.ref, "url": url})


def is_by_office(entry: Entry, case: Case) -> bool:
    """Return whether somebody of the office did it."""
    return Membership.objects.filter(office=case.office, user__ref=entry.by.removeprefix("user:")).exists()


def _office_addresses(case: Case) -> list[str]:
    members = Membership.objects.current().filter(office=case.office).select_related("user")
    if case.author and any(member.user_id == case.author_id for member in members):
        return [case.author.email]
    if case.office.news_by not in {Office.News.PORTAL, Office.News.MAIL}:
        return []
    if case.office.email:
        return [case.office.email]
    return sorted({member.user.email for member in members if member.is_admin})


def _staff_addresses(case: Case, *, everybody: bool) -> list[str]:
    if everybody:
        return _holders(Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER)
    owner = case.assignee
    if owner is None or owner.user is None or not owner.user.is_active:
        return _holders(Role.COORDINATOR) or _holders(Role.LEAD, Role.OWNER)
    addresses = [owner.user.email]
    deputy = owner.deputy
    if not owner.works(_today(owner)) and deputy is not None and deputy.user is not None:
        addresses.append(deputy.user.email)
    return addresses


def _today(member: StaffMember) -> date:
    return timezone.localtime(timezone.now(), member.location.zone).date()


def _holders(*roles: Role) -> list[str]:
    grants = RoleGrant.objects.current().filter(role__in=roles, user__is_active=True)
    return sorted(set(grants.values_list("user__email", flat=True)))
