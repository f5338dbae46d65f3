"""A letter in the browser, as it was sent."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.doors import signed_link
from content.letter_pages import shows_a_letter
from delivery import links, merging
from delivery.envelope import Letter
from delivery.models import Message
from newsletter.editions.letter import for_everyone
from patients.models import Reader


@shows_a_letter
@signed_link("view")
@require_safe
def view_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Show the letter with at most a first name: letters are forwarded, so its own links lead to public pages."""
    message = links.message_of(request, "view", token)
    return HttpResponse(for_everyone(_letter_of(message), first_name=_first_names(message)).html)


def _letter_of(message: Message) -> Letter:
    if message.dispatch is not None:
        return Letter.from_json(message.dispatch.letter_in(message.variant))
    if not message.is_letter or not message.content:
        raise Http404
    return Letter.from_json(json.loads(message.content))


def _first_names(message: Message) -> str:
    found = Reader.objects.in_bulk(message.reader_ids)
    return merging.greeting([found[pk] for pk in message.reader_ids if pk in found], message.language)
