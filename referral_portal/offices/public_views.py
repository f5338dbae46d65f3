"""Where an office asks for an account; whether we know it or its address is told to nobody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import public
from content.origin import same_origin
from content.public_forms import answered, noindexed
from practice.duty import answer_by
from referral_portal.offices import applying
from referral_portal.offices.public_forms import ApplyForm


@public
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
def apply(request: HttpRequest) -> HttpResponse:
    """Ask for an account: the form of the page for offices on a page of its own, which also says what is wrong."""
    form = ApplyForm(request.POST if request.method == "POST" else None)
    return answered(
        request,
        form,
        template="offices/apply.html",
        thanks="office_apply_thanks",
        do=lambda: applying.apply(said=form.said(), drawn_on=form.drawn_on),
    )


@public
@require_safe
def apply_thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens next, and by when."""
    return noindexed(render(request, "home/thanks.html", {"kind": "office", "answer_by": answer_by()}))
