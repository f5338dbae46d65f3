"""Every provider whose API may be named: a real HTTP server answers as each documents, and refuses as each does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from config.env import EnvironmentRefused, load
from delivery import actions, sending
from delivery.channels import channel_for
from delivery.channels.base import ChannelDown
from delivery.models import Message
from delivery.providers import PROVIDERS
from tests.factories.delivery import audience, dispatch
from tests.site.config.test_env import OUTSIDE
from tests.site.delivery.test_provider import give

MARGARET = "margaret@readers.example"
HEAD = (
    'From: "Clínica Juniper" <hello@juniper-row.example>\r\nTo: "Margaret" <margaret@readers.example>\r\n'
    "Subject: Hello\r\nMessage-ID: <ours@juniper-row.example>\r\n"
    "List-Id: =?utf-8?q?Cl=C3=ADnica?= <letters.juniper-row.example>\r\n"
    "List-Unsubscribe: <https://juniper-row.example/e/unsubscribe/t/>,\r\n <mailto:stop@juniper-row.example>\r\n"
)
BODY = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello Margaret\r\n"
LETTER = (HEAD + BODY).encode()

# what stands in the URL besides the key, and what each answers to a message that it takes
SECOND = {"mailjet": ":second"}
BEHIND = {"scaleway": "?project_id=p", "mailgun": "?sender_domain=mg.juniper-row.example"}
GOOD: dict[str, Any] = {
    "brevo": {"messageId": "<1@brevo>"},
    "mailersend": {},
    "mailgun": {"id": "<1@mailgun>", "message": "Queued. Thank you."},
    "mailjet": {"Messages": [{"Status": "success", "To": [{"Email": MARGARET, "MessageID": 1}]}]},
    "mailtrap": {"success": True, "message_ids": ["1"]},
    "mandrill": [{"email": MARGARET, "status": "sent", "_id": "1"}],
    "postal": {"status": "success", "data": {"messages": {MARGARET: {"id": 1}}}},
    "postmark": {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": MARGARET},
    "resend": {"id": "1"},
    "scaleway": {"emails": [{"mail_rcpt": MARGARET, "id": "1", "status": "new"}]},
    "sendgrid": None,
    "sparkpost": {"results": {"total_accepted_recipients": 1, "total_rejected_recipients": 0, "id": "1"}},
}
REFUSED_BY_SPARKPOST = {"results": {"total_accepted_recipients": 0, "total_rejected_recipients": 1, "id": "1"}}


class Api(ThreadingHTTPServer):
    """Answers everybody with the same, and keeps what it was given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.code, self.answer = 200, {}
        self.taken: list[tuple[str, str, str]] = []

    def url(self, name: str, *, behind: str = "") -> str:
        """Return the URL of a provider that lives here."""
        return (
            f"anymail+{name}://s%21{SECOND.get(name, '')}@127.0.0.1:{self.server_port}{behind or BEHIND.get(name, '')}"
        )


class _Talk(BaseHTTPRequestHandler):
    server: Api
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take one message."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.taken.append((self.path, str(self.headers), body))
        said = b"" if self.server.answer is None else json.dumps(self.server.answer).encode()
        self.send_response(self.server.code)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Message-Id", "1")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[Api]:
    """Give an API that listens on this machine."""
    with Api() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def handed_over(url):
    """Return what became of Margaret's letter."""
    channel = channel_for(url)
    found, _intents = give(channel, MARGARET, data=LETTER)
    return found[0][1]


def test_each_of_them_has_an_answer_here():
    assert set(GOOD) == set(PROVIDERS)


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_a_letter_leaves_through_it_with_its_head(api, name):
    api.answer = GOOD[name]
    assert handed_over(api.url(name)).state == "accepted"
    ((_path, heads, body),) = api.taken
    for told in ("Hello Margaret", "ours@juniper-row.example", "stop@juniper-row.example", "unsubscribe"):
        assert told in body.replace("%40", "@").replace("+", " ")
    assert "=?utf-8?q?Cl" in body.replace("%3D", "=").replace("%3F", "?")  # no provider has to encode it
    assert "s!" in heads + body or "Basic" in heads


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_one_that_does_not_know_our_key_is_down_and_nobody_has_failed(api, name):
    api.code, api.answer = 401, {"message": "Unauthorized", "ErrorCode": "x"}
    with pytest.raises(ChannelDown, match="401"):
        handed_over(api.url(name))


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_what_nobody_can_know_is_said_so(api, name):
    api.code, api.answer = 504, {}
    assert handed_over(api.url(name)).state == "unknown"


@pytest.mark.parametrize("name", sorted(set(PROVIDERS) - {"brevo", "mailersend", "sendgrid"}))
def test_an_answer_that_makes_no_sense_leaves_it_in_doubt(api, name):
    api.answer = {"what": "is this"}
    assert handed_over(api.url(name)).state == "unknown"


