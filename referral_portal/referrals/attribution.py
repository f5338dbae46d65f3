"""What letters bring to this room: friends told by those who got one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from delivery import attribution
from delivery.models import Message
from referral_portal.referrals.models import Referral


def enter() -> None:
    """Enter friends told among what a letter may bring."""
    attribution.counts("referrals", _("Friends told"), _told)
    attribution.counts("friends_booked", _("Of these friends, visits booked"), _booked)


def _told(arrived: QuerySet[Message], since: datetime, until: datetime) -> int:
    return _of(arrived, since, until).count()


def _booked(arrived: QuerySet[Message], since: datetime, until: datetime) -> int:
    return _of(arrived, since, until).filter(visit_at__isnull=False).count()


def _of(arrived: QuerySet[Message], since: datetime, until: datetime) -> QuerySet[Referral]:
    return Referral.objects.filter(told_at__gte=since, told_at__lt=until, referrer__in=arrived.values("reader"))
