"""The practice's side, inside the Wagtail admin: the work list, one case or referral, and every act on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.doors import may
from accounts.models import User
from accounts.sessions import user_of
from journal.recording import viewed
from practice import clocks
from referral_portal.cases import policy as case_policy
from referral_portal.cases import words
from referral_portal.cases.actions import CaseConflict
from referral_portal.cases.models import Case, CaseAppointment
from referral_portal.cases.states import Action
from referral_portal.cases.views.papers import hand_over
from referral_portal.inbox import case_page, piles, referral_page, rows
from referral_portal.inbox.piles import Pile
from referral_portal.inbox.verbs import Act, Verb, verb_of
from referral_portal.referrals import policy as referral_policy
from referral_portal.referrals.models import Referral
from referral_portal.referrals.policy import Refused, Stale
from referral_portal.referrals.states import Action as Telling

Thing = Case | Referral


@may("inbox.see")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one view of the work list, with its most urgent piece open beside it."""
    found = _list(request)
    if found["rows"] and not found["q"]:
        return _page(request, _load(found["rows"][0].ref), found, body="staff-full staff-listing")
    return render(request, "inbox/empty.html", {**_frame(_("Inbox")), **found, "body": "staff-full staff-listing"})


@may("inbox.see")
@require_safe
def item(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one case or referral, with the work list beside it."""
    return _page(request, _load(ref), _list(request), body="staff-full staff-one")


@may("cases.handle")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, ref: str, noun: str) -> HttpResponse:
    """Do one act on a case or a referral; GET shows its form."""
    thing = _load(ref)
    return _act(request, thing, thing, noun)


@may("cases.handle")
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_visit(request: HttpRequest, ref: str, visit: str, noun: str) -> HttpResponse:
    """Do one act on a visit of a case; GET shows its form."""
    case = _load(ref)
    found = CaseAppointment.objects.filter(ref=visit, case=case.pk).select_related("case").first()
    if not isinstance(case, Case) or found is None:
        raise Http404
    return _act(request, case, found, noun)


@may("cases.handle")
@require_safe
def file(request: HttpRequest, ref: str, uuid: str) -> HttpResponseBase:
    """Hand over a checked file of a case, as an attachment; each opening is recorded."""
    case = _load(ref)
    found = case.files.filter(pk=uuid).first() if isinstance(case, Case) else None
    if not isinstance(case, Case) or found is None or not found.is_available:
        raise Http404
    viewed(found, by=user_of(request), about=case.journal_about or None, case=case.ref)
    return hand_over(found)


def _load(ref: str) -> Thing:
    """Return the case or referral of this reference; the letters before the dash do not decide."""
    found = case_page.load(ref) or referral_page.load(ref)
    if found is None:
        raise Http404
    if isinstance(found, Case):
        timezone.activate(found.location.zone)  # for the rest of this request: the clock on the wall there
    return found


def _frame(title: str, *, crumb: bool = False) -> dict[str, Any]:
    """Return what Wagtail's furniture asks for."""
    trail = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if crumb:
        trail.append({"url": reverse("inbox:list"), "label": _("Inbox")})
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "gw-inbox",
        "breadcrumbs_items": [*trail, {"url": "", "label": title}],
    }


def _list(request: HttpRequest) -> dict[str, Any]:
    user = user_of(request)
    mine = piles.whose(user, clocks.today())
    typed = "".join(letter for letter in request.GET.get("q", "") if letter.isprintable())
    text = " ".join(typed.split())[:80]
    pile = Pile(request.GET["view"]) if request.GET.get("view") in set(Pile) else Pile.NEW
    counted = piles.counts(mine)
    found = rows.of_search(text) if text else rows.of_pile(pile, mine)
    shown = [one for one in Pile if one is not Pile.OFFICE or counted[one] or pile is one]
    return {
        "views": [
            {
                "name": str(one),
                "label": piles.LABELS[one],
                "count": counted.get(one),
                "is_current": one is pile and not text,
            }
            for one in shown
        ],
        "view": str(pile),
        "rows": found,
        "q": text,
        "counts": {str(one): number for one, number in counted.items()},
    }


