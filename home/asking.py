"""Where visitors ask for a visit and write to us; every answer is the same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import public
from content.origin import same_origin
from content.public_forms import answered, noindexed
from home import actions
from home.forms import MessageForm, VisitForm
from practice.duty import answer_by


@public
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
def book(request: HttpRequest) -> HttpResponse:
    """Ask for a visit."""
    form = VisitForm(request.POST if request.method == "POST" else None)
    return answered(
        request,
        form,
        template="home/book.html",
        thanks="book_thanks",
        do=lambda: actions.ask_for_visit(said=form.said(), drawn_on=form.drawn_on),
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
def write(request: HttpRequest) -> HttpResponse:
    """Write to us: the form of the contact page on a page of its own, which also says what is wrong."""
    form = MessageForm(request.POST if request.method == "POST" else None)
    return answered(
        request,
        form,
        template="home/write.html",
        thanks="write_thanks",
        do=lambda: actions.write_to_us(said=form.said(), drawn_on=form.drawn_on),
    )


@public
@require_safe
def book_thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens next, and by when."""
    return noindexed(render(request, "home/thanks.html", {"kind": "visit", "answer_by": answer_by()}))


@public
@require_safe
def write_thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens next, and by when."""
    return noindexed(render(request, "home/thanks.html", {"kind": "message", "answer_by": answer_by()}))
