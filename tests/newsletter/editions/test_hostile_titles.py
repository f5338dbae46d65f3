"""Whatever stands in a letter's title, subject and name: its page, its data for machines and the archive stay whole."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from newsletter.editions.models import EditionPage
from tests.factories import editions
from tests.home.test_kept_pages import Asked

pytestmark = pytest.mark.django_db
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"}]}<!-- --><img src=x onerror=alert(1)>',
    "]]> & ' \" < > \u2028 \u2029",
    "{{ 7 }}{% now 'Y' %}{first_name|<b>you</b>}",
    "\u202eright to left\u202c",
]


def machine_data(page: str) -> list[object]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(one) for one in found]


@pytest.fixture(params=HOSTILE)
def named(request, location):
    edition = editions.edition(blocks=[editions.block("text", heading="Hi", text="<p>Hi.</p>")])
    words = request.param[:110]
    EditionPage.objects.filter(pk=edition.pk).update(title=words, draft_title=words, subject=words, preheader=words)
    return EditionPage.objects.get(pk=edition.pk)


def test_the_page_the_archive_and_the_year_stay_whole(named, client):
    for path in (named.url, "/newsletter/", "/newsletter/?year=2026"):
        page = client.get(path).text
        assert "alert(1)</script>" not in page
        assert "<img src=x" not in page
        assert "<b>you</b>" not in page
        assert "{first_name" not in page
    data = json.dumps(machine_data(client.get(named.url).text))
    assert "first_name" not in data
    assert machine_data(client.get(named.url).text)


def test_a_page_that_did_not_change_is_not_sent_again_and_a_changed_one_is(edition):
    asked = Asked()
    first = asked.answer(edition.url)[1]["ETag"]
    assert asked.answer(edition.url, HTTP_IF_NONE_MATCH=first)[::2] == ("304 Not Modified", b"")
    edition.subject = "Corrected, and said so"
    edition.save_revision().publish()
    asked.half_a_second_later()
    status, headers, body = asked.answer(edition.url, HTTP_IF_NONE_MATCH=first)
    assert status.startswith("200")
    assert headers["ETag"] != first
    assert "Corrected, and said so" in body.decode()


@pytest.mark.parametrize("year", ["1999", "0", "-1", "20261", "2026x", "٢٠٢٦", "", "9" * 400, "\x00"])
def test_a_year_that_no_letter_has_shows_the_newest(year, edition, client):
    page = client.get("/newsletter/", {"year": year})
    assert page.status_code == 200
    assert edition.shown_subject in page.text


@pytest.mark.parametrize("path", ["/newsletter/1999/november/", "/newsletter/2026/", "/newsletter/2026/november/x/"])
def test_an_address_of_another_year_is_not_there(path, edition, client):
    assert client.get(path).status_code == 404


def test_the_archive_shows_each_year_and_three_of_each_old_one(location, client):
    for year in (2023, 2024, 2025):
        for month in range(1, 6):
            slug = f"m{month}"
            words = {"subject": f"Letter {year}-{month}", "title": f"{year}-{month}"}
            editions.edition(slug=slug, issued_on=date(year, month, 1), blocks=[], **words)
    page = client.get("/newsletter/").text
    assert [page.count(f"Letter {year}-") > 0 for year in (2023, 2024, 2025)] == [True] * 3
    assert "Letter 2024-5" in page
    assert "Letter 2024-2" not in page
    assert "Letter 2024-1" in client.get("/newsletter/?year=2024").text
