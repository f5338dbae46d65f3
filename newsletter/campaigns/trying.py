"""What editors do with a letter before it is sent: try it on themselves, and on those who try letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from delivery import actions as door
from delivery.models import Message
from journal.models import Entry
from journal.recording import name_of, record
from newsletter.campaigns import looking, policy
from newsletter.campaigns.actions import NotReady
from newsletter.campaigns.trials import TestReader
from newsletter.campaigns.written import letter_hash, newest
from newsletter.editions import checks
from newsletter.editions.actions import DOUBLE_CLICK
from newsletter.editions.letter import compose
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays


@transaction.atomic
def send_test(*, edition: EditionPage, by: User, way: str | None = None) -> Message:
    """Send the newest revision to oneself, marked "[Test]"; its links work and record nothing.

    Args:
        edition: the page.
        by: who tries it.
        way: of the ways in which it leaves, as the matrix names them; None for every block at once.

    Raises:
        PermissionDenied: when `by` may not write letters.
        NotReady: when it cannot be made into a letter.
        looking.NoSuchLook: when there is no such way.
    """
    return _tried(edition, by, [(by.get_full_name(), by.email)], way)[0]


@transaction.atomic
def send_test_to_list(*, edition: EditionPage, by: User, way: str | None = None) -> list[Message]:
    """Send the newest revision to the test readers of Settings, marked as `send_test` does; a double click sends once.

    Args:
        edition: the page.
        by: who tries it.
        way: of the ways in which it leaves, as the matrix names them; None for every block at once.

    Returns:
        The messages; none where the list is empty, or the same letter went to it a moment ago.

    Raises:
        PermissionDenied: when `by` may not write letters.
        NotReady: when it cannot be made into a letter.
        looking.NoSuchLook: when there is no such way.
    """
    _demand(policy.may_edit(by))
    User.objects.select_for_update().get(pk=by.pk)  # one click after the other
    lately = Entry.objects.filter(
        verb="edition.tested", subject=name_of(edition), by=name_of(by), at__gt=timezone.now() - DOUBLE_CLICK
    )
    readers = list(TestReader.objects.values_list("name", "email"))
    written = letter_hash(newest(edition))
    said = {"letter": written, "list": True, **({} if way is None else {"way": way})}
    if not readers or any(entry.particulars == said for entry in lately):
        return []
    return _tried(edition, by, readers, way, list=True)


def _tried(
    edition: EditionPage, by: User, readers: Iterable[tuple[str, str]], way: str | None, **more: Any
) -> list[Message]:
    _demand(policy.may_edit(by))
    written = newest(edition)
    if way is not None:
        more["way"] = way = looking.known(InWays(written), way)
    try:
        letter = compose(written) if way is None else InWays(written).letter(way)
    except (ValueError, RuntimeError) as error:
        raise NotReady([check for check in checks.run(written) if check.is_in_the_way]) from error
    messages = [door.send_test(letter=letter, to=_mailbox(name, address), by=by) for name, address in readers]
    record("edition.tested", subject=edition, by=by, letter=letter_hash(written), **more)
    return messages


def _mailbox(name: str, address: str) -> str:
    plain = name.replace('"', "").replace("\\", "")
    return f'"{plain}" <{address}>' if plain else address


def _demand(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
