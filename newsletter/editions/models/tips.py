"""Health tips: the list by topic, and a page for each tip."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from content import languages, structured
from content.models import Picture
from content.pages import BasePage
from content.richtext import LETTER_FEATURES, PAGE_FEATURES
from newsletter.editions.models.listing import NEWEST_FIRST, page_of
from newsletter.editions.models.seasons import MonthsField
from newsletter.editions.models.topics import Topic
from practice import clocks
from practice.models import Provider

WORDS_A_MINUTE = 200
TIPS_A_PAGE = 12


class TipIndexPage(BasePage):
    """All health tips, by topic."""

    page_description = _("All health tips by topic. It fills itself from the pages below it.")

    lede = models.CharField(_("introduction"), max_length=160, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lede")]
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["editions.TipPage"]
    max_count_per_parent = 1
    template = "editions/tips.html"

    class Meta:
        verbose_name = _("health tips")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the tips, newest first, of one topic where `?topic=` names one, and the topics that have any."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        tips = languages.spoken(TipPage.objects.all(), self.locale_id)
        topics = list(Topic.objects.annotate(is_used=models.Exists(tips.filter(topic=models.OuterRef("pk")))))
        chosen = next((topic for topic in topics if topic.slug == request.GET.get("topic")), None)
        shown = tips.filter(topic=chosen) if chosen else tips
        return {
            **context,
            "topics": [topic for topic in topics if topic.is_used or topic == chosen],
            "topic": chosen,
            "page_obj": page_of(
                request,
                shown.select_related("picture", "locale").order_by("is_elsewhere", *NEWEST_FIRST),
                TIPS_A_PAGE,
            ),
        }


class TipPage(BasePage):
    """One health tip, checked by a clinician, with sources and a date by which it is checked again."""

    page_description = _("One piece of advice, checked by a clinician, for the site and for letters.")

    lede = models.CharField(_("in one sentence"), max_length=200)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, blank=True, on_delete=models.PROTECT, related_name="tips"
    )
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    months = MonthsField(
        _("suits these months"), help_text=_("The calendar of newsletters proposes it then. None: at any time.")
    )
    caption = models.CharField(_("line under the picture"), max_length=160, blank=True)
    body = RichTextField(_("text"), features=PAGE_FEATURES)
    in_brief = RichTextField(_("short version for letters"), features=LETTER_FEATURES, blank=True)
    sources = models.TextField(_("sources"), blank=True, help_text=_("One a line."))
    reviewer = models.ForeignKey(
        Provider, verbose_name=_("reviewed by"), null=True, on_delete=models.PROTECT, related_name="tips"
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True)
    review_by = models.DateField(_("review again by"), null=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lede", help_text=_("The whole advice in one sentence. Lists, search engines and letters show it.")),
        FieldRowPanel([FieldPanel("topic", widget=forms.Select), FieldPanel("picture")]),
        FieldPanel("months", classname="gw-months"),
        FieldPanel("caption", help_text=_("Who made the picture, or what to look at. May stay empty.")),
        FieldPanel("body", help_text=_("Under 400 words, in plain ones. What to do comes first, why comes after.")),
        FieldPanel("in_brief", help_text=_("Two or three sentences. Letters show them, with a link to the whole tip.")),
        FieldPanel("sources"),
        MultiFieldPanel(
            [FieldPanel("reviewer"), FieldRowPanel([FieldPanel("reviewed_on"), FieldPanel("review_by")])],
            heading=_("Checked by a clinician"),
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lede"), index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["editions.TipIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "editions/tip.html"
    shared_as = "article"

    class Meta:
        verbose_name = _("health tip")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(review_by__isnull=True)
                | models.Q(reviewed_on__isnull=True)
                | models.Q(review_by__gt=models.F("reviewed_on")),
                name="editions_tip_reviewed_again_later",
                violation_error_message=_("The next review comes after the last one."),
            )
        ]

    @property
    def minutes(self) -> int:
        """Return how long it takes to read, in whole minutes, at 200 words a minute."""
        return max(1, math.ceil(len(re.findall(r"\w+", strip_tags(self.body))) / WORDS_A_MINUTE))

    @property
    def source_lines(self) -> list[str]:
        """Return the sources, one each."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    def structured(self, who: structured.Who) -> list[structured.Thing]:
        """Say what is advised, who has checked it and when."""
        dates = {"published": self.first_published_at, "changed": self.last_published_at}
        advice = structured.article(self, who, title=self.title, words=self.lede, **dates)
        return [structured.reviewed(advice, who, by=self.reviewer, on=self.reviewed_on, sources=self.source_lines)]

    def is_due_for_review(self, day: date | None = None) -> bool:
        """Return whether its review-by date has come on `day` (today)."""
        return self.review_by is not None and self.review_by <= (day or clocks.today())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add three other tips, of the same topic first."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        others = languages.spoken(TipPage.objects.exclude(translation_key=self.translation_key), self.locale_id)
        same_first = models.Case(
            models.When(topic=self.topic_id, then=0), default=1, output_field=models.IntegerField()
        )
        others = others.select_related("picture", "locale").order_by("is_elsewhere", same_first, *NEWEST_FIRST)
        return {**context, "others": others[:3]}
