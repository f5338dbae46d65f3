"""A year of cases: how many each office sent and when, and what usually becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from home.demo.seed.histories import Desk, History, Rows, born_for
from home.demo.seed.offices import Sender
from home.demo.seed.story import BATCH, Story
from home.demo.seed.texts import texts
from practice.models import Provider
from referral_portal.cases.choices import CallOutcome, CameBy, ConfirmedHow, Ending, Reason, ToothSet, Urgency
from referral_portal.cases.models import Case
from referral_portal.cases.states import Action, CaseState, VisitState

QUIET = timedelta(weeks=9)
SETTLED_BY = timedelta(days=1)  # the youngest ordinary case: anything newer is told by name
REASONS: dict[str, tuple[str, float]] = {
    Reason.ROOT_CANAL: ("root-canal", 40),
    Reason.RETREATMENT: ("root-canal", 9),
    Reason.IMPLANT: ("dental-implants", 20),
    Reason.EXTRACTION: ("surgery", 12),
    Reason.GUM_CARE: ("gums", 13),
    Reason.SECOND_OPINION: ("second-opinion", 6),
}
ROADS = {"straight": 86, "declined": 5, "cancelled": 3, "unreachable": 2, "missed": 3, "withdrawn": 1}
TOOTH_OF_A_CHILD = ("A", "B", "I", "J", "K", "L", "S", "T")
MONTHLY_WEIGHT = {8: 0.45}  # the dip in August


def desk_of(story: Story) -> Desk:
    """Return the practice's desk."""
    staff = story.met["staff"]
    return Desk(staff["rosa"].user, staff["colette"].user, staff["rosa"].works_on)


def tell(story: Story) -> None:
    """Keep every ordinary case, in batches."""
    rows, desk = Rows(), desk_of(story)
    for sender in story.met["senders"]:
        for day in _days(story, sender):
            case = draw(story, sender, day)
            live(History(story, rows, case, sender, desk), story.moment(day))
            rows.write(at_least=BATCH)
    rows.write()


def _days(story: Story, sender: Sender) -> Iterator[date]:
    """Yield the days on which an office sent somebody: growing, gone quiet, new, or steady with a dip in August."""
    last = (story.now - SETTLED_BY).date()
    first = max(story.begins_on, sender.office.added_at.date() + timedelta(days=5))
    if sender.shape == "quiet":
        last = story.today - QUIET
    span = (last - first).days
    wanted = sender.cases * (1 if sender.shape == "new" else story.size.months / 12)
    count = int(wanted) + story.chance(wanted % 1)
    if span < 2:
        return
    for _ in range(count):
        while True:
            throw = story.dice.random()
            offset = throw**0.55 if sender.shape == "growing" else throw
            day = first + timedelta(days=int(offset * span))
            if story.chance(MONTHLY_WEIGHT.get(day.month, 1.0)):
                break
        yield story.practice_day(day, -1)


def draw(story: Story, sender: Sender, day: date, reason: str = "") -> Case:
    """Return somebody's case as an office would send it, not yet sent."""
    names = texts("names")
    reason = reason or story.weighted({key: weight for key, (_, weight) in REASONS.items()})
    slug = REASONS[reason][0]
    is_child = sender.office.name.endswith("Pediatrics")
    case = Case(
        ref=story.ref("JR"),
        office=sender.office,
        referring_doctor=story.pick(sender.doctors),
        author=sender.author,
        came_by=_came_by(story, sender),
        service=story.met["services"][slug],
        location=story.met["location"],
        urgency=story.weighted({Urgency.ROUTINE: 68, Urgency.URGENT: 29, Urgency.EMERGENCY: 3}),
        reason=reason,
        given_name=story.pick(names["women" if story.chance(0.53) else "men"].split()),
        family_name=story.pick(names["family"].split()),
        born=born_for(story, range(6, 12) if is_child else range(19, 86)).isoformat(),
        phone=story.phone(),
        plan=story.weighted({"Delta Dental": 5, "Premera": 3, "Regence": 3, "Self-pay": 2, "": 3}),
        remark=story.pick(texts("cases")["remarks"][reason]),
        alerts=story.weighted({"": 78, "blood-thinner": 8, "anxious": 9, "allergy": 5}),
    )
    if is_child:
        case.responsible_adult = f"{story.pick(names['women'].split())} {case.family_name}, mother"
    if case.service.concerns_a_tooth:
        case.tooth_set = ToothSet.PRIMARY if is_child else ToothSet.PERMANENT
        case.teeth = story.pick(TOOTH_OF_A_CHILD) if is_child else str(story.dice.randrange(1, 33))
    return case


def _came_by(story: Story, sender: Sender) -> str:
    if sender.author is None:
        return story.weighted({CameBy.FAX: 6, CameBy.PHONE: 3})
    return CameBy.PORTAL


def live(history: History, at: datetime) -> None:
    """Tell what became of a case, by the dice; what lies ahead of today is left open."""
    story, case, desk = history.story, history.case, history.desk
    if history.sender.author is None:
        case.author = desk.on(at)
    history.submit(at, case.author)
    road = story.weighted(ROADS)
    wait = {Urgency.EMERGENCY: story.dice.uniform(2, 11), Urgency.URGENT: story.minutes(8, 45, 200)}
    at = story.soon_after(at, wait.get(Urgency(case.urgency), story.minutes(10, 110, 480)))
    history.acknowledge(at, desk.on(at))
    if road == "declined":
        _decline(history, at)
    elif road == "withdrawn":
        history.end(at + timedelta(minutes=1), desk.colette, Action.WITHDRAW, CaseState.ENTERED_IN_ERROR, "Sent twice.")
    else:
        _care(history, at, road)


