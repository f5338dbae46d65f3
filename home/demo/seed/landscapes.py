"""The pictures that letters open with: one valley, drawn in the light of each month."""

from __future__ import annotations

import math
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT, TWICE = 1200, 600, 2
Color = tuple[int, int, int]
# sky above, sky below, far hills, near hills, meadow
LIGHTS: dict[str, tuple[Color, Color, Color, Color, Color]] = {
    "winter": ((196, 214, 226), (244, 232, 224), (176, 196, 204), (112, 142, 150), (58, 92, 100)),
    "spring": ((207, 228, 221), (246, 233, 217), (169, 204, 194), (95, 157, 146), (31, 99, 91)),
    "summer": ((182, 220, 232), (253, 240, 208), (158, 206, 170), (104, 164, 116), (44, 110, 78)),
    "fall": ((226, 208, 190), (250, 226, 196), (206, 178, 140), (168, 118, 78), (112, 70, 48)),
}
SEASONS = (
    "winter",
    "winter",
    "spring",
    "spring",
    "spring",
    "summer",
    "summer",
    "summer",
    "fall",
    "fall",
    "fall",
    "winter",
)
BERRY: Color = (180, 83, 42)
BRANCH = "Drawing: a juniper branch with a few berries"
BRANCH_ES = "Dibujo: una rama de enebro con algunas bayas"
VALLEYS = {
    "winter": "Drawing: pale winter light over blue hills, with a juniper branch",
    "spring": "Drawing: morning light over green hills, with a juniper branch",
    "summer": "Drawing: a high summer sun over a green valley, with a juniper branch",
    "fall": "Drawing: low autumn light over brown hills, with a juniper branch",
}
VALLEYS_ES = {
    "winter": "Dibujo: luz pálida de invierno sobre colinas azules, con una rama de enebro",
    "spring": "Dibujo: luz de la mañana sobre colinas verdes, con una rama de enebro",
    "summer": "Dibujo: un sol alto de verano sobre un valle verde, con una rama de enebro",
    "fall": "Dibujo: luz baja de otoño sobre colinas marrones, con una rama de enebro",
}


def season_of(month: int) -> str:
    """Return the season of a month, 1 to 12."""
    return SEASONS[month - 1]


def landscape(month: int) -> bytes:
    """Return a JPEG of the valley in one month; each month has its own hills."""
    above, below, far, near, meadow = LIGHTS[season_of(month)]
    dice = Random(month)  # noqa: S311  a drawing
    width, height = WIDTH * TWICE, HEIGHT * TWICE
    picture = Image.new("RGB", (width, height), above)
    pen = ImageDraw.Draw(picture)
    for line in range(height):
        share = min(1.0, line / height * 1.6)
        pen.line((0, line, width, line), fill=_between(above, below, share))
    sun = (width * dice.uniform(0.55, 0.8), height * (0.22 if season_of(month) == "summer" else 0.42))
    for radius, share in ((300, 0.25), (220, 0.5), (140, 1.0)):
        pen.ellipse(_around(sun, radius), fill=_between(below, (255, 249, 236), share))
    for base, color in ((0.56, far), (0.68, near), (0.82, meadow)):
        pen.polygon(_hill(dice, width, height, base), fill=color)
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    stem = (width * 0.05, height * 1.02)
    _juniper(ImageDraw.Draw(picture), stem, height * 0.86, dark=_between(meadow, (10, 40, 38), 0.55), light=near)
    out = BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()


def _between(one: Color, other: Color, share: float) -> Color:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _around(middle: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
    return middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius


def _hill(dice: Random, width: int, height: int, base: float) -> list[tuple[float, float]]:
    one, two, turn = dice.uniform(1.1, 2.0), dice.uniform(2.4, 4.2), dice.uniform(0, 6)
    line = [
        (x, height * (base + 0.07 * math.sin(turn + one * x / width * 6) + 0.03 * math.sin(turn + two * x / width * 6)))
        for x in range(0, width + 20, 20)
    ]
    return [(0, height), *line, (width, height)]


def branch(month: int) -> bytes:
    """Return a JPEG of a juniper branch by itself, on the paper of one month's season."""
    above, below, _far, near, meadow = LIGHTS[season_of(month)]
    side = 600 * TWICE
    picture = Image.new("RGB", (side, side), _between(above, below, 0.5))
    pen = ImageDraw.Draw(picture)
    pen.ellipse(_around((side * 0.62, side * 0.38), side * 0.27), fill=_between(below, (255, 249, 236), 0.8))
    _juniper(pen, (side * 0.3, side * 0.97), side * 0.88, dark=_between(meadow, (10, 40, 38), 0.4), light=near)
    out = BytesIO()
    picture.resize((600, 600), Image.Resampling.LANCZOS).save(out, "JPEG", quality=84, optimize=True)
    return out.getvalue()


def _juniper(pen: ImageDraw.ImageDraw, foot: tuple[float, float], length: float, *, dark: Color, light: Color) -> None:
    """Draw a stem that bends to the right, leaves in pairs, and a few berries."""
    spine = [(foot[0] + length * 0.42 * (step / 20) ** 1.6, foot[1] - length * 0.92 * step / 20) for step in range(21)]
    pen.line(spine, fill=dark, width=max(3, round(length / 110)), joint="curve")
    for pair, step in enumerate(range(3, 20, 3)):
        size = length * (0.27 - 0.022 * pair)
        for turn in (-1, 1):
            color = dark if (pair + turn) % 3 else _between(dark, light, 0.35)
            _leaf(pen, spine[step], math.radians(-72 + turn * 46), size, fill=color)
        if pair % 2:
            berry = (spine[step][0] + length * 0.09, spine[step][1] + length * 0.03)
            pen.ellipse(_around(berry, length / 42), fill=BERRY)
    _leaf(pen, spine[-1], math.radians(-66), length * 0.16, fill=dark)


def _leaf(pen: ImageDraw.ImageDraw, at: tuple[float, float], angle: float, length: float, *, fill: Color) -> None:
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    rim = [(share / 12, math.sin(math.pi * (share / 12) ** 0.8) * 0.17) for share in range(13)]
    outline = [*rim, *((share, -width) for share, width in reversed(rim))]
    pen.polygon(
        [
            (
                at[0] + length * (share * along[0] + width * across[0]),
                at[1] + length * (share * along[1] + width * across[1]),
            )
            for share, width in outline
        ],
        fill=fill,
    )
