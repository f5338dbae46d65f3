"""AES-256-GCM with key ids and associated data: bytes that only open at the place they were sealed for."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault import keys

VERSION = b"\x01"
NONCE_BYTES = 12  # NIST SP 800-38D, 5.2.1.1: 96 bits


class SealBroken(Exception):
    """Sealed bytes were altered, cut, or moved from the place they were sealed for."""


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    """Return the cipher of a key; it keeps nothing between two messages."""
    return AESGCM(key)


def sealer() -> Callable[[bytes, str], bytes]:
    """Return `seal` for many values, as (plain, place): its key is looked up once."""
    key_id = keys.primary_id()
    head = VERSION + bytes([len(key_id.encode())]) + key_id.encode()
    cipher = _cipher(keys.derived("seal", key_id))

    def sealed(plain: bytes, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + cipher.encrypt(nonce, plain, head + place.encode())

    return sealed


def seal(plain: bytes, *, place: str) -> bytes:
    """Encrypt `plain` so that it opens only at `place`.

    Args:
        plain: any bytes.
        place: where the value lives, as `table.column.pk`; authenticated, not stored.

    Returns:
        version (1 byte), length of the key id (1), key id, nonce (12), ciphertext with its tag (16).
    """
    return sealer()(plain, place)


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key that `sealed` needs.

    Raises:
        SealBroken: when these are not sealed bytes.
    """
    if len(sealed) < 2 or sealed[:1] != VERSION or len(sealed) < 2 + sealed[1] + NONCE_BYTES + 16:
        raise SealBroken("These bytes are not a sealed value.")
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def unseal(sealed: bytes, *, place: str) -> bytes:
    """Decrypt what `seal` made for the same place.

    Raises:
        SealBroken: when it was altered or belongs elsewhere.
        KeyMissing: when its key is no longer in the ring.
    """
    key_id = key_id_of(sealed)
    end = 2 + len(key_id)
    head, nonce, body = sealed[:end], sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
    try:
        return _cipher(keys.derived("seal", key_id)).decrypt(nonce, body, head + place.encode())
    except InvalidTag as error:
        raise SealBroken(f"The value at {place.rsplit('.', 1)[0]} does not open: altered or moved.") from error
