"""Events: what is coming, what has been, and a page with a calendar file for each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from content import languages, structured
from content.models import Picture
from content.pages import BasePage
from content.richtext import PAGE_FEATURES
from newsletter.editions import calendar
from newsletter.editions.models.listing import page_of
from practice.models import Location
from vault.fields import RefField

PAST_A_PAGE = 12
IN_THE_CALENDAR = ("title", "starts_at", "ends_at", "location_id", "place", "address_there", "is_canceled", "lede")


class EventIndexPage(BasePage):
    """What is coming, and what has been."""

    page_description = _("What is coming and what has been. It fills itself from the pages below it.")

    lede = models.CharField(_("introduction"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lede")]
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["editions.EventPage"]
    max_count_per_parent = 1
    template = "editions/events.html"

    class Meta:
        verbose_name = _("list of events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what is coming, the next first, and what has been, the latest first."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        events = languages.spoken(EventPage.objects.all(), self.locale_id)
        events = events.select_related("location__practice", "picture", "locale")
        now = timezone.now()
        return {
            **context,
            "upcoming": list(events.filter(ends_at__gte=now).order_by("starts_at", "pk")),
            "page_obj": page_of(request, events.filter(ends_at__lt=now).order_by("-starts_at", "-pk"), PAST_A_PAGE),
        }


class EventPage(BasePage):
    """One event; once it is canceled its page stays and says so, and so does its calendar file."""

    page_description = _("One event with its day, place and calendar file. Cancel it here; do not delete it.")

    journal_kind = "event"

    ref = RefField(prefix="EV")
    lede = models.CharField(_("in one sentence"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    location = models.ForeignKey(
        Location,
        verbose_name=_("at our place"),
        on_delete=models.PROTECT,
        related_name="events",
        help_text=_("Its time zone holds, also for an event somewhere else."),
    )
    place = models.CharField(
        _("somewhere else"), max_length=120, blank=True, help_text=_("As in: Port Ellery Library. Empty: at our place.")
    )
    address_there = models.CharField(_("address there"), max_length=200, blank=True)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = RichTextField(_("text"), features=PAGE_FEATURES, blank=True)
    price = models.CharField(_("price"), max_length=60, blank=True, help_text=_("Empty: it is free."))
    joining = models.CharField(
        _("how to join"), max_length=200, blank=True, help_text=_("As in: Just come. Or: Call us, and we keep a seat.")
    )
    is_full = models.BooleanField(_("no seat is left"), default=False)
    is_canceled = models.BooleanField(_("it is canceled"), default=False)
    canceled_why = models.CharField(
        _("why, or what instead"), max_length=200, blank=True, help_text=_("One sentence for whoever wanted to come.")
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lede"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("location"),
                FieldRowPanel([FieldPanel("place"), FieldPanel("address_there")]),
            ],
            heading=_("When and where"),
        ),
        FieldPanel("picture"),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("price"), FieldPanel("joining")]),
        MultiFieldPanel(
            [FieldPanel("is_full"), FieldPanel("is_canceled"), FieldPanel("canceled_why")], heading=_("What changed")
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lede"), index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["editions.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "editions/event.html"
    exclude_fields_in_copy: ClassVar[list[str]] = ["ref", "sequence"]

    class Meta:
        verbose_name = _("event")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="editions_event_ends_later",
                violation_error_message=_("The end comes after the beginning."),
            )
        ]

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone whose clock the event goes by."""
        zone: ZoneInfo = self.location.zone
        return zone

    @property
    def begins(self) -> datetime:
        """Return when it begins, by the clock there."""
        return self.starts_at.astimezone(self.zone)

    @property
    def ends(self) -> datetime:
        """Return when it ends, by the clock there."""
        return self.ends_at.astimezone(self.zone)

    @property
    def day(self) -> date:
        """Return the day on which it begins."""
        return self.begins.date()

    @property
    def year(self) -> int:
        """Return the year of it, for lists."""
        return self.begins.year

    @cached_property
    def hours(self) -> str:
        """Return from when to when, by the clock there, with its zone, and with the last day where it is another."""
        first, last = date_format(self.begins, "g:i A"), date_format(self.ends, "g:i A")
        if self.ends.date() != self.day:
            last = f"{date_format(self.ends, str(_('D, M j')))}, {last}"
        return f"{first} – {last} {self.begins.tzname()}"

    @property
    def is_past(self) -> bool:
        """Return whether it is over."""
        return self.ends_at < timezone.now()

    @property
    def where(self) -> str:
        """Return where it is: the name of the place."""
        return self.place or self.location.practice.name

    @property
    def where_exactly(self) -> str:
        """Return the address of it."""
        return self.address_there if self.place else self.location.address_line

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Count a change of what stands in calendars, so that theirs follow (RFC 5545, SEQUENCE)."""
        kept = EventPage.objects.filter(pk=self.pk).values("sequence", *IN_THE_CALENDAR).first() if self.pk else None
        if kept and kwargs.get("update_fields") is None:
            is_changed = any(kept[name] != getattr(self, name) for name in IN_THE_CALENDAR)
            self.sequence = kept["sequence"] + is_changed
        return super().save(*args, **kwargs)

    def as_entry(self) -> calendar.CalendarEntry:
        """Return what stands in calendars."""
        practice = self.location.practice
        return calendar.CalendarEntry(
            uid=f"{self.ref.lower()}@{practice.domain}",
            sequence=self.sequence,
            title=self.title,
            text=self.lede,
            url=self.address or settings.SITE_URL,
            begins=self.begins,
            ends=self.ends,
            where=", ".join(part for part in (self.where, self.where_exactly) if part),
            changed_at=self.last_published_at or timezone.now(),
            is_canceled=self.is_canceled,
        )

    def structured(self, who: structured.Who) -> list[structured.Thing]:
        """Say when and where it takes place, and whether it does."""
        address = self.address_there if self.place else structured.postal(self.location)
        at = {"@type": "Place", "name": self.where, **({"address": address} if address else {})}
        return [
            structured.event(
                self,
                who,
                words=self.description,
                starts=self.begins,
                ends=self.ends,
                at=at,
                is_off=self.is_canceled,
                is_free=not self.price,
            )
        ]
