"""Who we are: the practice, where and when it is open, who works there, and what it does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from practice import opening, phones, plans, zones
from practice.alerts import Alert  # noqa: F401 (a model of this app)
from practice.courtesy import Courtesy  # noqa: F401 (a model of this app)
from practice.follow_ups import FollowUp, FollowUpContents, FollowUpNote  # noqa: F401 (models of this app)
from practice.plans import Plan
from practice.spoken import Said, in_spanish
from vault.fields import RefField


class Weekday(models.IntegerChoices):
    """Days as Python counts them: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Practice(models.Model):
    """The one practice of this installation."""

    class Kind(models.TextChoices):
        """What search engines take it for."""

        DENTIST = "dentist", _("Dental practice")
        CLINIC = "clinic", _("Medical practice")

    class SecondEyes(models.TextChoices):
        """What a second person is asked to look at before it is out."""

        NOBODY = "nobody", _("Nothing: whoever writes publishes")
        PAGES = "pages", _("All pages of the site")

    ref = RefField(prefix="PR")
    name = models.CharField(_("short name"), max_length=80)
    descriptor = models.CharField(_("what it is"), max_length=80, blank=True)
    descriptor_es = in_spanish(_("what it is"), 80)
    shown_descriptor = Said("descriptor")
    kind = models.CharField(_("kind of practice"), max_length=8, choices=Kind.choices, default=Kind.DENTIST)
    legal_name = models.CharField(_("full name"), max_length=120)
    domain = models.CharField(_("mail domain"), max_length=120)
    sender_name = models.CharField(_("name that mail comes from"), max_length=80)
    sender_email = models.EmailField(_("address that mail comes from"))
    reply_email = models.EmailField(_("address that answers go to"))
    case_prefix = models.CharField(_("letters of a referral's number"), max_length=4, default="JR")
    second_eyes = models.CharField(
        _("a second pair of eyes"), max_length=8, choices=SecondEyes.choices, default=SecondEyes.NOBODY
    )
    is_demo = models.BooleanField(default=False, editable=False)
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["only"], name="practice_there_is_one"),
            models.CheckConstraint(condition=models.Q(only=True), name="practice_only_is_true"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def plans(self) -> list[Plan]:
        """Return the plans we take, asked for once."""
        return list(Plan.objects.accepted())

    @property
    def plans_accepted(self) -> str:
        """Return the plans we take as one says them: "Delta Dental, Premera, and most PPO plans"."""
        return plans.listed(self.plans)

    @property
    def plans_checked_on(self) -> date | None:
        """Return the day since which every plan we take was checked; None where one never was."""
        return plans.checked_since(self.plans)

    @classmethod
    def get(cls) -> Practice | None:
        """Return the practice, or None before it is set up."""
        return cls.objects.first()


class Location(models.Model):
    """A place where patients are seen, with its own hours, holidays and time zone."""

    ref = RefField(prefix="LO")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(_("ZIP code"), max_length=10)
    phone = models.CharField(max_length=24)
    emergency_phone = models.CharField(max_length=24, blank=True)
    time_zone = models.CharField(max_length=40, default="America/Los_Angeles", validators=[zones.known_zone])
    is_main = models.BooleanField(default=False)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_main", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="practice_location_is_on_the_map",
                violation_error_message=_("Fill in both latitude and longitude, or neither."),
            ),
            models.UniqueConstraint(
                fields=["practice"],
                condition=models.Q(is_main=True),
                name="practice_one_main_location",
                violation_error_message=_("Another location is the main one. Take the mark off there first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; the practice's clock may go by another zone now."""
        super().save(*args, **kwargs)
        zones.forget()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Close it; the practice's clock may go by another zone now."""
        gone = super().delete(*args, **kwargs)
        zones.forget()
        return gone

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone that clocks, schedules and display use here."""
        return ZoneInfo(self.time_zone)

    @property
    def address_line(self) -> str:
        """Return the postal address on one line."""
        return f"{self.street}, {self.city}, {self.state} {self.zip_code}"

    @property
    def map_url(self) -> str:
        """Return where the place is found on OpenStreetMap: its point where that is known, else its address."""
        if self.latitude is None or self.longitude is None:
            return f"https://www.openstreetmap.org/search?{urlencode({'query': self.address_line})}"
        here = f"{self.latitude}/{self.longitude}"
        return f"https://www.openstreetmap.org/?mlat={self.latitude}&mlon={self.longitude}#map=17/{here}"

    @property
    def phone_uri(self) -> str:
        """Return the phone number as a link that a phone can call."""
        return phones.uri(self.phone)

    @property
    def urgent_phone(self) -> str:
        """Return the number for emergencies, or the usual one where there is no other."""
        return self.emergency_phone or self.phone

    @property
    def emergency_phone_uri(self) -> str:
        """Return the number for emergencies as a link that a phone can call."""
        return phones.uri(self.urgent_phone)

    @property
    def opening_lines(self) -> list[opening.Line]:
        """Return the week's hours in words."""
        return opening.lines(self.hours.all())

    @property
    def next_closures(self) -> list[Closure]:
        """Return the holidays of the next three weeks, today included."""
        today = timezone.now().astimezone(self.zone).date()
        return [closure for closure in self.closures.all() if today <= closure.on <= today + timedelta(days=21)]

    def hours_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return when it is open on `day`, as aware pairs in this location's zone; empty on a holiday."""
        if any(closure.on == day for closure in self.closures.all()):
            return []
        spans = [hours for hours in self.hours.all() if hours.weekday == day.weekday()]
        return [
            (datetime.combine(day, span.opens, self.zone), datetime.combine(day, span.closes, self.zone))
            for span in sorted(spans, key=lambda span: span.opens)
        ]

    def is_open_at(self, moment: datetime) -> bool:
        """Return whether somebody is there at `moment` (aware)."""
        now = moment.astimezone(UTC)
        spans = self.hours_on(moment.astimezone(self.zone).date())
        return any(opens.astimezone(UTC) <= now < closes.astimezone(UTC) for opens, closes in spans)

    def after_open_time(self, start: datetime, duration: timedelta) -> datetime:
        """Return the moment by which the doors have been open for `duration` since `start` (both aware/UTC-safe).

        Looks at most 60 days ahead; where no hours are kept, time runs around the clock.
        """
        if not any(True for _ in self.hours.all()):
            return start + duration
        left, day = duration, start.astimezone(self.zone).date()
        for _offset in range(60):
            for opens, closes in self.hours_on(day):
                # in UTC: two moments of one zone compare by the wall clock, which runs an hour twice in November
                begin, end = max(opens.astimezone(UTC), start.astimezone(UTC)), closes.astimezone(UTC)
                if begin >= end:
                    continue
                if end - begin >= left:
                    return begin + left
                left -= end - begin
                start = end  # spans of one day may overlap; no minute counts twice
            day += timedelta(days=1)
        return start + duration

    def after_practice_days(self, start: datetime, days: int) -> datetime:
        """Return the close of business `days` open days after `start`'s day."""
        day, closes = start.astimezone(self.zone).date(), None
        for _offset in range(90):
            day += timedelta(days=1)
            if spans := self.hours_on(day):
                days, closes = days - 1, spans[-1][1]
                if days == 0:
                    break
        return (closes or start + timedelta(days=1)).astimezone(UTC)


class OpeningHours(models.Model):
    """One span of one weekday in which a location is open."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField(default=time(8))
    closes = models.TimeField(default=time(17))

    class Meta:
        verbose_name_plural = "opening hours"
        ordering: ClassVar[list[str]] = ["weekday", "opens"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="practice_hours_end_later"),
            models.UniqueConstraint(fields=["location", "weekday", "opens"], name="practice_hours_once"),
        ]

    def __str__(self) -> str:
        day, opens, closes = self.get_weekday_display(), time_format(self.opens), time_format(self.closes)
        return f"{day}, {opens} – {closes}"


class Closure(models.Model):
    """A day on which a location is closed: a holiday or an away day of the whole house."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="closures")
    on = models.DateField()
    name = models.CharField(max_length=80)
    name_es = in_spanish(_("name"), 80)
    shown_name = Said("name")

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["location", "on"], name="practice_closure_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.on}"


class StaffMember(models.Model):
    """Somebody who works here, with a deputy, so that everything has an owner."""

    ref = RefField(prefix="ST")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="staff_member"
    )
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=80, blank=True)
    title_es = in_spanish(_("title"), 80)
    shown_title = Said("title")
    slug = models.SlugField(max_length=80, unique=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="staff")
    works_on = models.CharField(_("works on"), max_length=13, default="0,1,2,3,4", help_text=_("Monday is 0."))
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="covers")
    bio = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("pk")),
                name="practice_deputy_is_another",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Return up to two letters for the avatar, without a title before or letters after the name."""
        plain = self.name.partition(",")[0].split()
        words = [word for word in plain if not word.endswith(".")] or plain
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def works(self, day: date) -> bool:
        """Return whether this is one of the person's working days and not an away date."""
        if str(day.weekday()) not in self.works_on.split(","):
            return False
        return not any(away.starts_on <= day <= away.ends_on for away in self.away.all())


