"""The order in which the demo is told, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from home.demo.seed import (
    asked,
    colleagues,
    friends,
    house,
    letters,
    named,
    offices,
    people,
    public,
    questions,
    sent,
    shelves,
    spanish,
)
from home.demo.seed.story import Size, Story
from home.demo.stories import TOLD
from journal.models import Reaction
from practice.models import Practice


class NotOurs(Exception):
    """The database holds a practice that this seed did not make."""


def stands_already() -> bool:
    """Return whether the demo was told into this database before.

    Raises:
        NotOurs: when a practice is there that is not the demo's.
    """
    practice = Practice.get()
    if practice is not None and not practice.is_demo:
        raise NotOurs
    return practice is not None


CHAPTERS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("The practice and its team", house.tell),
    ("Patients", people.tell),
    ("Referring offices", offices.tell),
    ("Their cases", sent.tell),
    ("The cases known by name", named.tell),
    ("Friends who were told", friends.tell),
    ("Pages and pictures", shelves.tell),
    ("The question of the letters", questions.ask),
    ("People, events and reviews", public.tell),
    ("Tips and letters", letters.tell),
    ("The same in Spanish", spanish.tell),
    ("What visitors asked", asked.tell),
    ("What readers answered", questions.tell),
    ("Letters to colleagues, and an approval", colleagues.tell),
)


def tell(size: Size, say: Callable[[str], None]) -> Story:
    """Write the whole demo, or nothing.

    Args:
        size: how much of it.
        say: prints a line a chapter.

    Returns:
        The story, for whoever wants to know whom it met.
    """
    story = Story(size, say)
    with transaction.atomic():
        for title, chapter in CHAPTERS:
            begun = time.monotonic()
            chapter(story)
            say(f"  {title}: {time.monotonic() - begun:.1f} s")
        story.entry(
            TOLD, f"practice:{story.met['practice'].ref}", by="system:goodword", at=max(story.now, timezone.now())
        )
        story.write_journal()
        settle_the_past()
    return story


def settle_the_past() -> None:
    """Mark what the seed's own acts would set off as done: nobody is written to about a history."""
    Reaction.objects.filter(done_at__isnull=True).update(done_at=timezone.now(), trouble="Told by the seed.")
