"""Questions about anyone we write to: who they are to us, how to reach them, what they agreed to, where they live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients import colleagues, policy
from patients.models import Channel, Consent, Nature, PostalAddress, Purpose, Reader, ReaderKind, Tag
from patients.segments import places, spans
from patients.segments.inputs import Among, Blank, Number, One, Span, Unfit, parted
from patients.segments.plain import Person
from patients.segments.registry import How, Place, Values, criterion

WHO, CONTACT, PLACE = gettext_lazy("Who they are"), gettext_lazy("Getting in touch"), gettext_lazy("Where they live")
WAYS = [(Channel.EMAIL, Channel.EMAIL.label), (Channel.SMS, Channel.SMS.label), (Channel.POST, Channel.POST.label)]


@dataclass(frozen=True)
class Zip(Blank):
    """A ZIP code whose place we know."""

    kind: ClassVar[str] = "zip"

    def clean(self, raw: Any) -> str:
        code = str(raw).strip()[:5]
        if not (len(code) == 5 and code.isascii() and code.isdecimal()):
            raise Unfit(_("Fill in a ZIP code of five digits."))
        if not places.is_known(code):
            raise Unfit(_("We do not know where ZIP code %(code)s lies.") % {"code": code})
        return code


def enter() -> None:
    """Enter these questions."""
    kinds = Among("among", gettext_lazy("Kinds of readers"), lambda: ReaderKind.choices, is_common=True)
    criterion(
        "kind",
        label=gettext_lazy("Kind of reader"),
        group=WHO,
        hows=[
            How(
                "is",
                gettext_lazy("is"),
                gettext_lazy("who are to us a *{among}*"),
                lambda values, place: place.of_reader(kind__in=values["among"]),
                lambda values, person: person.reader.kind in values["among"],
                (kinds,),
            )
        ],
    )
    _enter_work()
    tongues = Among("among", gettext_lazy("Languages"), lambda: settings.LANGUAGES)
    criterion(
        "language",
        label=gettext_lazy("Language"),
        group=WHO,
        hows=[
            How(
                "is",
                gettext_lazy("is"),
                gettext_lazy("who read *{among}*"),
                lambda values, place: place.of_reader(language__in=values["among"]),
                lambda values, person: person.reader.language in values["among"],
                (tongues,),
            )
        ],
    )
    _enter_tags()
    _enter_added()
    _enter_consent()
    _enter_reach()
    _enter_distance()


def _enter_work() -> None:
    """Enter the question who works here or at an office: whoever left does neither, at once."""
    here, office = ReaderKind.STAFF, ReaderKind.OFFICE
    criterion(
        "work",
        label=gettext_lazy("Works"),
        group=WHO,
        hows=[
            How(
                "here",
                gettext_lazy("with us"),
                gettext_lazy("who *work with us*"),
                lambda values, place: place.reader_has(colleagues.at_work(here), key="pk"),
                lambda values, person: colleagues.works_on(person.reader, here),
            ),
            How(
                "office",
                gettext_lazy("at an office"),
                gettext_lazy("who *work at an office*"),
                lambda values, place: place.reader_has(colleagues.at_work(office), key="pk"),
                lambda values, person: colleagues.works_on(person.reader, office),
            ),
        ],
    )


def _enter_tags() -> None:
    tags = Among("among", gettext_lazy("Tags"), lambda: ((str(tag.pk), tag.name) for tag in Tag.objects.all()))

    def stuck(values: Values, place: Place) -> Q:
        return place.reader_has(Reader.tags.through.objects.filter(tag__in=[int(key) for key in values["among"]]))

    criterion(
        "tag",
        label=gettext_lazy("Tag"),
        group=WHO,
        nature=Nature.IDENTITY,
        hows=[
            How(
                "has",
                gettext_lazy("is one of"),
                gettext_lazy("who carry the tag *{among}*"),
                stuck,
                lambda values, person: bool(person.tags & set(values["among"])),
                (tags,),
                nature=_nature_of_tags,
            )
        ],
    )


def _nature_of_tags(values: Values) -> str:
    natures = set(Tag.objects.filter(pk__in=[int(key) for key in values["among"]]).values_list("nature", flat=True))
    worst = [Nature.CLINICAL, Nature.FINANCIAL, Nature.CONTACT]
    return next((nature for nature in worst if nature in natures), Nature.IDENTITY)


def _enter_added() -> None:
    def added_on(person: Person) -> date:
        return person.reader.added_at.astimezone(person.zone).date()

    criterion(
        "added",
        label=gettext_lazy("Known to us"),
        group=WHO,
        hows=[
            How(
                "within",
                gettext_lazy("since less than"),
                gettext_lazy("whom we have *known* for less than *{span}*"),
                lambda values, place: place.of_reader(
                    added_at__gte=place.start_of(spans.before(place.day, *parted(values["span"])))
                ),
                lambda values, person: added_on(person) >= spans.before(person.day, *parted(values["span"])),
                (Span("span", gettext_lazy("How long")),),
            ),
            How(
                "before",
                gettext_lazy("since more than"),
                gettext_lazy("whom we have *known* for more than *{span}*"),
                lambda values, place: place.of_reader(
                    added_at__lt=place.start_of(spans.before(place.day, *parted(values["span"])))
                ),
                lambda values, person: added_on(person) < spans.before(person.day, *parted(values["span"])),
                (Span("span", gettext_lazy("How long")),),
            ),
        ],
    )


def _enter_consent() -> None:
    blanks = (
        One("channel", gettext_lazy("On which channel"), lambda: Channel.choices, is_common=True),
        One(
            "purpose",
            gettext_lazy("For which purpose"),
            lambda: [choice for choice in Purpose.choices if choice[0] != Purpose.TRANSACTIONAL],
            start=Purpose.OWN_SERVICES,
            is_common=True,
        ),
    )

    def standing(values: Values, place: Place, **more: Any) -> Q:
        return place.reader_has(Consent.objects.standing().filter(**_asked(values), **more))

    def _asked(values: Values) -> dict[str, Any]:
        return {"channel": values["channel"], "purpose": values["purpose"]}

    def answer(values: Values, person: Person) -> bool | None:
        line = person.reader.consents.filter(superseded_at__isnull=True, **_asked(values)).first()
        return line.is_given if line else None

    criterion(
        "consent",
        label=gettext_lazy("Consent"),
        group=CONTACT,
        nature=Nature.CONTACT,
        hows=[
            How(
                "yes",
                gettext_lazy("is given for"),
                gettext_lazy("who *said yes* to *{purpose}* by *{channel}*"),
                lambda values, place: standing(values, place, is_given=True),
                lambda values, person: answer(values, person) is True,
                blanks,
            ),
            How(
                "no",
                gettext_lazy("is refused for"),
                gettext_lazy("who *said no* to *{purpose}* by *{channel}*"),
                lambda values, place: standing(values, place, is_given=False),
                lambda values, person: answer(values, person) is False,
                blanks,
            ),
            How(
                "unasked",
                gettext_lazy("was never recorded for"),
                gettext_lazy("who *never answered* about *{purpose}* by *{channel}*"),
                lambda values, place: ~standing(values, place),
                lambda values, person: answer(values, person) is None,
                blanks,
            ),
        ],
    )


def _enter_reach() -> None:
    blanks = (
        One("channel", gettext_lazy("On which channel"), lambda: WAYS, is_common=True),
        One("purpose", gettext_lazy("For what"), lambda: Purpose.choices, start=Purpose.OWN_SERVICES, is_common=True),
    )

    def reached(values: Values, place: Place) -> Q:
        return place.of_reader(pk__in=policy.contactable(values["channel"], values["purpose"]).order_by().values("pk"))

    def may(values: Values, person: Person) -> bool:
        return not policy.may_contact(person.reader, channel=values["channel"], purpose=values["purpose"])

    criterion(
        "reachable",
        label=gettext_lazy("May be written to"),
        group=CONTACT,
        nature=Nature.CONTACT,
        hows=[
            How(
                "yes",
                gettext_lazy("yes, by"),
                gettext_lazy("who *may be written to* by *{channel}* about *{purpose}*"),
                reached,
                may,
                blanks,
            ),
            How(
                "no",
                gettext_lazy("no, not by"),
                gettext_lazy("who *may not be written to* by *{channel}* about *{purpose}*"),
                lambda values, place: ~reached(values, place),
                lambda values, person: not may(values, person),
                blanks,
            ),
        ],
    )


@dataclass(frozen=True)
class Miles(Number):
    """A distance."""

    most: int = places.FARTHEST
    least: int = 1
    start: int = 10

    def said(self, value: int) -> str:
        return ngettext("%(n)d mile", "%(n)d miles", value) % {"n": value}


def _enter_distance() -> None:
    blanks = (
        Miles("miles", gettext_lazy("Miles"), after=gettext_lazy("miles of ZIP code")),
        Zip("zip", gettext_lazy("ZIP code")),
    )

    def within(values: Values, place: Place) -> Q:
        codes = places.around(values["zip"], values["miles"])
        near = PostalAddress.objects.alias(zip=Left("postal_code", 5)).filter(zip__in=sorted(codes))
        return place.reader_has(near)

    def beyond(values: Values, place: Place) -> Q:
        return place.reader_has(PostalAddress.objects.exclude(postal_code="")) & ~within(values, place)

    def lives_within(values: Values, person: Person) -> bool:
        return person.zip_code in places.around(values["zip"], values["miles"])

    criterion(
        "distance",
        label=gettext_lazy("Distance"),
        group=PLACE,
        nature=Nature.CONTACT,
        hows=[
            How(
                "within",
                gettext_lazy("is within"),
                gettext_lazy("who live within *{miles}* of *{zip}*"),
                within,
                lives_within,
                blanks,
            ),
            How(
                "beyond",
                gettext_lazy("is more than"),
                gettext_lazy("who live more than *{miles}* from *{zip}*"),
                beyond,
                lambda values, person: bool(person.zip_code) and not lives_within(values, person),
                blanks,
            ),
        ],
    )
