"""Saved questions about readers; issue by issue the closed set grows, and one SQL question each stays the rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients import policy
from patients.models import Channel, Purpose, Reader, ReaderQuerySet


@dataclass(frozen=True)
class Segment:
    """A named question: its answer is a QuerySet of readers, frozen into an audience only at a send."""

    name: str
    label: str | Promise
    sentence: str | Promise
    readers: Callable[[], ReaderQuerySet]


def _everyone() -> ReaderQuerySet:
    kinds = [Reader.Kind.PATIENT, Reader.Kind.HOUSEHOLD, Reader.Kind.SUBSCRIBER]
    return policy.contactable(Channel.EMAIL, Purpose.OWN_SERVICES).filter(kind__in=kinds)


EVERYONE_WHO_GETS_LETTERS = Segment(
    "everyone",
    _("Everyone who gets letters"),
    _("Patients, household contacts and subscribers with an e-mail address who agreed or may object."),
    _everyone,
)
SEGMENTS = {EVERYONE_WHO_GETS_LETTERS.name: EVERYONE_WHO_GETS_LETTERS}
