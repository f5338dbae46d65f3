"""A crowd of unlike people for segments to be asked about, and random trees of questions about them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from accounts.actions import end_role
from accounts.models import User
from accounts.roles import Role
from newsletter.surveys.models import Answer, Survey
from patients import facts
from patients.models import (
    Appointment,
    Attribute,
    AttributeValue,
    Channel,
    ContactPoint,
    Declined,
    Patient,
    PostalAddress,
    Procedure,
    Purpose,
    Reader,
    Suppression,
    Tag,
)
from patients.segments import catalogue
from patients.segments.inputs import Among, Blank, Day, Decimals, Dollars, Number, One, Span, Text
from patients.segments.tree import MOST_LINES
from practice.models import Location, Provider, Service
from tests.factories.accounts import person
from tests.factories.patients import agree
from tests.factories.practice import LocationFactory, ProviderFactory, ServiceFactory
from tests.factories.referrals import ReferralFactory

TODAY = date(2027, 2, 28)  # a common year, on the eve of a birthday that February 29 keeps on March 1
NOON = datetime(2027, 2, 28, 20, 0, tzinfo=UTC)
CODES, SOURCES = ("D1110", "D4341"), ("", "friend", "sign")
ZIPS = ("", "98101", "98104-1234", "98004", "10001")


def gather(size: int = 24, seed: int = 7) -> list[Reader]:
    """Return readers of every kind, most of them patients, each with facts that the dice gave them."""
    dice = random.Random(seed)
    made = _Making(dice)
    readers = [made.reader(number) for number in range(size)]
    patients = list(Patient.objects.order_by("pk"))
    for patient in patients[::5]:
        patient.responsible = patients[(patients.index(patient) + 1) % len(patients)]
        if patient.responsible != patient:
            patient.save()
    facts.refresh(patient.pk for patient in patients)
    _ask(readers, random.Random(seed))
    return readers


def _ask(readers: list[Reader], dice: random.Random) -> None:
    """Let some have answered questions of every scale."""
    asked = [
        Survey.objects.create(question="Five?", scale="five", low_at_most=2),
        Survey.objects.create(question="Ten?", scale="ten", low_at_most=None),
        Survey.objects.create(question="Words?", scale="choices", choices="No\nYes", low_at_most=1),
    ]
    for reader in readers:
        for survey in dice.sample(asked, dice.randrange(3)):
            given_at = NOON - timedelta(days=dice.choice([0, 1, 28, 181, 364, 365, 366, 730]))
            score = dice.choice([survey.span[0], survey.top, dice.choice(survey.span)])
            Answer.objects.create(survey=survey, reader=reader, score=score, given_at=given_at)


class _Making:
    """The things that people share, and the dice."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.locations: list[Location] = [LocationFactory.create(name="Main", is_main=True)]
        self.locations.append(LocationFactory.create(name="East", practice=self.locations[0].practice))
        self.services: list[Service] = [ServiceFactory.create(), ServiceFactory.create()]
        self.providers: list[Provider] = [ProviderFactory.create()]
        natures = ["identity", "clinical"]
        self.tags = [Tag.objects.create(name=f"Tag {nature}", nature=nature) for nature in natures]
        kinds = [("text", []), ("choice", ["red", "blue"]), ("number", []), ("date", []), ("yes_no", [])]
        self.attributes = [
            Attribute.objects.create(
                slug=f"fact-{kind}", label=f"Fact {kind}", kind=kind, nature="clinical", choices=list_
            )
            for kind, list_ in kinds
        ]

    def reader(self, number: int) -> Reader:
        """Return one person."""
        dice = self.dice
        reader = Reader.objects.create(
            kind=dice.choice(Reader.Kind.values),
            given_name=f"Given{number}",
            family_name=f"Family{number}",
            language=dice.choice(["en", "es"]),
            paused_until=dice.choice([None, None, TODAY + timedelta(days=9), TODAY - timedelta(days=9), TODAY]),
            added_at=NOON - timedelta(days=dice.choice([0, 1, 30, 181, 364, 365, 366, 2000])),
        )
        reader.tags.set(dice.sample(self.tags, dice.randrange(3)))
        if dice.random() < 0.5:
            self.work(reader, number)
        for channel in (Channel.EMAIL, Channel.POST, Channel.SMS):
            if channel != Channel.POST and dice.random() < 0.7:
                address = dice.choice([f"a{number}@crowd.example", "shared@crowd.example", "shut@crowd.example"])
                address = address if channel == Channel.EMAIL else f"206555{number:04d}"
                ContactPoint.objects.create(reader=reader, channel=channel, address=address)
            if dice.random() < 0.7:
                agree(reader, channel=channel, purpose=dice.choice(LETTERS), is_given=dice.random() < 0.7)
        self.wishes(reader, number)
        shut = reader.contact_points.filter(address="shut@crowd.example").first()
        if shut is not None:
            Suppression.objects.get_or_create(
                channel="email", address_hash=shut.address_hash, defaults={"reason": "complaint"}
            )
        if dice.random() < 0.6:
            PostalAddress.objects.create(
                reader=reader, street=dice.choice(["", "1 Elm St"]), postal_code=dice.choice(ZIPS)
            )
        if dice.random() < 0.3:
            ReferralFactory.create(referrer=reader)
        if dice.random() < 0.8:
            self.patient(reader)
        return reader

    def wishes(self, reader: Reader, number: int) -> None:
        """Let somebody have an account, open or closed, and not want one topic."""
        dice = self.dice
        if dice.random() < 0.3:
            Declined.objects.create(reader=reader, channel=Channel.EMAIL, topic=dice.choice(["letter", "visits"]))
        if reader.user is None and dice.random() < 0.4:
            reader.user = User.objects.create_user(f"own{number}@crowd.example", is_active=dice.random() < 0.7)
            reader.save()

    def patient(self, reader: Reader) -> None:
        """Make somebody a patient, with a history."""
        dice = self.dice
        births = [None, date(2000, 2, 29), date(2004, 2, 29), date(1962, 2, 28), date(1961, 3, 1), date(1950, 12, 31)]
        patient = Patient.objects.create(
            reader=reader,
            born_on=dice.choice(births),
            status=dice.choice(Patient.Status.values),
            gender=dice.choice(["", "female", "male"]),
            payer_class=dice.choice(["federal", "commercial", "unknown"]),
            source=dice.choice(SOURCES),
            location=dice.choice([None, *self.locations]),
            provider=dice.choice([None, *self.providers]),
            spent_before_cents=dice.choice([0, 0, 99_999, 100_000]),
        )
        for _ in range(dice.randrange(5)):
            Appointment.objects.create(
                patient=patient,
                starts_at=NOON + timedelta(hours=dice.choice(HOURS)),
                status=dice.choice(Appointment.Status.values),
                service=dice.choice([None, *self.services]),
                location=self.locations[0],
            )
        for _ in range(dice.randrange(4)):
            Procedure.objects.create(
                patient=patient,
                code=dice.choice(CODES),
                service=dice.choice([None, *self.services]),
                done_on=TODAY - timedelta(days=dice.choice([0, 28, 31, 181, 365, 366, 900])),
                fee_cents=dice.choice([0, 5_000, 50_000, -5_000]),
            )
        for attribute in self.attributes:
            if dice.random() < 0.6:
                AttributeValue.objects.create(
                    patient=patient, attribute=attribute, **{attribute.column: self.value(attribute.kind)}
                )

    def value(self, kind: str) -> Any:
        """Return what an attribute of this kind may say."""
        return self.dice.choice(
            {
                "text": ["plain", "Plain"],
                "choice": ["red", "blue"],
                "number": [0, 1, 12, "12.5"],
                "date": [TODAY, TODAY - timedelta(days=31), TODAY + timedelta(days=31)],
                "yes_no": [True, False],
            }[kind]
        )

    def work(self, reader: Reader, number: int) -> None:
        """Let somebody work here or at an office, still or no longer, signing in as one whom we know or not."""
        role = self.dice.choice([Role.CLINICIAN, Role.OFFICE_MEMBER, Role.PATIENT])
        user = person(role, email=f"a{number}@crowd.example", is_active=self.dice.random() < 0.8)
        if self.dice.random() < 0.3:
            end_role(grant=user.grants.get(), by=None)
        if self.dice.random() < 0.5:
            reader.user = user
            reader.save(update_fields=["user"])


