"""What a letter tells: text, a picture with text, a service, a note, a quote, a greeting, what became of a wish."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from content.blocks.ground import LetterBlock, link, prose, words
from practice import clocks


class TextBlock(LetterBlock):
    """Plain text, with a heading where it wants one."""

    heading = words(_("Heading"), required=False)
    text = prose(_("Text"))

    class Meta:
        template = "blocks/text.html"
        icon = "pilcrow"
        label = _("Text")
        label_format = "{heading}"
        description = _("A few words, with or without a heading.")
        preview_value: ClassVar[dict[str, str]] = {
            "heading": "News from the house",
            "text": "<p>The front door is wider now, and the bell works again.</p>",
        }


class PictureAndTextBlock(LetterBlock):
    """A picture beside a few words, with a link."""

    picture = ImageChooserBlock(label=_("Picture"))
    eyebrow = words(_("Small line above"), required=False, most=60)
    heading = words(_("Heading"))
    text = prose(_("Text"), required=False)
    link_label = words(_("Words of the link"), required=False, most=60)
    link = link(_("Where it leads"), required=False)

    class Meta:
        template = "blocks/picture_and_text.html"
        icon = "doc-full"
        label = _("Picture and text")
        label_format = "{heading}"
        description = _("A picture beside a few words, for a service, a person or some news.")
        preview_value: ClassVar[dict[str, str]] = {
            "eyebrow": "Service spotlight",
            "heading": "Implants, planned in one visit",
            "text": "<p>Scan, plan, and a written price the same morning.</p>",
            "link_label": "See how it works",
            "link": "/services/",
        }

    def clean(self, value: Any) -> Any:
        """Demand that a link and its words come together."""
        cleaned = super().clean(value)
        if bool(cleaned.get("link")) != bool(cleaned.get("link_label")):
            missing = "link" if cleaned.get("link_label") else "link_label"
            raise blocks.StructBlockValidationError(
                block_errors={missing: ValidationError(_("A link needs both its words and where it leads."))}
            )
        return cleaned


class ServiceBlock(LetterBlock):
    """One of our services, with the way to its page."""

    service = SnippetChooserBlock("practice.Service", label=_("Service"))
    picture = ImageChooserBlock(label=_("Picture"), required=False)
    eyebrow = words(_("Small line above"), required=False, most=60, default="Service spotlight")
    heading = words(_("Heading"), required=False, help_text=_("Empty: the service's name."))
    text = prose(_("Text"), required=False, help_text=_("Empty: the service in one sentence, as in Settings."))
    link_label = words(_("Words of the link"), most=60, default="See how it works")

    class Meta:
        template = "blocks/service.html"
        icon = "tag"
        label = _("Service spotlight")
        label_format = "{service}"
        description = _("One of our services, with the way to its page.")
        preview_value: ClassVar[dict[str, str]] = {
            "eyebrow": "Service spotlight",
            "heading": "Implants, planned in one visit",
            "text": "<p>Scan, plan, and a written price the same morning.</p>",
            "link_label": "See how it works",
        }

    def fetch(self, values: Sequence[Any]) -> None:
        """Ask for the pages of all services, and of each only what its address hangs on."""
        services = [value["service"] for value in values if value.get("service")]
        unknown = [service for service in services if not hasattr(service, "live_pages")]
        if unknown:
            pages = unknown[0]._meta.get_field("pages").related_model
            live = pages.objects.live().select_related("locale").only("url_path", "locale", "service").order_by("pk")
            prefetch_related_objects(unknown, Prefetch("pages", live, to_attr="live_pages"))

    def facts(self, value: Any) -> dict[str, Any]:
        """Return the address of the service's page in the language that is written, else in another; "" for none."""
        service = value.get("service")
        self.fetch([value])
        return {"service_url": _page_about(service) if service else ""}


def _page_about(service: Any) -> str:
    spoken = translation.get_language()
    pages: list[Page] = sorted(service.live_pages, key=lambda page: page.locale.language_code != spoken)
    return (pages[0].url or "") if pages else ""


