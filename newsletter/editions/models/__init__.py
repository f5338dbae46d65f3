"""What is written: health tips with their reviewing clinician, events, and the editions of the letter."""

from newsletter.editions.models.events import EventIndexPage, EventPage
from newsletter.editions.models.letters import EditionIndexPage, EditionPage
from newsletter.editions.models.listing import NEWEST_FIRST
from newsletter.editions.models.tips import TipIndexPage, TipPage
from newsletter.editions.models.topics import Topic

__all__ = [
    "NEWEST_FIRST",
    "EditionIndexPage",
    "EditionPage",
    "EventIndexPage",
    "EventPage",
    "TipIndexPage",
    "TipPage",
    "Topic",
]
