"""Anyone we write to, and the ways to reach them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Right
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.addresses import address_hash, normal_address
from patients.folding import Folded
from patients.models.computed import ComputedField
from patients.models.kinds import AtMost, Channel, Nature, ReaderKind
from vault.fields import RefField


class Tag(models.Model):
    """A word that staff stick on readers; of the nature that it tells."""

    name = models.CharField(_("name"), max_length=60)
    nature = models.CharField(_("nature"), max_length=16, choices=Nature.choices, default=Nature.IDENTITY)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("name"), name="patients_tag_once"),
            models.CheckConstraint(condition=models.Q(nature__in=Nature.values), name="patients_tag_nature_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class ReaderQuerySet(models.QuerySet["Reader"]):
    """Readings of readers."""

    def reachable_by(self, channel: str, *, shut_by: frozenset[str] | None = None) -> ReaderQuerySet:
        """Return readers with a primary contact point on `channel` that is not suppressed.

        Args:
            channel: how we would reach them.
            shut_by: the reasons that count; None means any.
        """
        if channel == Channel.POST:  # a house is never suppressed: whoever lives there says no by consent
            return self.filter(
                models.Exists(PostalAddress.objects.filter(reader=models.OuterRef("pk")).exclude(street=""))
            )
        return self.filter(models.Exists(open_points(channel, shut_by=shut_by).filter(reader=models.OuterRef("pk"))))

    def consenting(self, channel: str, purpose: str) -> ReaderQuerySet:
        """Return readers whose standing consent says yes to this channel and purpose."""
        from patients.models.consents import Consent

        standing = Consent.objects.standing().filter(
            reader=models.OuterRef("pk"), channel=channel, purpose=purpose, is_given=True
        )
        return self.filter(models.Exists(standing))


class Reader(models.Model):
    """Anyone we write to: a patient, household contact, subscriber, office member or staff member.

    `given_key` and `family_key` are the names as they are searched; the database writes them. Whoever was erased, or
    merged into another, leaves a reader of the kind "former": it names nobody and carries the lines of the consent
    ledger, which are never deleted; `merged_into` says who has all the rest.
    """

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
    at_most = models.CharField(max_length=8, choices=AtMost.choices, blank=True, default="")
    is_discreet = models.BooleanField(default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="readers")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed", editable=False
    )
    given_key = ComputedField(
        expression=Folded("given_name"), output_field=models.CharField(max_length=80), db_persist=True
    )
    family_key = ComputedField(
        expression=Folded("family_name"), output_field=models.CharField(max_length=80), db_persist=True
    )
    added_at = models.DateTimeField(default=timezone.now)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind"], name="patients_reader_kind"),
            models.Index(fields=["family_name", "given_name"], name="patients_reader_name"),
            models.Index(
                fields=["family_key", "given_key"],
                name="patients_reader_family",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
            models.Index(fields=["given_key"], name="patients_reader_given", opclasses=["varchar_pattern_ops"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=ReaderKind.values), name="patients_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(at_most__in=["", *AtMost.values]), name="patients_at_most_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(kind=ReaderKind.FORMER) & ~models.Q(merged_into=models.F("pk")),
                name="patients_merged_reader_is_former",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.ref

    def address(self, channel: str = Channel.EMAIL) -> str:
        """Return the primary address on `channel`, or ""."""
        points = [point for point in self.contact_points.all() if point.channel == channel and point.is_primary]
        return points[0].address if points else ""


class ContactPoint(models.Model):
    """One address of a reader on one channel."""

    reader = models.ForeignKey(
        Reader,
        on_delete=models.CASCADE,
        related_name="contact_points",
        db_index=False,  # patients_point_once begins with it
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254)
    address_hash = models.CharField(max_length=64, editable=False)
    is_primary = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    ending = ComputedField(expression=Right("address", 4), output_field=models.CharField(max_length=4), db_persist=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address_hash"], name="patients_point_hash"),  # found whole, never by its beginning
            models.Index(
                fields=["ending"],
                name="patients_point_last_four",
                condition=models.Q(channel__in=[Channel.SMS, Channel.PHONE]),
            ),
        ]
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


def open_points(channel: str, *, shut_by: frozenset[str] | None = None) -> models.QuerySet[ContactPoint]:
    """Return the primary contact points on `channel` that are not suppressed.

    Args:
        channel: how we would reach somebody.
        shut_by: the reasons that count; None means any.
    """
    from patients.models.consents import Suppression

    shut = Suppression.objects.filter(channel=channel, address_hash=models.OuterRef("address_hash"))
    if shut_by is not None:
        shut = shut.filter(reason__in=shut_by)
    return ContactPoint.objects.filter(channel=channel, is_primary=True).exclude(models.Exists(shut))


class PostalAddress(models.Model):
    """Where a reader lives: for letters, labels and the distance to us."""

    reader = models.OneToOneField(Reader, on_delete=models.CASCADE, related_name="postal_address")
    street = models.CharField(_("street"), max_length=160, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    postal_code = models.CharField(_("ZIP code"), max_length=10, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["postal_code"], name="patients_postal_code")]

    def __str__(self) -> str:
        return f"postal address of {self.reader_id}"

    @property
    def in_one_line(self) -> str:
        """Return the address as on a list: street, city, state and ZIP code."""
        place = " ".join(part for part in (self.state, self.postal_code) if part)
        return ", ".join(part for part in (self.street, self.city, place) if part)
