"""Managers set up facts, tags and how long records are kept; what people's data hang on is never deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from patients.models import Attribute, AttributeValue, Nature, Retention, Tag
from tests.cast import sign_in
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

SNIPPETS = "/admin/snippets/patients"


@pytest.fixture
def boss(client: Client, okafor: User) -> Client:
    """Return the owner's browser."""
    return sign_in(client, okafor)


def fact(**more: Any) -> dict[str, Any]:
    return {
        "label": "Chair",
        "slug": "chair",
        "kind": "choice",
        "nature": "identity",
        "is_active": "on",
        "lines": "",
        **more,
    }


def test_a_fact_with_its_list_is_made_and_changed(boss: Client) -> None:
    assert boss.post(f"{SNIPPETS}/attribute/add/", fact()).status_code == 200
    made = boss.post(f"{SNIPPETS}/attribute/add/", fact(lines="left\r\nright\r\n\r\nleft"))
    assert made.status_code == 302
    chair = Attribute.objects.get()
    assert chair.choices == ["left", "right"]
    assert "left\nright" in boss.get(f"{SNIPPETS}/attribute/edit/{chair.pk}/").content.decode()
    AttributeValue.objects.create(patient=PatientFactory.create(), attribute=chair, text="left")
    refused = boss.post(f"{SNIPPETS}/attribute/edit/{chair.pk}/", fact(kind="number"))
    assert "Facts of this type stand already" in refused.content.decode()
    assert Attribute.objects.get().kind == "choice"


def test_what_peoples_data_hang_on_is_not_deleted(boss: Client) -> None:
    chair = Attribute.objects.create(slug="chair", label="Chair", kind="text", nature=Nature.IDENTITY)
    rule, _made = Retention.objects.get_or_create(state="OR", defaults={"years": 7, "citation": "x"})
    for kind, pk in (("attribute", chair.pk), ("retention", rule.pk)):
        boss.post(f"{SNIPPETS}/{kind}/delete/{pk}/")
    assert Attribute.objects.filter(pk=chair.pk).exists()
    assert Retention.objects.filter(pk=rule.pk).exists()


def test_a_state_is_entered_with_its_law(boss: Client) -> None:
    given = {"state": "OR", "years": "7", "minors_from_age": "", "citation": "OAR", "checked_on": "2026-11-20"}
    assert boss.post(f"{SNIPPETS}/retention/add/", given).status_code == 302
    assert Retention.objects.get(state="OR").years == 7


def test_the_desk_does_not_set_up(client: Client, rosa: User) -> None:
    desk = sign_in(client, rosa)
    for kind in ("attribute", "tag", "retention"):
        assert desk.get(f"{SNIPPETS}/{kind}/").status_code == 302
    desk.post(f"{SNIPPETS}/tag/add/", {"name": "VIP", "nature": "identity"})
    assert not Tag.objects.exists()
