"""In the browser: what is typed in a long letter shows in the panel beside it, and none of it is taken for saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from newsletter.editions.models import EditionPage
from tests.factories import editions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 120_000  # milliseconds: on a busy machine a page may be slow and is right all the same


@pytest.fixture
def long(location):
    """Return a letter of 40 blocks."""
    texts = [editions.block("text", heading=f"Part {one}", text=f"<p>Words {one}.</p>") for one in range(40)]
    letter = editions.edition(blocks=texts, live=False)
    letter.save_revision()
    return letter


def is_save(request):
    return request.method == "POST" and request.url.endswith("/edit/")


def is_autosave(request):
    return is_save(request) and "json" in request.headers["accept"]


def opened(window, letter):
    window.goto(f"/admin/pages/{letter.pk}/edit/")
    window.get_by_role("button", name="Toggle preview").click()
    expect(window.frame_locator("#w-preview-iframe").get_by_text("Words 39.")).to_be_visible(timeout=PATIENCE)


def newest(letter):
    return EditionPage.objects.get(pk=letter.pk).get_latest_revision_as_object()


def test_a_changed_block_of_forty_shows_in_the_panel(window, long):
    opened(window, long)
    window.locator("[name='body-38-value-heading']").fill("Typed just now")
    shown = window.frame_locator("#w-preview-iframe")
    expect(shown.get_by_text("Typed just now")).to_be_visible(timeout=PATIENCE)
    expect(shown.get_by_text("Part 37")).to_be_visible(timeout=PATIENCE)


def test_what_does_not_validate_is_said_and_the_last_good_letter_stands(window, long):
    opened(window, long)
    window.locator("[name='body-0-value-heading']").fill("Dear {nickname|you}")
    expect(window.get_by_text("Preview is out of date")).to_be_visible(timeout=PATIENCE)
    expect(window.frame_locator("#w-preview-iframe").get_by_text("Part 0")).to_be_visible(timeout=PATIENCE)


def test_words_typed_while_an_autosave_is_under_way_are_kept_and_shown(window, long):
    """The answer to the first autosave comes only after the second words were typed."""
    saves = []

    def slow(route):
        if route.request.method == "POST" and not saves:
            saves.append(route.request)
            window.locator("#id_subject").fill("Second words")
        route.continue_()

    opened(window, long)
    window.route(f"**/admin/pages/{long.pk}/edit/", slow)
    with window.expect_response(lambda answer: is_autosave(answer.request) and answer.request != saves[0]):
        window.locator("#id_subject").fill("First words")
    assert newest(long).subject == "Second words"
    letter = window.frame_locator("#w-preview-iframe").get_by_role("article", name="Second words")
    expect(letter).to_be_visible(timeout=PATIENCE)


def test_a_save_waits_for_the_autosave_before_it_and_none_follows(window, long):
    """The button is pressed while the first autosave is on its way, and newer words stand in the form."""
    requests, answers = [], []

    def slow(route):
        if is_autosave(route.request) and not requests:
            requests.append(route.request)
            window.locator("#id_subject").fill("Second words")
            window.get_by_role("button", name="Save draft").click()
            expect(window.get_by_role("button", name="Saving…")).to_be_disabled()
        elif is_save(route.request):
            requests.append(route.request)
            answers.append(requests[0].existing_response)
        route.continue_()

    opened(window, long)
    window.route(f"**/admin/pages/{long.pk}/edit/", slow)
    window.locator("#id_subject").fill("First words")
    expect(window.get_by_text("has been updated")).to_be_visible(timeout=PATIENCE)
    assert [is_autosave(request) for request in requests] == [True, False]
    assert [answer.status for answer in answers] == [200]
    assert newest(long).subject == "Second words"
    assert [revision.content["subject"] for revision in long.revisions.order_by("pk")][-1] == "Second words"
