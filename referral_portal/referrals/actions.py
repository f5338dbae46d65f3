"""What people do when a patient tells a friend: one function per verb."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.recording import Named, name_of, record
from patients.models import Reader, ReaderQuerySet
from practice.models import Location, StaffMember
from referral_portal.referrals import policy, states
from referral_portal.referrals.models import (
    CONSENT_WORDING,
    ContactAttempt,
    PersonalLink,
    Referral,
    fresh_code,
    normal_contact,
)
from referral_portal.referrals.policy import Refused, Stale
from referral_portal.referrals.states import Action, Actor, ReferralState
from vault import refs
from vault.fields import blind

GUEST = "guest:friend"
THANKS_WITHIN_DAYS, CALL_WITHIN_DAYS = 2, 1


@transaction.atomic
def create_link(*, reader: Reader, by: Named | str | None) -> PersonalLink:
    """Give `reader` their own link, once for ever.

    Raises:
        Refused: when the programme is not for them (portal.md: nobody under 18).
    """
    found = PersonalLink.objects.filter(reader=reader).first()
    if found is not None:
        return found
    _demand(policy.may_refer(reader), _("This is not open to you."))
    try:
        with transaction.atomic():
            link = PersonalLink.objects.create(reader=reader, code=fresh_code())
    except IntegrityError:
        return PersonalLink.objects.get(reader=reader)
    record("link.made", subject=link, by=by)
    return link


@transaction.atomic
def create_links(*, readers: ReaderQuerySet) -> int:
    """Give every one of `readers` who has none a link of their own; return how many were made."""
    without = readers.filter(personal_link__isnull=True).select_related("patient").order_by("pk")
    made = [PersonalLink(reader=reader, code=refs.code()) for reader in without if policy.may_refer(reader)]
    PersonalLink.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
    return len(made)


@transaction.atomic
def show_first_name(*, link: PersonalLink, shown: bool, by: Named | str | None) -> PersonalLink:
    """Say whether the friend's page may call the referrer by their first name."""
    link = PersonalLink.objects.select_for_update().get(pk=link.pk)
    if link.show_first_name != shown:
        link.show_first_name = shown
        link.save(update_fields=["show_first_name"])
        record("link.name_shown" if shown else "link.name_hidden", subject=link, by=by)
    return link


@transaction.atomic
def tell(*, reader: Reader, by: Named | str | None, source: str = Referral.Source.LINK) -> Referral:
    """Keep that `reader` told a friend today; a second time on the same day is the same referral.

    Args:
        reader: who told.
        by: who says so: the reader (their user, or `reader:ref` on a mail link), or staff at the desk.
        source: by their own link, or told at the desk.

    Raises:
        Refused: when the programme is not for them.
    """
    _demand(policy.may_refer(reader), _("This is not open to you."))
    Reader.objects.select_for_update().get(pk=reader.pk)
    today = timezone.localdate()
    found = Referral.objects.filter(referrer=reader, told_on=today, source=source).first()
    if found is not None:
        return found
    referral = Referral(referrer=reader, source=source, state=ReferralState.CREATED, **_told_now())
    referral.save()
    record("referral.told", subject=referral, by=by, about=referral.journal_about, source=str(source))
    return referral


@transaction.atomic
def refer(
    *,
    reader: Reader,
    friend_name: str,
    friend_contact: str,
    relation: str = "",
    friend_agrees: bool,
    by: Named | str | None,
) -> Referral:
    """Keep the friend whom `reader` names; the same friend named again while open is the same referral.

    Args:
        reader: who names.
        friend_name: a first name.
        friend_contact: a phone number or an e-mail address.
        relation: how they know each other, or "".
        friend_agrees: that the friend knows and is happy to hear from us.
        by: the reader.

    Raises:
        Refused: when naming is off, the programme is not for them, or the friend does not know.
    """
    _demand(policy.may_name(reader), _("Please share your own link instead."))
    _demand(friend_agrees, _("Please ask your friend first."))
    Reader.objects.select_for_update().get(pk=reader.pk)
    same = Referral.objects.filter(blind(Referral, "friend_contact_index", friend_contact), referrer=reader)
    found = same.open().first()
    if found is not None:
        return found
    referral = Referral(
        referrer=reader,
        source=Referral.Source.NAMED,
        state=ReferralState.NAMED,
        told_name=friend_name,
        friend_name=friend_name,
        friend_contact=normal_contact(friend_contact),
        relation=relation,
        call_by=_practice_day(CALL_WITHIN_DAYS),
        **_told_now(),
    )
    referral.save()
    record("referral.named", subject=referral, by=by, about=referral.journal_about)
    return referral


