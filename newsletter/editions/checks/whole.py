"""Checks of the letter as it leaves: its size, its sender, the postal address, the way out."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import merge
from delivery.envelope import Letter
from newsletter.editions.checks.outcomes import Check, Verdict, in_editor
from newsletter.editions.models import EditionPage
from practice.models import Location

GMAIL_CLIPS_AT = 102 * 1024
SMALL_ENOUGH = 90 * 1024


def size(edition: EditionPage, whole: Letter) -> Check:
    """Demand that Gmail does not cut the letter; ask for a look above 90 kB."""
    name = gettext_lazy("Size and plain text")
    where = in_editor(edition, "body")
    weight = len(whole.html.encode())
    words = {"size": round(weight / 1024)}
    if weight > GMAIL_CLIPS_AT:
        sentence = _("%(size)d kB: Gmail cuts it at 102 kB, with the way out.") % words
        return Check(name, Verdict.MUST_FIX, sentence, where)
    if weight > SMALL_ENOUGH:
        return Check(name, Verdict.LOOK, _("%(size)d kB, close to the 102 kB where Gmail cuts.") % words, where)
    sentence = _("%(size)d kB; Gmail cuts at 102 kB. The plain text stands beside it.") % words
    return Check(name, Verdict.FINE, sentence, where)


def way_out(edition: EditionPage, whole: Letter | None) -> Iterator[Check]:
    """Demand the postal address and every way out, in HTML and in plain text; nothing of a letter not made yet."""
    if whole is not None:
        yield _way_out(edition, whole)


def _way_out(edition: EditionPage, whole: Letter) -> Check:
    name = gettext_lazy("Sender and way out")
    location = Location.objects.first()
    if location is None or not location.street.strip() or location.street not in whole.text:
        sentence = _("The postal address is missing. Enter it under Settings.")
        return Check(name, Verdict.MUST_FIX, sentence, _of_location(location))
    ways = {"unsubscribe_url", "preferences_url", "view_url", "why_url"}
    if not ways <= merge.tags_in(whole.html) or not ways <= merge.tags_in(whole.text):
        return Check(name, Verdict.MUST_FIX, _("The link to unsubscribe is missing."), in_editor(edition, "body"))
    sentence = _("Postal address and one-click unsubscribe are in.")
    return Check(name, Verdict.FINE, sentence, _of_location(location))


def _of_location(location: Location | None) -> str:
    if location is None:
        return reverse("wagtailsnippets_practice_location:add")
    return reverse("wagtailsnippets_practice_location:edit", args=[location.pk])
