"""The language of each answer: the address says it; where it does not, the visitor, their letter, or their account."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

from content import languages
from content.languages import ENGLISH
from delivery import links
from patients import signed_in
from patients.models import Reader
from vault.tokens import PURPOSES

A_YEAR = 365 * 24 * 60 * 60


class LanguageMiddleware:
    """Speaks the language of the address on public pages, whatever the browser or a cookie says.

    Behind the addresses that name none it is, in this order: what the visitor chose, the language of the letter whose
    link it is, the one of the signed-in reader, English. What only colleagues see is English always.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the request, and say which it was."""
        path = request.path_info
        is_led = languages.is_led_by_path(path)
        if asked := _asked(request):
            request.COOKIES[languages.COOKIE] = asked
        with translation.override(languages.of_path(path) if is_led else spoken_with(request)):
            if is_led and (elsewhere := _not_spoken_here(request)):
                return elsewhere
            response = self.get_response(request)
            if response.get("Content-Type", "").startswith("text/html"):
                response.headers.setdefault("Content-Language", languages.current())
        if asked:
            keep(response, asked)
        return response


def keep(response: HttpResponse, language: str) -> None:
    """Have the visitor's browser remember in which language they read what no address leads."""
    response.set_cookie(
        languages.COOKIE,
        language,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def spoken_with(request: HttpRequest) -> str:
    """Return the language of a page whose address names none."""
    path = request.path_info
    if not _may_choose(path):
        return ENGLISH
    return languages.chosen(request) or _of_letter(request) or _of_reader(request) or ENGLISH


def _may_choose(path: str) -> bool:
    return path.startswith(languages.UNLED) and not path.startswith(languages.ENGLISH_ONLY)


def _asked(request: HttpRequest) -> str:
    """Return the language of the public page that led here, which its link names."""
    return _known(request.GET.get("language", "")) if _may_choose(request.path_info) else ""


def _of_letter(request: HttpRequest) -> str:
    parts = request.path_info.split("/")
    purpose = links.PURPOSE_OF_PATH.get(parts[2], parts[2]) if len(parts) > 3 else ""
    if parts[1] != "e" or purpose not in PURPOSES:
        return ""
    try:
        return _known(links.message_of(request, purpose, parts[3]).language)
    except Http404:
        return ""


def _of_reader(request: HttpRequest) -> str:
    reader = signed_in.reader_of(request)
    return _known(reader.language) if reader and reader.kind == Reader.Kind.PATIENT else ""


def _known(code: str) -> str:
    return code if code in languages.CODES else ""


def _not_spoken_here(request: HttpRequest) -> HttpResponse | None:
    """Lead to the English page where the practice does not speak the language of the address (yet)."""
    language = languages.current()
    if language == ENGLISH or language in languages.top(request).homes:
        return None
    return HttpResponseRedirect(languages.in_language(request.get_full_path(), ENGLISH))
