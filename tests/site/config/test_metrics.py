"""The figures at /metrics: true, cheap, of nobody, and for those who may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config import env
from delivery import actions, sending
from delivery.models import Message
from tests.factories.delivery import audience, crowd, dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.both]
TOKEN = "a token of twenty signs".replace(" ", "-")


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.OUTBOX_ROOT, settings.SPOOL_ROOT = tmp_path / "outbox", tmp_path / "spool"
    settings.MAIL_URL = settings.BULK_MAIL_URL = "outbox://"


def figures(**asked):
    answer = Client().get("/metrics", **asked)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_what_waits_and_what_is_under_way_is_told(practice, location):
    audience(3)
    running = actions.start(dispatch=dispatch(), by=None)
    Message.objects.update(next_try_at=timezone.now() - timedelta(minutes=2))
    before = figures()
    assert before["goodword_messages_due", "letter"] == 3
    assert 119 < before["goodword_message_waits_seconds", "letter"] < 180
    assert before["goodword_dispatches", running.state] == 1
    sending.work()
    after = figures()
    assert after["goodword_messages_due", "letter"] == after["goodword_messages_held",] == 0
    assert after["goodword_dispatches", "finished"] == 1


def test_what_is_paused_waits_for_nobody(practice, location):
    audience(2)
    running = actions.start(dispatch=dispatch(), by=None)
    actions.pause(dispatch=running, by=None)
    assert figures()["goodword_messages_due", "letter"] == 0


def test_as_many_questions_however_many_messages(practice, location):
    def asked():
        with CaptureQueriesContext(connection) as questions:
            figures()
        return len(questions)

    actions.start(dispatch=dispatch(), by=None)
    none = asked()
    crowd(300)
    actions.start(dispatch=dispatch("campaign:CA-MORE"), by=None)
    assert asked() == none <= 10


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "203.0.113.5"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.5"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.5"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.5", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"},
    ],
)
def test_a_stranger_sees_no_figures(settings, asked):
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", **asked).status_code == 403


def test_without_a_token_of_ours_no_token_opens(settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", REMOTE_ADDR="203.0.113.5", HTTP_AUTHORIZATION="Bearer ").status_code == 403


def test_who_shows_the_token_sees_them(settings):
    settings.METRICS_TOKEN = TOKEN
    assert figures(REMOTE_ADDR="203.0.113.5", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")


def test_a_short_token_is_refused_at_start(tmp_path):
    with pytest.raises(env.EnvironmentRefused, match="METRICS_TOKEN"):
        env.load({"VAR_DIR": str(tmp_path), "METRICS_TOKEN": "short"})
