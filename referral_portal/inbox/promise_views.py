"""Follow-ups in the admin: the list, one of them, and what is done with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.models import User
from accounts.roles import may as holds
from accounts.sessions import user_of
from content.public_forms import TextField
from journal.models import Entry
from journal.recording import name_of, viewed
from journal.words import sentence_of
from practice import actions, clocks
from practice.follow_ups import FollowUp
from practice.models import StaffMember
from referral_portal.inbox import promises
from referral_portal.offices import applying, states
from referral_portal.offices import policy as office_policy
from referral_portal.offices.models import Office

A_PAGE = 25
SETTLED = "follow_up_settled"
LONGEST_NOTE = 2000
FURTHEST = timedelta(days=366)
TOO_LONG = gettext_lazy("Please write at most 2,000 characters.")


@may("follow_ups.handle")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show one view of the follow-ups, and the way back from the one just settled."""
    user, today = user_of(request), clocks.today()
    view = request.GET.get("view", "open")
    view = view if view in promises.VIEWS else "open"
    counted = promises.counts(user, today)
    found = promises.of_view(view, user, today).select_related("owner", "contents")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame(_("Follow-ups")),
        "views": [(name, label, counted.get(name), name == view) for name, label in promises.VIEWS.items()],
        "view": view,
        "page_obj": page,
        "lines": promises.lines(page.object_list, today),
        "settled": request.session.pop(SETTLED, ""),
    }
    return render(request, "inbox/promises.html", context)


