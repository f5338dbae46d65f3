"""The insurance plans that we take or do not take, each with the day on which somebody asked the plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from practice.listing import together
from practice.spoken import Said, in_spanish
from vault.fields import RefField


class PlanQuerySet(models.QuerySet["Plan"]):
    """Readings of plans."""

    def accepted(self) -> PlanQuerySet:
        """Return the plans that we take."""
        return self.filter(is_accepted=True)


class Plan(models.Model):
    """One plan, or one kind of plans, as patients say it."""

    class Kind(models.TextChoices):
        """How the plan pays."""

        PPO = "ppo", _("PPO: any dentist, less out of pocket with ours")
        HMO = "hmo", _("HMO: only dentists of the plan")
        PUBLIC = "public", _("Medicaid, Medicare, or another public plan")
        DISCOUNT = "discount", _("Discount or membership plan")
        OTHER = "other", _("Something else")

    ref = RefField(prefix="PL")
    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("As patients say it."))
    name_es = in_spanish(_("name"), 80)
    shown_name = Said("name")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PPO)
    is_accepted = models.BooleanField(_("we take it"), default=True)
    checked_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("When somebody last asked the plan. Shown to patients.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(name=""), name="practice_plan_has_a_name")
        ]

    def __str__(self) -> str:
        return self.name


def listed(plans: Iterable[Plan]) -> str:
    """Return plans as one says them: "Delta Dental, Premera, and most PPO plans"; nothing for none."""
    return together([plan.shown_name for plan in plans])


def checked_since(plans: Iterable[Plan]) -> date | None:
    """Return the oldest day on which one of these was checked; None for none, and where one never was."""
    days = [plan.checked_on for plan in plans]
    known = [day for day in days if day]
    return min(known) if known and len(known) == len(days) else None
