"""The owner's week: one sentence, five figures with their thirteen weeks, at most three decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, TaskState

from accounts.models import User
from home import weeks
from home.sparks import Spark, spark
from home.weeks import SHOWN, WEEK, Counts, Weeks
from newsletter.campaigns.letter_task import LetterApproval
from practice import phones
from referral_portal.cases.models import Case
from referral_portal.offices.models import Office

FEWEST_FOR_A_SHARE = 10
DECISIONS = 3
YEAR, QUIET = timedelta(days=365), timedelta(weeks=8)
FEWEST_OF_A_REGULAR = 6  # cases in a year
QUARTILE = (SHOWN - 1) // 4  # of the weeks before this one
SMALLEST_SPAN = 20  # percentage points that fill the height of a line


@dataclass(frozen=True)
class Figure:
    """One figure of the owner's five: this week's, or the share of a quarter, and what it was before."""

    label: str | Promise
    now: str
    beside: str
    spark: Spark


@dataclass(frozen=True)
class Decision:
    """Something that only a person can decide, with where that is done; `url` may be a phone number's."""

    title: str
    words: str
    label: str
    url: str


@dataclass(frozen=True)
class Quiet:
    """An office that used to send patients, and does not."""

    name: str
    phone: str
    sent: int
    weeks: int


def owners(user: User, now: datetime) -> dict[str, Any]:
    """Return what the owner reads in thirty seconds."""
    counted, quiet = weeks.counted(now), quiet_offices(now)
    return {
        "sentence": sentence(counted, len(quiet)),
        "figures": figures(counted),
        "decisions": [*_late(now), *_handed_in(user), *_gone_quiet(quiet)][:DECISIONS],
    }


def sentence(counted: Weeks, quiet: int) -> str:
    """Return the week in one sentence; "" where nothing has happened yet.

    Args:
        counted: the weeks.
        quiet: how many offices have gone quiet.
    """
    if counted.are_empty:
        return ""
    counts = counted.new if any(counted.new) else counted.cases
    parts = _who_came(counted) if any(counted.new) else _what_came(counted)
    said = ", ".join(parts)
    if quiet:
        gone = ngettext("one office has gone quiet", "%(n)d offices have gone quiet", quiet) % {"n": quiet}
        said = gettext("%(parts)s, and %(last)s") % {"parts": said, "last": gone}
    return gettext("%(tone)s: %(said)s.") % {"tone": _tone(counts), "said": said}


def _who_came(counted: Weeks) -> Iterator[str]:
    new, sent = counted.new[-1], counted.new_by_office[-1]
    if not new:
        yield gettext("no new patient")
        return
    yield ngettext("one new patient", "%(n)d new patients", new) % {"n": new}
    if sent == new:
        yield ngettext("sent by an office", "all sent by offices", new)
    elif sent:
        yield ngettext("one of them sent by an office", "%(n)d of them sent by an office", sent) % {"n": sent}


def _what_came(counted: Weeks) -> Iterator[str]:
    came = counted.cases[-1]
    yield (
        ngettext("one referral came in", "%(n)d referrals came in", came) % {"n": came}
        if came
        else gettext("no referral came in")
    )


def _tone(counts: Counts) -> str:
    """Return what kind of week it was beside the twelve before; nothing is said of weeks with next to nothing."""
    *before, now = counts[-SHOWN:]
    usual = sorted(before)
    if sum(usual) < len(usual):
        return gettext("This week")
    if now > usual[-1 - QUARTILE]:
        return gettext("A good week")
    return gettext("A quiet week") if now < usual[QUARTILE] else gettext("A week like others")


def figures(counted: Weeks) -> list[Figure]:
    """Return the five, without those that would be counted from too little."""
    found = [
        _count(_("New patients"), counted.new),
        _count(_("Cases"), counted.cases),
        _share(_("Acknowledged in time"), counted.in_time, counted.acknowledged),
        _share(_("Loops closed"), counted.closed, counted.ended),
        _count(_("Friends told"), counted.told),
    ]
    return [figure for figure in found if figure is not None]


def _count(label: str | Promise, counts: Counts) -> Figure | None:
    shown = counts[-SHOWN:]
    if not any(shown):
        return None
    usual = gettext("usually %(n)s") % {"n": f"{sum(shown[:-1]) / (SHOWN - 1):.1f}".removesuffix(".0")}
    return Figure(label, str(shown[-1]), usual, spark(shown, words=_read(map(str, shown)), smallest_span=4))


def _share(label: str | Promise, good: Counts, of: Counts) -> Figure | None:
    """Return a share of the quarter up to each week; a week's own would be counted from too few."""
    quarters = [(sum(good[end - SHOWN : end]), sum(of[end - SHOWN : end])) for end in range(SHOWN, len(of) + 1)]
    shown = [percent(part, whole) for part, whole in quarters]
    if shown[-1] is None:
        return None
    part, whole = quarters[-1]
    read = _read(gettext("too few") if value is None else f"{value}%" for value in shown)
    beside = gettext("%(part)d of %(whole)d in %(n)d weeks") % {"part": part, "whole": whole, "n": SHOWN}
    line = spark(shown, words=read, smallest_span=SMALLEST_SPAN, from_zero=False)
    return Figure(label, f"{shown[-1]}%", beside, line)


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent from ten on, None where there are too few."""
    return round(100 * part / whole) if whole >= FEWEST_FOR_A_SHARE else None


def _read(values: Iterable[str]) -> str:
    return gettext("%(n)d weeks, the oldest first: %(values)s") % {"n": SHOWN, "values": ", ".join(values)}


def _late(now: datetime) -> Iterator[Decision]:
    number = Case.objects.overdue(now).count()
    if number:
        title = ngettext("%(n)d referral is past its promise", "%(n)d referrals are past their promise", number)
        words = gettext("No acknowledgement went out in time.")
        yield Decision(title % {"n": number}, words, gettext("Open"), reverse("inbox:list"))


def _handed_in(user: User) -> Iterator[Decision]:
    for state in TaskState.objects.reviewable_by(user).select_related("workflow_state")[:DECISIONS]:
        page = state.workflow_state.content_object
        if isinstance(page, Page):
            words, url = gettext("It waits for a second pair of eyes."), "wagtailadmin_pages:edit"
            if isinstance(state.task.specific, LetterApproval):
                words, url = gettext("It waits for your approval."), "newsletters:approval"
            yield Decision(page.get_admin_display_title(), words, gettext("Read it"), reverse(url, args=[page.pk]))


def quiet_offices(now: datetime) -> list[Quiet]:
    """Return offices that sent patients regularly and have not for eight weeks, the most missed first."""
    year = Case.objects.filter(submitted_at__gte=now - YEAR, office__status=Office.Status.ACTIVE)
    offices = year.values("office__name", "office__phone").annotate(sent=Count("pk"), last=Max("submitted_at"))
    return [
        Quiet(row["office__name"], row["office__phone"], row["sent"], (now - row["last"]) // WEEK)
        for row in offices.filter(sent__gte=FEWEST_OF_A_REGULAR, last__lt=now - QUIET).order_by("-sent", "office__name")
    ]


def _gone_quiet(quiet: Sequence[Quiet]) -> Iterator[Decision]:
    for office in quiet[:1]:
        title = gettext("%(office)s: quiet for %(n)d weeks") % {"office": office.name, "n": office.weeks}
        words = gettext("It sent %(n)d referrals in the last twelve months.") % {"n": office.sent}
        yield Decision(title, words, gettext("Call"), phones.uri(office.phone))
