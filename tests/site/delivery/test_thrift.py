"""What sending asks of the database, and how much of it may be in doubt at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery import actions, audiences, freezing, ledger, sending
from delivery.audiences import Asked
from delivery.models import Message
from delivery.sink import Sink
from delivery.spool import Spool
from patients.models import Reader
from tests.factories.delivery import crowd, dispatch


@pytest.mark.django_db
def test_ten_thousand_letters_cost_the_database_two_statements_a_hundred(house, settings):
    crowd(10_000)
    audiences.answer("bench", lambda _dispatch: Asked(Reader.objects.all()))
    sent = dispatch("bench:thrift")
    freezing.freeze_all(sent)
    actions.start(dispatch=sent, by=None)
    with Sink() as sink, CaptureQueriesContext(connection) as asked:
        settings.BULK_MAIL_URL = sink.url
        while sending.work(seconds=600):
            pass
    assert len(sink.received) == Message.objects.filter(state="accepted").count() == 10_000
    savepoints = sum("SAVEPOINT" in query["sql"] for query in asked)
    by_the_clock = 50  # a slow machine renews leases and looks at rates more often; `make bench` gives the bare figure
    assert len(asked) - savepoints <= 200 + by_the_clock


@pytest.mark.both
@pytest.mark.django_db
def test_never_more_than_a_hundred_are_begun_and_not_settled(house, settings, monkeypatch):
    crowd(400)
    actions.start(dispatch=dispatch(), by=None)
    begun, most = set(), 0
    real_intent, real_settle = Spool.intend, ledger.settle

    def intend(self, key):
        nonlocal most
        real_intent(self, key)
        begun.add(key)
        most = max(most, len(begun))

    def settle(lease, settlements):
        settlements = list(settlements)
        real_settle(lease, settlements)
        begun.difference_update(one.message.pk for one in settlements)

    monkeypatch.setattr(Spool, "intend", intend)
    monkeypatch.setattr(ledger, "settle", settle)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
    assert len(sink.received) == 400
    assert 50 < most <= ledger.CHECKPOINT
