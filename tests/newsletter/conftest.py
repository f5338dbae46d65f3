"""What the tests of letters share: a folder for pictures, readers, and Hannah at her desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import groups
from accounts.models import User
from accounts.roles import Role
from newsletter.editions.models import EditionPage
from patients.models import Reader
from tests.cast import sign_in
from tests.factories import editions, pages, patients


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """Keep pictures and mail of each test apart."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OUTBOX_ROOT, settings.SPOOL_ROOT = tmp_path / "outbox", tmp_path / "spool"
    settings.MAIL_URL = settings.BULK_MAIL_URL = "outbox://"


@pytest.fixture
def edition(location: Any) -> EditionPage:
    """Return November's letter, whole and published."""
    return editions.edition()


@pytest.fixture
def draft(location: Any) -> EditionPage:
    """Return December's letter, written and not published."""
    page = editions.edition(title="December", slug="december", issued_on=date(2026, 12, 1), live=False)
    page.save_revision()
    return EditionPage.objects.get(pk=page.pk)


@pytest.fixture
def readers(location: Any) -> list[Reader]:
    """Return three readers of letters, two of whom share a mailbox."""
    ruth = patients.letter_reader(given_name="Ruth", email="castellanos@home.example")
    teo = patients.letter_reader(given_name="Teo", email="castellanos@home.example")
    walter = patients.letter_reader(given_name="Walter", email="walter@home.example")
    return [ruth, teo, walter]


@pytest.fixture
def desk(hannah: User, client: Client, location: Any) -> Client:
    """Return Hannah's browser in the admin, where editors may write and publish pages."""
    editions.home()
    pages.root_collection()
    groups.furnish(Role.EDITOR)
    return sign_in(client, hannah)
