"""What editors put on service pages and the page for offices, piece by piece."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.richtext import PAGE_FEATURES

ICONS = [
    ("send", _("Paper plane")),
    ("check", _("Check mark")),
    ("cal", _("Calendar")),
    ("file", _("Paper")),
    ("phone", _("Telephone")),
    ("heart", _("Heart")),
    ("shield", _("Shield")),
    ("chat", _("Speech bubble")),
]


class StepBlock(blocks.StructBlock):
    """One step of how it goes."""

    title = blocks.CharBlock(label=_("Step"), max_length=60)
    text = blocks.TextBlock(label=_("What happens"), max_length=240, rows=2, help_text=_("One or two short sentences."))

    class Meta:
        icon = "order"
        label = _("Step")
        label_format = "{title}"
        description = _("One step of how a visit goes: a few words, and one or two sentences.")
        preview_template = "home/blocks/step.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "title": "We look, and listen",
            "text": "You say what bothers you. We take a picture only where it helps.",
        }


class OfficeStepBlock(StepBlock):
    """One step of how sending a patient goes, with an icon."""

    icon = blocks.ChoiceBlock(label=_("Icon"), choices=ICONS, default="check")

    class Meta:
        icon = "order"
        label = _("Step")
        label_format = "{title}"
        description = _("One step of how sending a patient goes, with an icon.")
        preview_template = "home/blocks/office_step.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "icon": "send",
            "title": "Send the patient",
            "text": "A form of one page, with the X-ray. It takes a minute.",
        }


class QuestionBlock(blocks.StructBlock):
    """Something that people ask, with our answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=120)
    answer = blocks.RichTextBlock(label=_("Answer"), features=PAGE_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question")
        label_format = "{question}"
        description = _("Something that people ask, and your answer, which opens under it.")
        preview_template = "home/blocks/question.html"
        preview_value: ClassVar[dict[str, Any]] = {
            "question": "Will it hurt?",
            "answer": "<p>We numb first and wait. Most people feel a push, no pain.</p>",
        }


class PriceBlock(blocks.StructBlock):
    """What something costs without a plan."""

    what = blocks.CharBlock(label=_("What"), max_length=80)
    amount = blocks.CharBlock(label=_("Price"), max_length=40, help_text=_("As $180 or from $3,900."))
    is_first = blocks.BooleanBlock(label=_("Show it large"), required=False)

    class Meta:
        icon = "tag"
        label = _("Price")
        label_format = "{what}"
        description = _("What something costs without a plan.")
        preview_template = "home/blocks/price.html"
        preview_value: ClassVar[dict[str, Any]] = {"what": "First visit", "amount": "$180", "is_first": True}
