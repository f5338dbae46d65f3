"""Presses of Send that arrive together are one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from delivery.models import Message
from journal.models import Entry
from newsletter.surveys.models import Answer, Survey
from tests.factories import surveys

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 4


@pytest.mark.parametrize("scores", [[2] * PRESSES, [1, 2, 4, 5]], ids=["the same", "different ones"])
def test_presses_that_arrive_together_are_one_answer(scores: list[int], letter: Message, question: Survey) -> None:
    path, ready = surveys.page_of(letter, q=question.ref), Barrier(PRESSES)

    def press(score: int) -> int:
        browser = Client()
        ready.wait()
        try:
            return browser.post(path, {"a": score, "w": ""}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as pool:
        assert list(pool.map(press, scores)) == [302] * PRESSES
    given = Answer.objects.get()
    assert given.score in scores
    assert Entry.objects.filter(verb="answer.given").count() == 1
    assert Entry.objects.filter(verb="answer.changed").count() == len(set(scores)) - 1
