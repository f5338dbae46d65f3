"""What addresses answered, kept for a while where the web server and the worker both find it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from hashlib import sha256

from django.core.cache import caches

from content.probing.asking import SECONDS, Answer, Found, ask

KEPT = {Found.THERE: 3600, Found.MISSING: 300, Found.UNSURE: 300}  # seconds
AT_ONCE = 8
MOST = 60  # addresses of one letter


def kept(addresses: Iterable[str]) -> dict[str, Answer]:
    """Return the answers that are still known; an address that nobody asked yet is not among them."""
    names = {_name(address): address for address in addresses}
    found = caches["shared"].get_many(names)
    return {names[name]: Answer(Found(one[0]), one[1], one[2]) for name, one in found.items()}


def ask_all(addresses: Iterable[str], *, seconds: float) -> dict[str, Answer]:
    """Ask all that are not known, several at once, and return every answer that came in time.

    Args:
        addresses: foreign ones; no more than MOST are asked.
        seconds: after which nobody waits any longer. Who did not answer by then stays unasked.
    """
    wanted = list(dict.fromkeys(addresses))[:MOST]
    found = kept(wanted)
    until = time.monotonic() + seconds
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="probing")
    try:
        asked = {
            pool.submit(ask, address, seconds=min(SECONDS, seconds)): address
            for address in wanted
            if address not in found
        }
        for one in as_completed(asked, timeout=max(0.0, until - time.monotonic())):
            answer = found[asked[one]] = one.result()
            caches["shared"].set(_name(asked[one]), (answer.found.value, answer.why, answer.status), KEPT[answer.found])
    except TimeoutError:
        pass  # what is left is asked another time
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _name(address: str) -> str:
    return f"probing:{sha256(address.encode()).hexdigest()}"
