"""A mail scanner that opens every link of a letter, by GET and by HEAD, changes nothing anywhere."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from accounts.models import User
from delivery import outbox, sending
from delivery.models import Click
from newsletter.campaigns import actions
from newsletter.editions.models import EditionPage
from newsletter.editions.signing_up import ask_to_subscribe

pytestmark = pytest.mark.django_db


SOMEWHERE = r" at 0x[0-9a-f]+"
# a picture in another size, drawn by whoever asks first; that a machine followed a link, kept apart from readers
MADE_TO_BE_SEEN = {"content.PictureRendition", "delivery.Click"}


def everything() -> dict[str, list[str]]:
    """Return every row of every table; where an object stands in memory is nothing that was kept."""
    return {
        model._meta.label: sorted(
            re.sub(r" at 0x[0-9a-f]+", "", repr(row)) for row in model._base_manager.values_list()
        )
        for model in apps.get_models()
        if model._meta.label not in MADE_TO_BE_SEEN
    }


def links_of(mail: Any) -> set[str]:
    """Return every address of ours that stands in a mail: in its HTML, its text and its headers."""
    whole = " ".join([unescape(mail.html), mail.text, *(value for _name, value in mail.headers)])
    found = re.findall(rf"{re.escape(settings.SITE_URL)}/[^\s\"'<>)]*", whole)
    return {address.removeprefix(settings.SITE_URL).partition("#")[0] for address in found}


def test_a_scanner_that_opens_every_link_changes_nothing(
    client: Client, draft: EditionPage, readers: Any, hannah: User, settings: Any, tmp_path: Any
) -> None:
    settings.OUTBOX_ROOT, settings.SPOOL_ROOT = tmp_path / "outbox", tmp_path / "spool"
    actions.start(edition=draft, by=hannah)
    ask_to_subscribe(address="new@readers.example")
    sending.work()
    mails = outbox.read()
    assert len(mails) == 3
    links = set().union(*map(links_of, mails))
    pages = {link.split("/")[2] for link in links if link.startswith("/e/")}
    assert pages >= {"unsubscribe", "preferences", "why", "view", "confirm"}
    before = everything()
    for link in sorted(links):
        for ask in (client.get, client.head, client.get):
            answer = ask(link)
            assert answer.status_code < (400 if link.startswith("/e/") else 500), link
            assert "sessionid" not in answer.cookies
    assert everything() == before
    assert {link.split("/")[2] for link in links if link.startswith("/e/")} >= {"c"}
    assert Click.objects.filter(is_machine=True).exists()
    assert not Click.objects.filter(is_machine=False).exists()
