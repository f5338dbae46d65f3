"""The demo's pages: what to try, whom to be, and every mail as it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import public
from accounts.models import User
from content.letter_pages import shows_a_letter
from content.origin import same_origin
from delivery import outbox
from home.demo.cast import PERSONS
from home.demo.doors import in_the_demo
from home.demo.stories import begin, person_of, stories
from newsletter.editions.previews import in_scheme

if TYPE_CHECKING:
    from django.utils.functional import Promise

MAILS_A_PAGE = 25
TABS: dict[str, Promise] = {
    "letter": _("As a letter"),
    "dark": _("In the dark"),
    "text": _("Plain text"),
    "headers": _("Headers"),
}
LETTERS = {"letter", "dark"}
LINK = re.compile(r"https?://[^\s<>\"')]+")


@public
@require_safe
@in_the_demo
def tour(request: HttpRequest) -> HttpResponse:
    """Show what to try as each person; what was done is ticked."""
    role = person_of(request.user)
    told = list(stories(role))
    steps = sum(len(story.steps) for story in told)
    done = sum(story.done for story in told)
    return render(request, "demo/tour.html", {"stories": told, "done": done, "steps": steps, "role": role})


@public
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
@in_the_demo
def become(request: HttpRequest, role: str) -> HttpResponse:
    """Show a person with a button; the button ends the old session and signs in as them."""
    person = PERSONS.get(role)
    user = User.objects.filter(email=person.email).first() if person else None
    if person is None or user is None:
        raise Http404
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    start, task = begin(role, asked)
    if request.method != "POST":
        context = {"role": role, "person": person, "next": start if start == asked else "", "task": task}
        return render(request, "demo/become.html", context)
    logout(request)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=start, email=user.email))
    return answer


class _Outbox:
    """The outbox as a paginator reads it: only the files of one page are opened."""

    def __init__(self, to: str) -> None:
        self.to = to

    def count(self) -> int:
        return outbox.count(to=self.to)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[outbox.Mail]:
        return outbox.read(offset=part.start, limit=part.stop - part.start, to=self.to)


@public
@require_safe
@in_the_demo
def mails(request: HttpRequest) -> HttpResponse:
    """List every mail that was written, the newest first; `q` asks for one person's."""
    to = request.GET.get("q", "").strip()
    page: Any = Paginator(_Outbox(to), MAILS_A_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    persons = [person.name for person in PERSONS.values()]
    context = {"page_obj": page, "mail_url": settings.MAIL_URL.split("://")[0], "q": to, "persons": persons}
    return render(request, "demo/outbox.html", context)


def _mail(mail_id: str) -> outbox.Mail:
    found = outbox.one(mail_id)
    if found is None:
        raise Http404
    return found


@public
@require_safe
@in_the_demo
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Show one mail: as a letter, as plain text, or its headers; and its links, to be followed."""
    found = _mail(mail_id)
    asked = request.GET.get("tab", "")
    tabs = [tab for tab in TABS if tab not in LETTERS or found.html]
    tab = asked if asked in tabs else tabs[0]
    links = list(dict.fromkeys(link.rstrip(".,;:") for link in LINK.findall(found.text)))
    views = [{"key": key, "label": TABS[key], "is_current": key == tab} for key in tabs]
    context = {"mail": found, "views": views, "tab": tab, "links": links, "shown": tab in LETTERS}
    return render(request, "demo/mail.html", context)


@public
@require_safe
@in_the_demo
@shows_a_letter
def mail_document(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Answer a mail's HTML as the document that it is, in the light or (`?in=dark`) in the dark."""
    return HttpResponse(in_scheme(_mail(mail_id).html, is_dark=request.GET.get("in") == "dark"))
