"""The addresses to which we do not write: listed without the address, found by one, opened after a second look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.roles import may as holds
from accounts.sessions import user_of
from journal.models import Entry
from patients.actions import lift_suppression
from patients.addresses import address_hash
from patients.models import Channel, Suppression, SuppressionReason
from patients.reading import names_of

A_PAGE = 50
UNPROCESSABLE = 422
LONGEST = 254
BEFORE_OPENING: dict[str, str | Promise] = {
    SuppressionReason.HARD_BOUNCE: gettext_lazy(
        "A mail server said that this mailbox does not exist. Open it only when somebody told you that it works now: "
        "letters to dead mailboxes cost us our good name with every mail server."
    ),
    SuppressionReason.COMPLAINT: gettext_lazy(
        "Its reader marked a letter of ours as spam. Open it only when they asked for our letters again."
    ),
    SuppressionReason.STOP: gettext_lazy(
        "Its holder answered STOP. The law demands that they agree again before we text; the phone company may go on "
        "holding our texts back until they send START."
    ),
    SuppressionReason.DECEASED: gettext_lazy(
        "Whoever had this address died. Open it only when it belongs to somebody else now."
    ),
    SuppressionReason.STAFF: gettext_lazy(
        "Somebody asked us not to write here. Open it only when its holder asked for it."
    ),
}


class Finding(forms.Form):
    """An address, as somebody says it."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address or phone number"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class Opening(forms.Form):
    """Which address is opened, why, and what the one who opens it has seen of it."""

    channel = forms.ChoiceField(choices=Channel.choices, widget=forms.HiddenInput)
    address = forms.CharField(max_length=LONGEST, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label=gettext_lazy("Why it may be written to again"),
        help_text=gettext_lazy("For the journal: how you know. No names, nothing about health."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say how you know that it may be written to again.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@may("consent.report")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what is shut, the newest first: only the keyed hash of an address is kept, so none stands there."""
    return _listing(request, Finding())


@may("consent.report")
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Say whether an address is shut, and why; by post, so that it stands in no address and no log."""
    form = Finding(request.POST)
    if not form.is_valid():
        return _listing(request, form, status=UNPROCESSABLE)
    address = form.cleaned_data["address"]
    found = [one for channel in Channel if (one := _shut(channel, address))]
    return _listing(request, form, found=_told(found), was_asked=True, address=address)


@may("consent.lift")
@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Show what stands against opening an address; open it once somebody has seen just that and given a reason."""
    form = Opening(request.POST)
    shut = _shut(request.POST.get("channel", ""), request.POST.get("address", "")[:LONGEST])
    if shut is None:
        messages.info(request, _("This address is open already."))
        return redirect("consent:shut")
    if "why" not in request.POST or request.POST.get("seen") != shut.reason:
        given = {name: request.POST.get(name, "")[:LONGEST] for name in ("channel", "address", "why")}
        return _second_look(request, shut, Opening(initial={**given, "seen": shut.reason}))
    if not form.is_valid():
        return _second_look(request, shut, form, status=UNPROCESSABLE)
    told = form.cleaned_data
    lift_suppression(channel=told["channel"], address=told["address"], why=told["why"], by=user_of(request))
    messages.success(request, _("The address is open: what its holder agreed to may come again."))
    return redirect("consent:shut")


def _shut(channel: str, address: str) -> Suppression | None:
    if channel not in Channel.values:
        return None
    return Suppression.objects.filter(channel=channel, address_hash=address_hash(channel, address)).first()


def _told(found: list[Suppression]) -> list[dict[str, Any]]:
    """Return what is known of shut addresses: by whom says the journal, where it still tells."""
    subjects = {f"address:{one.address_hash[:16]}": one for one in found}
    entries = Entry.objects.filter(verb="address.suppressed", subject__in=subjects).order_by("pk")
    by = dict(entries.values_list("subject", "by"))
    names = names_of(by.values())
    return [{"shut": one, "by": names.get(by.get(subject, ""), "")} for subject, one in subjects.items()]


def _listing(request: HttpRequest, form: Finding, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = Suppression.objects.order_by("-at", "-pk")
    reason = request.GET.get("reason", "")
    if reason in SuppressionReason.values:
        rows = rows.filter(reason=reason)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame(_("Addresses we do not write to")),
        "page_obj": page,
        "rows": _told(list(page.object_list)),
        "reasons": SuppressionReason.choices,
        "reason": reason,
        "form": form,
        "may_lift": holds(request.user, "consent.lift"),
        **more,
    }
    return render(request, "consent/shut.html", context, status=status)


def _second_look(request: HttpRequest, shut: Suppression, form: Opening, *, status: int = 200) -> HttpResponse:
    context = {
        **_frame(_("Write to this address again?"), (_("Addresses we do not write to"), reverse("consent:shut"))),
        **_told([shut])[0],
        "address": form["address"].value(),
        "warning": BEFORE_OPENING[shut.reason],
        "form": form,
    }
    return render(request, "consent/lift.html", context, status=status)


def _frame(title: str, *above: tuple[str, str]) -> dict[str, Any]:
    trail = [(_("Home"), reverse("wagtailadmin_home")), *above]
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "mail",
        "breadcrumbs_items": [*({"url": url, "label": label} for label, url in trail), {"url": "", "label": title}],
    }
