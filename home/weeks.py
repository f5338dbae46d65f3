"""The weeks behind us: what came in, who was seen for the first time, what was answered in time, closed and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from patients.models import Appointment
from referral_portal.cases import models as cases
from referral_portal.cases.choices import ConfirmedHow
from referral_portal.cases.states import VisitState
from referral_portal.inbox import piles
from referral_portal.referrals.models import Referral
from referral_portal.referrals.states import ReferralState

WEEK = timedelta(days=7)
SHOWN = 13  # weeks that are shown, this one the last
BEHIND = SHOWN - 1  # weeks before those, so that each of them looks back over a quarter
COUNTED = SHOWN + BEHIND

Counts = Sequence[int]  # one for each week, the oldest first


@dataclass(frozen=True)
class Weeks:
    """Counts of the last 25 times seven days, the oldest first."""

    new: Counts
    new_by_office: Counts
    cases: Counts
    acknowledged: Counts
    in_time: Counts
    ended: Counts
    closed: Counts
    told: Counts

    @property
    def are_empty(self) -> bool:
        """Whether nothing has happened yet that would be counted."""
        return not any(map(any, (self.new, self.cases, self.acknowledged, self.ended, self.told)))


def counted(now: datetime) -> Weeks:
    """Count the weeks before `now`; six questions to the database, however much has happened."""
    sent = cases.Case.objects.exclude(status__in=piles.HIDDEN)
    came = _by_week(sent, "submitted_at", now, n=Count("pk"))
    answered = _by_week(
        sent.filter(acknowledge_by__isnull=False),
        "received_at",
        now,
        n=Count("pk"),
        good=Count("pk", filter=Q(received_at__lte=F("acknowledge_by"))),
    )
    ended = _by_week(sent, "closed_at", now, n=Count("pk"), good=Count("pk", filter=~Q(closed_how=ConfirmedHow.LAPSED)))
    told = _by_week(Referral.objects.exclude(state=ReferralState.VOID), "told_at", now, n=Count("pk"))
    new, by_office = _new_patients(now)
    return Weeks(
        new=new,
        new_by_office=by_office,
        cases=came["n"],
        acknowledged=answered["n"],
        in_time=answered["good"],
        ended=ended["n"],
        closed=ended["good"],
        told=told["n"],
    )


def _new_patients(now: datetime) -> tuple[Counts, Counts]:
    """Return who was seen here for the first time, and how many of them an office had sent.

    A patient's visits stand in the schedule, those of a case with the case, and perhaps in both. Who was sent, and is
    not found among our patients, counts once for the case.
    """
    kept = Appointment.objects.filter(status=Appointment.Status.KEPT)
    of_cases = cases.CaseAppointment.objects.filter(status=VisitState.KEPT)
    was_sent = cases.Case.objects.exclude(status__in=piles.HIDDEN).filter(
        patient=OuterRef("patient"), submitted_at__lte=OuterRef("starts_at")
    )
    first = kept.exclude(Exists(kept.filter(patient=OuterRef("patient"), starts_at__lt=OuterRef("starts_at")))).exclude(
        Exists(of_cases.filter(case__patient=OuterRef("patient"), starts_at__lte=OuterRef("starts_at")))
    )
    first_of_case = (
        of_cases.exclude(case__status__in=piles.HIDDEN)
        .exclude(Exists(of_cases.filter(case=OuterRef("case"), starts_at__lt=OuterRef("starts_at"))))
        .exclude(Exists(of_cases.filter(case__patient=OuterRef("case__patient"), starts_at__lt=OuterRef("starts_at"))))
        .exclude(Exists(kept.filter(patient=OuterRef("case__patient"), starts_at__lt=OuterRef("starts_at"))))
    )
    ours = _by_week(
        first.annotate(was_sent=Exists(was_sent)),
        "starts_at",
        now,
        n=Count("patient", distinct=True),
        good=Count("patient", distinct=True, filter=Q(was_sent=True)),
    )
    sent = _by_week(first_of_case, "starts_at", now, n=Count("case", distinct=True))["n"]
    return _sum(ours["n"], sent), _sum(ours["good"], sent)


def _by_week(rows: QuerySet[Any], moment: str, now: datetime, **counts: Aggregate) -> Mapping[str, Counts]:
    """Return counts of rows by the week in which `moment` lies, of every week one."""
    starts = [now - WEEK * (COUNTED - number) for number in range(COUNTED)]
    week = Case(
        *(When(**{f"{moment}__gte": starts[number]}, then=Value(number)) for number in reversed(range(1, COUNTED))),
        default=Value(0),
        output_field=IntegerField(),
    )
    within = rows.filter(**{f"{moment}__gte": starts[0], f"{moment}__lt": now})
    found = {row["week"]: row for row in within.annotate(week=week).order_by().values("week").annotate(**counts)}
    return {name: [found[number][name] if number in found else 0 for number in range(COUNTED)] for name in counts}


def _sum(one: Counts, other: Counts) -> Counts:
    return [a + b for a, b in zip(one, other, strict=True)]
