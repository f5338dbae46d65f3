"""No door but ours: every address that could sign somebody in lets nobody by without the second factor."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import resolve, reverse
from wagtail.models import PageViewRestriction

from accounts.library_routes import LIBRARY_ROUTES, SHADOWED
from accounts.models import User
from home.pages import plant
from practice.models import Practice
from tests.cast import sign_in
from tests.factories.accounts import PASSWORD
from tests.factories.pages import root_page
from tests.site.accounts import signing
from tests.site.accounts.routes import all_routes

pytestmark = pytest.mark.django_db

CREDENTIALS: dict[str, Any] = {
    "username": "",
    "login": "",
    "email": "",
    "password": PASSWORD,
    "action": "",
    "next": "/admin/",
    "return_url": "/",
}
DOOR_WORDS = ("login", "password", "auth", "sign", "token", "session", "2fa", "confirm", "join", "again")


@pytest.fixture
def guarded(rosa: User) -> User:
    """Return Rosa with a confirmed address, a known password and a second factor."""
    EmailAddress.objects.create(user=rosa, email=rosa.email, primary=True, verified=True)
    signing.give_factor(rosa)
    return rosa


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/",
        "/admin/password_reset/",
        "/admin/password_reset/done/",
        "/admin/password_reset/confirm/MQ/abc-def/",
        "/admin/password_reset/complete/",
        "/_util/login/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_librarys_door_leads_to_ours(client: Client, guarded: User, path: str, method: str) -> None:
    data = {**CREDENTIALS, "username": guarded.email}
    answer = getattr(client, method)(path, data)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert not signing.is_signed_in(client)


def test_a_librarys_door_keeps_the_way_back_and_no_other_site(client: Client) -> None:
    assert client.get("/admin/login/?next=/admin/pages/")["Location"] == "/accounts/login/?next=%2Fadmin%2Fpages%2F"
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/accounts/login/"
    assert client.get("/admin/login/?next=//evil.example/")["Location"] == "/accounts/login/"


@pytest.mark.parametrize("path", ["/_util/authenticate_with_password/1/1/", "/documents/authenticate_with_password/1/"])
def test_no_shared_password_opens_anything(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, CREDENTIALS).status_code == 404


def test_a_page_behind_sign_in_leads_to_our_door(client: Client, practice: Practice) -> None:
    root_page()
    page = plant(practice)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_signing_out_of_the_admin_is_signing_out_and_needs_a_post(client: Client, rosa: User) -> None:
    sign_in(client, rosa)
    client.get("/admin/logout/")
    assert signing.is_signed_in(client)
    client.post("/admin/logout/")
    assert not signing.is_signed_in(client)


def test_every_closed_door_is_really_shadowed() -> None:
    for route in LIBRARY_ROUTES:
        if route.reason != SHADOWED:
            continue
        kwargs = {"uidb64": "MQ", "token": "abc-def"} if route.pattern.endswith("_confirm") else {}
        match = resolve(reverse(route.pattern, kwargs=kwargs))
        assert match.url_name.startswith("other_"), route.pattern


def test_the_django_admin_is_not_there(client: Client) -> None:
    from django.apps import apps

    assert not apps.is_installed("django.contrib.admin")


def test_no_address_at_all_signs_in_somebody_with_a_second_factor(guarded: User) -> None:
    """Knock at every address whose path or name speaks of signing in, with every credential by every usual name."""
    tried = 0
    for route in all_routes():
        if route.kwargs or not any(word in f"{route.path} {route.name}" for word in DOOR_WORDS):
            continue
        client = Client(raise_request_exception=False)
        data = {**CREDENTIALS, "username": guarded.email, "login": guarded.email, "email": guarded.email}
        for method in ("post", "get", "put"):
            getattr(client, method)(route.path, data)
            assert not signing.is_signed_in(client), route.path
        tried += 1
    assert tried > 10


def test_the_admin_offers_no_password_and_no_address_to_change(client: Client, rosa: User) -> None:
    sign_in(client, rosa)
    page = client.get("/admin/account/")
    names = {name for form in _forms(page) for name in form.fields}
    assert not {"email", "old_password", "new_password1", "password"} & names


def _forms(page: Any) -> list[Any]:
    context = page.context or {}
    panels = [panel for tab in context.get("panels_by_tab", {}).values() for panel in tab]
    return [panel.get_form() for panel in panels]


@pytest.mark.parametrize("who", ["margaret", "dana"])
@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/inbox/"])
def test_the_admin_says_no_to_people_without_business_there_and_sends_nobody_around_in_a_circle(
    who: str, path: str, client: Client, request: pytest.FixtureRequest
) -> None:
    answer = sign_in(client, request.getfixturevalue(who)).get(path, follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) <= 1
