"""What providers and mail servers tell of our mail: taken once, believed only from whom we know, in any order."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import actions, ledger, sending
from delivery.channels.outbox import Outbox
from delivery.models import Dispatch, Message, Report
from delivery.sink import HANG_UP, Sink
from delivery.states import MessageState
from delivery.tasks import hear as hear_all
from delivery.webhooks import hearing, servers
from delivery.webhooks.models import ReportKind
from delivery.webhooks.providers import PROVIDERS
from journal.models import Entry
from patients.addresses import address_hash
from patients.models import Consent
from tests.factories.delivery import audience, crowd, dispatch
from tests.site.delivery.reporting import GONE, later, post, returned, shut

pytestmark = [pytest.mark.django_db, pytest.mark.both]

FULL = "452 4.2.2 The email account that you tried to reach is over quota"


@pytest.fixture(autouse=True)
def a_door(open_door):
    """Reports are taken."""


def postmark(kind, message, *, number=1, words="", at="2026-11-23T10:00:00Z"):
    return {
        "RecordType": {"SpamComplaint": "SpamComplaint", "Delivery": "Delivery"}.get(kind, "Bounce"),
        "Type": kind,
        "ID": number,
        "MessageID": "00000000-0000-0000-0000-000000000000",
        "Metadata": {"message": message.ref},
        "Email": message.address,
        "Recipient": message.address,
        "BouncedAt": at,
        "DeliveredAt": at,
        "Details": words,
    }


def test_a_mailbox_that_is_gone_gets_nothing_more(sent):
    assert post("postmark", postmark("HardBounce", sent[0], words=GONE)).status_code == 200
    assert hearing.hear() == 1
    report = Report.objects.get()
    assert (report.kind, report.message, report.dispatch) == (ReportKind.BOUNCED, sent[0], sent[0].dispatch)
    assert shut() == {sent[0].address_hash: "hard_bounce"}
    assert Entry.objects.filter(verb="address.suppressed").count() == 1
    sent[0].refresh_from_db()
    assert sent[0].state == MessageState.ACCEPTED  # the server to which we spoke took it; what came later is told apart
    assert hearing.counts(sent[0].dispatch_id)["bounced"] == 1


def test_a_report_told_five_times_stands_once(sent):
    for _time in range(5):
        post("postmark", postmark("HardBounce", sent[0], words=GONE))
        hear_all()
    assert Report.objects.count() == Entry.objects.filter(verb="address.suppressed").count() == 1


def test_a_complaint_stops_letters_and_leaves_visits(sent):
    post("postmark", postmark("SpamComplaint", sent[1]))
    hearing.hear()
    assert shut() == {sent[1].address_hash: "complaint"}


def test_a_mailbox_that_is_full_is_shut_only_after_three_days_of_a_month(sent):
    for day, expected in ((1, {}), (1, {}), (2, {}), (3, {sent[0].address_hash: "hard_bounce"})):
        at = (timezone.now() - timedelta(days=5 - day)).isoformat()
        post("postmark", postmark("SoftBounce", sent[0], number=Report.objects.count(), words=FULL, at=at))
        hearing.hear()
        assert shut() == expected


def test_a_full_mailbox_that_took_a_letter_meanwhile_stays_open(sent):
    for day in range(1, 4):
        at = (timezone.now() - timedelta(days=day)).isoformat()
        post("postmark", postmark("SoftBounce", sent[0], number=day, words=FULL, at=at))
        post("postmark", postmark("Delivery", sent[0], number=day, at=at))
    hear_all()
    assert not shut()


def test_somebody_who_unsubscribes_at_the_provider_gets_no_letters(sent):
    body = postmark("x", sent[0]) | {"RecordType": "SubscriptionChange", "SuppressSending": True}
    body["SuppressionReason"] = "ManualSuppression"
    post("postmark", body)
    hearing.hear()
    assert not Consent.objects.standing().get(reader=sent[0].reader, channel="email").is_given


def test_who_opened_a_letter_is_not_kept(sent):
    assert post("postmark", postmark("Open", sent[0]) | {"RecordType": "Open"}).status_code == 200
    assert not Report.objects.exists()


def sparkpost(kind, address, number, *, words="", named=""):
    event = {"type": kind, "event_id": str(number), "timestamp": "1700000000", "raw_rcpt_to": address}
    event |= {"raw_reason": words, "rcpt_meta": {"message": named}}
    return {"msys": {"message_event": event | ({"bounce_class": "10"} if kind == "bounce" else {})}}


def test_a_provider_may_tell_many_at_once(sent):
    kinds = ("bounce", "delivery", "spam_complaint", "open")
    told = [sparkpost(kind, sent[n % 3].address, n, words=GONE, named=sent[n % 3].ref) for n, kind in enumerate(kinds)]
    post("sparkpost", told)
    assert Report.objects.count() == 3
    hear_all()
    assert shut() == {sent[0].address_hash: "hard_bounce", sent[2].address_hash: "complaint"}
    assert Report.objects.filter(message__isnull=False).count() == 3


def mailgun(message, key, *, token="t" * 50):
    stamp = "1700000000"
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "id": "e1",
            "timestamp": 1700000000.0,
            "recipient": message.address,
            "message": {"headers": {"message-id": message.message_id}},
            "delivery-status": {"code": 550, "message": GONE},
            "user-variables": {},
        },
    }


def test_mailgun_is_known_by_its_signature(sent, settings):
    settings.MAIL_HOOK_KEY = "the signing key"
    assert post("mailgun", mailgun(sent[0], "another key")).status_code == 400
    assert post("mailgun", mailgun(sent[0], "the signing key")).status_code == 200
    hearing.hear()
    assert Report.objects.get().message == sent[0]  # found by the Message-ID that we gave it


@pytest.mark.parametrize("secret", ["", "post:wrong", "post:", "a long enough secret"])
def test_a_stranger_tells_nothing(sent, secret):
    answer = post("postmark", postmark("HardBounce", sent[0]), secret=secret)
    assert answer.status_code == 401
    assert not Report.objects.exists()


def test_without_a_secret_of_ours_there_is_no_door(sent, settings):
    settings.MAIL_HOOK_SECRET = ""
    assert post("postmark", postmark("HardBounce", sent[0]), secret="").status_code == 404
    assert post("returned", returned(sent[0]), secret="").status_code == 404


def test_a_provider_that_we_do_not_know_is_not_there():
    assert post("carrierpigeon", {}).status_code == 404
    assert post("base", {}).status_code == 404


def test_a_get_takes_nothing_and_a_head_says_that_we_are_here():
    assert Client().get("/hooks/mail/postmark/").status_code == 405
    assert Client().head("/hooks/mail/postmark/").status_code == 200


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", "1", '"x"', "[" * 5000, '{"RecordType": []}', b"\xff\xfe", '{"Email": {}}', "[1]"]
)
@pytest.mark.parametrize("provider", sorted(set(PROVIDERS) - {"postal"}))  # which reads its key first
def test_what_cannot_be_read_is_refused_and_kept_nowhere(provider, body, settings):
    settings.MAIL_HOOK_KEY = "key"
    assert post(provider, body).status_code in {200, 400}
    assert not Report.objects.exists()


def test_a_flood_in_one_request_is_refused(settings):
    assert post("returned", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)).status_code == 413


def test_hostile_words_are_kept_as_words_without_the_address(sent):
    words = f"<script>alert(1)</script> {sent[0].address} \x00 5.1.1"
    post("postmark", postmark("HardBounce", sent[0], words=words))
    report = Report.objects.get()
    assert sent[0].address not in report.words
    assert "\x00" not in report.words


@pytest.mark.parametrize("order", list(itertools.permutations(["delivered", "bounced", "complained"])))
def test_whatever_the_order_the_end_is_the_same(house, order, settings):
    audience(1)
    actions.start(dispatch=dispatch(), by=None)
    with Sink(fault=lambda step, _recipient: HANG_UP if step == "end" else None) as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
    (message,) = Message.objects.all()
    assert message.state == MessageState.UNKNOWN
    told = {
        "delivered": postmark("Delivery", message),
        "bounced": postmark("HardBounce", message, words=GONE),
        "complained": postmark("SpamComplaint", message),
    }
    for name in order:
        post("postmark", told[name])
        hearing.hear()
        post("postmark", told[name])
        hearing.hear()
    message.refresh_from_db()
    assert (message.state, message.lease, message.reason) == (MessageState.ACCEPTED, None, "")
    assert shut() == {message.address_hash: "hard_bounce"}
    assert sorted(Report.objects.values_list("kind", flat=True)) == ["bounced", "complained", "delivered"]


def test_a_providers_word_about_an_address_counts_without_a_message(sent):
    body = postmark("HardBounce", sent[0], words=GONE) | {"Metadata": {}, "Email": "old@readers.example"}
    post("postmark", body)
    hearing.hear()
    assert not shut()
    with later():
        hearing.hear()
    assert shut() == {address_hash("email", "old@readers.example"): "hard_bounce"}


def test_a_report_may_overtake_the_worker_that_sent(house, monkeypatch):
    audience(1)
    actions.start(dispatch=dispatch(), by=None)
    real = Outbox.send

    def send(self, mails, notes):
        for answered in real(self, mails, notes):
            post("postmark", postmark("HardBounce", Message.objects.get(), words=GONE))
            hearing.hear()
            yield answered

    monkeypatch.setattr(Outbox, "send", send)
    sending.work()
    assert Report.objects.get().message is None
    with time_machine.travel(timezone.now() + hearing.AGAIN, tick=False):
        hearing.hear()
    assert Report.objects.get().message is not None
    assert shut()


def test_five_hundred_reports_take_as_many_questions_as_five(house):
    def told(number, first):
        events = [sparkpost("delivery", f"{n}@readers.example", n) for n in range(first, first + number)]
        with CaptureQueriesContext(connection) as taking:
            post("sparkpost", events)
        with CaptureQueriesContext(connection) as hearing_them:
            assert hearing.hear() == number
        Report.objects.all().delete()
        return len(taking), len(hearing_them)

    few, many = told(5, 0), told(500, 1000)
    assert many[0] <= few[0] + 5  # SQLite takes a thousand values a statement
    assert many[1] <= few[1] + 10


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("550 5.1.1 User unknown", "bounced"),
        ("5.1.10 RESOLVER.ADR.RecipientNotFound", "bounced"),
        ("550 No such user here", "bounced"),
        ("550 Requested action not taken: mailbox unavailable", "delayed"),
        ("550 5.2.1 The email account that you tried to reach is disabled", "bounced"),
        ("552 5.2.2 Mailbox full", "delayed"),
        ("550 5.7.1 Blocked: see https://policy.example/?ip=203.0.113.5.1.1", "delayed"),
        ("421 4.7.0 Try again later", "delayed"),
        ("Transient: MailboxFull", "delayed"),
        ("Permanent: General", "bounced"),
        ("", "delayed"),
    ],
)
def test_servers_words_say_whether_a_mailbox_is_gone(words, kind):
    assert servers.kind_of(words) == kind


def bounces(*, gone, of):
    """Return a sink's fault: the first so many of all mailboxes are gone."""
    told = set()

    def fault(step, recipient):
        if step != "rcpt" or (len(told) >= gone and recipient not in told):
            return None
        told.add(recipient)
        return GONE

    assert gone <= of
    return fault


