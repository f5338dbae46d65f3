"""What a load balancer asks: does the process live, can it work, which code is it."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from kombu import Connection
from pytest_django import Settings

from config.observing import health
from tests.factories.pages import root_page

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_healthz_asks_nobody(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_tells_each_check(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": dict.fromkeys(health.CHECKS, "ok")}


@pytest.mark.parametrize("broken", sorted(health.CHECKS))
def test_readyz_is_503_when_one_check_fails_and_tells_no_words(
    client: Client, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail() -> str:
        raise DatabaseError("password authentication failed for user goodword")

    monkeypatch.setitem(health.CHECKS, broken, fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["ready"]
    assert answer.json()["checks"][broken] == "DatabaseError"
    assert "password" not in answer.content.decode()


def test_waiting_migrations_are_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *args: ["one"])
    assert health.run_checks()["migrations"] == "migrations are waiting"


def test_a_cache_that_forgets_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache._connections["default"]), "get", lambda *args, **options: None)
    assert health.run_checks()["cache"] == "the cache forgets"


def test_a_broker_that_is_away_is_not_ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(health.current_app, "connection_for_write", lambda: Connection(settings.CELERY_BROKER_URL))
    assert health.run_checks()["broker"] != ""


@pytest.mark.broker
def test_a_broker_that_answers_is_ready(settings: Settings, monkeypatch: pytest.MonkeyPatch, broker_url: str) -> None:
    settings.CELERY_BROKER_URL = broker_url
    monkeypatch.setattr(health.current_app, "connection_for_write", lambda: Connection(broker_url))
    assert health.run_checks()["broker"] == ""


def test_version_names_the_code(client: Client) -> None:
    health.revision.cache_clear()
    answer = client.get("/version").json()
    assert answer["name"] == "goodword"
    assert answer["version"] == health.VERSION


def test_version_is_quiet_where_there_is_no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*args: Any, **options: Any) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "run", absent)
    health.revision.cache_clear()
    assert health.revision() == ""
    health.revision.cache_clear()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_they_need_no_practice_and_no_session(client: Client, path: str) -> None:
    answer = client.get(path)
    assert not answer.cookies
    assert connection.ensure_connection() is None


@pytest.mark.parametrize("path", ["/portal/", "/accounts/login/", "/e/view/x/", "/admin/"])
def test_what_is_private_is_neither_stored_nor_found(client: Client, practice: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_search_is_not_stored(client: Client, practice: Any) -> None:
    root_page()
    assert client.get("/search/?q=implant").headers["Cache-Control"] == "no-store"
