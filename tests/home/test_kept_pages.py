"""The real site behind its kept pages: purged by a publish, and nothing of anybody's is ever kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.test.utils.form_data import nested_form_data

from accounts.models import User
from config.keeping import MAY_KEEP, KeptPages, counted_changes
from content.models import Freshness
from home.models import HomePage
from tests.cast import sign_in

Ask = Callable[..., tuple[str, dict[str, str], bytes]]
pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Asked:
    """Django behind kept pages, asked as a server asks, with the requests that reached Django written down."""

    def __init__(self) -> None:
        self.client = Client()
        self.reached: list[str] = []
        self.marked: list[str] = []
        self.now = 0.0
        self.kept = KeptPages(self._django, changes=Freshness.counted, clock=lambda: self.now)

    def _django(self, environ: dict[str, Any], start_response: Any) -> Any:
        handler = ClientHandler(enforce_csrf_checks=True)
        answer = handler(environ)
        self.reached.append(environ["PATH_INFO"])
        if environ.get(MAY_KEEP):
            self.marked.append(environ["PATH_INFO"])
        headers = [*answer.items(), *(("Set-Cookie", str(morsel.OutputString())) for morsel in answer.cookies.values())]
        start_response(f"{answer.status_code} x", headers)
        return list(answer)

    def get(self, path: str, **more: str) -> str:
        """Return the body of the answer to a GET."""
        return self.answer(path, **more)[2].decode(errors="replace")

    def answer(self, path: str, **more: str) -> tuple[str, dict[str, str], bytes]:
        """Return status, headers and body of the answer to a GET."""
        environ = self.client._base_environ(PATH_INFO=path, REQUEST_METHOD="GET", **more)
        said: list[Any] = []
        body = b"".join(self.kept(environ, lambda status, headers, *_: said.append((status, dict(headers)))))
        [(status, headers)] = said
        return status, headers, body

    def half_a_second_later(self) -> None:
        """Let the next request ask for the count of changes."""
        self.now += 0.5


@pytest.fixture
def asked(site: HomePage) -> Asked:
    """Return the planted site behind its kept pages."""
    return Asked()


def test_a_publish_is_seen_half_a_second_later(asked: Asked, site: HomePage, hannah: User, client: Client) -> None:
    assert site.headline in asked.get("/")
    asked.get("/")
    assert asked.reached == ["/"]
    sign_in(client, hannah)
    fields = {"title": site.title, "slug": site.slug, "headline": "New chairs, same people.", "action-publish": "1"}
    comments = {f"comments-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    answer = client.post(f"/admin/pages/{site.pk}/edit/", nested_form_data({**fields, **comments}))
    assert answer.status_code == 302
    asked.half_a_second_later()
    assert "New chairs, same people." in asked.get("/")


def test_a_draft_purges_nothing(asked: Asked, site: HomePage, hannah: User, client: Client) -> None:
    sign_in(client, hannah)
    fields = {"title": site.title, "slug": site.slug, "headline": "Only a draft."}
    comments = {f"comments-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    asked.get("/")
    client.post(f"/admin/pages/{site.pk}/edit/", nested_form_data({**fields, **comments}))
    site.refresh_from_db()
    assert site.has_unpublished_changes
    asked.half_a_second_later()
    assert "Only a draft." not in asked.get("/")
    assert asked.reached == ["/"]


def test_each_look_is_kept_for_itself(asked: Asked) -> None:
    for look in ("", "text=xl", "theme=dark"):
        for _ in range(2):
            page = asked.get("/", HTTP_COOKIE=look)
        assert ('data-text="xl"' in page) == (look == "text=xl")
        assert ('data-theme="dark"' in page) == (look == "theme=dark")
    assert len(asked.reached) == 3


def test_who_is_signed_in_never_sees_a_kept_page_and_leaves_none(asked: Asked, hannah: User, client: Client) -> None:
    sign_in(client, hannah)
    session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    assert "Your page" in asked.get("/", HTTP_COOKIE=session)
    assert "Your page" not in asked.get("/")
    assert "Your page" in asked.get("/", HTTP_COOKIE=session)
    assert asked.marked == ["/"]


def _paths() -> list[str]:
    """Return every address without a hole in it that the house answers."""

    def walk(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
        found: list[str] = []
        for pattern in patterns:
            path = before + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
            if "<" in path or "(" in path:
                continue
            found += walk(pattern.url_patterns, path) if isinstance(pattern, URLResolver) else [path]
        return found

    return sorted(set(walk(get_resolver().url_patterns)))


def test_no_page_with_a_session_is_ever_kept(asked: Asked, hannah: User, client: Client) -> None:
    """Every address of the house, asked by somebody who is signed in: not one is marked as one that may be kept."""
    sign_in(client, hannah)
    session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    paths = [*_paths(), "/", "/services/", "/team/", "/contact/", "/newsletter/"]
    assert len(paths) > 40
    for path in paths:
        if "logout" not in path:
            asked.get(path, HTTP_COOKIE=session)
    assert asked.marked == []
    assert asked.kept._pages == {}


def test_only_pages_of_the_site_are_kept_for_those_who_are_not(asked: Asked) -> None:
    for path in _paths():
        asked.get(path)
    private = ("/portal", "/admin", "/accounts", "/e/", "/demo", "/healthz", "/readyz")
    assert [path for path in asked.marked if path.startswith(private)] == []
    asked.get("/contact/")
    assert "/contact/" in asked.marked


def test_a_page_that_is_not_there_is_not_kept(asked: Asked) -> None:
    asked.get("/nowhere/")
    asked.get("/nowhere/")
    assert asked.reached == ["/nowhere/"] * 2


@pytest.mark.django_db(transaction=True)
def test_a_server_reads_the_count_over_a_connection_of_its_own() -> None:
    Freshness.count_one()
    assert counted_changes() == Freshness.counted() == 1


def test_changes_are_counted_in_one_row() -> None:
    assert Freshness.counted() == 0
    for expected in (1, 2, 3):
        Freshness.count_one()
        assert Freshness.counted() == expected
    assert Freshness.objects.count() == 1
