"""The patients: who they are, when they came and what they agreed to, drawn in batches of any number."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from accounts.actions import grant_role
from accounts.roles import Role
from home.demo.cast import PERSONS
from home.demo.seed import charts, house
from home.demo.seed.drawn import Drawn, Visit
from home.demo.seed.story import Odds, Story, batches
from home.demo.seed.texts import texts
from patients import duplicates, facts
from patients.models import (
    Appointment,
    AtMost,
    Basis,
    Channel,
    Gender,
    LookAlike,
    Patient,
    PayerClass,
    Purpose,
    Reader,
)

LAPSED_SHARE = 38 / 300
LAPSED_AFTER = 550  # days: eighteen months
REFERRERS_REMEMBERED = 4_000  # so that memory stays the same at any scale
PARENTS_REMEMBERED = 400
YEAR = 365.25
AGES = Odds({(6, 12): 8, (13, 17): 6, (18, 34): 19, (35, 49): 24, (50, 64): 24, (65, 79): 15, (80, 91): 4})
STATUSES = Odds(
    {
        Patient.Status.ACTIVE.value: 280,
        Patient.Status.MOVED.value: 7,
        Patient.Status.INACTIVE.value: 7,
        Patient.Status.DECEASED.value: 4,
        Patient.Status.DISMISSED.value: 2,
    }
)
SERVICES = Odds(
    {"family": 60, "gums": 14, "dental-implants": 6, "root-canal": 4, "aligners": 5, "sleep": 4, "surgery": 3}
)
PAST = Odds(
    {
        Appointment.Status.KEPT.value: 90,
        Appointment.Status.MISSED.value: 5,
        Appointment.Status.CANCELLED.value: 5,
    }
)
PAYERS = Odds(
    {
        PayerClass.COMMERCIAL.value: 62,
        PayerClass.SELF_PAY.value: 22,
        PayerClass.UNKNOWN.value: 9,
        PayerClass.FEDERAL.value: 7,
    }
)
SOURCES = Odds({"A friend": 34, "Another office": 16, "An insurer’s list": 14, "A search": 18, "Our sign": 9, "": 9})
# The practice's own town is invented; the others are real places of the region, so that distances can be searched.
TOWNS = Odds(
    {
        ("Port Ellery", "98299"): 70,
        ("Anacortes", "98221"): 9,
        ("Mount Vernon", "98273"): 8,
        ("Burlington", "98233"): 6,
        ("La Conner", "98257"): 4,
        ("Bellingham", "98225"): 3,
    }
)


class Crowd:
    """Draws people: names and streets are read once, and children find their parents among the last adults."""

    def __init__(self, story: Story) -> None:
        words = texts("names")
        self.story = story
        self.women, self.men = words["women"].split(), words["men"].split()
        self.families, self.streets = words["family"].split(), words["streets"]
        self.adults: list[Drawn] = []
        self.lapsed_left = round(story.size.patients * LAPSED_SHARE)

    def draw(self, number: int) -> Drawn:
        """Return the next person."""
        story = self.story
        low, high = AGES.draw(story.dice)
        born_on = story.today - timedelta(days=int((low + story.dice.random() * (high - low + 1)) * YEAR - 1))
        is_woman = story.chance(0.53)
        one = Drawn(story.pick(self.women if is_woman else self.men), story.pick(self.families), born_on)
        one.gender = (Gender.FEMALE if is_woman else Gender.MALE).value
        one.language = "es" if story.chance(0.06) else "en"
        one.added_at = story.now - timedelta(days=story.dice.randrange(40, 6 * 365))
        age = (story.today - born_on).days / YEAR
        one.payer = PayerClass.FEDERAL.value if age >= 65 and story.chance(0.7) else PAYERS.draw(story.dice)
        one.source = SOURCES.draw(story.dice)
        one.home = (f"{story.dice.randrange(1, 240)} {story.pick(self.streets)}", *TOWNS.draw(story.dice))
        if age >= 18:
            self._grow_up(one, number)
        elif self.adults:
            one.parent = story.pick(self.adults)
            one.family, one.home, one.payer = one.parent.family, one.parent.home, one.parent.payer
        return one

    def live(self, one: Drawn, *, may_lapse: bool) -> None:
        """Let somebody have come to us, and perhaps be about to come again."""
        story, is_gone = self.story, one.status != Patient.Status.ACTIVE
        if may_lapse and not is_gone and self.lapsed_left > 0 and story.chance(LAPSED_SHARE * 1.6):
            one.is_lapsed = True
            self.lapsed_left -= 1
        newest = LAPSED_AFTER + 10 + story.dice.randrange(120) if one.is_lapsed else story.dice.randrange(2, 250)
        days_ago = newest + (200 if is_gone else 0)
        for _visit in range(1 + story.dice.randrange(4)):
            self._visit(one, story.today - timedelta(days=days_ago), status=PAST.draw(story.dice))
            days_ago += story.dice.randrange(90, 260)
        if not one.is_lapsed and not is_gone and story.chance(0.42):
            self._visit(one, story.today + timedelta(days=story.dice.randrange(1, 120)), status="")

    def _visit(self, one: Drawn, day: date, *, status: str) -> None:
        story = self.story
        at = story.moment(story.practice_day(day, -1 if status else 1)).replace(minute=story.pick((0, 20, 40)))
        one.visits.append(Visit(at, SERVICES.draw(story.dice), status or Appointment.Status.BOOKED.value))

    def _grow_up(self, one: Drawn, number: int) -> None:
        story = self.story
        one.status = STATUSES.draw(story.dice)
        one.phone = story.phone()
        if story.chance(0.93):
            one.email = f"{one.given}.{one.family}{number}@mail.example".lower()
            basis, source = (Basis.AGREED, "intake") if story.chance(0.4) else (Basis.MAY_OBJECT, "import")
            one.consents.append((Channel.EMAIL.value, Purpose.OWN_SERVICES.value, True, basis.value, source))
            if story.chance(0.04):
                said_no = (Channel.EMAIL.value, Purpose.OWN_SERVICES.value, False, Basis.NONE.value, "one_click")
                one.consents.append(said_no)
        if story.chance(0.7):
            one.consents.append((Channel.SMS.value, Purpose.TREATMENT.value, True, Basis.AGREED.value, "intake"))
        self.adults.append(one)
        del self.adults[:-PARENTS_REMEMBERED]


def tell(story: Story) -> None:
    """Keep all patients, those of the story first; the numbers follow the size."""
    crowd, records, named = Crowd(story), charts.Charts(story), _named(story)
    met: list[UUID] = []
    referrers: list[UUID] = []
    for numbers in batches(story.size.patients):
        drawn = [named[number] if number < len(named) else crowd.draw(number) for number in numbers]
        for one in drawn:
            if one is not named[0]:
                crowd.live(one, may_lapse=one not in named)
        keys = records.write(drawn)
        met = met or keys[: len(named)]
        reachable = [key for key, one in zip(keys, drawn, strict=True) if one.email]
        share = REFERRERS_REMEMBERED * len(keys) / story.size.patients
        referrers += story.dice.sample(reachable, min(len(reachable), round(share)))
    known = Patient.objects.select_related("reader").in_bulk([*met, *referrers])
    story.met["patients"] = {f"{one.given} {one.family}": known[key] for one, key in zip(named, met, strict=True)}
    story.met["referrers"] = [known[key] for key in referrers]
    _margaret(story)
    _look_alike(story)


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
    streets = ("41 Heron Lane", "8 Cannery Street", "115 Orchard Road", "3 Ferry Steps")
    for one, street in zip(people, streets, strict=True):
        one.gender = Gender.MALE.value if one.given in {"Walter", "Teo"} else Gender.FEMALE.value
        one.home, one.source = (street, "Port Ellery", "98299"), "A friend"
        one.added_at = story.now - timedelta(days=6 * 365)
        one.consents = [
            (Channel.EMAIL.value, Purpose.OWN_SERVICES.value, True, Basis.AGREED.value, "intake"),
            (Channel.SMS.value, Purpose.TREATMENT.value, True, Basis.AGREED.value, "intake"),
        ]
    return [*people, *_entered_twice(story, people[0], born(64, 7, 19))][: story.size.patients]


def _entered_twice(story: Story, margaret: Drawn, born_on: date) -> list[Drawn]:
    """Return people who stand in the older system twice: by a nickname, by a slip of the pen, with another phone."""
    robert = Drawn("Robert", "Lindgren", born_on, email="robert.lindgren@mail.example", phone="(360) 555-0126")
    robert.consents = [(Channel.EMAIL.value, Purpose.OWN_SERVICES.value, True, Basis.AGREED.value, "intake")]
    found = [
        Drawn("Peggy", margaret.family, margaret.born_on, phone=margaret.phone),
        robert,
        Drawn("Bob", "Lindgren", born_on, phone="(360) 555-0127"),
        Drawn("Robert", "Lindgrenn", born_on, phone=robert.phone),
    ]
    for years, one in enumerate(found, start=1):
        one.gender = margaret.gender if one is found[0] else Gender.MALE.value
        one.home = margaret.home if one is found[0] else ("19 Sawmill Road", "Port Ellery", "98299")
        one.source, one.added_at = "A friend", story.now - timedelta(days=years * 365)
    return found


def _look_alike(story: Story) -> None:
    """Let the desk find those who stand twice, and let one of them want no more than a letter in three months."""
    known = story.met["patients"]
    duplicates.look_at([patient.pk for patient in known.values()])
    for pair in LookAlike.objects.order_by("first__ref", "second__ref"):
        LookAlike.objects.filter(pk=pair.pk).update(ref=story.ref("LA"))
    if robert := known.get("Robert Lindgren"):
        Reader.objects.filter(pk=robert.reader_id).update(at_most=AtMost.QUARTER)


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
    facts.refresh([patient.pk])
    charts.tell_of(story, patient)
