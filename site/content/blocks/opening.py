"""How a letter opens: its head, and the picture and headline that come first."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.images.blocks import ImageChooserBlock

from content.blocks.ground import LetterBlock, prose, words


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
