"""Friends whom a patient told: that they did and were thanked is theirs; what the friend did is the friend's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.moving import Moves
from patients.records import Kept, Line, Part, Person, Shelf, Step, Tab, Table, day_of, keeper, rows_before
from practice import clocks
from referral_portal.referrals.models import PersonalLink, Referral, ReferralQuerySet
from referral_portal.referrals.states import ReferralState


def told_by(person: Person) -> ReferralQuerySet:
    """Return the times that they told a friend."""
    rows = Referral.objects.filter(referrer__in=person.readers, told_at__isnull=False)
    return rows.exclude(state=ReferralState.VOID)


def thanked(referral: Referral) -> str:
    """Return whether and how they were thanked."""
    if referral.thanked_at:
        day = date_format(clocks.local(referral.thanked_at), "M j, Y")
        return _("thanked %(day)s, %(how)s") % {"day": day, "how": referral.get_thanked_how_display()}
    return _("thank-you due") if referral.thanks_due_at else ""


def _lines(person: Person, before: datetime | None, limit: int) -> Iterable[Line]:
    for one in rows_before(told_by(person), "told_at", before, limit):
        how = one.get_source_display()
        if one.told_at is not None:
            yield Line(
                one.told_at,
                Tab.REFERRALS,
                "gw-heart",
                _("Told a friend"),
                " · ".join(filter(None, [how, thanked(one)])),
            )


def export(person: Person) -> Iterable[Table]:
    """Hand over when they told a friend and how we thanked them; of the friend only the name that they typed."""
    yield Table(
        "friends told",
        ["reference", "on", "how", "name you typed", "thanked"],
        [[one.ref, day_of(one.told_at), one.source, one.shown_name, day_of(one.thanked_at)] for one in told_by(person)],
    )
    links = PersonalLink.objects.filter(reader__in=person.readers)
    yield Table("personal link", ["address"], [[link.url] for link in links])


def erase(person: Person) -> Iterable[Part]:
    """Tell of their link and the names that they typed; that a friend asked us stays the friend's."""
    links = PersonalLink.objects.filter(reader__in=person.readers)
    named = [one for one in Referral.objects.filter(referrer__in=person.readers) if one.told_name]
    yield Part(
        _("Own link, and names of friends that they typed"),
        Kept.GOES,
        links.count() + len(named),
        lambda: _forget(person),
    )


def _forget(person: Person) -> None:
    PersonalLink.objects.filter(reader__in=person.readers).delete()
    for one in Referral.objects.filter(referrer__in=person.readers):
        if one.told_name:
            one.told_name, one.told_name_erased_at = "", timezone.now()
            one.save(update_fields=["told_name", "told_name_erased_at"])


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Move referrals and, where the other has none, the link; two of one day by link stay where each was told."""
    ours, theirs = into.patient.reader_id, gone.patient.reader_id
    days = Referral.objects.filter(referrer=ours, source=Referral.Source.LINK).values("told_on")
    twice = Referral.objects.filter(referrer=theirs, source=Referral.Source.LINK, told_on__in=days)
    kept = list(twice.values_list("pk", flat=True))
    moves.move(Referral.objects.filter(referrer=theirs).exclude(pk__in=kept), "referrer", ours)
    if not PersonalLink.objects.filter(reader=ours).exists():
        moves.move(PersonalLink.objects.filter(reader=theirs), "reader", ours)


def next_step(person: Person) -> Step | None:
    """Return the thank-you that is due."""
    one = Referral.objects.filter(referrer__in=person.readers).thanks_due().order_by("thanks_due_at").first()
    if one is None or one.thanks_due_at is None:
        return None
    due = clocks.local(one.thanks_due_at)
    who = one.assignee.name if one.assignee else ""
    url = reverse("inbox:item", args=[one.ref])
    return Step(_("Thank them for telling a friend"), who, date_format(due, "M j"), url, _("Open"), due.date())


keeper(
    "referrals.told",
    models=("referrals.Referral", "referrals.PersonalLink"),
    show=(Shelf(Tab.REFERRALS, lambda person: told_by(person).count(), _lines),),
    export=export,
    erase=erase,
    merge=merge,
    next_step=next_step,
)
