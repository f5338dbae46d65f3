"""Mail providers by whose API a message may leave, as data: what their URL must say, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

PREFIX = "anymail+"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Provider:
    """One of Anymail's backends.

    Args:
        keys: what Anymail calls the user and the password of the URL.
        options: what may stand behind the question mark, as Anymail calls it; in value whether it must.
        takes_a_note: whether its API takes a note of ours, which it gives back in its reports.
        tracks: whether its tracking of openings and links can be turned off for a message.
        is_anywhere: whether it has no address of its own, so that the URL must name one.
    """

    keys: tuple[str, ...] = ("api_key",)
    options: Mapping[str, bool] = MappingProxyType({})
    takes_a_note: bool = True
    tracks: bool = True
    is_anywhere: bool = False


PROVIDERS: dict[str, Provider] = {
    "brevo": Provider(tracks=False),
    "mailersend": Provider(("api_token",), takes_a_note=False),
    "mailgun": Provider(options={"sender_domain": False}),
    "mailjet": Provider(("api_key", "secret_key")),
    "mailtrap": Provider(("api_token",), {"sandbox_id": False}, tracks=False),
    "mandrill": Provider(),
    "postal": Provider(takes_a_note=False, tracks=False, is_anywhere=True),
    "postmark": Provider(("server_token",), {"message_stream": False}),
    "resend": Provider(tracks=False),
    "scaleway": Provider(("secret_key",), {"project_id": True, "region": False}, tracks=False),
    "sendgrid": Provider(),
    "sparkpost": Provider(options={"subaccount": False}),
}


def name_in(url: str) -> str:
    """Return the provider that a mail URL names; "" where it names none."""
    scheme = urlsplit(url).scheme
    return scheme.removeprefix(PREFIX) if scheme.startswith(PREFIX) else ""


def complaint(url: str) -> str:
    """Return what a provider's URL lacks, in words that follow the variable's name; "" where it lacks nothing."""
    name, parts = name_in(url), urlsplit(url)
    provider = PROVIDERS[name]
    if not parts.username:
        return f"needs the provider's key before an @, as in {PREFIX}{name}://KEY@."
    if len(provider.keys) > 1 and not parts.password:
        return f"needs both of the provider's keys before an @, as in {PREFIX}{name}://KEY:SECRET@."
    if provider.is_anywhere and not parts.hostname:
        return f"needs the provider's address, as in {PREFIX}{name}://KEY@mail.example.org."
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    lacking = [option for option, must in provider.options.items() if must and not said.get(option)]
    if lacking:
        return f"needs ?{lacking[0]}=…, as in {PREFIX}{name}://KEY@?{lacking[0]}=…."
    if not set(said) <= set(provider.options):
        known = ", ".join(f"?{option}=" for option in provider.options)
        return f"understands only {known}." if known else "understands nothing behind a question mark."
    return ""


def options_in(url: str) -> dict[str, str]:
    """Return what Anymail's backend is made with: its keys, its options, and its address where the URL names one."""
    parts = urlsplit(url)
    provider = PROVIDERS[name_in(url)]
    given = (unquote(parts.username or ""), unquote(parts.password or ""))
    options = dict(zip(provider.keys, given, strict=False)) | dict(parse_qsl(parts.query))
    if parts.hostname:
        scheme = "http" if parts.hostname in LOOPBACK else "https"
        options["api_url"] = f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}/"
    return options
