"""Groups of commands over SMTP: what goes out together, what each answer is for, and who is in doubt when it breaks."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from delivery.channels.base import ChannelDown, Mail
from delivery.channels.smtp import Smtp
from delivery.sink import HANG_UP, Sink
from delivery.states import MessageState
from tests.site.delivery.test_smtp import DATA, Notes, give, mail

PLAIN = ("8BITMIME", "SIZE 52428800")
GROUPS = ("PIPELINING", *PLAIN)
NAMES = [f"reader{number}@readers.example" for number in range(6)]


def groups_of(monkeypatch, channel, *recipients):
    """Return what was said in groups, each as its first words."""
    from delivery.channels.line import Line

    said, real = [], Line._send
    monkeypatch.setattr(Line, "_send", lambda self, data: (said.append(data), real(self, data))[1])
    give(channel, *recipients)
    return said


def at(step, answer, *whom):
    return lambda now, recipient: answer if now == step and recipient in whom else None


def states(found):
    return {recipient: said.state.value for recipient, said in found}


def test_the_bytes_of_one_and_the_envelope_of_the_next_leave_together(monkeypatch):
    with Sink(offers=GROUPS) as sink:
        first, second, third, last = groups_of(monkeypatch, Smtp(sink.url, connections=1), *NAMES[:3])
        assert len(sink.received) == 3
    assert first.count(b"\r\n") == 3
    assert first.endswith(b"DATA\r\n")
    assert [
        group.endswith(b"RCPT TO:<" + NAMES[at].encode() + b">\r\nDATA\r\n") for at, group in ((1, second), (2, third))
    ] == [True, True]
    assert b"\r\n.\r\nMAIL FROM" in second
    assert last.endswith(b"\r\n.\r\n")


def test_where_groups_are_not_offered_each_command_waits_for_the_answer_before(monkeypatch):
    with Sink(offers=PLAIN) as sink:
        said = groups_of(monkeypatch, Smtp(sink.url, connections=1), *NAMES[:2])
        assert [taken.recipient for taken in sink.received] == NAMES[:2]
    assert [words.split(b" ")[0].split(b"\r\n")[0] for words in said] == [
        *(b"MAIL", b"RCPT", b"DATA", b"Message-ID:"),
        *(b"MAIL", b"RCPT", b"DATA", b"Message-ID:"),
    ]


@pytest.mark.parametrize("offers", [GROUPS, PLAIN])
@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [
        ("rcpt", "450 4.2.1 Mailbox busy", "deferred"),
        ("rcpt", "550 5.1.1 No such person", "failed"),
        ("data", "451 Later", "deferred"),
        ("end", "452 Full", "deferred"),
        ("end", "554 Spam", "failed"),
        ("end", HANG_UP, "unknown"),
        ("end", "421 Bye", "deferred"),
        ("end", "garbage", "unknown"),
        ("rcpt", HANG_UP, "deferred"),
        ("rcpt", "421 Bye", "deferred"),
        ("data", HANG_UP, "deferred"),
    ],
)
def test_one_of_whom_something_is_odd_harms_no_other(offers, step, answer, state):
    odd = NAMES[2]
    with Sink(offers=offers, fault=at(step, answer, odd)) as sink:
        found, _intents = give(Smtp(sink.url, connections=2), *NAMES)
    assert states(found) == {name: state if name == odd else "accepted" for name in NAMES}
    assert len(found) == len(NAMES)
    kept = [taken.recipient for taken in sink.received if taken.is_answered]
    assert sorted(kept) == sorted(name for name in NAMES if name != odd)


def test_bytes_never_come_before_the_server_waits_for_them():
    """After a refused recipient the server ends what was begun: no byte of a letter is taken for a command."""
    with Sink(offers=GROUPS, fault=at("rcpt", "550 No", *NAMES[::2])) as sink:
        found, intents = give(Smtp(sink.url, connections=1), *NAMES)
    assert sorted(intents) == sorted(NAMES[1::2])
    assert [taken.recipient for taken in sink.received] == NAMES[1::2]
    assert all(taken.data == DATA for taken in sink.received)
    assert sum(said.state == MessageState.FAILED for _name, said in found) == 3


def scripted(*answers):
    """Return the port of a server that gives these answers, one to each reading, and the list of what it reads."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve():
        talk, _address = server.accept()
        with talk, server:
            talk.sendall(b"220 x ESMTP\r\n")
            for answer in answers:
                heard.append(talk.recv(65_536))
                talk.sendall(answer)
            talk.settimeout(5)
            with suppress(OSError):
                while found := talk.recv(65_536):
                    heard.append(found)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1], heard