def test_a_mailbox_that_a_server_refuses_while_we_speak_to_it_is_shut_as_well(house, settings):
    audience(3)
    running = actions.start(dispatch=dispatch(), by=None)
    with Sink(fault=bounces(gone=1, of=3)) as sink:
        settings.BULK_MAIL_URL = sink.url
        sending.work()
    hearing.hear()
    failed = running.messages.get(state=MessageState.FAILED)
    assert shut() == {failed.address_hash: "hard_bounce"}
    assert hearing.counts(running.pk)["bounced"] == 1


@pytest.mark.parametrize(("gone", "state"), [(19, "finished"), (20, "attention")])
def test_a_letter_to_an_old_list_is_held_until_somebody_has_looked(house, settings, monkeypatch, gone, state):
    crowd(200)
    monkeypatch.setattr(sending, "CHECKPOINT_SECONDS", 1_000.0)
    running = actions.start(dispatch=dispatch(), by=None)
    with Sink(fault=bounces(gone=gone, of=200)) as sink:
        settings.BULK_MAIL_URL = sink.url
        real = ledger.settle

        def settle(lease, settlements):
            real(lease, settlements)
            hear_all()

        monkeypatch.setattr(ledger, "settle", settle)
        monkeypatch.setattr(sending, "LOOK_SECONDS", 0)
        sending.work()
    running.refresh_from_db()
    assert running.state == state
    assert ("20 of 96 mailboxes are gone" in running.trouble) == (state == "attention")
    waiting = running.messages.filter(state=MessageState.QUEUED).count()
    assert 95 < waiting < 105 if state == "attention" else waiting == 0


def test_three_complaints_hold_a_letter_and_whoever_lets_it_go_on_is_heard(sent):
    running = sent[0].dispatch
    Dispatch.objects.filter(pk=running.pk).update(state="running", ended_at=None)
    for message in sent:
        post("postmark", postmark("SpamComplaint", message, number=message.pk.hex))
    hear_all()
    running.refresh_from_db()
    assert (running.state, "3 of 3 readers marked it as spam" in running.trouble) == ("attention", True)
    actions.resume(dispatch=running, by=None)
    post("postmark", postmark("HardBounce", sent[0], number=9, words=GONE))
    hear_all()
    running.refresh_from_db()
    assert running.state == "running"  # the same three: somebody has seen them


def test_two_complaints_hold_nothing(sent):
    running = sent[0].dispatch
    Dispatch.objects.filter(pk=running.pk).update(state="running", ended_at=None)
    for message in sent[:2]:
        post("postmark", postmark("SpamComplaint", message, number=message.pk.hex))
    hear_all()
    running.refresh_from_db()
    assert running.state == "running"
