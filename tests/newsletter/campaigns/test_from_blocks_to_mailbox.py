"""The thin letter, whole: from blocks to the mail that arrives, its links, and one click that ends it."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from content.public_forms import stamp
from delivery import sending
from delivery.models import Dispatch, Message
from newsletter.campaigns import actions, audience, results, trying
from newsletter.editions.models import EditionPage
from patients.segments import EVERYONE_WHO_GETS_LETTERS
from tests.factories import editions, patients


def mails(settings):
    found = {}
    for path in Path(settings.OUTBOX_ROOT).glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        found[mail["To"].addresses[0].addr_spec] = mail
    return found


def path_in(text, purpose):
    return re.search(rf"(/e/{purpose}/[^/\s]+/)", text).group(1)


@pytest.fixture
def sent(draft, readers, hannah, settings):
    campaign = actions.start(edition=draft, by=hannah)
    sending.work()
    campaign.refresh_from_db()
    return campaign


def test_everyone_has_it_once(sent, settings):
    arrived = mails(settings)
    assert set(arrived) == {"castellanos@home.example", "walter@home.example"}
    found = results.of(sent)
    assert (found.accepted, found.letters, found.waiting) == (2, 2, 0)
    assert sent.stage == "finished"
    sending.work()
    assert len(list(Path(settings.OUTBOX_ROOT).glob("*.eml"))) == 2


def test_the_mail_greets_by_name_and_leaves_no_slot(sent, settings):
    mail = mails(settings)["walter@home.example"]
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    for part in (html, text):
        assert "Hello Walter," in part
        assert not re.search(r"\{[a-z_]+(\|[^}]*)?\}", part.split("</style>")[-1])
        for purpose in ("view", "preferences", "unsubscribe", "why", "refer"):
            assert f"/e/{purpose}/" in part
    assert mail["Subject"] == "Is sparkling water hard on teeth?"
    assert "Hello Ruth and Teo," in mails(settings)["castellanos@home.example"].get_body(("plain",)).get_content()


def test_the_mail_has_what_every_letter_must_have(sent, settings):
    mail = mails(settings)["walter@home.example"]
    assert "/e/unsubscribe/" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"]
    assert mail["From"].addresses[0].addr_spec == "hello@juniper-row.example"
    assert len(mail.as_bytes()) < 90 * 1024


def test_every_link_of_the_mail_opens(sent, settings, client):
    text = mails(settings)["walter@home.example"].get_body(("plain",)).get_content()
    for purpose in ("view", "preferences", "unsubscribe", "why", "refer"):
        assert client.get(path_in(text, purpose)).status_code == 200, purpose


def test_one_click_stops_the_next_letter(sent, settings, client, hannah):
    text = mails(settings)["walter@home.example"].get_body(("plain",)).get_content()
    answer = client.post(path_in(text, "unsubscribe"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert audience.of(EVERYONE_WHO_GETS_LETTERS).people == 2
    editions.edition(slug="january", issued_on="2027-01-05", blocks=editions.letter_blocks())
    following = EditionPage.objects.get(slug="january")
    campaign = actions.start(edition=following, by=hannah)
    assert not campaign.dispatch.messages.filter(address="walter@home.example").exists()


def test_who_leaves_between_click_and_turn_is_left_out(draft, readers, hannah, settings):
    from tests.factories import patients

    campaign = actions.start(edition=draft, by=hannah)
    patients.agree(readers[2], is_given=False)
    sending.work()
    found = results.of(campaign)
    assert (found.accepted, found.skipped) == (1, 1)
    assert found.left_out == [("unsubscribed", 1)]


def test_a_paused_letter_leaves_nothing(draft, readers, hannah, settings):
    campaign = actions.start(edition=draft, by=hannah)
    actions.pause(campaign=campaign, by=hannah)
    sending.work()
    assert mails(settings) == {}
    actions.resume(campaign=campaign, by=hannah)
    sending.work()
    assert len(mails(settings)) == 2


def test_a_test_mail_arrives_marked_and_its_unsubscribe_changes_nothing(draft, readers, hannah, settings, client):
    trying.send_test(edition=draft, by=hannah)
    sending.work()
    mail = mails(settings)[hannah.email]
    assert mail["Subject"] == "[Test] Is sparkling water hard on teeth?"
    text = mail.get_body(("plain",)).get_content()
    assert client.post(path_in(text, "unsubscribe"), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert audience.of(EVERYONE_WHO_GETS_LETTERS).people == 3


def test_signing_up_leads_to_the_next_letter(edition, draft, hannah, settings, client):
    typed = {"email": "ana@home.example", "stamp": stamp("subscribe", age=timedelta(minutes=1))}
    client.post("/newsletter/subscribe/", typed, headers={"Sec-Fetch-Site": "same-origin"})
    sending.work()
    mail = mails(settings)["ana@home.example"]
    for kind in ("plain", "html"):
        assert "/e/confirm/" in mail.get_body((kind,)).get_content()
    client.post(path_in(mail.get_body(("plain",)).get_content(), "confirm"))
    actions.start(edition=draft, by=hannah)
    sending.work()
    arrived = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in Path(settings.OUTBOX_ROOT).glob("*.eml")
    ]
    (letter,) = [mail for mail in arrived if mail["Subject"] == "Is sparkling water hard on teeth?"]
    assert letter["To"].addresses[0].addr_spec == "ana@home.example"
    assert "Hello there," in letter.get_body(("plain",)).get_content()


def test_those_who_got_enough_are_counted_before_the_click_and_not_promised(desk, draft, readers):
    ruth = patients.letter_reader(email="ruth@home.example", at_most="month")
    point = ruth.contact_points.get()
    Message.objects.create(
        reader=ruth,
        purpose="own_services",
        topic="letter",
        state="accepted",
        address=point.address,
        address_hash=point.address_hash,
        occasion="earlier",
        message_id="earlier@juniper-row.example",
        next_try_at=None,
        settled_at=timezone.now(),
    )
    page = desk.get(reverse("newsletters:send", args=[draft.pk])).content.decode()
    assert "Send to 3 people…" in page
    assert "1 had as many letters as they want for now" in page
    question = desk.get(reverse("newsletters:confirm", args=[draft.pk])).content.decode()
    assert "Send to 3 people?" in question
    assert "<dt>Not this time</dt><dd>1 had as many letters as they want for now</dd>" in question
    actions.start(edition=draft, by=None)
    sending.work()
    done = desk.get(reverse("newsletters:results", args=[draft.pk])).content.decode()
    assert "1 had as many letters as they want for now" in done
    assert set(Dispatch.objects.get().messages.values_list("state", "reason")) == {
        ("accepted", ""),
        ("skipped", "enough"),
    }
