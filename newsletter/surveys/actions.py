"""What readers and colleagues do with a question: answer it, say whether we may call, find themes in the answers."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import may
from delivery.models import Message
from journal.recording import record
from newsletter.surveys import policy
from newsletter.surveys.models import Answer, Survey, Theme
from patients.choices import addressee_of


class TooLate(ValueError):
    """The letter is too old, the question is over, or the answer was given too long ago to be changed."""


class TooMuch(ValueError):
    """More was written than we keep beside one answer; nothing of it was kept."""


@transaction.atomic
def answer(*, message: Message, survey: Survey, score: int, words: str = "") -> Answer | None:
    """Keep what a reader answered; answered again, the new score stands and new words come beside the old.

    A mailbox that several share gave one answer, whoever of them it was. The same answer sent twice is one.

    Args:
        message: the letter whose link was used.
        survey: which of its questions.
        score: one that the scale has.
        words: what they wrote, "" for nothing.

    Returns:
        The answer; None for a test letter, of which nothing is kept.

    Raises:
        TooLate: when it cannot be answered or changed any more.
        TooMuch: when there are too many words.
        ValueError: for a score that the scale does not have.
    """
    if score not in survey.span:
        raise ValueError(f"{score} is no answer to {survey.ref}.")
    now = timezone.now()
    if not survey.is_open or not policy.may_answer(message, now):
        raise TooLate
    if message.is_test or message.reader is None:
        return None
    standing = _standing(message, survey)
    if standing is None:
        made = Answer(survey=survey, message=message, reader=message.reader, score=score, given_at=now)
        made.words, made.is_shared = _together("", words), bool(message.also)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:  # the other press of the button was faster
            standing = Answer.objects.select_for_update().get(survey=survey, message=message)
        else:
            _record("answer.given", made, score=score)
            return made
    if (score, words) != (standing.score, "") and not policy.may_change(standing, now):
        raise TooLate
    return _change(standing, score, words)


@transaction.atomic
def ask_for_call(*, message: Message, survey: Survey, call: str, words: str = "") -> Answer | None:
    """Keep whether somebody who was not content may be called, and what they write about it.

    Args:
        message: the letter whose link was used.
        survey: which of its questions; it was answered before.
        call: a value of Answer.Call.
        words: what went wrong, "" for nothing.

    Returns:
        The answer; None for a test letter, and where nothing was answered yet.

    Raises:
        TooLate: when the answer cannot be changed any more.
        TooMuch: when there are too many words.
    """
    standing = None if message.is_test else _standing(message, survey)
    if standing is None:
        return None
    if not policy.may_change(standing, timezone.now()):
        raise TooLate
    together = _together(standing.words, words)
    if (call, together) != (standing.call, standing.words):
        standing.call, standing.words, standing.changed_at = call, together, timezone.now()
        standing.save(update_fields=["call", "words", "changed_at"])
        _record("answer.call_asked", standing, call=call)
    return standing


@transaction.atomic
def tag(*, answers: Iterable[Answer], theme: Theme, by: User, is_on: bool = True) -> int:
    """Put a theme to answers, or take it off.

    Returns:
        How many were changed; those that stood so already are left alone.

    Raises:
        PermissionDenied: when `by` may not read answers.
    """
    if not may(by, "surveys.read"):
        raise PermissionDenied
    changed = 0
    for one in Answer.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in answers]):
        if one.themes.filter(pk=theme.pk).exists() is is_on:
            continue
        (one.themes.add if is_on else one.themes.remove)(theme)
        record("answer.tagged", subject=one, by=by, about=one.journal_about, theme=theme.pk, is_on=is_on)
        changed += 1
    return changed


def _standing(message: Message, survey: Survey) -> Answer | None:
    return Answer.objects.select_for_update(of=("self",)).filter(survey=survey, message=message).first()


def _change(standing: Answer, score: int, words: str) -> Answer:
    before, together = standing.score, _together(standing.words, words)
    if (score, together) == (before, standing.words):
        return standing
    is_more = together != standing.words
    standing.score, standing.words, standing.changed_at = score, together, timezone.now()
    standing.save(update_fields=["score", "words", "changed_at"])
    if score != before:
        _record("answer.changed", standing, score=score, before=before)
    if is_more:
        _record("answer.explained", standing)
    return standing


def _together(before: str, words: str) -> str:
    """Return what was written before and what was written now; the same words again add nothing."""
    if not words or words == before or before.endswith(f"\n\n{words}"):
        return before
    together = f"{before}\n\n{words}" if before else words
    if len(together) > policy.MOST_WORDS_KEPT:
        raise TooMuch
    return together


def _record(verb: str, one: Answer, **facts: int | str) -> None:
    assert one.reader is not None
    by, about = f"reader:{addressee_of(one.reader).ref}", one.journal_about
    record(verb, subject=one, by=by, about=about, at=None, **facts)
