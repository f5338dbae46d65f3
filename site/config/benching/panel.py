"""The figure of the panel beside the editor: what is typed in a letter of 40 blocks is taken, kept and drawn anew."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import cycle, islice
from statistics import median
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.benching.measures import RUNS, Measure
from config.touring.pages import Page, StoryBroken
from config.touring.typed import Fields, rich, stream
from content.models import Picture
from newsletter.editions.models import EditionPage, TipPage

BLOCKS = 40
CHANGES = 10  # a run
TAKEN_OUT = 3  # first ones, while templates and pictures are made ready
TYPED = "Typed at"


def measured(edition: EditionPage) -> list[Measure]:
    """Return how long the server is busy with one change, by the clock on the wall and by its processor.

    Args:
        edition: whose editor is opened, as the editor of the demo at hand; nothing of it is changed.

    Raises:
        StoryBroken: when the panel does not show what was typed.
    """
    logging.disable(logging.INFO)  # a line for each request would stand between the figures
    try:
        return _measured(edition)
    finally:
        logging.disable(logging.NOTSET)


def _measured(edition: EditionPage) -> list[Measure]:
    hannah = Client(headers={"host": urlsplit(settings.SITE_URL).netloc})
    hannah.post("/demo/as/editor/")
    editor = reverse("wagtailadmin_pages:edit", args=[edition.pk])
    answer = hannah.get(editor)
    form = Page(editor, answer.status_code, {}, answer.content).form(name="page-edit-form")
    panel = reverse("wagtailadmin_pages:preview_on_edit", args=[edition.pk])
    wall, busy = [], []
    try:
        for run in range(RUNS):
            taken = [_changed(hannah, panel, form.fields, f"{run}.{one}") for one in range(TAKEN_OUT + CHANGES)]
            wall.append(median(one for one, _cpu in taken[TAKEN_OUT:]))
            busy.append(median(cpu for _wall, cpu in taken[TAKEN_OUT:]))
    finally:
        hannah.delete(panel)
    goal = f"under 400 ms, so that the browser shows it within 1 s; {BLOCKS} blocks, kept and drawn"
    return [
        Measure(name="preview.panel", unit="ms", values=wall, goal=goal),
        Measure(name="preview.panel_cpu", unit="ms", values=busy, goal=goal),
    ]


def _changed(hannah: Client, panel: str, fields: Fields, words: str) -> tuple[float, float]:
    said = f"{TYPED} {words}"
    data = {**dict(fields), **dict(stream("body", _blocks(said)))}
    kept, took = _timed(lambda: hannah.post(panel, data).json())
    shown, drew = _timed(lambda: hannah.get(panel, {"mode": "light", "in_preview_panel": "true"}))
    if not kept["is_valid"] or said not in shown.content.decode():
        raise StoryBroken(f"The panel does not show what was typed: {kept}.")
    return took[0] + drew[0], took[1] + drew[1]


def _timed[T](act: Callable[[], T]) -> tuple[T, tuple[float, float]]:
    begun, used = time.perf_counter(), time.process_time()
    found = act()
    return found, ((time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000)


def _blocks(heading: str) -> list[tuple[str, dict[str, str]]]:
    """Return the header and a letter's four most usual blocks in turns."""
    tip, picture = TipPage.objects.live().first(), Picture.objects.first()
    if tip is None or picture is None:
        raise StoryBroken("There is no tip or no picture that a letter could hold.")
    common = {"for_whom": "", "heading": heading, "text": rich("Two minutes, twice a day, and nobody is perfect.")}
    usual = [
        ("tip", {**common, "tip": str(tip.pk), "button": "Read the whole tip"}),
        ("picture_and_text", {**common, "picture": str(picture.pk), "eyebrow": "", "link_label": "", "link": ""}),
        ("appointment_call", {**common, "button": "Pick a time", "link": "/contact/"}),
        ("text", common),
    ]
    return [("header", {"for_whom": "", "line": ""}), *islice(cycle(usual), BLOCKS - 1)]
