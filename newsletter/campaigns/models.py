"""What is sent: one edition to one segment, frozen at the click, owning one dispatch."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delivery.models import Dispatch
from delivery.states import SENDING, DispatchState
from newsletter.campaigns.approvals import CONSTRAINTS, Approvable
from newsletter.campaigns.approvers import ApprovalRule  # noqa: F401 (a model of this app)
from newsletter.campaigns.comparisons import Comparison  # noqa: F401 (a model of this app)
from newsletter.campaigns.letter_task import LetterApproval  # noqa: F401 (a model of this app)
from newsletter.campaigns.schedules import CONSTRAINTS as OF_SCHEDULES
from newsletter.campaigns.schedules import Schedulable
from newsletter.campaigns.sending_rules import SendingRule  # noqa: F401 (a model of this app)
from newsletter.campaigns.states import NOT_LEFT, ApprovalState, Attention, CampaignState
from newsletter.campaigns.trials import TestReader  # noqa: F401 (a model of this app)
from newsletter.editions.models import EditionPage
from vault.fields import RefField


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Readings of campaigns."""

    def of_the_same_letter(self, edition: EditionPage) -> CampaignQuerySet:
        """Return those of the same letter in other languages: who reads one of them has got it with this one."""
        return self.filter(edition__translation_key=edition.translation_key).exclude(edition=edition)

    def waiting(self) -> CampaignQuerySet:
        """Return those that wait for somebody's yes."""
        return self.filter(state=CampaignState.DRAFT, approval=ApprovalState.ASKED).select_related("edition")

    def scheduled(self) -> CampaignQuerySet:
        """Return those that leave at a time, the earliest first."""
        return self.filter(state=CampaignState.SCHEDULED).select_related("edition").order_by("send_at", "pk")

    def needing_attention(self) -> CampaignQuerySet:
        """Return those that somebody must look at: they did not leave at their time, or were stopped by themselves."""
        stopped = Q(state=CampaignState.STARTED, dispatch__state=DispatchState.ATTENTION)
        return self.filter(Q(state=CampaignState.ATTENTION) | stopped).select_related("edition", "dispatch")

    def due(self, moment: datetime) -> CampaignQuerySet:
        """Return those whose time has come, the earliest first."""
        return self.filter(state=CampaignState.SCHEDULED, send_at__lte=moment).order_by("send_at", "pk")


class Campaign(Approvable, Schedulable):
    """An edition on its way to a segment; an edition has one, so that nobody gets a letter twice."""

    State = CampaignState

    ref = RefField(prefix="CA")
    edition = models.OneToOneField(EditionPage, on_delete=models.PROTECT, related_name="campaign")
    segment = models.CharField(max_length=40)
    state = models.CharField(max_length=16, choices=CampaignState.choices, default=CampaignState.DRAFT)
    dispatch = models.OneToOneField(
        Dispatch, null=True, blank=True, on_delete=models.PROTECT, related_name="campaign", editable=False
    )
    revision = models.PositiveBigIntegerField(_("revision that was frozen"), null=True, blank=True)
    letter_hash = models.CharField(max_length=64, blank=True, default="")
    looked_hash = models.CharField(
        max_length=64, blank=True, default="", help_text=_("Of the letter whose doubtful checks somebody looked at.")
    )
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=64, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=64, blank=True, default="")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="campaigns_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=NOT_LEFT, dispatch__isnull=True, started_at__isnull=True, letter_hash="")
                | ~Q(state__in=NOT_LEFT) & Q(dispatch__isnull=False, started_at__isnull=False) & ~Q(letter_hash=""),
                name="campaigns_started_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, started_by="") | Q(started_at__isnull=False) & ~Q(started_by=""),
                name="campaigns_start_has_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(state=CampaignState.CANCELLED) & Q(cancelled_at__isnull=True, cancelled_by="")
                | Q(state=CampaignState.CANCELLED, cancelled_at__isnull=False) & ~Q(cancelled_by=""),
                name="campaigns_cancel_has_at_and_by",
            ),
            *CONSTRAINTS,
            *OF_SCHEDULES,
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def stage(self) -> str:
        """Return where it stands in one word: its own state, once it was started the state of its dispatch."""
        if self.state != CampaignState.STARTED or self.dispatch is None:
            return str(self.state)
        return str(self.dispatch.state)

    @property
    def stage_label(self) -> str | Promise:
        """Return the stage in the editor's words."""
        if self.state != CampaignState.STARTED:
            return CampaignState(self.state).label
        return DispatchState(self.stage).label

    @property
    def why_attention(self) -> str | Promise:
        """Return in words why somebody must look at it; "" where nobody must."""
        if self.attention:
            return Attention(self.attention).label
        return self.dispatch.trouble if self.dispatch else ""

    @property
    def has_not_left(self) -> bool:
        """Whether nothing of it was sent, so that it may still be written."""
        return self.state in NOT_LEFT

    def is_due(self, moment: datetime) -> bool:
        """Return whether its time has come."""
        return self.state == CampaignState.SCHEDULED and self.send_at is not None and self.send_at <= moment

    @property
    def rests_until(self) -> datetime | None:
        """Return when it goes on by itself, where it waits for the hours in which letters leave."""
        dispatch = self.dispatch
        if dispatch is None or self.stage not in SENDING or dispatch.opens_at is None or dispatch.closes_at is None:
            return None
        now = timezone.now()
        if dispatch.opens_at <= now < dispatch.closes_at:
            return None
        return max(dispatch.opens_at, now)

    @property
    def is_under_way(self) -> bool:
        """Whether letters may still leave."""
        return self.stage in {DispatchState.READY, *SENDING, DispatchState.PAUSED, DispatchState.ATTENTION}
