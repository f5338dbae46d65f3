"""Who works here: the list, and a page for each person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from content import languages
from content.models import Picture
from content.pages import BasePage
from content.richtext import PAGE_FEATURES
from content.structured import Thing, Who, person
from home.models.words import LEDE_HELP, lede_panel
from newsletter.editions.models import NEWEST_FIRST, TipPage
from practice.models import Provider, StaffMember, Weekday

TIPS_SHOWN = 4


class TeamIndexPage(BasePage):
    """Who works here."""

    page_description = _("Everybody who works here. It fills itself from Settings, Staff.")

    lede = models.CharField(_("introduction"), max_length=240, blank=True, help_text=LEDE_HELP)

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["home.PersonPage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, lede_panel()]

    class Meta:
        verbose_name = _("team page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add everybody who works here now, each with their page and portrait where they have one."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        members = list(StaffMember.objects.filter(is_active=True).select_related("provider"))
        pages = PersonPage.of(members, self.locale_id)
        context["team"] = [(member, pages.get(member.pk)) for member in members]
        return context


class PersonPage(BasePage):
    """Somebody who works here, in their own words; gone from the site on the day they leave."""

    page_description = _(
        "One person of the team, in their own words. It is made by itself for whoever is entered in Settings, Staff."
    )

    staff_member = models.ForeignKey(
        StaffMember,
        verbose_name=_("who it is"),
        on_delete=models.PROTECT,
        related_name="pages",
        help_text=_("From Settings. Name, title and working days come from there; so does whether they work here."),
    )
    spoken = models.CharField(max_length=16, editable=False)
    photo = models.ForeignKey(
        Picture,
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Upright reads best. Say in its own words what it shows. Empty: the person’s initials."),
    )
    quote = models.CharField(
        _("in their own words"), max_length=200, blank=True, help_text=_("One or two sentences, without marks.")
    )
    body = RichTextField(_("about the person"), features=PAGE_FEATURES, blank=True)
    languages = models.CharField(
        _("languages"), max_length=120, blank=True, help_text=_("As in: English, Swedish, and some Spanish.")
    )
    education = models.TextField(_("education"), max_length=600, blank=True, help_text=_("One a line."))
    license_number = models.CharField(_("license"), max_length=60, blank=True, help_text=_("With its state."))

    parent_page_types: ClassVar[list[str]] = ["home.TeamIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("staff_member"), FieldPanel("photo")], heading=_("Who")),
        FieldPanel("quote"),
        FieldPanel("body", help_text=_("Three or four sentences: how they work, what they care for.")),
        MultiFieldPanel(
            [FieldPanel("languages"), FieldPanel("education"), FieldPanel("license_number")], heading=_("Good to know")
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("body"),
        index.SearchField("languages"),
        index.SearchField("job_words"),
    ]

    class Meta:
        verbose_name = _("person")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["staff_member", "spoken"],
                name="home_person_has_one_page",
            )
        ]

    @classmethod
    def of(cls, members: list[StaffMember], locale_id: int) -> dict[int, PersonPage]:
        """Return the page of each of these people in one language, else in English, by the person's key."""
        pages = languages.spoken(cls.objects.filter(staff_member__in=members), locale_id)
        return {page.staff_member_id: page for page in pages.select_related("photo", "locale")}

    @property
    def lede(self) -> str:
        """Return the words that describe the page in lists and to search engines."""
        return self.quote or self.own_bio or self.staff_member.shown_title

    @property
    def own_bio(self) -> str:
        """Return what Settings say about the person, on the page in the language in which they say it."""
        return str(self.staff_member.bio) if self.spoken == languages.ENGLISH else ""

    @property
    def job_words(self) -> str:
        """Return what search should find the person by besides the name."""
        provider = self.provider
        return f"{self.staff_member.title} {self.staff_member.title_es} {provider.specialty if provider else ''}"

    @property
    def provider(self) -> Provider | None:
        """Return the person as one who treats patients, where they do."""
        return getattr(self.staff_member, "provider", None)

    @property
    def education_lines(self) -> list[str]:
        """Return where they learned, one each."""
        return [line.strip() for line in self.education.splitlines() if line.strip()]

    @property
    def weekdays(self) -> list[str]:
        """Return the names of the days on which they work."""
        return [str(Weekday(int(day)).label) for day in self.staff_member.works_on.split(",") if day in "0123456"]

    def structured(self, who: Who) -> list[Thing]:
        """Say who it is."""
        return [person(self.staff_member, who, address=self.address)]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Keep the language beside the person, so that the database itself sees to one page in each."""
        if self.locale_id is None:
            self.locale = self.get_default_locale()
        self.spoken = self.locale.language_code
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """Say it in words where the person has a page already; the form leaves the language out of its own checks."""
        super().clean()
        same = PersonPage.objects.filter(staff_member_id=self.staff_member_id, spoken=self.spoken)
        if self.staff_member_id and same.exclude(pk=self.pk).exists():
            raise ValidationError({"staff_member": _("This person has a page already.")})

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer 404 for somebody who no longer works here, whatever became of the page."""
        if not self.staff_member.is_active:
            raise Http404
        found: RouteResult = super().route(request, path_components)
        return found

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """Leave out whoever no longer works here."""
        urls: list[dict[str, Any]] = super().get_sitemap_urls(request) if self.staff_member.is_active else []
        return urls

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the services they do, each with its page, and the newest tips that they reviewed."""
        from home.models.offering import ServicePage

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        provider = self.provider
        services = list(provider.services.all()) if provider else []
        pages = languages.spoken(ServicePage.objects.filter(service__in=services), self.locale_id)
        page_of = {page.service_id: page for page in pages}
        tips = languages.spoken(TipPage.objects.filter(reviewer=provider), self.locale_id)
        tips = tips.order_by("is_elsewhere", *NEWEST_FIRST)
        return {
            **context,
            "services": [(service, page_of.get(service.pk)) for service in services],
            "tips": list(tips[:TIPS_SHOWN]) if provider else [],
            "takes_cases": any(service.takes_cases for service in services),
        }
