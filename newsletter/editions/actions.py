"""What people do here: begin a letter from another or from a pattern, and put back what was left out of it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from accounts.models import User
from journal.models import Entry
from journal.recording import name_of, record
from newsletter.editions import past, patterns
from newsletter.editions.models import EditionIndexPage, EditionPage, TipPage
from practice import clocks

DOUBLE_CLICK = timedelta(seconds=60)


class NotThere(LookupError):
    """There is no such pattern, or no such block among those that were left out."""


@transaction.atomic
def new_from(*, edition: EditionPage, by: User, day: date | None = None) -> EditionPage:
    """Copy a letter as the draft of the month after it, for its editor to change; a double click makes one.

    What is over by then (events, greetings, tips whose review ran out, words that were taken back) is not in the copy,
    which keeps it among what was left out.

    Args:
        edition: the letter to begin from; its newest published text is copied.
        by: who writes the new one.
        day: the date of the new one; None for the same day of the next month, or today where that has passed.

    Returns:
        The new draft; the one that this person made of it a moment ago, where they clicked twice.
    """
    User.objects.select_for_update().get(pk=by.pk)  # one click of a person after the other
    if (made := _just_made(edition.ref, by)) is not None:
        return made
    day = day or max(_a_month_later(edition.issued_on), clocks.today())
    kept, over = past.parted(edition, day)
    title = date_format(day, "F Y")
    copy: EditionPage = edition.copy(
        update_attrs={
            "title": title,
            "draft_title": title,
            "slug": free_slug(edition.get_parent(), slugify(date_format(day, "F")), day.year),
            "issued_on": day,
            "body": EditionPage._meta.get_field("body").to_python(kept),
            "left_out": [one.as_json() for one in over],
        },
        keep_live=False,
        copy_revisions=False,
        user=by,
    )
    record("edition.copied", subject=copy, by=by, source=edition.ref)
    return copy


@transaction.atomic
def new_of(*, pattern: str, archive: EditionIndexPage, day: date, tip: TipPage | None = None, by: User) -> EditionPage:
    """Begin a letter as one of the patterns; a double click makes one.

    Args:
        pattern: its name, of `patterns.PATTERNS`.
        archive: under which it hangs.
        day: the date of the letter.
        tip: what it tells, where it is known already.
        by: who writes it.

    Returns:
        The draft.

    Raises:
        NotThere: when there is no such pattern.
    """
    if pattern not in patterns.PATTERNS:
        raise NotThere(pattern)
    User.objects.select_for_update().get(pk=by.pk)
    source = f"{pattern}:{tip.pk}" if tip else pattern
    if (made := _just_made(source, by)) is not None:
        return made
    begun = patterns.begun(pattern, day, tip)
    draft = EditionPage(
        title=date_format(day, "F Y"),
        slug=free_slug(archive, slugify(date_format(day, "F")), day.year),
        subject=begun.subject,
        preheader=begun.preheader,
        issued_on=day,
        body=begun.blocks,
        locale=archive.locale,
        live=False,
        owner=by,
    )
    archive.add_child(instance=draft)
    draft.save_revision(user=by, log_action="wagtail.create")
    record("edition.begun", subject=draft, by=by, source=source)
    return draft


@transaction.atomic
def put_back(*, edition: EditionPage, block: str, by: User) -> EditionPage:
    """Put a block that was left out back where it stood; what is there already stays once.

    Args:
        edition: the draft.
        block: the id of the block.
        by: who wants it back.

    Returns:
        The edition as its newest revision now is.

    Raises:
        NotThere: when no such block was left out.
    """
    EditionPage.objects.select_for_update().get(pk=edition.pk)
    written = _newest(edition)
    chosen = next((one for one in written.left_out if one["block"]["id"] == block), None)
    if chosen is None:
        raise NotThere(block)
    blocks: list[dict[str, Any]] = list(written.body.raw_data)
    if all(one["id"] != block for one in blocks):
        blocks.insert(min(chosen["place"], len(blocks)), chosen["block"])
    written.body = EditionPage._meta.get_field("body").to_python(blocks)
    written.left_out = [one for one in written.left_out if one is not chosen]
    _keep(written, by)
    record("edition.put_back", subject=edition, by=by, kind=chosen["block"]["type"])
    return written


@transaction.atomic
def leave_out(*, edition: EditionPage, by: User) -> EditionPage:
    """Let what was left out be gone for good, and return the edition as its newest revision now is."""
    EditionPage.objects.select_for_update().get(pk=edition.pk)
    written = _newest(edition)
    if written.left_out:
        written.left_out = []
        _keep(written, by)
    return written


def day_of_next(editions: QuerySet[EditionPage]) -> date:
    """Return the day of a new letter: a month after the last of `editions`, or today where that has passed."""
    last = editions.order_by("-issued_on").values_list("issued_on", flat=True).first()
    return max(_a_month_later(last), clocks.today()) if last else clocks.today()


def _newest(edition: EditionPage) -> EditionPage:
    revised = EditionPage.objects.get(pk=edition.pk).get_latest_revision_as_object()
    assert isinstance(revised, EditionPage)
    return revised


def _keep(written: EditionPage, by: User) -> None:
    """Save as Wagtail's editor does: a revision, and the row itself while the letter is a draft."""
    if not written.live:
        written.save(clean=False)
    written.save_revision(user=by, log_action=True, clean=False)


def free_slug(parent: Any, wanted: str, year: int) -> str:
    """Return a slug that no letter of a year has under the archive: the wanted one, or with a number behind it."""
    taken = set(EditionPage.objects.child_of(parent).filter(issued_on__year=year).values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _just_made(source: str, by: User) -> EditionPage | None:
    """Return the draft that `by` made from this source within a minute; on a page drawn since, it is that draft."""
    verbs = ("edition.copied", "edition.begun")
    made = Entry.objects.filter(verb__in=verbs, by=name_of(by), at__gt=timezone.now() - DOUBLE_CLICK).first()
    if made is None:
        return None
    ref = made.subject.partition(":")[2]
    is_of_it = source in {ref, made.particulars["source"]}
    found: EditionPage | None = EditionPage.objects.filter(ref=ref).first() if is_of_it else None
    return found


def _a_month_later(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
