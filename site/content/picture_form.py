"""The form of a picture in the library: what it shows is asked for, in words that help somebody who cannot see it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

FILE_NAME = re.compile(
    r"\.(jpe?g|png|webp|avif|gif)$|^(img|dsc|dscn|pxl|image|photo|picture|screenshot)?[\W_\d]*$", re.I
)
OPENING = re.compile(
    r"^(an?\s+)?(image|picture|photo|photograph|graphic)\s+of\b|^(una?\s+)?(imagen|foto|fotografía|gráfico)\s+de\b",
    re.I,
)


class PictureForm(BaseImageForm):
    """Asks for words unless the picture is only decoration."""

    def clean(self) -> dict[str, Any]:
        """Refuse a file's name in place of words; what decorates has none."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("is_decoration"):
            return cleaned | {"alt": "", "alt_es": ""}
        if not (cleaned.get("alt") or "").strip():
            self.add_error("alt", _("Say in a few words what the picture shows, or mark it as decoration."))
        for name in ("alt", "alt_es"):
            if words := (cleaned.get(name) or "").strip():
                self._look_at(name, words)
        return cleaned

    def _look_at(self, name: str, words: str) -> None:
        if FILE_NAME.search(words):
            self.add_error(name, _("Say what the picture shows. The name of a file helps nobody."))
        elif OPENING.search(words):
            self.add_error(name, _("Leave out “picture of”: everybody is told that it is one."))
