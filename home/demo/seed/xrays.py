"""X-rays that were never taken: drawn with a pen, so that no picture of the demo is anybody's."""

from __future__ import annotations

import math
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 900, 675


def periapical(dice: Random) -> bytes:
    """Return a PNG of three drawn molars with their roots, the middle one with a shadow at its tip."""
    picture = _ground(dice)
    pen = ImageDraw.Draw(picture)
    for place, middle in enumerate((190, 450, 710)):
        _tooth(pen, dice, middle, crown_top=70, root_end=520 + dice.randrange(-25, 25))
        if place == 1:
            pen.ellipse((middle + 38, 490, middle + 108, 566), fill=38)
            pen.ellipse((middle - 34, 96, middle + 26, 150), fill=70)
    pen.rectangle((0, 300, WIDTH, 316), fill=118)
    return _developed(picture, dice)


def bitewing(dice: Random) -> bytes:
    """Return a PNG of drawn crowns meeting, four above and four below."""
    picture = _ground(dice)
    pen = ImageDraw.Draw(picture)
    for place in range(4):
        middle = 125 + place * 216 + dice.randrange(-8, 8)
        pen.rounded_rectangle((middle - 92, -60, middle + 92, 300), 46, fill=176)
        pen.rounded_rectangle((middle - 92, 352, middle + 92, HEIGHT + 60), 46, fill=168)
        pen.ellipse((middle - 34, 60, middle + 34, 190), fill=96)
        pen.ellipse((middle - 34, 460, middle + 34, 600), fill=92)
        if dice.random() < 0.4:
            pen.rectangle((middle - 40, 236, middle + 34, 296), fill=246)
    return _developed(picture, dice)


def _ground(dice: Random) -> Image.Image:
    picture = Image.new("L", (WIDTH, HEIGHT), 24)
    pen = ImageDraw.Draw(picture)
    for line in range(0, HEIGHT, 3):
        shade = 46 + int(18 * math.sin(line / 37) + dice.randrange(-5, 6))
        pen.line((0, line, WIDTH, line), fill=shade, width=3)
    return picture


def _tooth(pen: ImageDraw.ImageDraw, dice: Random, middle: int, *, crown_top: int, root_end: int) -> None:
    for side in (-1, 1):
        tip = middle + side * (60 + dice.randrange(12))
        gum, tip_in, tip_out = middle + side * 8, tip - side * 14, tip + side * 16
        pen.polygon([(gum, 300), (middle + side * 112, 270), (tip_out, root_end), (tip_in, root_end)], fill=150)
        pen.line((middle + side * 46, 260, tip, root_end - 16), fill=84, width=9)
    pen.rounded_rectangle((middle - 118, crown_top, middle + 118, 330), 62, fill=196)
    pen.rounded_rectangle((middle - 54, crown_top + 78, middle + 54, 290), 34, fill=104)


def _developed(picture: Image.Image, dice: Random) -> bytes:
    grain = Image.effect_noise((WIDTH, HEIGHT), 26)
    soft = picture.filter(ImageFilter.GaussianBlur(7))
    shown = Image.blend(soft, grain, 0.13)
    pen = ImageDraw.Draw(shown)
    pen.text((18, HEIGHT - 30), f"DRAWN FOR THE DEMO  {dice.randrange(1000, 9999)}", fill=210)
    out = BytesIO()
    shown.quantize(64).convert("L").save(out, "PNG", optimize=True)
    return out.getvalue()
