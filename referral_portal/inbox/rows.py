"""The lines of the work list, most urgent first, each with its promise in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from practice import clocks
from practice.durations import in_words
from practice.models import StaffMember
from referral_portal.cases.choices import Urgency
from referral_portal.cases.models import Case, CaseQuerySet
from referral_portal.cases.stages import next_of, tag_of
from referral_portal.cases.states import CaseState
from referral_portal.inbox import piles
from referral_portal.inbox.piles import Pile
from referral_portal.referrals import states as referral_states
from referral_portal.referrals.models import Referral, ReferralQuerySet
from referral_portal.referrals.states import ReferralState

MOST = 50
ADULT = 18
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Tag:
    """One word beside the name, never by color alone."""

    label: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Row:
    """One line: who, what, by when, whose."""

    ref: str
    kind: str
    name: str
    what: str
    due: str
    due_tone: str
    due_icon: str
    tag: Tag | None
    owner: str
    initials: str
    status: str
    order: tuple[int, float]


def of_pile(pile: Pile, mine: list[int]) -> list[Row]:
    """Return the lines of one view."""
    cases, referrals = piles.in_pile(pile, mine)
    return _rows(piles.cases().filter(cases), piles.referrals().filter(referrals), pile)


def of_search(text: str) -> list[Row]:
    """Return the lines that a search finds, in whatever pile."""
    cases, referrals = piles.searched(text)
    return _rows(cases, referrals, None)


def _rows(cases: CaseQuerySet, referrals: ReferralQuerySet, pile: Pile | None) -> list[Row]:
    newest_first = pile is Pile.DONE or pile is None
    case_order = ["-changed_at"] if newest_first else ["acknowledge_by", "changed_at"]
    referral_order = ["-made_at"] if newest_first else ["call_by", "made_at"]
    found_cases = (
        cases.select_related("office", "location__practice", "assignee", "provider", "service", "referring_doctor")
        .prefetch_related("appointments__provider", "messages")
        .order_by(*case_order)[:MOST]
    )
    found_referrals = referrals.select_related("referrer", "assignee").order_by(*referral_order)[:MOST]
    now = timezone.now()
    rows = [_of_case(case, now, newest_first=newest_first) for case in found_cases]
    rows += [_of_referral(referral, pile, now, newest_first=newest_first) for referral in found_referrals]
    return sorted(rows, key=lambda row: row.order)[:MOST]


def _of_case(case: Case, now: datetime, *, newest_first: bool) -> Row:
    due, tone = _due_of_case(case, now)
    rank = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1}.get(Urgency(case.urgency), 2)
    if case.correction_unseen:
        rank = min(rank, 1)
    moment = case.acknowledge_by if case.state is CaseState.SUBMITTED else case.changed_at
    order = (0, -case.changed_at.timestamp()) if newest_first else (rank, (moment or case.created_at).timestamp())
    return Row(
        ref=case.ref,
        kind="case",
        name=case.name or case.ref,
        what=" · ".join(part for part in (str(case.get_reason_display()), case.office.name) if part),
        due=due,
        due_tone=tone,
        due_icon="view" if case.correction_unseen else "time",
        tag=_tag_of_case(case, now),
        owner=case.assignee.name if case.assignee else _("Nobody yet"),
        initials=initials(case.assignee),
        status=case.status,
        order=order,
    )


def _due_of_case(case: Case, now: datetime) -> tuple[str, str]:
    if case.state is not CaseState.SUBMITTED or case.acknowledge_by is None:
        following = next_of(case, for_="staff")
        return following.title, "warn" if case.correction_unseen else ""
    if case.is_overdue:
        return _("Acknowledge: %(time)s past the promise") % {"time": in_words(now - case.acknowledge_by)}, "bad"
    when = near(case.acknowledge_by, now, case)
    if case.acknowledge_by - now < SOON:
        return _("Acknowledge now: promised by %(time)s") % {"time": when}, "bad"
    return _("Acknowledge by %(time)s") % {"time": when}, ""


def _tag_of_case(case: Case, now: datetime) -> Tag | None:
    if case.urgency == Urgency.EMERGENCY and case.is_open:
        return Tag(_("Emergency"), "bad", "warning")
    if case.is_overdue:
        return Tag(_("Late"), "bad", "time")
    if case.correction_unseen:
        return Tag(_("Correction"), "warn", "gw-flag")
    age = case.age_on(clocks.day_of(now))
    if age is not None and age < ADULT:
        return Tag(_("Under 18"), "info", "user")
    if case.urgency == Urgency.URGENT and case.state is CaseState.SUBMITTED:
        return Tag(_("Within a week"), "warn", "time")
    if case.state is CaseState.SUBMITTED:
        return None
    return Tag(tag_of(case, "staff").label)


def _of_referral(referral: Referral, pile: Pile | None, now: datetime, *, newest_first: bool) -> Row:
    thanks = pile is Pile.THANKS or (pile is None and not referral.friend_name)
    by = referral.thanks_due_at if thanks else referral.call_by
    late = by is not None and by < now
    moment = by or referral.made_at
    return Row(
        ref=referral.ref,
        kind="referral",
        name=str(referral.referrer) if thanks else (referral.friend_name or _("A friend")),
        what=_what_of_referral(referral, thanks=thanks),
        due=_due_of_referral(referral, now, thanks=thanks),
        due_tone="bad" if late and (thanks or referral.state in referral_states.WAITING_FOR_A_CALL) else "",
        due_icon="gw-heart" if thanks else "gw-phone",
        tag=Tag(_("Thank") if thanks else _("Friend"), "", "gw-heart"),
        owner=referral.assignee.name if referral.assignee else _("Nobody yet"),
        initials=initials(referral.assignee),
        status=referral.state,
        order=(0, -referral.made_at.timestamp()) if newest_first else (2, moment.timestamp()),
    )


def _what_of_referral(referral: Referral, *, thanks: bool) -> str:
    if thanks:
        return _("Put in a good word for us")
    if referral.source == Referral.Source.NAMED:
        return _("%(state)s · named by a patient") % {"state": referral.get_state_display()}
    return _("%(state)s · came through a friend's link") % {"state": referral.get_state_display()}


def _due_of_referral(referral: Referral, now: datetime, *, thanks: bool) -> str:
    if thanks:
        if referral.thanked_at:
            return _("Thanked on %(day)s") % {"day": formats.date_format(clocks.local(referral.thanked_at), "M j")}
        return _("Thank by %(time)s") % {"time": near(referral.thanks_due_at or now, now)}
    if referral.state == ReferralState.BOOKED and referral.visit_at:
        return _("First visit %(time)s") % {"time": near(referral.visit_at, now)}
    if referral.state in {ReferralState.CONTACT_AGREED, ReferralState.NAMED} and referral.call_by:
        return _("Call by %(time)s") % {"time": near(referral.call_by, now)}
    return str(referral.get_state_display())


def initials(member: StaffMember | None) -> str:
    """Return up to two letters for somebody, or a dash for nobody."""
    words = [word for word in member.name.split() if not word.endswith(".")] if member else []
    return "".join(word[0] for word in words[:2]).upper() or "-"


def near(moment: datetime, now: datetime, case: Case | None = None) -> str:
    """Return a moment as people say it: "9:42 AM" today, "tomorrow 9:05 AM", else with its date."""
    zone = case.location.zone if case else clocks.zone()
    local, today = timezone.localtime(moment, zone), timezone.localtime(now, zone).date()
    clock = formats.date_format(local, "g:i A")
    if local.date() == today:
        return clock
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(clock)s") % {"clock": clock}
    return formats.date_format(local, "D, M j, g:i A")
