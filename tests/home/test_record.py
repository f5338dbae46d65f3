"""The journal as a list: who may read it, what it says, how it is searched, and that reading it is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from home.record import ENTRIES_A_PAGE
from journal.models import Entry
from journal.recording import name_of, record, viewed
from practice import clocks
from tests.cast import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PATH = "/admin/reports/journal/"


@pytest.fixture
def past(rosa: User, hannah: User) -> None:
    """Let something have happened: two readings, a change, something of the system's own."""
    viewed("case:JR-7K2M", by=rosa, about="patient:PT-4M9X")
    viewed("case:JR-1TNC", by=rosa)
    with transaction.atomic():
        record("page.publish", subject="page:3", by=hannah)
        record("dispatch.finished", subject="dispatch:DS-1", by=None)
        record("case.submitted", subject="case:JR-OLD1", by=rosa, at=timezone.now() - timedelta(days=40))


def test_it_stands_among_the_reports() -> None:
    assert reverse("journal") == PATH


def test_the_owner_reads_who_did_what_in_words(past: None, client: Client, okafor: User) -> None:
    page = sign_in(client, okafor).get(PATH).text
    for words in ("Rosa Delgado", "Hannah Whitlock", "Published a page", "The system", "case:JR-7K2M", "PT-4M9X"):
        assert words in page
    assert "page.publish" not in page


def test_that_somebody_looked_is_in_it(client: Client, okafor: User) -> None:
    sign_in(client, okafor).get(PATH, {"ref": "jr-7k2m", "page": "3"})
    entry = Entry.objects.get(verb="journal.viewed")
    assert entry.by == name_of(okafor)
    assert entry.particulars == {"page": 1, "ref": "JR-7K2M"}
    assert "Read the journal" in client.get(PATH).text


@pytest.mark.parametrize("who", ["hannah", "rosa", "theo", "colette", "dana", "margaret"])
def test_others_may_not_read_it(client: Client, request: pytest.FixtureRequest, who: str) -> None:
    answer = sign_in(client, request.getfixturevalue(who)).get(PATH)
    assert answer.status_code == 302, "Wagtail sends whoever may not back to where they may be"
    assert not Entry.objects.filter(verb="journal.viewed").exists()


def test_a_visitor_is_sent_to_sign_in(client: Client, practice: object) -> None:
    assert client.get(PATH).status_code == 302


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"kind": "reading"}, ["JR-7K2M", "JR-1TNC"], ["page:3", "DS-1"]),
        ({"kind": "changes"}, ["page:3", "DS-1"], ["JR-7K2M"]),
        ({"by": "system:goodword"}, ["DS-1"], ["JR-7K2M", "page:3"]),
        ({"ref": " jr-7k2m "}, ["JR-7K2M"], ["JR-1TNC", "page:3"]),
        ({"ref": "PT-4M9X"}, ["JR-7K2M"], ["JR-1TNC"]),
        ({"until": (timezone.localdate() - timedelta(days=30)).isoformat()}, ["JR-OLD1"], ["JR-7K2M"]),
        ({"since": timezone.localdate().isoformat()}, ["JR-7K2M"], ["JR-OLD1"]),
        ({"since": "yesterday", "by": "user:U-NONE"}, ["JR-7K2M", "JR-OLD1"], []),
    ],
)
def test_it_is_narrowed(
    past: None, client: Client, okafor: User, asked: dict[str, str], there: list[str], gone: list[str]
) -> None:
    cells = sign_in(client, okafor).get(PATH, asked).text.partition("<tbody>")[2]
    assert [one for one in there if one not in cells] == []
    assert [one for one in gone if one in cells] == []


def test_one_persons_acts_are_found_by_their_name(past: None, client: Client, okafor: User, hannah: User) -> None:
    cells = sign_in(client, okafor).get(PATH, {"by": name_of(hannah)}).text.partition("<tbody>")[2]
    assert "page:3" in cells
    assert "JR-7K2M" not in cells


def test_nothing_found_says_so(client: Client, okafor: User) -> None:
    page = sign_in(client, okafor).get(PATH, {"ref": '"><script>'}).text
    assert "Nothing like that" in page
    assert '"><script>' not in page


def test_it_comes_in_pages_and_asks_as_much_for_many_as_for_few(
    client: Client, okafor: User, django_assert_max_num_queries: object
) -> None:
    moment = timezone.now() - timedelta(days=1)
    Entry.objects.bulk_create(
        Entry(verb="case.viewed", subject=f"case:JR-{n:04d}", by=name_of(okafor), at=moment - timedelta(minutes=n))
        for n in range(ENTRIES_A_PAGE + 5)
    )
    sign_in(client, okafor)
    clocks.today()  # the practice's zone is asked for once a minute
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page = client.get(PATH).text
    assert "JR-0001" in page
    assert "JR-0054" not in page
    assert "Page 1 of 2" in page
    assert "JR-0054" in client.get(PATH, {"page": "2"}).text
