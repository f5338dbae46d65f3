"""A patient tells a friend: the personal link, the referral with its sealed friend, and the programme's switch."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from content import languages
from patients.addresses import normal_address
from patients.models import Reader
from practice import clocks
from practice.models import StaffMember
from referral_portal.referrals import states
from referral_portal.referrals.states import ReferralState
from vault import ids, refs
from vault.fields import BlindIndexField, RefField, SealedTextField

CONSENT_WORDING = "friend-call-2026-11"
CONSENTS = {CONSENT_WORDING: _("Yes, you may call, text, or e-mail me about a first visit")}
"""What a friend agrees to: the wording's code, which the row keeps, and its words. A new wording is a new line."""


def normal_contact(contact: str) -> str:
    """Return a phone number or an e-mail address in its one form."""
    return normal_address("email" if "@" in contact else "phone", contact)


@register_setting(icon="gw-heart")
class ReferralProgram(BaseGenericSetting):
    """How the practice runs "tell a friend"."""

    naming_is_on = models.BooleanField(
        _("patients may give us a friend's name"),
        default=False,
        help_text=_("Off: a patient shares their own link, and the friend writes to us. Ask your counsel first."),
    )

    class Meta:
        verbose_name = _("Tell a friend")

    @classmethod
    def current(cls) -> ReferralProgram:
        """Return the settings without writing any: a reading changes nothing."""
        return cls.objects.first() or cls()


class PersonalLink(models.Model):
    """A reader's own link `/r/<code>/`: random, with no name in it, and a code that can be said on the phone."""

    reader = models.OneToOneField(Reader, on_delete=models.CASCADE, related_name="personal_link")
    code = models.CharField(max_length=8, unique=True, editable=False)
    show_first_name = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(code__regex=rf"^[{refs.ALPHABET}]{{8}}$"), name="referrals_code_is_8"
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def owner(self) -> Reader:
        """Return whose link it is: after two records became one, the one who stands."""
        return self.reader.merged_into or self.reader

    @property
    def ref(self) -> str:
        """Return the code: it names the link in the journal."""
        return self.code

    @property
    def path(self) -> str:
        """Return the path of the friend's page, in the language of whoever passes it on."""
        return languages.in_language(f"/r/{self.code}/", languages.current())

    @property
    def url(self) -> str:
        """Return the whole address that a patient shares."""
        return f"{settings.SITE_URL.rstrip('/')}{self.path}"

    @property
    def said(self) -> str:
        """Return the code as one says it, in two halves."""
        return f"{self.code[:4]} {self.code[4:]}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Readings of referrals."""

    def of(self, reader: Reader) -> ReferralQuerySet:
        """Return what this reader did; a friend who came by the link unasked shows only with the friend's leave."""
        shown = models.Q(told_at__isnull=False) | models.Q(may_tell_referrer=True, state=ReferralState.ATTENDED)
        return self.filter(shown, referrer=reader).exclude(state=ReferralState.VOID)

    def open(self) -> ReferralQuerySet:
        """Return referrals that have not ended."""
        return self.filter(state__in=states.OPEN)

    def to_call(self) -> ReferralQuerySet:
        """Return friends who asked for a call that nobody made yet, and named friends to invite."""
        return self.filter(state__in=[ReferralState.CONTACT_AGREED, ReferralState.NAMED])

    def in_talks(self) -> ReferralQuerySet:
        """Return friends whom we have reached or invited and who have not come yet."""
        return self.filter(state__in=[ReferralState.INVITED, ReferralState.CONTACTED, ReferralState.BOOKED])

    def thanks_due(self) -> ReferralQuerySet:
        """Return referrals whose referrer nobody has thanked."""
        return self.filter(thanks_due_at__isnull=False, thanked_at__isnull=True).exclude(state=ReferralState.VOID)

    def settled(self) -> ReferralQuerySet:
        """Return referrals that ask for nothing more."""
        return self.exclude(pk__in=self.thanks_due().values("pk")).exclude(
            pk__in=self.filter(state__in=states.WITH_A_FRIEND).values("pk")
        )


