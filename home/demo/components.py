"""The living page of components: each one drawn from a table of examples, with its arguments and its source."""

from __future__ import annotations

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
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.doors import public
from content.forms import Styled
from content.models import Picture
from content.palette import LIGHT
from content.public_forms import PublicForm
from content.templatetags.parts import Declared
from practice.notices import Notice
from practice.opening import Line

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"
IN_THE_HEAD = {"seo"}  # has no look: shown as markup only
OF_A_LIST = {  # what stands around one where its example is seen: no page has it alone
    "crumb": '<div class="gw-crumbs"><ol>{}</ol></div>',
    "fact": '<dl class="gw-sum">{}</dl>',
    "file": '<ul class="gw-files">{}</ul>',
    "moment": '<ol class="gw-tl">{}</ol>',
}
SAID = (
    (messages.SUCCESS, "Your referral was sent."),
    (messages.WARNING, "One file is still being checked."),
    (messages.ERROR, "That did not work. Please try again."),
    (messages.INFO, "You were signed out on other devices."),
)
STAGES = (
    {"label": "Sent", "state": "done", "look": "is-done", "at": None, "note": "Thu, Nov 19"},
    {"label": "Visit booked", "state": "current", "look": "is-now", "at": None, "note": "Tue, Dec 1"},
    {"label": "Report sent", "state": "todo", "look": "is-todo", "at": None, "note": ""},
)


