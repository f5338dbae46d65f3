"""Answers that are themselves a letter's HTML: documents of their own, with a policy of their own and no script."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

LETTER_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    # a page that a letter opens is a page of ours again, so that its forms work; the letter stays as shut as ever
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
    "base-uri": [CSP.NONE],
}


def shows_a_letter[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Give the view's answer the policy of a letter: inline styles, our pictures, nothing else."""
    return csp_override(LETTER_CSP)(view)


@shows_a_letter
def letter_answer(request: object, html: str) -> HttpResponse:
    """Return a letter's HTML as a page of its own."""
    return HttpResponse(html)


@shows_a_letter
def text_answer(request: object, text: str) -> HttpResponse:
    """Return a letter's plain text as it is."""
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
