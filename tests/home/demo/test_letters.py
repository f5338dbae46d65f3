"""The demo's letters in review, approved and to colleagues, as the list shows them."""

from __future__ import annotations

import pytest

from accounts.models import User
from home.demo.seed.story import Story
from newsletter.campaigns import approval, listing
from newsletter.editions import checks
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays

pytestmark = pytest.mark.django_db


def test_the_next_letter_has_a_block_for_some_and_waits_for_dr_okafor(told: Story) -> None:
    ready = EditionPage.objects.filter(live=False, written_for="patients").earliest("issued_on")
    assert [str(block.block.label) for block in ready.body if block not in ready.blocks_for()] == ["Appointment call"]
    assert list(InWays(ready).rules) == ["A"]
    [waiting] = approval.waiting_for(User.objects.get(email="okafor@juniper-row.example"))
    assert waiting.edition == ready
    assert not approval.waiting_for(User.objects.get(email="hannah@juniper-row.example"))


def test_letters_to_colleagues_stand_in_the_list_with_where_they_are(told: Story) -> None:
    offices = EditionPage.objects.get(written_for="offices")
    team = EditionPage.objects.get(written_for="team")
    lines = {line.edition.pk: line for line in listing.lines(listing.Asked().letters())}
    assert [lines[one.pk].stage for one in (offices, team)] == ["sent", "approved"]
    assert {line.stage for line in lines.values()} == {"draft", "review", "approved", "sent"}
    assert set(offices.campaign.dispatch.messages.values_list("reader__kind", flat=True)) == {"office"}
    assert not approval.of(team).is_in_the_way
    assert not [check for check in checks.run(team.get_latest_revision_as_object()) if check.is_in_the_way]
    assert not EditionPage.objects.live().exclude(written_for="patients").exists()