@pytest.mark.parametrize(
    ("name", "code", "answer"),
    [
        ("mandrill", 500, {"status": "error", "code": -1, "name": "Invalid_Key", "message": "Invalid API key"}),
        ("postal", 200, {"status": "error", "data": {"code": "InvalidServerAPIKey"}}),
        ("mailgun", 404, {"message": "Domain not found: mg.juniper-row.example"}),
    ],
)
def test_some_say_in_words_that_it_is_us_whom_they_refuse(api, name, code, answer):
    api.code, api.answer = code, answer
    with pytest.raises(ChannelDown, match="refuses us"):
        handed_over(api.url(name))


@pytest.mark.parametrize(
    ("name", "code", "answer", "state"),
    [
        ("mailgun", 400, {"message": "'to' parameter is not a valid address"}, "failed"),
        ("mailjet", 400, {"Messages": [{"Status": "error", "Errors": []}]}, "failed"),
        ("mandrill", 200, [{"email": MARGARET, "status": "rejected", "_id": "1"}], "failed"),
        ("mandrill", 200, [{"email": MARGARET, "status": "scheduled", "_id": "1"}], "unknown"),
        ("sendgrid", 400, {"errors": [{"message": "bad"}]}, "failed"),
        ("sendgrid", 503, {}, "deferred"),
        ("sparkpost", 200, REFUSED_BY_SPARKPOST, "failed"),
    ],
)
def test_one_that_refuses_the_reader_is_told_from_one_that_is_busy(api, name, code, answer, state):
    api.code, api.answer = code, answer
    assert handed_over(api.url(name)).state == state


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mailgun", "sendgrid", "sparkpost"])
def test_a_whole_dispatch_leaves_through_it_with_the_ledger_as_by_smtp(house, api, settings, name):
    settings.BULK_MAIL_URL, api.answer = api.url(name), GOOD[name]
    audience(5)
    started = dispatch()
    actions.start(dispatch=started, by=None)
    assert sending.work() == 5
    started.refresh_from_db()
    assert started.state == "finished"
    assert set(Message.objects.values_list("state", "attempts")) == {("accepted", 1)}
    told = "\n".join(body.replace("%40", "@") for _path, _heads, body in api.taken)
    assert all(told.count(message.message_id) >= 1 and message.ref in told for message in Message.objects.all())


@pytest.mark.parametrize(
    ("name", "behind", "path"),
    [
        ("mailgun", "/v3?sender_domain=mg.juniper-row.example", "/v3/mg.juniper-row.example/messages"),
        ("mailtrap", "/api?sandbox_id=7", "/api/send/7"),
        ("sendgrid", "/v3", "/v3/mail/send"),
        ("scaleway", "/r/{region}?project_id=p&region=nl-ams", "/r/nl-ams/emails"),
    ],
)
def test_what_stands_behind_the_host_and_the_question_mark_reaches_it(api, name, behind, path):
    api.answer = GOOD[name]
    assert handed_over(api.url(name, behind=behind)).state == "accepted"
    assert [taken[0] for taken in api.taken] == [path]


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_it_may_be_named_in_the_environment_and_lives_at_its_own_address(name):
    url = f"anymail+{name}://key{SECOND.get(name, '')}@{'mail.example.org' if name == 'postal' else ''}"
    url += BEHIND.get(name, "")
    assert load({**OUTSIDE, "MAIL_URL": url}).bulk_mail_url == url
    assert channel_for(url).backend.api_url.startswith("https://")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("anymail+sendgrid://", "needs the provider's key before an @, as in anymail+sendgrid://KEY@."),
        ("anymail+mailjet://key@", "needs both of the provider's keys before an @, as in anymail+mailjet://KEY:SECRET@."),
        ("anymail+scaleway://key@", "needs ?project_id=…, as in anymail+scaleway://KEY@?project_id=…."),
        ("anymail+scaleway://key@?project_id=", "needs ?project_id=…, as in anymail+scaleway://KEY@?project_id=…."),
        ("anymail+postal://key@", "needs the provider's address, as in anymail+postal://KEY@mail.example.org."),
        ("anymail+mailgun://key@?domain=x", "understands only ?sender_domain=."),
        ("anymail+brevo://key@?tls=none", "understands nothing behind a question mark."),
    ],
)  # fmt: skip
def test_what_its_url_lacks_is_one_line_at_the_start(url, words):
    with pytest.raises(EnvironmentRefused) as refused:
        load({**OUTSIDE, "MAIL_URL": url, "BULK_MAIL_URL": "outbox://"})
    assert refused.value.problems == [f"MAIL_URL {words}"]


def test_one_that_we_do_not_know_is_told_which_there_are():
    with pytest.raises(EnvironmentRefused, match=r"anymail\+mailgun://"):
        load({**OUTSIDE, "MAIL_URL": "anymail+pigeon://key@"})
