"""Dispatch (one running of one send), Variant (a way its letter is written), Message (its ledger row), Lease."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from delivery.clicks.models import Click, Link
from delivery.states import OPEN, SENDING, SETTLED, DispatchState, MessageState
from delivery.webhooks.models import Report
from patients.models import Channel, Purpose, Reader
from vault import ids, refs
from vault.fields import RefField, SealedTextField

__all__ = [
    "Bucket",
    "Click",
    "Dispatch",
    "DispatchQuerySet",
    "Lease",
    "Link",
    "Message",
    "MessageQuerySet",
    "Report",
    "Variant",
]

REF = "MS-"
HASH_DIGITS = 24  # of an address's hash: 96 bits tell a hundred million addresses apart, in a third of the index


def message_ref() -> str:
    """Return a name as messages had one before their key was it: the first migrations ask for it."""
    return f"{REF}{secrets.token_hex(10).upper()}"


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    """Readings of dispatches."""

    def running(self) -> DispatchQuerySet:
        """Return those from which workers send, the oldest first; the audience of some is not whole yet."""
        return self.filter(state__in=SENDING).order_by("started_at", "pk")

    def awake(self) -> DispatchQuerySet:
        """Return those of them that are within their hours now, of which whoever owns a dispatch tells the next."""
        now = timezone.now()
        begun = Q(opens_at__isnull=True) | Q(opens_at__lte=now)
        return self.running().filter(begun, Q(closes_at__isnull=True) | Q(closes_at__gt=now))


class Dispatch(models.Model):
    """One running of one send: its letter, its purpose, and where it stands."""

    State = DispatchState

    ref = RefField(prefix="DS")
    occasion = models.CharField(_("what it is sent for"), max_length=128, unique=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    topic = models.CharField(_("what it is about, of patients.topics"), max_length=16, blank=True, default="")
    audience = models.CharField(_("whom it is for, as its readers may read it"), max_length=200, blank=True, default="")
    is_correction = models.BooleanField(
        _("a part of a letter that its readers got, which no cap holds back"), default=False
    )
    state = models.CharField(max_length=16, choices=DispatchState.choices, default=DispatchState.READY)
    letter = models.JSONField(_("subject, HTML, text and sender, with merge slots"))
    opened_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    letters = models.PositiveIntegerField(_("how many rows were frozen so far"), default=0)
    frozen_at = models.DateTimeField(_("since when its audience is whole"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField(_("from when on letters may leave"), null=True, blank=True)
    closes_at = models.DateTimeField(_("until when letters may leave"), null=True, blank=True)
    trouble = models.CharField(_("why somebody must look"), max_length=200, blank=True, default="")
    arm_size = models.PositiveIntegerField(_("of 65,536, how many are in each of two arms"), default=0)
    holds_rest = models.BooleanField(_("everybody else waits until they were compared"), default=False)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dispatches"
        ordering: ClassVar[list[str]] = ["-opened_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=DispatchState.values), name="delivery_dispatch_known"),
            models.CheckConstraint(
                condition=Q(state__in=[DispatchState.READY, DispatchState.CANCELLED]) | Q(started_at__isnull=False),
                name="delivery_dispatch_under_way_was_started",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DispatchState.FINISHED, DispatchState.CANCELLED], ended_at__isnull=False)
                | ~Q(state__in=[DispatchState.FINISHED, DispatchState.CANCELLED]) & Q(ended_at__isnull=True),
                name="delivery_dispatch_over_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__gt=models.F("opens_at")),
                name="delivery_dispatch_hours_have_two_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DispatchState.RUNNING, DispatchState.FINISHED]) | Q(frozen_at__isnull=False),
                name="delivery_dispatch_runs_on_when_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=DispatchState.ATTENTION) & ~Q(trouble="")
                | ~Q(state=DispatchState.ATTENTION) & Q(trouble=""),
                name="delivery_dispatch_trouble_has_words",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    def counts(self) -> dict[str, int]:
        """Return how many messages stand in each state, every state named, with `total`."""
        rows = self.messages.order_by().values_list("state").annotate(number=models.Count("*"))
        found = dict.fromkeys(MessageState.values, 0) | dict(rows)
        return found | {"total": sum(found.values())}

    def letter_in(self, way: str) -> dict[str, str]:
        """Return the letter as it is written in one way, of which `delivery.ways` gives the name."""
        written: dict[str, str] = self.variants.get(name=way).letter if way else self.letter
        return written


class Freezing(models.Model):
    """What is left to do until the audience of a dispatch is whole; then it is gone."""

    dispatch = models.OneToOneField(Dispatch, primary_key=True, on_delete=models.CASCADE, related_name="freezing")
    question = models.JSONField(_("what it takes to ask again whom it is for"), encoder=DjangoJSONEncoder)
    domain = models.CharField(_("of the Message-IDs"), max_length=253)
    marks = models.CharField(_("of the rules that tell its ways apart"), max_length=16, blank=True, default="")
    languages = models.JSONField(_("in which it is written besides its own"), default=list)
    frozen_to = models.CharField(_("hashes of addresses below this are frozen"), max_length=64)
    is_asked = models.BooleanField(_("everybody else was asked, and waits in slices"), default=False)

    def __str__(self) -> str:
        return f"{self.dispatch_id} from {self.frozen_to[:HASH_DIGITS]}"


class Half(models.Model):
    """One of the two questions by which an audience is asked: two workers ask them at the same time."""

    class Whom(models.TextChoices):
        """Who is meant."""

        OWN = "own", _("those who are written to themselves")
        THEIRS = "theirs", _("children, whose adults are written to")

    freezing = models.ForeignKey(Freezing, on_delete=models.CASCADE, related_name="halves", db_index=False)
    whom = models.CharField(max_length=8, choices=Whom)
    people = models.PositiveIntegerField(_("found, once it was asked"), null=True, default=None)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["freezing", "whom"], name="delivery_half_once"),
        ]

    def __str__(self) -> str:
        return str(self.whom)


class Slice(models.Model):
    """Addresses that were asked and are not in the ledger yet: those whose hashes begin with `low` and up to `high`."""

    freezing = models.ForeignKey(Freezing, on_delete=models.CASCADE, related_name="slices", db_index=False)
    low = models.CharField(max_length=8)
    high = models.CharField(max_length=8)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["freezing", "low"], name="delivery_slice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


class Variant(models.Model):
    """One of the ways in which a dispatch's letter is written; whoever meets no rule gets the dispatch's own."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="variants", db_index=False)
    name = models.CharField(max_length=16)
    letter = models.JSONField(_("subject, HTML, text and sender, with merge slots"))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dispatch", "name"], name="delivery_variant_once"),
            models.CheckConstraint(condition=~Q(name=""), name="delivery_variant_has_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Lease(models.Model):
    """What one worker holds: a batch of messages until a moment, with a fence that a taker raises."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    worker = models.CharField(max_length=120)
    expires_at = models.DateTimeField(_("until when it is held; none when somebody took it"), null=True)
    fence = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["expires_at"], name="delivery_lease_expiry")]

    def __str__(self) -> str:
        return str(self.worker)


class Bucket(models.Model):
    """How much may leave: when the next letter is due at one speed, or how many have left on one day."""

    key = models.CharField(max_length=260, primary_key=True)
    free_at = models.DateTimeField(_("when the next is due"))
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.key)


class MessageQuerySet(models.QuerySet["Message"]):
    """Readings of the ledger."""

    def due(self, moment: datetime) -> MessageQuerySet:
        """Return open rows whose time has come; an open row is one that has a next try."""
        return self.filter(next_try_at__lte=moment)

    def unfinished(self) -> MessageQuerySet:
        """Return rows that wait or are being sent."""
        return self.filter(Q(next_try_at__isnull=False) | Q(state=MessageState.CLAIMED))

    def letters_that_left(self, since: datetime) -> MessageQuerySet:
        """Return what counts towards how much somebody gets: letters that were accepted, or perhaps were."""
        left = self.filter(settled_at__gte=since, state__in=[MessageState.ACCEPTED, MessageState.UNKNOWN])
        return left.filter(is_test=False).exclude(purpose=Purpose.TRANSACTIONAL).order_by()

    def named(self, *names: str) -> MessageQuerySet:
        """Return those whose names these are; what cannot be a name finds nobody."""
        numbers = (refs.number_of(name.removeprefix(REF)) for name in names if name.startswith(REF))
        return self.filter(pk__in=[UUID(int=number) for number in numbers if number is not None])

    def unsettled_of(self, lease: Lease) -> MessageQuerySet:
        """Return what a lease holds and has not settled, in the order in which it is sent."""
        return self.filter(lease=lease, state=MessageState.CLAIMED).order_by("pk")


class Message(models.Model):
    """One message to one address on one channel: for a dispatch's recipient, or a single one of its own."""

    State = MessageState

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    dispatch = models.ForeignKey(
        Dispatch,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
        db_constraint=False,  # checked row by row it is a third of what freezing costs
    )
    reader = models.ForeignKey(
        Reader,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
        db_constraint=False,  # as above; `ledger.finish` looks once at all of them
    )
    also = models.JSONField(_("other readers who share the mailbox"), default=list, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    topic = models.CharField(max_length=16, blank=True, default="")
    occasion = models.CharField(max_length=128, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    variant = models.CharField(max_length=16, blank=True, default="")
    address = models.CharField(max_length=254)
    address_hash = models.CharField(max_length=64)
    message_id = models.CharField(max_length=200)
    is_test = models.BooleanField(default=False)
    content = SealedTextField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=MessageState.choices, default=MessageState.QUEUED)
    next_try_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.ForeignKey(
        Lease, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    queued_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            # SQLite uses a partial index only where the query itself excludes NULL, hence "open" is "has a next try"
            models.Index(
                fields=["dispatch", "next_try_at", "id"],
                name="delivery_open_rows",
                condition=Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["lease", "id"], name="delivery_held_rows", condition=Q(lease__isnull=False)),
            models.Index(fields=["dispatch", "state"], name="delivery_rows_by_state"),
            models.Index(
                fields=["address_hash", "settled_at"],
                name="delivery_rows_by_address",
                condition=Q(settled_at__isnull=False),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # it also finds a reader's messages; a Message-ID follows from what it is sent for and the address, as below
            models.UniqueConstraint(fields=["reader", "dispatch"], name="delivery_reader_once"),
            models.UniqueConstraint("dispatch", Left("address_hash", HASH_DIGITS), name="delivery_address_once"),
            models.UniqueConstraint(
                fields=["occasion", "address_hash"],
                condition=Q(dispatch__isnull=True),
                name="delivery_single_once",
            ),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, next_try_at__isnull=False)
                | ~Q(state__in=OPEN) & Q(next_try_at__isnull=True),
                name="delivery_open_has_a_next_try",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED, settled_at__isnull=False)
                | ~Q(state__in=SETTLED) & Q(settled_at__isnull=True),
                name="delivery_settled_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(lease__isnull=True, state__in=[*OPEN, *SETTLED])
                | Q(lease__isnull=False, state__in=[MessageState.CLAIMED, MessageState.UNKNOWN]),
                name="delivery_claimed_is_held",
            ),
            models.CheckConstraint(
                condition=Q(dispatch__isnull=True) & ~Q(occasion="") | Q(dispatch__isnull=False, occasion=""),
                name="delivery_single_has_an_occasion",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MessageState.FAILED, MessageState.SKIPPED]) | ~Q(reason=""),
                name="delivery_refusal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """Return its name, which is its key spelled out; it opens nothing by itself, since every link is signed."""
        return f"{REF}{refs.spelled(self.pk.int)}"

    @property
    def is_letter(self) -> bool:
        """Whether its receiver may stop it: everything but what concerns one's own visit or account."""
        return self.purpose != Purpose.TRANSACTIONAL

    @property
    def reader_ids(self) -> list[int]:
        """Return whom it is for: the reader first, then those who share the mailbox."""
        return [pk for pk in (self.reader_id, *self.also) if pk is not None]