def _page(request: HttpRequest, thing: Thing, found: dict[str, Any], *, body: str) -> HttpResponse:
    user = user_of(request)
    is_list = "staff-listing" in body
    frame = _frame(_("Inbox")) if is_list else _frame(thing.ref, crumb=True)
    common = {**frame, **found, "ref": thing.ref, "body": body}
    if isinstance(thing, Referral):
        viewed(thing, by=user)
        from_thanks = found["view"] == Pile.THANKS and not found["q"]
        shown = referral_page.context(thing, user, from_thanks=from_thanks)
        return render(request, "inbox/referral.html", {**common, **shown})
    if not case_policy.may_see(user, thing):
        raise Http404
    viewed(thing, by=user, about=thing.journal_about or None)
    return render(request, "inbox/case.html", {**common, **case_page.context(thing, user)})


def _act(request: HttpRequest, thing: Thing, target: Thing | CaseAppointment, noun: str) -> HttpResponse:
    verb = verb_of(target, noun)
    if verb is None:
        raise Http404
    form = verb.form(request.POST if request.method == "POST" else None, request.FILES or None, thing=thing)
    if _is_forbidden(thing, verb, user_of(request)):
        return (
            _form_page(request, thing, verb, form, is_forbidden=True) if form.is_bound else _shut(request, thing, verb)
        )
    drafts.restore(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                verb.do(Act(target, form, user_of(request)))
        except CaseConflict as conflict:
            news = words.since(conflict.news(), conflict.case)
            return _conflict(request, conflict.case, conflict.reason, news)
        except Stale as stale:
            return _conflict(request, thing, "stale", [], str(stale))
        except Refused as refused:
            form.add_error(None, str(refused))
        except PermissionDenied:
            return _form_page(request, thing, verb, form, is_forbidden=True)
        except ValidationError as error:
            _explain(form, error)
        else:
            messages.success(request, f"{verb.done} {thing.ref}")
            return redirect("inbox:item", ref=thing.ref)
    return _form_page(request, thing, verb, form)


def _explain(form: Any, error: ValidationError) -> None:
    """Put an action's complaints beside the fields that they are about."""
    for name, complaints in (error.message_dict if hasattr(error, "error_dict") else {"": error.messages}).items():
        for complaint in complaints:
            form.add_error(name if name in form.fields else None, complaint)


def _is_forbidden(thing: Thing, verb: Verb, user: User) -> bool:
    """Return whether others may do this act now, and `user` may not."""
    if isinstance(thing, Referral):
        act = Telling(verb.action)
        return (
            referral_policy.is_possible_for_anybody(act, thing) and referral_policy.step_for(act, thing, user) is None
        )
    action = Action(verb.action)
    return case_policy.is_possible_for_anybody(action, thing) and case_policy.step_for(action, thing, user) is None


def _shut(request: HttpRequest, thing: Thing, verb: Verb) -> HttpResponse:
    """Say that others do this act; what somebody typed before their session ended is shown, to be copied."""
    title = str(verb.label).rstrip("…")
    kept = drafts.take(request) or {}
    typed = [text for name, text in kept.items() if name in verb.form.base_fields and isinstance(text, str) and text]
    context = {
        **_frame(f"{title}: {thing.ref}", crumb=True),
        "ref": thing.ref,
        "title": title,
        "typed": typed,
        "body": "",
    }
    return render(request, "inbox/shut.html", context, status=403)


def _form_page(
    request: HttpRequest, thing: Thing, verb: Verb, form: Any, *, is_forbidden: bool = False
) -> HttpResponse:
    """Show the form of an act with whatever was typed; who may not do it is told so, and loses nothing."""
    if is_forbidden:
        form.add_error(None, _("Your role may not do this. Copy what you typed, and ask a colleague who may."))
    title = str(verb.label).rstrip("…")
    context = {
        **_frame(f"{title}: {thing.ref}", crumb=True),
        "ref": thing.ref,
        "thing": thing,
        "who": thing.name if isinstance(thing, Case) else thing.friend_name,
        "verb": verb,
        "title": title,
        "form": form,
        "taken_along": _taken_along(thing, verb),
        "body": "",
    }
    status = 403 if is_forbidden else 422 if form.is_bound else 200
    return render(request, "inbox/act.html", context, status=status)


def _taken_along(thing: Thing, verb: Verb) -> list[CaseAppointment]:
    """Return the visits to come that this act would cancel as well."""
    if not isinstance(thing, Case) or not isinstance(verb.action, Action):
        return []
    return case_policy.visits_taken_along(verb.action, thing)


def _conflict(request: HttpRequest, thing: Thing, reason: str, news: list[Any], text: str = "") -> HttpResponse:
    context = {
        **_frame(_("Changed in the meantime"), crumb=True),
        "ref": thing.ref,
        "reason": reason,
        "news": news,
        "text": text,
        "body": "",
    }
    return render(request, "inbox/conflict.html", context, status=409)
