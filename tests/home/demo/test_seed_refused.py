"""The demo is told into an empty database, or not at all."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from home.demo.seed import telling
from home.demo.seed.story import Story
from journal.models import Entry
from patients.models import Patient
from practice.models import Practice
from tests.home.demo.conftest import SMALL

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_practice_that_it_did_not_make_is_left_alone(practice: Practice) -> None:
    with pytest.raises(CommandError, match="did not make"):
        call_command("seed_demo")
    assert Practice.objects.get() == practice
    assert not Patient.objects.exists()


def test_a_story_that_breaks_half_way_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(story: Story) -> None:
        raise RuntimeError

    first = telling.CHAPTERS[0]
    monkeypatch.setattr(telling, "CHAPTERS", (first, ("Then it breaks", breaks)))
    with pytest.raises(RuntimeError):
        telling.tell(SMALL, lambda line: None)
    assert not Practice.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("size", [{"patients": 3}, {"offices": 1}, {"months": 0}, {"months": 61}])
def test_too_little_for_the_story_is_refused(db: None, size: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="at least"):
        call_command("seed_demo", **size)
