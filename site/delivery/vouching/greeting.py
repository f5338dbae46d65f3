"""What our mail server says of itself when we come to it: whether it speaks TLS, and as whom it is known."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

SECONDS = 5.0
PORTS = {"none": 25, "starttls": 587, "implicit": 465}


@dataclass(frozen=True)
class Greeting:
    """How a mail server met us; `trouble` says why it did not."""

    host: str = ""
    offers_tls: bool = False
    uses_tls: bool = False
    trouble: str = ""


def of(url: str) -> Greeting | None:
    """Return how the mail server of a mail URL meets us; None where mail does not leave by SMTP."""
    parts = urlsplit(url)
    if not parts.scheme.startswith("smtp"):
        return None
    host = parts.hostname or "localhost"
    chosen = parse_qs(parts.query).get("tls", [""])[0] or ("implicit" if parts.scheme == "smtps" else "none")
    port = parts.port or PORTS[chosen]
    try:
        if chosen == "implicit":
            context = ssl.create_default_context()
            with smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context) as server:
                server.ehlo_or_helo_if_needed()
                return Greeting(host, offers_tls=True, uses_tls=True)
        with smtplib.SMTP(host, port, timeout=SECONDS) as server:
            server.ehlo_or_helo_if_needed()
            offers = server.has_extn("starttls")
            if chosen == "starttls":
                server.starttls(context=ssl.create_default_context())
            return Greeting(host, offers_tls=offers, uses_tls=chosen == "starttls")
    except ssl.SSLCertVerificationError:
        return Greeting(host, trouble="certificate")
    except (OSError, smtplib.SMTPException) as error:
        return Greeting(host, trouble=type(error).__name__)
