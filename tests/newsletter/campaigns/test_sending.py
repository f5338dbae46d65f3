"""A letter is sent once to everyone who gets letters, and every letter comes to one end."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from delivery.models import Dispatch, Message
from journal.models import Entry
from newsletter.campaigns import actions, audience, results, trying
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.states import CAMPAIGN_TRANSITIONS, CampaignState, may_follow
from newsletter.editions.models import EditionPage, TipPage
from patients.models import Declined, Patient, Suppression
from patients.segments import EVERYONE_WHO_GETS_LETTERS
from tests.factories import patients


def fresh(edition: EditionPage) -> EditionPage:
    return EditionPage.objects.get(pk=edition.pk)


def test_it_works(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    assert campaign.state == CampaignState.STARTED
    assert campaign.dispatch.state == "running"
    assert campaign.dispatch.purpose == "own_services"
    assert campaign.started_by == f"user:{hannah.ref}"
    assert Message.objects.filter(dispatch=campaign.dispatch).count() == 2


def test_a_shared_mailbox_gets_one_letter(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    addresses = list(campaign.dispatch.messages.values_list("address", flat=True))
    assert sorted(addresses) == ["castellanos@home.example", "walter@home.example"]
    assert results.of(campaign).people == 3


def test_fifty_clicks_start_one(draft, readers, hannah):
    started = {actions.start(edition=draft, by=hannah).pk for _ in range(50)}
    assert len(started) == 1
    assert Campaign.objects.count() == Dispatch.objects.count() == 1
    assert Message.objects.count() == 2
    assert Entry.objects.filter(verb="campaign.started").count() == 1
    assert Entry.objects.filter(verb="dispatch.started").count() == 1


def test_what_is_sent_is_the_newest_draft_and_the_archive_says_the_same(draft, readers, hannah, client):
    draft.subject = "The newest words"
    draft.save_revision()
    campaign = actions.start(edition=fresh(draft), by=hannah)
    assert campaign.dispatch.letter["subject"] == "The newest words"
    page = fresh(draft)
    assert page.live
    assert page.subject == "The newest words"
    assert campaign.revision == page.latest_revision_id
    assert b"The newest words" in client.get("/newsletter/").content


def test_a_letter_that_was_started_is_frozen(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    page = fresh(draft)
    page.subject = "Changed later"
    page.save_revision().publish()
    campaign.refresh_from_db()
    assert campaign.dispatch.letter["subject"] == "Is sparkling water hard on teeth?"
    assert campaign.letter_hash == actions.letter_hash(draft)


def test_the_journal_knows_who_sent_what_and_no_name(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    entry = Entry.objects.get(verb="campaign.started")
    assert entry.subject == f"campaign:{campaign.ref}"
    assert entry.by == f"user:{hannah.ref}"
    assert entry.particulars == {"edition": draft.ref, "segment": "everyone", "letters": 2, "clinical": False}


@pytest.mark.parametrize("who", ["rosa", "theo", "priya", "margaret", "dana"])
def test_who_may_not_send_sends_nothing(who, draft, readers, request):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.start(edition=draft, by=user)
    with pytest.raises(PermissionDenied):
        trying.send_test(edition=draft, by=user)
    with pytest.raises(PermissionDenied):
        actions.prepare(edition=draft, by=user)
    assert not Message.objects.exists()
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("who", ["hannah", "colette", "okafor"])
def test_who_may_send_sends(who, draft, readers, request):
    assert actions.start(edition=draft, by=request.getfixturevalue(who)).dispatch


def test_a_letter_that_is_not_ready_stays_a_draft(draft, readers, hannah):
    TipPage.objects.update(review_by=date(2026, 11, 1))
    with pytest.raises(actions.NotReady, match="has run out"):
        actions.start(edition=fresh(draft), by=hannah)
    assert not Campaign.objects.exists()
    assert not Dispatch.objects.exists()
    assert not fresh(draft).live


def test_an_unknown_segment_is_refused_by_name(draft, hannah):
    with pytest.raises(audience.NoSuchSegment, match="everyone"):
        actions.start(edition=draft, segment="nobody", by=hannah)
    assert not Campaign.objects.exists()


def test_a_crash_half_way_leaves_nothing(draft, readers, hannah, monkeypatch):
    def crash(**kwargs):
        raise RuntimeError("power")

    monkeypatch.setattr(actions.door, "start", crash)
    with pytest.raises(RuntimeError):
        actions.start(edition=draft, by=hannah)
    assert not Campaign.objects.exists()
    assert not Message.objects.exists()
    monkeypatch.undo()
    assert actions.start(edition=draft, by=hannah).dispatch.messages.count() == 2


def test_a_campaign_is_held_and_goes_on(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    assert actions.pause(campaign=campaign, by=hannah).stage == "paused"
    assert actions.pause(campaign=campaign, by=hannah).stage == "paused"
    assert actions.resume(campaign=campaign, by=hannah).stage == "running"
    verbs = list(Entry.objects.filter(verb__startswith="campaign.").order_by("at", "pk").values_list("verb", flat=True))
    assert verbs == ["campaign.prepared", "campaign.started", "campaign.paused", "campaign.resumed"]


def test_a_campaign_is_stopped_for_those_who_wait(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    Message.objects.filter(address="walter@home.example").update(
        state="accepted", next_try_at=None, settled_at=campaign.started_at
    )
    campaign = actions.cancel(campaign=campaign, by=hannah)
    found = results.of(campaign)
    assert (found.letters, found.accepted, found.skipped, found.waiting) == (2, 1, 1, 0)
    assert campaign.state == CampaignState.CANCELLED
    assert campaign.cancelled_by == f"user:{hannah.ref}"
    assert actions.cancel(campaign=campaign, by=hannah).state == CampaignState.CANCELLED
    assert Entry.objects.filter(verb="campaign.cancelled").count() == 1


def test_what_was_stopped_is_never_started_again(draft, readers, hannah):
    campaign = actions.cancel(campaign=actions.start(edition=draft, by=hannah), by=hannah)
    for step in (actions.pause, actions.resume):
        with pytest.raises(actions.Impossible):
            step(campaign=campaign, by=hannah)
    with pytest.raises(actions.Impossible):
        actions.start(edition=draft, by=hannah)
    assert Message.objects.count() == 2


def test_a_draft_cannot_be_held_or_stopped(draft, hannah):
    campaign = actions.prepare(edition=draft, by=hannah)
    for step in (actions.pause, actions.resume, actions.cancel):
        with pytest.raises(actions.Impossible):
            step(campaign=campaign, by=hannah)


def test_what_is_over_cannot_be_held_or_stopped(draft, readers, hannah):
    campaign = actions.start(edition=draft, by=hannah)
    Dispatch.objects.update(state="finished", ended_at=campaign.started_at)
    for step in (actions.pause, actions.cancel):
        with pytest.raises(actions.Impossible):
            step(campaign=Campaign.objects.get(), by=hannah)


@pytest.mark.parametrize("step", [actions.pause, actions.resume, actions.cancel])
def test_who_may_not_send_takes_no_step(step, draft, readers, hannah, rosa):
    campaign = actions.start(edition=draft, by=hannah)
    with pytest.raises(PermissionDenied):
        step(campaign=campaign, by=rosa)


def test_the_table_says_every_step():
    steps = {(line.state, line.action) for line in CAMPAIGN_TRANSITIONS}
    for state in CampaignState.values:
        for action in ("start", "pause", "resume", "cancel"):
            assert may_follow(state, action) == ((state, action) in steps)
    assert {line.next_state for line in CAMPAIGN_TRANSITIONS} <= set(CampaignState.values)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "nonsense"},
        {"state": "started"},
        {"state": "cancelled"},
        {"started_by": "user:U-1"},
        {"letter_hash": "x"},
        {"cancelled_by": "user:U-1"},
    ],
)
def test_the_database_refuses_what_cannot_be(change, draft, hannah):
    campaign = actions.prepare(edition=draft, by=hannah)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**change)


def test_an_edition_has_one_campaign(draft, hannah):
    actions.prepare(edition=draft, by=hannah)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(edition=draft, segment="everyone")


def test_a_test_goes_to_oneself_and_counts_nothing(draft, readers, hannah):
    message = trying.send_test(edition=draft, by=hannah)
    assert message.address == hannah.email
    assert message.is_test
    assert "[Test]" in message.content
    assert "Hello Hannah," in message.content
    assert not Campaign.objects.exists()
    assert Entry.objects.filter(verb="edition.tested").count() == 1


def test_a_test_greets_a_name_with_quotes(draft, hannah):
    hannah.first_name, hannah.last_name = 'Han"nah\\', "O'Brien, Jr."
    hannah.save()
    assert trying.send_test(edition=draft, by=hannah).address == hannah.email


def test_a_letter_that_cannot_be_made_cannot_be_tried(draft, hannah):
    from practice.models import Practice

    Practice.objects.all().update(name="x")
    draft.body = EditionPage._meta.get_field("body").to_python(
        [{"type": "friend", "value": {"heading": "A", "text": f"<p>{'x' * 100_000}</p>", "button": "Tell"}}] * 5
    )
    draft.save_revision()
    with pytest.raises(actions.NotReady, match="too large"):
        trying.send_test(edition=fresh(draft), by=hannah)


def test_the_audience_adds_up(readers, location):
    gone = patients.PatientFactory.create(reader=patients.letter_reader())
    Patient.objects.filter(pk=gone.pk).update(status="deceased")
    patients.letter_reader(email="")
    blocked = patients.letter_reader(email="blocked@home.example")
    Suppression.objects.create(
        channel="email", address_hash=blocked.contact_points.get().address_hash, reason="hard_bounce"
    )
    patients.ReaderFactory.create()
    patients.agree(patients.letter_reader(), is_given=False)
    from datetime import timedelta

    from django.utils import timezone

    patients.letter_reader(paused_until=timezone.localdate() + timedelta(days=30))
    patients.letter_reader(kind="staff")
    patients.letter_reader(at_most="visits")
    Declined.objects.create(reader=patients.letter_reader(), channel="email", topic="letter")
    moved = patients.letter_reader(email="moved@home.example")
    moved.consents.standing().update(superseded_at=timezone.now())
    patients.agree(moved, basis="may_object")
    patients.PatientFactory.create(reader=moved, status="moved")
    patients.PatientFactory.create(reader=patients.ReaderFactory.create(email=""), born_on=date(2020, 2, 29))
    found = audience.of(EVERYONE_WHO_GETS_LETTERS)
    assert (found.people, found.letters, found.sharing) == (3, 2, 1)
    assert {str(label): number for label, number in found.left_out} == {
        "no longer with us": 1,
        "no e-mail address": 1,
        "address bounced or was blocked": 1,
        "paused for now": 1,
        "never said yes": 1,
        "unsubscribed": 1,
        "moved away": 1,
        "want other news of ours, not the letter": 2,
        "under 18, and the adult behind them does not get it": 1,
    }
    assert found.people + found.out == 13


def test_an_empty_audience_is_empty(location):
    found = audience.of(EVERYONE_WHO_GETS_LETTERS)
    assert (found.people, found.letters, found.out) == (0, 0, 0)


def test_counting_asks_as_much_however_many_readers(readers):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            audience.of(EVERYONE_WHO_GETS_LETTERS)
        return len(queries)

    asked()  # what is kept for a while, as the practice's zone, is asked for here
    few = asked()
    for _ in range(10):
        patients.letter_reader()
    assert asked() == few <= 11


def test_the_figures_add_up_in_every_state(draft, readers, hannah):
    for number in range(4):
        patients.letter_reader(email=f"more{number}@home.example")
    campaign = actions.start(edition=draft, by=hannah)
    ends = [("accepted", ""), ("failed", "No such mailbox"), ("skipped", "objected"), ("unknown", "")]
    for message, (state, reason) in zip(Message.objects.order_by("pk"), ends, strict=False):
        Message.objects.filter(pk=message.pk).update(
            state=state, reason=reason, next_try_at=None, settled_at=campaign.started_at
        )
    found = results.of(campaign)
    assert (found.accepted, found.failed, found.skipped, found.unknown, found.waiting) == (1, 1, 1, 1, 2)
    assert found.accepted + found.failed + found.skipped + found.unknown + found.waiting == found.letters == 6
    assert found.failures[0].reason == "No such mailbox"
    assert found.left_out == [("unsubscribed", 1)]
    assert len(found.uncertain) == 1


def test_before_the_start_there_are_no_figures(draft, hannah):
    assert results.of(actions.prepare(edition=draft, by=hannah)).letters == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_the_same_moment_start_one(draft, readers, hannah):
    from concurrent.futures import ThreadPoolExecutor

    def click(_):
        try:
            return actions.start(edition=EditionPage.objects.get(pk=draft.pk), by=hannah).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(click, range(16)))) == 1
    assert Dispatch.objects.count() == 1
    assert Message.objects.count() == 2
