"""Somebody chooses what they get: one act, one save, and a line of the ledger for each answer that changed."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction

from journal.recording import Named, record
from patients import topics
from patients.actions import about, pause, record_consent, restore_address
from patients.choices import Cell, Choices, choices_of
from patients.models import AtMost, Basis, Declined, Purpose, Reader
from patients.wordings import PREFERENCES
from practice import clocks

PURPOSES = (Purpose.OWN_SERVICES, Purpose.TREATMENT)


@transaction.atomic
def choose(
    *,
    reader: Reader,
    wanted: Collection[str],
    by: Named | str | None,
    source: str,
    months: int | None = None,
    at_most: str | None = None,
    language: str | None = None,
    is_discreet: bool | None = None,
    wording_version: str = PREFERENCES,
    evidence: dict[str, Any] | None = None,
) -> Choices:
    """Keep what somebody chose, all at once; what they did not touch says nothing new.

    Args:
        reader: who chooses.
        wanted: the boxes that are checked, as "letter.email"; boxes of ways that are shut are left as they are.
        by: who saves: `reader:ref` for themselves, or whom they told.
        source: where, as "preference_centre", "portal", "desk".
        months: a break from today, 0 for none, None to leave it as it is.
        at_most: of AtMost, "" for no wish; None to leave it as it is.
        language: of what we write; None to leave it.
        is_discreet: whether the practice's name is kept out of sight; None to leave it.
        wording_version: the words that were shown.
        evidence: references that prove it.

    Returns:
        What stands now.
    """
    reader = Reader.objects.select_for_update().get(pk=reader.pk)
    stood = choices_of(reader)
    shown = [cell for cell in stood.cells if cell.way.is_open]
    checked = {cell.value for cell in shown} & set(wanted)
    proof = {"language": language or reader.language, **(evidence or {})}
    given: dict[str, Any] = {"wording_version": wording_version, "source": source, "by": by}
    for way in stood.ways:
        cells = [cell for cell in shown if cell.way == way]
        if way.is_taken_back and any(cell.value in checked for cell in cells if cell.topic.needs_consent):
            restore_address(channel=way.channel, address=reader.address(way.channel), by=by)
        for purpose in PURPOSES:
            _answer(stood, [cell for cell in cells if cell.topic.purpose == purpose], checked, proof, given)
    _decline(reader, shown, checked)
    changed = _keep(reader, at_most=at_most, language=language, is_discreet=is_discreet)
    if months is not None:
        pause(reader=reader, until=after_months(clocks.today(), months), by=by)
    was = {cell.value for cell in shown if cell.is_wanted}
    if was != checked or changed:
        record(
            "preferences.chosen",
            subject=reader,
            by=by,
            about=about(reader),
            source=source,
            began=sorted(checked - was),
            ended=sorted(was - checked),
            changed=changed,
        )
    return choices_of(reader)


@transaction.atomic
def stop_all(
    *,
    reader: Reader,
    by: Named | str | None,
    source: str,
    wording_version: str = PREFERENCES,
    evidence: dict[str, Any] | None = None,
) -> Choices:
    """Stop all mail, texts and letters but news of visits that somebody booked; what they want of those stands."""
    kept = {cell.value for cell in choices_of(reader).cells if cell.is_wanted and not cell.topic.needs_consent}
    said: dict[str, Any] = {"by": by, "source": source, "wording_version": wording_version, "evidence": evidence}
    choices = choose(reader=reader, wanted=kept, **said)
    rest = reader.consents.standing().filter(is_given=True).exclude(purpose=Purpose.TRANSACTIONAL)
    for channel, purpose in rest.values_list("channel", "purpose"):
        record_consent(reader=reader, channel=channel, purpose=purpose, is_given=False, basis=Basis.NONE, **said)
    return choices


@transaction.atomic
def want(
    *,
    reader: Reader,
    topic: str,
    channel: str,
    by: Named | str | None,
    source: str,
    wording_version: str,
    evidence: dict[str, Any] | None = None,
) -> None:
    """Let somebody say yes to one topic: the others of its purpose stay unasked where there was no yes before."""
    said = topics.named(topic)
    had_a_yes = reader.consents.standing().filter(channel=channel, purpose=said.purpose, is_given=True).exists()
    record_consent(
        reader=reader,
        channel=channel,
        purpose=said.purpose,
        is_given=True,
        basis=Basis.AGREED,
        wording_version=wording_version,
        source=source,
        by=by,
        evidence={**(evidence or {}), "topic": topic},
    )
    if not had_a_yes:
        others = [one.name for one in topics.TOPICS.values() if one.purpose == said.purpose and one != said]
        Declined.objects.bulk_create(
            [Declined(reader=reader, channel=channel, topic=name) for name in others], ignore_conflicts=True
        )
    Declined.objects.filter(reader=reader, channel=channel, topic=topic).delete()


@transaction.atomic
def want_less(*, reader: Reader, at_most: str, by: Named | str | None, source: str) -> None:
    """Keep how much somebody wants at most, and nothing else; "" ends the wish."""
    reader = Reader.objects.select_for_update().get(pk=reader.pk)
    if changed := _keep(reader, at_most=at_most):
        record("preferences.chosen", subject=reader, by=by, about=about(reader), source=source, changed=changed)


def after_months(day: date, months: int) -> date | None:
    """Return the same day `months` later, the month's last day where it has no such day; None for 0."""
    if not months:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _answer(stood: Choices, cells: list[Cell], checked: set[str], proof: dict[str, Any], given: dict[str, Any]) -> None:
    """Write the answer to one purpose on one channel, where it changed or a box was checked that was not."""
    if not cells:
        return
    channel, purpose = cells[0].way.channel, cells[0].topic.purpose
    yes = [cell for cell in cells if cell.value in checked]
    is_new = any(not cell.is_wanted for cell in yes)
    if (yes and not is_new) or (not yes and not stood.is_given(channel, purpose)):
        return
    record_consent(
        reader=stood.reader,
        channel=channel,
        purpose=purpose,
        is_given=bool(yes),
        basis=Basis.AGREED if yes else Basis.NONE,
        evidence={**proof, "topics": [cell.topic.name for cell in yes]},
        **given,
    )


def _decline(reader: Reader, shown: list[Cell], checked: set[str]) -> None:
    for channel in {cell.way.channel for cell in shown}:
        cells = [cell for cell in shown if cell.way.channel == channel]
        no = {cell.topic.name for cell in cells if cell.value not in checked}
        yes = {cell.topic.name for cell in cells} - no
        Declined.objects.filter(reader=reader, channel=channel, topic__in=yes).delete()
        Declined.objects.bulk_create(
            [Declined(reader=reader, channel=channel, topic=topic) for topic in sorted(no)], ignore_conflicts=True
        )


def _keep(reader: Reader, **wishes: Any) -> list[str]:
    """Write what is wished and new on the reader's row; return the names of it."""
    if wishes.get("at_most") and wishes["at_most"] not in AtMost.values:
        raise ValueError("Nobody wants that much at most.")
    changed = [name for name, value in wishes.items() if value is not None and getattr(reader, name) != value]
    for name in changed:
        setattr(reader, name, wishes[name])
    if changed:
        reader.save(update_fields=changed)
    return sorted(changed)
