"""What a patient answered: shown and handed over with the record; erased, the score stays as nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.surveys.models import Answer, AnswerQuerySet
from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Tab, Table, day_of, keeper, rows_before


def _rows(person: Person) -> AnswerQuerySet:
    return Answer.objects.filter(reader__in=person.readers)


def _lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for one in rows_before(_rows(person).select_related("survey"), "given_at", before, limit):
        title = _("Answered: %(answer)s") % {"answer": one.label}
        detail = " · ".join([one.survey.question, *([_("a mailbox that several share")] if one.is_shared else [])])
        yield Line(one.given_at, Tab.ANSWERS, "openquote", title, detail, one.words)


def export(person: Person) -> Iterable[Table]:
    """Hand over what they answered, and what they wrote."""
    rows = _rows(person).select_related("survey").order_by("given_at", "pk")
    yield Table(
        "survey answers",
        ["reference", "at", "question", "answer", "what you wrote", "may we call", "changed"],
        [
            [
                *(one.ref, day_of(one.given_at), one.survey.question, one.label, one.words, one.get_call_display()),
                day_of(one.changed_at),
            ]
            for one in rows.iterator(chunk_size=500)
        ],
    )


def erase(person: Person) -> Iterable[Part]:
    """Tell of answers: words, themes and whose it was go; a score without a person stays, so that figures add up."""
    rows = _rows(person)
    yield Part(_("Answers to our questions, and what they wrote"), Kept.GOES, rows.count(), lambda: _empty(rows))


def _empty(rows: AnswerQuerySet) -> None:
    now = timezone.now()
    for one in rows.filter(~Q(reader=None)):
        one.words, one.call, one.reader, one.erased_at = "", "", None, now
        one.save(update_fields=["words", "call", "reader", "erased_at"])
        one.themes.clear()


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Move answers; each came from a letter of its own, so none stands in the way of another."""
    moves.move(Answer.objects.filter(reader=gone.patient.reader_id), "reader", into.patient.reader_id)


keeper(
    "surveys.answers",
    models=("surveys.Answer",),
    show=(Shelf(Tab.ANSWERS, lambda person: _rows(person).count(), _lines),),
    export=export,
    erase=erase,
    merge=merge,
)
