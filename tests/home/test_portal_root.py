"""/portal/ leads each person to where they belong."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from home.models import HomePage
from tests.cast import sign_in
from tests.factories import accounts


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("hannah", "/admin/"),
        ("rosa", "/admin/"),
        ("okafor", "/admin/"),
        ("dana", "/portal/office/cases/"),
        ("office_admin", "/portal/office/cases/"),
        ("margaret", "/portal/me/"),
    ],
)
def test_each_person_is_led_home(client: Client, request: pytest.FixtureRequest, who: str, where: str) -> None:
    answer = sign_in(client, request.getfixturevalue(who)).get("/portal/")
    assert (answer.status_code, answer.headers["Location"]) == (302, where)


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/portal/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert "next=/portal/" in answer.headers["Location"]


def test_staff_who_are_patients_too_go_to_their_work(client: Client, db: None) -> None:
    person = accounts.person(Role.PATIENT, Role.COORDINATOR)
    assert sign_in(client, person).get("/portal/").headers["Location"] == "/admin/"


def test_an_account_without_a_role_is_told_whom_to_ask(client: Client, site: HomePage) -> None:
    answer = sign_in(client, accounts.person()).get("/portal/")
    assert answer.status_code == 200
    assert "does not belong to an office or to a patient yet" in answer.content.decode()


def test_an_ended_role_leads_nowhere(client: Client, dana: User) -> None:
    from accounts.actions import end_role

    end_role(grant=dana.grants.get(), by=None)
    assert sign_in(client, User.objects.get(pk=dana.pk)).get("/portal/").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_done_there(client: Client, dana: User, method: str) -> None:
    assert getattr(sign_in(client, dana), method)("/portal/").status_code == 405