@may("follow_ups.handle")
@require_safe
def item(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one follow-up with all that was said; the reading is recorded."""
    return _page(request, _load(ref))


@may("follow_ups.handle")
@require_POST
def done(request: HttpRequest, ref: str) -> HttpResponse:
    """Settle it, with a note where one was written; the list offers to take that back."""
    follow_up = _load(ref)
    text = TextField(required=False).clean(request.POST.get("text", ""))
    if len(text) > LONGEST_NOTE:
        return _page(request, follow_up, trouble=TOO_LONG, typed=text, status=422)
    actions.settle(follow_up=follow_up, by=user_of(request), text=text)
    request.session[SETTLED] = follow_up.ref
    return redirect("follow_ups:list")


@may("follow_ups.handle")
@require_POST
def open_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back that it was settled."""
    follow_up = actions.open_again(follow_up=_load(ref), by=user_of(request))
    messages.success(request, _("It is open again."))
    return redirect("follow_ups:item", ref=follow_up.ref)


@may("follow_ups.handle")
@require_POST
def assign(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand it to a colleague."""
    follow_up = _load(ref)
    owner = get_object_or_404(StaffMember, ref=request.POST.get("owner", ""), is_active=True)
    actions.assign(follow_up=follow_up, owner=owner, by=user_of(request))
    messages.success(request, _("%(name)s has it now.") % {"name": owner.name})
    return redirect("follow_ups:item", ref=follow_up.ref)


@may("follow_ups.handle")
@require_POST
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep it on another day."""
    follow_up = _load(ref)
    day = _day(request.POST.get("due_on", ""))
    if day is None or not clocks.today() <= day <= clocks.today() + FURTHEST:
        return _page(request, follow_up, day_trouble=_("Choose a day from today on, at most a year ahead."), status=422)
    actions.move(follow_up=follow_up, due_on=day, by=user_of(request))
    messages.success(request, _("It is due %(day)s now.") % {"day": date_format(day, "D, M j")})
    return redirect("follow_ups:item", ref=follow_up.ref)


@may("follow_ups.handle")
@require_POST
def note(request: HttpRequest, ref: str) -> HttpResponse:
    """Write beside it."""
    follow_up = _load(ref)
    text = TextField(required=False).clean(request.POST.get("text", ""))
    if not text or len(text) > LONGEST_NOTE:
        trouble = _("Write a line first.") if not text else TOO_LONG
        return _page(request, follow_up, trouble=trouble, typed=text, status=422)
    actions.note(follow_up=follow_up, text=text, by=user_of(request))
    messages.success(request, _("The note is saved."))
    return redirect("follow_ups:item", ref=follow_up.ref)


@may("offices.manage")
@require_POST
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    """Open the account of the office that applied."""
    return _decided(request, ref, states.Action.APPROVE)


@may("offices.manage")
@require_POST
def decline(request: HttpRequest, ref: str) -> HttpResponse:
    """Open no account for the office that applied."""
    return _decided(request, ref, states.Action.DECLINE)


def _decided(request: HttpRequest, ref: str, action: states.Action) -> HttpResponse:
    office = _office(_load(ref))
    if office is None:
        raise Http404
    decide = applying.approve if action is states.Action.APPROVE else applying.decline
    try:
        decide(office=office, by=user_of(request))
    except applying.Decided:
        messages.error(request, _("Somebody decided already. The page below is up to date."))
    else:
        approved = action is states.Action.APPROVE
        messages.success(request, _("The account is open.") if approved else _("Declined. Nobody was written to."))
    return redirect("follow_ups:item", ref=ref)


def _load(ref: str) -> FollowUp:
    return get_object_or_404(FollowUp.objects.select_related("owner", "contents"), ref=ref)


def _office(follow_up: FollowUp) -> Office | None:
    if follow_up.kind != FollowUp.Kind.OFFICE:
        return None
    return Office.objects.filter(ref=follow_up.concerns.removeprefix("office:")).first()


def _day(text: str) -> date | None:
    """Return the day that a date field sent; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    follow_up: FollowUp,
    *,
    trouble: str | Promise = "",
    day_trouble: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    patient = follow_up.concerns if follow_up.concerns.startswith("patient:") else None
    viewed(follow_up, by=user, about=patient)
    office = _office(follow_up)
    email = str(follow_up.said.get("email", ""))
    due, tone = promises.due_words(follow_up, clocks.today())
    notes = list(follow_up.notes.all())
    entries = Entry.objects.of(name_of(follow_up)).exclude(verb="follow_up.viewed").order_by("at")
    people = _people([*(one.by for one in notes), *(entry.by for entry in entries)])
    context = {
        **_frame(follow_up.ref, crumb=True),
        "follow_up": follow_up,
        "kind": FollowUp.Kind(follow_up.kind).label,
        "icon": promises.ICONS[follow_up.kind],
        "says_what": follow_up.kind in promises.SAYS_WHAT,
        "name": promises.name_of(follow_up) or promises.concerned(follow_up),
        "due": due,
        "due_tone": tone,
        "facts": promises.facts(follow_up),
        "notes": [(one, people.get(one.by, "")) for one in notes],
        "history": [(entry.at, sentence_of(entry), people.get(entry.by, "")) for entry in entries],
        "colleagues": promises.colleagues(),
        "office": office,
        "decisions": states.possible(office.status) if office and office_policy.may_decide(user) else [],
        "alike": promises.look_alikes(office, email) if office and office.status == Office.Status.APPLIED else [],
        "email": email,
        "patient_ref": patient.removeprefix("patient:") if patient and holds(user, "patients.see") else "",
        "phone": promises.phone_of(follow_up),
        "today": clocks.today(),
        "day_trouble": day_trouble,
        "trouble": trouble,
        "typed": typed,
    }
    return render(request, "inbox/promise.html", context, status=status)


def _people(names: list[str]) -> dict[str, str]:
    """Return the names of users who did something, by `user:ref`."""
    refs = {name.removeprefix("user:") for name in names if name.startswith("user:")}
    return {f"user:{user.ref}": user.get_full_name() for user in User.objects.filter(ref__in=refs)}


def _frame(title: str, *, crumb: bool = False) -> dict[str, Any]:
    trail = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if crumb:
        trail.append({"url": reverse("follow_ups:list"), "label": _("Follow-ups")})
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "gw-flag",
        "breadcrumbs_items": [*trail, {"url": "", "label": title}],
    }
