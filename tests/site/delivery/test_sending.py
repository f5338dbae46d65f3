"""A message's way from an action to the outbox."""

from __future__ import annotations

import pytest

from delivery import actions, outbox, sending
from tests.factories.delivery import audience, dispatch

pytestmark = pytest.mark.django_db


@pytest.mark.both
def test_a_letter_reaches_everyone_once(house):
    audience(3)
    letter = dispatch()
    actions.start(dispatch=letter, by=None)
    assert sending.work() == 3
    letter.refresh_from_db()
    assert letter.state == "finished"
    assert letter.counts()["accepted"] == 3
    mails = outbox.read()
    assert sorted(mail.subject for mail in mails) == ["For you, Given0", "For you, Given1", "For you, Given2"]
    print(mails[0])
    assert sending.work() == 0
