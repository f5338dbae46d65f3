"""The story's moments keep their order, at whatever time of the day it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from home.demo.seed.named import Scene
from home.demo.seed.story import ZONE, Size, Story


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("day", [19, 21, 23])  # a Thursday, a Saturday, a Monday
def test_what_happens_on_one_day_of_the_story_happens_on_one_day(day: int, hour: int) -> None:
    now = datetime(2026, 11, day, hour, 36, tzinfo=ZONE)
    scene = SimpleNamespace(story=Story(Size(), print, now=now))
    for days in range(1, 5):
        moments = [Scene.past(scene, days, at) for at in range(8, 18)]  # type: ignore[arg-type]
        assert moments == sorted(moments)
        assert moments[-1] - moments[0] == timedelta(hours=9)
        assert moments[-1] < now
    assert all(Scene.past(scene, 0, at) <= now for at in range(24))  # type: ignore[arg-type]
