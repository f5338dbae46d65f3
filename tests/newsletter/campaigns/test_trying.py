"""A letter is tried on oneself and on a short list of ours: marked, with links that record nothing."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import trying
from newsletter.campaigns.trials import MOST, TestReader
from newsletter.campaigns.written import newest
from patients.models import Consent


@pytest.fixture
def listed(practice):
    """Return the list: Colette here, and a mailbox of ours elsewhere."""
    for name, email in (("Colette Brandt", "colette@juniper.example"), ("", "ours@elsewhere.example")):
        TestReader.objects.create(practice=practice, name=name, email=email)


def try_it(desk, draft, **posted):
    return desk.post(reverse("newsletters:test", args=[draft.pk]), posted, follow=True).text


def test_it_works(desk, draft, listed):
    assert "Test to our list (2)" in desk.get(reverse("newsletters:send", args=[draft.pk])).text
    assert "on its way to" in try_it(desk, draft, to="list")
    mails = {one.address: json.loads(one.content) for one in Message.objects.all()}
    assert sorted(mails) == ["colette@juniper.example", "ours@elsewhere.example"]
    assert all(mail["subject"].startswith("[Test] ") for mail in mails.values())
    assert "Hello Colette," in mails["colette@juniper.example"]["text"]
    assert "Hello there," in mails["ours@elsewhere.example"]["text"]


def test_a_second_click_sends_no_second_test_and_a_changed_letter_does(desk, draft, listed):
    try_it(desk, draft, to="list")
    assert "just got it" in try_it(desk, draft, to="list")
    assert Message.objects.count() == 2
    page = newest(draft)
    page.subject = "Other words"
    page.save_revision()
    try_it(desk, draft, to="list")
    assert Message.objects.count() == 4
    assert Entry.objects.filter(verb="edition.tested").count() == 2


def test_without_a_list_there_is_no_button_and_nothing_is_sent(desk, draft):
    assert "Test to our list" not in desk.get(reverse("newsletters:send", args=[draft.pk])).text
    assert "there are none" in try_it(desk, draft, to="list")
    assert not Message.objects.exists()


def test_its_links_open_say_that_it_is_a_test_and_record_nothing(desk, draft, listed, client):
    try_it(desk, draft, to="list")
    before = Consent.objects.count(), Entry.objects.count()
    mail = json.loads(Message.objects.first().content)
    links = set(re.findall(r"https?://[^/\s]+(/e/\S+)", mail["text"]))
    assert {link.split("/")[2] for link in links} >= {"view", "unsubscribe", "preferences", "why"}
    for link in links:
        assert client.get(link).status_code == 200, link
    client.post(next(link for link in links if "/unsubscribe/" in link))
    assert (Consent.objects.count(), Entry.objects.count()) == before


def test_whoever_does_not_write_letters_tries_none(draft, listed, rosa):
    with pytest.raises(PermissionDenied):
        trying.send_test_to_list(edition=draft, by=rosa)


def test_the_list_is_short_and_names_an_address_once(practice, listed):
    with pytest.raises(IntegrityError), transaction.atomic():
        TestReader.objects.create(practice=practice, name="Again", email="Colette@juniper.example")
    for number in range(MOST - 2):
        TestReader.objects.create(practice=practice, name="One", email=f"one{number}@juniper.example")
    with pytest.raises(ValidationError, match="10 addresses at most"):
        TestReader(practice=practice, name="Eleventh", email="eleven@juniper.example").full_clean()
