"""Mail providers' webhooks, verified and read by Anymail, told in our words."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone

from delivery.channels.base import OUR_NAME, nameless
from delivery.headers import clean
from delivery.webhooks import servers
from delivery.webhooks.models import Report, ReportKind
from patients.addresses import address_hash, normal_address
from patients.models import Channel


class NotUnderstood(ValueError):
    """A report that is not what its provider documents."""


@dataclass(frozen=True)
class Provider:
    """Where Anymail reads a provider's webhooks, and what it makes of them.

    Args:
        module: of `anymail.webhooks`.
        view: its class.
        key: under which name it takes the key that signs them; "" where nothing is signed.
        must_sign: whether it cannot be read without that key.
        is_gone: whether what it calls bounced, without a word of the server's, is for good.
    """

    module: str
    view: str
    key: str = ""
    must_sign: bool = False
    is_gone: bool = True


PROVIDERS: dict[str, Provider] = {
    "brevo": Provider("brevo", "BrevoTrackingWebhookView"),
    "mailersend": Provider("mailersend", "MailerSendTrackingWebhookView", "signing_secret"),
    "mailgun": Provider("mailgun", "MailgunTrackingWebhookView", "webhook_signing_key"),
    "mailjet": Provider("mailjet", "MailjetTrackingWebhookView"),
    "mailtrap": Provider("mailtrap", "MailtrapTrackingWebhookView", "tracking_secret"),
    "mandrill": Provider("mandrill", "MandrillCombinedWebhookView", "webhook_key", must_sign=True, is_gone=False),
    "postal": Provider("postal", "PostalTrackingWebhookView", "webhook_key", must_sign=True),
    "postmark": Provider("postmark", "PostmarkTrackingWebhookView"),
    "resend": Provider("resend", "ResendTrackingWebhookView"),
    "sendgrid": Provider("sendgrid", "SendGridTrackingWebhookView", "tracking_webhook_verification_key"),
    "sparkpost": Provider("sparkpost", "SparkPostTrackingWebhookView", is_gone=False),
}


UNREADABLE = (
    ArithmeticError,
    AttributeError,
    ImproperlyConfigured,  # of Anymail, where the report is of another kind than those that come here
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def has_door(name: str) -> bool:
    """Return whether a provider of this name may tell us something: one that must sign needs its key."""
    provider = PROVIDERS.get(name)
    return provider is not None and (bool(settings.MAIL_HOOK_KEY) or not provider.must_sign)


def reports_of(request: HttpRequest, name: str) -> list[Report]:
    """Return what a provider's POST says, not yet kept.

    Args:
        request: as it came; its secret, and its signature where a key is set, are verified first.
        name: one of PROVIDERS.

    Raises:
        anymail.exceptions.AnymailWebhookValidationFailure: when the secret or the signature is wrong.
        NotUnderstood: when it cannot be read.
    """
    try:
        view = _view(PROVIDERS[name])
        view.setup(request)
        view.run_validators(request)
        events = view.parse_events(request)
        return [report for event in events if (report := _report(event, name)) is not None]
    except UNREADABLE as error:
        raise NotUnderstood(name) from error


def _view(provider: Provider) -> Any:
    found = getattr(importlib.import_module(f"anymail.webhooks.{provider.module}"), provider.view)
    keys = {provider.key: settings.MAIL_HOOK_KEY} if provider.key and settings.MAIL_HOOK_KEY else {}
    for key in keys:
        if key not in vars(found):  # Anymail's own as_view does the same: a view takes only what its class has
            setattr(found, key, None)
    return found(webhook_secret=settings.MAIL_HOOK_SECRET, **keys)


def _report(event: AnymailTrackingEvent, source: str) -> Report | None:
    kind = _kind(event, PROVIDERS[source])
    if kind is None or not event.recipient:
        return None
    address = normal_address(Channel.EMAIL, str(event.recipient))
    named = str((event.metadata or {}).get(OUR_NAME) or event.message_id or "")
    at = event.timestamp or timezone.now()
    told = event.event_id or f"{event.message_id}:{address}:{event.timestamp}"
    return Report(
        source=source,
        key=sha256(f"{kind}:{told}:{address}".encode("utf-8", "replace")).hexdigest(),
        kind=kind,
        address_hash=address_hash(Channel.EMAIL, address),
        named=clean(named).strip("<>")[:200],
        words=nameless(_words(event), address),
        at=at if timezone.is_aware(at) else timezone.make_aware(at),
    )


def _kind(event: AnymailTrackingEvent, provider: Provider) -> str | None:
    """Return what an event says; None for what does not concern us, as that somebody opened a letter."""
    if event.event_type == EventType.DELIVERED:
        return ReportKind.DELIVERED
    if event.event_type == EventType.COMPLAINED:
        return ReportKind.COMPLAINED
    if event.event_type == EventType.UNSUBSCRIBED:
        return ReportKind.UNSUBSCRIBED
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}:
        return None
    if event.reject_reason == RejectReason.UNSUBSCRIBED:
        return ReportKind.UNSUBSCRIBED
    if event.reject_reason == RejectReason.SPAM and event.event_type == EventType.REJECTED:
        return ReportKind.DELAYED
    is_gone = event.reject_reason == RejectReason.INVALID or (
        provider.is_gone and event.event_type == EventType.BOUNCED and event.reject_reason == RejectReason.BOUNCED
    )
    told = f"{_type(event)} {event.description or ''} {event.mta_response or ''}"
    return servers.kind_of(told, otherwise=ReportKind.BOUNCED if is_gone else ReportKind.DELAYED)


def _type(event: AnymailTrackingEvent) -> str:
    """Return the provider's own word for it, where it says more than Anymail's."""
    told = event.esp_event
    return str(told.get("Type", "")) if hasattr(told, "get") else ""


def _words(event: AnymailTrackingEvent) -> str:
    return clean(str(event.mta_response or event.description or event.reject_reason or ""))
