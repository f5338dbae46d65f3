"""The SMTP channel against a real server: every answer told apart, the connection used again."""

from __future__ import annotations

import smtplib
import socket
from uuid import uuid4

import pytest

from delivery.channels.base import ChannelDown, Mail
from delivery.channels.line import Line
from delivery.channels.smtp import PORTS, Smtp
from delivery.sink import HANG_UP, Sink
from delivery.states import MessageState

DATA = b"Message-ID: <one@x.example>\r\nSubject: x\r\n\r\n.a line with a dot\r\n..two\r\n.\r\nend\r\n"


def mail(recipient="margaret@readers.example", data=DATA):
    return Mail(uuid4(), "hello@juniper-row.example", recipient, "one@x.example", data)


class Notes:
    """Notes whose message is about to leave."""

    def __init__(self):
        self.intents = []

    def intend(self, key):
        """Keep the key."""
        self.intents.append(key)


def give(channel, *recipients):
    """Return what became of a message to each, in the order in which it was known, and who was about to get one."""
    notes, mails = Notes(), [mail(recipient) for recipient in recipients]
    found = [(one.recipient, said) for one, said in filter(None, channel.send(iter(mails), notes))]
    names = {one.key: one.recipient for one in mails}
    return found, [names[key] for key in notes.intents]


def at(step, answer, *, whom=""):
    return lambda now, recipient: answer if now == step and whom in recipient else None


def send(channel, recipient="margaret@readers.example"):
    found, intents = give(channel, recipient)
    ((_recipient, result),) = found
    return result.state, result.reason, len(intents)


def test_a_message_arrives_byte_by_byte_dots_and_all():
    with Sink() as sink:
        channel = Smtp(sink.url)
        assert send(channel) == (MessageState.ACCEPTED, "", 1)
        channel.close()
    assert [(taken.sender, taken.recipient, taken.data) for taken in sink.received] == [
        ("hello@juniper-row.example", "margaret@readers.example", DATA)
    ]
    assert sink.received[0].message_id == "one@x.example"


def test_a_connection_is_not_left_without_a_word(monkeypatch):
    said, real = [], Line._send
    monkeypatch.setattr(Line, "_send", lambda self, data: (said.append(data), real(self, data))[1])
    with Sink() as sink:
        channel = Smtp(sink.url)
        send(channel)
        channel.close()
    assert said[-1] == b"QUIT\r\n"


def test_one_connection_carries_many_messages():
    with Sink() as sink:
        channel = Smtp(sink.url)
        for number in range(20):
            send(channel, f"reader{number}@readers.example")
        channel.close()
    assert (sink.connections, len(sink.received)) == (1, 20)


@pytest.mark.parametrize(
    ("step", "answer", "state", "intents"),
    [
        ("rcpt", "450 4.2.1 Mailbox busy", MessageState.DEFERRED, 0),
        ("rcpt", "550 5.1.1 No such person", MessageState.FAILED, 0),
        ("data", "451 Later", MessageState.DEFERRED, 0),
        ("data", "554 Never", MessageState.FAILED, 0),
        ("end", "452 Full", MessageState.DEFERRED, 1),
        ("end", "554 Spam", MessageState.FAILED, 1),
        ("end", "421 Bye", MessageState.DEFERRED, 1),
        ("end", "what?", MessageState.UNKNOWN, 1),
        ("end", HANG_UP, MessageState.UNKNOWN, 1),
        ("mail", HANG_UP, MessageState.DEFERRED, 0),
        ("rcpt", HANG_UP, MessageState.DEFERRED, 0),
        ("rcpt", "421 Bye", MessageState.DEFERRED, 0),
        ("rcpt", "garbage", MessageState.DEFERRED, 0),
        ("data", HANG_UP, MessageState.DEFERRED, 0),
    ],
)
def test_each_answer_is_told_apart_and_the_next_message_goes(step, answer, state, intents):
    with Sink(fault=at(step, answer, whom="margaret" if step != "mail" else "")) as sink:
        channel = Smtp(sink.url)
        found, reason, intended = send(channel)
        assert (found, intended) == (state, intents)
        assert (answer[:3] if answer[:3].isdigit() else "mail server") in reason
        if step != "mail":
            assert send(channel, "walter@readers.example")[0] == MessageState.ACCEPTED
        channel.close()


@pytest.mark.parametrize("answer", ["550 You may not write here", "451 Not now"])
def test_a_server_that_refuses_us_altogether_is_down(answer):
    with Sink(fault=at("mail", answer)) as sink:
        channel = Smtp(sink.url)
        with pytest.raises(ChannelDown, match=answer[:3]):
            send(channel)


def test_a_server_that_greets_with_a_refusal_is_down():
    with Sink(fault=at("connect", "554 No service")) as sink, pytest.raises(ChannelDown, match="554"):
        Smtp(sink.url).open()


def test_a_server_that_hangs_up_again_and_again_is_down():
    with Sink(fault=at("rcpt", HANG_UP)) as sink:
        channel = Smtp(sink.url)
        assert [send(channel)[0] for _ in range(2)] == [MessageState.DEFERRED] * 2
        with pytest.raises(ChannelDown, match="hung up"):
            send(channel)


def test_a_refused_connection_is_down():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ChannelDown, match="refused the connection"):
        Smtp(f"smtp://127.0.0.1:{port}?tls=none").open()


def test_a_server_that_never_answers_is_down_in_time():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(ChannelDown, match="did not answer in time"):
            Smtp(f"smtp://127.0.0.1:{silent.getsockname()[1]}?tls=none", timeout=0.2).open()


def test_a_server_that_stays_silent_after_the_dot_leaves_it_unknown():
    import time

    def slow(step, _recipient):
        if step == "end":
            time.sleep(0.7)
        return

    with Sink(fault=slow) as sink:
        channel = Smtp(sink.url, timeout=0.1)
        assert send(channel)[0] == MessageState.UNKNOWN


def test_a_server_without_the_tls_that_we_demand_is_down():
    with Sink() as sink, pytest.raises(ChannelDown):
        Smtp(sink.url.replace("tls=none", "tls=starttls")).open()


def test_a_server_that_cannot_sign_us_in_is_down():
    with Sink() as sink, pytest.raises(ChannelDown):
        Smtp(sink.url.replace("//", "//user:secret@")).open()


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [
        ("smtp://mail.example.org", "none", 25),
        ("smtp://u:p%40ss@mail.example.org?tls=starttls", "starttls", 587),
        ("smtps://mail.example.org", "implicit", 465),
        ("smtp://mail.example.org:2500?tls=implicit", "implicit", 2500),
    ],
)
def test_the_url_says_how_to_connect(url, tls, port):
    channel = Smtp(url)
    assert (channel.tls, channel.port) == (tls, port)
    assert set(PORTS) == {"none", "starttls", "implicit"}


def test_a_password_in_the_url_is_unquoted():
    assert Smtp("smtp://u:p%40ss@mail.example.org").password == "p@ss"


def test_the_sink_answers_what_any_client_asks():
    with Sink() as sink, smtplib.SMTP("127.0.0.1", sink.port) as client:
        assert client.helo()[0] == 250
        assert client.noop()[0] == 250
        assert client.vrfy("x")[0] == 502


def test_the_sink_writes_files(tmp_path):
    with Sink(folder=tmp_path / "mails") as sink:
        channel = Smtp(sink.url)
        send(channel)
        channel.close()
    assert [path.read_bytes() for path in (tmp_path / "mails").glob("*.eml")] == [DATA]
