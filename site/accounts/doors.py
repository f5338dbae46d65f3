"""Who may enter: one decorator on every view, and the table of the libraries' routes (accounts.library_routes)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.library_routes import LIBRARY_ROUTES, LibraryRoute, library_route_of
from accounts.models import User
from accounts.roles import PERMISSIONS, Role, roles_of
from vault import tokens

__all__ = [
    "LIBRARY_ROUTES",
    "Declaration",
    "LibraryRoute",
    "declaration_of",
    "is_open_to_all",
    "library_route_of",
    "may",
    "office_admin_only",
    "office_only",
    "patient_only",
    "public",
    "sign_in_first",
    "signed_in",
    "signed_link",
    "staff_only",
    "way_back",
]

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
UNKEPT = frozenset({"q"})  # what somebody searched for does not travel on in `next`


@dataclass(frozen=True)
class Declaration:
    """Who may use a view: anybody, whoever signed in, whoever holds a permission, or whoever holds a signed link."""

    who: str
    permission: str = ""
    purpose: str = ""

    @property
    def needs_sign_in(self) -> bool:
        """Whether a visitor is sent to the sign-in page."""
        return self.who not in {"public", "signed_link"}

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles that may pass; every role where no permission is asked."""
        return PERMISSIONS[self.permission] if self.permission else frozenset(Role)

    def allows(self, user: User | AnonymousUser) -> bool:
        """Return whether `user` may pass this door (what stands behind it may still be somebody else's)."""
        if not self.needs_sign_in:
            return True
        if not user.is_authenticated or not user.is_active:
            return False
        return not self.permission or bool(self.roles & roles_of(user))


def declaration_of(view: Any) -> Declaration | None:
    """Return what `view` declares, or None where it declares nothing."""
    found = getattr(view, "declares_who_may", None)
    return found if isinstance(found, Declaration) else None


def is_open_to_all(request: HttpRequest, view: Any) -> bool:
    """Return whether `view` is for anybody: by its own declaration, or by the table of the libraries' routes."""
    declaration = declaration_of(view)
    if declaration is not None:
        return not declaration.needs_sign_in
    match = request.resolver_match
    route = library_route_of(match.view_name or match.route) if match else None
    return route is not None and route.who == "public"


def public[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Declare that anybody may."""
    return _door(Declaration("public"))(view)


def signed_in[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Declare that whoever signed in may, whatever their role."""
    return _door(Declaration("signed_in"))(view)


def may(permission: str) -> Callable[[View], View]:
    """Declare that holders of `permission` may, as `@may("cases.handle")`.

    Raises:
        KeyError: when the table in accounts.roles has no such permission.
    """
    PERMISSIONS[permission]
    return _door(Declaration("may", permission=permission))


def patient_only[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Declare that patients may."""
    return may("portal.patient")(view)


def office_only[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Declare that members and admins of an office may."""
    return may("portal.office")(view)


def office_admin_only[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Declare that admins of an office may."""
    return may("portal.office_admin")(view)


def staff_only[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Declare that whoever works for the practice may."""
    return may("admin.enter")(view)


def signed_link(purpose: str) -> Callable[[View], View]:
    """Declare that holders of a link signed for `purpose` may; the view takes the token as `token`.

    A token that does not open for this purpose answers 404, before the view runs.

    Raises:
        ValueError: when vault.tokens knows no such purpose.
    """
    if purpose not in tokens.PURPOSES:
        raise ValueError(f"{purpose!r} is not a purpose of tokens.")
    return _door(Declaration("signed_link", purpose=purpose))


def _door(declaration: Declaration) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if declaration.purpose:
                try:
                    tokens.read(declaration.purpose, str(kwargs.get("token", "")))
                except tokens.TokenRefused as error:
                    raise Http404 from error
            elif declaration.needs_sign_in and not request.user.is_authenticated:
                return sign_in_first(request)
            elif not declaration.allows(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.declares_who_may = declaration  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the sign-in page and afterwards back to where they were.

    A request of htmx is answered so that the whole page goes there, not a part of it.
    """
    answer = redirect_to_login(way_back(request), resolve_url("account_login"))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=200, headers={"HX-Redirect": answer.url})
    return answer


def way_back(request: HttpRequest) -> str:
    """Return the path and query of the page that somebody is on, without what they searched for."""
    path, query = request.path, request.GET.copy() if request.method in {"GET", "HEAD"} else QueryDict(mutable=True)
    if request.headers.get("HX-Request") == "true":
        current = request.headers.get("HX-Current-URL", "")
        if url_has_allowed_host_and_scheme(current, {request.get_host()}, require_https=request.is_secure()):
            parts = urlsplit(current)
            path, query = parts.path, QueryDict(parts.query, mutable=True)
    for name in UNKEPT:
        query.pop(name, None)
    return f"{path}?{query.urlencode()}" if query else path
