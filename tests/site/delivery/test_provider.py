"""Mail through a provider's API: a real HTTP server that speaks Postmark's, and each of its answers told apart."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from delivery import actions, sending
from delivery.channels import channel_for
from delivery.channels.base import ChannelDown
from delivery.models import Message, Report
from delivery.webhooks import hearing
from tests.factories.delivery import audience, dispatch
from tests.site.delivery.reporting import GONE, post, shut
from tests.site.delivery.test_smtp import Notes, mail

DATA = 'From: "Us" <hello@juniper-row.example>\r\nTo: <{}>\r\nSubject: x\r\n\r\nHello\r\n'
GOOD = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"}
HANG_UP = 0
INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: "
    "reader1@readers.example. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a "
    "manual suppression."
)


class Postmark(ThreadingHTTPServer):
    """Takes mail as Postmark does; `answers` holds what an address gets instead of a good answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[dict] = []
        self.tokens: set[str] = set()
        self.answers: dict[str, tuple[int, dict]] = {}

    @property
    def url(self) -> str:
        """Return its address, as MAIL_URL has it."""
        return f"anymail+postmark://secret%21@127.0.0.1:{self.server_port}"


class _Talk(BaseHTTPRequestHandler):
    server: Postmark
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take one message, or answer as was asked."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.tokens.add(self.headers["X-Postmark-Server-Token"])
        whom = body["To"].rpartition("<")[2].strip(">")
        code, answer = self.server.answers.get(whom, (200, {**GOOD, "To": body["To"]}))
        if code in {200, HANG_UP}:
            self.server.taken.append(body)
        if code == HANG_UP:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        said = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def give(channel, *names, data=b""):
    """Return what became of a message to each, and who was about to get one."""
    notes, written = Notes(), [mail(name, data or DATA.format(name).encode()) for name in names]
    mails = {one.key: one for one in written}
    found = [(one.recipient, said) for one, said in filter(None, channel.send(iter(mails.values()), notes))]
    return found, [mails[key].recipient for key in notes.intents]


@pytest.fixture
def postmark() -> Iterator[Postmark]:
    """Give a provider that listens on this machine."""
    with Postmark() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.django_db
def test_a_letter_leaves_through_a_provider_with_all_that_stands_in_its_head(house, postmark, settings):
    settings.BULK_MAIL_URL = postmark.url
    audience(3)
    actions.start(dispatch=dispatch(), by=None)
    assert sending.work() == 3
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    assert postmark.tokens == {"secret!"}
    first = min(postmark.taken, key=lambda body: body["To"])
    heads = {line["Name"]: line["Value"] for line in first["Headers"]}
    assert first["Subject"] == "For you, Given0"
    assert "Hello Given0," in first["TextBody"]
    assert "Hello Given0," in first["HtmlBody"]
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert heads["List-Unsubscribe"].startswith("<http")
    known = Message.objects.get(address="reader0@readers.example")
    assert heads["Message-ID"] == f"<{known.message_id}>"
    assert (first["TrackOpens"], first["TrackLinks"]) == (False, "None")


@pytest.mark.django_db
def test_what_the_provider_reports_finds_its_message_by_the_note_that_we_gave(house, postmark, settings, open_door):
    settings.BULK_MAIL_URL = postmark.url
    audience(2)
    actions.start(dispatch=dispatch(), by=None)
    sending.work()
    letter = postmark.taken[0]
    to = letter["To"].rpartition("<")[2].strip(">")
    told = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "Email": to, "Metadata": letter["Metadata"]}
    assert post("postmark", told | {"BouncedAt": "2026-11-23T10:00:00Z", "Details": GONE}).status_code == 200
    hearing.hear()
    assert Report.objects.get().message.address == to
    assert list(shut().values()) == ["hard_bounce"]


@pytest.mark.parametrize(
    ("code", "answer", "state", "words"),
    [
        (422, {"ErrorCode": 300, "Message": "Invalid email request"}, "failed", "Invalid"),
        (422, {"ErrorCode": 406, "Message": INACTIVE}, "failed", "inactive"),
        (500, {"Message": "Later"}, "deferred", "500 Later"),
        (503, {}, "deferred", "503"),
        (504, {}, "unknown", "504"),
        (HANG_UP, {}, "unknown", "broke before the answer"),
    ],
)
def test_one_answer_is_told_from_the_other_and_harms_nobody_else(postmark, code, answer, state, words):
    names = [f"reader{number}@readers.example" for number in range(3)]
    postmark.answers[names[1]] = (code, answer)
    found, intents = give(channel_for(postmark.url), *names)
    assert {name: said.state.value for name, said in found} == dict.fromkeys(names, "accepted") | {names[1]: state}
    assert words in dict(found)[names[1]].reason
    assert intents == names


@pytest.mark.parametrize("code", [401, 403, 429])
def test_a_provider_that_refuses_us_is_down(postmark, code):
    postmark.answers["margaret@readers.example"] = (code, {"ErrorCode": 10, "Message": "Bad token"})
    with pytest.raises(ChannelDown, match=str(code)):
        give(channel_for(postmark.url), "margaret@readers.example")


def test_a_provider_that_is_away_costs_nobody_an_attempt():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ChannelDown, match="cannot be reached"):
        give(channel_for(f"anymail+postmark://x@127.0.0.1:{port}"), "margaret@readers.example")
