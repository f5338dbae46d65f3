"""On which pile of the inbox a case or a referral lies: one question to the database each."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from patients.finding import typed_date
from practice.models import StaffMember
from referral_portal.cases.models import Case, CaseAppointment, CaseQuerySet
from referral_portal.cases.models.person import day, folded
from referral_portal.cases.states import Awaiting, CaseState, VisitState
from referral_portal.referrals import states as referral_states
from referral_portal.referrals.models import Referral, ReferralQuerySet
from referral_portal.referrals.states import ReferralState
from vault import refs
from vault.fields import blind


class Pile(StrEnum):
    """The views of the inbox."""

    NEW = "new"
    MINE = "mine"
    PATIENT = "patient"
    US = "us"
    REPORT = "report"
    OFFICE = "office"
    THANKS = "thanks"
    DONE = "done"


LABELS = {
    Pile.NEW: _("New"),
    Pile.MINE: _("Mine"),
    Pile.PATIENT: _("Waiting on patient"),
    Pile.US: _("Waiting on us"),
    Pile.REPORT: _("Report due"),
    Pile.OFFICE: _("Waiting on office"),
    Pile.THANKS: _("Thanks due"),
    Pile.DONE: _("Done"),
}
ENDED = (CaseState.DECLINED, CaseState.CANCELLED, CaseState.LOOP_CLOSED)
HIDDEN = (CaseState.DRAFT, CaseState.MERGED, CaseState.ENTERED_IN_ERROR)
NEVER = Q(pk__in=[])
MOST_FRIENDS = 1000


def cases(now: datetime | None = None) -> CaseQuerySet:
    """Return every case that staff see, each with its `pile`."""
    now = now or timezone.now()
    visits = CaseAppointment.objects.filter(case=OuterRef("pk"))
    booked = visits.filter(status=VisitState.BOOKED)
    owed = (
        Q(correction_unseen=True)
        | Q(needs_review=True)
        | Q(awaiting=Awaiting.STAFF)
        | Q(status=CaseState.CANCEL_REQUESTED)
        | Q(has_past_visit=True)
    )
    piles = (
        When(status=CaseState.SUBMITTED, then=Value(str(Pile.NEW))),
        When(status__in=ENDED, then=Value(str(Pile.DONE))),
        When(owed, then=Value(str(Pile.US))),
        When(status=CaseState.COMPLETED, then=Value(str(Pile.OFFICE))),
        When(awaiting=Awaiting.OFFICE, then=Value(str(Pile.OFFICE))),
        When(Q(has_next_visit=True) | Q(awaiting=Awaiting.PATIENT), then=Value(str(Pile.PATIENT))),
        When(has_kept_visit=True, then=Value(str(Pile.REPORT))),
    )
    found = Case.objects.exclude(status__in=HIDDEN).annotate(
        has_past_visit=Exists(booked.filter(starts_at__lte=now)),
        has_next_visit=Exists(booked.filter(starts_at__gt=now)),
        has_kept_visit=Exists(visits.filter(status=VisitState.KEPT)),
    )
    pile = models.Case(*piles, default=Value(str(Pile.US)), output_field=models.CharField())
    return found.annotate(pile=pile)


def referrals(now: datetime | None = None) -> ReferralQuerySet:
    """Return every referral that staff see, each with its `pile` and whether a thank-you `is_due`."""
    now = now or timezone.now()
    piles = (
        When(state__in=[ReferralState.CONTACT_AGREED, ReferralState.NAMED], then=Value(str(Pile.NEW))),
        When(state=ReferralState.BOOKED, visit_at__lte=now, then=Value(str(Pile.US))),
        When(state__in=[ReferralState.BOOKED, ReferralState.INVITED], then=Value(str(Pile.PATIENT))),
        When(state=ReferralState.CONTACTED, then=Value(str(Pile.US))),
    )
    is_due = Q(thanks_due_at__isnull=False, thanked_at__isnull=True) & ~Q(state=ReferralState.VOID)
    return Referral.objects.annotate(
        pile=models.Case(*piles, default=Value(str(Pile.DONE)), output_field=models.CharField()),
        is_due=models.ExpressionWrapper(is_due, output_field=models.BooleanField()),
    )


def whose(user: User, today: date) -> list[int]:
    """Return the staff members whose work is this user's today: their own, and that of colleagues they stand in for."""
    members = StaffMember.objects.filter(Q(user=user) | Q(deputy__user=user)).prefetch_related("away")
    return [member.pk for member in members if member.user_id == user.pk or not member.works(today)]


