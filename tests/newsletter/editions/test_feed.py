"""The feed has an entry for each letter that everyone may read."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from tests.factories import editions


def entries(client):
    answer = client.get("/newsletter/feed.xml")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/rss+xml")
    return ET.fromstring(answer.content).find("channel")


def test_each_letter_is_an_entry_with_fallbacks(edition, client, settings):
    channel = entries(client)
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Is sparkling water hard on teeth?"
    assert item.findtext("description") == "Three small habits, friend."
    assert item.findtext("link") == f"{settings.SITE_URL}/newsletter/2026/november/"
    assert item.findtext("pubDate").startswith("Tue, 03 Nov 2026")


def test_a_draft_is_no_entry(draft, client):
    assert entries(client).findall("item") == []


def test_without_an_archive_the_feed_is_empty(location, client):
    editions.home()
    assert entries(client).findall("item") == []


def test_hostile_text_is_text(location, client):
    editions.edition(subject="<script>alert(1)</script> & more", blocks=[])
    assert entries(client).find("item").findtext("title") == "<script>alert(1)</script> & more"


def test_the_feed_is_only_read(edition, client):
    assert client.post("/newsletter/feed.xml").status_code in {403, 405}
