"""Answers in a patient's record: handed over whole, erased to a score that is nobody's, moved when two become one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from newsletter.surveys import actions, keeping, results
from newsletter.surveys.models import Answer, Survey
from patients import erasing, merging
from patients.models import Erasure, Patient
from patients.records import Person
from tests.factories import people, surveys
from tests.newsletter.surveys.test_following_up import react

pytestmark = pytest.mark.django_db
WORD = "swallowtail"  # stands in nothing but what Margaret wrote


@pytest.fixture
def told(question: Survey, margaret: Patient, teo: Patient, rosa: User, colette: User) -> Answer:
    """Return what Margaret answered, twice, wrote, and said of a call; a theme is put to it. Teo answered too."""
    one = surveys.answer(question, margaret.reader, 1, f"{WORD} one")
    assert one.message is not None
    actions.answer(message=one.message, survey=question, score=2, words=f"{WORD} two")
    actions.ask_for_call(message=one.message, survey=question, call="later", words=f"{WORD} three")
    one.themes.add(surveys.theme())
    surveys.answer(question, teo.reader, 5, "Jun was kind.", "campaign:B")
    react()
    return Answer.objects.get(pk=one.pk)


def standing() -> set[str]:
    """Return where in the database the word stands, sealed columns opened."""
    return {
        f"{model._meta.label}.{column}"
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.all()
        for column, value in people.opened(row).items()
        if WORD in str(value).lower()
    }


def handed_over(patient: Patient) -> list[dict[str, str]]:
    (table,) = keeping.export(Person.of(patient))
    return [dict(zip(table.columns, map(str, row), strict=True)) for row in table.rows]


def test_it_is_planted_where_it_is_looked_for(told: Answer) -> None:
    assert standing() == {"surveys.Answer.words", "practice.FollowUpContents.text"}


def test_an_erasure_takes_the_words_the_call_the_themes_and_whose_it_was(
    told: Answer, margaret: Patient, okafor: User
) -> None:
    erasing.erase(patient=margaret, reason=Erasure.Reason.ASKED, by=okafor)
    assert standing() == set()
    left = Answer.objects.get(pk=told.pk)
    assert (left.words, left.call, left.reader, left.themes.count()) == ("", "", None, 0)
    assert left.erased_at is not None
    assert left.journal_about == ""


def test_figures_add_up_after_it_and_nobody_elses_answer_is_touched(
    told: Answer, question: Survey, margaret: Patient, teo: Patient, okafor: User
) -> None:
    before = results.of(question, question.answers.all())
    erasing.erase(patient=margaret, reason=Erasure.Reason.ASKED, by=okafor)
    assert results.of(question, question.answers.all()) == before
    assert Answer.objects.get(reader=teo.reader).words == "Jun was kind."
    rows = list(results.table(question.answers.all(), with_words=True))
    assert sorted(row[3] for row in rows[1:]) == ["2", "5"]


def test_the_plan_says_how_many_answers_go(told: Answer, margaret: Patient) -> None:
    (part,) = keeping.erase(Person.of(margaret))
    assert part.count == 1


def test_the_link_of_an_erased_reader_takes_no_more_words(
    told: Answer, question: Survey, margaret: Patient, okafor: User, client: Client
) -> None:
    assert told.message is not None
    path = surveys.page_of(told.message, q=question.ref)
    erasing.erase(patient=margaret, reason=Erasure.Reason.ASKED, by=okafor)
    assert client.post(path, {"a": "4", "w": WORD}).status_code == 404
    assert standing() == set()


def test_an_erasure_that_breaks_half_way_leaves_all(
    told: Answer, margaret: Patient, okafor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise RuntimeError("The power went out.")

    before = standing()
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "record", broken)
        with pytest.raises(RuntimeError):
            erasing.erase(patient=margaret, reason=Erasure.Reason.ASKED, by=okafor)
    assert standing() == before


def test_everything_they_answered_is_handed_over_to_them_and_nothing_of_others(
    told: Answer, margaret: Patient, teo: Patient
) -> None:
    (row,) = handed_over(margaret)
    assert row["reference"] == told.ref
    assert (row["question"], row["answer"]) == ("How was your last visit?", "2 of 5")
    assert row["what you wrote"] == f"{WORD} one\n\n{WORD} two\n\n{WORD} three"
    assert row["may we call"] == "Yes, another time"
    assert row["changed"]
    (other,) = handed_over(teo)
    assert other["what you wrote"] == "Jun was kind."


def test_who_answered_nothing_is_handed_an_empty_table(margaret: Patient) -> None:
    assert handed_over(margaret) == []


def test_answers_of_two_records_that_become_one_are_one_persons_and_part_again(
    told: Answer, margaret: Patient, teo: Patient, rosa: User
) -> None:
    merge = merging.merge(survivor=teo, gone=margaret, by=rosa)
    assert {row["answer"] for row in handed_over(Patient.objects.get(pk=teo.pk))} == {"2 of 5", "5 of 5"}
    merging.unmerge(merge=merge, by=rosa)
    assert [row["answer"] for row in handed_over(Patient.objects.get(pk=margaret.pk))] == ["2 of 5"]


def test_the_journal_keeps_scores_and_never_a_word(told: Answer) -> None:
    said = str(list(Entry.objects.filter(verb__startswith="answer.").values()))
    assert "'score': 2" in said
    assert WORD not in said


def test_the_table_of_many_answers_asks_as_often_as_that_of_few(
    question: Survey, margaret: Patient, teo: Patient, django_assert_num_queries: Any
) -> None:
    surveys.answer(question, margaret.reader, 4)
    for number in range(6):
        given = surveys.answer(question, teo.reader, number % 5 + 1, "Words.", f"campaign:{number}")
        given.themes.add(surveys.theme(f"Theme {number}"))
        Answer.objects.filter(pk=given.pk).update(given_at=timezone.now() - timedelta(days=number))
    with django_assert_num_queries(3):  # letters, answers, their themes
        rows = list(results.table(question.answers.all(), with_words=True))
    assert len(rows) == 8
    assert {row[1] for row in rows[1:]} == {rows[1][1]} != {""}