def test_a_server_that_waits_for_bytes_although_it_refused_gets_a_lone_dot():
    ehlo = b"250-x\r\n250 PIPELINING\r\n"
    port, heard = scripted(ehlo, b"250 ok\r\n550 no\r\n354 go on\r\n", b"554 none\r\n", b"250 ok\r\n" * 3)
    channel = Smtp(f"smtp://127.0.0.1:{port}", timeout=5, connections=1)
    found, intents = give(channel, NAMES[0])
    channel.close()
    assert states(found) == {NAMES[0]: "failed"}
    assert intents == []
    assert heard[2] == b".\r\n"


def test_a_server_that_talks_without_being_asked_is_left(monkeypatch):
    port, _heard = scripted(b"250-x\r\n250 PIPELINING\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n")
    found, _intents = give(Smtp(f"smtp://127.0.0.1:{port}", timeout=5, connections=1), NAMES[0])
    assert states(found) == {NAMES[0]: "deferred"}


def test_an_address_with_other_letters_fails_in_words_where_the_server_does_not_take_it():
    name = "jürgen@readers.example"
    with Sink(offers=GROUPS) as sink:
        found, intents = give(Smtp(sink.url), name, NAMES[0])
        assert [taken.recipient for taken in sink.received] == NAMES[:1]
    assert dict(found)[name] == (MessageState.FAILED, "The mail server takes no address with letters beyond a to z.")
    assert intents == NAMES[:1]
    with Sink(offers=(*GROUPS, "SMTPUTF8")) as sink:
        found, _intents = give(Smtp(sink.url), name)
        assert [taken.recipient for taken in sink.received] == [name]


def test_more_connections_are_opened_only_where_there_is_much_to_carry():
    with Sink() as sink:
        give(Smtp(sink.url, connections=3), *NAMES)
        assert sink.connections == 1
        give(Smtp(sink.url, connections=3), *(f"crowd{number}@readers.example" for number in range(200)))
        assert sink.connections == 4
        assert len(sink.received) == 206


def test_a_second_connection_that_is_refused_leaves_all_to_the_first():
    greeted = []

    def busy(step, _recipient):
        if step != "connect":
            return None
        greeted.append(step)
        return "421 Too many connections" if len(greeted) > 1 else None

    with Sink(fault=busy) as sink:
        names = [f"crowd{number}@readers.example" for number in range(100)]
        found, _intents = give(Smtp(sink.url, connections=3), *names)
    assert states(found) == dict.fromkeys(names, "accepted")


def test_a_note_that_cannot_be_written_keeps_all_that_did_not_leave():
    class Full(Notes):
        def intend(self, key):
            if len(self.intents) == 2:
                raise ChannelDown("The disk is full.")
            super().intend(key)

    found = []
    with Sink() as sink:
        stream = Smtp(sink.url, connections=1).send(iter([mail(name) for name in NAMES]), Full())
        with pytest.raises(ChannelDown, match="full"):
            found.extend(stream)
        assert len(sink.received) == 2
    assert [said.state for _mail, said in filter(None, found)] == [MessageState.ACCEPTED] * 2


def test_dots_are_doubled_unless_there_are_none():
    plain = b"Subject: x\r\n\r\nno dots\r\n"
    with Sink() as sink:
        channel, notes = Smtp(sink.url, connections=1), Notes()
        told = mail()
        stream = [told._replace(data=b".first\r\n"), told._replace(data=plain, is_dotless=True)]
        list(channel.send(iter([one._replace(key=number) for number, one in enumerate(stream)]), notes))
        assert [taken.data for taken in sink.received] == [b".first\r\n", plain]
    assert isinstance(told, Mail)
