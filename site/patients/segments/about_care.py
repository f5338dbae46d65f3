"""Questions about visits and what was done: when they were here last, what is booked, how often, what they had."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from patients.models import Appointment, AppointmentStatus, Nature, Procedure
from patients.segments import spans
from patients.segments.inputs import Among, Day, Number, Span, Text, Words, parted
from patients.segments.plain import Person
from patients.segments.registry import How, Place, Values, criterion
from practice.models import Service

type Says = tuple[Words, Words, Words]
VISITS = _("Visits")
DONE = _("What they had done")


def enter() -> None:
    """Enter these questions."""
    _enter_last_visit()
    _enter_next_visit()
    _enter_counts(
        "visits",
        label=_("Visits kept"),
        noun=_("visits"),
        status=AppointmentStatus.KEPT,
        days=Person.kept,
        says=(
            _("with at least *{number} visits*"),
            _("with at most *{number} visits*"),
            _("with at least *{number} visits* in the last *{span}*"),
        ),
    )
    _enter_counts(
        "missed",
        label=_("Visits missed"),
        noun=_("missed visits"),
        status=AppointmentStatus.MISSED,
        days=Person.missed,
        says=(
            _("with at least *{number} missed visits*"),
            _("with at most *{number} missed visits*"),
            _("with at least *{number} missed visits* in the last *{span}*"),
        ),
    )
    _enter_interval()
    _enter_done()


def _since(values: Values, day: date) -> date:
    return spans.before(day, *parted(values["span"]))


def _enter_last_visit() -> None:
    def seen(person: Person) -> date | None:
        return person.care.last_seen_on

    criterion(
        "last_visit",
        label=_("Last visit"),
        group=VISITS,
        is_of_patients=True,
        hows=[
            How(
                "before",
                _("is more than"),
                _("whose *last visit* was more than *{span}* ago"),
                lambda values, place: Q(last_seen_on__lt=_since(values, place.day)),
                lambda values, person: (day := seen(person)) is not None and day < _since(values, person.day),
                (Span("span", _("How long"), start="18 months", after=_("ago")),),
            ),
            How(
                "within",
                _("is less than"),
                _("whose *last visit* was less than *{span}* ago"),
                lambda values, place: Q(last_seen_on__gte=_since(values, place.day)),
                lambda values, person: (day := seen(person)) is not None and day >= _since(values, person.day),
                (Span("span", _("How long"), start="6 months", after=_("ago")),),
            ),
            How(
                "between",
                _("is from"),
                _("whose *last visit* was from *{from}* to *{to}*"),
                lambda values, place: Q(last_seen_on__gte=values["from"], last_seen_on__lte=values["to"]),
                lambda values, person: (
                    (day := seen(person)) is not None and values["from"] <= day.isoformat() <= values["to"]
                ),
                (Day("from", _("From")), Day("to", _("To"))),
            ),
            How(
                "never",
                _("is none"),
                _("who *never had a visit*"),
                lambda values, place: Q(last_seen_on__isnull=True),
                lambda values, person: seen(person) is None,
            ),
        ],
    )


def _enter_next_visit() -> None:
    def booked(place: Place, until: date | None = None) -> Q:
        visits = Appointment.objects.filter(status=AppointmentStatus.BOOKED, starts_at__gte=place.start_of(place.day))
        if until is not None and until < date.max:
            visits = visits.filter(starts_at__lt=place.start_of(until + timedelta(days=1)))
        return place.patient_has(visits)

    def until(values: Values, day: date) -> date:
        return spans.after(day, *parted(values["span"]))

    criterion(
        "next_visit",
        label=_("Next visit"),
        group=VISITS,
        is_of_patients=True,
        hows=[
            How(
                "unbooked",
                _("is not booked"),
                _("who have *no visit booked*"),
                lambda values, place: ~booked(place),
                lambda values, person: not person.booked(),
            ),
            How(
                "booked",
                _("is booked"),
                _("who have *a visit booked*"),
                lambda values, place: booked(place),
                lambda values, person: bool(person.booked()),
            ),
            How(
                "within",
                _("is within the next"),
                _("who have *a visit booked* within the next *{span}*"),
                lambda values, place: booked(place, until(values, place.day)),
                lambda values, person: any(day <= until(values, person.day) for day in person.booked()),
                (Span("span", _("How long"), start="2 weeks"),),
            ),
        ],
    )


def _enter_counts(
    name: str, *, label: Words, noun: Words, status: str, days: Callable[[Person], list[date]], says: Says
) -> None:
    """Enter a question that counts visits which ended in one way, ever or lately."""

    def more_than(number: int, place: Place, since: date | None = None) -> Q:
        visits = Appointment.objects.filter(status=status)
        if since is not None:
            visits = visits.filter(starts_at__gte=place.start_of(since))
        if number > 0:
            many = visits.order_by().values("patient").annotate(n=Count("pk")).filter(n__gt=number)
            return Q(pk__in=many.values("patient"))
        return place.patient_has(visits)

    number = Number("number", _("How many"), least=0, most=500, start=2, after=noun)
    some = Number("number", _("How many"), least=1, most=500, start=2, after=noun)
    lately = Number("number", _("How many"), least=1, most=500, start=2, after=_("in the last"))
    criterion(
        name,
        label=label,
        group=VISITS,
        is_of_patients=True,
        hows=[
            How(
                "at_least",
                _("are at least"),
                says[0],
                lambda values, place: more_than(values["number"] - 1, place),
                lambda values, person: len(days(person)) >= values["number"],
                (some,),
            ),
            How(
                "at_most",
                _("are at most"),
                says[1],
                lambda values, place: ~more_than(values["number"], place),
                lambda values, person: len(days(person)) <= values["number"],
                (number,),
            ),
            How(
                "lately",
                _("were lately at least"),
                says[2],
                lambda values, place: more_than(values["number"] - 1, place, _since(values, place.day)),
                lambda values, person: (
                    sum(day >= _since(values, person.day) for day in days(person)) >= values["number"]
                ),
                (lately, Span("span", _("How long"), start="12 months")),
            ),
        ],
    )


def _enter_interval() -> None:
    def usual(person: Person) -> int | None:
        return person.care.usual_interval_days

    def days(values: Values) -> int:
        return spans.days_in(*parted(values["span"]))

    length = (Span("span", _("How long"), start="12 months"),)
    criterion(
        "interval",
        label=_("Usual interval"),
        group=VISITS,
        is_of_patients=True,
        hows=[
            How(
                "shorter",
                _("is shorter than"),
                _("whose *usual interval* is shorter than *{span}*"),
                lambda values, place: Q(usual_interval_days__lt=days(values)),
                lambda values, person: (found := usual(person)) is not None and found < days(values),
                length,
            ),
            How(
                "longer",
                _("is longer than"),
                _("whose *usual interval* is longer than *{span}*"),
                lambda values, place: Q(usual_interval_days__gt=days(values)),
                lambda values, person: (found := usual(person)) is not None and found > days(values),
                length,
            ),
            How(
                "unknown",
                _("is not known"),
                _("whose *usual interval* is not known"),
                lambda values, place: Q(usual_interval_days__isnull=True),
                lambda values, person: usual(person) is None,
            ),
        ],
    )


def _enter_done() -> None:
    def services() -> list[tuple[str, str]]:
        return [(str(one.pk), one.name) for one in Service.objects.all()]

    def of_services(values: Values, place: Place, since: date | None) -> Q:
        """A procedure entered for it counts, and so does a visit kept for it."""
        keys = [int(key) for key in values["among"]]
        done = Procedure.objects.filter(service__in=keys)
        visits = Appointment.objects.filter(service__in=keys, status=AppointmentStatus.KEPT)
        if since is not None:
            done, visits = done.filter(done_on__gte=since), visits.filter(starts_at__gte=place.start_of(since))
        return place.patient_has(done) | place.patient_has(visits)

    def days_of_services(values: Values, person: Person) -> list[date]:
        done = [one.done_on for one in person.procedures if str(one.service_id) in values["among"]]
        kept = [one for one in person.visits if one.status == AppointmentStatus.KEPT]
        return done + [person.day_of(one) for one in kept if str(one.service_id) in values["among"]]

    def of_code(values: Values, place: Place, since: date | None) -> Q:
        done = Procedure.objects.filter(code=values["code"])
        return place.patient_has(done.filter(done_on__gte=since) if since is not None else done)

    def days_of_code(values: Values, person: Person) -> list[date]:
        return [one.done_on for one in person.procedures if one.code == values["code"]]

    criterion(
        "had",
        label=_("Clinical: service"),
        group=DONE,
        nature=Nature.CLINICAL,
        is_of_patients=True,
        hows=_ways_of_having(
            Among("among", _("Services"), services),
            (
                _("who have had *{among}*"),
                _("who had *{among}* in the last *{span}*"),
                _("who have had *{among}*, but *not in the last {span}*"),
                _("who *never* had *{among}*"),
            ),
            of_services,
            days_of_services,
        ),
    )
    criterion(
        "had_code",
        label=_("Clinical: procedure code"),
        group=DONE,
        nature=Nature.CLINICAL,
        is_of_patients=True,
        hows=_ways_of_having(
            Text("code", _("Procedure code"), most=20),
            (
                _("who have had procedure *{code}*"),
                _("who had procedure *{code}* in the last *{span}*"),
                _("who have had procedure *{code}*, but *not in the last {span}*"),
                _("who *never* had procedure *{code}*"),
            ),
            of_code,
            days_of_code,
        ),
    )


def _ways_of_having(
    blank: Among | Text,
    says: tuple[Words, Words, Words, Words],
    to_q: Callable[[Values, Place, date | None], Q],
    days: Callable[[Values, Person], list[date]],
) -> list[How]:
    def lately(values: Values, person: Person) -> bool:
        return any(day >= _since(values, person.day) for day in days(values, person))

    span = Span("span", _("How long"), start="12 months")
    return [
        How(
            "ever",
            _("was had"),
            says[0],
            lambda values, place: to_q(values, place, None),
            lambda values, person: bool(days(values, person)),
            (blank,),
        ),
        How(
            "within",
            _("was had in the last"),
            says[1],
            lambda values, place: to_q(values, place, _since(values, place.day)),
            lately,
            (span, blank),
        ),
        How(
            "not_since",
            _("was had, but not in the last"),
            says[2],
            lambda values, place: to_q(values, place, None) & ~to_q(values, place, _since(values, place.day)),
            lambda values, person: bool(days(values, person)) and not lately(values, person),
            (span, blank),
        ),
        How(
            "never",
            _("was never had"),
            says[3],
            lambda values, place: ~to_q(values, place, None),
            lambda values, person: not days(values, person),
            (blank,),
        ),
    ]
