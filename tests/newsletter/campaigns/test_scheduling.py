"""Send can be undone for a minute, a letter leaves at its time, and what changed meanwhile waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actions import end_role
from delivery.models import Dispatch, Message
from journal import reacting
from journal.models import Entry
from newsletter.campaigns import actions, approval, approving, scheduling
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.states import Attention
from newsletter.campaigns.tasks import send_due
from newsletter.editions.models import EditionPage, TipPage
from patients.models import Consent
from practice.models import Practice

MONDAY = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 9 AM in Port Ellery


@pytest.fixture(autouse=True)
def now(location):
    """Let it be Monday morning; the test turns the clock."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def fresh(edition):
    return EditionPage.objects.get(pk=edition.pk)


def sent(draft, by):
    seen = approval.hash_now(draft)
    actions.look(edition=draft, seen=seen, by=by)
    return scheduling.send(edition=draft, by=by, seen=seen)


def scheduled(draft, by, at=MONDAY + timedelta(days=8)):
    return scheduling.schedule(edition=draft, at=at, by=by, seen=approval.hash_now(draft))


def test_it_works(draft, readers, hannah, now):
    campaign = sent(draft, hannah)
    assert (campaign.state, campaign.send_at) == ("scheduled", MONDAY + timedelta(seconds=60))
    assert not Dispatch.objects.exists()
    now.shift(59)
    send_due()
    assert not Dispatch.objects.exists()
    now.shift(1)
    send_due()
    campaign.refresh_from_db()
    assert (campaign.stage, campaign.started_by) == ("running", f"user:{hannah.ref}")
    assert Message.objects.count() == 2


def test_undo_leaves_nothing(draft, readers, hannah, now):
    campaign = sent(draft, hannah)
    now.shift(59)
    campaign = scheduling.undo(campaign=campaign, by=hannah)
    assert (campaign.state, campaign.send_at, campaign.scheduled_hash) == ("draft", None, "")
    now.shift(3600)
    send_due()
    assert not Message.objects.exists()
    assert not fresh(draft).live
    assert scheduling.undo(campaign=campaign, by=hannah).state == "draft"
    verbs = Entry.objects.filter(verb__startswith="campaign.").values_list("verb", flat=True)
    assert sorted(verbs) == ["campaign.looked", "campaign.prepared", "campaign.scheduled", "campaign.taken_back"]


def test_what_was_undone_can_be_sent_again(draft, readers, hannah, now):
    scheduling.undo(campaign=sent(draft, hannah), by=hannah)
    sent(draft, hannah)
    now.shift(60)
    send_due()
    assert Message.objects.count() == 2


def test_undo_after_the_start_is_refused(draft, readers, hannah, now):
    campaign = sent(draft, hannah)
    now.shift(60)
    send_due()
    with pytest.raises(actions.Impossible):
        scheduling.undo(campaign=campaign, by=hannah)
    assert Message.objects.count() == 2


def test_fifty_clicks_and_fifty_workers_start_one(draft, readers, hannah, now):
    campaigns = {sent(draft, hannah).send_at for _ in range(50)}
    assert len(campaigns) == 1
    now.shift(60)
    for _ in range(50):
        send_due()
    assert Dispatch.objects.count() == Entry.objects.filter(verb="campaign.started").count() == 1
    assert Message.objects.count() == 2


def test_without_a_while_to_undo_it_leaves_at_once(draft, readers, hannah):
    SendingRule.objects.create(practice=Practice.get(), undo_seconds=0)
    assert sent(draft, hannah).stage == "running"


def test_it_leaves_at_its_time_and_who_joined_meanwhile_gets_it(draft, readers, hannah, now):
    from tests.factories import patients

    campaign = scheduled(draft, hannah)
    patients.letter_reader(email="late@home.example")
    now.move_to(campaign.send_at)
    send_due()
    assert Message.objects.count() == 3


def test_another_time_is_chosen_before_it_leaves(draft, readers, hannah, now):
    first = scheduled(draft, hannah)
    later = scheduled(draft, hannah, MONDAY + timedelta(days=9))
    assert later.pk == first.pk
    now.move_to(first.send_at)
    send_due()
    assert not Dispatch.objects.exists()
    now.move_to(later.send_at)
    send_due()
    assert Dispatch.objects.count() == 1


def test_the_same_time_twice_is_one_entry(draft, readers, hannah):
    scheduled(draft, hannah)
    scheduled(draft, hannah)
    assert Entry.objects.filter(verb="campaign.scheduled").count() == 1


def test_a_time_that_is_over_is_refused(draft, readers, hannah):
    with pytest.raises(scheduling.Past):
        scheduled(draft, hannah, MONDAY - timedelta(seconds=1))


def test_a_letter_to_nobody_is_not_scheduled(draft, hannah):
    with pytest.raises(actions.Nobody):
        scheduled(draft, hannah)


@pytest.mark.parametrize("who", ["rosa", "theo", "margaret", "dana"])
def test_who_may_not_send_schedules_and_undoes_nothing(who, draft, readers, hannah, request):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        scheduled(draft, user)
    with pytest.raises(PermissionDenied):
        scheduling.undo(campaign=scheduled(draft, hannah), by=user)


def held(campaign, now):
    now.move_to(campaign.send_at)
    send_due()
    campaign.refresh_from_db()
    assert not Dispatch.objects.exists()
    assert campaign.state == "attention"
    return campaign.attention


