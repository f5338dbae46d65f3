"""The database goes away in mid-send: what is on its way is waited for and noted, so that nobody is in doubt."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from delivery import actions, ledger, policy, rates, sending
from delivery.channels.smtp import CONNECTIONS
from delivery.models import Dispatch, Message
from delivery.recovery import recover
from delivery.sink import Sink
from tests.factories.delivery import crowd, dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NUMBER = 300


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def goes_away(patch: pytest.MonkeyPatch, where: Any, name: str, *, after: int, error: type[Exception]) -> None:
    """Let one question to the database fail from the n-th time on, as all others would."""
    usual, asked = getattr(where, name), Counter[str]()

    def ask(*args: Any, **options: Any) -> Any:
        asked[name] += 1
        if asked[name] > after:
            raise error("server closed the connection unexpectedly")
        return usual(*args, **options)

    patch.setattr(where, name, ask)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize(
    ("where", "name", "after"),
    [
        (ledger, "settle", 0),
        (ledger, "settle", 1),
        (policy, "verdicts", 2),
        (rates, "waits", 0),
        (type(Dispatch.objects), "awake", 3),
    ],
    ids=["first checkpoint", "second checkpoint", "asked again", "rates", "looks"],
)
def test_nobody_is_in_doubt_and_nobody_gets_it_twice(
    house: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    after: int,
    error: type[Exception],
) -> None:
    crowd(NUMBER)
    sent = actions.start(dispatch=dispatch(), by=None)
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(sending, "STALE_SECONDS", 0.0)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        with monkeypatch.context() as patch:
            goes_away(patch, where, name, after=after, error=error)
            with pytest.raises(error):
                sending.work()
        left = Counter(taken.message_id for taken in sink.received)
        recover()
        assert states() == Counter({"accepted": len(left), "queued": NUMBER - len(left)})
        sending.work()
        sending.hang_up()
        came = Counter(taken.message_id for taken in sink.received)
    assert states() == {"accepted": NUMBER}
    assert len(came) == NUMBER
    assert max(came.values()) == 1
    sent.refresh_from_db()
    assert sent.state == "finished"


def test_a_file_that_could_not_be_replayed_can_be_replayed_at_the_next_look(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error keeps the frames in which it came up, and Django's errors keep themselves until the memory is tidied."""
    crowd(NUMBER)
    actions.start(dispatch=dispatch(), by=None)
    with monkeypatch.context() as patch:
        goes_away(patch, ledger, "settle", after=0, error=OperationalError)
        with pytest.raises(OperationalError):
            sending.work()
    with monkeypatch.context() as patch:
        goes_away(patch, ledger, "write", after=0, error=OperationalError)
        with pytest.raises(OperationalError) as kept:
            recover()
    assert recover() > 0
    assert "claimed" not in states()
    assert kept.value.__traceback__ is not None


def test_a_worker_that_broke_off_leaves_no_message_on_the_line(
    house: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a break takes by surprise is let go of at once: the next stretch of work begins with lines that are free."""
    crowd(NUMBER)
    actions.start(dispatch=dispatch(), by=None)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        with monkeypatch.context() as patch:
            goes_away(patch, ledger, "settle", after=0, error=MemoryError)
            with pytest.raises(MemoryError) as kept:
                sending.work()
        recover()
        in_doubt = states()["unknown"]
        sending.work()
        came = Counter(taken.message_id for taken in sink.received)
    assert states() == Counter(accepted=NUMBER - in_doubt, unknown=in_doubt) + Counter()
    assert in_doubt <= CONNECTIONS
    assert max(came.values()) == 1
    assert kept.value.__traceback__ is not None
