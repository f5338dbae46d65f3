"""The living page of components: each one drawn from a table of examples, with its arguments and its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from pprint import pformat
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.doors import public
from content.forms import Styled
from content.models import Picture
from content.palette import LIGHT
from content.public_forms import PublicForm
from practice.notices import Notice
from practice.opening import Line

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"
DOC = re.compile(r"\{% comment %\}(.*?)\{% endcomment %\}", re.DOTALL)
IN_THE_HEAD = {"seo"}  # has no look: shown as markup only
SAID = (
    (messages.SUCCESS, "Your referral was sent."),
    (messages.WARNING, "One file is still being checked."),
    (messages.ERROR, "That did not work. Please try again."),
    (messages.INFO, "You were signed out on other devices."),
)


class Sample(Styled, forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Your name", help_text="As on your card.")
    email = forms.EmailField(label="E-mail")
    soon = forms.ChoiceField(label="How soon", choices=[("r", "Routine"), ("u", "Urgent")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Days", choices=[("0", "Monday"), ("1", "Tuesday")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="The patient agreed to be called.")


class Trapped(PublicForm):
    """A visitor's form, for its trap."""

    name = "sample"


def examples() -> dict[str, list[dict[str, Any]]]:
    """Return for each component, by its path without `.html`, the arguments to draw it with."""
    form, refused = Sample(prefix="sample"), Sample({"refused-email": "not an address"}, prefix="refused")
    alone = Sample({"alone-email": "not an address"}, prefix="alone")
    picture = Picture.objects.first()
    hours = [Line("Mon to Thu", ("8:00 AM – 5:00 PM",)), Line("Fri", ("8:00 AM – 1:00 PM",))]
    return {
        "avatar": [{"initials": "RD"}, {"initials": "RD", "small": True}, {"picture": picture, "initials": "RD"}],
        "back": [{"href": "#main", "label": "All referrals"}],
        "button": [
            {"label": "Book a visit", "href": "#main", "icon": "cal"},
            {"label": "Tell a friend", "href": "#main", "icon": "heart", "class": "gw-alt"},
            {"label": "Sign in", "href": "#main", "class": "gw-plain"},
            {"label": "Withdraw", "class": "gw-stop gw-sm", "name": "act", "value": "withdraw"},
        ],
        "callout": [
            {"title": "Your next visit", "text": "Tuesday, December 1, 9:40 AM.", "icon": "cal"},
            {"text": "We have your report.", "kind": "is-ok", "icon": "check"},
            {"text": "One thing is missing.", "kind": "is-warn", "icon": "alert", "href": "#main", "label": "Add it"},
            {"text": "In pain now? Call us.", "kind": "is-bad", "icon": "phone"},
            {"text": "Good to know.", "kind": "is-info"},
        ],
        "closures": [{"location": SimpleNamespace(next_closures=[{"on": date(2026, 11, 26), "name": "Thanksgiving"}])}],
        "crumbs": [{"crumbs": [{"label": "Services", "url": "#main"}, {"label": "Dental implants", "url": ""}]}],
        "errors": [{"form": refused}],
        "facts": [{"rows": [{"label": "Exam", "value": "$95"}, {"label": "Implant", "value": "from $2,900"}]}],
        "field": [{"field": refused[name]} for name in ("name", "email", "soon", "days", "agreed")],
        "field_error": [{"field": alone["email"]}],
        "field_hint": [{"field": alone["name"]}],
        "fold": [
            {"summary": "Does it hurt?", "text": "You feel a push, not a pain.", "is_open": True},
            {"summary": "How long does it take?", "text": "An hour, mostly."},
        ],
        "hours": [{"lines": hours}],
        "messages": [{"messages": [Message(level, text) for level, text in SAID]}],
        "notices": [
            {
                "notices": [
                    Notice("Our phone is out. Please write.", "bad", "#main", "Write to us"),
                    Notice("Closed today: Thanksgiving. We open Friday at 8:00 AM.", "warn", is_status=True),
                    Notice("The entrance is on Elm Street until December 4.", "info"),
                ]
            }
        ],
        "page_head": [{"eyebrow": "Services", "title": "Dental implants", "lede": "A tooth that stays."}],
        "pages": [{"page_obj": Paginator(range(100), 10).page(3)}],
        "person": [{"name": "Rosa Delgado", "role": "Treatment coordinator", "initials": "RD"}],
        "picture": [{"picture": picture, "shape": "tile", "is_aside": True}, {"picture": picture, "shape": "square"}],
        "quote": [{"text": "Now I already know.", "by": "A referring dentist"}],
        "seo": [{}],
        "subscribe": [{"button": "Sign me up", "class": "l-stack"}],
        "tag": [
            {"label": "Report sent", "kind": "is-ok"},
            {"label": "We have a question", "kind": "is-warn"},
            {"label": "Declined", "kind": "is-bad"},
            {"label": "Sent", "kind": "is-info"},
            {"label": "Delta Dental", "kind": "is-brand"},
            {"label": "Closed"},
        ],
        "trap": [{"form": Trapped(prefix="trapped")}],
        "views": [
            {
                "label": "Views of the list",
                "items": [
                    {"href": "?view=you", "label": "Needs you", "count": 2, "is_current": True},
                    {"href": "?view=all", "label": "All", "count": 193},
                ],
            }
        ],
        "widgets/checks": [{"widget": _widget(form, "days")}],
        "widgets/chips": [{"widget": _widget(form, "soon")}],
    }


def _widget(form: forms.BaseForm, name: str) -> Any:
    field = form.fields[name]
    return field.widget.get_context(f"alone-{name}", [], {"id": f"alone-{name}"})["widget"]


@dataclass(frozen=True)
class Drawn:
    """One component as the page shows it."""

    name: str
    what: str
    source: str
    is_seen: bool
    examples: list[tuple[str, SafeString]]

    @property
    def slug(self) -> str:
        """Return its name as part of an address."""
        return self.name.replace("/", "-").replace("_", "-")


def drawn(request: HttpRequest) -> list[Drawn]:
    """Return every component of the folder, drawn with each of its examples."""
    arguments = examples()
    found = []
    for path in sorted(FOLDER.rglob("*.html")):
        name = path.relative_to(FOLDER).as_posix().removesuffix(".html")
        source = path.read_text()
        what = DOC.search(source)
        shown = [
            (
                pformat({key: value for key, value in given.items() if value is not None}, width=96),
                render_to_string(f"components/{name}.html", {"lines": [], "notices": [], **given}, request),
            )
            for given in arguments.get(name, [])
        ]
        words = what.group(1).strip() if what else ""
        found.append(Drawn(name, words, DOC.sub("", source).strip(), name not in IN_THE_HEAD, shown))
    return found


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component, for who builds pages; only where somebody develops, and in the demo."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "demo/components.html", {"components": drawn(request), "tokens": list(LIGHT)})
