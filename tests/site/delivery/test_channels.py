"""The ways out: which URL names which, and what an outbox does when its disk is full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from delivery.channels import channel_for, mail_url
from delivery.channels.base import ChannelDown, Mail
from delivery.channels.outbox import Outbox
from delivery.channels.smtp import Smtp
from delivery.sink import Sink
from delivery.states import MessageState


class Notes:
    """Counts what is about to leave."""

    intents = 0

    def intend(self, _key):
        """Count one."""
        self.intents += 1


def give(channel, data=b"Subject: x\r\n\r\nx\r\n"):
    notes = Notes()
    mail = Mail(uuid4(), "a@b.example", "c@d.example", "one@b.example", data)
    ((_mail, result),) = filter(None, channel.send(iter([mail]), notes))
    return result, notes.intents


def test_the_url_names_the_channel(settings):
    assert isinstance(channel_for("outbox://"), Outbox)
    assert isinstance(channel_for("smtp://localhost:25"), Smtp)
    settings.MAIL_URL, settings.BULK_MAIL_URL = "outbox://", "smtp://bulk.example.org"
    assert (mail_url(is_bulk=False), mail_url(is_bulk=True)) == ("outbox://", "smtp://bulk.example.org")


def test_a_message_given_twice_lies_in_the_outbox_once(tmp_path):
    channel = Outbox(tmp_path / "outbox")
    channel.open()
    assert give(channel)[0].state == give(channel, b"other")[0].state == MessageState.ACCEPTED
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.read_bytes() == b"Subject: x\r\n\r\nx\r\n"
    channel.close()


def test_the_outbox_is_for_its_owner_only(tmp_path):
    channel = Outbox(tmp_path / "outbox")
    channel.open()
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0


def test_a_full_disk_leaves_no_half_message(tmp_path, monkeypatch):
    def full(self, data):
        self.open("wb").write(data[:3])
        raise OSError(28, "No space left on device")

    channel = Outbox(tmp_path / "outbox")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(ChannelDown, match="No space left"):
            give(channel)
    assert list((tmp_path / "outbox").iterdir()) == []
    assert give(channel)[0].state == MessageState.ACCEPTED


def test_an_outbox_that_cannot_be_made_is_down(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ChannelDown, match="cannot be written"):
        Outbox(tmp_path / "file" / "outbox").open()


def test_the_sink_serves_from_the_command_line(tmp_path):
    place = Path(__file__).resolve().parents[3] / "site"
    command = [sys.executable, "-m", "delivery.sink", "--folder", str(tmp_path / "mails")]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True) as process:
        try:
            channel = Smtp(process.stdout.readline().strip())
            results = [give(channel) for _ in range(2)]
            channel.close()
        finally:
            process.kill()
    assert [(result.state, intents) for result, intents in results] == [(MessageState.ACCEPTED, 1)] * 2
    assert len(list((tmp_path / "mails").iterdir())) == 2


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again():
    with Sink() as sink:
        channel = Smtp(sink.url)
        give(channel)
        channel.lines[0].sock.shutdown(2)
        states = [give(channel)[0].state, give(channel)[0].state]
        assert states == [MessageState.ACCEPTED, MessageState.ACCEPTED]
        assert sink.connections == 2
        channel.close()
        channel.close()
