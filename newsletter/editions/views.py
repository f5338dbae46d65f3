"""Signing up for the letter, confirming it, and an event's calendar file; the pages themselves are Wagtail's."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Site

from accounts.doors import public, signed_link
from content.origin import same_origin
from content.public_forms import TAKEN, noindexed, take
from delivery import links
from newsletter.editions import calendar, signing_up
from newsletter.editions.forms import SubscribeForm
from newsletter.editions.models import EventPage


@public
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take an address and answer the same whether we know it or not; a machine in the trap gets that answer too.

    Who comes back here, by a bookmark or from the page of another language, finds the field again.
    """
    if request.method != "POST":
        return noindexed(render(request, "newsletter/subscribe.html", {"form": SubscribeForm()}))
    form = SubscribeForm(request.POST)
    status = take(request, form, lambda: _ask(form))
    if status != TAKEN:
        return noindexed(render(request, "newsletter/subscribe.html", {"form": form}, status=status))
    return noindexed(render(request, "newsletter/subscribe_sent.html"))


def _ask(form: SubscribeForm) -> None:
    signing_up.ask_to_subscribe(address=form.cleaned_data["email"], language=(get_language() or "en")[:2])


@csrf_exempt
@signed_link("confirm")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question by GET, since scanners open links; a post says yes. The token is the permission."""
    message = links.message_of(request, "confirm", token)
    if not signing_up.is_confirmable(message):
        raise Http404
    if request.method != "POST":
        return render(request, "newsletter/confirm.html")
    signing_up.confirm_subscription(message=message)
    return redirect("editions:welcome")


@public
@require_http_methods(["GET", "HEAD"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Say that the letter comes."""
    return render(request, "newsletter/welcome.html")


@public
@require_safe
def event_calendar(request: HttpRequest, way: str) -> HttpResponse:
    """Answer with the calendar file of the event whose page is at `way`, also of one that is canceled."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    page = site.root_page.localized.specific.route(request, way.strip("/").split("/")).page
    event = EventPage.objects.live().public().select_related("location__practice").filter(pk=page.pk).first()
    if event is None:
        raise Http404
    answer = HttpResponse(calendar.file_of(event.as_entry()), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return answer
