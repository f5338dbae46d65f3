"""Pages and files for some alone: staff who owe the second factor have not come in yet, on no route."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from wagtail.documents.models import Document
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction

from accounts.models import User
from home.pages import plant
from practice.models import Practice
from tests.cast import sign_in
from tests.factories.pages import root_collection, root_page
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db
KINDS = [PageViewRestriction.GROUPS, PageViewRestriction.LOGIN]
SET_UP = "/accounts/2fa/?next="


@pytest.fixture
def group(rosa: User, margaret: User) -> Group:
    group = Group.objects.create(name="Those who may read it")
    for user in (rosa, margaret):
        user.groups.add(group)
    return group


@pytest.fixture(params=KINDS)
def page(request: pytest.FixtureRequest, practice: Practice, group: Group) -> Page:
    """Return the home page, open only to a group or to whoever signed in."""
    root_page()
    page = plant(practice)
    PageViewRestriction.objects.create(page=page, restriction_type=request.param).groups.add(group)
    return page


@pytest.fixture(params=KINDS)
def document(request: pytest.FixtureRequest, group: Group, tmp_path: Path) -> Iterator[Document]:
    """Return a file in a collection that is open only to a group or to whoever signed in."""
    collection = root_collection().add_child(name="House rules")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=request.param).groups.add(group)
    with override_settings(MEDIA_ROOT=tmp_path):
        yield Document.objects.create(
            title="Rules", file=ContentFile(b"Wash your hands.", name="rules.txt"), collection=collection
        )


def without_factor(client: Client, user: User) -> Client:
    """Sign in by e-mail code alone, as somebody does who has not set the second factor up."""
    signing.by_code(client, user)
    assert signing.is_signed_in(client)
    return client


def test_staff_without_it_are_led_to_it_before_a_private_page(client: Client, page: Page, rosa: User) -> None:
    answer = without_factor(client, rosa).get("/")
    assert (answer.status_code, answer["Location"]) == (302, f"{SET_UP}%2F")
    assert "no-store" in answer["Cache-Control"]


def test_staff_who_showed_it_read_the_page(client: Client, page: Page, rosa: User) -> None:
    assert sign_in(client, rosa).get("/").status_code == 200


def test_a_patient_of_the_group_needs_none(client: Client, page: Page, margaret: User) -> None:
    assert without_factor(client, margaret).get("/").status_code == 200


def test_a_visitor_is_led_to_the_sign_in_page(client: Client, page: Page) -> None:
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_a_page_for_all_asks_staff_for_nothing(client: Client, page: Page, rosa: User) -> None:
    PageViewRestriction.objects.all().delete()
    assert without_factor(client, rosa).get("/").status_code == 200


def test_staff_without_it_are_led_to_it_before_a_private_file(client: Client, document: Document, rosa: User) -> None:
    answer = without_factor(client, rosa).get(document.url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(SET_UP)


def test_staff_who_showed_it_get_the_file(client: Client, document: Document, rosa: User) -> None:
    answer = sign_in(client, rosa).get(document.url)
    assert b"".join(answer.streaming_content) == b"Wash your hands."  # type: ignore[attr-defined]


def test_a_visitor_gets_no_private_file(client: Client, document: Document) -> None:
    assert client.get(document.url)["Location"].startswith("/accounts/login/")


def test_a_file_for_all_asks_staff_for_nothing(client: Client, document: Document, rosa: User) -> None:
    CollectionViewRestriction.objects.all().delete()
    assert without_factor(client, rosa).get(document.url).status_code == 200
