"""The blocks of a letter: each is written once and rendered as web page, e-mail (.mjml) and plain text (.txt)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from content import merge
from content.links import validate_link
from content.richtext import LETTER_FEATURES

KINDS = frozenset({"html", "mjml", "txt"})


def validate_merge_tags(value: str | RichText) -> None:
    """Refuse text with a merge tag that is unknown or has no fallback.

    Raises:
        ValidationError: with one sentence for each tag.
    """
    found = merge.problems(value.source if isinstance(value, RichText) else str(value))
    if found:
        raise ValidationError(found)


def words(label: str | Promise, *, required: bool = True, most: int = 120, **kwargs: Any) -> blocks.CharBlock:
    """Return a line of text in which merge tags may stand."""
    return blocks.CharBlock(label=label, required=required, max_length=most, validators=[validate_merge_tags], **kwargs)


def prose(label: str | Promise, *, required: bool = True, **kwargs: Any) -> blocks.RichTextBlock:
    """Return text with bold, links and lists in which merge tags may stand."""
    return blocks.RichTextBlock(
        label=label, required=required, features=LETTER_FEATURES, validators=[validate_merge_tags], **kwargs
    )


def link(label: str | Promise, *, required: bool = True, **kwargs: Any) -> blocks.CharBlock:
    """Return an address: a page of ours, or a whole one."""
    return blocks.CharBlock(label=label, required=required, max_length=400, validators=[validate_link], **kwargs)


class LetterBlock(blocks.StructBlock):
    """A part of a letter; `Meta.template` names its .html, and its .mjml and .txt stand beside it."""

    class Meta:
        template = ""
        preview_template = "blocks/preview.html"

    def get_preview_value(self) -> Any:
        """Return the sample that editors see, with a picture of the library wherever the block has one."""
        value = super().get_preview_value()
        for name, child in self.child_blocks.items():
            if isinstance(child, ImageChooserBlock) and not value.get(name):
                value[name] = get_image_model().objects.order_by("pk").first()
        return value

    def render_as(self, kind: str, value: Any, context: dict[str, Any]) -> SafeString:
        """Return the block for an e-mail (`mjml`), plain text (`txt`) or the web (`html`), merge slots standing.

        Args:
            kind: one of KINDS.
            value: the block's value.
            context: what the letter knows: practice, location, date line, base URL.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of rendering; there are {', '.join(sorted(KINDS))}.")
        name = self.meta.template.removesuffix(".html")
        return render_to_string(f"{name}.{kind}", {**self.get_context(value, context), **self.facts(value)})

    def facts(self, value: Any) -> dict[str, Any]:
        """Return what the templates need beyond the block's own fields."""
        return {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the context of the web rendering, with the block's facts."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, **self.facts(value)}

    def render(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        """Return the block for the web, with fallbacks in place of merge slots."""
        html: str = super().render(value, context)
        return SafeString(merge.with_fallbacks(html))


class HeaderBlock(LetterBlock):
    """The letter's head: the practice's name and one line under it."""

    line = words(_("Line under the name"), required=False, help_text=_("Empty: the letter's name and month."))

    class Meta:
        template = "blocks/header.html"
        icon = "title"
        label = _("Header")
        description = _("The practice's name and the month. Once, at the top.")
        preview_value: ClassVar[dict[str, str]] = {"line": "The Juniper letter · November 2026"}


class HeroBlock(LetterBlock):
    """What the letter opens with: a wide picture, a headline, the greeting, the first sentence."""

    picture = ImageChooserBlock(label=_("Picture"), required=False)
    eyebrow = words(_("Small line above"), required=False, most=60)
    heading = words(_("Headline"))
    greeting = words(_("Greeting"), required=False, most=80, default="Hello {first_name|there},")
    text = prose(_("First words"), required=False)

    class Meta:
        template = "blocks/hero.html"
        icon = "image"
        label = _("Opening")
        label_format = "{heading}"
        description = _("A wide picture, a headline, the greeting and the first sentence.")
        preview_value: ClassVar[dict[str, str]] = {
            "eyebrow": "Health tip",
            "heading": "Is sparkling water hard on teeth?",
            "greeting": "Hello {first_name|there},",
            "text": "<p>A little acidic, rarely a problem, and much kinder than juice.</p>",
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


class CallBlock(LetterBlock):
    """Something to do, with one button: a heading, a few words, the words on the button."""

    heading = words(_("Heading"))
    text = prose(_("Text"), required=False)
    button = words(_("Words on the button"), most=40)


class AppointmentCallBlock(CallBlock):
    """An invitation to book a visit."""

    button = words(_("Words on the button"), most=40, default="Pick a time")
    link = link(_("Where it leads"), default="/contact/")

    class Meta:
        template = "blocks/appointment_call.html"
        icon = "date"
        label = _("Appointment call")
        label_format = "{heading}"
        description = _("An invitation to book, with one button.")
        preview_value: ClassVar[dict[str, str]] = {
            "heading": "Time for a winter check-up?",
            "text": "<p>Mornings in December still have room.</p>",
            "button": "Pick a time",
            "link": "/contact/",
        }


FRIEND_AT_FIRST = {
    "heading": "Know someone who would like us?",
    "text": "<p>Send your own link. Your friend decides the rest, and we thank you, whatever comes of it.</p>",
    "button": "Tell a friend",
}


class FriendBlock(CallBlock):
    """Refer a friend, with the reader's own link; what it says at first is also its preview."""

    heading = words(_("Heading"), default=FRIEND_AT_FIRST["heading"])
    text = prose(_("Text"), required=False, default=FRIEND_AT_FIRST["text"])
    button = words(_("Words on the button"), most=40, default=FRIEND_AT_FIRST["button"])

    class Meta:
        template = "blocks/friend.html"
        icon = "group"
        label = _("Tell a friend")
        label_format = "{heading}"
        description = _("Each reader's own link to tell a friend.")
        preview_value = FRIEND_AT_FIRST


GENERAL_BLOCKS: list[tuple[str, LetterBlock]] = [
    ("header", HeaderBlock()),
    ("hero", HeroBlock()),
    ("picture_and_text", PictureAndTextBlock()),
    ("appointment_call", AppointmentCallBlock()),
    ("friend", FriendBlock()),
]
