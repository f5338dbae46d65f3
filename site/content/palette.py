"""The colors of a practice from one hue and one accent hue, such that every word on every ground can be read.

The drawn tokens are the model: each keeps its lightness and strength in OKLCH, its hue is turned with the chosen one,
what a screen cannot show is made calmer, and what could not be read is moved until it can.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEFAULT_HUE = 187
DEFAULT_ACCENT = 42
CLOSEST = 30  # degrees by which the accent must differ, or nobody sees that it is one
STEP = 0.004  # of lightness, far below what an eye tells apart
Theme = dict[str, str]
Words = str | Promise
Color = tuple[float, float, float]


def _theme(colors: str) -> Theme:
    words = colors.split()
    return dict(zip(words[::2], words[1::2], strict=True))


LIGHT = _theme("""
    paper #fbf9f5 surface #ffffff sand #f3efe7 tint #e9f2ef
    ink #1b2826 ink-2 #4a5956 line #e0dacf line-strong #7b8783
    brand #0f5b55 brand-hover #0b4742 on-brand #ffffff link #0f5b55
    deep #123f3b on-deep #f4f8f6 on-deep-2 #c6d9d4
    accent #a94a22 accent-tint #f8e8de focus #a94a22
    band-ink #0f3f3a accent-deep #f2b795 focus-deep #ffc9a8
    art-brand #0f5b55 art-deep #123f3b art-tint #e9f2ef art-accent #a94a22
    art-hill #1f635b art-mid #5f9d92 art-pale #a9ccc2 art-soft #cfe4dd
""")
DARK = _theme("""
    paper #0f1716 surface #172220 sand #131d1b tint #1c2e2a
    ink #e9f0ed ink-2 #a8b8b3 line #2b3936 line-strong #7d8f89
    brand #8ad6c8 brand-hover #a9e5da on-brand #06211e link #8ad6c8
    deep #16332f on-deep #f0f6f4 on-deep-2 #b9cec8
    accent #f0a57f accent-tint #37241b focus #f0a57f
