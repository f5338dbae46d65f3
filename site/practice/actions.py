"""What people do with promises: make one, keep it, open it again, hand it on, write beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from journal.recording import Named, name_of, record
from practice import clocks, duty, policy
from practice.follow_ups import FollowUp, FollowUpContents, FollowUpNote
from practice.models import StaffMember
from vault.keys import keyed_hash


class NobodyHere(Exception):
    """Nobody works here yet who could keep a promise."""


@transaction.atomic
def promise(
    *,
    what: str,
    kind: str = FollowUp.Kind.PROMISE,
    by: Named | str | None,
    concerns: Named | str | None = None,
    said: Mapping[str, Any] | None = None,
    once: str = "",
    owner: StaffMember | None = None,
    due_on: date | None = None,
) -> FollowUp:
    """Promise something: somebody does it by a day.

    Args:
        what: one line for the list, without names or health data.
        kind: a value of FollowUp.Kind.
        by: who made it; "guest:visitor" for a form of the public site.
        concerns: whom, where we know them.
        said: what a visitor wrote, by the names of the form's fields; kept sealed.
        once: the same text makes one promise, ever: for a button that is pressed twice.
        owner: who keeps it; whoever is on duty now by default.
        due_on: by when; the next practice day by default.

    Raises:
        NobodyHere: where nobody is given and nobody works here.
    """
    key = _key(kind, once)
    if standing := promised(kind=kind, once=once):
        return standing
    if owner is None or due_on is None:
        found = duty.on_duty()
        if found is None:
            raise NobodyHere
        owner, due_on = owner or found.owner, due_on or found.due_on
    follow_up = FollowUp(
        what=what, kind=kind, concerns=name_of(concerns), owner=owner, due_on=due_on, made_at=timezone.now(), once=key
    )
    try:
        with transaction.atomic():
            follow_up.save(force_insert=True)
    except IntegrityError:  # the other press of the same button was faster
        return FollowUp.objects.get(once=key)
    if said:
        FollowUpContents.objects.create(follow_up=follow_up, text=json.dumps(dict(said)))
    record("follow_up.made", subject=follow_up, by=by, kind=kind, owner=owner.ref, due_on=due_on.isoformat())
    return follow_up


def promised(*, kind: str, once: str) -> FollowUp | None:
    """Return the promise that was made once for this, kept or not; None where none was made."""
    key = _key(kind, once)
    return FollowUp.objects.filter(once=key).first() if key else None


@transaction.atomic
def hear(
    *,
    follow_up: FollowUp,
    what: str,
    said: Mapping[str, Any],
    at: datetime,
    opens_again: bool,
    by: Named | str | None,
) -> FollowUp:
    """Keep what somebody says by now about what was promised; repeated, it changes nothing.

    Args:
        follow_up: the promise.
        what: its line for the list, without names or health data.
        said: all that was said so far, kept sealed.
        at: when they said the last of it.
        opens_again: whether it asks for more than was done before that.
        by: who said it.
    """
    follow_up = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    contents = FollowUpContents.objects.filter(follow_up=follow_up).first()
    if contents is None:
        FollowUpContents.objects.create(follow_up=follow_up, text=json.dumps(dict(said)))
    elif contents.said != dict(said):
        contents.text = json.dumps(dict(said))
        contents.save(update_fields=["text"])
        record("follow_up.heard", subject=follow_up, by=by)
    if follow_up.what != what:
        follow_up.what = what
        follow_up.save(update_fields=["what"])
    if opens_again and follow_up.done_at is not None and follow_up.done_at < at:
        follow_up.done_at, follow_up.done_by, follow_up.due_on = None, "", clocks.day_of(at)
        follow_up.save(update_fields=["done_at", "done_by", "due_on"])
        record("follow_up.opened_again", subject=follow_up, by=by)
    return follow_up


@transaction.atomic
def settle(*, follow_up: FollowUp, by: User, text: str = "") -> FollowUp:
    """Say that a promise was kept, and what came of it; said twice, the first stands."""
    follow_up = _locked(follow_up, by)
    if text:
        note(follow_up=follow_up, text=text, by=by)
    if follow_up.is_open:
        follow_up.done_at, follow_up.done_by = timezone.now(), name_of(by)
        follow_up.save(update_fields=["done_at", "done_by"])
        record("follow_up.done", subject=follow_up, by=by)
    return follow_up


@transaction.atomic
def open_again(*, follow_up: FollowUp, by: User) -> FollowUp:
    """Take back that a promise was kept."""
    follow_up = _locked(follow_up, by)
    if not follow_up.is_open:
        follow_up.done_at, follow_up.done_by = None, ""
        follow_up.save(update_fields=["done_at", "done_by"])
        record("follow_up.opened_again", subject=follow_up, by=by)
    return follow_up


@transaction.atomic
def assign(*, follow_up: FollowUp, owner: StaffMember, by: User) -> FollowUp:
    """Hand a promise on to a colleague."""
    follow_up = _locked(follow_up, by)
    if follow_up.owner_id != owner.pk:
        follow_up.owner = owner
        follow_up.save(update_fields=["owner"])
        record("follow_up.assigned", subject=follow_up, by=by, owner=owner.ref)
    return follow_up


@transaction.atomic
def move(*, follow_up: FollowUp, due_on: date, by: User) -> FollowUp:
    """Keep a promise on another day."""
    follow_up = _locked(follow_up, by)
    if follow_up.due_on != due_on:
        before, follow_up.due_on = follow_up.due_on, due_on
        follow_up.save(update_fields=["due_on"])
        record("follow_up.moved", subject=follow_up, by=by, before=before.isoformat(), due_on=due_on.isoformat())
    return follow_up


@transaction.atomic
def note(*, follow_up: FollowUp, text: str, by: User) -> FollowUpNote:
    """Write something beside a promise; the same note sent twice in a row is one."""
    follow_up = _locked(follow_up, by)
    last = follow_up.notes.last()
    if last is not None and last.text == text and last.by == name_of(by):
        return last
    written = FollowUpNote.objects.create(follow_up=follow_up, text=text, by=name_of(by))
    record("follow_up.noted", subject=follow_up, by=by)
    return written


def _key(kind: str, once: str) -> str | None:
    return keyed_hash("follow_up.once", f"{kind}\n{once}") if once else None


def _locked(follow_up: FollowUp, by: User) -> FollowUp:
    if not policy.may_handle_follow_ups(by):
        raise PermissionDenied
    return FollowUp.objects.select_for_update(of=("self",)).select_related("owner").get(pk=follow_up.pk)
