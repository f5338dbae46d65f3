"""Search: finds pages, shrugs at hostile words, keeps nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from home import searching
from home.models import HomePage, PersonPage, ServicePage, TeamIndexPage
from newsletter.editions.models import TipPage
from practice.models import Provider, Service, StaffMember
from tests.factories import editions

pytestmark = pytest.mark.both
HOSTILE = (
    "'",
    '"',
    "';DROP TABLE wagtailcore_page;--",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}",
    "{% debug %}",
    "\\",
    "%",
    "_",
    "*",
    "a*",
    "NEAR(a b)",
    "AND",
    "OR NOT",
    "title:x",
    "^a",
    "(((",
    "-",
    "a:* & !b | c",
    "\x00\x01",
    "😀",
    "ｆｕｌｌ",  # noqa: RUF001
    "א",
    "x" * 5000,
    "a " * 3000,
)
SLIPS = (("sparklnig", "sparkling"), ("snarkling watr", "sparkling water"), ("root cannal", "root canal"))


def looked_for(client: Client, words: str, **more: Any) -> str:
    """Return the answer to a search, which is 200."""
    answer = client.get("/search/", {"q": words, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_service_and_a_tip_are_found_with_their_kind(tip: TipPage, client: Client) -> None:
    html = looked_for(client, "sparkling")
    assert f'href="{tip.url}"' in html
    assert "Health tip" in html
    html = looked_for(client, "microscope")
    assert 'href="/services/root-canal/"' in html
    assert ">Service<" in html


def test_the_words_looked_for_are_marked(tip: TipPage, client: Client) -> None:
    assert "<mark>sparkling</mark>" in looked_for(client, "sparkling")


def test_nothing_found_offers_what_people_look_for(site: HomePage, client: Client) -> None:
    html = looked_for(client, "zeppelin")
    assert "Nothing for “zeppelin”" in html
    assert 'href="/services/root-canal/"' in html


def test_an_empty_search_asks_nothing(site: HomePage, client: Client) -> None:
    html = client.get("/search/").content.decode()
    assert "Nothing for" not in html
    assert "People often look for" in html


def test_an_unpublished_page_is_not_found(site: HomePage, client: Client) -> None:
    ServicePage.objects.get(slug="root-canal").unpublish()
    assert "/services/root-canal/" not in looked_for(client, "microscope")


def test_hostile_words_are_only_words(site: HomePage, client: Client) -> None:
    for words in HOSTILE:
        html = looked_for(client, words)
        assert "<script" not in html, words
    assert ServicePage.objects.count() == 2


def test_what_says_the_words_in_its_title_comes_before_what_mentions_them(
    site: HomePage, dr_lindqvist: Provider, client: Client
) -> None:
    service = ServicePage.objects.get(slug="house-calls")
    service.title = "Whirligigs, and a whirligig at home"
    service.save()
    letter = editions.edition(title="Whirligig draft", subject="Of teeth", blocks=[])
    letter.search_description = "whirligig " * 9
    letter.save()
    mentioned = editions.tip(dr_lindqvist, title="Something else", lede="whirligig " * 9, body="<p>whirligig</p>" * 9)
    named = editions.tip(dr_lindqvist, title="When a whirligig turns", lede="It turns.")
    for words in ("whirligig", "Whirli"):
        html = looked_for(client, words)
        service_at, named_at, *others = [html.find(f'href="{one.url}"') for one in (service, named, mentioned, letter)]
        assert 0 < service_at < named_at, words
        assert all(place == -1 or place > named_at for place in others), words


def test_any_page_number_leads_to_a_page(site: HomePage, client: Client) -> None:
    for page in ("0", "-1", "999", "x", "", "1e9", "٣"):
        looked_for(client, "root", page=page)


def test_many_results_come_in_pages_that_keep_the_words(site: HomePage, client: Client) -> None:
    from home.pages import plant
    from practice.models import Practice
    from tests.factories.practice import ServiceFactory

    ServiceFactory.create_batch(14, summary="A whirligig for everybody.")
    plant(Practice.objects.get())
    first = looked_for(client, "whirligig")
    assert "Page 1 of 2" in first
    assert 'href="?q=whirligig&amp;page=2"' in first
    assert "Page 2 of 2" in looked_for(client, "whirligig", page=2)


def test_a_search_is_kept_nowhere(site: HomePage, client: Client) -> None:
    answer = client.get("/search/", {"q": "gums"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert 'content="noindex"' in answer.content.decode()
    assert not answer.cookies


def test_a_search_cannot_be_posted(site: HomePage, client: Client) -> None:
    assert client.post("/search/", {"q": "gums"}).status_code == 405


def test_a_slip_of_the_finger_is_understood(tip: TipPage, client: Client) -> None:
    for slip, word in SLIPS:
        html = looked_for(client, slip)
        assert f'href="?q={word.replace(" ", "%20")}"' in html, slip
        assert f"<b>{word}</b>" in html
        assert "<mark>" in looked_for(client, word)


def test_nothing_near_is_not_guessed(site: HomePage, client: Client) -> None:
    for words in ("zeppelin", "qqqqqq", "xy", "12345", "ω" * 80, "rot", *HOSTILE):
        assert "Did you mean" not in looked_for(client, words), words


def test_what_finds_something_is_not_corrected(tip: TipPage, client: Client) -> None:
    assert "Did you mean" not in looked_for(client, "sparkling")


def test_words_of_pages_that_nobody_may_read_are_not_told(site: HomePage, client: Client) -> None:
    page = ServicePage.objects.get(slug="house-calls")
    Service.objects.filter(pk=page.service_id).update(name="Secret", summary="")
    page.title = "Whirligig"
    page.save()
    assert "<b>whirligig</b>" in looked_for(client, "wihrligig")
    page.unpublish()
    assert "whirligig" not in looked_for(client, "wihrligig")


def test_the_field_offers_what_there_is(tip: TipPage, client: Client) -> None:
    html = looked_for(client, "sparkling")
    for title in ("Root canal treatment", tip.title):
        assert f'<option value="{title}">' in html
    assert 'list="offered"' in html


def test_a_letter_is_found_under_its_subject(tip: TipPage, client: Client) -> None:
    letter = editions.edition(title="Draft for Hannah", subject="Snow and teeth, {first_name|friend}", blocks=[])
    letter.search_description = "A whirligig of winter."
    letter.save()
    html = looked_for(client, "hannah")
    assert "Draft for" not in html
    assert "Snow and teeth, friend" in html


def test_people_are_found_and_those_who_left_are_not(site: HomePage, client: Client) -> None:
    who = StaffMember.objects.get(name__contains="Lindqvist")
    page = PersonPage.objects.filter(staff_member=who).first() or TeamIndexPage.objects.get().add_child(
        instance=PersonPage(title=who.name, slug=who.slug, staff_member=who)
    )
    assert f'href="{page.url}"' in looked_for(client, "lindqvist")
    StaffMember.objects.update(is_active=False)
    assert page.url not in looked_for(client, "lindqvist")
    assert page.url not in client.get("/sitemap.xml").content.decode()


def test_a_search_asks_little_of_the_database(tip: TipPage, client: Client, django_assert_max_num_queries: Any) -> None:
    for words in ("root", "sparklnig", "zeppelin"):
        looked_for(client, words)
        with django_assert_max_num_queries(25):
            looked_for(client, words)


def test_what_is_looked_for_is_in_no_log(site: HomePage, client: Client, caplog: Any) -> None:
    with caplog.at_level("INFO"):
        looked_for(client, "canker xyzzy")
    written = [handler.format(record) for record in caplog.records for handler in _written_by()]
    assert any("GET /search/" in line for line in written)
    assert "xyzzy" not in "".join(written)


def _written_by() -> list[logging.Handler]:
    """Return what writes our logs, without what pytest listens with."""
    return [handler for handler in logging.getLogger().handlers if not type(handler).__module__.startswith("_pytest")]


@given(st.text(max_size=400))
def test_words_are_cleaned_once_and_for_all(text: str) -> None:
    words = searching.cleaned(text)
    assert searching.cleaned(words) == words
    assert len(words) <= searching.LONGEST
    assert words == words.strip()


@given(st.text(max_size=120), st.text(max_size=40))
def test_marking_never_changes_the_words(text: str, wanted: str) -> None:
    assert "".join(piece for piece, _ in searching.marked(text, wanted)) == text
