"""A letter as its receiver's machine has it, and nothing else: whole by every rule, and one click away from silence."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from delivery import actions, sending
from delivery.models import Message
from delivery.sink import Sink
from patients.models import Consent, Reader
from tests.factories.delivery import audience, dispatch

pytestmark = [pytest.mark.django_db, pytest.mark.both]
STRICT = policy.SMTP.clone(raise_on_defect=True)
ONCE = (
    *("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"),
    *("Reply-To", "List-Id", "Feedback-ID", "List-Unsubscribe", "List-Unsubscribe-Post"),
)


@pytest.fixture
def raw(house, settings) -> bytes:
    """Return the bytes of one letter as they came over the wire; its reader's name is no easy one."""
    audience(1)
    Reader.objects.update(given_name="Zo\u00eb \u201cZ\u201d", family_name="\u00d1u\u00f1ez, .Jr")
    actions.start(dispatch=dispatch(), by=None)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
    (taken,) = sink.received
    return taken.data


def test_every_header_of_a_letter_stands_there_once_and_well(raw, house):
    letter = message_from_bytes(raw, policy=STRICT)
    assert {name: len(letter.get_all(name, [])) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert letter["From"].addresses[0].addr_spec == house.sender_email
    assert letter["Reply-To"].addresses[0].addr_spec == house.reply_email
    (to,) = letter["To"].addresses
    assert (to.addr_spec, to.display_name) == ("reader0@readers.example", "Zo\u00eb \u201cZ\u201d \u00d1u\u00f1ez, .Jr")
    assert abs(timezone.now() - parsedate_to_datetime(letter["Date"])).total_seconds() < 60
    kept = Message.objects.get()
    assert letter["Message-ID"] == f"<{kept.message_id}>"
    assert re.fullmatch(r"<letters\.[a-z0-9.-]+>", letter["List-Id"])
    assert letter["Feedback-ID"].count(":") == 3
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_its_parts_are_plain_text_and_html_and_no_line_is_too_long(raw):
    letter = message_from_bytes(raw, policy=STRICT)
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not [part for part in letter.walk() if part.defects]
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert len(raw) <= 90_000
    text = letter.get_body(("plain",)).get_content()
    assert "Zo\u00eb" in text
    assert "<" not in text


def ways_out(raw: bytes) -> tuple[str, str]:
    """Return where the letter's own header says that one click goes, and the mailbox that may be written to."""
    header = str(message_from_bytes(raw, policy=STRICT)["List-Unsubscribe"])
    web, mailbox = re.findall(r"<([^<>\s]+)>", header)
    return web, mailbox


def one_click(raw: bytes):
    """Do what a mail service's button does (RFC 8058): POST the field to the address, without cookies."""
    web, _mailbox = ways_out(raw)
    name, _, value = str(message_from_bytes(raw, policy=STRICT)["List-Unsubscribe-Post"]).partition("=")
    return Client(enforce_csrf_checks=True).post(urlsplit(web).path, {name: value})


def test_one_click_from_the_raw_message_alone_ends_the_letters(raw, settings):
    web, mailbox = ways_out(raw)
    assert web.startswith(settings.SITE_URL)
    assert mailbox.startswith("mailto:")
    assert one_click(raw).status_code == 200
    assert not Consent.objects.standing().get(purpose="own_services").is_given
    following = actions.start(dispatch=dispatch("campaign:CA-NEXT"), by=None)
    with Sink() as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
    assert sink.received == []
    assert following.counts().get("accepted", 0) == 0


def test_a_second_click_says_the_same_and_writes_nothing_down(raw):
    one_click(raw)
    lines = Consent.objects.count()
    assert one_click(raw).status_code == 200
    assert Consent.objects.count() == lines


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_only_looks_stops_nothing(raw, method):
    web, _mailbox = ways_out(raw)
    assert getattr(Client(), method)(urlsplit(web).path).status_code == 200
    assert Consent.objects.standing().get(purpose="own_services").is_given


def test_a_link_with_another_letter_in_it_stops_nobody(raw):
    web, _mailbox = ways_out(raw)
    path = urlsplit(web).path.rstrip("/")
    other = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert Client().post(f"{other}/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert Consent.objects.standing().get(purpose="own_services").is_given
