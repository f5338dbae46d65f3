"""Segments in the admin: the list, and the builder, every button of which sends the form and loses nothing of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import may
from accounts.roles import may as holds
from accounts.sessions import user_of
from journal.recording import viewed
from patients.models import Channel, Purpose, Segment
from patients.policy import may_contact
from patients.segments import actions, counting, drafting
from patients.segments.compiling import compiled
from patients.segments.drafting import Draft, as_draft, as_tree, completed, key_of, path_of
from patients.segments.saved import key_of as segment_key
from patients.segments.saved import saved, uses
from patients.segments.screen import Screen, drawn
from patients.segments.tree import Broken, Group

SHOWN = 5  # people of the sample: enough to see whether the question means what one thinks
REFUSED = 422
STALE = 409


@may("segments.edit")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the segments, those of the house first."""
    is_away = request.GET.get("view") == "archived"
    found = Segment.objects.filter(archived_at__isnull=not is_away)
    rows = [_row(segment) for segment in found]
    context = {
        **_frame(_("Segments")),
        "rows": sorted(rows, key=lambda row: not row["is_ready_made"]),
        "is_away": is_away,
        "has_away": Segment.objects.filter(archived_at__isnull=False).exists(),
    }
    return render(request, "segments/list.html", context)


@may("segments.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Build a new segment; only "Save" keeps it."""
    if request.method != "POST":
        return _page(request, None, drafting.empty(), name="")
    return _acted(request, None)


@may("segments.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a segment in the builder, counted now, and change it by post."""
    segment = get_object_or_404(Segment, ref=ref)
    if request.method != "POST":
        one = saved(segment)
        return _page(request, segment, as_draft(one.raw), name=str(one.label), with_people=True)
    return _acted(request, segment)


@may("segments.edit")
@require_POST
def archive(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a segment away."""
    segment = get_object_or_404(Segment, ref=ref)
    try:
        actions.archive(segment=segment, by=user_of(request))
    except actions.Fixed:
        messages.error(request, _("This one came with the house and stays."))
        return redirect("segments:edit", ref=ref)
    messages.success(request, _("“%(name)s” is put away.") % {"name": segment.name})
    return redirect("segments:list")


@may("segments.edit")
@require_POST
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a segment out again."""
    segment = actions.restore(segment=get_object_or_404(Segment, ref=ref), by=user_of(request))
    messages.success(request, _("“%(name)s” can be chosen again.") % {"name": segment.name})
    return redirect("segments:edit", ref=ref)


def _acted(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    """Do what a button of the builder says, and return the form as it is then."""
    do, _colon, place = request.POST.get("do", "look").partition(":")
    draft, name = drafting.sent(request.POST), request.POST.get("name", "")
    path = path_of(place)
    if do in {"save", "copy"}:
        return _saved(request, segment, draft, name, is_copy=do == "copy")
    focus = ""
    if do == "look" and place:
        focus = f"{key_of(path)}.how"
    elif do in {"question", "group", "not", "remove"}:
        path = drafting.changed(draft, do, path)
        focus = f"{key_of(path)}.add" if do == "remove" else f"{key_of(path)}.ask"
    return _page(request, segment, draft, name=name, focus=focus, with_people=do == "people", with_reach=do == "reach")


def _saved(request: HttpRequest, segment: Segment | None, draft: Draft, name: str, *, is_copy: bool) -> HttpResponse:
    tree, user = as_tree(completed(draft)), user_of(request)
    try:
        if is_copy:
            kept = actions.copy(name=name or (segment.name if segment else ""), tree=tree, by=user)
        elif segment is None:
            kept = actions.make(name=name, tree=tree, by=user)
        else:
            version = request.POST.get("version", "")
            number = int(version) if version.isdecimal() and version.isascii() and len(version) < 9 else 0
            kept = actions.change(segment=segment, version=number, name=name, tree=tree, by=user)
    except Broken:
        return _page(request, segment, draft, name=name, status=REFUSED, focus="trouble")
    except actions.Unnamed as error:
        return _page(request, segment, draft, name=name, status=REFUSED, focus="segment-name", trouble=str(error))
    except actions.Fixed:
        words_ = _("This one came with the house and stays as it is. Save it as a copy, and change that.")
        return _page(request, segment, draft, name=name, status=REFUSED, trouble=words_)
    except actions.Stale as error:
        return _page(request, error.now, draft, name=name, status=STALE, trouble=_changed_meanwhile(error.now))
    except PermissionDenied:
        if not holds(user, "segments.edit"):
            raise
        words_ = _("It asks about people’s health, and your role may not.")
        return _page(request, segment, draft, name=name, status=REFUSED, trouble=words_)
    messages.success(request, _("“%(name)s” is saved.") % {"name": kept.name})
    return redirect("segments:edit", ref=kept.ref)


def _changed_meanwhile(now: Segment) -> str:
    return _(
        "Somebody else changed it meanwhile. Theirs: “%(name)s”. %(words)s What you filled in stands below; "
        "saving again puts it in place of theirs."
    ) % {"name": now.name, "words": _words(now)}


def _words(segment: Segment) -> str:
    try:
        return saved(segment).sentence
    except Broken:
        return _("It asks for something that is no longer there.")


def _row(segment: Segment) -> dict[str, Any]:
    one = saved(segment)
    return {
        "ref": segment.ref,
        "label": one.label,
        "words": _words(segment),
        "is_clinical": segment.is_clinical,
        "is_ready_made": bool(segment.ready_made),
        "uses": uses(one.name),
        "changed_at": segment.changed_at,
    }


def _page(
    request: HttpRequest,
    segment: Segment | None,
    draft: Draft,
    *,
    name: str,
    focus: str = "",
    trouble: str = "",
    status: int = 200,
    with_people: bool = False,
    with_reach: bool = False,
) -> HttpResponse:
    user = user_of(request)
    shown = drawn(completed(draft), user=user, with_reach=with_reach, is_strict=status == REFUSED)
    may_see = counting.may_read_all(user)
    title = name or (_("New segment") if segment is None else segment.name)
    context = {
        **_frame(title, is_inside=True),
        "segment": segment,
        "is_ready_made": bool(segment and segment.ready_made),
        "name": name,
        "screen": shown,
        "root": shown.root,
        "focus": focus,
        "trouble": trouble,
        "counted_at": timezone.now(),
        "may_see": may_see,
        "people": _people(request, segment, shown) if may_see and with_people else None,
        "uses": uses(segment_key(segment)) if segment else [],
    }
    return render(request, "segments/edit.html", context, status=status)


def _people(request: HttpRequest, segment: Segment | None, shown: Screen) -> list[dict[str, Any]] | None:
    """Return the first people of a segment; that they were looked at is recorded."""
    if shown.tree is None:
        return None
    found = _first(shown.tree)
    viewed(segment or "segment:new", by=user_of(request), shown=len(found))
    return found


def _first(tree: Group) -> list[dict[str, Any]]:
    readers = compiled(tree).readers().select_related("patient").order_by("family_name", "given_name", "pk")[:SHOWN]
    lines = []
    for reader in readers:
        patient = getattr(reader, "patient", None)
        lines.append(
            {
                "name": str(reader),
                "url": reverse("patients:record", args=[patient.ref]) if patient else "",
                "last_seen_on": patient.last_seen_on if patient else None,
                "kind": reader.get_kind_display(),
                "is_mailed": not may_contact(reader, channel=Channel.EMAIL, purpose=Purpose.OWN_SERVICES),
                "is_posted": not may_contact(reader, channel=Channel.POST, purpose=Purpose.OWN_SERVICES),
            }
        )
    return lines


def _frame(title: str, *, is_inside: bool = False) -> dict[str, Any]:
    trail = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if is_inside:
        trail.append({"url": reverse("segments:list"), "label": _("Segments")})
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "sliders",
        "breadcrumbs_items": [*trail, {"url": "", "label": title}],
    }
