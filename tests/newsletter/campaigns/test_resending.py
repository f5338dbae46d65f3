"""A letter that was stopped can be sent to those whom that left out: from the same ledger, so nobody gets it twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from delivery import freezing, sending
from delivery.models import Dispatch, Message
from journal.models import Entry
from newsletter.campaigns import actions, comparing, deciding, sureness
from newsletter.campaigns.models import Campaign
from newsletter.editions.models import EditionPage
from patients.actions import suppress_all
from patients.models import Channel, SuppressionReason
from tests.factories.delivery import crowd

pytestmark = pytest.mark.both


@pytest.fixture
def stopped(draft, readers, hannah):
    """Return a letter of which one of two has left, and that was stopped then."""
    campaign = actions.start(edition=draft, by=hannah)
    one = campaign.dispatch.messages.get(address="walter@home.example")
    Message.objects.filter(pk=one.pk).update(state="accepted", settled_at=one.queued_at, next_try_at=None)
    return actions.cancel(campaign=campaign, by=hannah)


def states(campaign):
    return dict(campaign.dispatch.messages.order_by("address").values_list("address", "state"))


def test_it_works(stopped, hannah):
    assert deciding.unreached(stopped) == 1
    assert deciding.resend(campaign=stopped, by=hannah) == 1
    stopped.refresh_from_db()
    assert (stopped.state, stopped.stage, stopped.cancelled_at, stopped.cancelled_by) == (
        "started",
        "running",
        None,
        "",
    )
    assert sending.work() == 1
    stopped.refresh_from_db()
    assert stopped.stage == "finished"
    assert set(states(stopped).values()) == {"accepted"}
    assert Entry.objects.get(verb="campaign.resent").particulars == {"letters": 1}


def test_a_second_click_sends_nothing_twice(stopped, hannah):
    deciding.resend(campaign=stopped, by=hannah)
    with pytest.raises(actions.Impossible):
        deciding.resend(campaign=stopped, by=hannah)
    sending.work()
    assert deciding.resend(campaign=stopped, by=hannah) == 0
    assert sending.work() == 0
    assert Message.objects.count() == 2


def test_it_may_be_stopped_again_and_sent_again(stopped, hannah):
    for _ in range(3):
        deciding.resend(campaign=stopped, by=hannah)
        actions.cancel(campaign=stopped, by=hannah)
    assert states(stopped)["castellanos@home.example"] == "skipped"
    deciding.resend(campaign=Campaign.objects.get(), by=hannah)
    assert sending.work() == 1


def test_who_unsubscribed_or_bounced_meanwhile_gets_nothing(stopped, hannah):
    digest = stopped.dispatch.messages.get(address="castellanos@home.example").address_hash
    suppress_all(channel=Channel.EMAIL, digests={digest}, reason=SuppressionReason.HARD_BOUNCE, by=None)
    deciding.resend(campaign=stopped, by=hannah)
    sending.work()
    assert states(stopped)["castellanos@home.example"] == "skipped"
    assert stopped.dispatch.messages.get(state="skipped").reason == "suppressed"


def test_what_was_left_out_for_another_reason_stays_left_out(stopped, hannah):
    stopped.dispatch.messages.filter(state="skipped").update(reason="deceased")
    assert deciding.unreached(stopped) == 0
    with pytest.raises(actions.Impossible):
        deciding.resend(campaign=stopped, by=hannah)
    stopped.refresh_from_db()
    assert stopped.stage == "cancelled"


def test_what_was_stopped_while_it_was_collected_stays_stopped(draft, hannah, monkeypatch):
    monkeypatch.setattr(freezing, "FIRST", 3)
    crowd(9)
    campaign = actions.cancel(campaign=actions.start(edition=draft, by=hannah), by=hannah)
    assert campaign.dispatch.frozen_at is None
    assert deciding.unreached(campaign) == 0
    with pytest.raises(actions.Impossible):
        deciding.resend(campaign=campaign, by=hannah)


def test_who_may_not_send_sends_nothing_again(stopped, dana):
    with pytest.raises(PermissionDenied):
        deciding.resend(campaign=stopped, by=dana)


def test_two_subjects_that_were_not_compared_yet_are_compared_after_all(draft, hannah, monkeypatch):
    monkeypatch.setattr(sureness, "fewest_in_a_part", lambda: 10)
    crowd(60)
    comparing.write(edition=draft, subject="Another one", by=hannah)
    campaign = actions.start(edition=EditionPage.objects.get(pk=draft.pk), by=hannah)
    actions.cancel(campaign=campaign, by=hannah)
    assert deciding.resend(campaign=campaign, by=hannah) == 60
    sending.work()
    assert not campaign.dispatch.messages.filter(variant="", state="accepted").exists()
    comparing.choose(campaign=Campaign.objects.get(), subject="second", by=hannah)
    sending.work()
    assert set(states(campaign).values()) == {"accepted"}


def test_the_page_offers_it_with_the_number(desk, stopped):
    path = reverse("newsletters:results", args=[stopped.edition_id])
    assert "Send to the 1 who was left out" in desk.get(path).content.decode()
    desk.post(reverse("newsletters:resend", args=[stopped.edition_id]))
    assert "who was left out" not in desk.get(path).content.decode()
    assert Dispatch.objects.get().state == "running"
