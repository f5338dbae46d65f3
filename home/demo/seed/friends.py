"""Patients tell friends: links, what became of the friends, and thank-yous within two practice days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from home.demo.seed.sent import desk_of
from home.demo.seed.story import BATCH, Story
from home.demo.seed.texts import texts
from journal.recording import name_of
from patients.models import Patient
from referral_portal.referrals.models import CONSENT_WORDING, PersonalLink, Referral
from referral_portal.referrals.states import DAYS_KEPT, ReferralState

SHARE = 64 / 300
MARGARETS_CODE = "8K3VT2QX"
KEPT = timedelta(days=DAYS_KEPT)
ENDS: dict[ReferralState, float] = {
    ReferralState.ATTENDED: 46,
    ReferralState.CREATED: 30,
    ReferralState.NO_ANSWER: 8,
    ReferralState.BOOKED: 6,
    ReferralState.OPTED_OUT: 4,
    ReferralState.EXISTING_PATIENT: 6,
}


class Friends:
    """What the chapter keeps while it is told: everybody's link, who told when, and rows that wait to be written."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.links: dict[int, PersonalLink] = {}
        self.told_by: set[tuple[int, date]] = set()
        self.count = 0
        self._new_links: list[PersonalLink] = []
        self._rows: list[Referral] = []

    def link_of(self, patient: Patient, at: datetime) -> PersonalLink:
        """Return the patient's own link, made at its first use."""
        if patient.reader_id not in self.links:
            link = PersonalLink(reader=patient.reader, code=self.story.code("link"), made_at=at)
            self.links[patient.reader_id] = link
            self._new_links.append(link)
        return self.links[patient.reader_id]

    def keep(self, referral: Referral) -> None:
        """Keep a referral; a batch is written at once."""
        assert referral.told_on is not None
        self.told_by.add((referral.referrer_id, referral.told_on))
        self._rows.append(referral)
        self.count += 1
        if len(self._rows) >= BATCH:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        PersonalLink.objects.bulk_create(self._new_links)
        Referral.objects.bulk_create(self._rows)
        self._new_links.clear()
        self._rows.clear()


def tell(story: Story) -> None:
    """Keep the referrals of the year, Margaret's three first."""
    wanted = max(4, round(SHARE * story.size.patients * story.size.months / 12))
    friends = Friends(story)
    _known(friends)
    grown_up = story.today - timedelta(days=18 * 366)
    tellers = [one for one in story.met["referrers"] if one.born_on < grown_up and one.status == Patient.Status.ACTIVE]
    while wanted > friends.count:
        patient = story.pick(tellers)
        told_at = story.moment(story.practice_day(_day(story), -1))
        if (patient.reader_id, told_at.date()) not in friends.told_by and told_at <= story.now:
            friends.keep(_told(friends, patient, told_at, end=story.weighted(ENDS)))
    friends.write()


def _day(story: Story) -> date:
    """Return a day of the year: more of them in the week after a letter, fewer in August."""
    while True:
        day = story.begins_on + timedelta(days=story.dice.randrange((story.today - story.begins_on).days))
        after_letter = day.day <= 9
        if story.chance((1.0 if after_letter else 0.45) * (0.5 if day.month == 8 else 1.0)):
            return day


def _known(friends: Friends) -> None:
    """Let Margaret have told three friends, the last of them Ruth; and Eleanor one."""
    story = friends.story
    margaret, eleanor = (story.met["patients"][name] for name in ("Margaret Ellison", "Eleanor Price"))
    friends.link_of(margaret, story.now - timedelta(days=400)).code = MARGARETS_CODE
    earlier = [story.practice_day(story.today - timedelta(days=days), -1) for days in (250, 112)]
    lately = story.days_on(story.practice_day(story.today, -1), -1)
    came = _told(friends, margaret, story.at(earlier[0], 9, 20), end=ReferralState.ATTENDED, may_tell=False)
    friends.keep(came)
    friends.keep(_told(friends, margaret, story.at(earlier[1], 16, 5), end=ReferralState.CREATED))
    ruth = _told(friends, margaret, story.at(lately, 10, 10), end=ReferralState.CONTACT_AGREED)
    ruth.friend_name, ruth.friend_contact, ruth.good_times = "Ruth Castellano", "+13605550177", "afternoons"
    friends.keep(ruth)
    friends.keep(_told(friends, eleanor, story.at(lately, 15, 40), end=ReferralState.CREATED))


