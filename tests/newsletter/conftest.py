"""What the tests of letters share: a folder for pictures, readers, and Hannah at her desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from wagtail.models import Site

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


@pytest.fixture
def window(browser: Browser, live_server: Any, desk: Client, settings: Any) -> Iterator[Page]:
    """Return Hannah's window in the admin, wide and light; the machine may be busy."""
    settings.SITE_URL = live_server.url
    Site.objects.update(hostname=urlsplit(live_server.url).hostname, port=urlsplit(live_server.url).port)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url, locale="en-US")
    context.set_default_timeout(120_000)
    context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in desk.cookies.items()]
    )
    page = context.new_page()
    yield page
    page.unroute_all(behavior="ignoreErrors")
    context.route("**/admin/editing-sessions/**", lambda route: route.abort())  # Wagtail's word of farewell
    page.wait_for_load_state("networkidle")  # what it still asks would meet the emptying of the tables
    context.close()
