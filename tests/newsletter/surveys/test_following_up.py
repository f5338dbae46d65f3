"""A low answer becomes a follow-up for today: once, with all that was said, of whoever is there to call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from delivery.models import Message
from journal import reacting
from journal.models import Entry, Reaction
from newsletter.surveys import actions
from newsletter.surveys.models import Answer, Survey
from patients.models import Patient
from practice import actions as promises
from practice import clocks
from practice.follow_ups import FollowUp
from practice.models import StaffMember
from tests.factories import delivery, surveys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(rosa: Any, colette: Any) -> None:
    """Let Rosa be there on Mondays, Tuesdays and Thursdays, and Colette for her."""


def react() -> None:
    """Let the worker catch up."""
    while reacting.run_due():
        pass
    assert not Reaction.objects.filter(done_at__isnull=True, trouble__gt="").exists()


def test_a_low_answer_becomes_a_follow_up_for_today(letter: Message, question: Survey, margaret: Patient) -> None:
    actions.answer(message=letter, survey=question, score=2, words="I waited 40 minutes.")
    react()
    made = FollowUp.objects.get()
    assert (made.kind, made.what, made.concerns) == ("answer", "Answered 2 of 5", f"patient:{margaret.ref}")
    assert made.due_on == clocks.today()
    assert made.said == {
        "question": "How was your last visit?",
        "answer": "2 of 5",
        "shared": "",
        "call": "",
        "text": "I waited 40 minutes.",
    }
    assert Entry.objects.get(verb="follow_up.made").by == f"reader:{margaret.reader.ref}"
    mail = Message.objects.get(dispatch=None)
    assert "40 minutes" not in mail.content
    assert "Ellison" not in mail.content


def test_a_good_answer_makes_none(letter: Message, question: Survey) -> None:
    actions.answer(message=letter, survey=question, score=3, words="All right.")
    react()
    assert not FollowUp.objects.exists()


def test_two_low_answers_to_one_letter_make_one_follow_up_that_knows_the_last(
    letter: Message, question: Survey
) -> None:
    actions.answer(message=letter, survey=question, score=2)
    react()
    actions.answer(message=letter, survey=question, score=1, words="It still bleeds.")
    actions.ask_for_call(message=letter, survey=question, call="today")
    for _ in range(2):
        Reaction.objects.update(done_at=None)
        react()
    made = FollowUp.objects.get()
    assert made.what == "Answered 1 of 5"
    assert (made.said["text"], made.said["call"]) == ("It still bleeds.", "today")
    assert Entry.objects.filter(verb="follow_up.made").count() == 1


def test_a_low_answer_that_becomes_a_good_one_stays_with_a_person_who_decides(
    letter: Message, question: Survey
) -> None:
    actions.answer(message=letter, survey=question, score=1)
    react()
    actions.answer(message=letter, survey=question, score=5)
    react()
    made = FollowUp.objects.get()
    assert (made.what, made.is_open) == ("Answered 5 of 5", True)


def test_a_good_answer_that_becomes_a_low_one_is_followed_up(letter: Message, question: Survey) -> None:
    actions.answer(message=letter, survey=question, score=5)
    actions.answer(message=letter, survey=question, score=1)
    react()
    assert FollowUp.objects.get().what == "Answered 1 of 5"


def test_who_asks_for_a_call_after_it_was_settled_opens_it_again_for_that_day(
    letter: Message, question: Survey, rosa: Any
) -> None:
    actions.answer(message=letter, survey=question, score=1)
    react()
    promises.settle(follow_up=FollowUp.objects.get(), by=rosa)
    Reaction.objects.update(done_at=None)
    react()
    assert not FollowUp.objects.get().is_open
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        actions.ask_for_call(message=letter, survey=question, call="no", words="Never mind.")
        react()
        assert not FollowUp.objects.get().is_open
        actions.ask_for_call(message=letter, survey=question, call="today")
        react()
        made = FollowUp.objects.get()
        assert (made.is_open, made.due_on) == (True, clocks.today())


@pytest.mark.parametrize(
    ("moment", "name"),
    [("2026-11-24 18:00Z", "Rosa Delgado"), ("2026-11-25 18:00Z", "Colette Brandt")],
)
def test_who_is_there_that_day_follows_up(letter: Message, question: Survey, moment: str, name: str) -> None:
    with time_machine.travel(moment):
        letter.queued_at = timezone.now()
        letter.save()
        actions.answer(message=letter, survey=question, score=1)
        react()
        assert FollowUp.objects.get().owner.name == name


def test_the_surveys_own_person_follows_up_and_their_deputy_when_they_are_away(
    letter: Message, question: Survey
) -> None:
    colette = StaffMember.objects.get(name="Colette Brandt")
    question.followed_by = colette
    question.save()
    with time_machine.travel("2026-11-24 18:00Z"):
        letter.queued_at = timezone.now()
        letter.save()
        actions.answer(message=letter, survey=question, score=1)
        react()
    assert FollowUp.objects.get().owner == colette


def test_nobody_is_promised_anything_for_an_answer_in_words_but_what_is_sealed_tells_it(
    margaret: Patient, location: Any
) -> None:
    one = surveys.survey(scale="choices", choices="It still hurts\nYes", low_at_most=1, question="Are you well?")
    actions.answer(message=surveys.asked(one, margaret.reader), survey=one, score=1)
    react()
    made = FollowUp.objects.get()
    assert made.what == "Answered a question"
    assert made.said["answer"] == "It still hurts"


def test_a_subscriber_who_is_no_patient_is_followed_up_as_well(location: Any, question: Survey) -> None:
    (reader,) = delivery.audience(1)
    surveys.answer(question, reader, 1)
    react()
    assert FollowUp.objects.get().concerns == f"reader:{reader.ref}"


def test_without_anybody_who_works_here_the_answer_waits_for_somebody(
    letter: Message, question: Survey, margaret: Patient
) -> None:
    actions.answer(message=letter, survey=question, score=1)
    StaffMember.objects.update(is_active=False)
    reacting.run_due()
    assert not FollowUp.objects.exists()
    assert Answer.objects.get().is_low
    StaffMember.objects.update(is_active=True)
    Reaction.objects.update(due_at=timezone.now())
    react()
    assert FollowUp.objects.exists()
