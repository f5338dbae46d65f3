"""Every route by role, method and thing (own, another's, nobody's) answers as its view declares; GET changes nothing.

A new route needs nothing here but a declaration, and an entry in tests/site/accounts/world.py for each new hole in its
path. A route of a library needs an entry in accounts/library_routes.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from allauth.urls import urlpatterns as allauth_urls
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver

from accounts.doors import Declaration, declaration_of
from accounts.library_routes import LIBRARY_ROUTES, SHADOWED, LibraryRoute, fits, library_route_of
from tests.cast import sign_in
from tests.site.accounts.routes import Route, all_routes
from tests.site.accounts.world import PEOPLE, World, build

GUEST = "guest"
LOGIN = "/accounts/login/"
READING = ("get", "head")
WRITING = ("post", "put", "patch", "delete")
LIBRARIES = ("wagtail.", "django.", "allauth.", "modelcluster.", "taggit.")
ROUTES = [route for route in all_routes() if declaration_of(route.view)]
GROUPS = sorted({route.path.split("/")[1] if "/" in route.path[1:] else "/" for route in ROUTES})
# what a reading may leave behind: the session, and what the journal is for
MARKS = {
    "django_session",
    "delivery_click",  # that a link was followed is counted apart from all that anybody decides
    "usersessions_usersession",
    "sqlite_sequence",
    "journal_reaction",
    "account_emailaddress",  # allauth files the address of an account that was made without one
    "content_picturerendition",  # Wagtail draws a picture in the size that is first asked for
}
# the role may, but this thing is for one person only
ONE_PERSON = {("portal_office:case_withdrawal", "office_admin"): "Only its author takes a case back."}


def test_every_route_declares_who_may() -> None:
    undeclared = [
        f"{route.name} ({route.path})"
        for route in all_routes()
        if declaration_of(route.view) is None and library_route_of(route.name) is None
    ]
    assert not undeclared, "give each a decorator of accounts.doors, or enter it in accounts/library_routes.py"


def test_only_libraries_are_in_the_table_of_libraries() -> None:
    ours = [
        route.name
        for route in all_routes()
        if declaration_of(route.view) is None and not route.view.__module__.startswith(LIBRARIES)
    ]
    assert not ours


def test_no_entry_of_the_table_is_idle() -> None:
    names = [route.name for route in all_routes()]
    idle = [entry.pattern for entry in LIBRARY_ROUTES if not any(fits(name, entry.pattern) for name in names)]
    assert not idle


def test_no_view_of_allauths_is_left_unnoticed() -> None:
    """A new version's new view is absent here until somebody decides about it."""
    ours = {route.name for route in all_routes()}
    assert set(_names(allauth_urls)) <= ours


def _names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        else:
            yield pattern.name


@pytest.fixture
def world(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> World:
    settings.PRIVATE_ROOT = tmp_path
    return build(request)


@pytest.mark.django_db
@pytest.mark.parametrize("group", GROUPS)
def test_each_route_answers_as_it_declares(world: World, group: str) -> None:
    walk = Walk(world)
    for route in ROUTES:
        if (route.path.split("/")[1] if "/" in route.path[1:] else "/") == group:
            walk.along(route)
    assert not walk.complaints, "\n".join(["", *walk.complaints])
    assert walk.asked


@pytest.mark.django_db
def test_only_staff_pass_what_a_library_brings_for_staff(world: World) -> None:
    walk = Walk(world)
    complaints = []
    for route, entry in library_routes("staff", "closed"):
        for person in (GUEST, "margaret", "dana", *(("okafor", "hannah") if entry.who == "closed" else ())):
            path = route.path.format_map(dict.fromkeys(route.kwargs, 1))
            for method in ("get", "post"):
                answer, _is_same = walk.ask(person, method, path)
                if answer.status_code not in {302, 403, 404, 405}:
                    complaints.append(f"{method.upper()} {path} [{route.name}] as {person}: {answer.status_code}")
    assert not complaints, "\n".join(["", *complaints])


@pytest.mark.django_db
def test_staff_without_a_second_factor_pass_nothing_that_is_not_for_everybody(world: World) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.people["okafor"])
    complaints = []
    for route in all_routes():
        declaration, entry = declaration_of(route.view), library_route_of(route.name)
        is_open = not declaration.needs_sign_in if declaration else entry is not None and entry.who == "public"
        if is_open or route.path.startswith("/accounts/") or (entry and entry.reason == SHADOWED):
            continue
        path = route.path.format_map(dict.fromkeys(route.kwargs, 1))
        answer = client.get(path)
        where = str(answer.headers.get("Location", ""))
        if not where.startswith("/accounts/2fa/") and answer.status_code != 404:
            complaints.append(f"GET {path} [{route.name}]: {answer.status_code} {where}")
    assert not complaints, "\n".join(["", *complaints])


def library_routes(*whos: str) -> Iterator[tuple[Route, LibraryRoute]]:
    """Yield the libraries' routes for these, with their entries; not those that a door of ours stands before."""
    for route in all_routes():
        entry = library_route_of(route.name)
        if declaration_of(route.view) is None and entry and entry.who in whos and entry.reason != SHADOWED:
            yield route, entry


def turned_away(answer: Any, where: str, path: str, person: str) -> str:
    """Return what is wrong with how somebody was turned away, or ""."""
    if person == GUEST:
        return "" if answer.status_code == 302 and where.startswith(LOGIN) else "but a visitor is sent to sign in"
    is_led_off = answer.status_code == 302 and path.startswith("/admin/") and where.startswith(("/admin/", LOGIN))
    return "" if answer.status_code == 403 or is_led_off else "but this role may not"


