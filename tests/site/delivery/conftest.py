"""What tests of delivery share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery import actions, hints, sending
from delivery.models import Message
from practice.models import Practice
from tests.factories.delivery import audience, dispatch
from tests.site.delivery.reporting import SECRET


@pytest.fixture(autouse=True)
def nobody_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin without a hint on its way."""
    monkeypatch.setitem(hints._told, "at", float("-inf"))


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Give each test an outbox and a spool of its own."""
    settings.OUTBOX_ROOT, settings.SPOOL_ROOT = tmp_path / "outbox", tmp_path / "spool"
    settings.MAIL_URL = settings.BULK_MAIL_URL = "outbox://"
    yield tmp_path
    sending.hang_up()


@pytest.fixture
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of tasks that were hinted at, instead of telling a broker."""
    told: list[str] = []

    def tell(name: str, *_args: Any, **_options: Any) -> None:
        if name.startswith("delivery."):
            told.append(name)

    monkeypatch.setattr(hints.current_app, "send_task", tell)
    return told


@pytest.fixture
def house(practice: Practice, location: Any) -> Practice:
    """Return the practice with its main location."""
    return practice


@pytest.fixture
def open_door(settings: Any, hinted: list[str]) -> None:
    """Let providers and mail servers tell us what became of mail."""
    settings.MAIL_HOOK_SECRET, settings.MAIL_HOOK_KEY = SECRET, ""


@pytest.fixture
def sent(house: Practice) -> list[Message]:
    """Return three letters that were accepted."""
    audience(3)
    actions.start(dispatch=dispatch(), by=None)
    sending.work()
    return list(Message.objects.order_by("address"))
