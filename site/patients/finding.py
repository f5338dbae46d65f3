"""Patients found among a million: by name, phone, birth date, reference or e-mail; one page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleGreaterThanOrEqual
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.addresses import address_hash
from patients.folding import folded
from patients.models import Appointment, AppointmentStatus, Channel, ContactPoint, Merge, Patient, PatientStatus
from practice import clocks
from vault import refs

A_PAGE = 25
COUNTED_TO = 1_000
LAPSED_AFTER_DAYS = 548  # 18 months
MOST_WORDS = 5
MOST_POINTS = 100_000  # the limit makes a database look numbers up first, rather than walk everybody in their order
PHONES = (Channel.SMS, Channel.PHONE)
WRITTEN_DATES = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y-%m-%d", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y")
VIEWS: dict[str, str | Promise] = {"active": _("Active"), "lapsed": _("Not seen for 18 months"), "all": _("All")}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; "" and None where it does not matter."""

    view: str = "active"
    text: str = ""
    status: str = ""
    location: int | None = None
    provider: int | None = None
    tag: int | None = None
    after: str = ""


@dataclass(frozen=True)
class Found:
    """One page of patients; `after` names the last of them where there are more.

    `number` is of all that were asked for, up to one more than is counted.
    """

    patients: list[Patient]
    after: str = ""
    number: int = 0


def begins(column: str, text: str) -> Q:
    """Return the condition that a folded column begins with `text`, such that either database uses its index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": f"{text}\U0010ffff"})
    return Q(**{f"{column}__startswith": text})


def page(asked: Asked) -> Found:
    """Return one page: by family name, or after somebody; of one status alone, the newest records first.

    A search sorts what it counts and no more: a database that walks a million names in their order to find the few
    that match takes seconds. Whoever finds more than that types another letter.
    """
    rows = chosen(asked)
    keys = list(rows.order_by().values_list("pk", flat=True)[: COUNTED_TO + 1])
    if asked.text:
        rows = Patient.objects.filter(pk__in=keys)
    rows = rows.select_related("reader", "location", "provider").prefetch_related("reader__contact_points")
    is_by_name = bool(asked.text) or not asked.status
    if asked.after and (last := Patient.objects.filter(ref=asked.after).select_related("reader").first()):
        rows = rows.filter(_after(last) if is_by_name else Q(pk__lt=last.pk))
    order = ("reader__family_name", "reader__given_name", "reader_id") if is_by_name else ("-pk",)
    found = list(rows.order_by(*order)[: A_PAGE + 1])
    return Found(found[:A_PAGE], found[A_PAGE - 1].ref if len(found) > A_PAGE else "", len(keys))


def _after(last: Patient) -> Q:
    """Return the condition that somebody stands behind `last`; the index begins at its part of names alone."""
    name = (last.reader.family_name, last.reader.given_name)
    columns = (F("reader__family_name"), F("reader__given_name"))
    behind = TupleGreaterThan(Tuple(*columns, F("reader_id")), (*name, last.reader_id))
    return Q(TupleGreaterThanOrEqual(Tuple(*columns), name)) & Q(behind)


def chosen(asked: Asked) -> QuerySet[Patient]:
    """Return the patients that were asked for, in no order."""
    rows = Patient.objects.all()
    if asked.text:
        rows = _named(rows, asked.text)
    elif asked.view == "active" and not asked.status:
        rows = rows.filter(status=PatientStatus.ACTIVE)
    elif asked.view == "lapsed":
        rows = lapsed(rows)
    if asked.status:
        rows = rows.filter(status=asked.status)
    if asked.location:
        rows = rows.filter(location=asked.location)
    if asked.provider:
        rows = rows.filter(provider=asked.provider)
    if asked.tag:
        rows = rows.filter(reader__tags=asked.tag)
    return rows


def lapsed(rows: QuerySet[Patient]) -> QuerySet[Patient]:
    """Return active patients whom we have not seen for 18 months, and who have no visit booked."""
    ahead = Appointment.objects.filter(
        patient=OuterRef("pk"), status=AppointmentStatus.BOOKED, starts_at__gte=timezone.now()
    )
    since = clocks.today() - timedelta(days=LAPSED_AFTER_DAYS)
    return rows.filter(~Exists(ahead), status=PatientStatus.ACTIVE, last_seen_on__lt=since)


def _named(rows: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    """Narrow by what somebody typed, taken as one thing: each has an index of its own."""
    digits = re.sub(r"\D", "", text)
    if "@" in text:
        return rows.filter(reader__in=_with_address([Channel.EMAIL], text))
    if born := typed_date(text):
        return rows.filter(born_on=born)
    if re.fullmatch(r"[\d\s()+.-]+", text) and len(digits) >= 7:
        return rows.filter(reader__in=_with_address(PHONES, digits))
    if text.strip().isdigit() and len(digits) == 4:
        points = ContactPoint.objects.filter(channel__in=[*PHONES], ending=digits)
        return rows.filter(reader__in=points.values("reader")[:MOST_POINTS])
    if ref := typed_ref(text):
        gone = Merge.objects.filter(gone_ref=ref, undone_at__isnull=True).values_list("survivor__ref", flat=True)
        return rows.filter(ref=gone.first() or ref)
    if text.strip().isdigit():
        return rows.filter(external_id=text.strip())
    return rows.filter(_called(text))


def _with_address(channels: Sequence[Channel], address: str) -> QuerySet[ContactPoint, Any]:
    hashes = [address_hash(channel, address) for channel in channels]
    return ContactPoint.objects.filter(channel__in=[*channels], address_hash__in=hashes).values("reader")[:MOST_POINTS]


def _called(text: str) -> Q:
    """Return the condition that given and family name begin with these words, in either order."""
    words = folded(text.replace(",", " ")).split()[:MOST_WORDS]
    if not words:
        return Q(pk__in=[])
    whole = " ".join(words)
    found = begins("reader__family_key", whole) | begins("reader__given_key", whole)
    for cut in range(1, len(words)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        for given, family in ((one, other), (other, one)):
            found |= begins("reader__given_key", given) & begins("reader__family_key", family)
    return found


def typed_date(text: str) -> date | None:
    """Return a birth date as Americans write it; None for anything else, and for a day to come."""
    for form in WRITTEN_DATES:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  a birth date has no zone
        except ValueError:
            continue
        if found <= clocks.today():
            return found
        return found.replace(year=found.year - 100) if form.endswith("%y") else None
    return None


def typed_ref(text: str) -> str:
    """Return a patient's reference, as read aloud or without its letters; "" for what is none."""
    heard = refs.heard(text)
    if re.fullmatch(rf"PT-[{refs.ALPHABET}]{{4,10}}", heard):
        return heard
    bare = refs.heard(f"PT-{text}")
    is_bare = re.fullmatch(rf"PT-[{refs.ALPHABET}]{{4,6}}", bare) and any(letter.isdigit() for letter in text)
    return bare if is_bare and any(letter.isalpha() for letter in text) else ""
