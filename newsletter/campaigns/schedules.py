"""What a campaign keeps of its time: when it leaves, who said so, which very letter, and why it did not."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from newsletter.campaigns.states import Attention, CampaignState

SCHEDULED = (
    Q(send_at__isnull=False, scheduled_at__isnull=False, scheduled_revision__isnull=False)
    & ~Q(scheduled_by="")
    & ~Q(scheduled_hash="")
)
UNSCHEDULED = Q(
    send_at__isnull=True,
    scheduled_at__isnull=True,
    scheduled_revision__isnull=True,
    scheduled_by="",
    scheduled_hash="",
    is_to_undo=False,
)


class Schedulable(models.Model):
    """The part of a campaign that is about its time; what was scheduled is one letter, told by its hash."""

    send_at = models.DateTimeField(_("when it leaves"), null=True, blank=True)
    is_to_undo = models.BooleanField(_("sent at once, with a while to undo it"), default=False)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    scheduled_by = models.CharField(max_length=64, blank=True, default="")
    scheduled_hash = models.CharField(max_length=64, blank=True, default="")
    scheduled_revision = models.PositiveBigIntegerField(null=True, blank=True)
    attention = models.CharField(max_length=16, choices=Attention.choices, blank=True, default="")
    attention_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=Q(state=CampaignState.DRAFT) & UNSCHEDULED
        | Q(state__in=[CampaignState.SCHEDULED, CampaignState.ATTENTION]) & SCHEDULED
        | Q(state__in=[CampaignState.STARTED, CampaignState.CANCELLED]) & (SCHEDULED | UNSCHEDULED),
        name="campaigns_schedule_has_at_by_and_what",
    ),
    models.CheckConstraint(
        condition=Q(state=CampaignState.ATTENTION, attention__in=Attention.values, attention_at__isnull=False)
        | ~Q(state=CampaignState.ATTENTION) & Q(attention="", attention_at__isnull=True),
        name="campaigns_attention_has_a_reason",
    ),
    models.CheckConstraint(
        condition=Q(send_at__isnull=True) | Q(send_at__gte=F("scheduled_at")),
        name="campaigns_leaves_after_it_is_scheduled",
    ),
]
