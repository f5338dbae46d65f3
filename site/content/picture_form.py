"""The form of a picture in the library: what it shows is asked for, in words that help somebody who cannot see it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

FILE_NAME = re.compile(
    r"\.(jpe?g|png|webp|avif|gif)$|^(img|dsc|dscn|pxl|image|photo|picture|screenshot)?[\W_\d]*$", re.I
)
OPENING = re.compile(r"^(an?\s+)?(image|picture|photo|photograph|graphic)\s+of\b", re.I)


class PictureForm(BaseImageForm):
    """Asks for words unless the picture is only decoration."""

    def clean(self) -> dict[str, Any]:
        """Refuse a file's name in place of words; what decorates has none."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("is_decoration"):
            cleaned["alt"] = ""
            return cleaned
        words = (cleaned.get("alt") or "").strip()
        if not words:
            self.add_error("alt", _("Say in a few words what the picture shows, or mark it as decoration."))
        elif FILE_NAME.search(words):
            self.add_error("alt", _("Say what the picture shows. The name of a file helps nobody."))
        elif OPENING.search(words):
            self.add_error("alt", _("Leave out “picture of”: everybody is told that it is one."))
        return cleaned