class NoteBlock(LetterBlock):
    """A few words that one of our providers says."""

    provider = SnippetChooserBlock("practice.Provider", label=_("Who says it"))
    eyebrow = words(_("Small line above"), required=False, most=60, help_text=_("Empty: “A note from …”."))
    text = words(_("Their words"), most=400, help_text=_("Without quotation marks; they come by themselves."))

    class Meta:
        template = "blocks/note.html"
        icon = "user"
        label = _("Provider note")
        label_format = "{provider}"
        description = _("A few words in the voice of one of our doctors or hygienists.")
        preview_value: ClassVar[dict[str, str]] = {
            "eyebrow": "A note from Dr. Raman",
            "text": "If your gums bleed when you floss, tell us. It is usually easy to fix.",
        }


SAMPLE = {"words": "They called the next day just to ask how I slept.", "shown_name": "Eleanor P."}


class TestimonialBlock(LetterBlock):
    """What somebody said of us, shown only while they agree to it."""

    __test__ = False  # no test, whatever the first letters of its name say

    testimonial = SnippetChooserBlock("content.Testimonial", label=_("Who said what"))

    class Meta:
        template = "blocks/testimonial.html"
        icon = "openquote"
        label = _("Testimonial")
        label_format = "{testimonial}"
        description = _("What somebody said of us. Only with their signed yes, and only while it stands.")
        preview_value: ClassVar[dict[str, None]] = {"testimonial": None}  # sample_of brings one

    def sample_of(self, model: type[Any]) -> Any:
        """Return the newest one that may be shown; a made one where there is none."""
        return model.objects.showing().first() or model(**SAMPLE, is_shown=True, consented_on=clocks.today())

    def clean(self, value: Any) -> Any:
        """Refuse what nobody agreed to."""
        cleaned = super().clean(value)
        if cleaned["testimonial"] and not cleaned["testimonial"].is_showing:
            words = _("They did not agree to this, or took it back. Choose another, or enter their signed yes first.")
            raise blocks.StructBlockValidationError(block_errors={"testimonial": ValidationError(words)})
        return cleaned

    def facts(self, value: Any) -> dict[str, Any]:
        """Return what was said while it may be shown: a yes that was taken back empties the web page at once."""
        said = value.get("testimonial")
        return {"said": said if said and said.is_showing else None}


class HolidayBlock(LetterBlock):
    """A wish for the season, and when we are closed."""

    heading = words(_("The wish"))
    text = prose(_("What changes at the practice"), required=False)
    until = blocks.DateBlock(
        label=_("Last day on which it is true"),
        required=False,
        help_text=_("After it, a letter that begins as a copy of this one leaves the greeting out."),
    )

    class Meta:
        template = "blocks/holiday.html"
        icon = "calendar-alt"
        label = _("Holiday greeting")
        label_format = "{heading}"
        description = _("A wish for the season, and when we are closed.")
        preview_value: ClassVar[dict[str, str]] = {
            "heading": "A peaceful Thanksgiving to you and yours.",
            "text": "<p>We are closed November 26 and 27. In pain? Call {practice_phone|us}, also after hours.</p>",
        }


class SaidAndDoneBlock(LetterBlock):
    """What people wished for, and what we did about it."""

    eyebrow = words(_("Small line above"), required=False, most=60, default="You said, we did")
    said = words(_("You said"), most=200, help_text=_("In their words, nobody's name."))
    text = prose(_("We did"))

    class Meta:
        template = "blocks/said_and_done.html"
        icon = "tick-inverse"
        label = _("You said, we did")
        label_format = "{said}"
        description = _("What people wished for, and what we did about it.")
        preview_value: ClassVar[dict[str, str]] = {
            "eyebrow": "You said, we did",
            "said": "The wait on Monday mornings is long.",
            "text": "<p>There is a second desk now from 7 to 9.</p>",
        }


class DividerBlock(LetterBlock):
    """A thin line between two parts."""

    class Meta:
        template = "blocks/divider.html"
        icon = "horizontalrule"
        label = _("Divider")
        description = _("A thin line between two parts.")
