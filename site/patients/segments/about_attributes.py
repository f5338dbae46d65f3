"""Questions about the facts that a practice keeps of its own, made from its attributes at the moment of asking."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models import Attribute, AttributeValue, Nature
from patients.segments import spans
from patients.segments.inputs import Among, Blank, Decimals, Span, Text, parted
from patients.segments.plain import Person
from patients.segments.registry import Criterion, How, Place, Values

OURS = _("Our own facts")
PREFIX = "attribute:"

# the lookup of the column, what it is compared to on a day, and the same comparison in Python
type Asked = tuple[str, Callable[[Values, date], Any], Callable[[Any, Any], bool]]


def criteria() -> Iterator[Criterion]:
    """Return a question for each attribute in use."""
    for attribute in Attribute.objects.filter(is_active=True):
        clinical = attribute.nature == Nature.CLINICAL
        yield Criterion(
            name=f"{PREFIX}{attribute.slug}",
            label=_("Clinical: %(what)s") % {"what": attribute.label} if clinical else attribute.label,
            group=OURS,
            hows=tuple(_hows(attribute)),
            nature=attribute.nature,
            is_of_patients=True,
        )


def _hows(attribute: Attribute) -> Iterator[How]:
    column = attribute.column

    def found(place: Place, **lookups: Any) -> Q:
        return place.patient_has(AttributeValue.objects.filter(attribute=attribute.pk, **lookups))

    def value(person: Person) -> Any:
        kept = person.attributes.get(attribute.slug)
        return getattr(kept, column) if kept else None

    def way(name: str, label: Any, says: Any, asked: Asked, *blanks: Blank) -> How:
        lookup, meant, plain = asked

        def to_q(values: Values, place: Place) -> Q:
            return found(place, **{f"{column}{lookup}": meant(values, place.day)})

        def twin(values: Values, person: Person) -> bool:
            kept = value(person)
            return kept is not None and bool(plain(kept, meant(values, person.day)))

        what = attribute.label.replace("*", "").replace("{", "").replace("}", "")
        return How(name, label, says % {"what": what}, to_q, twin, blanks)

    yield from _typed(attribute, way)
    yield How(
        "recorded",
        _("is recorded"),
        _("with *%(what)s* recorded") % {"what": attribute.label},
        lambda values, place: found(place),
        lambda values, person: attribute.slug in person.attributes,
    )
    yield How(
        "missing",
        _("is not recorded"),
        _("with *no %(what)s* recorded") % {"what": attribute.label},
        lambda values, place: ~found(place),
        lambda values, person: attribute.slug not in person.attributes,
    )


def _typed(attribute: Attribute, way: Callable[..., How]) -> Iterator[How]:
    """Return the ways that its type allows."""

    def chosen(values: Values, _day: date) -> Any:
        return values["among" if attribute.kind == Attribute.Kind.CHOICE else "text"]

    if attribute.kind == Attribute.Kind.YES_NO:
        yield way("yes", _("is yes"), _("for whom *%(what)s* is *yes*"), ("", lambda *_values: True, operator.is_))
        yield way("no", _("is no"), _("for whom *%(what)s* is *no*"), ("", lambda *_values: False, operator.is_))
    elif attribute.kind == Attribute.Kind.CHOICE:
        listed = Among("among", attribute.label, lambda: [(str(one), str(one)) for one in attribute.choices])
        yield way("is", _("is"), _("whose *%(what)s* is *{among}*"), ("__in", chosen, lambda a, b: a in b), listed)
    elif attribute.kind == Attribute.Kind.TEXT:
        text = Text("text", attribute.label)
        yield way("is", _("is"), _("whose *%(what)s* is *{text}*"), ("", chosen, operator.eq), text)
    elif attribute.kind == Attribute.Kind.NUMBER:
        number = Decimals("number", attribute.label)
        says = _("whose *%(what)s* is at least *{number}*"), _("whose *%(what)s* is under *{number}*")
        yield way("at_least", _("is at least"), says[0], ("__gte", _number, operator.ge), number)
        yield way("under", _("is under"), says[1], ("__lt", _number, operator.lt), number)
    else:
        yield from _dates(way)


def _dates(way: Callable[..., How]) -> Iterator[How]:
    span = Span("span", _("How long"))

    def ago(values: Values, day: date) -> date:
        return spans.before(day, *parted(values["span"]))

    def ahead(values: Values, day: date) -> tuple[date, date]:
        return day, spans.after(day, *parted(values["span"]))

    past = _("whose *%(what)s* was more than *{span}* ago"), _("whose *%(what)s* was or is after *{span}* ago")
    yield way("before", _("is more than … ago:"), past[0], ("__lt", ago, operator.lt), span)
    yield way("since", _("is later than … ago:"), past[1], ("__gte", ago, operator.ge), span)
    soon = _("whose *%(what)s* is within the next *{span}*")
    yield way("soon", _("is within the next"), soon, ("__range", ahead, lambda a, b: b[0] <= a <= b[1]), span)


def _number(values: Values, _day: date) -> Decimal:
    return Decimal(values["number"])
