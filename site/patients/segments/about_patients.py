"""Questions about patients: age and birthday, how it stands with us, where and by whom, household, money."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from patients.models import Gender, Nature, Patient, PatientStatus, PayerClass, Procedure
from patients.segments import spans
from patients.segments.inputs import Among, Choices, Dollars, Number, One, Span, Text, Words, parted
from patients.segments.plain import Person
from patients.segments.registry import How, Place, Values, criterion
from practice.models import Location, Provider

PERSON, STANDING, HOME, MONEY = _("Age and birthday"), _("How it stands"), _("Household"), _("Payment")
NONE = "none"  # the choice of those for whom nothing is recorded
YEARS = {"least": 0, "most": 130}


def enter() -> None:
    """Enter these questions."""
    _enter_age()
    _enter_birthday()
    _choose(
        "gender",
        label=_("Gender"),
        group=PERSON,
        says=_("whose *gender* is *{among}*"),
        column="gender",
        choices=lambda: [*Gender.choices, (NONE, _("not recorded"))],
        blank="",
    )
    _choose(
        "status",
        label=_("Status"),
        group=STANDING,
        says=_("who are *{among}*"),
        column="status",
        choices=lambda: PatientStatus.choices,
    )
    _choose(
        "location",
        label=_("Location"),
        group=STANDING,
        says=_("who come to *{among}*"),
        column="location_id",
        choices=lambda: _places(Location.objects.all()),
        is_common=False,
    )
    _choose(
        "provider",
        label=_("Provider"),
        group=STANDING,
        says=_("who are cared for by *{among}*"),
        column="provider_id",
        choices=lambda: _places(Provider.objects.all()),
        is_common=False,
    )
    _choose(
        "payer",
        label=_("Who pays"),
        group=MONEY,
        says=_("whose *payer* is *{among}*"),
        column="payer_class",
        choices=lambda: PayerClass.choices,
        nature=Nature.FINANCIAL,
    )
    _enter_source()
    _enter_household()
    _enter_spend()


def _places(found: Iterable[Any]) -> Choices:
    return [*((str(one.pk), str(one)) for one in found), (NONE, _("nobody in particular"))]


def _choose(
    name: str,
    *,
    label: Words,
    group: Words,
    says: Words,
    column: str,
    choices: Callable[[], Choices],
    nature: str = Nature.IDENTITY,
    blank: str | None = None,
    is_common: bool = True,
) -> None:
    """Enter a question whose answer is one of a list and stands in one column of the patient."""

    def to_q(values: Values, _place: Place) -> Q:
        chosen = [value for value in values["among"] if value != NONE]
        missing = Q(**{column: blank}) if blank is not None else Q(**{f"{column}__isnull": True})
        return Q(**{f"{column}__in": chosen}) | missing if NONE in values["among"] else Q(**{f"{column}__in": chosen})

    def plain(values: Values, person: Person) -> bool:
        value = getattr(person.care, column)
        return (NONE if value in {blank, None} else str(value)) in values["among"]

    criterion(
        name,
        label=label,
        group=group,
        nature=nature,
        is_of_patients=True,
        hows=[How("is", _("is"), says, to_q, plain, (Among("among", label, choices, is_common=is_common),))],
    )


def _enter_age() -> None:
    def born(values: Values, person: Person) -> int | None:
        return person.care.age_on(person.day)

    def at_least(years: int, place: Place) -> Q:
        return Q(born_on__lte=spans.youngest_birth(place.day, years))

    def under(years: int, place: Place) -> Q:
        return Q(born_on__gt=spans.youngest_birth(place.day, years))

    def is_between(values: Values, person: Person) -> bool:
        age = born(values, person)
        return age is not None and values["from"] <= age <= values["to"]

    years = Number("years", _("Years"), start=65, after=_("years"), **YEARS)
    criterion(
        "age",
        label=_("Age"),
        group=PERSON,
        nature=Nature.IDENTITY,
        is_of_patients=True,
        hows=[
            How(
                "at_least",
                _("is at least"),
                _("who are *{years}* or older"),
                lambda values, place: at_least(values["years"], place),
                lambda values, person: (age := born(values, person)) is not None and age >= values["years"],
                (years,),
            ),
            How(
                "under",
                _("is under"),
                _("who are *under {years}*"),
                lambda values, place: under(values["years"], place),
                lambda values, person: (age := born(values, person)) is not None and age < values["years"],
                (years,),
            ),
            How(
                "between",
                _("is from"),
                _("who are *{from} to {to}* years old"),
                lambda values, place: at_least(values["from"], place) & under(values["to"] + 1, place),
                is_between,
                (
                    Number("from", _("From"), start=18, after=_("to"), **YEARS),
                    Number("to", _("To"), start=35, after=_("years"), **YEARS),
                ),
            ),
            How(
                "unknown",
                _("is not known"),
                _("whose *age* is not known"),
                lambda values, place: Q(born_on__isnull=True),
                lambda values, person: person.care.born_on is None,
            ),
        ],
    )


def _enter_birthday() -> None:
    months = One("month", _("Month"), lambda: [(str(number), str(name)) for number, name in MONTHS.items()])

    def on(days: list[date]) -> Q:
        return Q(birthday__in=spans.birthdays(days))

    def falls(days: list[date], person: Person) -> bool:
        return any(_birthday_in(person.care, day.year) == day for day in days)

    criterion(
        "birthday",
        label=_("Birthday"),
        group=PERSON,
        nature=Nature.IDENTITY,
        is_of_patients=True,
        hows=[
            How(
                "this_month",
                _("is this month"),
                _("whose *birthday* is *this month*"),
                lambda values, place: on(spans.month_of(place.day)),
                lambda values, person: falls(spans.month_of(person.day), person),
            ),
            How(
                "soon",
                _("is within the next"),
                _("whose *birthday* is within the next *{days}* days"),
                lambda values, place: on(spans.next_days(place.day, values["days"])),
                lambda values, person: falls(spans.next_days(person.day, values["days"]), person),
                (Number("days", _("Days"), least=0, most=366, start=14, after=_("days")),),
            ),
            How(
                "month",
                _("is in"),
                _("who were *born in {month}*"),
                lambda values, place: Q(birthday__range=(int(values["month"]) * 100, int(values["month"]) * 100 + 99)),
                lambda values, person: (
                    person.care.born_on is not None and person.care.born_on.month == int(values["month"])
                ),
                (months,),
            ),
        ],
    )


def _birthday_in(patient: Patient, year: int) -> date | None:
    """Return the day in `year` on which somebody grows a year older: March 1 for February 29 in a common year."""
    if patient.born_on is None:
        return None
    try:
        return patient.born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _enter_source() -> None:
    criterion(
        "source",
        label=_("How they came to us"),
        group=STANDING,
        nature=Nature.IDENTITY,
        is_of_patients=True,
        hows=[
            How(
                "is",
                _("is"),
                _("who came to us by *{text}*"),
                lambda values, place: Q(source=values["text"]),
                lambda values, person: person.care.source == values["text"],
                (Text("text", _("Source"), most=60),),
            ),
            How(
                "unknown",
                _("is not known"),
                _("of whom we *do not know how they came*"),
                lambda values, place: Q(source=""),
                lambda values, person: person.care.source == "",
            ),
        ],
    )


def _enter_household() -> None:
    def has_dependents(values: Values, place: Place) -> Q:
        return place.patient_has(Patient.objects.filter(responsible__isnull=False), "responsible")

    criterion(
        "household",
        label=_("Household"),
        group=HOME,
        nature=Nature.IDENTITY,
        is_of_patients=True,
        hows=[
            How(
                "answers",
                _("they answer for others"),
                _("who *answer for others*"),
                has_dependents,
                lambda values, person: person.care.dependents.exists(),
            ),
            How(
                "depends",
                _("another answers for them"),
                _("for whom *another answers*"),
                lambda values, place: Q(responsible__isnull=False),
                lambda values, person: person.care.responsible_id is not None,
            ),
            How(
                "alone",
                _("they answer for themselves alone"),
                _("who *answer for themselves alone*"),
                lambda values, place: Q(responsible__isnull=True) & ~has_dependents(values, place),
                lambda values, person: person.care.responsible_id is None and not person.care.dependents.exists(),
            ),
        ],
    )


def _enter_spend() -> None:
    sum_ = Dollars("dollars", _("Dollars"))

    def spent_since(values: Values, place: Place) -> Q:
        """Sum up once for everybody: a list of patients, since a sum for each of a million takes seconds."""
        paid = (
            Procedure.objects.filter(done_on__gte=_since(values, place.day))
            .order_by()
            .values("patient")
            .annotate(sum=Sum("fee_cents"))
            .filter(sum__gte=values["dollars"] * 100)
        )
        return Q(pk__in=paid.values("patient"))

    def paid_since(values: Values, person: Person) -> bool:
        since = _since(values, person.day)
        fees = [one.fee_cents for one in person.procedures if one.done_on >= since]
        return bool(fees) and sum(fees) >= values["dollars"] * 100

    criterion(
        "spend",
        label=_("Spent with us"),
        group=MONEY,
        nature=Nature.FINANCIAL,
        is_of_patients=True,
        hows=[
            How(
                "at_least",
                _("is at least"),
                _("who *spent {dollars}* or more with us"),
                lambda values, place: Q(spent_cents__gte=values["dollars"] * 100),
                lambda values, person: person.care.spent_cents >= values["dollars"] * 100,
                (sum_,),
            ),
            How(
                "under",
                _("is under"),
                _("who *spent less than {dollars}* with us"),
                lambda values, place: Q(spent_cents__lt=values["dollars"] * 100),
                lambda values, person: person.care.spent_cents < values["dollars"] * 100,
                (sum_,),
            ),
            How(
                "since",
                _("was lately at least"),
                _("who *spent {dollars}* or more in the last *{span}*"),
                spent_since,
                paid_since,
                (
                    Dollars("dollars", _("Dollars"), after=_("in the last")),
                    Span("span", _("How long"), start="12 months"),
                ),
            ),
        ],
    )


def _since(values: Values, day: date) -> date:
    return spans.before(day, *parted(values["span"]))
