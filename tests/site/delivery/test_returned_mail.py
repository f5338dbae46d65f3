"""Mail that came back to the practice: read where it names a message of ours, whoever wrote it."""

from __future__ import annotations

import io
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.management import call_command
from django.utils import timezone

from delivery.models import Message, Report
from delivery.tasks import hear as hear_all
from delivery.webhooks import hearing
from delivery.webhooks.models import ReportKind
from tests.site.delivery.reporting import complaint, later, post, returned, shut

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def a_door(open_door):
    """Reports are taken."""


def test_mail_that_came_back_is_read(sent):
    assert post("returned", returned(sent[0]), content_type="message/rfc822").status_code == 200
    hearing.hear()
    report = Report.objects.get()
    assert (report.message, report.kind, report.source) == (sent[0], ReportKind.BOUNCED, "returned mail")
    assert shut() == {sent[0].address_hash: "hard_bounce"}


def test_mail_that_is_late_says_nothing_yet(sent):
    post("returned", returned(sent[0], action="delayed", status="4.4.1"), content_type="message/rfc822")
    assert not Report.objects.exists()


def test_a_block_of_ours_does_not_shut_a_readers_mailbox(sent):
    words = "smtp; 550 5.7.1 Message rejected as spam by content filtering"
    post("returned", returned(sent[0], status="5.7.1", words=words), content_type="message/rfc822")
    hearing.hear()
    assert Report.objects.get().kind == ReportKind.DELAYED
    assert not shut()


def test_forwarded_mail_shuts_the_mailbox_to_which_we_wrote(sent):
    mail = returned(sent[0]).replace(
        f"Final-Recipient: rfc822; {sent[0].address}".encode(), b"Final-Recipient: rfc822; elsewhere@forward.example"
    )
    post("returned", mail, content_type="message/rfc822")
    hearing.hear()
    assert shut() == {sent[0].address_hash: "hard_bounce"}


def test_a_complaint_comes_by_mail_too(sent):
    post("returned", complaint(sent[2]), content_type="message/rfc822")
    hearing.hear()
    assert shut() == {sent[2].address_hash: "complaint"}


def test_anybody_can_write_a_report_and_nobody_believes_it(sent):
    forged = returned(sent[0], message_id="guessed@juniperrow.example")
    swapped = returned(sent[0], to=sent[1].address)
    for mail in (forged, swapped):
        post("returned", mail, content_type="message/rfc822")
    hear_all()
    with later():
        hear_all()
    assert not shut()
    assert not Report.objects.waiting(timezone.now() + timedelta(days=1)).exists()


def test_a_message_that_is_tried_on_oneself_is_nobodys(sent):
    Message.objects.filter(pk=sent[0].pk).update(is_test=True)
    post("returned", returned(sent[0]), content_type="message/rfc822")
    with later():
        hearing.hear()
    assert not shut()


def test_the_command_reads_a_mail_an_mbox_and_a_maildir(sent, tmp_path, monkeypatch):
    eml = tmp_path / "one.eml"
    eml.write_bytes(returned(sent[0]))
    box = tmp_path / "box"
    box.write_bytes(b"From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n" + returned(sent[1]).replace(b"\r\n", b"\n"))
    for part in ("cur", "new", "tmp"):
        (tmp_path / "dir" / part).mkdir(parents=True)
    (tmp_path / "dir/new/1").write_bytes(returned(sent[2]))
    out = io.StringIO()
    call_command("returned_mail", eml, box, tmp_path / "dir", stdout=out)
    assert out.getvalue() == "3 mails read, 3 reports in them.\n"
    hear_all()
    assert len(shut()) == 3


def test_mail_of_people_is_no_report(sent):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@readers.example", "hello@juniperrow.example", "A question"
    mail.set_content(f"May I bring my dog? <{sent[0].message_id}> Status: 5.1.1")
    post("returned", mail.as_bytes(), content_type="message/rfc822")
    assert not Report.objects.exists()