def let_in(answer: Any, where: str, route: Route, person: str, method: str) -> str:
    """Return what is wrong with how somebody who may was answered, or ""."""
    if (route.name, person) in ONE_PERSON:
        return "" if answer.status_code == 403 else ONE_PERSON[route.name, person]
    # an act may be refused to this role in this state; a post from nowhere is refused by its missing origin
    if answer.status_code == 403 and not (method == "post" and ("noun" in route.kwargs or person == GUEST)):
        return "but this role may"
    if where.startswith(LOGIN) and not route.name.startswith(("account_", "mfa_", "other_")):
        return "but nobody needs to sign in again here"
    return ""


class Walk:
    """Knocks at routes as each person, and notes what answers otherwise than declared."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.complaints: list[str] = []
        self.asked = 0
        self.client = Client(raise_request_exception=False)
        self.changed: list[str] = []
        self.keys = {name: sign_in(Client(), user).session.session_key for name, user in world.people.items()}
        self.before = digest()

    def along(self, route: Route) -> None:
        """Knock with every method as everybody."""
        declaration = declaration_of(route.view)
        assert declaration is not None
        holes = {kwarg: self.world.hole(route, kwarg) for kwarg in route.kwargs}
        own = route.path.format_map({kwarg: hole.own for kwarg, hole in holes.items()})
        insiders = self.insiders(declaration)
        for person in [name for name in (GUEST, *PEOPLE) if name not in self.all_insiders(declaration)]:
            for method in ("get", "post"):
                self.knock(route, declaration, person, method, own, may=False)
        for person in insiders:
            for method in (*READING, "post"):
                self.knock(route, declaration, person, method, own, may=True)
        for person in insiders[-1:]:
            self.strangers(route, holes, person)
            for method in ("put", "patch", "delete"):
                self.expect(route, person, method, own, {405})

    def all_insiders(self, declaration: Declaration) -> list[str]:
        """Return everybody who may, the guest first where anybody may."""
        if not declaration.needs_sign_in:
            return [GUEST, *PEOPLE]
        return [name for name in PEOPLE if declaration.allows(self.world.people[name])]

    def insiders(self, declaration: Declaration) -> list[str]:
        """Return the first and the last of those who may: the roles between them are served by the same lines."""
        found = self.all_insiders(declaration)
        return list(dict.fromkeys([found[0], found[-1]]))

    def knock(self, route: Route, declaration: Declaration, person: str, method: str, path: str, *, may: bool) -> None:
        """Ask for somebody's own thing, and for what the role must not have."""
        answer, is_same = self.ask(person, method, path, watch=method in READING and may)
        where = str(answer.headers.get("Location", ""))
        if answer.status_code >= 500:
            trouble = "which is broken"
        elif answer.status_code == 405:
            trouble = ""
        elif not may:
            trouble = turned_away(answer, where, path, person)
        elif not is_same:
            trouble = f"but something changed: {self.changed}"
        else:
            trouble = let_in(answer, where, route, person, method)
        if trouble:
            told = f"{method.upper()} {path} [{route.name}, {declaration.who} {declaration.permission}] as {person}"
            self.complaints.append(f"{told}: {answer.status_code} {where}, {trouble}")

    def strangers(self, route: Route, holes: dict[str, Any], person: str) -> None:
        """Ask for another's thing, and for nobody's."""
        for kwarg in route.kwargs:
            for kind in ("foreign", "unknown"):
                value = getattr(holes[kwarg], kind)
                if value == "":
                    continue
                path = route.path.format_map({**{k: hole.own for k, hole in holes.items()}, kwarg: value})
                for method in (*READING, "post"):
                    self.expect(route, person, method, path, {404, 405}, kind=kind)

    def expect(self, route: Route, person: str, method: str, path: str, statuses: set[int], *, kind: str = "") -> None:
        """Note whatever answers otherwise."""
        answer, _is_same = self.ask(person, method, path)
        if answer.status_code not in statuses:
            told = f"{method.upper()} {path} [{route.name}] {kind} as {person}: {answer.status_code}"
            self.complaints.append(f"{told}, expected {' or '.join(map(str, sorted(statuses)))}")

    def ask(self, person: str, method: str, path: str, *, watch: bool = False) -> tuple[Any, bool]:
        """Return the answer, and whether everything is as before; whatever was done is undone."""
        self.asked += 1
        cache.clear()
        self.client.cookies.clear()
        if person != GUEST:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.keys[person]
        with transaction.atomic():
            answer = getattr(self.client, method)(path)
            if answer.streaming:
                b"".join(answer.streaming_content)
            after = digest() if watch else self.before
            self.changed = sorted(name for name in self.before if self.before[name] != after.get(name))
            transaction.set_rollback(True)
        return answer, not self.changed


def digest() -> dict[str, str]:
    """Return what each table holds, as one hash; without the marks that a reading may leave."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in MARKS:
                continue
            condition = " WHERE verb NOT LIKE '%%.viewed'" if table == "journal_entry" else ""
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}{condition} ORDER BY 1", [])
            found[table] = sha256(repr([[_plain(cell) for cell in row] for row in cursor]).encode()).hexdigest()
    return found


def _plain(cell: Any) -> Any:
    return bytes(cell) if isinstance(cell, memoryview) else cell