@transaction.atomic
def agree(
    *,
    link: PersonalLink,
    friend_name: str,
    friend_contact: str,
    reach_by: str = Referral.Reach.CALL,
    good_times: str = "",
    may_tell_referrer: bool = False,
    consents: bool,
    is_adult: bool,
) -> Referral:
    """Keep that a friend asked us to call: the friend's own form, with the friend's own consent.

    The oldest open "told a friend" of the link's owner becomes this one; else a new referral begins that its owner
    does not see. A repeated click finds the first. Whether the friend is a patient already is never asked here, so
    that neither answer nor time gives it away.

    Raises:
        Refused: without consent or under 18.
    """
    _demand(consents, _("Please say that we may call, text or e-mail you."))
    _demand(is_adult, _("This page is for people 18 or older."))
    Reader.objects.select_for_update().get(pk=link.reader_id)
    of_owner = Referral.objects.filter(referrer_id=link.reader_id)
    index = blind(Referral, "friend_contact_index", friend_contact)
    found = of_owner.filter(index).filter(state__in=states.WITH_A_FRIEND).order_by("made_at").first()
    if found is not None and found.agreed_at is not None:
        return found
    if found is None:
        since = timezone.now() - timedelta(days=states.DAYS_KEPT)
        waiting = of_owner.filter(state=ReferralState.CREATED, source=Referral.Source.LINK, made_at__gte=since)
        found = waiting.order_by("made_at").first()
    referral = found or Referral(referrer_id=link.reader_id, source=Referral.Source.LINK)
    step = _step(Action.AGREE, found, frozenset({Actor.GUEST}))
    referral.state = step.target
    referral.friend_name, referral.friend_contact = friend_name, normal_contact(friend_contact)
    referral.reach_by, referral.good_times, referral.may_tell_referrer = reach_by, good_times, may_tell_referrer
    referral.agreed_at, referral.wording_version = timezone.now(), CONSENT_WORDING
    referral.call_by = _practice_day(CALL_WITHIN_DAYS)
    _save(referral)
    record("referral.agreed", subject=referral, by=GUEST, may_tell=may_tell_referrer)
    return referral


@transaction.atomic
def invite(*, referral: Referral, do_not_call_checked: bool, by: User, version: int | None = None) -> Referral:
    """Keep that a named friend was invited: one message or one hand-dialled call, the do-not-call list checked."""
    _demand(do_not_call_checked, _("Check the do-not-call list first."))
    referral, step = _begin(referral, Action.INVITE, by, version)
    referral.state = step.target
    _save(referral)
    _attempt(referral, ContactAttempt.Outcome.INVITED, by)
    record("referral.invited", subject=referral, by=by)
    return referral


@transaction.atomic
def log_contact(*, referral: Referral, outcome: str, by: User, version: int | None = None) -> Referral:
    """Keep one try to reach the friend; only "reached" and "written" move the referral on."""
    referral, step = _begin(referral, Action.LOG_CONTACT, by, version)
    _attempt(referral, outcome, by)
    if outcome in {ContactAttempt.Outcome.REACHED, ContactAttempt.Outcome.WRITTEN}:
        referral.state, referral.contacted_at = step.target, referral.contacted_at or timezone.now()
    _save(referral)
    record("referral.contacted", subject=referral, by=by, outcome=str(outcome))
    return referral


@transaction.atomic
def book(*, referral: Referral, starts_at: datetime, by: User, version: int | None = None) -> Referral:
    """Keep that the friend's first visit is booked; who books has spoken with them.

    Raises:
        Refused: for a time that has passed.
    """
    _demand(starts_at > timezone.now(), _("This time has passed."))
    referral, step = _begin(referral, Action.BOOK, by, version)
    if Action.LOG_CONTACT in step.implied:
        _attempt(referral, ContactAttempt.Outcome.REACHED, by)
        record("referral.contacted", subject=referral, by=by, outcome="reached", implied=True)
    referral.state, referral.visit_at = step.target, starts_at
    referral.contacted_at = referral.contacted_at or timezone.now()
    _save(referral)
    record("referral.booked", subject=referral, by=by)
    return referral


