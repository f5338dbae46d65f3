"""Each view declares who may, and the declaration survives whatever else wraps the view."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import doors
from accounts.library_routes import LIBRARY_ROUTES, library_route_of
from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from tests.factories.accounts import person
from vault import tokens


def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answer."""
    return HttpResponse("inside")


def ask(door: Any, user: Any, path: str = "/portal/x/", method: str = "get", **extra: Any) -> HttpResponse:
    request = getattr(RequestFactory(), method)(path, **extra)
    request.user = user
    return door(request)


DOORS = {
    "public": doors.public,
    "signed_in": doors.signed_in,
    "may": doors.may("cases.handle"),
    "patient_only": doors.patient_only,
    "office_only": doors.office_only,
    "office_admin_only": doors.office_admin_only,
    "staff_only": doors.staff_only,
    "signed_link": doors.signed_link("unsubscribe"),
}


@pytest.mark.parametrize("name", DOORS)
def test_the_declaration_survives_what_stands_above_it_and_below(name: str) -> None:
    door = DOORS[name]
    for wrapped in (
        door(require_GET(view)),
        require_GET(door(view)),
        require_POST(never_cache(door(view))),
        require_http_methods(["GET", "POST"])(door(never_cache(view))),
    ):
        declaration = doors.declaration_of(wrapped)
        assert declaration is not None
        assert declaration == doors.declaration_of(door(view))


@pytest.mark.parametrize("name", DOORS)
def test_a_view_made_of_a_class_declares_as_well(name: str) -> None:
    @method_decorator(DOORS[name], name="dispatch")
    class Page(View):
        pass

    assert doors.declaration_of(Page.as_view()) == doors.declaration_of(DOORS[name](view))
    assert doors.declaration_of(DOORS[name](View.as_view())) == doors.declaration_of(DOORS[name](view))


def test_a_view_without_a_door_declares_nothing() -> None:
    assert doors.declaration_of(view) is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in DOORS if name not in {"public", "signed_link"}])
def test_exactly_the_declared_roles_pass(name: str) -> None:
    door = DOORS[name](view)
    declaration = doors.declaration_of(door)
    assert declaration is not None
    for role in Role:
        user = person(role)
        if role in declaration.roles:
            assert ask(door, user).content == b"inside"
            assert declaration.allows(user)
        else:
            with pytest.raises(PermissionDenied):
                ask(door, user)
    nobody = person()
    assert declaration.allows(nobody) is (name == "signed_in")
    assert not declaration.allows(AnonymousUser())


@pytest.mark.django_db
def test_an_ended_role_opens_nothing() -> None:
    from accounts.actions import end_role

    user = person(Role.COORDINATOR)
    end_role(grant=user.grants.get(), by=None)
    with pytest.raises(PermissionDenied):
        ask(DOORS["may"](view), User.objects.get(pk=user.pk))


@pytest.mark.parametrize("name", [name for name in DOORS if name not in {"public", "signed_link"}])
def test_a_visitor_is_sent_to_sign_in_and_back(name: str) -> None:
    answer = ask(DOORS[name](view), AnonymousUser(), "/portal/office/cases/?view=all&page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/portal/office/cases/%3Fview%3Dall%26page%3D2"


def test_what_somebody_searched_for_does_not_travel_on() -> None:
    answer = ask(doors.signed_in(view), AnonymousUser(), "/portal/office/cases/?q=Walter+Brandvold&view=all")
    assert "Walter" not in answer["Location"]
    assert answer["Location"].endswith("view%3Dall")


def test_a_post_leads_back_to_its_page_without_its_fields() -> None:
    answer = ask(doors.signed_in(view), AnonymousUser(), "/portal/x/?a=1", "post", data={"name": "Walter"})
    assert answer["Location"] == "/accounts/login/?next=/portal/x/"


@pytest.mark.parametrize(
    ("current", "back"),
    [
        ("http://testserver/portal/office/cases/JR-7K2M/", "/portal/office/cases/JR-7K2M/"),
        ("https://evil.example/portal/", "/portal/x/"),
        ("", "/portal/x/"),
        ("javascript:alert(1)", "/portal/x/"),
    ],
)
def test_htmx_sends_the_whole_page_to_sign_in(current: str, back: str) -> None:
    headers = {"hx-request": "true", "hx-current-url": current}
    answer = ask(doors.signed_in(view), AnonymousUser(), headers=headers)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["HX-Redirect"] == f"/accounts/login/?next={back}"


def test_a_public_door_asks_nothing_of_anybody() -> None:
    assert ask(doors.public(view), None).content == b"inside"


class TestASignedLink:
    """A token opens the door it was signed for, and no other."""

    def knock(self, token: str, purpose: str = "unsubscribe") -> HttpResponse:
        request = RequestFactory().get("/e/")
        request.user = AnonymousUser()
        return doors.signed_link(purpose)(view)(request, token=token)

    def test_the_right_one_opens(self) -> None:
        assert self.knock(tokens.sign("unsubscribe", "M-7K2M")).content == b"inside"

    @pytest.mark.parametrize("purpose", sorted(tokens.PURPOSES - {"unsubscribe"}))
    def test_one_for_another_purpose_does_not(self, purpose: str) -> None:
        with pytest.raises(Http404):
            self.knock(tokens.sign(purpose, "M-7K2M"))

    @pytest.mark.parametrize("place", range(0, 40, 3))
    def test_a_changed_one_does_not(self, place: int) -> None:
        token = tokens.sign("unsubscribe", "M-7K2M")
        at = place % len(token)
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(Http404):
            self.knock(changed)

    def test_none_does_not(self) -> None:
        request = RequestFactory().get("/e/")
        with pytest.raises(Http404):
            doors.signed_link("unsubscribe")(view)(request)

    def test_a_purpose_that_nobody_knows_is_a_slip_of_the_pen(self) -> None:
        with pytest.raises(ValueError, match="not a purpose"):
            doors.signed_link("everything")


def test_a_permission_that_nobody_knows_is_a_slip_of_the_pen() -> None:
    with pytest.raises(KeyError):
        doors.may("cases.everything")
    assert "cases.everything" not in PERMISSIONS


class TestTheTableOfLibraries:
    """What cannot carry a decorator of ours."""

    def test_every_entry_says_why(self) -> None:
        for route in LIBRARY_ROUTES:
            assert route.who in {"public", "staff", "closed"}, route.pattern
            assert route.reason.endswith("."), route.pattern

    def test_no_entry_stands_twice(self) -> None:
        patterns = [route.pattern for route in LIBRARY_ROUTES]
        assert len(patterns) == len(set(patterns))

    def test_a_door_is_never_entered_by_a_pattern(self) -> None:
        for route in LIBRARY_ROUTES:
            if route.who == "closed" and route.pattern != "wagtailusers_groups:*":
                assert "*" not in route.pattern

    def test_a_route_of_ours_does_not_slip_in(self) -> None:
        for name in ("inbox:list", "portal", "wagtailadmin_login_by_magic", "new:wagtailimages", "", "anything/else"):
            assert library_route_of(name) is None
