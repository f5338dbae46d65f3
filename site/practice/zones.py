"""Which time zones there are: what a location's clock is set by, and the main one's, which is asked for often."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

KEY = "practice:zone"


def known_zone(name: str) -> None:
    """Refuse a time zone that no clock knows.

    Raises:
        ValidationError: for a name that is not in the IANA list, as "America/Los_Angeles" is.
    """
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone of this name."), code="unknown_zone")


def forget() -> None:
    """Forget which zone the practice is in: a location was changed."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY))  # somebody may have read the old one meanwhile
