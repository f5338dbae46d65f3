"""The figures of freezing: workers of their own write the rows of a letter that never leaves, and nothing stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from config.benching import segments
from delivery import freezing
from delivery.models import Dispatch, Message
from tests.factories.delivery import crowd


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_an_audience_is_frozen_side_by_side_and_taken_away(location: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(60)
    monkeypatch.setattr(freezing, "FIRST", 10)
    monkeypatch.setattr(freezing, "SLICE", 20)
    monkeypatch.setattr(segments, "RUNS", 1)
    click, rows, memory = segments.freeze()
    assert (click.name, rows.name, memory.name) == ("send.launch", "freeze.rows", "freeze.memory")
    assert rows.values[0] > 0
    assert "60 rows a run on postgresql with 2 workers" in rows.goal
    assert not Dispatch.objects.exists()
    assert not Message.objects.exists()
