"""Writes what was drawn of patients as rows: readers, addresses, charts, visits, procedures and consents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from home.demo.seed.drawn import Drawn, Visit
from home.demo.seed.story import ZONE, Odds, Story
from journal.recording import name_of
from patients import facts
from patients.addresses import address_hash, normal_address
from patients.models import (
    Appointment,
    AppointmentStatus,
    Attribute,
    AttributeValue,
    Channel,
    Confidant,
    Consent,
    ContactPoint,
    Note,
    Patient,
    PostalAddress,
    Procedure,
    Reader,
    Tag,
    birthday_of,
)
from practice.models import Provider, Service
from vault.writing import Many, Row, fresh_ids, sealer, settle_keys

KEPT = AppointmentStatus.KEPT.value
PATIENT = Reader.Kind.PATIENT.value
# What each service is written down as: the practice's own short name, its words, and the fee in cents.
DONE = {
    "family": Odds({("CLEAN", "Cleaning and check-up", 14_500): 7, ("FILL", "Filling", 23_000): 3}),
    "gums": Odds({("GUM", "Gum care", 31_000): 1}),
    "dental-implants": Odds({("IMPLANT", "Implant, one step", 118_000): 1}),
    "root-canal": Odds({("ROOT", "Root canal, one visit", 96_000): 1}),
    "aligners": Odds({("ALIGN", "Aligners, check", 24_000): 1}),
    "sleep": Odds({("SLEEP", "Sleep guard", 54_000): 1}),
    "surgery": Odds({("EXTRACT", "Tooth out", 42_000): 1}),
}
TAGS = {"Likes mornings": "contact", "Short notice welcome": "contact", "Nervous": "clinical"}
ATTRIBUTES: tuple[tuple[str, str, str, str, list[str]], ...] = (
    ("best-time", "Best time to call", Attribute.Kind.CHOICE, "contact", ["Mornings", "Noon", "Afternoons"]),
    ("blood-thinner", "Takes a blood thinner", Attribute.Kind.YES_NO, "clinical", []),
    ("member-since", "In our plan since", Attribute.Kind.DATE, "financial", []),
)


class Charts:
    """The rows of all patients, batch by batch; nothing is remembered between two batches."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.providers: list[Provider] = [story.met["providers"][key] for key in ("abara", "abara", "okafor", "raman")]
        self.tags = [Tag.objects.create(name=name, nature=nature) for name, nature in TAGS.items()]
        self.attributes = [
            Attribute.objects.create(slug=slug, label=label, kind=kind, nature=nature, choices=choices)
            for slug, label, kind, nature, choices in ATTRIBUTES
        ]
        self.sealed = sealer(Patient, "notes")
        self.readers = Many(Reader, "id", "ref", "kind", "given_name", "family_name", "language", "added_at")
        self.points = Many(ContactPoint, "reader", "channel", "address", "address_hash", "verified_at", "added_at")
        self.homes = Many(PostalAddress, "reader", "street", "city", "state", "postal_code")
        self.patients = Many(
            Patient,
            *("id", "ref", "reader", "born_on", "birthday", "status", "location", "provider", "responsible", "gender"),
            *("payer_class", "source", "notes", "last_seen_on", "usual_interval_days", "spent_cents", "added_at"),
            "external_id",
        )
        self.visits = Many(
            Appointment, "ref", "patient", "starts_at", "service", "provider", "location", "status", "external_id"
        )
        self.procedures = Many(
            Procedure, "patient", "code", "label", "service", "provider", "done_on", "fee_cents", "external_id"
        )
        self.consents = Many(
            Consent,
            *("reader", "channel", "purpose", "is_given", "basis", "wording_version", "source", "at", "superseded_at"),
        )
        self.tagged = Many(Reader.tags.through, "reader", "tag")
        self.values = Many(AttributeValue, "patient", "attribute", "text", "is_so", "day")

    def write(self, drawn: list[Drawn]) -> list[UUID]:
        """Write one batch.

        Returns:
            The patients' primary keys, in the order of `drawn`.
        """
        numbered = list(zip(fresh_ids(Reader, len(drawn)), drawn, strict=True))
        refs = {one.key: (self.story.ref("RD"), self.story.ref("PT")) for one in drawn}
        begun = {one.key: one.added_at or self.story.now for one in drawn}
        self.readers.write(
            (reader, refs[one.key][0], PATIENT, one.given, one.family, one.language, begun[one.key])
            for reader, one in numbered
        )
        self.points.write(point for reader, one in numbered for point in _points(reader, one, begun[one.key]))
        self.homes.write(
            (reader, one.home[0], one.home[1], "WA", one.home[2]) for reader, one in numbered if one.home[0]
        )
        done = {one.key: [self._done(one, visit) for visit in one.visits if visit.status == KEPT] for one in drawn}
        self.patients.write(
            self._patient(reader, one, refs[one.key][1], done[one.key], begun[one.key]) for reader, one in numbered
        )
        self.visits.write(self._visit(one, visit) for one in drawn for visit in one.visits)
        self.procedures.write(row for rows in done.values() for row in rows)
        self.consents.write(row for reader, one in numbered for row in self._consents(reader, one, refs[one.key]))
        self._words_of_staff(numbered)
        settle_keys()
        return [one.key for one in drawn]

    def _patient(self, reader: int, one: Drawn, ref: str, done: list[Row], added_at: datetime) -> Row:
        days = [visit.at.date() for visit in one.visits if visit.status == KEPT]
        return (
            *(one.key, ref, reader, one.born_on, birthday_of(one.born_on), one.status),
            *(self.story.met["location"].pk, self.story.pick(self.providers).pk),
            *(one.parent.key if one.parent else None, one.gender, one.payer, one.source),
            *(self.sealed(one.key), max(days, default=None), facts.usual_interval(days)),
            *(sum(row[6] for row in done), added_at, f"{reader}"),
        )

    def _visit(self, one: Drawn, visit: Visit) -> Row:
        service: Service = self.story.met["services"][visit.service]
        provider: Provider = self.story.pick(self.story.met["providers_of"][visit.service])
        ref = self.story.ref("AP")
        place = self.story.met["location"].pk
        return (ref, one.key, visit.at, service.pk, provider.pk, place, visit.status, f"V{ref}")

    def _done(self, one: Drawn, visit: Visit) -> Row:
        code, label, fee = DONE[visit.service].draw(self.story.dice)
        service: Service = self.story.met["services"][visit.service]
        provider: Provider = self.story.pick(self.story.met["providers_of"][visit.service])
        return (one.key, code, label, service.pk, provider.pk, visit.at.astimezone(ZONE).date(), fee, None)

    def _consents(self, reader: int, one: Drawn, refs: tuple[str, str]) -> Iterable[Row]:
        story, begun = self.story, one.added_at or self.story.now
        gap = (story.now - begun) / 3
        for place, (channel, purpose, is_given, basis, source) in enumerate(one.consents):
            later = [row for row in one.consents[place + 1 :] if row[:2] == (channel, purpose)]
            at = begun if is_given else begun + gap
            wording = "letter-footer-1" if source == "one_click" else "intake-1"
            story.entry(
                "consent.given" if is_given else "consent.withdrawn",
                f"reader:{refs[0]}",
                by=f"reader:{refs[0]}" if source == "one_click" else "system:goodword",
                at=at,
                about=f"patient:{refs[1]}",
                channel=channel,
                purpose=purpose,
                source=source,
            )
            yield (reader, channel, purpose, is_given, basis, wording, source, at, begun + gap if later else None)

    def _words_of_staff(self, numbered: list[tuple[int, Drawn]]) -> None:
        dice = self.story.dice
        tagged: list[Row] = []
        values: list[Row] = []
        times, thinner, member = self.attributes
        for reader, one in numbered:
            if dice.random() < 0.09:
                tagged.append((reader, dice.choice(self.tags).pk))
            if one.parent is None and dice.random() < 0.2:
                values.append((one.key, times.pk, dice.choice(times.choices), None, None))
            if one.born_on.year < 1970 and dice.random() < 0.12:
                values.append((one.key, thinner.pk, None, True, None))
            if one.added_at and dice.random() < 0.06:
                values.append((one.key, member.pk, None, None, one.added_at.date()))
        self.tagged.write(tagged)
        self.values.write(values)


def _points(reader: int, one: Drawn, added_at: datetime) -> Iterable[Row]:
    for channel, address in ((Channel.EMAIL, one.email), (Channel.SMS, one.phone), (Channel.PHONE, one.phone)):
        if address:
            verified_at = added_at if channel == Channel.EMAIL else None
            normal = normal_address(channel, address)
            yield (reader, channel.value, normal, address_hash(channel, address), verified_at, added_at)


def tell_of(story: Story, patient: Patient) -> None:
    """Let Margaret's daughter be told when her mother's visits are, and Rosa have noted how she likes to be called."""
    rosa: Any = story.met["staff"]["rosa"].user
    Confidant.objects.create(
        patient=patient,
        name="Kari Ellison",
        relation="daughter",
        phone="(360) 555-0172",
        extent=Confidant.Extent.DATES,
        added_by=name_of(rosa),
        added_at=story.now - timedelta(days=500),
    )
    Note.objects.create(
        patient=patient,
        text="Hears better on the left. Likes to be called in the morning.",
        by=name_of(rosa),
        at=story.now - timedelta(days=372),
    )
