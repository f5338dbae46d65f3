"""The ring of field keys, and the keys derived from it for one purpose each."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class KeyMissing(Exception):
    """A value was sealed under a key that is no longer in FIELD_KEYS."""


def primary_id() -> str:
    """Return the id of the key that new values are sealed under: the first of FIELD_KEYS."""
    return str(settings.FIELD_KEYS[0].id)


def lasting_id() -> str:
    """Return the id of the key that address hashes are made under: the last of FIELD_KEYS.

    It stays when new keys are put before it: a suppressed address is kept as its hash alone and can never be hashed
    again.
    """
    return str(settings.FIELD_KEYS[-1].id)


def secret(key_id: str) -> bytes:
    """Return the 32 bytes of one key.

    Raises:
        KeyMissing: when FIELD_KEYS has no such id; the line says which id to put back.
    """
    for key in settings.FIELD_KEYS:
        if key.id == key_id:
            return bytes(key.secret)
    raise KeyMissing(f"FIELD_KEYS has no key {key_id!r}; put it back to read what was sealed under it.")


@lru_cache(maxsize=256)
def _derive(base: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(base)


def derived(purpose: str, key_id: str | None = None) -> bytes:
    """Return a 32-byte key for one purpose (HKDF-SHA256, RFC 5869), of the given ring key or the primary one."""
    return _derive(secret(key_id or primary_id()), purpose)


def hasher(purpose: str, key_id: str | None = None) -> Callable[[str], str]:
    """Return `keyed_hash` of one purpose for many values: its key is looked up once."""
    key = derived(f"hash:{purpose}", key_id)
    return lambda value: hmac.digest(key, value.encode(), "sha256").hex()


def keyed_hash(purpose: str, value: str, key_id: str | None = None) -> str:
    """Return 64 hex digits: HMAC-SHA256 of `value` under a key of this purpose; equal values give equal digits."""
    return hasher(purpose, key_id)(value)
