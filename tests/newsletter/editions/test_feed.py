"""The feed has an entry for each letter that everyone may read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.editions.models import EditionPage
from tests.factories import editions

ATOM = "{http://www.w3.org/2005/Atom}"


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


def test_the_feed_is_rss_as_its_readers_expect(edition, client, settings):
    """Check what https://www.rssboard.org/rss-specification and its profile ask of a feed."""
    root = ET.fromstring(client.get("/newsletter/feed.xml").content)
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    channel = root[0]
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1
        assert channel.findtext(name)
    own = channel.find(f"{ATOM}link")
    assert (own.get("rel"), own.get("href")) == ("self", f"{settings.SITE_URL}/newsletter/feed.xml")
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")).tzinfo
    assert re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", channel.findtext("language"))
    for item in channel.findall("item"):
        assert item.findtext("title") or item.findtext("description")
        assert item.findtext("link").startswith(settings.SITE_URL)
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
        assert item.find("guid").get("isPermaLink") == "false"


def test_each_letter_has_a_name_of_its_own_that_stays(edition, client):
    other = editions.edition(title="October", slug="october", subject="Other", issued_on=date(2026, 10, 1), blocks=[])
    before = {item.findtext("guid") for item in entries(client).findall("item")}
    assert len(before) == 2
    other.slug, other.issued_on = "elsewhere", date(2025, 10, 1)
    other.save()
    assert {item.findtext("guid") for item in entries(client).findall("item")} == before


def test_nothing_in_the_feed_is_for_one_person(location, client):
    editions.edition(subject="{first_name|Dear reader}, hello", preheader="For {first_name|you} alone", blocks=[])
    text = client.get("/newsletter/feed.xml").content.decode()
    assert "Dear reader, hello" in text
    assert "For you alone" in text
    assert not re.search(r"first_name|\{|\}|/e/", text)


@pytest.mark.parametrize("words", ["\x0b\x00 bell \x07", "]]> <![CDATA[", "\ud7ff\ufffe &amp; <b>", "😀"])
def test_any_words_leave_the_feed_well_formed(location, client, words):
    edition = editions.edition(blocks=[])
    EditionPage.objects.filter(pk=edition.pk).update(
        subject=words.replace("\x00", ""), preheader=words.replace("\x00", "")
    )
    entries(client)


def test_a_feed_that_did_not_change_is_not_sent_again(edition, client):
    answer = client.get("/newsletter/feed.xml")
    assert client.get("/newsletter/feed.xml", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    since = {"If-Modified-Since": answer["Last-Modified"]}
    assert client.get("/newsletter/feed.xml", headers=since).status_code == 304
    EditionPage.objects.update(subject="Corrected", last_published_at=timezone.now() + timedelta(seconds=2))
    for headers in (since, {"If-None-Match": answer["ETag"]}):
        again = client.get("/newsletter/feed.xml", headers=headers)
        assert again.status_code == 200
        assert b"Corrected" in again.content


def test_a_letter_dated_ahead_came_when_it_was_published(edition, client):
    published = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    ahead = timezone.localdate() + timedelta(days=9)
    EditionPage.objects.filter(pk=edition.pk).update(issued_on=ahead, first_published_at=published)
    assert parsedate_to_datetime(entries(client).find("item").findtext("pubDate")) == published


def test_a_letter_dated_ahead_without_a_day_of_publication_is_of_today_at_most(edition, client):
    ahead = timezone.localdate() + timedelta(days=9)
    EditionPage.objects.filter(pk=edition.pk).update(issued_on=ahead, first_published_at=None)
    assert parsedate_to_datetime(entries(client).find("item").findtext("pubDate")) <= timezone.now()


def test_an_entry_holds_the_whole_letter_as_everyone_may_read_it(edition, client, settings):
    whole = entries(client).find("item").findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert "Hello there," in whole
    assert "<h2>Is sparkling water hard on teeth?</h2>" in whole
    assert "<li><b>Have it with meals.</b> Food brings saliva.</li>" in whole
    assert f'href="{settings.SITE_URL}/refer/"' in whole
    assert 'href="/' not in whole
    for never in ("{first_name", "{refer_url", "<img", "<script", "style=", "class="):
        assert never not in whole


def test_twelve_letters_cost_the_feed_no_more_questions_than_two(location, client):
    shot = editions.picture()
    asked = []
    for number in range(12):
        blocks = editions.letter_blocks(tip_page=editions.tip(title=f"Tip {number}", slug=f"tip-{number}"), shot=shot)
        day = date(2026, 11, 3) - timedelta(days=number)
        editions.edition(title=f"Letter {number}", slug=f"letter-{number}", issued_on=day, blocks=blocks)
        if number in {1, 11}:
            client.get("/newsletter/feed.xml")  # draws the pictures' sizes, which later readers find
            with CaptureQueriesContext(connection) as questions:
                assert len(entries(client).findall("item")) == number + 1
            asked.append(len(questions))
    assert asked[0] == asked[1] <= 9


def test_a_reader_of_a_letter_finds_the_feed(edition, client):
    page = client.get("/newsletter/2026/november/").content.decode()
    assert (
        '<link rel="alternate" type="application/rss+xml" title="The Juniper letter" href="/newsletter/feed.xml">'
        in page
    )
