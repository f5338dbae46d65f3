"""A length of time is said as people say it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from home.templatetags.spans import register
from practice import durations


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(minutes=-5), "0 min"),
        (timedelta(minutes=59, seconds=29), "59 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=104), "1 h 44 min"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(hours=23, minutes=59, seconds=40), "1 day"),
        (timedelta(hours=25, minutes=10), "1 day, 1 hour"),
        (timedelta(hours=40, minutes=10), "1 day, 16 hours"),
        (timedelta(hours=47, minutes=45), "2 days"),
        (timedelta(days=3, hours=1), "3 days, 1 hour"),
        (timedelta(days=12, hours=20), "13 days"),
    ],
)
def test_a_length_is_said_in_words(length: timedelta, words: str) -> None:
    assert durations.in_words(length) == words


def test_templates_say_it_with_the_same_words() -> None:
    assert register.filters["spoken"](timedelta(hours=40)) == "1 day, 16 hours"
