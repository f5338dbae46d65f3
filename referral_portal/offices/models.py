"""Who sends us patients: offices, their people, the doctors who refer, and invitations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vault import refs
from vault.fields import RefField

INVITATION_LASTS = timedelta(days=14)


def _code() -> str:
    return refs.code()


class OfficeQuerySet(models.QuerySet["Office"]):
    """Readings of offices."""

    def active(self) -> OfficeQuerySet:
        """Return offices that may send cases."""
        return self.filter(status=Office.Status.ACTIVE)


class Office(models.Model):
    """A practice that sends us patients."""

    class Status(models.TextChoices):
        APPLIED = "applied", _("Asked for an account")
        ACTIVE = "active", _("Active")
        CLOSED = "closed", _("Closed")

    class Kind(models.TextChoices):
        GENERAL = "general", _("General dentistry")
        PEDIATRIC = "pediatric", _("Pediatric dentistry")
        ORTHODONTIC = "ortho", _("Orthodontics")
        SPECIALTY = "special", _("Another dental specialty")
        MEDICAL = "medical", _("Medical office")
        OTHER = "other", _("Something else")

    class News(models.TextChoices):
        PORTAL = "portal", _("Portal and e-mail")
        MAIL = "mail", _("E-mail link")
        FAX = "fax", _("Fax")
        LETTER = "letter", _("Letter")
        PHONE = "phone", _("Phone")

    ref = RefField(prefix="OF")
    code = models.CharField(
        _("code of the printed card"), max_length=refs.CODE_LENGTH, unique=True, default=_code, editable=False
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind of office"), max_length=9, choices=Kind.choices, default=Kind.GENERAL)
    phone = models.CharField(_("phone"), max_length=24, blank=True)
    fax = models.CharField(_("fax"), max_length=24, blank=True)
    email = models.EmailField(_("e-mail for news"), blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    zip_code = models.CharField(_("ZIP code"), max_length=10, blank=True)
    news_by = models.CharField(_("gets news by"), max_length=8, choices=News.choices, default=News.PORTAL)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[Any]] = [Lower("name"), "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status__in=["applied", "active", "closed"]), name="offices_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """Return the scope in which roles of this office are granted."""
        return f"office:{self.ref}"

    @property
    def address_line(self) -> str:
        """Return the postal address on one line, as far as it is known."""
        place = " ".join(part for part in (self.state, self.zip_code) if part)
        return ", ".join(part for part in (self.street, self.city, place) if part)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Readings of memberships."""

    def current(self) -> MembershipQuerySet:
        """Return memberships that have not ended, in offices that are not closed."""
        return self.filter(ended_at__isnull=True).exclude(office__status=Office.Status.CLOSED)


class Membership(models.Model):
    """Somebody belongs to an office, from when to when."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Sends patients")
        ADMIN = "admin", _("Office admin")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="office_memberships")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["started_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "office"], condition=models.Q(ended_at__isnull=True), name="offices_member_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ended_by=""),
                name="offices_membership_end_has_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "admin"]), name="offices_membership_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.office_id}"

    @property
    def is_admin(self) -> bool:
        """Whether this person also looks after people and settings."""
        return self.role == self.Role.ADMIN


class ReferringDoctor(models.Model):
    """A clinician who refers patients; trends follow the doctor as well as the office."""

    ref = RefField(prefix="RP")
    name = models.CharField(_("name with title"), max_length=80)
    npi = models.CharField(_("NPI"), max_length=10, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="referring_doctor"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """Return title and last name, as "Dr. Grant"; a name without a title stays whole."""
        words = self.name.split()
        return f"{words[0]} {words[-1]}" if len(words) > 2 and words[0].endswith(".") else self.name


class DoctorMembershipQuerySet(models.QuerySet["DoctorMembership"]):
    """Readings of where doctors work."""

    def on(self, day: date) -> DoctorMembershipQuerySet:
        """Return those in force on `day`."""
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day), starts_on__lte=day)


class DoctorMembership(models.Model):
    """A doctor works in an office from one day to another, and may be away until a date."""

    doctor = models.ForeignKey(ReferringDoctor, on_delete=models.CASCADE, related_name="memberships")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="doctors")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)

    objects = DoctorMembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="offices_doctor_leaves_later",
            ),
            models.UniqueConstraint(
                fields=["doctor", "office"], condition=models.Q(ends_on__isnull=True), name="offices_doctor_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doctor_id} in {self.office_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Readings of invitations."""

    def waiting(self) -> InvitationQuerySet:
        """Return those that can still be used."""
        return self.filter(status=Invitation.Status.SENT, expires_at__gt=timezone.now())


def _expiry() -> Any:
    return timezone.now() + INVITATION_LASTS


class Invitation(models.Model):
    """An address is asked to join an office; used once, within fourteen days."""

    class Status(models.TextChoices):
        SENT = "sent", _("Invited")
        JOINED = "joined", _("Joined")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Taken back")

    class May(models.TextChoices):
        SEND = "send", _("Send patients")
        DENTIST = "dentist", _("Dentist")
        ADMIN = "admin", _("Office admin")

    ref = RefField(prefix="IN")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("work e-mail"))
    may = models.CharField(max_length=8, choices=May.choices, default=May.SEND)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.SENT)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.CharField(max_length=64)
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField(default=_expiry)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=64, blank=True, default="")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-sent_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"), "office", condition=models.Q(status="sent"), name="offices_one_waiting_invitation"
            ),
            models.CheckConstraint(
                condition=models.Q(status="sent", settled_at__isnull=True, settled_by="")
                | ~models.Q(status="sent") & models.Q(settled_at__isnull=False) & ~models.Q(settled_by=""),
                name="offices_invitation_settled_has_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["sent", "joined", "expired", "revoked"]),
                name="offices_invitation_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be used."""
        return self.status == self.Status.SENT and self.expires_at > timezone.now()