@transaction.atomic
def mark_attended(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that the friend came. The referrer learns of it, and is thanked for it, only with the friend's tick."""
    referral, step = _begin(referral, Action.ATTEND, by, version)
    referral.state, referral.attended_at = step.target, timezone.now()
    if referral.may_tell_referrer and referral.told_at is None:
        referral.thanks_due_at = _practice_day(THANKS_WITHIN_DAYS)
    _save(referral)
    record("referral.attended", subject=referral, by=by, may_tell=referral.may_tell_referrer)
    return referral


@transaction.atomic
def give_up(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that nobody answered."""
    return _move(referral, Action.GIVE_UP, "referral.unanswered", by, version)


@transaction.atomic
def find_existing(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that the friend was a patient already; nobody outside learns it."""
    return _move(referral, Action.FIND_EXISTING, "referral.existing", by, version)


@transaction.atomic
def opt_out(*, referral: Referral, by: User, version: int | None = None) -> Referral:
    """Keep that the friend wants no contact, and erase who they are."""
    referral, step = _begin(referral, Action.OPT_OUT, by, version)
    referral.state = step.target
    _erase(referral)
    record("referral.opted_out", subject=referral, by=by)
    return referral


@transaction.atomic
def void(*, referral: Referral, reason: str, by: User, version: int | None = None) -> Referral:
    """Take back a referral that never was: a test, a joke, a doubled one."""
    _demand(reason.strip(), _("Say why."))
    referral, step = _begin(referral, Action.VOID, by, version)
    referral.state = step.target
    _erase(referral)
    record("referral.voided", subject=referral, by=by)
    return referral


@transaction.atomic
def thank(*, referral: Referral, how: str, by: User, name: str = "", version: int | None = None) -> Referral:
    """Keep that the referrer was thanked, how and by whom; a second click changes nothing.

    Args:
        referral: for what.
        how: a card, a call or a note.
        by: who thanked.
        name: the name that the referrer's page shows; the person's own by default.

    Raises:
        Refused: when no thank-you is owed, as for a friend who came unasked and did not say that we may tell.
    """
    referral, _ends = _begin(referral, Action.THANK, by, version, repeat=lambda found: found.thanked_at is not None)
    if referral.thanked_at is not None:
        return referral
    _demand(policy.may_thank(referral), _("No thank-you is due here: the friend did not say that we may tell."))
    referral.thanked_at, referral.thanked_by, referral.thanked_how = timezone.now(), name_of(by), how
    referral.thanked_name = name or by.get_full_name() or _("The team")
    _save(referral)
    record("referral.thanked", subject=referral, by=by, about=referral.journal_about, how=str(how))
    return referral


@transaction.atomic
def expire_old() -> int:
    """Erase the friends who never answered within 90 days; return how many."""
    limit = timezone.now() - timedelta(days=states.DAYS_KEPT)
    old = Referral.objects.select_for_update().filter(made_at__lt=limit, state__in=states.ERASED_WHEN_OLD)
    done = 0
    for referral in old[:500]:
        referral.state = ReferralState.EXPIRED
        _erase(referral)
        record("referral.expired", subject=referral, by=None)
        done += 1
    named = Referral.objects.select_for_update().filter(
        made_at__lt=limit, source=Referral.Source.NAMED, told_name_erased_at__isnull=True
    )
    for referral in named[:500]:
        referral.told_name, referral.told_name_erased_at = "", timezone.now()
        _save(referral)
    return done


def call_promise() -> datetime:
    """Return by when we call somebody who asks now: the end of the next practice day."""
    return _practice_day(CALL_WITHIN_DAYS)


def _told_now() -> dict[str, Any]:
    """Return what every act of telling carries: the moment, and when its thank-you is owed."""
    return {
        "told_at": timezone.now(),
        "told_on": timezone.localdate(),
        "thanks_due_at": _practice_day(THANKS_WITHIN_DAYS),
    }


def _practice_day(days: int) -> datetime:
    location = Location.objects.prefetch_related("hours", "closures").first()
    now = timezone.now()
    return location.after_practice_days(now, days) if location else now + timedelta(days=days)


def _demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise Refused(otherwise)


def _step(action: Action, referral: Referral | None, actors: frozenset[Actor]) -> states.Step:
    step = states.step(action, ReferralState(referral.state) if referral else None, actors)
    if step is None:
        raise Refused(_("This is no longer possible. The page below is up to date."))
    return step


def _begin(
    referral: Referral, action: Action, by: User, version: int | None, repeat: Any = None
) -> tuple[Referral, states.Step]:
    """Lock the row, ask policy and table, and return both."""
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    actors = policy.actors_of(by)
    _demand(actors, _("Your role may not do this."))
    is_repeat = repeat is not None and repeat(locked)
    if version is not None and locked.version != version and not is_repeat:
        raise Stale(_("Someone else changed this in the meantime."))
    if locked.assignee_id is None:
        locked.assignee = StaffMember.objects.filter(user=by).first()
    return locked, _step(action, locked, actors)


def _move(referral: Referral, action: Action, verb: str, by: User, version: int | None) -> Referral:
    referral, step = _begin(referral, action, by, version)
    referral.state = step.target
    _save(referral)
    record(verb, subject=referral, by=by)
    return referral


def _attempt(referral: Referral, outcome: str, by: User) -> None:
    ContactAttempt.objects.create(referral=referral, outcome=outcome, by=name_of(by), by_name=by.get_full_name()[:80])


def _erase(referral: Referral) -> None:
    """Take the friend out of the row; what stays says only that somebody was told."""
    referral.friend_name = referral.friend_contact = referral.good_times = referral.relation = ""
    referral.erased_at = timezone.now()
    _save(referral)


def _save(referral: Referral) -> None:
    if not referral._state.adding:
        referral.version += 1
    referral.save()