LETTERS = [Purpose.OWN_SERVICES, Purpose.TREATMENT]
HOURS = [
    -24 * 900,
    -24 * 366,
    -24 * 365,
    -24 * 181,
    -24 * 31,
    -24 * 28,
    -30,
    -13,
    -12,
    -1,
    0,
    3,
    4,
    24,
    24 * 14,
    24 * 15,
]


def trees() -> st.SearchStrategy[dict[str, Any]]:
    """Return random trees over every question that is known, valid ones; read from the database when it is called."""
    lines = st.one_of([line(name, how.name, how.blanks) for name, one in catalogue().items() for how in one.hows])
    inner = st.recursive(
        lines,
        lambda parts: st.builds(
            _group, st.sampled_from(["all", "any", "none"]), st.lists(parts, min_size=1, max_size=3)
        ),
        max_leaves=6,
    )
    return st.builds(_group, st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=3)).filter(
        _fits
    )


def _group(match: str, parts: list[Any]) -> dict[str, Any]:
    return {"match": match, "parts": parts}


def _fits(tree: dict[str, Any], depth: int = 1) -> bool:
    groups = [part for part in tree["parts"] if "match" in part]
    return depth <= 4 and len(tree["parts"]) <= MOST_LINES and all(_fits(part, depth + 1) for part in groups)


def line(ask: str, how: str, blanks: tuple[Blank, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Return lines that ask one question in one way, with random values that are valid."""
    values = {blank.name: _value(blank) for blank in blanks}
    made = st.fixed_dictionaries({"ask": st.just(ask), "how": st.just(how), **values})
    return made.map(_in_order) if {"from", "to"} <= set(values) else made


def _in_order(line: dict[str, Any]) -> dict[str, Any]:
    first, last = sorted([line["from"], line["to"]])
    return {**line, "from": first, "to": last}


def _value(blank: Blank) -> st.SearchStrategy[Any]:
    strategies: dict[type[Blank], Any] = {
        Span: lambda: st.sampled_from(["1 days", "4 weeks", "1 months", "6 months", "12 months", "1 years", "2 years"]),
        Dollars: lambda: st.sampled_from([0, 50, 500, 1000]),
        Decimals: lambda: st.sampled_from(["0", "12", "12.5", "-3"]),
        Day: lambda: st.sampled_from(["2026-02-28", "2027-01-31", "2027-02-28"]),
        Text: lambda: st.sampled_from(["friend", "sign", "plain", *CODES]),
    }
    if type(blank) in strategies:
        return strategies[type(blank)]()  # type: ignore[no-any-return]
    if isinstance(blank, Among):
        return st.lists(st.sampled_from([value for value, _label in blank.options()]), min_size=1, unique=True)
    if isinstance(blank, One):
        return st.sampled_from([value for value, _label in blank.options()])
    if isinstance(blank, Number):
        return st.integers(blank.least, min(blank.most, 80))
    return st.sampled_from(["98101", "98004", "10001"])
