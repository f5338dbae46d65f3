"""The list of newsletters: found by words, state and language; each line adds up."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.translating import locale_of
from delivery import wishes
from delivery.models import Dispatch, Message
from delivery.states import DispatchState
from newsletter.campaigns import actions, listing, tally
from newsletter.editions.models import EditionPage
from tests.factories import editions, patients


def found(query=""):
    return [edition.title for edition in listing.Asked.of(QueryDict(query)).letters()]


def put(state):
    now = timezone.now()
    is_over = state in {DispatchState.FINISHED, DispatchState.CANCELLED}
    trouble = "Many addresses bounced." if state == DispatchState.ATTENTION else ""
    Dispatch.objects.update(state=state, started_at=now, ended_at=now if is_over else None, trouble=trouble)


@pytest.fixture
def sent(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    put(DispatchState.FINISHED)
    return campaign


def test_letters_are_found_by_words_of_subject_and_name_in_any_order(edition, draft):
    assert found() == ["December", "November"]
    assert found("q=novem") == ["November"]
    assert found("q=teeth+HARD") == ["December", "November"]
    assert found("q=sugar") == []


@pytest.mark.parametrize(
    ("state", "dispatch", "titles"),
    [
        ("draft", DispatchState.RUNNING, ["November"]),
        ("sending", DispatchState.RUNNING, ["December"]),
        ("sending", DispatchState.FREEZING, ["December"]),
        ("sending", DispatchState.PAUSED, ["December"]),
        ("attention", DispatchState.ATTENTION, ["December"]),
        ("sending", DispatchState.ATTENTION, []),
        ("sent", DispatchState.FINISHED, ["December"]),
        ("canceled", DispatchState.CANCELLED, ["December"]),
        ("sent", DispatchState.RUNNING, []),
    ],
)
def test_letters_are_found_by_where_they_stand_and_the_line_says_the_same(state, dispatch, titles, sent, edition):
    put(dispatch)
    assert found(f"state={state}") == titles
    shown = {line.edition.title: line.stage for line in listing.lines(listing.Asked().letters())}
    assert [title for title, stage in shown.items() if stage == state] == titles


def test_letters_are_found_by_language(edition, draft):
    EditionPage.objects.filter(pk=draft.pk).update(locale=locale_of("es"))
    assert found("language=es") == ["December"]
    assert found("language=en") == ["November"]


@pytest.mark.parametrize("query", ["state=no-state", "language=xx", "q=%00", "q=" + "x" * 500, "state=&language=&q="])
def test_what_nobody_can_look_for_does_not_break_the_list(query, desk, edition):
    assert desk.get(f"/admin/newsletters/?{query}").status_code == 200


def test_a_line_says_whose_when_and_what_became_of_it(sent):
    (line,) = listing.lines(listing.Asked().letters())
    assert line.audience == "Everyone who gets letters"
    assert (line.stage, line.letters, line.accepted, line.unsubscribed) == ("sent", 2, 0, 0)
    assert line.sent_at == sent.started_at
    assert line.language == "English"


def test_who_unsubscribes_by_a_letter_counts_once_for_that_letter(sent, hannah):
    message = Message.objects.get(address="castellanos@home.example")  # of two people
    wishes.stop(message=message, source="mail_link")
    wishes.stop(message=message, source="one_click")
    (line,) = listing.lines(listing.Asked().letters())
    assert line.unsubscribed == 2


def test_the_list_asks_as_much_of_many_letters_as_of_few(sent, edition, desk, django_assert_num_queries):
    desk.get("/admin/newsletters/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/admin/newsletters/")
    tip = edition.body[2].value["tip"].specific
    for month in range(1, 7):
        blocks = editions.letter_blocks(tip_page=tip)
        editions.edition(slug=f"m{month}", issued_on=date(2026, month, 3), blocks=blocks)
    with CaptureQueriesContext(connection) as many:
        desk.get("/admin/newsletters/")
    assert len(many) == len(few)


def test_nothing_found_leads_back_to_all(desk, edition):
    assert "No letter is like that" in desk.get("/admin/newsletters/?q=sugar").content.decode()


def test_pages_keep_what_was_asked(desk, edition, settings):
    for number in range(30):
        editions.edition(slug=f"n{number}", issued_on=date(2025, 1, 1), blocks=[])
    assert "q=teeth&amp;page=2" in desk.get("/admin/newsletters/?q=teeth").content.decode()


def test_a_draft_leads_to_its_spanish_copy_or_to_writing_one_and_says_who_waits_for_it(draft, desk):
    patients.letter_reader(given_name="Rosalía", email="rosalia@home.example", language="es")
    path = reverse("simple_translation:submit_page_translation", args=[draft.pk])
    shown = desk.get("/admin/newsletters/").content.decode()
    assert path in shown
    assert "1 reader prefers Spanish, and gets a letter in English" in shown
    draft.get_parent().copy_for_translation(locale_of("es"), copy_parents=True)
    copy = draft.copy_for_translation(locale_of("es"))
    assert copy.ref != draft.ref
    shown = desk.get("/admin/newsletters/").content.decode()
    assert path not in shown
    assert "prefers Spanish" not in shown
    english, spanish = sorted(listing.lines([draft, copy]), key=lambda line: line.language)
    assert (english.spanish, spanish.spanish) == (copy.pk, None)


def asked_for_spanish(desk):
    """Return how often the list asks who would rather read Spanish."""
    with CaptureQueriesContext(connection) as asked:
        desk.get("/admin/newsletters/")
    return sum("UNION" in one["sql"] and "COUNT" in one["sql"] for one in asked)


def test_who_waits_for_spanish_is_asked_once_for_all_drafts_of_a_page(draft, hannah, desk):
    for month, segment in enumerate(["lapsed", "sunset", "birthdays"], start=1):
        other = editions.edition(slug=f"m{month}", issued_on=date(2026, month, 3), blocks=[], live=False)
        actions.prepare(edition=other, segment=segment, by=hannah)
    assert asked_for_spanish(desk) == 1


def test_a_costly_answer_is_kept_for_the_same_letters_and_asked_anew_for_others(draft, hannah, desk, monkeypatch):
    monkeypatch.setattr(tally, "WORTH_KEEPING", 0)
    assert asked_for_spanish(desk) == 1
    assert asked_for_spanish(desk) == 0
    actions.prepare(edition=draft, segment="lapsed", by=hannah)
    assert asked_for_spanish(desk) == 1


def test_nobody_is_asked_about_where_no_letter_could_be_written_in_spanish(sent, desk):
    assert asked_for_spanish(desk) == 0


def test_a_letter_in_review_and_an_approved_one_are_found_as_such(draft, hannah):
    campaign = actions.prepare(edition=draft, by=hannah)
    for approval, stage in (("asked", "review"), ("approved", "approved"), ("change_asked", "draft")):
        campaign.approval = approval
        assert listing.stage_of(campaign) == stage
    assert found("state=review") == found("state=approved") == []
    assert found("state=draft") == ["December"]
