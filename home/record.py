"""The journal as a list for the owner and the privacy officer: who did or read what, and when; by reference only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import may
from accounts.models import User
from accounts.roles import STAFF
from accounts.sessions import user_of
from journal import words
from journal.models import Entry, EntryQuerySet
from journal.recording import SYSTEM, viewed
from practice import clocks

ENTRIES_A_PAGE = 50
KINDS = {
    "reading": gettext_lazy("Only what was read"),
    "changes": gettext_lazy("Only what was changed"),
}


class Filters(forms.Form):
    """What somebody looks for in the journal."""

    by = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[("", gettext_lazy("Read and changed")), *KINDS.items()],
    )
    ref = forms.CharField(
        label=gettext_lazy("Reference"), required=False, max_length=64, help_text=gettext_lazy("As JR-7K2M.")
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(grants__role__in=STAFF).distinct().order_by("first_name", "last_name")
        people = [(f"user:{user.ref}", str(user)) for user in staff]
        self.fields["by"] = forms.ChoiceField(
            label=_("Who"), required=False, choices=[("", _("Everybody")), *people, (SYSTEM, _("The system"))]
        )

    def narrow(self, entries: EntryQuerySet) -> EntryQuerySet:
        """Return the entries that were asked for; all where a field makes no sense."""
        if not self.is_valid():
            return entries
        asked = self.cleaned_data
        if asked["by"]:
            entries = entries.filter(by=asked["by"])
        if asked["kind"] == "reading":
            entries = entries.filter(verb__endswith=".viewed")
        elif asked["kind"] == "changes":
            entries = entries.changes()
        if ref := asked["ref"].strip():
            entries = entries.filter(Q(subject__endswith=f":{ref.upper()}") | Q(about__endswith=f":{ref.upper()}"))
        if asked["since"]:
            entries = entries.filter(at__gte=_start(asked["since"]))
        if asked["until"]:
            entries = entries.filter(at__lt=_start(asked["until"]) + timedelta(days=1))
        return entries


def _start(day: Any) -> datetime:
    return datetime.combine(day, time.min, clocks.zone())


@may("journal.read")
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """List what happened, the newest first; that somebody looked is recorded like any other reading."""
    filters = Filters(request.GET)
    page = Paginator(filters.narrow(Entry.objects.all()), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    names = _names(entry.by for entry in entries)
    by = user_of(request)
    viewed("journal:entries", by=by, page=page.number, ref=filters.data.get("ref", "")[:64].strip().upper())
    title = _("Journal")
    return render(
        request,
        "home/journal.html",
        {
            "page_title": title,
            "header_title": title,
            "header_icon": "history",
            "header_buttons": [],
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": "", "label": title},
            ],
            "filters": filters,
            "is_filtered": any(filters.data.get(name) for name in filters.fields),
            "page_obj": page,
            "rows": [(entry, words.sentence_of(entry), names.get(entry.by, entry.by)) for entry in entries],
        },
    )


def _names(people: Iterable[str]) -> dict[str, str]:
    """Return how each `user:ref` is called; who is no user keeps the word that the journal has."""
    refs = {name.partition(":")[2] for name in people if name.startswith("user:")}
    found = {f"user:{user.ref}": str(user) for user in User.objects.filter(ref__in=refs)}
    return {SYSTEM: _("The system"), "guest": _("A guest"), **found}
