"""Whom we care for and write to: readers, patients, contact points, appointments, consents, suppression."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from journal.models import AppendOnly
from patients.addresses import address_hash, normal_address
from practice.models import Location, Provider, Service
from vault import ids
from vault.fields import RefField, SealedTextField

STANDS = "The consent ledger is append-only: record a new line instead."


class Channel(models.TextChoices):
    """How we reach somebody."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PHONE = "phone", _("Phone")
    POST = "post", _("Letter")


class Purpose(models.TextChoices):
    """Why we write (45 CFR 164.501): consent is kept per channel and purpose; transactional needs none."""

    TRANSACTIONAL = "transactional", _("About your own visit or account")
    TREATMENT = "treatment", _("Reminders and recalls")
    OWN_SERVICES = "own_services", _("Our letters and services")
    THIRD_PARTY = "third_party", _("Others' offers")


class Basis(models.TextChoices):
    """On what a consent rests."""

    AGREED = "agreed", _("Asked and agreed")
    MAY_OBJECT = "may_object", _("Existing patient, may object")
    NONE = "none", _("None")


class ReaderKind(models.TextChoices):
    """What somebody is to us whom we write to."""

    PATIENT = "patient", _("Patient")
    HOUSEHOLD = "household", _("Household contact")
    SUBSCRIBER = "subscriber", _("Subscriber")
    OFFICE = "office", _("Office member")
    STAFF = "staff", _("Staff member")


class PatientStatus(models.TextChoices):
    """How it stands between a patient and us."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    MOVED = "moved", _("Moved")
    DISMISSED = "dismissed", _("Dismissed")
    DECEASED = "deceased", _("Deceased")


class SuppressionReason(models.TextChoices):
    """Why an address is never written to."""

    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    COMPLAINT = "complaint", _("Marked as spam")
    STOP = "stop", _("STOP by text")
    DECEASED = "deceased", _("Deceased")
    STAFF = "staff", _("Asked the practice")


class AppointmentStatus(models.TextChoices):
    """What became of a visit."""

    BOOKED = "booked", _("Booked")
    KEPT = "kept", _("Kept")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Canceled")


class ReaderQuerySet(models.QuerySet["Reader"]):
    """Readings of readers."""

    def reachable_by(self, channel: str, *, shut_by: frozenset[str] | None = None) -> ReaderQuerySet:
        """Return readers with a primary contact point on `channel` that is not suppressed.

        Args:
            channel: how we would reach them.
            shut_by: the reasons that count; None means any.
        """
        shut = Suppression.objects.filter(channel=channel, address_hash=models.OuterRef("address_hash"))
        if shut_by is not None:
            shut = shut.filter(reason__in=shut_by)
        points = ContactPoint.objects.filter(reader=models.OuterRef("pk"), channel=channel, is_primary=True)
        return self.filter(models.Exists(points.exclude(models.Exists(shut))))

    def consenting(self, channel: str, purpose: str) -> ReaderQuerySet:
        """Return readers whose standing consent says yes to this channel and purpose."""
        standing = Consent.objects.standing().filter(
            reader=models.OuterRef("pk"), channel=channel, purpose=purpose, is_given=True
        )
        return self.filter(models.Exists(standing))

    def living(self) -> ReaderQuerySet:
        """Return readers who are not deceased patients."""
        return self._without(Patient.Status.DECEASED)

    def welcome(self) -> ReaderQuerySet:
        """Return readers who are neither deceased nor dismissed patients."""
        return self._without(Patient.Status.DECEASED, Patient.Status.DISMISSED)

    def _without(self, *statuses: str) -> ReaderQuerySet:
        gone = Patient.objects.filter(reader=models.OuterRef("pk"), status__in=statuses)
        return self.exclude(models.Exists(gone))


class Reader(models.Model):
    """Anyone we write to: a patient, household contact, subscriber, office member or staff member."""

    Kind = ReaderKind

    ref = RefField(prefix="RD")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, default="en", choices=settings.LANGUAGES)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="reader"
    )
    paused_until = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind"], name="patients_reader_kind")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=ReaderKind.values), name="patients_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.ref

    def address(self, channel: str = Channel.EMAIL) -> str:
        """Return the primary address on `channel`, or ""."""
        points = [point for point in self.contact_points.all() if point.channel == channel and point.is_primary]
        return points[0].address if points else ""


class Patient(models.Model):
    """Somebody in our care; their reader carries name, language and ways to reach them."""

    Status = PatientStatus

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="PT")
    reader = models.OneToOneField(Reader, on_delete=models.PROTECT, related_name="patient")
    born_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    location = models.ForeignKey(Location, null=True, blank=True, on_delete=models.SET_NULL, related_name="patients")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.SET_NULL, related_name="patients")
    responsible = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="dependents")
    external_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    notes = SealedTextField(blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status"], name="patients_patient_status"),
            models.Index(fields=["born_on"], name="patients_patient_born"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(responsible__isnull=True) | ~models.Q(responsible=models.F("pk")),
                name="patients_responsible_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PatientStatus.values), name="patients_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.reader)

    @property
    def journal_name(self) -> str:
        """Return `patient:ref`, as the journal's `about` has it."""
        return f"patient:{self.ref}"

    def age_on(self, day: Any) -> int | None:
        """Return the age in whole years on `day`; one born on 29 February is older from 1 March in common years."""
        if self.born_on is None:
            return None
        return int(day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day)))


