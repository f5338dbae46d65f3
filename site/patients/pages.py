"""What the page of one patient shows, put together from every room that keeps something of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import lines, reading, records
from patients.models import Basis, Channel, Consent, ContactPoint, Erasure, Patient, PatientStatus, Purpose
from patients.records import Person, Tab
from practice import clocks

A_PAGE = 20
FRIENDS_SHOWN, READERS_SHOWN = 3, 3
ASKED_FIRST: dict[tuple[str, str], str | Promise] = {
    (Channel.EMAIL, Purpose.OWN_SERVICES): gettext_lazy("Letters"),
    (Channel.SMS, Purpose.TREATMENT): gettext_lazy("Texts, visits"),
    (Channel.SMS, Purpose.OWN_SERVICES): gettext_lazy("Texts, news"),
}


@dataclass(frozen=True)
class Wish:
    """What somebody agreed to, for one channel and purpose."""

    label: str
    is_given: bool
    basis: str


@dataclass(frozen=True)
class Way:
    """One way to reach somebody; a mail address is masked until it is asked for."""

    pk: int
    label: str
    shown: str
    link: str
    is_primary: bool
    is_masked: bool


def page(patient: Patient, *, tab: Tab | None, before: datetime | None, shown: int | None = None) -> dict[str, Any]:
    """Return what the page needs.

    Args:
        patient: whose, with reader, location, provider and the responsible person.
        tab: the sort of lines; None means all.
        before: the lines before this moment; None means from now.
        shown: the contact point whose address is shown whole.
    """
    person, today = Person.of(patient), clocks.today()
    story = records.timeline(person, tab=tab, before=before, limit=A_PAGE)
    told = story.counts[Tab.REFERRALS]
    tabs = [(one, label, story.counts[one]) for one, label in records.TABS.items() if story.counts[one]]
    friends = records.newest(person, Tab.REFERRALS, FRIENDS_SHOWN) if told else []
    return {
        "patient": patient,
        "initials": lines.initials(patient),
        "head": lines.line_of(patient, today),
        "is_minor": lines.is_minor(patient, today),
        "is_stopped": patient.status == PatientStatus.DECEASED,
        "erasure": Erasure.objects.filter(patient=patient, finished_at__isnull=True).first(),
        "step": records.next_step(person),
        "story": story,
        "tabs": tabs,
        "tab": tab or "",
        "whole": sum(story.counts.values()),
        "ways": [_way(point, shown) for point in _points(patient)],
        "home": getattr(patient.reader, "postal_address", None),
        "confidants": [one for one in patient.confidants.all() if one.until is None or one.until >= today],
        "wishes": wishes(patient),
        "lines_of_consent": story.counts[Tab.CONSENT],
        "friends": friends[:FRIENDS_SHOWN],
        "friends_told": told,
        "readers": reading.last_readers(person, READERS_SHOWN),
        "tags_of": list(patient.reader.tags.all()),
        "facts": list(patient.attribute_values.select_related("attribute").order_by("attribute__label")),
        "dependents": list(patient.dependents.select_related("reader").order_by("born_on")[:10]),
    }


def _points(patient: Patient) -> list[ContactPoint]:
    order = {Channel.PHONE: 0, Channel.SMS: 1, Channel.EMAIL: 2}
    points = list(patient.reader.contact_points.all())
    mobiles = {point.address for point in points if point.channel == Channel.SMS}
    points = [point for point in points if point.channel != Channel.PHONE or point.address not in mobiles]
    return sorted(points, key=lambda point: (order.get(Channel(point.channel), 9), not point.is_primary, point.pk))


def _way(point: ContactPoint, shown: int | None) -> Way:
    is_mail = point.channel == Channel.EMAIL
    labels = {Channel.PHONE: _("Phone"), Channel.SMS: _("Mobile"), Channel.EMAIL: _("E-mail")}
    whole = not is_mail or point.pk == shown
    spoken = point.address if is_mail else lines.spoken(point.address)
    return Way(
        pk=point.pk,
        label=labels.get(Channel(point.channel), point.get_channel_display()),
        shown=spoken if whole else lines.masked(point.address),
        link="" if is_mail else f"tel:{point.address}",
        is_primary=point.is_primary,
        is_masked=not whole,
    )


def wishes(patient: Patient) -> list[Wish]:
    """Return what stands for each channel and purpose; the three that matter most also where nobody asked."""
    standing = {(line.channel, line.purpose): line for line in Consent.objects.standing().filter(reader=patient.reader)}
    keys = [*ASKED_FIRST, *(key for key in sorted(standing) if key not in ASKED_FIRST)]
    return [_wish(key, standing.get(key)) for key in keys]


def _wish(key: tuple[str, str], line: Consent | None) -> Wish:
    label = ASKED_FIRST.get(key) or f"{Channel(key[0]).label}: {Purpose(key[1]).label}"
    if line is None:
        return Wish(str(label), False, _("Never asked"))
    day = date_format(line.at, "M j, Y")
    if not line.is_given:
        return Wish(str(label), False, _("Said no, %(day)s") % {"day": day})
    words = _("May object, %(day)s") if line.basis == Basis.MAY_OBJECT else _("Asked, %(day)s")
    return Wish(str(label), True, words % {"day": day})
