"""What people do with segments: save, change, copy, put away, take out again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import may
from journal.recording import name_of, record
from patients.models import Segment
from patients.segments.saved import saved
from patients.segments.tree import Group, parse

LONGEST_NAME = 80


class Unnamed(ValueError):
    """A name that cannot stand; the text says why, in plain words."""


class Stale(Exception):
    """Somebody else changed the segment since it was opened; `now` is how it stands."""

    def __init__(self, now: Segment) -> None:
        self.now = now
        super().__init__(f"{now.ref} has changed.")


class Fixed(ValueError):
    """A segment that came with the house stands as it is."""


@transaction.atomic
def make(*, name: str, tree: Any, by: User) -> Segment:
    """Save a new segment.

    Args:
        name: what people call it; no other segment has it.
        tree: as JSON.
        by: who saves.

    Raises:
        PermissionDenied: when `by` may not edit segments, or asks about health without the right.
        Unnamed: when the name is missing, too long or taken.
        tree.Broken: when the tree cannot be asked.
    """
    asked = _checked(tree, by)
    segment = Segment(name=_named(name), tree=asked.as_json(), is_clinical=asked.is_clinical, made_by=name_of(by))
    _keep(segment)
    record("segment.made", subject=segment, by=by, clinical=segment.is_clinical)
    return segment


@transaction.atomic
def change(*, segment: Segment, version: int, name: str, tree: Any, by: User) -> Segment:
    """Change a segment's name or question.

    Args:
        version: the one that was opened.

    Raises:
        Fixed: when it came with the house.
        Stale: when it has another version now.
        PermissionDenied, Unnamed, tree.Broken: as `make`.
    """
    asked = _checked(tree, by)
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.ready_made:
        raise Fixed(segment.ref)
    _demand_clinical(segment.is_clinical, by)
    if segment.version != version:
        raise Stale(segment)
    if segment.name == name.strip() and segment.tree == asked.as_json():
        return segment
    segment.name, segment.tree, segment.is_clinical = _named(name), asked.as_json(), asked.is_clinical
    segment.version += 1
    segment.changed_at = timezone.now()
    _keep(segment)
    record("segment.changed", subject=segment, by=by, version=segment.version, clinical=segment.is_clinical)
    return segment


def copy(*, name: str, tree: Any, by: User) -> Segment:
    """Save the tree under a new name that follows from `name`, with a number behind it where that is taken.

    Raises:
        PermissionDenied, Unnamed, tree.Broken: as `make`.
    """
    for number in range(1, 1000):
        behind = _(" (copy)") if number == 1 else _(" (copy %(n)d)") % {"n": number}
        free = _named(name)[: LONGEST_NAME - len(behind)] + behind
        if not Segment.objects.filter(name__iexact=free).exists():
            return make(name=free, tree=tree, by=by)
    raise Unnamed(_("Give it another name."))


@transaction.atomic
def archive(*, segment: Segment, by: User) -> Segment:
    """Put a segment away: it can no longer be chosen; what was sent to it still names it.

    Raises:
        Fixed: when it came with the house.
        PermissionDenied: when `by` may not edit segments.
    """
    return _put(segment, by, is_away=True)


@transaction.atomic
def restore(*, segment: Segment, by: User) -> Segment:
    """Take a segment out again.

    Raises:
        PermissionDenied: when `by` may not edit segments.
    """
    return _put(segment, by, is_away=False)


def _put(segment: Segment, by: User, *, is_away: bool) -> Segment:
    _demand(may(by, "segments.edit"))
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.ready_made:
        raise Fixed(segment.ref)
    if bool(segment.archived_at) != is_away:
        segment.archived_at = timezone.now() if is_away else None
        segment.save(update_fields=["archived_at"])
        record("segment.archived" if is_away else "segment.restored", subject=segment, by=by)
    return segment


def _checked(tree: Any, by: User) -> Group:
    _demand(may(by, "segments.edit"))
    asked = parse(tree)
    _demand_clinical(asked.is_clinical, by)
    return asked


def _demand_clinical(is_clinical: bool, by: User) -> None:
    _demand(not is_clinical or may(by, "segments.clinical"))


def _demand(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Unnamed(_("Give it a name."))
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Unnamed(_("A name has %(n)d characters at most.") % {"n": LONGEST_NAME})
    return name


def _keep(segment: Segment) -> None:
    ready = {str(saved(one).label).lower() for one in Segment.objects.exclude(ready_made="").exclude(pk=segment.pk)}
    taken = Unnamed(_("Another segment has this name already."))
    if segment.name.lower() in ready:
        raise taken
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:
        raise taken from None