""")
# The same in both themes: what stands on the deep band, and what drawings are painted with.
FIXED = (
    *("band-ink", "accent-deep", "focus-deep", "art-brand", "art-deep", "art-tint", "art-accent"),
    *("art-hill", "art-mid", "art-pale", "art-soft"),
)
OF_ACCENT = frozenset({"accent", "accent-tint", "focus", "accent-deep", "focus-deep", "art-accent"})
# Warm paper and white stay what they are; in the dark every ground follows the hue.
STAYS = {"light": frozenset({"paper", "surface", "sand", "line", "on-brand"}), "dark": frozenset[str]()}
OF_THE_ADMIN = {
    "own-brand": ("light", "link"),
    "own-brand-dark": ("dark", "link"),
    "own-hover-dark": ("dark", "brand-hover"),
    "own-button-dark": ("light", "art-hill"),
    "own-tint": ("light", "tint"),
    "own-tint-dark": ("dark", "tint"),
    "own-deep": ("light", "deep"),
    "own-accent": ("light", "accent"),
    "own-accent-dark": ("dark", "accent"),
    "own-mark": ("light", "art-mid"),
    "own-stem": ("light", "on-deep-2"),
}

NAMES = {
    "ink": _("Text"),
    "ink-2": _("Quiet text"),
    "link": _("Links"),
    "accent": _("Small headings"),
    "on-brand": _("Words on buttons"),
    "brand": _("Buttons"),
    "brand-hover": _("Buttons under the pointer"),
    "on-deep": _("Text on the footer"),
    "on-deep-2": _("Quiet text on the footer"),
    "deep": _("the footer"),
    "line-strong": _("Edges of fields"),
    "focus": _("Keyboard frame"),
    "focus-deep": _("Keyboard frame"),
    "accent-deep": _("Small headings"),
    "band-ink": _("Words on light buttons"),
    "paper": _("the page"),
    "surface": _("cards"),
    "sand": _("sand"),
    "tint": _("the tint"),
}
CALMER = _("A screen cannot show this hue at full strength, so it is a little calmer.")
MOVED = _("Some colors were made a little darker or lighter, so that everybody can read them.")
PARTED = _("The accent was too close to the main color, so it was moved away from it.")
NEAR_RED = _("The main color is close to the red of errors. Buttons may look like warnings.")


class Pair(NamedTuple):
    """Words on a ground, and the contrast that they must have at least."""

    words: str
    ground: str
    least: float


_GROUNDS = ("paper", "surface", "sand", "tint")
PAIRS = (
    *(Pair("ink", ground, 7) for ground in _GROUNDS),
    *(Pair("ink-2", ground, 4.5) for ground in _GROUNDS),
    *(Pair("link", ground, 4.5) for ground in _GROUNDS),
    *(Pair("accent", ground, 4.5) for ground in _GROUNDS[:3]),
    Pair("on-brand", "brand", 4.5),
    Pair("on-brand", "brand-hover", 4.5),
    Pair("on-deep", "deep", 7),
    Pair("on-deep-2", "deep", 4.5),
    Pair("accent-deep", "deep", 4.5),
    Pair("band-ink", "on-deep", 4.5),
    *(Pair("line-strong", ground, 3) for ground in ("surface", "tint")),
    *(Pair("focus", ground, 3) for ground in _GROUNDS),
    Pair("focus-deep", "deep", 3),
)


@dataclass(frozen=True)
class Reading:
    """One line of the table of contrasts."""

    words: str
    ground: str
    words_name: str
    ground_name: str
    words_color: str
    ground_color: str
    ratio: float
    least: float

    @property
    def is_enough(self) -> bool:
        """Whether everybody can read it."""
        return self.ratio >= self.least


@dataclass(frozen=True)
class Palette:
    """All colors of both themes, and what had to be changed to get them."""

    light: Theme
    dark: Theme
    notes: tuple[Words, ...]

    def readings(self, theme: str) -> list[Reading]:
        """Return the contrast of every pair in `light` or `dark`."""
        colors = self.of(theme)
        return [
            Reading(
                *(pair.words, pair.ground, str(NAMES[pair.words]), str(NAMES[pair.ground])),
                *(colors[pair.words], colors[pair.ground]),
                math.floor(contrast(colors[pair.words], colors[pair.ground]) * 10) / 10,
                pair.least,
            )
            for pair in PAIRS
        ]

    def of(self, theme: str) -> Theme:
        """Return every color of one theme; what stays the same in both is in both."""
        return self.light if theme == "light" else {**{name: self.light[name] for name in FIXED}, **self.dark}

    @property
    def css(self) -> str:
        """Return the stylesheet that takes the place of the drawn colors; paper keeps black on white."""
        light, dark = (_declared(theme) for theme in (self.light, self.dark))
        return (
            f"@media screen{{:root{{{light}}}\n"
            f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
            f":root[data-theme=dark]{{{dark}}}}}\n"
            f":root{{{_declared(self.own)}}}\n"
        )

    @property
    def own(self) -> Theme:
        """Return the colors under the names that the admin's stylesheet has for them; it mixes both themes itself."""
        own = {name: self.of(theme)[token] for name, (theme, token) in OF_THE_ADMIN.items()}
        for name, color in (("deep", self.light["deep"]), ("brand", self.light["brand"])):
            red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
            turn, lightness, strength = colorsys.rgb_to_hls(red, green, blue)
            own |= {f"own-{name}-h": f"{turn * 360:.0f}", f"own-{name}-s": f"{strength:.0%}"}
            own |= {f"own-{name}-l": f"{lightness:.0%}"}
        return own

    @property
    def digest(self) -> str:
        """Return the name of the stylesheet: a hash of what is in it."""
        return sha256(self.css.encode()).hexdigest()[:16]


def _declared(theme: Theme) -> str:
    return ";".join(f"--{name}:{color}" for name, color in theme.items())


