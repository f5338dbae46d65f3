"""The canaries prove themselves: one leak is planted in each channel, and each is found."""

from __future__ import annotations

import logging
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path
from pytest_django import Settings

from delivery.channels.base import Mail
from delivery.channels.outbox import Outbox
from journal import tasks
from tests.canaries import Cage
from tests.factories.patients import ReaderFactory


def page(request: object) -> HttpResponse:
    return HttpResponse('<a href="/people/Ellison/">x</a> <a href="tel:Ellison">y</a> <p>Margaret Ellison</p>')


def elsewhere(request: object) -> HttpResponse:
    return HttpResponseRedirect("/people/canarywren1/")


class Forgetful:
    """Notes that nobody reads."""

    def intend(self, key: object) -> None:
        """Write nothing."""


urlpatterns = [path("page/", page), path("elsewhere/", elsewhere)]


def caught(cage: Cage) -> list[str]:
    """Return the channels that were caught, and let the test go on."""
    channels = [one.partition(":")[0] for one in cage.found]
    cage.found.clear()
    return channels


@pytest.mark.django_db
def test_personal_fields_of_the_factories_hold_canaries(cage: Cage) -> None:
    reader = ReaderFactory.create()
    cage.smell("proof", reader.family_name)
    cage.smell("proof", reader.address())
    assert caught(cage) == ["proof", "proof"]


def test_a_leak_into_the_log_is_found(cage: Cage) -> None:
    structlog.get_logger("planted").warning("case.accepted", person="Margaret Ellison")
    logging.getLogger("planted").warning("letter to %s", "Walter Brandvold")
    assert caught(cage) == ["log", "log"]


def test_what_the_redactor_blots_out_is_no_leak(cage: Cage) -> None:
    logging.getLogger("planted").warning("letter to canarypost7@readers.example")
    assert caught(cage) == []


def test_a_leak_into_a_link_or_redirect_is_found(client: Client, settings: Settings, cage: Cage) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    client.get("/page/")
    client.get("/elsewhere/")
    assert caught(cage) == ["link", "link"]


def test_a_leak_into_a_subject_is_found(tmp_path: Path, cage: Cage) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Margaret Ellison, your X-ray"
    leaving = Mail(uuid4(), "a@juniper-row.example", "b@readers.example", "m@x", mail.as_bytes())
    list(Outbox(tmp_path).send(iter([leaving]), Forgetful()))
    assert caught(cage) == ["subject"]


def test_a_leak_into_a_task_is_found(cage: Cage) -> None:
    tasks.react.apply_async(args=("Margaret Ellison",))
    assert "task" in caught(cage)


def test_a_leak_into_the_cache_is_found(cage: Cage) -> None:
    cache.set("sign-in:margaret.ellison@patients.example", 1)
    assert set(caught(cage)) == {"cache"}
