"""The blocks that know the newsletter's own pages: a health tip, and the whole letter as a stream of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks import GENERAL_BLOCKS
from content.blocks.ground import LetterBlock, prose, words
from newsletter.surveys.blocks import SurveyBlock
from practice import clocks
from practice.models import Location


class TipBlock(LetterBlock):
    """A health tip: in brief in the letter, whole on its page, with who reviewed it and when."""

    tip = blocks.PageChooserBlock(page_type="editions.TipPage", label=_("Tip"))
    heading = words(
        _("Heading"), required=False, help_text=_("Leave it empty where the opening says the same already.")
    )
    text = prose(_("In brief"), required=False, help_text=_("Empty: the tip's own short version."))
    button = words(_("Words on the button"), most=40, default="Read the whole tip")

    class Meta:
        template = "blocks/tip.html"
        icon = "pick"
        label = _("Health tip")
        label_format = "{tip}"
        description = _("A tip from our pages, in brief, with its reviewing clinician.")
        preview_value: ClassVar[dict[str, str]] = {
            "heading": "Three small habits",
            "text": "<ol><li><b>Have it with meals.</b> Food brings saliva, and saliva repairs.</li>"
            "<li><b>Skip the lemon.</b> Citrus is far more sour than bubbles.</li></ol>",
            "button": "Read the whole tip",
        }

    def sample_of(self, model: type[Any]) -> Any:
        """Return the newest tip, where there is one."""
        return model.objects.live().order_by("-first_published_at").first()

    def fetch(self, values: Sequence[Any]) -> None:
        """Ask for who reviewed the tips."""
        prefetch_related_objects([value["tip"] for value in values if value.get("tip")], "reviewer")

    def facts(self, value: Any) -> dict[str, Any]:
        """Return the tip as its own kind of page, once it is published."""
        page = value.get("tip")
        return {"tip": page.specific if page else None}


class EventBlock(LetterBlock):
    """One of our events, with the file for the reader's calendar."""

    event = blocks.PageChooserBlock(page_type="editions.EventPage", label=_("Event"))
    eyebrow = words(_("Small line above"), required=False, most=60, default="On the calendar")
    text = prose(_("Text"), required=False, help_text=_("Empty: the event in one sentence, as on its page."))

    class Meta:
        template = "blocks/event.html"
        icon = "date"
        label = _("Event")
        label_format = "{event}"
        description = _("One of our events: day, hours, place, and a file for the reader's calendar.")
        preview_value: ClassVar[dict[str, str]] = {"eyebrow": "On the calendar"}

    def sample_of(self, model: type[Any]) -> Any:
        """Return the newest event; a made one where there is none."""
        return model.objects.live().order_by("-starts_at").first() or _made(model)

    def fetch(self, values: Sequence[Any]) -> None:
        """Ask for where the events take place."""
        prefetch_related_objects([value["event"] for value in values if value.get("event")], "location__practice")

    def facts(self, value: Any) -> dict[str, Any]:
        """Return the event as its own kind of page, once it is published, and the address of its calendar file."""
        page = value.get("event")
        event = page.specific if page and page.live else None
        address = event.url if event and event.pk else ""
        return {"event": event, "event_url": address, "calendar_url": f"{address}event.ics" if address else ""}


def _made(events: Any) -> Any:
    here = Location.objects.first()
    if here is None:
        return None
    begins = datetime.combine(clocks.today() + timedelta(days=14), time(10), here.zone)
    words = {"title": "Cookies and mouthguards", "lede": "Free fittings for school teams."}
    return events(**words, starts_at=begins, ends_at=begins + timedelta(hours=2), location=here)


LETTER_BLOCKS = [*GENERAL_BLOCKS[:2], ("tip", TipBlock()), *GENERAL_BLOCKS[2:-2], ("survey", SurveyBlock())]
LETTER_BLOCKS.append(("event", EventBlock()))
LETTER_BLOCKS += GENERAL_BLOCKS[-2:]
BLOCK_COUNTS = {"header": {"max_num": 1}, "hero": {"max_num": 1}, "friend": {"max_num": 1}, "survey": {"max_num": 1}}
