"""Tips and letters have the addresses of interface.md and show what everyone may read."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from content.translating import translate
from newsletter.editions.models import EditionPage, TipPage
from tests.factories import editions


def test_a_letter_stands_under_its_year(edition, client):
    assert edition.url == "/newsletter/2026/november/"
    assert client.get("/newsletter/2026/november/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/newsletter/2025/november/", "/newsletter/november/", "/newsletter/2026/", "/newsletter/2026/november/x/"],
)
def test_a_letter_stands_nowhere_else(path, edition, client):
    assert client.get(path).status_code == 404


def test_two_years_may_have_a_november(edition, client):
    older = editions.edition(issued_on=date(2025, 11, 4), subject="Dry mouth in winter", blocks=[])
    assert older.url == "/newsletter/2025/november/"
    assert b"Dry mouth in winter" in client.get(older.url).content


def test_one_year_has_one_november(edition):
    with pytest.raises(ValidationError):
        editions.edition(issued_on=date(2026, 11, 20), blocks=[])


def test_a_letter_moves_with_its_date(edition, client):
    edition.issued_on = date(2025, 11, 4)
    edition.save()
    assert EditionPage.objects.get().url == "/newsletter/2025/november/"
    assert client.get("/newsletter/2025/november/").status_code == 200
    assert client.get("/newsletter/2026/november/").status_code == 404


def test_a_draft_is_not_there(draft, client):
    assert client.get("/newsletter/2026/december/").status_code == 404
    assert b"December" not in client.get("/newsletter/").content


def test_a_spanish_archive_says_that_the_letters_are_in_english(edition, client):
    note = "For now we write our letters in English."
    assert note not in client.get("/newsletter/").text
    translate(edition.get_site().root_page.specific, "es", title="Juniper Row")
    archive = edition.get_parent().specific
    translate(archive, "es", title="Boletín", lede="Una carta al mes.")
    html = client.get("/es/newsletter/").text
    assert edition.shown_subject in html
    assert "Por ahora escribimos nuestras cartas en inglés." in html


def test_the_archive_shows_fallbacks_and_no_slot(edition, client):
    page = client.get(edition.url).content.decode()
    assert "Hello there," in page
    assert "{first_name" not in page
    assert "{refer_url}" not in page
    assert 'href="/refer/"' in page


def test_a_letter_without_an_opening_still_has_a_heading(location, client):
    page = editions.edition(blocks=[editions.block("friend", heading="A friend?", text="", button="Tell")])
    assert client.get(page.url).content.decode().count("<h1") == 1


def test_a_page_with_an_opening_has_one_heading(edition, client):
    assert client.get(edition.url).content.decode().count("<h1") == 1


@pytest.mark.parametrize("field", ["subject", "preheader"])
@pytest.mark.parametrize("text", ["Dear {nickname|you}", "Dear {first_name}", "{unsubscribe_url}", "{{ x }}"])
def test_a_letter_with_an_odd_tag_is_refused_and_the_tag_is_named(field, text, edition):
    setattr(edition, field, text)
    with pytest.raises(ValidationError) as refused:
        edition.full_clean()
    assert list(refused.value.message_dict) == [field]


def test_the_archive_has_the_newest_year_as_cards_and_older_ones_as_rows(edition, client):
    for year, slug in ((2025, "a"), (2025, "b"), (2025, "c"), (2025, "d"), (2024, "e")):
        editions.edition(slug=slug, subject=f"Letter {slug}", issued_on=date(year, 5, 4), blocks=[])
    page = client.get("/newsletter/").content.decode()
    assert page.index("2026") < page.index("All of 2025") < page.index("All of 2024")
    assert page.count('class="gw-card gw-tile"') == 1
    assert len([slug for slug in "abcd" if f"Letter {slug}" in page]) == 3


def test_a_year_is_shown_alone(edition, client):
    editions.edition(slug="a", subject="Letter a", issued_on=date(2025, 5, 4), blocks=[])
    page = client.get("/newsletter/?year=2025").content.decode()
    assert "Letter a" in page
    assert "sparkling" not in page


@pytest.mark.parametrize("year", ["1999", "x", "-1", "99999999999999", "%00"])
def test_an_odd_year_shows_the_newest(year, edition, client):
    assert b"sparkling" in client.get(f"/newsletter/?year={year}").content


def test_an_archive_without_letters_says_so(location, client):
    editions.archive()
    assert b"first letter is being written" in client.get("/newsletter/").content


def test_the_archive_asks_the_same_few_questions_for_twelve_letters_as_for_one(
    edition, client, django_assert_max_num_queries
):
    for month in range(1, 11):
        editions.edition(slug=f"m{month}", issued_on=date(2026, month, 3), blocks=edition.body.get_prep_value())
    client.get("/newsletter/")  # renditions are drawn once
    with django_assert_max_num_queries(26):
        client.get("/newsletter/")


def test_a_letter_leads_to_its_neighbours(edition, client):
    editions.edition(slug="october", issued_on=date(2026, 10, 6), blocks=[])
    page = client.get(edition.url).content.decode()
    assert "/newsletter/2026/october/" in page


def test_tips_are_listed_by_topic(location, client):
    editions.tip(title="Bubbles")
    editions.tip(title="Bleeding", topic=editions.topic("gums"))
    page = client.get("/health-tips/?topic=gums").content.decode()
    assert "Bleeding" in page
    assert "Bubbles" not in page


@pytest.mark.parametrize("query", ["?topic=none", "?topic=<script>", "?page=999", "?page=x"])
def test_an_odd_topic_or_page_shows_all(query, location, client):
    editions.tip(title="Bubbles")
    page = client.get(f"/health-tips/{query}").content.decode()
    assert "Bubbles" in page
    assert "<script>" not in page


def test_a_tip_says_who_reviewed_it_when_and_how_long_it_takes(location, client):
    tip = editions.tip(body="<p>" + "word " * 401 + "</p>")
    page = client.get(tip.url).content.decode()
    assert tip.url == "/health-tips/is-sparkling-water-hard-on-teeth/"
    assert "Reviewed by Dr. Samuel Abara" in page
    assert "Oct 28, 2026" in page
    assert "3 minutes to read" in page
    assert "next review Oct 2027" in page
    assert "JADA, 2016." in page


def test_a_tip_needs_a_reviewer_to_be_published(location):
    tip = editions.tip()
    tip.reviewer = None
    with pytest.raises(ValidationError):
        tip.full_clean()


def test_a_review_cannot_be_due_before_it_was_made(location):
    tip = editions.tip()
    with pytest.raises(IntegrityError), transaction.atomic():
        TipPage.objects.filter(pk=tip.pk).update(review_by=date(2026, 1, 1))


def test_a_tip_knows_when_its_review_is_due(location):
    tip = editions.tip()
    assert not tip.is_due_for_review(date(2027, 10, 27))
    assert tip.is_due_for_review(date(2027, 10, 28))


def test_a_topic_without_tips_says_so_and_is_no_dead_end(location, client):
    editions.tip(title="Bleeding", topic=editions.topic("gums"))
    editions.topic("quiet", name="Sleep & <b>rest</b>")
    page = client.get("/health-tips/?topic=quiet").content.decode()
    assert "No tips on “Sleep &amp; &lt;b&gt;rest&lt;/b&gt;” yet." in page
    assert "See all tips" in page
    assert "Sleep &amp;" not in client.get("/health-tips/").content.decode()


def test_more_topics_ask_no_more_of_the_database(location, client, django_assert_max_num_queries):
    for number in range(8):
        editions.tip(title=f"Tip {number}", topic=editions.topic(f"topic-{number}"))
    client.get("/health-tips/?topic=topic-3")
    with django_assert_max_num_queries(24):
        assert client.get("/health-tips/?topic=topic-3").content.decode().count("gw-tile") == 1


def test_a_topic_with_tips_is_not_deleted(location):
    topic = editions.topic("gums")
    tip = editions.tip(topic=topic)
    with pytest.raises(ProtectedError):
        topic.delete()
    assert tip.topic == topic


def test_a_tip_without_a_topic_is_listed_under_all(location, client):
    tip = editions.tip(topic=None)
    assert tip.title in client.get("/health-tips/").content.decode()
    assert "?topic=" not in client.get(tip.url).content.decode()


def test_tips_of_the_same_topic_are_read_next(location, client):
    tip = editions.tip(title="One", topic=editions.topic("gums"))
    for number in range(4):
        editions.tip(title=f"Other {number}", topic=editions.topic("food"))
    editions.tip(title="Same", topic=editions.topic("gums"))
    others = tip.get_context(client.get("/health-tips/").wsgi_request)["others"]
    assert others[0].title == "Same"
    assert len(others) == 3


def test_hostile_text_in_a_tip_stays_text(location, client):
    hostile = "<script>alert(1)</script>"
    tip = editions.tip(title=hostile, slug="hostile", lede=hostile, body=f"<p>{hostile}</p>", sources=hostile)
    for path in (tip.url, "/health-tips/"):
        assert hostile not in client.get(path).content.decode()


def test_an_edition_keeps_its_own_name_when_it_is_copied(edition):
    copy = edition.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert copy.ref != edition.ref
    assert copy.ref.startswith("ED-")
