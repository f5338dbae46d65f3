"""No order of steps, crashes and lost machines loses a letter or sends it twice; without one rule some order does."""

from __future__ import annotations

import pytest

from delivery import actions, ledger, points, sending
from delivery.points import Point
from delivery.sink import Sink
from tests.factories.delivery import crowd, dispatch
from tests.site.delivery.protocol import Protocol

WORLDS = 40_000


@pytest.mark.parametrize(
    ("batch", "crashes", "drops"), [(3, 2, 0), (2, 2, 0), (3, 1, 1)], ids=["one lease", "two leases", "broken lines"]
)
def test_in_every_order_nobody_is_lost_and_nobody_gets_it_twice(batch, crashes, drops):
    found = Protocol(window=2, batch=batch, crashes=crashes, drops=drops).search()
    assert found.wrong == ""
    assert found.states > WORLDS


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("fence", "doubled"),
        ("late settling", "doubled"),
        ("intent", "doubled"),
        ("lock", "doubled"),
        ("window", "doubled"),
        ("guard", "doubled"),
        ("keep the file", "unknown"),
        ("unknown keeps its lease", "unknown"),
        ("sweeper", "lost"),
    ],
)
def test_each_rule_is_needed(rule, wrong):
    found = Protocol(window=2, batch=3, broken=frozenset({rule})).search()
    assert found.wrong.startswith(wrong)


@pytest.mark.both
@pytest.mark.django_db
def test_the_code_takes_its_steps_in_the_order_of_the_model(house, settings, monkeypatch):
    monkeypatch.setattr(points, "_watching", list(points._watching))
    crowd(ledger.CHECKPOINT * 2 + 50)
    actions.start(dispatch=dispatch(), by=None)
    seen: list[Point] = []
    points.watch(seen.append)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
        sending.hang_up()
    assert seen[:2] == [Point.CLAIMING, Point.CLAIMED]
    assert seen.index(Point.CLAIMED) < seen.index(Point.INTENDED) < seen.index(Point.DOTTED)
    assert len(sink.received) == seen.count(Point.INTENDED) == seen.count(Point.DOTTED) == seen.count(Point.ANSWERED)
    begun = answered = settled = 0
    for point in seen:
        begun += point == Point.INTENDED
        answered += point == Point.ANSWERED
        assert answered <= begun
        # the window: what was begun and is not settled is never more than another machine takes for unknown
        assert begun - settled <= ledger.CHECKPOINT
        if point == Point.SETTLED:
            settled = answered
    assert settled == len(sink.received)
    assert seen[-1] == Point.GIVING_BACK or seen[-2:] == [Point.GIVING_BACK, Point.SETTLING]
