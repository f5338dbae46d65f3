"""What happens to readers and patients: consent given and withdrawn, suppression, a life's end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from journal.recording import Named, record
from patients.addresses import address_hash
from patients.models import Basis, Consent, Patient, Reader, Suppression
from patients.policy import SHUT_TO_ALL


@transaction.atomic
def record_consent(
    *,
    reader: Reader,
    channel: str,
    purpose: str,
    is_given: bool,
    basis: str,
    wording_version: str,
    source: str,
    by: Named | str | None,
    evidence: dict[str, Any] | None = None,
) -> Consent:
    """Write a line into the consent ledger; the line that stood before is superseded, never changed.

    Args:
        reader: whose consent.
        channel: on which channel.
        purpose: for which purpose.
        is_given: yes or no.
        basis: on what a yes rests.
        wording_version: which words were shown, as "letter-footer-2026-11".
        source: where it happened, as "one_click", "preference_centre", "desk", "import".
        by: who did it; the reader themselves as `reader:ref` on a mail link.
        evidence: references that prove it, as the message's.

    Returns:
        The standing line; the one that stood where it says the same on the same basis already.
    """
    Reader.objects.select_for_update().get(pk=reader.pk)
    standing = Consent.objects.standing().filter(reader=reader, channel=channel, purpose=purpose).first()
    if standing and standing.is_given == is_given and (not is_given or standing.basis == basis):
        return standing
    now = timezone.now()
    Consent.objects.standing().filter(reader=reader, channel=channel, purpose=purpose).update(superseded_at=now)
    consent = Consent.objects.create(
        reader=reader,
        channel=channel,
        purpose=purpose,
        is_given=is_given,
        basis=basis if is_given else Basis.NONE,
        wording_version=wording_version,
        source=source,
        evidence=evidence or {},
        at=now,
    )
    record(
        "consent.given" if is_given else "consent.withdrawn",
        subject=reader,
        by=by,
        about=_about(reader),
        channel=channel,
        purpose=purpose,
        source=source,
    )
    return consent


@transaction.atomic
def suppress(*, channel: str, address: str, reason: str, by: Named | str | None) -> Suppression:
    """Never write to an address again; kept as a keyed hash, so that it survives erasure.

    A reason that shuts an address to everything replaces one that leaves it open to news of somebody's own visits.
    """
    digest = address_hash(channel, address)
    suppression, created = Suppression.objects.select_for_update().get_or_create(
        channel=channel, address_hash=digest, defaults={"reason": reason}
    )
    is_stricter = not created and reason in SHUT_TO_ALL and suppression.reason not in SHUT_TO_ALL
    if is_stricter:
        suppression.reason, suppression.at = reason, timezone.now()
        suppression.save(update_fields=["reason", "at"])
    if created or is_stricter:
        record("address.suppressed", subject=f"address:{digest[:16]}", by=by, channel=channel, reason=reason)
    return suppression


# What somebody may take back by themselves: they asked the practice once, and now they ask for the opposite.
TAKEN_BACK = frozenset({Suppression.Reason.STAFF})


@transaction.atomic
def restore_address(*, channel: str, address: str, by: Named | str | None) -> str:
    """Open an address that its holder asks us to write to again, where they may open it by themselves.

    Returns:
        Why it is still shut; "" where it is open now.
    """
    digest = address_hash(channel, address)
    shut = Suppression.objects.select_for_update().filter(channel=channel, address_hash=digest).first()
    if shut is None:
        return ""
    if shut.reason not in TAKEN_BACK:
        return shut.reason
    shut.delete()
    record("address.restored", subject=f"address:{digest[:16]}", by=by, channel=channel, reason=shut.reason)
    return ""


@transaction.atomic
def pause(*, reader: Reader, until: date | None, by: Named | str | None) -> None:
    """Write nothing but what concerns their own visits to a reader until a day; None ends the pause."""
    reader = Reader.objects.select_for_update().get(pk=reader.pk)
    if reader.paused_until == until:
        return
    reader.paused_until = until
    reader.save(update_fields=["paused_until"])
    verb = "reader.paused" if until else "reader.unpaused"
    record(verb, subject=reader, by=by, about=_about(reader), until=until.isoformat() if until else "")


@transaction.atomic
def mark_deceased(*, patient: Patient, by: Named | str | None) -> None:
    """Stop everything to a patient at once; whatever is queued is caught when it is claimed."""
    patient = Patient.objects.select_for_update().select_related("reader").get(pk=patient.pk)
    if patient.status == Patient.Status.DECEASED:
        return
    patient.status = Patient.Status.DECEASED
    patient.save(update_fields=["status"])
    record("patient.deceased", subject=patient, by=by, about=patient)


def _about(reader: Reader) -> str:
    ref = Patient.objects.filter(reader=reader).values_list("ref", flat=True).first()
    return f"patient:{ref}" if ref else ""
