"""What the checks have doubts about is asked once for a letter, before it goes, and again when the letter changed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from journal.models import Entry
from newsletter.campaigns import actions
from newsletter.campaigns.models import Campaign

pytestmark = pytest.mark.both


def to(name, edition):
    return reverse(f"newsletters:{name}", args=[edition.pk])


def seen(edition):
    return actions.letter_hash(actions.newest(edition))


def looked():
    return Entry.objects.filter(verb="campaign.looked")


@pytest.fixture
def doubtful(draft):
    """Return a letter without preview text: it may go, once somebody has looked."""
    draft.preheader, draft.issued_on = "", date(2026, 11, 3)
    draft.save_revision()
    return type(draft).objects.get(pk=draft.pk)


def test_it_works(desk, doubtful, readers):
    question = desk.get(to("confirm", doubtful)).content.decode()
    assert "No preview text" in question
    assert 'name="looked"' in question
    (letter,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', question)
    answer = desk.post(to("send_now", doubtful), {"seen": letter, "looked": "1"})
    assert answer.url == to("results", doubtful)
    assert looked().get().particulars["checks"] == 1


def test_without_the_tick_nothing_leaves_and_the_question_is_shown_again(desk, doubtful, readers):
    answer = desk.post(to("send_now", doubtful), {"seen": seen(doubtful)}, follow=True)
    assert answer.redirect_chain[-1][0] == to("confirm", doubtful)
    assert "Look at these first" in answer.content.decode()
    assert not Campaign.objects.filter(state=Campaign.State.STARTED).exists()


def test_what_was_looked_at_is_not_asked_again(desk, doubtful, readers, hannah):
    for _click in range(2):
        actions.look(edition=doubtful, seen=seen(doubtful), by=hannah)
    assert looked().count() == 1
    assert 'name="looked"' not in desk.get(to("confirm", doubtful)).content.decode()
    assert desk.post(to("send_now", doubtful), {"seen": seen(doubtful)}).url == to("results", doubtful)


def test_a_letter_that_changed_is_asked_about_again(desk, doubtful, readers, hannah):
    actions.look(edition=doubtful, seen=seen(doubtful), by=hannah)
    doubtful.subject = "Something else"
    doubtful.save_revision()
    assert 'name="looked"' in desk.get(to("confirm", doubtful)).content.decode()
    with pytest.raises(actions.NotLooked):
        actions.start(edition=doubtful, by=hannah, seen=seen(doubtful))


def test_nobody_looks_at_a_letter_that_is_no_longer_there(doubtful, hannah):
    with pytest.raises(actions.Changed):
        actions.look(edition=doubtful, seen="0" * 64, by=hannah)
    assert not Campaign.objects.exists()


def test_who_may_not_send_cannot_say_that_they_looked(doubtful, rosa):
    with pytest.raises(PermissionDenied):
        actions.look(edition=doubtful, seen=seen(doubtful), by=rosa)


def test_a_letter_that_must_be_mended_cannot_be_looked_past(doubtful, hannah):
    doubtful.subject = ""
    doubtful.save_revision(clean=False)
    with pytest.raises(actions.NotReady, match="no subject"):
        actions.look(edition=doubtful, seen=seen(doubtful), by=hannah)


def test_a_letter_without_doubts_asks_for_no_tick(desk, draft, readers):
    draft.issued_on = date(2026, 11, 3)
    draft.save_revision()
    assert 'name="looked"' not in desk.get(to("confirm", draft)).content.decode()
    assert desk.post(to("send_now", draft), {"seen": seen(draft)}).url == to("results", draft)
