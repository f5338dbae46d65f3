"""What an office may know of our promptness: medians of its own cases, left out where there are too few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.utils import timezone

from practice import durations
from referral_portal.cases.models import Case
from referral_portal.offices.models import Office

ENOUGH = 30
SPAN = timedelta(days=365)


@dataclass(frozen=True)
class Medians:
    """Half of the cases were faster than this, in real time."""

    acknowledged: timedelta
    called: timedelta | None
    count: int

    @property
    def is_told(self) -> bool:
        """Whether there are enough to tell."""
        return self.count >= ENOUGH

    @property
    def acknowledged_words(self) -> str:
        """Return the median to the acknowledgement, as "1 h 44 min"."""
        return durations.in_words(self.acknowledged)

    @property
    def called_words(self) -> str:
        """Return the median to the first call, "" where too few were called."""
        return durations.in_words(self.called) if self.called is not None else ""


def medians(office: Office, urgency: str = "") -> Medians:
    """Return how long acknowledgement and first call took over the last 12 months."""
    cases = Case.objects.of_office(office).filter(submitted_at__gte=timezone.now() - SPAN, received_at__isnull=False)
    if urgency:
        cases = cases.filter(urgency=urgency)
    rows = list(cases.values_list("submitted_at", "received_at", "called_at"))
    waits = [received - sent for sent, received, _called in rows if sent and received]
    calls = [called - received for _sent, received, called in rows if called and received]
    return Medians(
        acknowledged=median(waits) if waits else timedelta(0),
        called=median(calls) if len(calls) >= ENOUGH else None,
        count=len(waits),
    )
