"""What happens to readers and patients: consent given and withdrawn, suppression, a life's end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from journal.models import Entry
from journal.recording import Named, name_of, record
from patients import wordings
from patients.addresses import address_hash
from patients.choices import TAKEN_BACK
from patients.consenting import changes
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
        The standing line; the one that stood where this is no news beside it (`consenting.changes`).
    """
    Reader.objects.select_for_update().get(pk=reader.pk)
    standing = Consent.objects.standing().filter(reader=reader, channel=channel, purpose=purpose).first()
    if standing and not changes(standing, is_given=is_given, basis=basis, source=source):
        return standing
    wordings.keep(wording_version, str((evidence or {}).get("language") or reader.language))
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
        about=about(reader),
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


@transaction.atomic
def suppress_all(*, channel: str, digests: Iterable[str], reason: str, by: Named | str | None) -> int:
    """Never write to many addresses again, as `suppress`; a fixed number of questions, and an entry for each new one.

    Args:
        channel: on which.
        digests: the addresses' keyed hashes.
        reason: one of SuppressionReason.
        by: who says so.

    Returns:
        How many were open until now, or more open than they are now.
    """
    wanted = sorted(set(digests))
    standing = Suppression.objects.select_for_update().filter(channel=channel, address_hash__in=wanted)
    reasons = dict(standing.order_by("pk").values_list("address_hash", "reason"))
    stricter = [digest for digest, found in reasons.items() if reason in SHUT_TO_ALL and found not in SHUT_TO_ALL]
    fresh = [digest for digest in wanted if digest not in reasons]
    if stricter:
        standing.filter(address_hash__in=stricter).update(reason=reason, at=timezone.now())
    Suppression.objects.bulk_create(
        [Suppression(channel=channel, address_hash=digest, reason=reason) for digest in fresh], ignore_conflicts=True
    )
    for digest in [*fresh, *stricter]:
        record("address.suppressed", subject=f"address:{digest[:16]}", by=by, channel=channel, reason=reason)
    return len(fresh) + len(stricter)


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
def lift_suppression(*, channel: str, address: str, why: str, by: Named) -> None:
    """Open an address that was shut, since somebody found out that it may be written to again.

    Args:
        channel: on which.
        address: as the person says it; we keep its keyed hash alone.
        why: what was found out, for whoever reads the journal; no names and nothing medical.
        by: who lifts it.

    Raises:
        ValueError: without a reason.
    """
    if not why.strip():
        raise ValueError("Lifting a suppression needs a reason.")
    digest = address_hash(channel, address)
    shut = Suppression.objects.select_for_update().filter(channel=channel, address_hash=digest).first()
    if shut is None:
        return
    shut.delete()
    record(
        "address.lifted", subject=f"address:{digest[:16]}", by=by, channel=channel, reason=shut.reason, why=why.strip()
    )


@transaction.atomic
def pause(*, reader: Reader, until: date | None, by: Named | str | None) -> None:
    """Write nothing but what concerns their own visits to a reader until a day; None ends the pause."""
    reader = Reader.objects.select_for_update().get(pk=reader.pk)
    if reader.paused_until == until:
        return
    reader.paused_until = until
    reader.save(update_fields=["paused_until"])
    verb = "reader.paused" if until else "reader.unpaused"
    record(verb, subject=reader, by=by, about=about(reader), until=until.isoformat() if until else "")


@transaction.atomic
def mark_deceased(*, patient: Patient, by: Named | str | None) -> None:
    """Stop everything to a patient at once: what is queued is left out by the news, and asked again when claimed."""
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if patient.status == Patient.Status.DECEASED:
        return
    was, patient.status = patient.status, Patient.Status.DECEASED
    patient.save(update_fields=["status"])
    record("patient.deceased", subject=patient, by=by, about=patient, was=was)


@transaction.atomic
def mark_living(*, patient: Patient, by: Named | str | None) -> None:
    """Take back that a patient died, after a slip of the finger: they are again what they were."""
    patient = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if patient.status != Patient.Status.DECEASED:
        return
    told = Entry.objects.of(name_of(patient)).filter(verb="patient.deceased").first()
    patient.status = told.particulars.get("was", "") if told else ""
    patient.status = patient.status or Patient.Status.ACTIVE
    patient.save(update_fields=["status"])
    record("patient.living", subject=patient, by=by, about=patient)


def about(reader: Reader) -> str:
    """Return whom an entry about a reader concerns: `patient:ref`; "" where the reader is no patient."""
    ref = Patient.objects.filter(reader=reader).values_list("ref", flat=True).first()
    return f"patient:{ref}" if ref else ""