class AwayDate(models.Model):
    """Days on which somebody is away and the deputy owns their work."""

    staff_member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="away")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="practice_away_ends_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"


class Provider(models.Model):
    """A staff member who treats patients."""

    ref = RefField(prefix="DR")
    staff_member = models.OneToOneField(StaffMember, on_delete=models.PROTECT, related_name="provider")
    name = models.CharField(_("name with title"), max_length=80)
    credentials = models.CharField(max_length=60, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    accepts_cases = models.BooleanField(default=True)
    takes_new_patients = models.BooleanField(_("takes new patients"), default=True)
    new_patients_as_of = models.DateField(
        _("as of"), null=True, blank=True, help_text=_("Shown with it. Empty: the site says nothing about it.")
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["staff_member__order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_specialty(self) -> str:
        """Return what they do: the specialty, in Spanish the title, which is kept in both languages."""
        title: str = self.staff_member.shown_title
        return self.specialty if title == self.staff_member.title else title


class Service(models.Model):
    """Something we do; offices send patients for it, pages explain it."""

    ref = RefField(prefix="SV")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.CharField(max_length=200, blank=True)
    name_es = in_spanish(_("name"), 80)
    summary_es = in_spanish(_("summary"), 200)
    shown_name, shown_summary = Said("name"), Said("summary")
    icon = models.CharField(max_length=40, default="tooth")
    providers = models.ManyToManyField(Provider, blank=True, related_name="services")
    takes_cases = models.BooleanField(_("offices may send patients for it"), default=True)
    triages = models.BooleanField(_("a clinician accepts each case"), default=False)
    concerns_a_tooth = models.BooleanField(default=False)
    recall_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "name"]

    def __str__(self) -> str:
        return self.name
