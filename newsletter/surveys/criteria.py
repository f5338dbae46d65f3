"""What segments may ask about answers: that somebody answered, and whether they were content; never their words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.surveys.models import Answer, AnswerQuerySet, Survey
from patients import segments
from patients.segments import Among, How, Person, Place, Span, Values, spans

LETTERS = _("Letters and friends")


def enter() -> None:
    """Enter the question."""
    lately = Span("span", _("How long"), start="12 months")
    asked = Among("among", _("Questions"), _surveys)
    segments.criterion(
        "answered",
        label=_("Answers to our questions"),
        group=LETTERS,
        hows=[
            How(
                "within",
                _("they answered one in the last"),
                _("who *answered a letter’s question* in the last *{span}*"),
                lambda values, place: _gave(place, _since(values, place.day), Answer.objects.all()),
                lambda values, person: bool(_given(person, _since(values, person.day))),
                (lately,),
            ),
            How(
                "low",
                _("they were not content in the last"),
                _("who *were not content* in an answer of the last *{span}*"),
                lambda values, place: _gave(place, _since(values, place.day), Answer.objects.low()),
                lambda values, person: any(one.is_low for one in _given(person, _since(values, person.day))),
                (lately,),
            ),
            How(
                "best",
                _("they gave the best answer in the last"),
                _("who *gave the best answer* in the last *{span}*"),
                lambda values, place: _gave(place, _since(values, place.day), Answer.objects.best()),
                lambda values, person: any(one.is_best for one in _given(person, _since(values, person.day))),
                (lately,),
            ),
            How(
                "among",
                _("they answered one of"),
                _("who answered *{among}*"),
                lambda values, place: _gave(place, None, Answer.objects.filter(survey__in=_keys(values))),
                lambda values, person: any(one.survey_id in _keys(values) for one in _given(person, None)),
                (asked,),
            ),
            How(
                "never",
                _("they never gave one"),
                _("who *never answered* a letter’s question"),
                lambda values, place: ~_gave(place, None, Answer.objects.all()),
                lambda values, person: not _given(person, None),
            ),
        ],
    )


def _surveys() -> Iterable[tuple[str, str]]:
    return ((str(one.pk), one.question) for one in Survey.objects.all())


def _keys(values: Values) -> set[int]:
    return {int(key) for key in values["among"]}


def _since(values: Values, day: date) -> date:
    return spans.before(day, *segments.parted(values["span"]))


def _gave(place: Place, since: date | None, answers: AnswerQuerySet) -> Q:
    if since is not None:
        answers = answers.filter(given_at__gte=place.start_of(since))
    return place.reader_has(answers)


def _given(person: Person, since: date | None) -> list[Answer]:
    answers = Answer.objects.filter(reader=person.reader).select_related("survey")
    return [one for one in answers if since is None or one.given_at.astimezone(person.zone).date() >= since]
