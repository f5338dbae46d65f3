"""The demo's story told once for a module, and a site that has the demo's pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import Settings

from home.demo.seed import telling
from home.demo.seed.story import Size, Story
from tests.factories.editions import topics
from tests.factories.pages import root_page
from tests.factories.surveys import themes

SMALL = Size(patients=60, offices=7, months=3)


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the story puts Margaret's letter."""
    return tmp_path_factory.mktemp("outbox")


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any, mailbox: Path) -> Iterator[Story]:
    """Return the story, told small; what tests change in it is taken back after each."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(OUTBOX_ROOT=mailbox):
        root_page()
        topics()
        themes()
        yield telling.tell(SMALL, lambda line: None)
        transaction.set_rollback(True)


@pytest.fixture
def in_demo(settings: Settings) -> Settings:
    """Switch the demo on, with its addresses."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.home.demo.addresses"
    return settings