class ContactPoint(models.Model):
    """One address of a reader on one channel."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254)
    address_hash = models.CharField(max_length=64, editable=False, db_index=True)
    is_primary = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reader", "channel"], condition=models.Q(is_primary=True), name="patients_one_primary_point"
            ),
            models.UniqueConstraint(fields=["reader", "channel", "address_hash"], name="patients_point_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="patients_point_channel_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.reader_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Bring the address to its normal form and keep its hash beside it."""
        self.address = normal_address(self.channel, self.address)
        self.address_hash = address_hash(self.channel, self.address)
        super().save(*args, **kwargs)


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Readings of the consent ledger."""

    def standing(self) -> ConsentQuerySet:
        """Return the newest line of each reader, channel and purpose."""
        return self.filter(superseded_at__isnull=True)

    def update(self, **kwargs: Any) -> int:
        """Write when a line was superseded; all else of it stands for ever."""
        if set(kwargs) != {"superseded_at"}:
            raise AppendOnly(STANDS)
        return super().update(**kwargs)

    def delete(self) -> NoReturn:
        """Refuse: the ledger is append-only."""
        raise AppendOnly(STANDS)

    def bulk_create(self, objs: Iterable[Consent], *args: Any, **kwargs: Any) -> list[Consent]:
        """Insert many; what stands already is not overwritten."""
        if kwargs.get("update_conflicts"):
            raise AppendOnly(STANDS)
        return super().bulk_create(objs, *args, **kwargs)


class Consent(models.Model):
    """One line of the consent ledger: only `superseded_at` is ever written later, when a newer line stands."""

    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="consents")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    is_given = models.BooleanField()
    basis = models.CharField(max_length=16, choices=Basis.choices)
    wording_version = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reader", "channel", "purpose"],
                condition=models.Q(superseded_at__isnull=True),
                name="patients_one_standing_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(is_given=False) | ~models.Q(basis=Basis.NONE), name="patients_yes_has_a_basis"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="patients_consent_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="patients_consent_purpose_is_known"
            ),
            models.CheckConstraint(condition=models.Q(basis__in=Basis.values), name="patients_consent_basis_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {'yes' if self.is_given else 'no'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a line that stands is never changed."""
        if args or not self._state.adding or kwargs.get("force_update") or kwargs.get("update_fields"):
            raise AppendOnly(STANDS)
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the ledger is append-only; it names nobody, so that it outlives an erasure."""
        raise AppendOnly(STANDS)


class Suppression(models.Model):
    """An address that is never written to; a keyed hash, so that it survives erasure."""

    Reason = SuppressionReason

    channel = models.CharField(max_length=8, choices=Channel.choices)
    address_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["channel", "address_hash"], name="patients_suppressed_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="patients_suppressed_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=SuppressionReason.values), name="patients_suppressed_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"


class Appointment(models.Model):
    """A patient's visit with us, past or future."""

    Status = AppointmentStatus

    ref = RefField(prefix="AP")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField()
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.BOOKED)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["patient", "starts_at"], name="patients_visit_patient_at"),
            models.Index(fields=["starts_at"], name="patients_visit_at"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status__in=AppointmentStatus.values), name="patients_visit_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)
