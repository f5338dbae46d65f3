"""The pages behind a letter's links: GET shows, only POST changes, one link opens one page."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from delivery import actions, links, outbox, sending, wishes
from delivery.models import Message
from journal.models import Entry
from patients.models import Consent, Reader
from tests.factories.delivery import audience, dispatch, letter, shared_mailbox
from tests.factories.patients import agree, letter_reader
from vault import tokens

pytestmark = pytest.mark.django_db

PAGES = ("unsubscribe", "preferences", "why")


@pytest.fixture
def reader(house):
    return letter_reader(given_name="Margaret", family_name="Ellison", email="margaret@readers.example")


@pytest.fixture
def message(reader):
    return actions.start(dispatch=dispatch(), by=None).messages.get()


def page(purpose, message):
    return links.url(purpose, message).removeprefix("http://127.0.0.1:8000")


def facts():
    return (
        list(Consent.objects.order_by("pk").values()),
        list(Reader.objects.order_by("pk").values()),
        Entry.objects.count(),
        list(Message.objects.values("state", "reason")),
    )


@pytest.mark.parametrize("purpose", PAGES)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_every_link_changes_nothing(client, message, purpose, method):
    before = facts()
    for _ in range(2):
        answer = getattr(client, method)(page(purpose, message))
        assert answer.status_code == 200
    assert facts() == before
    assert not answer.cookies or set(answer.cookies) <= {"csrftoken"}


@pytest.mark.parametrize("purpose", PAGES)
def test_a_page_shows_at_most_the_first_name(client, message, purpose):
    text = client.get(page(purpose, message)).content.decode()
    assert "Ellison" not in text
    assert "margaret@" not in text


@pytest.mark.parametrize("purpose", PAGES)
def test_a_page_is_neither_kept_nor_indexed(client, message, purpose):
    answer = client.get(page(purpose, message))
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_of_another_purpose_opens_nothing(client, message, purpose):
    for other in sorted(tokens.PURPOSES - {purpose}):
        token = tokens.sign(other, message.ref)
        assert client.get(f"/e/{purpose}/{token}/").status_code == 404
        assert client.post(f"/e/{purpose}/{token}/", {"List-Unsubscribe": "One-Click"}).status_code in {403, 404, 405}


@pytest.mark.parametrize("purpose", PAGES)
def test_no_altered_link_opens_anything(client, message, purpose):
    before, token = facts(), page(purpose, message).split("/")[3]
    for at in range(len(token)):
        swapped = "A" if token[at] != "A" else "B"
        altered = token[:at] + swapped + token[at + 1 :]
        try:
            opened = tokens.read(purpose, altered) == message.ref
        except tokens.TokenRefused:
            opened = False
        # the last character of a signature holds two bits that say nothing
        if not opened:
            assert client.post(f"/e/{purpose}/{altered}/").status_code in {403, 404, 405}
    for altered in ("", token[:-4], token + "x", "x", token.replace(":", ".")):
        assert client.get(f"/e/{purpose}/{altered}/").status_code == 404
    assert facts() == before


def test_a_link_to_a_message_that_is_gone_opens_nothing(client, message):
    address = page("unsubscribe", message)
    Message.objects.all().delete()
    assert client.get(address).status_code == 404


@pytest.mark.both
def test_one_click_stops_what_is_queued_already_and_the_next_letter(message, reader):
    bare = Client(enforce_csrf_checks=True)
    answer = bare.post(page("unsubscribe", message), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert not answer.cookies
    sending.work()
    message.refresh_from_db()
    assert (message.state, message.reason) == ("skipped", "objected")
    following = actions.start(dispatch=dispatch("campaign:CA-NEXT"), by=None)
    sending.work()
    assert following.counts()["skipped"] == 1
    assert outbox.read() == []
    line = Consent.objects.standing().get(reader=reader, purpose="own_services")
    assert (line.is_given, line.source, line.evidence) == (False, "one_click", {"message": message.ref})
    entry = Entry.objects.get(verb="consent.withdrawn")
    assert entry.by == f"reader:{reader.ref}"


def test_a_mailbox_that_said_no_gets_no_letter_for_whoever_had_a_break_then(house):
    ruth, teo = letter_reader(given_name="Ruth"), letter_reader(given_name="Teo")
    shared_mailbox(ruth, teo)
    today = timezone.localdate()
    Reader.objects.filter(pk=teo.pk).update(paused_until=today + timedelta(days=30))
    first = actions.start(dispatch=dispatch(readers=Reader.objects.filter(pk=ruth.pk)), by=None).messages.get()
    Client().post(page("unsubscribe", first), {"List-Unsubscribe": "One-Click"})
    Reader.objects.filter(pk=teo.pk).update(paused_until=today)
    following = actions.start(dispatch=dispatch("campaign:CA-NEXT"), by=None)
    sending.work()
    assert following.counts()["skipped"] == following.counts()["total"] == 1


def test_a_member_of_an_office_at_the_same_address_keeps_their_own_letters(house):
    ruth, dana = letter_reader(given_name="Ruth"), letter_reader(given_name="Dana", kind=Reader.Kind.OFFICE)
    shared_mailbox(ruth, dana)
    first = actions.start(dispatch=dispatch(readers=Reader.objects.filter(pk=ruth.pk)), by=None).messages.get()
    wishes.stop(message=first, source="one_click")
    assert [reader.given_name for reader in wishes.readers_of(first)] == ["Ruth"]
    assert Consent.objects.standing().get(reader=dana).is_given


def test_whose_reader_was_erased_is_told_that_nothing_comes(client, message):
    Message.objects.update(reader=None)
    address = page("unsubscribe", message)
    assert "The letter is stopped" in client.get(address).content.decode()
    assert client.post(address).status_code == 302


def test_the_link_that_mail_programs_use_is_the_one_in_the_header(client, message, reader):
    sending.work()
    (mail,) = outbox.read()
    header = dict(mail.headers)["List-Unsubscribe"]
    address = header.partition("<")[2].partition(">")[0].removeprefix("http://127.0.0.1:8000")
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Consent.objects.standing().get(reader=reader).is_given


def test_the_second_click_on_stop_changes_nothing_more(client, message, reader):
    for _ in range(3):
        client.post(page("unsubscribe", message), {"List-Unsubscribe": "One-Click"})
    assert Consent.objects.filter(reader=reader).count() == 2
    assert Entry.objects.filter(verb="consent.withdrawn").count() == 1


def test_the_button_stops_the_letter_and_says_so(client, message, reader):
    address = page("unsubscribe", message)
    assert "Stop the letter" in client.get(address).content.decode()
    answer = client.post(address, follow=True)
    assert "The letter is stopped" in answer.content.decode()
    line = Consent.objects.standing().get(reader=reader)
    assert (line.is_given, line.source) == (False, "mail_link")


def test_everything_can_be_stopped_at_once(client, message, reader):
    agree(reader, purpose="treatment")
    client.post(page("unsubscribe", message), {"all": "1"})
    assert not Consent.objects.standing().filter(reader=reader, is_given=True).exists()
    actions.put(letter(), to="margaret@readers.example", occasion="visit", reader=reader)
    sending.work()
    assert len(outbox.read()) == 1


def test_stopping_the_letter_leaves_recalls_alone(client, message, reader):
    agree(reader, purpose="treatment")
    client.post(page("unsubscribe", message))
    assert set(Consent.objects.standing().filter(is_given=True).values_list("purpose", flat=True)) == {"treatment"}


@pytest.mark.both
def test_who_shares_the_mailbox_is_stopped_together(client, house):
    ruth, teo = audience(2)
    shared_mailbox(ruth, teo)
    message = actions.start(dispatch=dispatch(), by=None).messages.get()
    client.post(page("unsubscribe", message))
    assert not Consent.objects.standing().filter(is_given=True).exists()
    sending.work()
    assert outbox.read() == []


@time_machine.travel("2026-11-30 18:00:00+00:00", tick=False)
def test_a_break_holds_back_and_ends_by_itself(client, message, reader):
    answer = client.post(page("unsubscribe", message), {"pause": "3"}, follow=True)
    assert "You have a break" in answer.content.decode()
    assert "Feb 28, 2027" in answer.content.decode() or "February 28, 2027" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.paused_until == date(2027, 2, 28)
    sending.work()
    assert Counter(Message.objects.values_list("reason", flat=True)) == {"paused": 1}
    with time_machine.travel("2027-03-01 18:00:00+00:00", tick=False):
        actions.start(dispatch=dispatch("campaign:CA-SPRING"), by=None)
        sending.work()
    assert len(outbox.read()) == 1


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 1, 15), 0, None),
    ],
)
def test_months_are_counted_as_people_do(day, months, after):
    assert wishes.after_months(day, months) == after


def test_why_names_the_yes_on_which_it_rests(client, message, reader):
    text = client.get(page("why", message)).content.decode()
    assert "You said yes" in text
    assert "at our desk" in text


def test_why_says_what_an_existing_patient_may_do(client, house):
    reader = letter_reader(given_name="Walter")
    agree(reader, is_given=False)
    agree(reader, basis="may_object")
    message = actions.start(dispatch=dispatch(), by=None).messages.get()
    assert "until you say no" in client.get(page("why", message)).content.decode()


def test_why_still_says_what_stood_when_it_was_written(client, message, reader):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        client.post(page("unsubscribe", message))
    assert "You said yes" in client.get(page("why", message)).content.decode()


def test_why_says_for_whom_it_was_and_how_much_comes(client, reader):
    given = {"topic": "letter", "audience": "everyone who gets our letter"}
    message = actions.start(dispatch=dispatch(**given), by=None).messages.get()
    sending.work()
    text = client.get(page("why", message)).content.decode()
    assert "everyone who gets our letter" in text
    assert "4 letters in 30 days. You got 1 in" in " ".join(text.split())
    Reader.objects.update(at_most="quarter")
    assert "Every 3 months. You got 1 in" in " ".join(client.get(page("why", message)).content.decode().split())


def test_less_instead_of_nothing_is_kept_for_the_mailbox(client, message, reader):
    answer = client.post(page("unsubscribe", message), {"cap": "q"}, follow=True)
    assert "You get a letter every 3 months at most." in answer.content.decode()
    reader.refresh_from_db()
    assert reader.at_most == "quarter"
    assert Consent.objects.standing().get().is_given
    entry = Entry.objects.get(verb="preferences.chosen")
    assert (entry.by, entry.particulars["changed"]) == (f"reader:{reader.ref}", ["at_most"])


def test_why_takes_no_post(client, message):
    assert client.post(page("why", message)).status_code == 405


def test_what_concerns_ones_own_visit_cannot_be_stopped(client, house, reader):
    message = actions.put(letter(), to="margaret@readers.example", occasion="visit", reader=reader)
    assert client.get(page("unsubscribe", message)).status_code == 404
    assert client.post(page("unsubscribe", message), {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert "about your own visit or account" in client.get(page("why", message)).content.decode()


def test_a_test_letters_links_work_and_record_nothing(client, house, hannah):
    message = actions.send_test(letter=letter(), to="hannah@juniper-row.example", by=hannah)
    before = facts()
    for purpose in PAGES:
        assert "test" in client.get(page(purpose, message)).content.decode().lower()
    assert client.post(page("unsubscribe", message), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(page("unsubscribe", message), {"all": "1"}).status_code == 302
    assert client.post(page("unsubscribe", message), {"pause": "3"}).status_code == 302
    assert client.post(page("unsubscribe", message), {"cap": "q"}).status_code == 302
    assert client.post(page("preferences", message), {"wanted": ["due.email"], "language": "es"}).status_code == 302
    assert client.post(page("preferences", message), {"stop_all": "1"}).status_code == 302
    assert facts() == before


def test_a_hostile_name_is_only_text(client, message, reader):
    Reader.objects.filter(pk=reader.pk).update(given_name="<script>alert(1)</script>")
    for purpose in ("preferences", "why"):
        text = client.get(page(purpose, message)).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


QUESTIONS = [("unsubscribe", 7), ("preferences", 11), ("why", 9), ("refer", 8), ("view", 2)]


@pytest.mark.parametrize(("purpose", "most"), QUESTIONS)
def test_a_page_asks_the_database_little(client, message, purpose, most, django_assert_max_num_queries):
    client.get(page(purpose, message))
    with django_assert_max_num_queries(most) as asked:
        client.get(page(purpose, message))
    of_message = [one for one in asked if 'WHERE "delivery_message"."id" IN ' in one["sql"]]
    assert len(of_message) == 1, "its language and its page are told by one reading of the letter"
