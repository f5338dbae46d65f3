"""Editors change every page of the front door in the admin; others cannot."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from accounts.models import User
from home.models import ContactPage, HomePage, ServicePage, StandardPage
from tests.cast import sign_in

COMMENTS = {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0, "comments-MIN_NUM_FORMS": 0}


def edit(page: Page) -> str:
    """Return the address of the page's editor."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def publish(client: Client, page: Page, **fields: Any) -> Any:
    """Publish `page` with `fields`."""
    common = {"title": page.title, "slug": page.slug, "action-publish": "1", **COMMENTS}
    return client.post(edit(page), nested_form_data({**common, **fields}))


def test_an_editor_opens_and_previews_every_page(site: HomePage, hannah: User, client: Client) -> None:
    sign_in(client, hannah)
    for page in Page.objects.filter(depth__gt=1):
        assert client.get(edit(page)).status_code == 200, page
    for page in (site, ContactPage.objects.get(), ServicePage.objects.get(slug="root-canal")):
        preview = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
        assert client.get(preview).status_code == 200, page


def test_the_home_page_says_what_the_editor_published(site: HomePage, hannah: User, client: Client) -> None:
    answer = publish(
        sign_in(client, hannah),
        site,
        headline="Teeth, gently.",
        lede="No hurry.",
        eyebrow="",
        services_heading="",
        offices_heading="",
        offices_text="",
        quote="",
        quote_by="",
    )
    assert answer.status_code == 302
    html = Client().get("/").content.decode()
    assert "Teeth, gently." in html
    assert "For referring offices" not in html


def test_a_draft_stays_a_draft(site: HomePage, hannah: User, client: Client) -> None:
    fields = {"title": site.title, "slug": site.slug, "headline": "Not yet.", **COMMENTS}
    assert sign_in(client, hannah).post(edit(site), nested_form_data(fields)).status_code == 302
    assert "Not yet." not in Client().get("/").content.decode()


def test_a_service_page_is_written_in_blocks(site: HomePage, hannah: User, client: Client) -> None:
    page = ServicePage.objects.get(slug="house-calls")
    answer = publish(
        sign_in(client, hannah),
        page,
        service=page.service_id,
        headline="We ring the bell.",
        lede="",
        steps=streamfield([("step", {"title": "We call", "text": "The day before."})]),
        questions=streamfield(
            [("question", {"question": "Do you bring tea?", "answer": rich_text("<p>We <b>do</b>.</p>")})]
        ),
        prices=streamfield([("price", {"what": "A visit", "amount": "$90", "is_first": "on"})]),
        prices_note="",
    )
    assert answer.status_code == 302
    html = Client().get("/services/house-calls/").content.decode()
    for words in ("We ring the bell.", "We call", "Do you bring tea?", "$90"):
        assert words in html


def test_a_legal_page_is_plain_text_with_headings(site: HomePage, hannah: User, client: Client) -> None:
    page = StandardPage.objects.get(slug="privacy")
    body = rich_text('<h2>New</h2><p>We keep <a href="/contact/">little</a>.</p>')
    assert publish(sign_in(client, hannah), page, lede="", body=body).status_code == 302
    html = Client().get("/privacy/").content.decode()
    assert "<h2" in html
    assert "New</h2>" in html


def test_a_heading_is_not_left_out(site: HomePage, hannah: User, client: Client) -> None:
    answer = publish(sign_in(client, hannah), site, headline="")
    assert answer.status_code == 200
    site.refresh_from_db()
    assert site.headline != ""


@pytest.mark.parametrize("who", ["rosa", "theo", "dana", "margaret"])
def test_others_cannot_change_a_page(site: HomePage, request: pytest.FixtureRequest, client: Client, who: str) -> None:
    sign_in(client, request.getfixturevalue(who))
    assert client.get(edit(site)).status_code in {302, 403}
    assert publish(client, site, headline="Mine now").status_code in {302, 403}
    site.refresh_from_db()
    assert site.headline != "Mine now"
