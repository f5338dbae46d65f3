"""The patients: their readers, addresses, consents and visits, in batches of any number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.actions import grant_role
from accounts.roles import Role
from home.demo.cast import PERSONS
from home.demo.seed import house
from home.demo.seed.story import Story, batches
from home.demo.seed.texts import texts
from patients.addresses import address_hash, normal_address
from patients.models import Appointment, Basis, Channel, Consent, ContactPoint, Patient, Purpose, Reader
from practice.follow_ups import FollowUp

LAPSED_SHARE = 38 / 300
LAPSED_AFTER = 550  # days: eighteen months
REFERRERS_REMEMBERED = 4_000  # so that memory stays the same at any scale
YEAR = 365.25
AGES = {(6, 12): 8, (13, 17): 6, (18, 34): 19, (35, 49): 24, (50, 64): 24, (65, 79): 15, (80, 91): 4}
STATUSES = {
    Patient.Status.ACTIVE: 280,
    Patient.Status.MOVED: 7,
    Patient.Status.INACTIVE: 7,
    Patient.Status.DECEASED: 4,
    Patient.Status.DISMISSED: 2,
}
VISITS = {"family": 60, "gums": 14, "dental-implants": 6, "root-canal": 4, "aligners": 5, "sleep": 4, "surgery": 3}


@dataclass
class Drawn:
    """One patient as the dice fell, before anything is written."""

    given: str
    family: str
    born_on: date
    status: str = Patient.Status.ACTIVE
    is_lapsed: bool = False
    email: str = ""
    phone: str = ""
    language: str = "en"
    added_at: datetime | None = None
    consents: list[tuple[str, str, bool, str, str]] = field(default_factory=list)


def tell(story: Story) -> None:
    """Keep all patients, those of the story first; the numbers follow the size."""
    named = _named(story)
    lapsed_left = round(story.size.patients * LAPSED_SHARE)
    known: list[Patient] = []
    families: list[tuple[str, Patient]] = []
    referrers: list[Patient] = []
    for numbers in batches(story.size.patients):
        drawn = [named[number] if number < len(named) else _draw(story, number) for number in numbers]
        for one in drawn[len(named) if not known else 0 :]:
            may_lapse = one.status == Patient.Status.ACTIVE and lapsed_left > 0
            if may_lapse and story.chance(LAPSED_SHARE * 1.6):
                one.is_lapsed, lapsed_left = True, lapsed_left - 1
        patients = _write(story, drawn, families)
        _visits(story, drawn, patients)
        known = known or patients[: len(named)]
        reachable = [patient for patient, one in zip(patients, drawn, strict=True) if one.email]
        share = REFERRERS_REMEMBERED * len(patients) / story.size.patients
        referrers += story.dice.sample(reachable, min(len(reachable), round(share)))
    story.met["patients"] = {f"{one.given} {one.family}": patient for one, patient in zip(named, known, strict=True)}
    story.met["referrers"] = referrers
    _margaret(story)
    _teo(story)


def _named(story: Story) -> list[Drawn]:
    def born(age: int, month: int, day: int) -> date:
        year = story.today.year - age - ((story.today.month, story.today.day) < (month, day))
        return date(year, month, day)

    margaret = PERSONS["patient"].email
    people = [
        Drawn("Margaret", "Ellison", born(71, 5, 14), email=margaret, phone="(360) 555-0171"),
        Drawn("Walter", "Brandvold", date(1954, 3, 4), email="walter.brandvold@mail.example", phone="(360) 555-0188"),
        Drawn("Teo", "Marsh", born(34, 9, 2), email="teo.marsh@mail.example", phone="(360) 555-0134"),
        Drawn("Eleanor", "Price", born(58, 2, 21), email="eleanor.price@mail.example", phone="(360) 555-0158"),
    ]
    for one in people:
        one.added_at = story.now - timedelta(days=6 * 365)
        one.consents = [
            (Channel.EMAIL, Purpose.OWN_SERVICES, True, Basis.AGREED, "intake"),
            (Channel.SMS, Purpose.TREATMENT, True, Basis.AGREED, "intake"),
        ]
    return people[: story.size.patients]


def _draw(story: Story, number: int) -> Drawn:
    words = texts("names")
    low, high = story.weighted(AGES)
    born_on = story.today - timedelta(days=int((low + story.dice.random() * (high - low + 1)) * YEAR - 1))
    given = story.pick(words["women" if story.chance(0.53) else "men"].split())
    family = story.pick(words["family"].split())
    is_adult = (story.today - born_on).days >= 18 * YEAR
    one = Drawn(given, family, born_on, status=story.weighted(STATUSES) if is_adult else Patient.Status.ACTIVE)
    one.language = "es" if story.chance(0.06) else "en"
    one.added_at = story.now - timedelta(days=story.dice.randrange(40, 6 * 365))
    if is_adult:
        one.phone = story.phone()
        if story.chance(0.93):
            one.email = f"{given}.{family}{number}@mail.example".lower()
        one.consents = list(_consents(story, one))
    return one


def _consents(story: Story, one: Drawn) -> list[tuple[str, str, bool, str, str]]:
    found: list[tuple[str, str, bool, str, str]] = []
    if one.email:
        basis, source = (Basis.AGREED, "intake") if story.chance(0.4) else (Basis.MAY_OBJECT, "import")
        found.append((Channel.EMAIL, Purpose.OWN_SERVICES, True, basis, source))
        if story.chance(0.04):
            found.append((Channel.EMAIL, Purpose.OWN_SERVICES, False, Basis.NONE, "one_click"))
    if story.chance(0.7):
        found.append((Channel.SMS, Purpose.TREATMENT, True, Basis.AGREED, "intake"))
    return found


def _write(story: Story, drawn: list[Drawn], families: list[tuple[str, Patient]]) -> list[Patient]:
    readers = Reader.objects.bulk_create(
        Reader(
            ref=story.ref("RD"),
            kind=Reader.Kind.PATIENT,
            given_name=one.given,
            family_name=one.family,
            language=one.language,
            added_at=one.added_at or story.now,
        )
        for one in drawn
    )
    points = [
        ContactPoint(
            reader=reader,
            channel=channel,
            address=normal_address(channel, address),
            address_hash=address_hash(channel, address),
            verified_at=one.added_at if channel == Channel.EMAIL else None,
            added_at=one.added_at or story.now,
        )
        for one, reader in zip(drawn, readers, strict=True)
        for channel, address in ((Channel.EMAIL, one.email), (Channel.SMS, one.phone), (Channel.PHONE, one.phone))
        if address
    ]
    ContactPoint.objects.bulk_create(points)
    providers = [story.met["providers"][key] for key in ("abara", "abara", "okafor", "raman")]
    patients: list[Patient] = []
    for one, reader in zip(drawn, readers, strict=True):
        patient = Patient(
            ref=story.ref("PT"),
            reader=reader,
            born_on=one.born_on,
            status=one.status,
            location=story.met["location"],
            provider=story.pick(providers),
            added_at=one.added_at or story.now,
        )
        if one.phone:
            families.append((one.family, patient))
        elif families:
            patient.responsible = story.pick(families)[1]
        patients.append(patient)
    del families[:-400]  # enough parents to choose from, at any scale
    Patient.objects.bulk_create(sorted(patients, key=lambda patient: patient.responsible_id is not None))
    _write_consents(story, drawn, patients)
    return patients


def _write_consents(story: Story, drawn: list[Drawn], patients: list[Patient]) -> None:
    rows: list[Consent] = []
    for one, patient in zip(drawn, patients, strict=True):
        begun = one.added_at or story.now
        for place, (channel, purpose, is_given, basis, source) in enumerate(one.consents):
            later = [row for row in one.consents[place + 1 :] if row[:2] == (channel, purpose)]
            gap = (story.now - begun) / 3
            at = begun if is_given else begun + gap
            rows.append(
                Consent(
                    reader=patient.reader,
                    channel=channel,
                    purpose=purpose,
                    is_given=is_given,
                    basis=basis,
                    wording_version="letter-footer-1" if source == "one_click" else "intake-1",
                    source=source,
                    at=at,
                    superseded_at=begun + gap if later else None,
                )
            )
            story.entry(
                "consent.given" if is_given else "consent.withdrawn",
                f"reader:{patient.reader.ref}",
                by=f"reader:{patient.reader.ref}" if source == "one_click" else "system:goodword",
                at=at,
                about=patient.journal_name,
                channel=str(channel),
                purpose=str(purpose),
                source=source,
            )
    Consent.objects.bulk_create(rows)


def _visits(story: Story, drawn: list[Drawn], patients: list[Patient]) -> None:
    rows: list[Appointment] = []
    for one, patient in zip(drawn, patients, strict=True):
        if one.given == "Margaret" and one.family == "Ellison":
            continue
        is_gone = one.status != Patient.Status.ACTIVE
        newest = LAPSED_AFTER + 10 + story.dice.randrange(120) if one.is_lapsed else story.dice.randrange(2, 250)
        days_ago = newest + (200 if is_gone else 0)
        for _visit in range(1 + story.dice.randrange(4)):
            rows.append(_visit_on(story, patient, story.today - timedelta(days=days_ago), is_past=True))
            days_ago += story.dice.randrange(90, 260)
        if not one.is_lapsed and not is_gone and story.chance(0.42):
            day = story.today + timedelta(days=story.dice.randrange(1, 120))
            rows.append(_visit_on(story, patient, day, is_past=False))
    Appointment.objects.bulk_create(rows)


def _visit_on(story: Story, patient: Patient, day: date, *, is_past: bool) -> Appointment:
    service = story.met["services"][story.weighted(VISITS)]
    status = Appointment.Status.BOOKED
    if is_past:
        status = story.weighted(
            {Appointment.Status.KEPT: 90, Appointment.Status.MISSED: 5, Appointment.Status.CANCELLED: 5}
        )
    return Appointment(
        ref=story.ref("AP"),
        patient=patient,
        starts_at=story.moment(story.practice_day(day, -1 if is_past else 1)).replace(minute=story.pick((0, 20, 40))),
        service=service,
        provider=story.pick(story.met["providers_of"][service.slug]),
        location=story.met["location"],
        status=status,
    )


def _margaret(story: Story) -> None:
    """Give Margaret her account, and the next visit that her page opens with."""
    patient: Patient = story.met["patients"]["Margaret Ellison"]
    person = PERSONS["patient"]
    user = house.person(story, name=person.name, email=person.email)
    grant_role(user=user, role=Role.PATIENT, by=None)
    patient.reader.user = user
    patient.reader.save(update_fields=["user"])
    story.met["margaret"] = user
    family = story.met["services"]["family"]
    for days, status in (
        (15, Appointment.Status.BOOKED),
        (-190, Appointment.Status.KEPT),
        (-372, Appointment.Status.KEPT),
    ):
        day = story.practice_day(story.today + timedelta(days=days))
        while day.weekday() == 4:
            day = story.days_on(day, 1)
        Appointment.objects.create(
            ref=story.ref("AP"),
            patient=patient,
            starts_at=story.at(day, 10),
            service=family,
            provider=story.met["providers"]["takeda"],
            location=story.met["location"],
            status=status,
        )


def _teo(story: Story) -> None:
    """Teo answered 2 of 5, and was promised a call today."""
    patient: Patient = story.met["patients"]["Teo Marsh"]
    FollowUp.objects.create(
        ref=story.ref("FU"),
        what="Call about his last visit: 2 of 5, waited forty minutes",
        concerns=patient.journal_name,
        owner=story.met["staff"]["colette"],
        due_on=story.today,
        made_at=story.now - timedelta(hours=16),
    )
