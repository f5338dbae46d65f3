"""The letter: its archive by year, and one page for each edition."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index
from wagtail.url_routing import RouteResult

from content import languages, merge, structured, whom
from content.blocks.stream import LetterStream
from content.models import Picture
from content.pages import BasePage
from newsletter.editions import texting
from newsletter.editions.blocks import BLOCK_COUNTS, LETTER_BLOCKS
from newsletter.editions.models.listing import page_of
from newsletter.editions.page_forms import EditionForm, InboxRowPanel, LeftOutPanel, MergeLine, TextMessagePanel
from newsletter.editions.readership import WrittenFor
from practice.models import Provider
from vault.fields import RefField

LETTERS_A_PAGE = 24
ROWS_OF_AN_OLD_YEAR = 3
MERGED = ("subject", "second_subject", "preheader", "sms_text")  # in which slots for a reader's own facts may stand
TILE = "fill-480x270|format-webp"


class EditionIndexPage(BasePage):
    """The archive of the letter, by year."""

    page_description = _("The archive of the letter by year. It fills itself with the letters below it.")

    lede = models.CharField(_("introduction"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lede")]
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["editions.EditionPage"]
    max_count_per_parent = 1
    template = "editions/archive.html"

    class Meta:
        verbose_name = _("newsletter archive")

    def editions(self) -> models.QuerySet[EditionPage]:
        """Return the letters that everyone may read, newest first; one that is in English alone is among them."""
        found: models.QuerySet[EditionPage] = languages.spoken(EditionPage.objects.all(), self.locale_id)
        return found.order_by("-issued_on", "-pk")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find an edition by its year and slug; a letter at the address of another year is not there."""
        if not path_components:
            result: RouteResult = super().route(request, path_components)
            return result
        if len(path_components) != 2 or not re.fullmatch(r"[0-9]{4}", path_components[0]):
            raise Http404
        year, slug = path_components
        edition = EditionPage.objects.child_of(self).filter(issued_on__year=int(year), slug=slug).first()
        if edition is None:
            raise Http404
        edition._cached_parent_obj = self
        found: RouteResult = edition.route(request, [])
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the newest year as cards and the older ones as rows; or all letters of the year that `?year=` names."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        editions = self.editions()
        years = [day.year for day in editions.dates("issued_on", "year", order="DESC")]
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else None)
        shown = page_of(request, editions.filter(issued_on__year=year) if year else editions.none(), LETTERS_A_PAGE)
        older = [
            (other, editions.filter(issued_on__year=other)[:ROWS_OF_AN_OLD_YEAR])
            for other in years
            if not asked and other != year
        ]
        pictures = Picture.objects.prefetch_renditions(TILE).in_bulk(
            [edition.picture_id for edition in shown if edition.picture_id]
        )
        for edition in shown:
            edition.tile = pictures.get(edition.picture_id)
        return {
            **context,
            "year": year,
            "years": years,
            "page_obj": shown,
            "older": older,
            "asked_year": asked,
            "is_elsewhere": any(edition.elsewhere for edition in shown),
        }


class LetterPermissions(PagePermissionTester):
    """What somebody may do with a letter."""

    def can_publish(self) -> bool:
        """Return whether they may put its web copy into the archive."""
        return bool(self.page.is_public and super().can_publish())