def _told(
    friends: Friends, patient: Patient, told_at: datetime, *, end: ReferralState, may_tell: bool | None = None
) -> Referral:
    story, reader = friends.story, patient.reader
    friends.link_of(patient, told_at)
    due = story.at(story.days_on(told_at.date(), 2), 17)
    referral = Referral(
        ref=story.ref("RF"),
        referrer=reader,
        source=Referral.Source.LINK,
        state=ReferralState.CREATED,
        told_at=told_at,
        told_on=told_at.date(),
        thanks_due_at=due,
        made_at=told_at,
    )
    _entry(story, referral, "referral.told", told_at, f"reader:{reader.ref}", about=patient.journal_name, source="link")
    referral.may_tell_referrer = story.chance(0.4) if may_tell is None else may_tell
    if end is not ReferralState.CREATED:
        _friend(story, referral, told_at + timedelta(hours=story.dice.uniform(1, 30)), end)
    elif told_at + KEPT < story.now:
        _erase(referral, told_at + KEPT, ReferralState.EXPIRED)
        _entry(story, referral, "referral.expired", told_at + KEPT, "system:goodword")
    _thank(story, referral, patient)
    return referral


def _friend(story: Story, referral: Referral, agreed_at: datetime, end: ReferralState) -> None:
    """Let the friend agree, and go as far towards `end` as today allows."""
    if agreed_at > story.now:
        return
    names = texts("names")
    referral.friend_name = f"{story.pick(names['women'].split())} {story.pick(names['family'].split())}"
    referral.friend_contact = f"+136055501{story.dice.randrange(100):02d}"
    referral.reach_by = story.weighted({"call": 6, "text": 3, "email": 1})
    referral.agreed_at, referral.wording_version = agreed_at, CONSENT_WORDING
    referral.call_by = story.at(story.days_on(agreed_at.date(), 1), 17)
    referral.state = ReferralState.CONTACT_AGREED
    _entry(story, referral, "referral.agreed", agreed_at, "guest:friend", may_tell=referral.may_tell_referrer)
    if end is ReferralState.CONTACT_AGREED:
        return
    at = story.soon_after(agreed_at, story.dice.uniform(40, 500))
    by = desk_of(story).on(at)
    if end in {ReferralState.NO_ANSWER, ReferralState.OPTED_OUT, ReferralState.EXISTING_PATIENT}:
        verbs = {
            ReferralState.NO_ANSWER: "referral.unanswered",
            ReferralState.OPTED_OUT: "referral.opted_out",
            ReferralState.EXISTING_PATIENT: "referral.existing",
        }
        if at <= story.now:
            referral.state = end
            _entry(story, referral, verbs[end], at, by)
        if referral.state is ReferralState.OPTED_OUT or (end is ReferralState.NO_ANSWER and at + KEPT < story.now):
            _erase(referral, at, ReferralState.OPTED_OUT if end is ReferralState.OPTED_OUT else ReferralState.EXPIRED)
        return
    _comes(story, referral, at, by, is_kept=end is ReferralState.ATTENDED)


def _comes(story: Story, referral: Referral, at: datetime, by: User, *, is_kept: bool) -> None:
    if at > story.now:
        return
    referral.state, referral.contacted_at = ReferralState.CONTACTED, at
    _entry(story, referral, "referral.contacted", at, by, outcome="reached")
    at += timedelta(minutes=6)
    if at > story.now:
        return
    visit = story.moment(story.days_on(at.date(), story.dice.randint(3, 15))).replace(minute=0)
    referral.state, referral.visit_at = ReferralState.BOOKED, visit
    _entry(story, referral, "referral.booked", at, by)
    after = story.soon_after(visit, 70)
    if is_kept and after <= story.now:
        referral.state, referral.attended_at = ReferralState.ATTENDED, after
        _entry(story, referral, "referral.attended", after, by, may_tell=referral.may_tell_referrer)


def _thank(story: Story, referral: Referral, patient: Patient) -> None:
    """Thank within two practice days, whatever came of it; the newest still wait."""
    assert referral.told_at is not None
    at = story.soon_after(referral.told_at, story.dice.uniform(300, 1000))
    if referral.told_at.date() >= story.days_on(story.practice_day(story.today, -1), -2):
        return
    by = desk_of(story).on(at)
    referral.thanked_at, referral.thanked_by = at, name_of(by)
    referral.thanked_name, referral.thanked_how = by.get_full_name(), story.weighted({"card": 7, "call": 2, "note": 1})
    _entry(story, referral, "referral.thanked", at, by, about=patient.journal_name, how=referral.thanked_how)


def _erase(referral: Referral, at: datetime, state: ReferralState) -> None:
    referral.state, referral.erased_at = state, at
    referral.friend_name = referral.friend_contact = referral.good_times = ""


def _entry(story: Story, referral: Referral, verb: str, at: datetime, by: User | str, **more: Any) -> None:
    story.entry(verb, f"referral:{referral.ref}", by=name_of(by), at=at, **more)
    referral.version += 1
