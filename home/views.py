"""The front door's own pages: how to see the site, where each person belongs, and search."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import public, signed_in
from accounts.roles import OFFICE, Role, is_staff, roles_of
from content.languages import CODES, COOKIE
from content.origin import same_origin, way_back
from home import searching
from home.context import TEXT_SIZES, THEMES
from home.languages import A_YEAR


@public
@require_POST
@same_origin
def display(request: HttpRequest) -> HttpResponse:
    """Keep the text size, the theme or the language that a visitor chose, and go back to the page they were on."""
    answer = HttpResponseRedirect(_without_language(way_back(request)))
    for name, choices in (("text", TEXT_SIZES), ("theme", THEMES), (COOKIE, CODES)):
        if (chosen := request.POST.get(name)) in choices:
            answer.set_cookie(
                name, chosen, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
            )
    return answer


def _without_language(address: str) -> str:
    """Return where somebody was without the language that the link there named: they may just have chosen another."""
    path, _mark, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(f"{COOKIE}="))
    return f"{path}?{kept}" if kept else path


@signed_in
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """Lead each person to where they belong: staff to the admin, offices to their referrals, patients to their page."""
    held = roles_of(request.user)
    if is_staff(request.user):
        return redirect("wagtailadmin_home")
    if held & OFFICE:
        return HttpResponseRedirect("/portal/office/cases/")
    if Role.PATIENT in held:
        return HttpResponseRedirect("/portal/me/")
    return render(request, "portal/nobody.html")


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Look for pages; what somebody looks for is neither kept nor passed on."""
    wanted = searching.cleaned(request.GET.get("q", ""))
    page = searching.results(wanted, request.GET.get("page", ""))
    answer = render(
        request,
        "search/results.html",
        {
            "wanted": wanted,
            "page_obj": page,
            "meant": "" if page else searching.meant(wanted),
            "suggestions": [] if page else searching.suggestions(),
            "offered": searching.offered(),
        },
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