class Referral(models.Model):
    """One time that somebody told a friend; the friend is sealed and leaves no trace after 90 days of silence."""

    class Source(models.TextChoices):
        LINK = "link", _("Own link")
        NAMED = "named", _("Named by the patient")
        DESK = "desk", _("Told at the desk")

    class Reach(models.TextChoices):
        CALL = "call", pgettext_lazy("how we answer", "Call")
        TEXT = "text", pgettext_lazy("how we answer", "Text")
        EMAIL = "email", _("E-mail")

    class Relation(models.TextChoices):
        FAMILY = "family", _("Family")
        FRIEND = "friend", _("Friend")
        NEIGHBOR = "neighbor", _("Neighbor")
        COWORKER = "coworker", _("Coworker")

    class Thanks(models.TextChoices):
        CARD = "card", _("a handwritten card")
        CALL = "call", _("a call")
        NOTE = "note", _("a note by e-mail")

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="RF")
    referrer = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="referrals")
    source = models.CharField(max_length=8, choices=Source.choices)
    state = models.CharField(max_length=20, choices=[(str(state), label) for state, label in states.LABELS.items()])
    told_at = models.DateTimeField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_name = SealedTextField(blank=True)
    friend_name = SealedTextField(blank=True)
    friend_contact = SealedTextField(blank=True)
    friend_contact_index = BlindIndexField(source="friend_contact", normal=normal_contact)
    reach_by = models.CharField(max_length=8, choices=Reach.choices, blank=True)
    good_times = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=12, choices=Relation.choices, blank=True)
    friend_language = models.CharField(max_length=8, choices=settings.LANGUAGES, blank=True, default="")
    may_tell_referrer = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    wording_version = models.CharField(max_length=40, blank=True)
    assignee = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    call_by = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    visit_at = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)
    thanks_due_at = models.DateTimeField(null=True, blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)
    thanked_by = models.CharField(max_length=64, blank=True, default="")
    thanked_name = models.CharField(max_length=80, blank=True, default="")
    thanked_how = models.CharField(max_length=8, choices=Thanks.choices, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    told_name_erased_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "call_by"], name="referrals_state_call_by"),
            models.Index(fields=["referrer", "-made_at"], name="referrals_of_reader"),
            models.Index(
                fields=["thanks_due_at"],
                name="referrals_thanks_due",
                condition=models.Q(thanked_at__isnull=True, thanks_due_at__isnull=False),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in ReferralState]), name="referrals_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(thanked_at__isnull=True, thanked_by="", thanked_how="")
                | (models.Q(thanked_at__isnull=False) & ~models.Q(thanked_by="") & ~models.Q(thanked_how="")),
                name="referrals_thanked_has_at_by_how",
            ),
            models.CheckConstraint(
                condition=models.Q(told_at__isnull=True, told_on__isnull=True)
                | models.Q(told_at__isnull=False, told_on__isnull=False),
                name="referrals_told_has_at_and_on",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReferralState.CONTACT_AGREED) | models.Q(agreed_at__isnull=False),
                name="referrals_agreed_has_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReferralState.ATTENDED) | models.Q(attended_at__isnull=False),
                name="referrals_attended_has_at",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True, wording_version="")
                | models.Q(agreed_at__isnull=False) & ~models.Q(wording_version=""),
                name="referrals_consent_has_wording",
            ),
            models.UniqueConstraint(
                fields=["referrer", "told_on"],
                condition=models.Q(source="link"),
                name="referrals_link_told_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def journal_about(self) -> str:
        """Return `patient:ref` of the referrer where they are a patient: the friend's acts are never about them."""
        patient = getattr(self.referrer, "patient", None)
        return f"patient:{patient.ref}" if patient else ""

    @property
    def is_from_friend(self) -> bool:
        """Return whether the friend came by the link before the referrer told us anything."""
        return self.told_at is None

    @property
    def arrived_at(self) -> datetime:
        """Return the moment that the referrer's page shows."""
        return self.told_at or self.attended_at or self.made_at

    @property
    def shown_name(self) -> str:
        """Return the name that the referrer typed, for 90 days: the calendar ends it, never the friend."""
        return self.told_name if self.told_name and timezone.now() < self.kept_until else ""

    @property
    def shown_as(self) -> str:
        """Return how the referrer's page calls it."""
        if self.shown_name:
            return self.shown_name
        if self.is_from_friend:
            return str(_("A friend who used your link"))
        day = formats.date_format(clocks.local(self.arrived_at), "DATE_FORMAT")
        return str(_("You told a friend on %(day)s") % {"day": day})

    @property
    def friend_came(self) -> bool:
        """Return whether the referrer may read that the friend came: only with the friend's leave."""
        return self.may_tell_referrer and self.state == ReferralState.ATTENDED

    @property
    def kept_until(self) -> datetime:
        """Return when the friend's person is erased if we do not meet."""
        return self.made_at + timedelta(days=states.DAYS_KEPT)

    @property
    def consent_words(self) -> str:
        """Return what the friend agreed to, in the words that they read; the code of a wording we no longer know."""
        return str(CONSENTS.get(self.wording_version, self.wording_version))

    @property
    def shown_contact(self) -> str:
        """Return the friend's address, or their number as Americans write it."""
        found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", self.friend_contact)
        return "({}) {}-{}".format(*found.groups()) if found else str(self.friend_contact)

    def friend_phone(self) -> str:
        """Return the friend's number where they gave one."""
        return "" if "@" in self.friend_contact else self.friend_contact

    def friend_email(self) -> str:
        """Return the friend's address where they gave one."""
        return self.friend_contact if "@" in self.friend_contact else ""


class ContactAttempt(models.Model):
    """One try to reach a friend: whether we spoke, and the do-not-call check before a first call."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        VOICEMAIL = "voicemail", _("Left a message")
        NO_ANSWER = "no_answer", _("No answer")
        WRITTEN = "written", _("Wrote to them")
        INVITED = "invited", _("Invited, do-not-call list checked")

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="attempts")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"


def fresh_code() -> str:
    """Return a code that no link has."""
    while PersonalLink.objects.filter(code=(code := refs.code())).exists():
        continue
    return code
