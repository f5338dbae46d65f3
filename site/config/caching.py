"""Where is kept what may be forgotten: for each process by itself, and for web server and worker together."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def caches(url: str, var: Path) -> dict[str, dict[str, Any]]:
    """Return Django's CACHES.

    Args:
        url: locmem:// or that of a Redis or Valkey.
        var: the folder for what is made at run time; without a server the shared cache is in files there.
    """
    if not url.startswith("locmem"):
        redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
        return {"default": redis, "shared": redis}
    backends = "django.core.cache.backends"
    return {
        # room for every rate limit's count: with Django's 300 places, whoever fills them wipes out the limits
        "default": {"BACKEND": f"{backends}.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}},
        "shared": {
            "BACKEND": f"{backends}.filebased.FileBasedCache",
            "LOCATION": str(var / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5_000},
        },
    }
