"""An address that was shut is opened again by somebody, with a reason, and the journal says so without the address."""

from __future__ import annotations

import pytest

from accounts.models import User
from journal.models import Entry
from patients.actions import lift_suppression, suppress
from patients.models import Suppression, SuppressionReason

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize("reason", SuppressionReason.values)
def test_it_is_open_again_and_the_journal_says_who_and_why(rosa: User, reason: str) -> None:
    suppress(channel="email", address="ana@home.example", reason=reason, by=None)
    lift_suppression(channel="email", address=" ANA@home.example", why=" She called us. ", by=rosa)
    assert not Suppression.objects.exists()
    entry = Entry.objects.get(verb="address.lifted")
    assert (entry.by, entry.particulars["reason"], entry.particulars["why"]) == (
        *(f"user:{rosa.ref}", reason),
        "She called us.",
    )
    assert "ana" not in f"{entry.subject}{entry.particulars}".lower()


def test_without_a_reason_it_stays_shut(rosa: User) -> None:
    suppress(channel="email", address="ana@home.example", reason="complaint", by=None)
    with pytest.raises(ValueError, match="needs a reason"):
        lift_suppression(channel="email", address="ana@home.example", why="  ", by=rosa)
    assert Suppression.objects.exists()


def test_one_that_is_open_or_on_another_channel_is_left_alone(rosa: User) -> None:
    suppress(channel="sms", address="360-555-0142", reason="stop", by=None)
    lift_suppression(channel="email", address="360-555-0142", why="Asked.", by=rosa)
    assert Suppression.objects.count() == 1
    assert not Entry.objects.filter(verb="address.lifted").exists()
