"""Search: finds pages, shrugs at hostile words, keeps nothing."""

from __future__ import annotations

from typing import Any

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from home import searching
from home.models import HomePage, ServicePage
from newsletter.editions.models import TipPage

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


@given(st.text(max_size=400))
def test_words_are_cleaned_once_and_for_all(text: str) -> None:
    words = searching.cleaned(text)
    assert searching.cleaned(words) == words
    assert len(words) <= searching.LONGEST
    assert words == words.strip()


@given(st.text(max_size=120), st.text(max_size=40))
def test_marking_never_changes_the_words(text: str, wanted: str) -> None:
    assert "".join(piece for piece, _ in searching.marked(text, wanted)) == text