class Sample(Styled, forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Your name", help_text="As on your card.")
    email = forms.EmailField(label="E-mail")
    soon = forms.ChoiceField(label="How soon", choices=[("r", "Routine"), ("u", "Urgent")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Days", choices=[("0", "Monday"), ("1", "Tuesday")], widget=forms.CheckboxSelectMultiple, required=False
    )
    score = forms.ChoiceField(label="How was it", choices=[(n, str(n)) for n in range(1, 6)], widget=forms.RadioSelect)
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
        "avatar": [
            {"initials": "RD"},
            {"initials": "RD", "class": "is-s"},
            {"picture": picture, "initials": "RD"},
            {"icon": "mail"},
            {"icon": "check", "class": "is-ok"},
        ],
        "back": [{"href": "#main", "label": "All referrals"}],
        "button": [
            {"label": "Book a visit", "href": "#main", "icon": "cal"},
            {"label": "Tell a friend", "href": "#main", "icon": "heart", "class": "gw-alt"},
            {"label": "Sign in", "href": "#main", "class": "gw-plain"},
            {"label": "Withdraw", "class": "gw-stop gw-sm", "name": "act", "value": "withdraw"},
            {"icon": "search", "spoken": "Search"},
        ],
        "callout": [
            {"title": "Your next visit", "text": "Tuesday, December 1, 9:40 AM.", "icon": "cal", "is_roomy": True},
            {"text": "We have your report.", "kind": "is-ok", "icon": "check"},
            {"text": "One thing is missing.", "kind": "is-warn", "icon": "alert"},
            {"text": "In pain now? Call us.", "kind": "is-bad", "icon": "phone"},
            {"text": "Good to know.", "kind": "is-info"},
        ],
        "card": [{"content": "What stands by itself."}, {"content": "With more room around.", "is_roomy": True}],
        "chips": [
            {"name": "soon", "choices": [("r", "Routine"), ("u", "Urgent")], "chosen": "r", "label": "How soon"},
            {"name": "days", "choices": [("0", "Mon"), ("1", "Tue")], "chosen": ["0"], "is_many": True},
        ],
        "chip": [{"name": "when", "value": "m", "label": "Mornings", "chosen": "m"}],
        "choice": [{"label": "Gums", "href": "#main"}, {"label": "Implants", "href": "#main", "is_current": True}],
        "choices": [{"label": "Topics", "content": _all("choice", [{"label": "Gums", "href": "#main"}])}],
        "closures": [{"location": SimpleNamespace(next_closures=[{"on": date(2026, 11, 26), "name": "Thanksgiving"}])}],
        "crumb": [{"label": "Services", "href": "#main"}, {"label": "Dental implants"}],
        "crumbs": [{"crumbs": [{"label": "Services", "url": "#main"}, {"label": "Dental implants", "url": ""}]}],
        "errors": [{"form": refused}],
        "fact": [{"label": "Exam", "value": "$95"}],
        "facts": [
            {"content": _all("fact", [{"label": "Exam", "value": "$95"}, {"label": "Implant", "value": "from $2,900"}])}
        ],
        "field": [{"field": refused[name]} for name in ("name", "email", "soon", "days", "agreed")],
        "field_error": [{"errors": alone["email"].errors, "id": alone["email"].auto_id}],
        "field_hint": [{"field": alone["name"]}],
        "file": [{"name": "panorama.png", "href": "#main", "size": 240_000}],
        "files": [
            {
                "content": _all(
                    "file",
                    [
                        {"name": "panorama.png", "href": "#main", "size": 240_000},
                        {"name": "letter.pdf", "kind": "pdf", "size": 90_000, "state": "Being checked"},
                    ],
                )
            }
        ],
        "fold": [
            {"summary": "Does it hurt?", "text": "You feel a push, not a pain.", "is_open": True},
            {"summary": "Insurance, language", "note": "makes it ready to book", "icon": "plus", "text": "Two fields."},
        ],
        "hours": [{"lines": hours}],
        "messages": [{"messages": [Message(level, text) for level, text in SAID]}],
        "moment": [{"title": "Visit booked", "icon": "cal", "text": "Rosa Delgado · Mon, Nov 23"}],
        "note": [{"content": "She prefers mornings."}, {"content": "Thank you.", "is_yours": True}],
        "notices": [
            {
                "notices": [
                    Notice("Our phone is out. Please write.", "bad", "#main", "Write to us"),
                    Notice("Closed today: Thanksgiving. We open Friday at 8:00 AM.", "warn", is_status=True),
                    Notice("The entrance is on Elm Street until December 4.", "info"),
                ]
            }
        ],
        "onward": [{"label": "See all services", "href": "#main"}],
        "page_head": [
            {"eyebrow": "Services", "title": "Dental implants", "lede": "A tooth that stays.", "class": "gw-display"},
            {"title": "Write to us", "lede": "A person reads it and answers you."},
        ],
        "pages": [{"page_obj": Paginator(range(100), 10).page(3)}],
        "person": [{"name": "Rosa Delgado", "role": "Treatment coordinator", "initials": "RD"}],
        "picture": [{"picture": picture, "shape": "tile", "is_aside": True}, {"picture": picture, "shape": "square"}],
        "portrait": [{"initials": "RD"}],
        "quote": [
            {"text": "Now I already know.", "by": "A referring dentist"},
            {"text": "Ahora ya lo sé.", "by": "A referring dentist", "lang": "es"},
        ],
        "refusal": [{"form": _refused_whole()}],
        "seo": [{}],
        "stages": [{"status": "booked", "stages": [SimpleNamespace(**stage) for stage in STAGES]}],
        "subscribe": [{"button": "Sign me up", "class": "l-stack"}],
        "tag": [
            {"label": "Report sent", "kind": "is-ok"},
            {"label": "We have a question", "kind": "is-warn"},
            {"label": "Declined", "kind": "is-bad"},
            {"label": "Sent", "kind": "is-info"},
            {"label": "Delta Dental", "kind": "is-brand"},
            {"label": "Closed"},
        ],
        "tile": [
            {"title": "Bleeding gums", "level": 3, "href": "#main", "text": "What helps.", "picture": picture},
            {"title": "Dental implants", "level": 3, "href": "#main", "text": "A tooth that stays.", "icon": "implant"},
            {"title": "The letter", "level": 3, "href": "#main", "above": "November 2026", "above_on": "2026-11"},
        ],
        "timeline": [
            {
                "content": _all(
                    "moment",
                    [
                        {"title": "Sent", "icon": "send", "text": "Dana Whitcomb · Thu, Nov 19"},
                        {"title": "Visit booked", "icon": "cal", "text": "Rosa Delgado · Mon, Nov 23"},
                    ],
                )
            }
        ],
        "tooth": [{}],
        "trap": [{"form": Trapped(prefix="trapped")}],
        "view": [{"label": "Needs you", "href": "#main", "count": 2, "is_current": True}],
        "views": [
            {
                "label": "Views of the list",
                "content": _all(
                    "view",
                    [
                        {"label": "Needs you", "href": "?view=you", "count": 2, "is_current": True},
                        {"label": "All", "href": "?view=all", "count": 193},
                    ],
                ),
            }
        ],
        "widgets/checks": [{"widget": _widget(form, "days")}],
        "widgets/chips": [{"widget": _widget(form, "soon")}],
        "widgets/score": [{"widget": _widget(form, "score")}],
    }


def _all(name: str, several: list[dict[str, Any]]) -> SafeString:
    return format_html_join("", "{}", ((render_to_string(f"components/{name}.html", given),) for given in several))


def _refused_whole() -> Sample:
    form = Sample({"name": "Ada"}, prefix="whole")
    form.add_error(None, "This code is no longer good.")
    return form


def _widget(form: forms.BaseForm, name: str) -> Any:
    field = form.fields[name]
    return field.widget.get_context(f"alone-{name}", [], {"id": f"alone-{name}"})["widget"]


@dataclass(frozen=True)
class Drawn:
    """One component as the page shows it."""

    name: str
    said: Declared
    is_seen: bool
    examples: list[tuple[str, SafeString]]

    @property
    def slug(self) -> str:
        """Return its name as part of an address."""
        return self.name.replace("/", "-").replace("_", "-")

    @property
    def seen(self) -> list[tuple[str, SafeString, SafeString]]:
        """Return each example with what is seen of it: the line of a list stands in its list."""
        around = OF_A_LIST.get(self.name, "{}")
        return [(arguments, html, format_html(around, html)) for arguments, html in self.examples]


def drawn(request: HttpRequest) -> list[Drawn]:
    """Return every component of the folder, drawn with each of its examples."""
    arguments = examples()
    found = []
    for path in sorted(FOLDER.rglob("*.html")):
        name = path.relative_to(FOLDER).as_posix().removesuffix(".html")
        shown = [
            (
                pformat({key: value for key, value in given.items() if value is not None}, width=96),
                render_to_string(f"components/{name}.html", given, request),
            )
            for given in arguments.get(name, [])
        ]
        found.append(Drawn(name, Declared(path.read_text()), name not in IN_THE_HEAD, shown))
    return found


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component, for who builds pages; only where somebody develops, and in the demo."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "demo/components.html", {"components": drawn(request), "tokens": list(LIGHT)})
