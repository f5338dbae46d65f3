"""Which answer stands: nobody else overrules a person's own no, and a firm yes does not give way to a weaker one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from journal.recording import Named, record
from patients import wordings
from patients.models import Basis, Consent, Reader

AT_ONCE = 2_000
IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reader says, by primary key: yes or no to one channel and purpose, and on what a yes rests."""

    reader: int
    channel: str
    purpose: str
    is_given: bool
    basis: str
    evidence: dict[str, Any] = field(default_factory=dict)


def changes(stood: Consent | None, *, is_given: bool, basis: str, source: str) -> bool:
    """Return whether an answer is news beside the line that stands.

    A no stands until somebody was asked and agreed: that they are a patient who may object does not end it, and a file
    of an older system only where it was a file that said no.

    Args:
        stood: the line that stands; None where nothing was ever said.
        is_given: yes or no.
        basis: on what a yes rests.
        source: where it was said.
    """
    if stood is None:
        return True
    if not is_given:
        return stood.is_given
    if stood.is_given:
        return stood.basis == Basis.MAY_OBJECT and basis == Basis.AGREED
    return basis == Basis.AGREED and (source != IMPORT or stood.source == IMPORT)


def record_consents_in_bulk(
    answers: Iterable[Answer],
    *,
    wording_version: str,
    source: str,
    concerns: Named | str,
    by: Named | str | None,
) -> int:
    """Write many answers into the ledger, by the rules of one; in groups, each a transaction of its own.

    Args:
        answers: in the order in which they were said; memory stays flat however many they are.
        wording_version: which words were shown.
        source: where it happened, as "import".
        concerns: to what they belong, as the import; the journal gets one line for each group.
        by: who did it.

    Returns:
        How many lines were written; what stood already is not written again.
    """
    return sum(_group(list(some), wording_version, source, concerns, by) for some in batched(answers, AT_ONCE))


@transaction.atomic
def _group(
    answers: list[Answer], wording_version: str, source: str, concerns: Named | str, by: Named | str | None
) -> int:
    readers = {answer.reader for answer in answers}
    locked = Reader.objects.select_for_update().filter(pk__in=readers).order_by("pk")
    known = set(locked.values_list("pk", flat=True))
    now = timezone.now()
    standing: dict[tuple[int, str, str], Consent] = {
        (line.reader_id, line.channel, line.purpose): line
        for line in Consent.objects.standing().filter(reader__in=known).order_by()
    }
    over: list[int] = []
    lines: list[Consent] = []
    for answer in answers:
        key = (answer.reader, answer.channel, answer.purpose)
        stood = standing.get(key)
        if answer.reader not in known or not changes(
            stood, is_given=answer.is_given, basis=answer.basis, source=source
        ):
            continue
        if stood is not None and stood.pk is not None:
            over.append(stood.pk)
        elif stood is not None:
            stood.superseded_at = now
        standing[key] = _line(answer, wording_version, source, now)
        lines.append(standing[key])
    Consent.objects.filter(pk__in=over).update(superseded_at=now)
    Consent.objects.bulk_create(lines, batch_size=500)
    if lines:
        wordings.keep(wording_version, "en")
        given = sum(line.is_given for line in lines)
        record("consents.recorded", subject=concerns, by=by, source=source, given=given, withdrawn=len(lines) - given)
    return len(lines)


def _line(answer: Answer, wording_version: str, source: str, now: datetime) -> Consent:
    return Consent(
        reader_id=answer.reader,
        channel=answer.channel,
        purpose=answer.purpose,
        is_given=answer.is_given,
        basis=answer.basis if answer.is_given else Basis.NONE,
        wording_version=wording_version,
        source=source,
        evidence=answer.evidence,
        at=now,
    )
