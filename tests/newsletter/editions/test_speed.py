"""A letter and its preview ask the database as often for many blocks as for one of each kind."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from config.benching import panel
from config.touring.pages import StoryBroken
from newsletter.editions import letter
from newsletter.editions.models import EditionPage
from tests.factories import editions
from tests.factories.practice import ProviderFactory, ServiceFactory
from tests.newsletter.editions.test_editor import form


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


def as_in_a_form(blocks):
    texts = {
        "heading": "",
        "eyebrow": "",
        "for_whom": "",
        "link": "",
        "link_label": "See",
        "picture": "",
        "button": "x",
    }
    found = []
    for one in blocks:
        value = {**texts, "button": "Read", **one["value"], "text": rich_text("<p>Warm drinks.</p>")}
        if one["type"] == "picture_and_text":
            value |= {"link_label": ""}
        found.append((one["type"], value | ({"text": "Floss."} if one["type"] == "note" else {})))
    return streamfield(found)


def preview(desk, page, blocks):
    """Return how many queries it takes to keep what was typed, and to show it; and what is shown."""
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    data = form(slug=page.slug, body=as_in_a_form(blocks))
    desk.post(path, data)
    desk.get(path, {"mode": "light"})  # pictures are drawn once
    with CaptureQueriesContext(connection) as keeping:
        assert desk.post(path, data).json() == {"is_valid": True, "is_available": True}
    with CaptureQueriesContext(connection) as showing:
        shown = desk.get(path, {"mode": "light"})
    return len(keeping), len(showing), shown.content.decode()


def test_the_preview_panel_looks_up_once_what_many_blocks_have_chosen(desk, draft, location):
    few = preview(desk, draft, one_of_each(location, 0))
    many = preview(desk, draft, [block for number in range(1, 6) for block in one_of_each(location, number)])
    assert many[:2] == few[:2]
    for number in range(1, 6):
        assert f"Event {number}" in many[2]
    assert "Event 0" not in many[2]


def test_what_is_chosen_in_a_form_is_kept(desk, draft, location):
    """The same thing twice, another kind between, in the order of the form."""
    first, event, *_rest = one_of_each(location, 0)
    other = one_of_each(location, 1)[0]
    body = as_in_a_form([other, first, event, first])
    desk.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), form(slug=draft.slug, body=body))
    kept = EditionPage.objects.get(pk=draft.pk).get_latest_revision_as_object().body
    assert [block.block_type for block in kept] == ["tip", "tip", "event", "tip"]
    assert [kept[place].value["tip"].pk for place in (0, 1, 3)] == [other["value"]["tip"]] + [first["value"]["tip"]] * 2
    assert kept[2].value["event"].pk == event["value"]["event"]


@pytest.mark.parametrize("key", ["", "0", "-1", "999999", "abc", "1; --", "1.5", "9" * 40, "\u0661x", "\x00"])
def test_a_key_of_nothing_is_nothing_chosen(key, desk, draft):
    raw = [editions.block("tip", tip=key), editions.block("divider")]
    answer = desk.post(
        reverse("wagtailadmin_pages:edit", args=[draft.pk]), form(slug=draft.slug, body=as_in_a_form(raw))
    )
    assert answer.status_code in {200, 302}
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[draft.pk])
    assert desk.post(path, form(slug=draft.slug, body=as_in_a_form(raw))).status_code == 200


@pytest.fixture
def few_changes(monkeypatch, desk):
    """Let the benchmark sit at Hannah's desk and change one thing a run."""
    monkeypatch.setattr(panel, "Client", lambda **_options: desk)
    monkeypatch.setattr(panel, "CHANGES", 1)
    monkeypatch.setattr(panel, "TAKEN_OUT", 0)


def test_the_panels_figure_is_of_forty_blocks_that_are_shown_and_leaves_the_letter_as_it_was(few_changes, draft):
    before = draft.get_latest_revision_as_object().body.get_prep_value()
    names = [measure.name for measure in panel.measured(draft)]
    assert names == ["preview.panel", "preview.panel_cpu"]
    assert EditionPage.objects.get(pk=draft.pk).get_latest_revision_as_object().body.get_prep_value() == before


def test_a_panel_that_shows_nothing_has_no_figure(few_changes, location):
    empty = editions.edition(blocks=[], live=False)
    with pytest.raises(StoryBroken, match="no tip or no picture"):
        panel.measured(empty)
