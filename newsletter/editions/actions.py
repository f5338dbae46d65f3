"""What people do here: begin a letter from another."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify

from accounts.models import User
from journal.models import Entry
from journal.recording import name_of, record
from newsletter.editions.models import EditionPage
from practice import clocks

DOUBLE_CLICK = timedelta(seconds=60)


@transaction.atomic
def new_from(*, edition: EditionPage, by: User) -> EditionPage:
    """Copy a letter as the draft of the month after it, for its editor to change; a double click makes one.

    Args:
        edition: the letter to begin from; its newest published text is copied.
        by: who writes the new one.

    Returns:
        The new draft, dated the same day of the next month, or today where that has passed; the one that this person
        made of it a moment ago, where they clicked twice.
    """
    User.objects.select_for_update().get(pk=by.pk)  # one click of a person after the other
    if (made := _just_made(edition, by)) is not None:
        return made
    day = max(_a_month_later(edition.issued_on), clocks.today())
    month = date_format(day, "F")
    parent = edition.get_parent()
    slug, number = slugify(month), 1
    taken = set(EditionPage.objects.child_of(parent).filter(issued_on__year=day.year).values_list("slug", flat=True))
    while slug in taken:
        number += 1
        slug = f"{slugify(month)}-{number}"
    title = date_format(day, "F Y")
    copy: EditionPage = edition.copy(
        update_attrs={"title": title, "draft_title": title, "slug": slug, "issued_on": day},
        keep_live=False,
        copy_revisions=False,
        user=by,
    )
    record("edition.copied", subject=copy, by=by, source=edition.ref)
    return copy


def _just_made(edition: EditionPage, by: User) -> EditionPage | None:
    """Return the draft that `by` copied from this letter within a minute; on a page drawn since, it is that draft."""
    copied = Entry.objects.filter(verb="edition.copied", by=name_of(by), at__gt=timezone.now() - DOUBLE_CLICK).first()
    if copied is None:
        return None
    ref = copied.subject.partition(":")[2]
    is_of_it = edition.ref in {ref, copied.particulars["source"]}
    found: EditionPage | None = EditionPage.objects.filter(ref=ref).first() if is_of_it else None
    return found


def _a_month_later(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