def in_pile(pile: Pile, mine: list[int]) -> tuple[Q, Q]:
    """Return the conditions for cases and for referrals of one view."""
    if pile is Pile.MINE:
        return Q(assignee__in=mine) & ~Q(pile=Pile.DONE), Q(assignee__in=mine) & ~Q(pile=Pile.DONE)
    if pile is Pile.THANKS:
        return NEVER, Q(is_due=True)
    if pile is Pile.DONE:
        return Q(pile=pile), Q(pile=pile, is_due=False) & ~Q(state=ReferralState.CREATED)
    return Q(pile=pile), Q(pile=pile)


def counts(mine: list[int]) -> dict[Pile, int]:
    """Return how many lie on each pile but the last; two questions."""
    counted = [pile for pile in Pile if pile is not Pile.DONE]
    asked = {pile: in_pile(pile, mine) for pile in counted}
    of_cases: dict[str, Any] = cases().aggregate(
        **{pile: models.Count("pk", filter=asked[pile][0]) for pile in counted if pile is not Pile.THANKS}
    )
    of_referrals: dict[str, Any] = referrals().aggregate(
        **{pile: models.Count("pk", filter=asked[pile][1]) for pile in counted}
    )
    return {pile: of_cases.get(pile, 0) + of_referrals[pile] for pile in counted}


def searched(text: str) -> tuple[CaseQuerySet, ReferralQuerySet]:
    """Return what one line of search finds: a name, the last four of the phone, a birth date, a reference."""
    born = typed_date(text)
    found = cases().filter(blind(Case, "born_index", day(born.isoformat()))) if born else cases().matching(text)
    ref = refs.heard(text)
    told = Q(ref=ref) | Q(ref__endswith=f"-{ref}") if ref else NEVER
    contact = (
        blind(Referral, "friend_contact_index", text) if "@" in text or sum(map(str.isdigit, text)) >= 10 else NEVER
    )
    return found, referrals().filter(told | contact | Q(pk__in=_friends(text)) | _of_referrer(text))


def _friends(text: str) -> list[UUID]:
    """Return the referrals whose friend's name begins so, word for word, or whose number ends so.

    Friends are sealed without an index of their names, so the open ones are read: they are few, and erased in 90 days.
    """
    wanted, figures = [word for word in map(folded, text.split()) if word], text.strip()
    is_end_of_phone = len(figures) == 4 and figures.isdecimal()
    if not wanted:
        return []
    rows = Referral.objects.filter(state__in=referral_states.WITH_A_FRIEND).only("friend_name", "friend_contact")
    return [
        row.pk
        for row in rows.order_by("-made_at")[:MOST_FRIENDS]
        if (row.friend_phone().endswith(figures) if is_end_of_phone else _is_named(row.friend_name, wanted))
    ]


def _is_named(name: str, wanted: list[str]) -> bool:
    parts = [folded(part) for part in name.split()]
    return all(any(part.startswith(word) for part in parts) for word in wanted)


def _of_referrer(text: str) -> Q:
    words = text.split()
    if not words or any(letter.isdigit() for letter in text):
        return NEVER
    named = Q(referrer__given_name__iexact=words[0]) | Q(referrer__family_name__iexact=words[-1])
    if len(words) > 1:
        named = Q(referrer__given_name__iexact=words[0], referrer__family_name__iexact=" ".join(words[1:]))
    return named & ~Q(state=referral_states.ReferralState.VOID)
