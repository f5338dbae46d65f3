"""Which time zones there are: what a location's clock is set by."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def known_zone(name: str) -> None:
    """Refuse a time zone that no clock knows.

    Raises:
        ValidationError: for a name that is not in the IANA list, as "America/Los_Angeles" is.
    """
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone of this name."), code="unknown_zone")
