"""A mail provider's own API, spoken through anymail: one request a message, and the ledger's states the same."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from email.parser import BytesHeaderParser

import requests
import structlog
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.mail import EmailMultiAlternatives
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from delivery import providers
from delivery.channels.base import ACCEPTED, OUR_NAME, Answered, ChannelDown, Mail, Notes, Result
from delivery.rows import name_of
from delivery.states import MessageState

log = structlog.get_logger(__name__)
TIMEOUT = (10, 60)  # seconds to connect, and to answer
GIVEN_OTHERWISE = {"from", "to", "reply-to", "subject", "date", "mime-version", "content-type"}
LATER, NOBODY_KNOWS, NOT_US = {408, 500, 503}, {502, 504}, {401, 402, 403, 404, 429}
# Mandrill and Postal say it in words, and with codes that mean something else
NOT_US_EITHER = re.compile(r"Invalid_Key|PaymentRequired|Unknown_Subaccount|InvalidServerAPIKey|ServerSuspended")
NONSENSE = Result(MessageState.UNKNOWN, "The mail provider's answer makes no sense.")


class Provider:
    """One provider, as `anymail+postmark://TOKEN@` names it; a host behind the @ takes the place of the provider's own.

    Accepted is what the provider took or queued. A connection that ends after the request left is what nobody knows.
    """

    is_repeatable = False
    most_at_once = 1

    def __init__(self, url: str) -> None:
        self.name = providers.name_in(url)
        self.provider = providers.PROVIDERS[self.name]
        made = importlib.import_module(f"anymail.backends.{self.name}").EmailBackend
        self.backend = made(**providers.options_in(url), timeout=TIMEOUT)

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
        if self.provider.takes_a_note:
            vars(message)["metadata"] = {OUR_NAME: name_of(mail.key)}
        if self.provider.tracks:
            vars(message).update(track_opens=False, track_clicks=False)
        return message

    def _give(self, message: EmailMultiAlternatives) -> Result:
        try:
            self.backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            return Result(MessageState.FAILED, _words(error))
        except AnymailRequestsAPIError as error:
            return self._failed(error)
        except AnymailAPIError:
            return NONSENSE
        except AnymailError as error:
            return Result(MessageState.FAILED, _words(error))
        except Exception as error:  # of Anymail, where an answer is not what the provider documents
            log.warning("delivery.odd_answer", provider=self.name, error=type(error).__name__)
            return NONSENSE
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
        if code in NOT_US or NOT_US_EITHER.search(error.response.text):
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
    """Return a spliced message as Django and anymail have it, with every header that is ours.

    Those that anymail does not know stay encoded as they are: some providers spoil what is not ASCII.
    """
    parsed = message_from_bytes(mail.data, policy=policy.default)
    encoded = BytesHeaderParser(policy=policy.compat32).parsebytes(mail.data)
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=_part(parsed, "plain"),
        from_email=str(parsed["From"]),
        to=[str(parsed["To"])],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={
            name: " ".join(str(value).split()) for name, value in encoded.items() if name.lower() not in GIVEN_OTHERWISE
        },
    )
    if page := _part(parsed, "html"):
        message.attach_alternative(page, "text/html")
    return message


def _part(parsed: Parsed, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
