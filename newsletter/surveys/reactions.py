"""What follows an answer: a low one becomes a follow-up for today, once, with all that was said."""

from __future__ import annotations

from django.utils import translation

from journal.models import Entry
from journal.reacting import on
from newsletter.surveys import policy
from newsletter.surveys.models import Answer
from newsletter.surveys.scales import Scale
from practice import actions, clocks
from practice.follow_ups import FollowUp


@on("answer.given", "answer.changed", "answer.explained", "answer.call_asked")
def somebody_calls_today(entry: Entry) -> None:
    """Promise a call for today after a low answer; what is said later comes to the same promise."""
    ref = entry.subject.removeprefix("answer:")
    answer = Answer.objects.select_related("survey__followed_by__deputy", "reader__patient").filter(ref=ref).first()
    if answer is None or answer.reader is None:
        return
    follow_up = actions.promised(kind=FollowUp.Kind.ANSWER, once=answer.ref)
    if follow_up is None and not answer.is_low:
        return
    today = clocks.day_of(entry.at)
    with translation.override("en"):  # colleagues read it, whatever the reader speaks
        what, said = _what(answer), said_in(answer)
    if follow_up is None:
        follow_up = actions.promise(
            what=what,
            kind=FollowUp.Kind.ANSWER,
            by=entry.by,
            concerns=answer.journal_about or answer.reader,
            once=answer.ref,
            owner=policy.who_follows(answer.survey, today),
            due_on=today,
        )
    wants_more = answer.call != Answer.Call.NO if entry.verb == "answer.call_asked" else answer.is_low
    actions.hear(follow_up=follow_up, what=what, said=said, at=entry.at, opens_again=wants_more, by=entry.by)


def said_in(answer: Answer) -> dict[str, str]:
    """Return an answer as a follow-up keeps it, sealed."""
    return {
        "question": answer.survey.said_question,
        "answer": answer.label,
        "shared": "yes" if answer.is_shared else "",
        "call": answer.call,
        "text": answer.words,
    }


def _what(answer: Answer) -> str:
    """Return one line for lists; an answer in words may tell of health, so it stands in what is sealed alone."""
    return "Answered a question" if answer.survey.scale == Scale.CHOICES else f"Answered {answer.label}"