def _decline(history: History, at: datetime) -> None:
    story = history.story
    reason = story.pick(list(texts("cases")["declines"]))
    advice, alternative = texts("cases")["declines"][reason]
    at = story.soon_after(at, story.dice.uniform(30, 400))
    history.decline(at, story.met["staff"]["okafor"].user, reason, advice, alternative)


def _care(history: History, at: datetime, road: str) -> None:
    story, case, desk = history.story, history.case, history.desk
    provider: Provider = story.pick([one for one in story.met["providers_of"][case.service.slug] if one.accepts_cases])
    if case.service.triages:
        at = story.soon_after(at, story.minutes(10, 60, 300))
        history.accept(at, user_of(provider), provider)
    at = story.soon_after(at, story.minutes(5, 90, 600))
    if road == "unreachable":
        at = _cannot_be_reached(history, at, provider)
    elif story.chance(0.12):
        history.call(at, desk.on(at), CallOutcome.VOICEMAIL)
        at = story.soon_after(at, story.dice.uniform(200, 900))
    history.call(at, desk.on(at), CallOutcome.REACHED, story.pick(texts("cases")["calls"]["notes"]))
    if road == "cancelled":
        _cancel(history, at, provider)
    else:
        at = _visits(history, at, provider, misses=road == "missed")
        _end(history, at, provider)


def user_of(provider: Provider) -> User:
    """Return the account of somebody who treats; in the demo each has one."""
    user = provider.staff_member.user
    assert user is not None
    return user


def _visits(history: History, at: datetime, provider: Provider, *, misses: bool) -> datetime:
    """Book and keep one to three visits; return when the last was over."""
    story, desk = history.story, history.desk
    soon = {Urgency.EMERGENCY: (0, 1), Urgency.URGENT: (1, 5), Urgency.ROUTINE: (3, 18)}[Urgency(history.case.urgency)]
    for visit in range(1 if misses or story.chance(0.6) else story.dice.randrange(2, 4)):
        at = story.soon_after(at, 30) if visit else at + timedelta(minutes=4)
        day = story.days_on(at.date(), story.dice.randint(*soon) + 8 * bool(visit))
        starts_at = max(story.moment(day).replace(minute=story.pick((0, 30))), at + timedelta(hours=1))
        history.book(at, desk.on(at), starts_at, provider)
        at = story.soon_after(starts_at, 70)
        if misses:
            history.settle(at, desk.on(at), VisitState.MISSED)
            at = story.soon_after(at, 400)
            again = story.moment(story.days_on(at.date(), 5)).replace(minute=0)
            history.book(at, desk.on(at), again, provider)
            at = story.soon_after(again, 70)
        history.settle(at, desk.on(at), VisitState.KEPT)
        if visit:
            at = story.soon_after(at, 60)
            history.report(at, user_of(provider), story.pick(texts("cases")["interim"]["texts"]), provider)
    return at


def _end(history: History, at: datetime, provider: Provider) -> None:
    story, desk, author = history.story, history.desk, history.sender.author
    endings: list[dict[str, Any]] = texts("cases")["endings"]
    chosen = story.dice.choices(endings, [one["weight"] for one in endings])[0]
    at = story.soon_after(at, story.dice.uniform(60, 1900))
    by = user_of(provider) if story.chance(0.6) else desk.on(at)
    history.complete(at, by, Ending(chosen["ending"]), story.pick(chosen["texts"]), provider)
    if author is None:
        at = story.soon_after(at, story.dice.uniform(60, 900))
        history.confirm(at, desk.on(at), ConfirmedHow.FAX)
    elif story.chance(0.9):
        history.confirm(story.soon_after(at, story.dice.uniform(20, 1500)), author, ConfirmedHow.PORTAL)
    else:
        history.confirm(at + timedelta(days=30), None, ConfirmedHow.LAPSED)


def _cannot_be_reached(history: History, at: datetime, provider: Provider) -> datetime:
    """Try three times and give up; return when the patient was found after all."""
    story, desk = history.story, history.desk
    history.accept(at, desk.on(at) if not history.case.service.triages else user_of(provider), provider)
    for outcome in (CallOutcome.VOICEMAIL, CallOutcome.TEXT_SENT, CallOutcome.VOICEMAIL):
        history.call(at, desk.on(at), outcome)
        at = story.soon_after(at, 1500)
    history.end(at, desk.on(at), Action.MARK_UNREACHABLE, CaseState.UNREACHABLE)
    at = story.soon_after(at, 1000)
    history.end(at, desk.on(at), Action.FOUND, CaseState.ACCEPTED)
    return at + timedelta(minutes=2)


def _cancel(history: History, at: datetime, provider: Provider) -> None:
    story, desk, reason = history.story, history.desk, "The patient has moved away."
    at += timedelta(minutes=4)
    history.book(at, desk.on(at), story.moment(story.days_on(at.date(), 9)).replace(minute=0), provider)
    at = story.soon_after(at, 500)
    asked_by = history.sender.author or desk.on(at)
    history.end(at, asked_by, Action.REQUEST_CANCEL, CaseState.CANCEL_REQUESTED, reason)
    at = story.soon_after(at, 100)
    history.settle(at, desk.on(at), VisitState.CANCELLED)
    history.end(at, desk.on(at), Action.CONFIRM_CANCEL, CaseState.CANCELLED, reason)
