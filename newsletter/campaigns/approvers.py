"""Who says yes before a letter is sent, as the owner set it, and who in their place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import PERMISSIONS, STAFF, Role, is_staff
from practice import clocks
from practice.models import Location, Practice, StaffMember
from vault.fields import RefField

SENDERS = PERMISSIONS["newsletters.send"]
IN_PLACE_OF_ALL = (Role.OWNER, Role.LEAD)  # where nobody is left whom the owner named


class Approver(models.TextChoices):
    """Whose yes a letter needs."""

    NOBODY = "nobody", _("Nobody: whoever may send, sends")
    OWNER = "owner", _("The owner")
    PERSON = "person", _("One person")
    ROLE = "role", _("Anybody of one role")
    ANYONE_ELSE = "anyone", _("Anybody else who may send letters")


class ApprovalRule(models.Model):
    """The owner's rule; before it is set nobody's yes is needed."""

    ref = RefField(prefix="AR")
    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="approval_rule", editable=False)
    who = models.CharField(_("who approves"), max_length=8, choices=Approver.choices, default=Approver.NOBODY)
    person = models.ForeignKey(
        StaffMember,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"is_active": True},
        verbose_name=_("the person"),
    )
    role = models.CharField(
        _("the role"), max_length=32, blank=True, choices=[(role, role.label) for role in Role if role in STAFF]
    )
    deputy = models.ForeignKey(
        StaffMember,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        limit_choices_to={"is_active": True},
        verbose_name=_("the deputy"),
    )
    deputy_after = models.PositiveSmallIntegerField(
        _("the deputy may approve after so many hours"), default=9, validators=[MaxValueValidator(200)]
    )
    remind_every = models.PositiveSmallIntegerField(
        _("remind every so many hours"), default=4, validators=[MinValueValidator(0), MaxValueValidator(200)]
    )

    class Meta:
        verbose_name = _("approval of newsletters")
        verbose_name_plural = _("approval of newsletters")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(who__in=Approver.values), name="campaigns_approver_is_known"),
            models.CheckConstraint(
                condition=~Q(who=Approver.PERSON) | Q(person__isnull=False),
                name="campaigns_approver_is_named",
                violation_error_message=_("Choose the person who approves."),
            ),
            models.CheckConstraint(
                condition=~Q(who=Approver.ROLE) | ~Q(role=""),
                name="campaigns_approving_role_is_named",
                violation_error_message=_("Choose the role of those who approve."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Approval of newsletters"))

    @classmethod
    def get(cls) -> ApprovalRule:
        """Return what the owner set, or that nobody's yes is needed."""
        return cls.objects.select_related("person__user", "person__deputy__user", "deputy__user").first() or cls()

    @property
    def is_needed(self) -> bool:
        """Whether a letter needs somebody's yes."""
        return self.who != Approver.NOBODY

    @property
    def in_words(self) -> str:
        """Return who approves, as a sentence names them."""
        if self.who == Approver.PERSON and self.person:
            return str(self.person)
        if self.who == Approver.OWNER:
            owners = [name_of_user(user) for user in self.first()]
            return owners[0] if len(owners) == 1 else str(_("the owner"))
        if self.who == Approver.ROLE:
            return str(Role(self.role).label)
        return str(_("somebody else who may send letters"))

    def first(self) -> list[User]:
        """Return those whom the owner named, without their deputies; nobody who has left."""
        if self.who == Approver.PERSON:
            return _signing_in([self.person] if self.person else [])
        roles = {
            Approver.OWNER: frozenset({Role.OWNER}),
            Approver.ROLE: frozenset({Role(self.role)}) if self.role else frozenset(),
            Approver.ANYONE_ELSE: SENDERS,
        }
        return _holders(roles.get(Approver(self.who), frozenset()))

    def deputies(self) -> list[User]:
        """Return who approves in their place: the rule's own deputy, else the deputies that the team's list names."""
        if self.deputy is not None:
            return _signing_in([self.deputy])
        named = StaffMember.objects.filter(user__in=self.first(), deputy__isnull=False)
        found = [member.deputy for member in named.select_related("deputy__user") if member.deputy]
        if not found and self.who == Approver.PERSON and self.person and self.person.deputy:
            found = [self.person.deputy]  # somebody who has left still has one
        return _signing_in(found)

    def everybody(self) -> list[User]:
        """Return all who may approve at some time; the owner, else the leads, where nobody is left."""
        named = _without_repeats([*self.first(), *self.deputies()])
        return named or next((found for role in IN_PLACE_OF_ALL if (found := _holders({role}))), [])

    def now(self, asked_at: datetime, now: datetime | None = None) -> list[User]:
        """Return who may approve a letter now: the deputies too once nobody of the first is there, or time has passed.

        Args:
            asked_at: when somebody asked for the letter's approval.
            now: an aware moment; this one where it is left out.
        """
        first = self.first()
        if first and not self.is_passed_on(asked_at, now):
            return first
        return _without_repeats([*first, *self.deputies()]) or self.everybody()

    def is_passed_on(self, asked_at: datetime, now: datetime | None = None) -> bool:
        """Return whether the deputies may approve by now: all of the first are away, or so many hours have passed."""
        now = now or timezone.now()
        return not are_there(self.first(), clocks.day_of(now)) or now >= hours_after(asked_at, self.deputy_after)


def are_there(users: list[User], day: date) -> bool:
    """Return whether one of these works on a day; who stands in no list of the team is taken to be there."""
    members = StaffMember.objects.filter(user__in=users).prefetch_related("away")
    by_user = {member.user_id: member for member in members}
    return any(user.pk not in by_user or by_user[user.pk].works(day) for user in users)


def hours_after(start: datetime, hours: int) -> datetime:
    """Return when the practice has been open for so many hours since `start`; around the clock before it has hours."""
    location = Location.objects.prefetch_related("hours", "closures").first()
    span = timedelta(hours=hours)
    return location.after_open_time(start, span) if location else start + span


def name_of_user(user: User) -> str:
    """Return somebody's name as the team's list has it, with the title."""
    member = StaffMember.objects.filter(user=user).first()
    return str(member or user)


def _holders(roles: frozenset[Role] | set[Role]) -> list[User]:
    found = User.objects.filter(grants__role__in=roles, grants__ended_at__isnull=True, is_active=True)
    gone = StaffMember.objects.filter(is_active=False, user__isnull=False).values("user")
    return list(found.exclude(pk__in=gone).distinct().order_by("pk"))


def _signing_in(members: list[StaffMember]) -> list[User]:
    users = [member.user for member in members if member.is_active and member.user]
    return [user for user in _without_repeats(users) if user.is_active and is_staff(user)]


def _without_repeats(users: list[User]) -> list[User]:
    return list(dict.fromkeys(users))
