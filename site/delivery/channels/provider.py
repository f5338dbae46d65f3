"""A mail provider's own API, spoken through anymail: one request a message, and the ledger's states the same."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.mail import EmailMultiAlternatives
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from delivery.channels.base import ACCEPTED, OUR_NAME, Answered, ChannelDown, Mail, Notes, Result
from delivery.rows import name_of
from delivery.states import MessageState

SECRETS = {
    "brevo": "api_key",
    "mailersend": "api_token",
    "postmark": "server_token",
    "resend": "api_key",
    "sparkpost": "api_key",
}
# whose API takes a note of ours, which it gives back in its reports; and whose tracking is turned off for a message
TAKES_A_NOTE = {"brevo", "postmark", "resend", "sparkpost"}
TRACKS = {"mailersend", "postmark", "sparkpost"}
TIMEOUT = (10, 60)  # seconds to connect, and to answer
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
GIVEN_OTHERWISE = {"from", "to", "reply-to", "subject", "date", "mime-version", "content-type"}
LATER, NOBODY_KNOWS, NOT_US = {408, 500, 503}, {502, 504}, {401, 402, 403, 429}


class Provider:
    """One provider, as `anymail+postmark://TOKEN@` names it; a host behind the @ takes the place of the provider's own.

    Accepted is what the provider took or queued. A connection that ends after the request left is what nobody knows.
    """

    is_repeatable = False
    most_at_once = 1

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.name = parts.scheme.partition("+")[2]
        options: dict[str, Any] = {SECRETS[self.name]: unquote(parts.username or ""), "timeout": TIMEOUT}
        if parts.hostname:
            scheme = "http" if parts.hostname in LOOPBACK else "https"
            options["api_url"] = f"{scheme}://{parts.netloc.rpartition('@')[2]}/"
        self.backend = importlib.import_module(f"anymail.backends.{self.name}").EmailBackend(**options)

    def open(self) -> None:
        """Have a session ready; whether the provider is there shows with the first message."""
        self.backend.open()

    def send(self, mails: Iterator[Mail], notes: Notes) -> Iterator[Answered | None]:
        """Give one message after the other over one connection that is not kept for the next stream."""
        try:
            for mail in mails:
                message = self._with_notes(_as_django_has_it(mail), mail)
                self.open()
                notes.intend(mail.key)
                yield mail, self._give(message)
        finally:
            self.close()

    def tidy(self) -> None:
        """Keep nothing: a connection that the provider closed meanwhile would leave a message in doubt."""
        self.close()

    def close(self) -> None:
        """End the session."""
        self.backend.close()

    def _with_notes(self, message: EmailMultiAlternatives, mail: Mail) -> EmailMultiAlternatives:
        """Let the provider know our name of the message, and count neither openings nor links."""
        if self.name in TAKES_A_NOTE:
            vars(message)["metadata"] = {OUR_NAME: name_of(mail.key)}
        if self.name in TRACKS:
            vars(message).update(track_opens=False, track_clicks=False)
        return message

    def _give(self, message: EmailMultiAlternatives) -> Result:
        try:
            self.backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            return Result(MessageState.FAILED, _words(error))
        except AnymailRequestsAPIError as error:
            return self._failed(error)
        except AnymailError as error:
            return Result(MessageState.FAILED, _words(error))
        said = message.anymail_status.status or set()  # type: ignore[attr-defined]
        if said <= {"sent", "queued"} and said:
            return ACCEPTED
        state = MessageState.FAILED if said <= {"rejected", "invalid", "failed"} and said else MessageState.UNKNOWN
        return Result(state, f"The provider says: {', '.join(sorted(map(str, said))) or 'nothing'}.")

    def _failed(self, error: AnymailRequestsAPIError) -> Result:
        """Return what an error says of a message.

        Raises:
            ChannelDown: when it never left, or the provider refuses us and not the message.
        """
        code = error.status_code
        if code is None:
            if _never_left(error):
                raise ChannelDown("The mail provider cannot be reached.") from error
            return Result(MessageState.UNKNOWN, "The connection to the mail provider broke before the answer.")
        if code in NOT_US:
            raise ChannelDown(f"The mail provider refuses us ({code}).") from error
        if code in LATER:
            return Result(MessageState.DEFERRED, _words(error))
        return Result(
            MessageState.UNKNOWN if code in NOBODY_KNOWS or code < 400 else MessageState.FAILED, _words(error)
        )


def _never_left(error: Exception) -> bool:
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return True
    inner = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError | ConnectTimeoutError)


def _words(error: AnymailError) -> str:
    code = getattr(error, "status_code", None)
    response = getattr(error, "response", None)
    told = ""
    if response is not None:
        try:
            body = response.json()
            told = str(body.get("Message") or body.get("message") or "") if isinstance(body, dict) else ""
        except ValueError:
            told = ""
    return " ".join(f"{code or ''} {told or 'The mail provider refused the message.'}".split())


def _as_django_has_it(mail: Mail) -> EmailMultiAlternatives:
    """Return a spliced message as Django and anymail have it, with every header that is ours."""
    parsed = message_from_bytes(mail.data, policy=policy.default)
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=_part(parsed, "plain"),
        from_email=str(parsed["From"]),
        to=[str(parsed["To"])],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={name: str(value) for name, value in parsed.items() if name.lower() not in GIVEN_OTHERWISE},
    )
    if page := _part(parsed, "html"):
        message.attach_alternative(page, "text/html")
    return message


def _part(parsed: Parsed, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
