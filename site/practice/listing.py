"""Several names as people say them in one breath."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

SOUNDS_LIKE_I = re.compile(r"h?[iíy](?![aeo])", re.IGNORECASE)


def together(names: Sequence[str]) -> str:
    """Return names as "Ruth", "Ruth and Teo" or "Ruth, Teo, and Ana"; nothing for none.

    Some languages join another way before a word that begins as the "i" in "Ines": Spanish says "Ruth e Inés".
    """
    if len(names) < 2:
        return "".join(names)
    *others, last = names
    parts = {"others": ", ".join(others), "last": last}
    if len(others) == 1:
        if SOUNDS_LIKE_I.match(last):
            return pgettext("before the sound of i", "%(others)s and %(last)s") % parts
        return _("%(others)s and %(last)s") % parts
    if SOUNDS_LIKE_I.match(last):
        return pgettext("before the sound of i", "%(others)s, and %(last)s") % parts
    return _("%(others)s, and %(last)s") % parts
