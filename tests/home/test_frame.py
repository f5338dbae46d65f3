"""The frame around every page: text size and theme by cookie, the way back, the empty house, the errors."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory, override_settings
from wagtail.models import Page, Site

from accounts.models import User
from home import errors
from home.models import HomePage
from home.pages import plant
from practice.models import Practice
from tests.cast import sign_in

OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}
FOREIGN = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "/\n/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    " https://evil.example",
    "https:/evil.example",
    "evil.example",
    "/%5cevil.example\\",
    "\x00//evil.example",
    "data:text/html,x",
    "",
)


@pytest.mark.parametrize(("name", "value"), [("text", "l"), ("text", "xl"), ("theme", "dark"), ("theme", "light")])
def test_a_choice_is_kept_in_a_cookie_and_shown(site: HomePage, client: Client, name: str, value: str) -> None:
    answer = client.post("/display/", {name: value, "next": "/contact/"}, **OURS)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/contact/"
    cookie = answer.cookies[name]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == (value, "Lax", True)
    assert f'data-{name}="{value}"' in client.get("/contact/").content.decode()


def test_colors_follow_the_device_until_somebody_chooses(site: HomePage, client: Client) -> None:
    assert "data-theme" not in client.get("/").content.decode()
    client.post("/display/", {"theme": "dark"}, **OURS)
    assert 'value="auto"' in client.get("/").content.decode()
    client.post("/display/", {"theme": "auto"}, **OURS)
    assert "data-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize("value", ["huge", "", "m;", "<script>", "l" * 5000])
def test_an_unknown_choice_sets_nothing(db: None, client: Client, value: str) -> None:
    answer = client.post("/display/", {"text": value, "theme": value}, **OURS)
    assert answer.status_code == 302
    assert not answer.cookies


def test_a_forged_cookie_is_ignored(site: HomePage, client: Client) -> None:
    client.cookies["text"] = '"><script id=forged>'
    client.cookies["theme"] = "pink"
    html = client.get("/").content.decode()
    assert 'data-text="m"' in html
    assert "forged" not in html
    assert "data-theme" not in html


@pytest.mark.parametrize("wanted", FOREIGN)
def test_the_way_back_never_leads_to_others(db: None, client: Client, wanted: str) -> None:
    answer = client.post("/display/", {"text": "l", "next": wanted}, **OURS)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("wanted", ["/", "/services/root-canal/", "/search/?q=gums&page=2"])
def test_the_way_back_leads_to_where_somebody_was(db: None, client: Client, wanted: str) -> None:
    assert client.post("/display/", {"next": wanted}, **OURS).headers["Location"] == wanted


def test_the_form_names_the_page_it_stands_on(site: HomePage, client: Client) -> None:
    html = client.get('/search/?q="><b>').content.decode()
    assert 'name="next" value="/search/?q=%22%3E%3Cb%3E"' in html


@pytest.mark.parametrize("headers", [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://evil.example"}])
def test_a_foreign_page_cannot_change_the_look(db: None, headers: dict[str, Any]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/display/", {"text": "xl"}, **headers)
    assert answer.status_code == 403
    assert not answer.cookies


def test_our_own_page_needs_no_token(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/display/", {"text": "xl"}, HTTP_ORIGIN="http://testserver")
    assert answer.status_code == 302


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_looking_changes_nothing(db: None, client: Client, method: str) -> None:
    assert getattr(client, method)("/display/?text=xl").status_code == 405


@time_machine.travel("2026-11-23 10:00:00+00:00", tick=False)  # a form on the page says when it was drawn
def test_a_browser_that_asks_for_spanish_gets_the_page_of_the_address_and_a_link_to_the_spanish_one(
    site: HomePage, client: Client
) -> None:
    plant(Practice.objects.get(), "es")
    html = client.get("/contact/", headers={"accept-language": "es"}).content.decode()
    assert '<html lang="en"' in html
    assert '<a href="/es/contact/" lang="es" hreflang="es">Español</a>' in html
    assert html == client.get("/contact/").content.decode()
    html = client.get("/es/contact/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="es"' in html
    assert html == client.get("/es/contact/").content.decode()


def test_a_visitor_gets_no_session(site: HomePage, client: Client) -> None:
    for path in ("/", "/contact/", "/search/?q=gums", "/nowhere/"):
        assert not client.get(path).cookies


def test_whoever_signed_in_finds_their_page(site: HomePage, rosa: User, client: Client) -> None:
    assert 'href="/accounts/login/"' in client.get("/").content.decode()
    html = sign_in(client, rosa).get("/").content.decode()
    assert 'href="/portal/"' in html


def test_an_empty_house_says_that_it_is_being_set_up(ground: Page, client: Client) -> None:
    welcome = ground.get_children().first() or ground.add_child(instance=Page(title="Welcome", slug="home"))
    Site.objects.get_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": welcome})
    html = client.get("/").content.decode()
    assert "Almost there." in html
    assert "tel:" not in html
    for path in ("/search/?q=x", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"):
        assert client.get(path).status_code == 200
    assert client.get("/contact/").status_code == 404


def test_a_house_without_any_site_still_answers(ground: Page, client: Client) -> None:
    Site.objects.all().delete()
    assert client.get("/").status_code == 404
    assert client.get("/search/").status_code == 200


def test_a_practice_without_a_location_is_shown_without_one(ground: Page, practice: Practice, client: Client) -> None:
    plant(practice)
    for path in ("/", "/contact/", "/for-offices/", "/privacy/", "/search/"):
        html = client.get(path).content.decode()
        assert "Juniper Row" in html
        assert "None" not in html


def test_the_page_for_a_broken_house_asks_nothing_of_the_database(django_assert_num_queries: Any, db: None) -> None:
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        answer = errors.server_error(request)
    assert answer.status_code == 500
    assert b"That was our fault." in answer.content


@override_settings(DEBUG=False)
def test_a_view_that_breaks_answers_with_that_page(site: HomePage, client: Client, monkeypatch: Any) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("home.searching.results", broken)
    client.raise_request_exception = False
    answer = client.get("/search/?q=gums")
    assert answer.status_code == 500
    assert b"That was our fault." in answer.content
    assert b"secret" not in answer.content


def test_a_closed_door_is_kind(site: HomePage, rf: RequestFactory, rosa: User) -> None:
    request = rf.get("/portal/office/cases/")
    request.user = rosa
    answer = errors.permission_denied(request)
    assert answer.status_code == 403
    assert b"This door has another key." in answer.content