def test_a_letter_that_was_changed_does_not_leave(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    draft.subject = "Changed meanwhile"
    draft.save_revision()
    assert scheduling.is_changed(campaign)
    assert held(campaign, now) == Attention.CHANGED
    entry = Entry.objects.get(verb="campaign.held")
    assert entry.particulars == {"why": "changed"}


def test_a_letter_that_says_the_same_again_leaves(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    subject, draft.subject = draft.subject, "Changed meanwhile"
    draft.save_revision()
    draft.subject = subject
    draft.save_revision()
    assert not scheduling.is_changed(campaign)
    now.move_to(campaign.send_at)
    send_due()
    assert Dispatch.objects.count() == 1


def test_an_approval_that_is_taken_back_keeps_it_here(owner_approves, draft, readers, hannah, okafor, now):
    approving.ask(edition=draft, by=hannah)
    segment = Campaign.objects.get().segment
    approving.approve(edition=draft, by=okafor, seen=approval.hash_now(draft), segment=segment)
    campaign = scheduled(fresh(draft), hannah)
    approving.take_back(edition=fresh(draft), by=okafor)
    campaign.refresh_from_db()
    assert scheduling.is_changed(campaign)
    assert held(campaign, now) == Attention.NOT_APPROVED


def test_a_check_that_fails_meanwhile_keeps_it_here(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    TipPage.objects.update(review_by=MONDAY.date())
    assert held(campaign, now) == Attention.NOT_READY


def test_a_letter_that_nobody_would_get_any_more_stays_here(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    Consent.objects.update(superseded_at=timezone.now())
    assert held(campaign, now) == Attention.NOBODY


def test_a_letter_whose_readers_are_gone_stays_here(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    Campaign.objects.update(segment="SG-GONE")
    assert held(campaign, now) == Attention.NO_SEGMENT


def test_who_may_no_longer_send_sends_nothing_later(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    for grant in hannah.grants.all():
        end_role(grant=grant, by=None)
    assert held(campaign, now) == Attention.NOT_ALLOWED


def test_a_time_that_passed_in_an_outage_asks_a_person_first(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    now.move_to(campaign.send_at + timedelta(hours=1, seconds=1))
    send_due()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.attention) == ("attention", Attention.PAST_DUE)
    now.shift(86400)
    send_due()
    assert not Dispatch.objects.exists()
    assert actions.start(edition=fresh(draft), by=hannah, seen=approval.hash_now(draft)).stage == "running"


def test_a_short_outage_only_makes_it_late(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    now.move_to(campaign.send_at + timedelta(minutes=59))
    send_due()
    assert Dispatch.objects.count() == 1


def test_a_clock_that_jumps_back_sends_nothing_twice(draft, readers, hannah, now):
    sent(draft, hannah)
    now.shift(60)
    send_due()
    now.shift(-7200)
    send_due()
    now.shift(7200)
    send_due()
    assert Message.objects.count() == 2


def test_what_needs_attention_is_scheduled_again_or_taken_back(draft, readers, hannah, now):
    campaign = scheduled(draft, hannah)
    now.move_to(campaign.send_at + timedelta(hours=2))
    send_due()
    campaign = scheduled(draft, hannah, timezone.now() + timedelta(days=1))
    assert (campaign.state, campaign.attention, campaign.attention_at) == ("scheduled", "", None)
    now.move_to(campaign.send_at + timedelta(hours=2))
    send_due()
    assert scheduling.undo(campaign=campaign, by=hannah).state == "draft"


def test_one_that_cannot_be_started_keeps_no_other(draft, edition, readers, hannah, now, monkeypatch):
    at = MONDAY + timedelta(days=8)
    first, second = scheduled(draft, hannah, at), scheduled(edition, hannah, at)
    leave = scheduling.leave

    def stumble(*, campaign):
        if campaign.pk == first.pk:
            raise RuntimeError("power")
        return leave(campaign=campaign)

    monkeypatch.setattr(scheduling, "leave", stumble)
    now.move_to(at)
    send_due()
    assert [one.campaign for one in Dispatch.objects.all()] == [second]


def test_a_crash_in_the_start_leaves_it_scheduled(draft, readers, hannah, now, monkeypatch):
    def crash(**kwargs):
        raise RuntimeError("power")

    campaign = scheduled(draft, hannah)
    now.move_to(campaign.send_at)
    monkeypatch.setattr(actions.door, "start", crash)
    send_due()
    campaign.refresh_from_db()
    assert (campaign.state, Message.objects.count()) == ("scheduled", 0)
    monkeypatch.undo()
    send_due()
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"state": "scheduled"},
        {"state": "attention"},
        {"state": "attention", "attention": "changed"},
        {"send_at": MONDAY},
        {"scheduled_by": "user:U-1"},
        {"is_to_undo": True},
        {"attention": "changed", "attention_at": MONDAY},
    ],
)
def test_the_database_refuses_what_cannot_be(change, draft, hannah):
    campaign = actions.prepare(edition=draft, by=hannah)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**change)


def test_it_leaves_after_it_was_scheduled(draft, readers, hannah):
    campaign = scheduled(draft, hannah)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(send_at=MONDAY - timedelta(seconds=1))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_the_same_moment_start_one(draft, readers, hannah, now):
    from concurrent.futures import ThreadPoolExecutor

    campaign = sent(draft, hannah)
    now.shift(60)

    def work(_):
        try:
            return scheduling.leave(campaign=Campaign.objects.get(pk=campaign.pk)).state
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(50))) == {"started"}
    assert Dispatch.objects.count() == 1
    assert Message.objects.count() == 2


def test_the_worker_is_told_of_the_second_and_of_no_far_day(
    draft, readers, hannah, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(send_due, "apply_async", lambda **options: told.append(options["eta"]))
    campaign = sent(draft, hannah)
    with django_capture_on_commit_callbacks(execute=True):
        reacting.run_due()
    assert told == [campaign.send_at]
    scheduled(draft, hannah)
    with django_capture_on_commit_callbacks(execute=True):
        reacting.run_due()
    assert told == [campaign.send_at]
