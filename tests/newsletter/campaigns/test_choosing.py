"""Any saved segment can be chosen for a letter, and only whom it means gets it."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import actions, audience
from newsletter.campaigns.models import Campaign
from patients.models import Segment
from patients.segments import uses
from tests.factories import patients
from tests.factories.segments import SegmentFactory


@pytest.fixture
def spanish(readers):
    patients.letter_reader(language="es", email="ines@home.example")
    patients.agree(patients.letter_reader(language="es"), is_given=False)
    return SegmentFactory.create(name="Readers of Spanish")


def to(name, edition):
    return reverse(f"newsletters:{name}", args=[edition.pk])


def test_a_chosen_segment_is_counted_and_sent_to_alone(desk, draft, spanish):
    assert desk.post(to("address", draft), {"segment": spanish.ref}).headers["Location"] == to("send", draft)
    page = desk.get(to("send", draft)).content.decode()
    assert "Send to 1 person…" in page
    assert "People who read Spanish." in page
    desk.post(to("send_now", draft), {"segment": spanish.ref})
    assert not Message.objects.exists(), "what was not looked at is asked about again"
    actions.start(edition=draft, by=None)
    assert [message.address for message in Message.objects.all()] == ["ines@home.example"]
    started = Entry.objects.get(verb="campaign.started")
    assert (started.particulars["segment"], started.particulars["clinical"]) == (spanish.ref, False)


def test_those_left_out_are_of_the_segment(spanish):
    found = audience.of(audience.segment_named("Readers of Spanish"))
    assert (found.people, found.out) == (1, 1)


def test_a_choice_that_changed_since_the_question_is_asked_about_again(desk, draft, spanish):
    desk.post(to("address", draft), {"segment": spanish.ref})
    seen = actions.letter_hash(actions.newest(draft))
    desk.post(to("send_now", draft), {"seen": seen, "segment": "everyone"})
    assert Campaign.objects.get().state == "draft"


def test_what_was_put_away_or_broken_cannot_be_sent_to(desk, draft, spanish, hannah):
    actions.prepare(edition=draft, segment=spanish.ref, by=hannah)
    Segment.objects.filter(pk=spanish.pk).update(archived_at=timezone.now())
    page = desk.get(to("send", draft)).content.decode()
    assert "was put away. Choose another." in page
    with pytest.raises(audience.NoSuchSegment, match="put away"):
        actions.start(edition=draft, by=hannah)
    broken = {"match": "all", "parts": [{"ask": "gone"}]}
    Segment.objects.filter(pk=spanish.pk).update(archived_at=None, tree=broken)
    assert "no longer there" in desk.get(to("send", draft)).content.decode()
    assert not Message.objects.exists()


def test_the_segment_says_which_letters_use_it(draft, spanish, hannah):
    actions.prepare(edition=draft, segment=spanish.ref, by=hannah)
    [(label, url)] = uses(spanish.ref)
    assert draft.title in label
    assert url == to("send", draft)


def test_nothing_of_a_choice_leaves_by_looking(desk, draft, spanish):
    desk.get(to("send", draft), {"segment": spanish.ref})
    assert not Campaign.objects.exists()


def test_a_clinical_choice_needs_the_right(draft, rosa, hannah, monkeypatch):
    clinical = {"match": "all", "parts": [{"ask": "had_code", "how": "ever", "code": "D4341"}]}
    segment = SegmentFactory.create(tree=clinical, is_clinical=True)
    assert actions.prepare(edition=draft, segment=segment.ref, by=hannah).segment == segment.ref
    monkeypatch.setattr("newsletter.campaigns.policy.may_choose_by_health", lambda user: False)
    with pytest.raises(PermissionDenied):
        actions.prepare(edition=draft, segment=segment.ref, by=hannah)
    with pytest.raises(PermissionDenied):
        actions.start(edition=draft, by=hannah)


def test_the_command_takes_a_name(draft, spanish):
    out = io.StringIO()
    call_command("campaign", "new", "--edition", draft.ref, "--segment", "readers of SPANISH", stdout=out)
    assert Campaign.objects.get(ref=out.getvalue().strip()).segment == spanish.ref
    with pytest.raises(CommandError, match="SG-"):
        call_command("campaign", "new", "--edition", draft.ref, "--segment", "nobody")
