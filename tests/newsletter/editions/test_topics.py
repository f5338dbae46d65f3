"""Topics in the admin: editors add them, and a short name stays once it stands in addresses."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from newsletter.editions.models import Topic
from tests.cast import sign_in
from tests.factories import editions

pytestmark = pytest.mark.django_db


def test_an_editor_adds_a_topic(hannah: User, client: Client) -> None:
    add = reverse("wagtailsnippets_editions_topic:add")
    fields = {"name": "Dry mouth", "slug": "dry-mouth", "order": "15"}
    assert sign_in(client, hannah).post(add, fields).status_code == 302
    assert str(Topic.objects.get(slug="dry-mouth")) == "Dry mouth"


def test_a_short_name_stays_and_a_name_changes(hannah: User, client: Client) -> None:
    edit = reverse("wagtailsnippets_editions_topic:edit", args=[editions.topic("quiet").slug])
    sign_in(client, hannah).post(edit, {"name": "Rest", "slug": "rest", "order": "15"})
    assert Topic.objects.get(slug="quiet").name == "Rest"
    assert not Topic.objects.filter(slug="rest").exists()


def test_whoever_does_not_edit_pages_does_not_see_topics(rosa: User, client: Client) -> None:
    answer = sign_in(client, rosa).get(reverse("wagtailsnippets_editions_topic:list"))
    assert answer.status_code in {302, 403}
