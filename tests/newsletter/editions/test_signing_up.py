"""Somebody signs up for the letter, and only who holds the mailbox becomes a reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery import links
from delivery.actions import put
from delivery.envelope import Letter
from delivery.models import Message
from journal.models import Entry
from newsletter.editions import actions
from patients.models import Basis, Consent, ContactPoint, Reader
from tests.factories import patients

HERE = {"headers": {"Sec-Fetch-Site": "same-origin"}}


@pytest.fixture(autouse=True)
def house(location):
    return location


def sign_up(client, email="ana@home.example", **more):
    return client.post("/newsletter/subscribe/", {"email": email, **more}, **HERE)


def path_of(message):
    return "/e/" + links.url("confirm", message).partition("/e/")[2]


def confirm(client, message):
    return client.post(path_of(message))


def test_it_works(client):
    assert sign_up(client).status_code == 200
    message = Message.objects.get()
    path = path_of(message)
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302
    reader = Reader.objects.get()
    assert reader.kind == Reader.Kind.SUBSCRIBER
    assert reader.contact_points.get().address == "ana@home.example"
    assert reader.contact_points.get().verified_at
    consent = Consent.objects.get()
    assert (consent.basis, consent.is_given, consent.source) == (Basis.AGREED, True, "double_opt_in")
    assert Entry.objects.filter(verb="subscription.confirmed").count() == 1


def test_nothing_is_kept_before_it_is_confirmed(client):
    sign_up(client)
    assert not Reader.objects.exists()
    assert not Consent.objects.exists()


def test_a_scanner_that_opens_the_link_confirms_nothing(client):
    sign_up(client)
    path = path_of(Message.objects.get())
    for method in (client.get, client.head, client.get):
        assert method(path).status_code == 200
    assert not Reader.objects.exists()


def test_a_known_and_an_unknown_address_get_the_same_answer(client):
    patients.letter_reader(email="known@home.example")
    known, unknown = sign_up(client, "known@home.example"), sign_up(client, "unknown@home.example")
    assert known.status_code == unknown.status_code
    assert known.content == unknown.content
    assert Message.objects.count() == 2


def test_who_is_known_already_stays_one_reader(client):
    reader = patients.ReaderFactory.create(email="known@home.example")
    sign_up(client, "Known@Home.example")
    for _ in range(2):
        confirm(client, Message.objects.get())
    assert Reader.objects.get() == reader
    assert Consent.objects.standing().get().is_given


def test_a_second_click_is_one_yes(client):
    sign_up(client)
    for _ in range(3):
        assert confirm(client, Message.objects.get()).status_code == 302
    assert Reader.objects.count() == ContactPoint.objects.count() == Consent.objects.count() == 1
    assert Entry.objects.filter(verb="subscription.confirmed").count() == 1


def test_who_left_and_comes_back_is_a_reader_again(client):
    reader = patients.letter_reader(email="back@home.example")
    patients.agree(reader, is_given=False)
    sign_up(client, "back@home.example")
    confirm(client, Message.objects.get())
    assert Reader.objects.consenting("email", "own_services").get() == reader


def test_a_mailbox_gets_one_mail_a_day(client):
    for _ in range(5):
        assert sign_up(client).status_code == 200
    assert Message.objects.count() == 1


def test_a_machine_in_the_trap_gets_the_same_answer_and_no_mail(client):
    trapped = sign_up(client, website="https://spam.example")
    assert trapped.status_code == 200
    assert trapped.content == sign_up(client).content
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "email", ["", "no", "a@b", "a b@c.example", "a@c.example\r\nBcc: x@y.example", "x" * 300 + "@c.example"]
)
def test_what_is_no_address_is_said_at_the_field(email, client):
    answer = sign_up(client, email)
    assert answer.status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_another_sites_form_is_refused(headers, client):
    assert client.post("/newsletter/subscribe/", {"email": "a@home.example"}, headers=headers).status_code == 403
    assert not Message.objects.exists()


def test_signing_up_is_a_post(client):
    assert client.get("/newsletter/subscribe/").status_code == 405


def test_a_link_holds_a_week(client):
    sign_up(client)
    message = Message.objects.get()
    with time_machine.travel(timezone.now() + actions.CONFIRM_WITHIN + timedelta(minutes=1)):
        assert confirm(client, message).status_code == 404
    assert not Reader.objects.exists()


def test_a_link_of_another_purpose_confirms_nothing(client):
    from vault import tokens

    sign_up(client)
    ref = Message.objects.get().ref
    for purpose in sorted(tokens.PURPOSES - {"confirm"}):
        assert client.post(f"/e/confirm/{tokens.sign(purpose, ref)}/").status_code == 404
    assert not Reader.objects.exists()


def test_a_confirm_link_of_another_message_confirms_nothing(client):
    letter = Letter(subject="A notice", html="", text="A notice", sender_name="Juniper Row")
    message = put(letter, to="x@home.example", occasion="case.accepted:1")
    assert confirm(client, message).status_code == 404
    assert not Reader.objects.exists()


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00"])
def test_a_forged_link_is_not_there(token, client):
    assert client.get(f"/e/confirm/{token}/").status_code == 404
    assert client.post(f"/e/confirm/{token}/").status_code == 404


def test_the_mail_names_nobody(client):
    sign_up(client)
    content = Message.objects.get().content
    assert "ana" not in content.replace("ana@home.example", "").lower().split("letter")[0]