class EditionPage(BasePage):
    """One letter, written once: e-mail, plain text, web page and feed entry come from the same blocks."""

    page_description = _("One letter: written once, read in the mailbox, on the web and in the feed.")

    journal_kind = "edition"

    ref = RefField(prefix="ED")
    subject = models.CharField(_("subject"), max_length=120)
    second_subject = models.CharField(_("second subject, to compare"), max_length=120, blank=True, default="")
    preheader = models.CharField(
        _("preview text"), max_length=160, blank=True, help_text=_("Shown beside the subject in the inbox.")
    )
    sender = models.ForeignKey(
        Provider,
        verbose_name=_("comes from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        limit_choices_to={"staff_member__is_active": True},
    )
    sms_text = models.CharField(
        _("text message"),
        max_length=300,
        blank=True,
        help_text=_("For readers who get a text message with the way to the web copy. Empty: the subject."),
    )
    is_template = models.BooleanField(
        _("offer it as a template"),
        default=False,
        help_text=_("Then “New newsletter” offers to begin with a copy of it."),
    )
    left_out = models.JSONField(default=list, blank=True, editable=False)  # what was over when it was copied
    issued_on = models.DateField(_("date of the letter"), default=timezone.localdate)
    written_for = models.CharField(
        _("written for"), max_length=8, choices=WrittenFor.choices, default=WrittenFor.PATIENTS
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
        editable=False,
    )
    body = StreamField(LetterStream(LETTER_BLOCKS), verbose_name=_("blocks"), block_counts=BLOCK_COUNTS)

    base_form_class = EditionForm
    content_panels = [
        LeftOutPanel(),
        MultiFieldPanel(
            [
                FieldPanel("title", heading=_("Name in our list"), help_text=_("Readers see the subject instead.")),
                FieldPanel(
                    "subject",
                    widget=MergeLine(),
                    help_text=_("Under 50 characters reads whole on a phone. Name no illness."),
                ),
                FieldPanel("preheader", widget=MergeLine()),
                FieldPanel("sender", widget=forms.Select()),
                InboxRowPanel(),
            ],
            heading=_("What the reader sees first"),
            icon="mail",
        ),
        FieldPanel(
            "written_for",
            help_text=_("It reaches nobody else. Letters to offices and to the team never stand in the archive."),
        ),
        FieldPanel("issued_on", help_text=_("Stands on the letter and in its address. It sends nothing by itself.")),
        FieldPanel(
            "body", help_text=_("From top to bottom as it is read. The eye beside a block shows what it looks like.")
        ),
        MultiFieldPanel(
            [FieldPanel("sms_text", widget=MergeLine()), TextMessagePanel()],
            heading=_("As a text message"),
            icon="mobile-alt",
        ),
    ]
    settings_panels = [*Page.settings_panels, FieldPanel("is_template")]
    search_fields = [*Page.search_fields, index.SearchField("words_for_everyone"), index.FilterField("issued_on")]
    parent_page_types: ClassVar[list[str]] = ["editions.EditionIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "editions/edition.html"
    shared_as = "article"
    exclude_fields_in_copy: ClassVar[list[str]] = ["ref", "corrects", "left_out", "is_template", "second_subject"]
    preview_modes: ClassVar[list[tuple[str, Any]]] = [
        ("light", _("E-mail, light")),
        ("dark", _("E-mail, dark")),
        ("bare", _("E-mail, images off")),
        ("text", _("Plain text")),
        ("sms", _("Text message")),
        ("web", _("Web page")),
    ]
    default_preview_mode = "light"
    preview_sizes: ClassVar[list[dict[str, Any]]] = [
        {"name": "phone", "icon": "mobile-alt", "device_width": 375, "label": _("Phone, 375")},
        {"name": "mail", "icon": "tablet-alt", "device_width": 600, "label": _("Mail window, 600")},
        {"name": "computer", "icon": "desktop", "device_width": 1280, "label": _("Computer, 1280")},
    ]

    class Meta:
        verbose_name = _("newsletter")

    def set_url_path(self, parent: Any) -> str:
        """Keep the year in the path: /newsletter/2026/november/."""
        path: str = super().set_url_path(parent)
        if parent:
            self.url_path = path = f"{parent.url_path}{self.issued_on:%Y}/{self.slug}/"
        return path

    @staticmethod
    def _slug_is_available(slug: str, parent_page: Any, page: Any = None) -> bool:
        if parent_page is None or page is None:
            return bool(Page._slug_is_available(slug, parent_page, page))
        others = EditionPage.objects.child_of(parent_page).exclude(pk=page.pk)
        return not others.filter(slug=slug, issued_on__year=page.issued_on.year).exists()

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Move to the address of another year together with the date."""
        if self.pk and self.path and kwargs.get("update_fields") is None:
            self.set_url_path(self.get_parent())
        return super().save(*args, **kwargs)

    @property
    def is_public(self) -> bool:
        """Whether its web copy may stand in the archive: what is for colleagues never does."""
        return self.written_for == WrittenFor.PATIENTS

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Offer nobody to publish what is for colleagues."""
        return LetterPermissions(user, self)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish the web copy; nothing, whoever asks, of a letter for colleagues: also where a workflow ends.

        What stands in the archive stays what it is, since a change to another readership is refused there.
        """
        if revision.as_object().is_public:
            return super().publish(revision, *args, **kwargs)
        return None

    def clean(self) -> None:
        """Refuse unknown merge tags and those without a fallback, also links in subject and preview text."""
        super().clean()
        found = {name: merge.problems(getattr(self, name), links=False) for name in MERGED}
        if any(found.values()):
            raise ValidationError({name: problems for name, problems in found.items() if problems})

    @cached_property
    def picture_id(self) -> int | None:
        """Return the library's id of the picture that the letter opens with."""
        for block in self._raw_for_everyone():
            if block["type"] in {"hero", "picture_and_text"} and block["value"].get("picture"):
                return int(block["value"]["picture"])
        return None

    @property
    def has_opening(self) -> bool:
        """Whether an opening block gives the page its heading."""
        return any(block["type"] == "hero" for block in self._raw_for_everyone())

    def _raw_for_everyone(self) -> Iterator[Any]:
        return (block for block in self.body.raw_data if not whom.of(block["value"]))

    def blocks_for(self, rules: Collection[str] = ()) -> list[Any]:
        """Return the blocks for whoever meets these rules; without any, those that are for everyone."""
        return [block for block in self.body if not (rule := whom.of(block.value)) or rule in rules]

    def words_for_everyone(self) -> str:
        """Return the words by which anybody may find the letter; what is for some is not among them."""
        blocks = self.blocks_for()
        return " ".join(words for one in blocks for words in one.block.get_searchable_content(one.value))

    @property
    def month(self) -> str:
        """Return the letter's month in words, as "November 2026"."""
        return date_format(self.issued_on, str(_("F Y")))

    @property
    def letter_name(self) -> str:
        """Return the name of the letter that this is an edition of."""
        parent = self.get_parent()
        return parent.title if parent else ""

    @property
    def shown_subject(self) -> str:
        """Return the subject as everyone may read it."""
        return merge.with_fallbacks(self.subject)

    @property
    def shown_second_subject(self) -> str:
        """Return the subject that is compared with the first, as everyone may read it; "" where none is."""
        return merge.with_fallbacks(self.second_subject)

    @property
    def shown_title(self) -> str:
        """Return what the letter is called where somebody finds or shares it: never its name in our list."""
        return str(self.seo_title or self.shown_subject)

    @cached_property
    def crumbs(self) -> list[dict[str, str]]:
        """Return the way to the letter, named as its readers know it."""
        return [*super().crumbs[:-1], {"label": self.shown_subject, "url": ""}]

    @property
    def description(self) -> str:
        """Return one sentence for search engines and lists."""
        return self.search_description or self.shown_preheader

    @property
    def shown_preheader(self) -> str:
        """Return the preview text as everyone may read it."""
        return merge.with_fallbacks(self.preheader)

    @property
    def text_message(self) -> texting.TextMessage:
        """Return what the letter says as a text message, with the way to its web copy."""
        address = self.get_url() if self.pk else None
        return texting.message_of(
            self.sms_text or self.subject,
            address=f"{settings.SITE_URL}{address or '/newsletter/'}",
            language=self.locale.language_code if self.locale_id else languages.ENGLISH,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the letters before and after this one."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        others = languages.spoken(EditionPage.objects.exclude(pk=self.pk), self.locale_id)
        return {
            **context,
            "corrected_by": self.corrections.live().order_by("-issued_on", "-pk").first(),
            "earlier": others.filter(issued_on__lt=self.issued_on).order_by("-issued_on").first(),
            "later": others.filter(issued_on__gt=self.issued_on).order_by("issued_on").first(),
        }

    def structured(self, who: structured.Who) -> list[structured.Thing]:
        """Say what the letter is about."""
        dates = {"published": self.issued_on, "changed": self.last_published_at}
        return [structured.article(self, who, title=self.shown_subject, words=self.description, **dates)]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the letter as e-mail, as plain text or text message, or as the page of the archive."""
        from newsletter.editions import previews

        show = previews.MODES.get(mode_name)
        answer: HttpResponse = show(request, self) if show else super().serve_preview(request, mode_name)
        return answer
