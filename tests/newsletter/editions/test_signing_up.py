"""Somebody signs up for the letter, and only who holds the mailbox becomes a reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.public_forms import stamp
from delivery import links
from delivery.actions import put
from delivery.envelope import Letter
from delivery.models import Message
from journal.models import Entry
from newsletter.editions import signing_up
from patients.actions import lift_suppression, suppress
from patients.models import Basis, Consent, ContactPoint, Patient, Reader, Suppression
from practice import clocks
from practice.follow_ups import FollowUp
from tests.factories import patients

HERE = {"headers": {"Sec-Fetch-Site": "same-origin"}}


@pytest.fixture(autouse=True)
def house(location):
    cache.clear()
    return location


def sign_up(client, email="ana@home.example", **more):
    stamped = {"stamp": stamp("subscribe", age=timedelta(minutes=1)), "email": email, **more}
    return client.post("/newsletter/subscribe/", stamped, **HERE)


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


def test_opening_the_address_of_the_form_shows_it_and_signs_nobody_up(client):
    for way in ("/newsletter/subscribe/", "/newsletter/subscribe/?email=ana@home.example"):
        answer = client.get(way)
        assert answer.status_code == 200
        assert 'name="email"' in answer.content.decode()
        assert 'value="ana@home.example"' not in answer.content.decode()
        assert 'role="alert"' not in answer.content.decode()
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not Message.objects.exists()
    assert client.put("/newsletter/subscribe/").status_code == 405


def test_a_link_holds_a_week(client):
    sign_up(client)
    message = Message.objects.get()
    with time_machine.travel(timezone.now() + signing_up.CONFIRM_WITHIN + timedelta(minutes=1)):
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


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_a_shut_address_gets_the_same_answer(reason, client):
    open_one = sign_up(client, "open@home.example")
    suppress(channel="email", address="shut@home.example", reason=reason, by=None)
    shut = sign_up(client, "shut@home.example")
    assert (shut.status_code, shut.content) == (open_one.status_code, open_one.content)


def test_known_unknown_and_shut_addresses_cost_the_same_questions(client):
    patients.letter_reader(email="known@home.example")
    suppress(channel="email", address="shut@home.example", reason="complaint", by=None)
    clocks.today()  # the practice's zone is asked for once a minute
    asked = []
    for address in ("unknown@home.example", "known@home.example", "shut@home.example"):
        with CaptureQueriesContext(connection) as queries:
            sign_up(client, address)
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_too_quick_and_too_old_are_asked_again_with_the_address_kept(client):
    for stamped in (stamp("subscribe"), stamp("subscribe", age=timedelta(days=2)), "", "x"):
        answer = sign_up(client, stamp=stamped)
        assert answer.status_code == 422
        assert "ana@home.example" in answer.text
        assert "send again" in answer.text
    assert not Message.objects.exists()


def test_a_page_that_says_so_can_be_sent(client):
    again = sign_up(client, stamp="").context["form"].current_stamp
    assert sign_up(client, stamp=again).status_code == 200
    assert Message.objects.count() == 1


def test_a_network_has_a_limit_in_words(client):
    answers = [sign_up(client, f"a{number}@home.example") for number in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "wait an hour" in answers[-1].text
    assert Message.objects.count() == 20


def test_it_needs_neither_token_nor_cookie():
    bare = Client(enforce_csrf_checks=True)
    assert sign_up(bare).status_code == 200
    assert confirm(bare, Message.objects.get()).status_code == 302


def test_a_break_ends_when_somebody_signs_up_again(client):
    reader = patients.letter_reader(email="rest@home.example")
    Reader.objects.update(paused_until=timezone.localdate() + timedelta(days=90))
    sign_up(client, "rest@home.example")
    confirm(client, Message.objects.get())
    reader.refresh_from_db()
    assert reader.paused_until is None


def test_what_somebody_once_asked_of_the_practice_they_take_back_by_themselves(client):
    suppress(channel="email", address="ana@home.example", reason="staff", by=None)
    sign_up(client)
    confirm(client, Message.objects.get())
    assert not Suppression.objects.exists()
    assert Entry.objects.filter(verb="address.restored").count() == 1


def test_a_mailbox_that_complained_stays_shut_and_a_colleague_looks(client, rosa):
    suppress(channel="email", address="ana@home.example", reason="complaint", by=None)
    sign_up(client)
    for _ in range(2):
        assert confirm(client, Message.objects.get()).status_code == 302
    assert Suppression.objects.get().reason == "complaint"
    follow_up = FollowUp.objects.get()
    assert follow_up.kind == "letter"
    assert follow_up.concerns == f"reader:{Reader.objects.get().ref}"


@pytest.mark.parametrize("status", [Patient.Status.DECEASED, Patient.Status.DISMISSED])
def test_nobody_writes_to_who_died_or_was_dismissed_before_a_colleague_looked(status, client, rosa):
    reader = patients.ReaderFactory.create(email="late@home.example", kind="patient")
    patients.PatientFactory.create(reader=reader, status=status)
    sign_up(client, "late@home.example")
    assert confirm(client, Message.objects.filter(dispatch=None).get()).status_code == 302
    assert not Consent.objects.exists()
    assert FollowUp.objects.get().concerns == f"reader:{reader.ref}"


def test_who_shares_the_mailbox_of_somebody_who_died_gets_the_letter(client, rosa):
    late = patients.ReaderFactory.create(email="home@home.example", kind="patient")
    patients.PatientFactory.create(reader=late, status=Patient.Status.DECEASED)
    partner = patients.ReaderFactory.create(email="home@home.example", kind="household")
    sign_up(client, "home@home.example")
    confirm(client, Message.objects.get())
    assert Consent.objects.get().reader == partner
    assert not FollowUp.objects.exists()


def test_before_anybody_works_here_a_shut_mailbox_is_still_answered(client):
    suppress(channel="email", address="ana@home.example", reason="complaint", by=None)
    sign_up(client)
    assert confirm(client, Message.objects.get()).status_code == 302


def test_a_mailbox_that_complained_gets_no_link_whoever_asks(client):
    suppress(channel="email", address="ana@home.example", reason="complaint", by=None)
    for _ in range(2):
        assert sign_up(client).status_code == 200
    message = Message.objects.get()
    assert (message.state, message.reason, message.next_try_at) == ("skipped", "suppressed", None)


@pytest.mark.parametrize("reason", ["staff", None])
def test_who_only_asked_the_practice_gets_the_link(client, reason):
    if reason:
        suppress(channel="email", address="ana@home.example", reason=reason, by=None)
    sign_up(client)
    assert Message.objects.get().state == "queued"


def test_once_the_complaint_is_lifted_the_link_comes_again(client, rosa):
    suppress(channel="email", address="ana@home.example", reason="complaint", by=None)
    lift_suppression(channel="email", address="Ana@Home.example", why="She pressed the wrong button.", by=rosa)
    sign_up(client)
    assert Message.objects.get().state == "queued"
