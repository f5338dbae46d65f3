"""What Hannah saves in the editor: unknown tags are refused at their field, half-written drafts are kept."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from newsletter.editions.blocks import LETTER_BLOCKS
from newsletter.editions.models import EditionPage
from tests.factories import editions
from tests.factories.practice import ProviderFactory


def form(**changes):
    hero = {
        "picture": "",
        "eyebrow": "",
        "heading": "A calm winter",
        "greeting": "Hello {first_name|there},",
        "text": rich_text("<p>Warm drinks.</p>"),
        **changes.pop("hero", {}),
    }
    page = {
        "title": "December",
        "slug": "december",
        "subject": "A calm winter",
        "preheader": "",
        "issued_on": "2026-12-01",
        "written_for": "patients",
        "body": streamfield([("hero", hero)]),
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        **changes,
    }
    return nested_form_data(page)


def add(desk, **changes):
    path = reverse("wagtailadmin_pages:add", args=["editions", "editionpage", editions.archive().pk])
    return desk.post(path, form(**changes))


def test_a_draft_is_saved(desk):
    assert add(desk).status_code == 302
    page = EditionPage.objects.get()
    assert (page.subject, page.live) == ("A calm winter", False)
    assert page.ref.startswith("ED-")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Dear {nickname|you}"},
        {"preheader": "Dear {nickname|you}"},
        {"hero": {"heading": "Dear {nickname|you}"}},
        {"hero": {"greeting": "Dear {nickname|you}"}},
        {"hero": {"text": rich_text("<p>Dear {nickname|you}</p>")}},
    ],
)
def test_an_unknown_tag_is_refused_even_in_a_draft_and_named(changes, desk):
    answer = add(desk, **changes)
    assert answer.status_code == 200
    assert "{nickname} is not a merge tag" in answer.content.decode()
    assert not EditionPage.objects.exists()


def test_a_tag_without_a_fallback_is_refused(desk):
    answer = add(desk, hero={"greeting": "Hello {first_name},"})
    assert "needs words for readers where we do not know it" in answer.content.decode()
    assert not EditionPage.objects.exists()


def test_markup_in_rich_text_is_dropped_when_it_is_saved(desk):
    add(desk, hero={"text": rich_text('<p>Fine <script>alert(1)</script><img src="x" onerror="x()"/></p>')})
    said = EditionPage.objects.get().body[0].value["text"].source
    assert "<script" not in said
    assert "<img" not in said


def test_another_year_may_have_the_same_slug_and_the_same_year_may_not(desk):
    assert add(desk).status_code == 302
    assert add(desk, issued_on="2025-12-02").status_code == 302
    answer = add(desk, issued_on="2026-12-20")
    assert answer.status_code == 200
    assert "already in use" in answer.content.decode()
    assert EditionPage.objects.count() == 2


def test_what_is_no_slug_is_refused(desk):
    assert add(desk, slug="no slug!").status_code == 200
    assert not EditionPage.objects.exists()


def test_the_picker_shows_every_block(desk, location):
    page = desk.get(reverse("wagtailadmin_pages:add", args=["editions", "editionpage", editions.archive().pk]))
    shown = page.content.decode()
    for _name, block in LETTER_BLOCKS:
        assert str(block.label) in shown
        preview = desk.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert preview.status_code == 200
        assert "unsafe-inline" not in preview["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|<script(?! src)", preview.content.decode())


def test_the_preview_in_the_editor_is_the_mail(desk, draft):
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[draft.pk])
    desk.post(path, form(hero={"heading": "Not saved yet"}))
    answer = desk.get(path, {"mode": "dark"})
    assert "Not saved yet" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert (
        EditionPage.objects.get(pk=draft.pk).get_latest_revision_as_object().body[1].value["heading"] != "Not saved yet"
    )


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("light", "A calm winter"),
        ("bare", "A calm winter"),
        ("text", "A calm winter"),
        ("sms", "Reply STOP to end."),
        ("web", "A calm winter"),
    ],
)
def test_each_preview_shows_what_is_not_saved_yet(mode, said, desk, draft):
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[draft.pk])
    desk.post(path, form())
    answer = desk.get(path, {"mode": mode})
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_an_unknown_tag_in_the_text_message_is_refused(desk):
    answer = add(desk, sms_text="Dear {nickname|you}")
    assert "{nickname} is not a merge tag" in answer.content.decode()


def test_the_length_of_the_subject_is_said_without_a_script(desk, draft):
    shown = desk.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "<b data-number>33</b>" in shown
    assert 'data-verdict="long" hidden' in shown


def test_the_sender_is_the_practice_or_a_provider_of_ours(desk, draft):
    ProviderFactory.create(name="Dr. Maren Okafor")
    shown = desk.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert re.search(r'<option value="" selected>Juniper Row Dental</option>', shown)
    assert "Dr. Maren Okafor at Juniper Row</option>" in shown


def test_a_line_and_a_text_of_a_block_ask_for_merge_tags_and_an_address_does_not(desk):
    page = desk.get(reverse("wagtailadmin_pages:add", args=["editions", "editionpage", editions.archive().pk]))
    shown = html.unescape(page.content.decode())
    assert shown.count('id="merge-dialog"') == 1
    assert "MERGE_TAG" in shown
    assert re.search(r'name="subject"[^>]*data-controller="merge-tag"', shown)
    assert "unsubscribe_url" not in shown.partition('id="merge-dialog"')[2].partition("</dialog>")[0]
