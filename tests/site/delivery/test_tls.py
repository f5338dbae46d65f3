"""TLS and signing in against a real mail server: nothing is trusted that should not be, no password goes in clear."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from delivery import actions, sending
from delivery.channels.base import ChannelDown
from delivery.channels.smtp import Smtp
from delivery.models import Message
from delivery.sink import Sink
from delivery.states import MessageState
from tests.factories.delivery import audience, dispatch
from tests.site.delivery.test_smtp import DATA, send

# aiosmtpd does not know that all that it hears came through TLS
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NAME, PASSWORD = "front-desk", "correct horse"


def certificate(folder, *, host="127.0.0.1", days=1):
    """Write a certificate that vouches for itself, and its key; return both paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=3)).not_valid_after(now + timedelta(days=days))
    alone = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    signed = built.add_extension(alone, critical=False)
    signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    whole = signed.sign(key, hashes.SHA256())
    paths = folder / f"{host}.{days}.pem", folder / f"{host}.{days}.key"
    paths[0].write_bytes(whole.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths


class Kept:
    """What a server took, and with which words somebody signed in."""

    def __init__(self):
        self.taken, self.signed_in = [], []

    async def handle_DATA(self, _server, _session, envelope):
        """Keep one message."""
        self.taken.append(envelope.original_content)
        return "250 Taken"

    def authenticate(self, _server, _session, envelope, mechanism, details):
        """Let the front desk in."""
        self.signed_in.append((mechanism, envelope))
        good = (details.login, details.password) == (NAME.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)


@contextmanager
def server(paths, tls, *, mechanisms=("PLAIN", "LOGIN")):
    """Run a mail server that wants a password and takes none in clear; yield its port and what it keeps."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*paths)
    kept = Kept()

    class Server(Controller):
        def _trigger_server(self):
            self.port = self.server.sockets[0].getsockname()[1]  # it looks there for itself
            super()._trigger_server()

        def factory(self):
            return SMTP(
                kept,
                tls_context=context if tls == "starttls" else None,
                require_starttls=tls == "starttls",
                auth_required=True,
                auth_require_tls=tls == "starttls",
                authenticator=kept.authenticate,
                auth_exclude_mechanism=[name for name in ("PLAIN", "LOGIN") if name not in mechanisms],
            )

    running = Server(kept, "127.0.0.1", 0, ssl_context=context if tls == "implicit" else None)
    running.start()
    try:
        yield running.port, kept
    finally:
        running.stop()


def url(port, tls, *, password=PASSWORD):
    return f"smtp://{NAME}:{password.replace(' ', '%20')}@127.0.0.1:{port}?tls={tls}"


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """Return a certificate that this machine trusts."""
    paths = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
    return paths


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_arrives_through_tls_after_signing_in(trusted, tls, mechanism):
    with server(trusted, tls, mechanisms=[mechanism]) as (port, kept):
        channel = Smtp(url(port, tls))
        for _message in range(3):
            assert send(channel)[0] == MessageState.ACCEPTED
        channel.close()
    assert kept.taken == [DATA.rstrip(b"\r\n") + b"\r\n"] * 3
    assert [how for how, _ in kept.signed_in] == [mechanism]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("what", [{"host": "127.0.0.2"}, {"days": -1}], ids=["another name", "its time is over"])
def test_a_wrong_certificate_is_refused_in_plain_words(tmp_path, monkeypatch, tls, what):
    paths = certificate(tmp_path, **what)
    monkeypatch.setenv("SSL_CERT_FILE", str(paths[0]))
    with (
        server(paths, tls) as (port, kept),
        pytest.raises(ChannelDown, match="certificate is not to be trusted: ") as no,
    ):
        send(Smtp(url(port, tls)))
    assert ("expired" if "days" in what else "mismatch") in str(no.value)
    assert kept.signed_in == kept.taken == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_for_which_nobody_vouches_is_refused(tmp_path, tls):
    with server(certificate(tmp_path), tls) as (port, kept):
        with pytest.raises(ChannelDown, match="certificate is not to be trusted: self"):
            send(Smtp(url(port, tls)))
        assert kept.signed_in == kept.taken == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_wrong_password_is_told_in_plain_words_without_it(trusted, tls):
    with server(trusted, tls) as (port, kept):
        with pytest.raises(ChannelDown, match="did not take the name and password of MAIL_URL: 535") as no:
            send(Smtp(url(port, tls, password="wrong")))
        assert "wrong" not in str(no.value)
        assert kept.taken == []


def test_a_password_never_goes_in_clear():
    with Sink(offers=("AUTH PLAIN LOGIN", "PIPELINING")) as sink:
        with pytest.raises(ChannelDown, match="not sent in clear"):
            send(Smtp(url(sink.port, "none")))
        assert sink.connections == 0


def test_a_server_that_takes_starttls_away_gets_nothing():
    with Sink(offers=("AUTH PLAIN LOGIN", "PIPELINING")) as sink:
        with pytest.raises(ChannelDown, match="cannot do what MAIL_URL asks: STARTTLS"):
            send(Smtp(url(sink.port, "starttls")))
        assert sink.received == []


@pytest.mark.django_db
def test_letters_wait_until_the_password_is_right(house, settings, trusted):
    audience(2)
    actions.start(dispatch=dispatch(), by=None)
    with server(trusted, "starttls") as (port, kept):
        settings.BULK_MAIL_URL = url(port, "starttls", password="wrong")
        assert sending.work() == 0
        ((state, attempts, reason),) = set(Message.objects.values_list("state", "attempts", "reason"))
        assert (state, attempts) == ("deferred", 0)
        assert reason.startswith("The mail server did not take the name and password")
        settings.BULK_MAIL_URL = url(port, "starttls")
        Message.objects.update(next_try_at="2020-01-01T00:00Z")
        assert sending.work() == 2
    assert len(kept.taken) == 2
