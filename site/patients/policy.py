"""Whom we may contact: consent, suppression, pause; quiet hours and caps belong to the door above."""

from __future__ import annotations

from django.db import models

from patients.models import Channel, Patient, Purpose, Reader, ReaderQuerySet, Suppression
from practice import clocks

# What stops even a message about somebody's own visit: nobody would read it, or the channel's law forbids it.
SHUT_TO_ALL = frozenset({Suppression.Reason.HARD_BOUNCE, Suppression.Reason.STOP, Suppression.Reason.DECEASED})


def contactable(channel: str, purpose: str) -> ReaderQuerySet:
    """Return everyone whom we may write to on `channel` for `purpose`, as one SQL question."""
    if purpose == Purpose.TRANSACTIONAL:
        return Reader.objects.reachable_by(channel, shut_by=SHUT_TO_ALL).living()
    today = clocks.today()
    return (
        Reader.objects.reachable_by(channel)
        .welcome()
        .consenting(channel, purpose)
        .filter(models.Q(paused_until__isnull=True) | models.Q(paused_until__lte=today))
    )


def may_contact(reader: Reader, *, channel: str = Channel.EMAIL, purpose: str) -> str:
    """Return "" when we may, else why not: deceased, dismissed, suppressed, no_address, paused or objected.

    Transactional messages are stopped only by a dead address, a channel's own STOP, or a deceased patient.
    """
    status = Patient.objects.filter(reader=reader).values_list("status", flat=True).first()
    if status == Patient.Status.DECEASED:
        return "deceased"
    points = reader.contact_points.filter(channel=channel, is_primary=True).values_list("address_hash", flat=True)
    found = points.first()
    if found is None:
        return "no_address"
    shut = Suppression.objects.filter(channel=channel, address_hash=found).values_list("reason", flat=True).first()
    if purpose == Purpose.TRANSACTIONAL:
        return "suppressed" if shut in SHUT_TO_ALL else ""
    if status == Patient.Status.DISMISSED:
        return "dismissed"
    if shut:
        return "suppressed"
    if reader.paused_until and reader.paused_until > clocks.today():
        return "paused"
    return "" if Reader.objects.filter(pk=reader.pk).consenting(channel, purpose).exists() else "objected"
