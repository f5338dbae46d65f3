"""A letter asks the database as often for many blocks as for one of each kind."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.editions import letter
from newsletter.editions.models import EditionPage
from tests.factories import editions
from tests.factories.practice import ProviderFactory, ServiceFactory


def one_of_each(location, number):
    tip = editions.tip(ProviderFactory.create(), title=f"Tip {number}", slug=f"tip-{number}")
    event = editions.event(location, title=f"Event {number}", slug=f"event-{number}")
    words = {"heading": "News", "text": "<p>Warm drinks.</p>"}
    return [
        editions.block("tip", tip=tip.pk, button="Read", **words),
        editions.block("event", event=event.pk, text=""),
        editions.block("picture_and_text", picture=editions.picture().pk, **words),
        editions.block("service", service=ServiceFactory.create().pk, link_label="See", **words),
        editions.block("note", provider=ProviderFactory.create().pk, text="Floss."),
    ]


def queries_of(page):
    letter.compose(page)  # pictures are drawn once
    page = EditionPage.objects.get(pk=page.pk)
    with CaptureQueriesContext(connection) as queries:
        letter.compose(page)
    return len(queries)


def test_a_letter_of_many_blocks_costs_no_query_more_than_one_of_few(location):
    few = editions.edition(blocks=one_of_each(location, 0))
    many = [block for number in range(1, 6) for block in one_of_each(location, number)]
    long = editions.edition(blocks=many, title="December", slug="december", issued_on=date(2026, 12, 1))
    assert queries_of(long) == queries_of(few)


def test_a_letter_without_colors_of_its_own_asks_for_them_once(edition):
    with CaptureQueriesContext(connection) as queries:
        letter.html_of(edition)
    assert len([one for one in queries if "content_branding" in one["sql"]]) == 1
