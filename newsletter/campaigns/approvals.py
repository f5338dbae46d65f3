"""What a campaign keeps of its approval: who asked, who decided, and what exactly they said yes to."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role, roles_of
from journal.recording import name_of
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.states import ApprovalState, CampaignState

ASKED = Q(asked_at__isnull=False) & ~Q(asked_by="")
DECIDED = Q(decided_at__isnull=False) & ~Q(decided_by="")
UNDECIDED = Q(decided_at__isnull=True, decided_by="")
SAID_NO_YES = Q(approved_hash="", approved_segment="", approved_revision__isnull=True, approved_alone=False)


class Approvable(models.Model):
    """The part of a campaign that is about its approval; what stands is decided by the letter's hash alone."""

    approval = models.CharField(max_length=16, choices=ApprovalState.choices, default=ApprovalState.NONE)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.CharField(max_length=64, blank=True, default="")
    written_by = models.CharField(_("who wrote what was handed in"), max_length=64, blank=True, default="")
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    passed_on_at = models.DateTimeField(_("since when the deputy knows"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    approved_hash = models.CharField(max_length=64, blank=True, default="")
    approved_segment = models.CharField(max_length=40, blank=True, default="")
    approved_for = models.CharField(_("for whom the approved letter is written"), max_length=8, blank=True, default="")
    approved_revision = models.PositiveBigIntegerField(null=True, blank=True)
    approved_alone = models.BooleanField(_("by the one who asked, since there is nobody else"), default=False)
    lost_at = models.DateTimeField(_("since when it says something else"), null=True, blank=True)
    must_be_approved = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def waits_for(self, user: User, now: datetime | None = None, rule: ApprovalRule | None = None) -> bool:
        """Return whether this waits for a decision that `user` may take now.

        Args:
            user: anybody.
            now: an aware moment; this one where it is left out.
            rule: the owner's, where it is known already.
        """
        if self.approval != ApprovalState.ASKED or self.asked_at is None:
            return False
        rule = rule or ApprovalRule.get()
        return rule.is_needed and user in rule.now(self.asked_at, now) and not self.is_kept_from(user, rule)

    def is_kept_from(self, user: User, rule: ApprovalRule) -> bool:
        """Return whether somebody may not decide since it is their own; an owner who is alone may."""
        return name_of(user) in {self.asked_by, self.written_by} and not is_alone(user, rule)


def is_alone(user: User, rule: ApprovalRule) -> bool:
    """Return whether `user` is an owner, and nobody else could ever approve."""
    return Role.OWNER in roles_of(user) and rule.everybody() == [user]


CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(condition=Q(approval__in=ApprovalState.values), name="campaigns_approval_is_known"),
    models.CheckConstraint(
        condition=Q(asked_at__isnull=True, asked_by="", approval=ApprovalState.NONE) | ASKED,
        name="campaigns_asking_has_at_and_by",
    ),
    models.CheckConstraint(
        condition=Q(approval__in=[ApprovalState.NONE, ApprovalState.ASKED]) & UNDECIDED & SAID_NO_YES
        | Q(approval=ApprovalState.CHANGE_ASKED) & DECIDED & SAID_NO_YES
        | Q(approval=ApprovalState.APPROVED, approved_revision__isnull=False)
        & DECIDED
        & ~Q(approved_hash="")
        & ~Q(approved_segment=""),
        name="campaigns_decision_has_at_by_and_what",
    ),
    models.CheckConstraint(
        condition=Q(state=CampaignState.DRAFT)
        | Q(must_be_approved=False)
        | Q(approval=ApprovalState.APPROVED, approved_hash=F("letter_hash"), approved_segment=F("segment")),
        name="campaigns_sent_is_what_was_approved",
    ),
]