@lru_cache(maxsize=64)
def palette(hue: int = DEFAULT_HUE, accent: int = DEFAULT_ACCENT) -> Palette:
    """Return the colors for a hue and an accent hue.

    Args:
        hue: degrees on the circle of OKLCH, 0 to 359: near 30 red, 100 yellow, 145 green, 187 teal, 260 blue.
        accent: the same for small headings and the keyboard's frame.

    Raises:
        ValueError: for a hue that is not on the circle.
    """
    for degrees in (hue, accent):
        if not 0 <= degrees < 360:
            raise ValueError(f"A hue is 0 to 359, not {degrees}.")
    notes: list[Words] = []
    away = (accent - hue + 180) % 360 - 180
    if abs(away) < CLOSEST:
        accent = (hue + (CLOSEST if away >= 0 else -CLOSEST)) % 360
        notes.append(PARTED)
    if abs((hue - 27 + 180) % 360 - 180) <= 18:
        notes.append(NEAR_RED)
    light = _turned(LIGHT, STAYS["light"], hue, accent, notes)
    _fit(light, light, notes)
    dark = _turned(DARK, STAYS["dark"], hue, accent, notes)
    _fit(dark, {name: light[name] for name in FIXED} | dark, notes)
    return Palette(light, dark, tuple(dict.fromkeys(notes)))


def _turned(theme: Theme, stays: frozenset[str], hue: int, accent: int, notes: list[Words]) -> Theme:
    turned: Theme = {}
    for name, drawn in theme.items():
        turn = accent - DEFAULT_ACCENT if name in OF_ACCENT else hue - DEFAULT_HUE
        if name in stays or turn == 0:
            turned[name] = drawn
            continue
        lightness, strength, degrees = to_oklch(drawn)
        turned[name], kept = from_oklch((lightness, strength, (degrees + turn) % 360))
        if kept < strength * 0.9 and name in {"brand", "accent", "link"}:
            notes.append(CALMER)
    return turned


def _fit(own: Theme, colors: Theme, notes: list[Words]) -> None:
    """Move words away from their grounds in lightness until each reaches its contrast; changes `own`."""
    for name in own:
        grounds = [(pair.ground, pair.least) for pair in PAIRS if pair.words == name]
        if not grounds or all(contrast(own[name], colors[ground]) >= least for ground, least in grounds):
            continue
        notes.append(MOVED)
        lightness, strength, degrees = to_oklch(own[name])
        step = STEP if lightness > to_oklch(colors[grounds[0][0]])[0] else -STEP
        while 0 < lightness < 1 and any(contrast(own[name], colors[ground]) < least for ground, least in grounds):
            lightness = min(max(lightness + step, 0), 1)
            own[name] = colors[name] = from_oklch((lightness, strength, degrees))[0]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors as WCAG 2.2 counts it, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _channels(color: str) -> Iterator[float]:
    """Yield red, green and blue as light, 0 to 1."""
    for place in (1, 3, 5):
        part = int(color[place : place + 2], 16) / 255
        yield part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(color: str) -> float:
    red, green, blue = _channels(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def to_oklch(color: str) -> Color:
    """Return lightness (0 to 1), strength and hue (degrees) of a color like `#0f5b55`."""
    red, green, blue = _channels(color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def from_oklch(color: Color) -> tuple[str, float]:
    """Return a color as `#0f5b55`, as strong as a screen can show it, and the strength that it kept."""
    lightness, strength, degrees = color
    weak, strong = 0.0, strength
    light = _light(lightness, strength, degrees)
    if not _can_be_shown(light):
        for _halving in range(20):
            between = (weak + strong) / 2
            weak, strong = (between, strong) if _can_be_shown(_light(lightness, between, degrees)) else (weak, between)
        strength = weak
        light = _light(lightness, strength, degrees)
    return "#" + "".join(f"{_byte(part):02x}" for part in light), strength


def _light(lightness: float, strength: float, degrees: float) -> Color:
    a, b = strength * math.cos(math.radians(degrees)), strength * math.sin(math.radians(degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _can_be_shown(light: Color) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in light)


def _byte(part: float) -> int:
    part = min(max(part, 0), 1)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
