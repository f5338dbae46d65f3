"""What `check --deploy` refuses: settings with which nobody's health data should be served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Warning

from delivery.providers import LOOPBACK


@checks.register(checks.Tags.security, deploy=True)
def demo_is_off(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The demo signs anybody in."""
    if not settings.DEMO:
        return []
    return [Error("DEMO=1 signs anybody in without a password.", hint="Unset DEMO.", id="goodword.E001")]


@checks.register(checks.Tags.security, deploy=True)
def debug_is_off(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Debug pages show data and secrets."""
    if not settings.DEBUG:
        return []
    return [Error("DEBUG=1 shows data to whoever meets an error.", hint="Unset DEBUG.", id="goodword.E002")]


@checks.register(checks.Tags.security, deploy=True)
def site_is_encrypted(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Cookies, pages and mail links need TLS (45 CFR 164.312(e))."""
    if settings.ENV.is_https:
        return []
    return [
        Error(
            "SITE_URL is not https://, so pages and cookies travel in the clear.",
            hint="Set SITE_URL=https://your.name and serve it behind TLS.",
            id="goodword.E003",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def mail_is_encrypted(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Mail to another machine needs TLS; mail into files reaches nobody."""
    found: list[CheckMessage] = []
    for name in ("MAIL_URL", "BULK_MAIL_URL"):
        parts = urlsplit(getattr(settings, name))
        is_plain = parts.scheme == "smtp" and parts.query in {"", "tls=none"}
        if is_plain and parts.hostname not in LOOPBACK:
            found.append(
                Error(
                    f"{name} hands mail over in the clear.",
                    hint="Add ?tls=starttls, or use smtps://.",
                    id="goodword.E004",
                )
            )
        if parts.scheme == "outbox":
            found.append(
                Warning(
                    f"{name} is outbox://: mail is written to files and reaches nobody.",
                    hint=f"Set {name}=smtp://user:password@host:587?tls=starttls.",
                    id="goodword.W001",
                )
            )
    return found


@checks.register(checks.Tags.security, deploy=True)
def keys_lie_apart(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Whoever copies `var/` must not hold the lock and its key."""
    if not (settings.VAR / "keys" / "field_keys").exists() or not settings.ENV.is_embedded:
        return []
    return [
        Warning(
            "The keys of the sealed fields lie in var/keys/, beside the database that they open.",
            hint="Move them away and set FIELD_KEYS_FILE and SECRET_KEY_FILE; or use DATABASE_URL.",
            id="goodword.W002",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def clients_are_told_apart(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Behind a proxy every rate limit counts the proxy; with several processes each counts for itself."""
    found: list[CheckMessage] = []
    if settings.ENV.is_https and not settings.TRUSTED_PROXIES:
        found.append(
            Warning(
                "TRUSTED_PROXIES is empty: behind a proxy, rate limits would take everybody for one client.",
                hint="Set TRUSTED_PROXIES to the addresses of your proxy.",
                id="goodword.W003",
            )
        )
    if settings.ENV.cache_url.startswith("locmem") and not settings.ENV.is_embedded:
        found.append(
            Warning(
                "CACHE_URL is unset: each process counts its own sign-in tries.",
                hint="Set CACHE_URL=redis://host:6379/1.",
                id="goodword.W004",
            )
        )
    return found
