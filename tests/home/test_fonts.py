"""Our fonts have every letter of our languages, so that no word is drawn with a letter of another font."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from PIL import ImageFont

FOLDER = Path(settings.BASE_DIR) / "site" / "static" / "fonts"
LETTERS = "áéíóúñüÁÉÍÓÚÑÜ¿¡“”"
NOWHERE = "\ue123"  # of the private area: drawn as what stands for a missing letter


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.woff2")))
def test_a_font_has_the_letters_of_spanish(name: str) -> None:
    font = ImageFont.truetype(FOLDER / name, 60)
    missing = bytes(font.getmask(NOWHERE))
    assert [letter for letter in LETTERS if bytes(font.getmask(letter)) == missing] == []
    drawn = {bytes(font.getmask(letter)) for letter in LETTERS}
    assert len(drawn) == len(LETTERS)
