"""The picture that stands for a page where somebody shares it: its title on the practice's own color, drawn once."""

from __future__ import annotations

import io
import json
import unicodedata
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.utils.translation import override
from PIL import Image, ImageDraw, ImageFont

from content.palette import palette
from practice.models import Practice

DRAWING = 1  # another number when the drawing changes, so that no old picture stands for a new one
SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 88
ICON, SPRIG = 180, 96
SIZES = (88, 76, 66, 58, 50)
ROOM, TALLEST = WIDTH - 2 * MARGIN, 370  # for the title
LONGEST = 200  # letters of a title that are looked at, so that no title makes the drawing slow
SERIF, SANS = "source-serif-4-display.woff2", "figtree-latin-wght-normal.woff2"
# Letters that are no plain letter with a sign on it, and what is drawn for them where a font lacks them.
PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "\u0131": "i", "ŧ": "t", "\u00a0": " ", "\u2011": "-"}
)
# The sprig of the logo: where each leaf begins, and its curves from there.
LEAVES = (
    ((20, 16), ((-1, -5, 0, -9, 0, -13), (3, 4, 4, 9, 0, 13))),
    ((19, 22), ((-7, 0, -11, -4, -13, -10), (7, 0, 12, 4, 13, 10))),
    ((21, 22), ((7, 0, 11, -4, 13, -10), (-7, 0, -12, 4, -13, 10))),
    ((19, 30), ((-6, 1, -10, -1, -13, -6), (6, -1, 11, 1, 13, 6))),
    ((21, 30), ((6, 1, 10, -1, 13, -6), (-6, -1, -11, 1, -13, 6))),
)
Font = ImageFont.FreeTypeFont


@dataclass(frozen=True)
class Card:
    """All that is on a picture."""

    title: str
    name: str
    line: str
    has_sprig: bool
    ground: str
    words: str
    quiet: str
    accent: str

    @property
    def digest(self) -> str:
        """Return the picture's name: a hash of what is on it."""
        return sha256(json.dumps([DRAWING, asdict(self)]).encode()).hexdigest()[:20]


def card(title: str, practice: Practice | None, *, language: str = "en") -> Card:
    """Return what the picture of a page shows.

    Args:
        title: the page's title as everyone may read it.
        practice: whose page it is, with its colors; None before there is one.
        language: of the page; what the practice is stands there in it, whoever asks for the picture.
    """
    with override(language):
        line = practice.shown_descriptor if practice else ""
    branding = getattr(practice, "branding", None)
    colors = (branding.palette if branding else palette()).light
    return Card(
        title=title[:LONGEST],
        name=practice.name if practice else "",
        line=line,
        has_sprig=not (branding and branding.logo_id),
        ground=colors["deep"],
        words=colors["on-deep"],
        quiet=colors["on-deep-2"],
        accent=colors["accent-deep"],
    )


def draw(shown: Card) -> bytes:
    """Return the picture as PNG."""
    picture = Image.new("RGB", SIZE, shown.ground)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, 14), fill=shown.accent)
    if title := drawable(shown.title) or drawable(shown.name):
        lines, font = fitted(title)
        for number, line in enumerate(lines):
            pen.text((MARGIN, MARGIN + number * leading(font)), line, font=font, fill=shown.words)
    left = MARGIN
    if shown.has_sprig:
        _sprig(picture, (left - 8, HEIGHT - 158), shown.accent)
        left += 96
    name, line = drawable(shown.name), drawable(shown.line)
    large, small = _font(SANS, 40, 600), _font(SANS, 28, 400)
    pen.text((left, HEIGHT - (150 if line else 128)), _cut(name, large), font=large, fill=shown.words)
    if line:
        pen.text((left, HEIGHT - 98), _cut(line, small), font=small, fill=shown.quiet)
    out = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def icon(shown: Card) -> bytes:
    """Return the icon for a phone's home screen as PNG: the sprig, or where there is another logo the first letter."""
    picture = Image.new("RGB", (ICON, ICON), shown.ground)
    if shown.has_sprig:
        _sprig(picture, ((ICON - SPRIG) // 2, (ICON - SPRIG) // 2), shown.words)
    else:
        at = (ICON // 2, ICON // 2)
        ImageDraw.Draw(picture).text(at, drawable(shown.name)[:1], shown.words, _font(SANS, 110, 600), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def drawable(text: str) -> str:
    """Return `text` with the letters that our font has; signs on letters go where it lacks the letter with them.

    A text that is mostly of other letters, as Arabic or Chinese, is left out as a whole: half of it would say
    something else.
    """
    words = " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text).split())
    kept = "".join(sign if _has(SANS, sign) else _plainer(sign) for sign in unicodedata.normalize("NFC", words))
    letters = sum(sign.isalpha() for sign in words)
    return " ".join(kept.split()) if sum(sign.isalpha() for sign in kept) * 5 >= letters * 4 else ""


def fitted(title: str) -> tuple[list[str], Font]:
    """Return the lines of a title and the largest letters in which they fit; the end is cut where none do."""
    face = SERIF if all(_has(SERIF, sign) for sign in title) else SANS
    for size in SIZES:
        font = _font(face, size, 600)
        lines = wrapped(title, font)
        is_whole = all(font.getlength(word) <= ROOM for word in title.split())
        if len(lines) * leading(font) <= TALLEST and (is_whole or size == SIZES[-1]):
            return lines, font
    most = TALLEST // leading(font)
    return [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), font)], font


def leading(font: Font) -> int:
    """Return how far below each other lines stand."""
    return round(font.size * 1.14)


def wrapped(text: str, font: Font) -> list[str]:
    """Return `text` in lines that are as wide as the picture allows; a word wider than a line is broken."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= ROOM:
            lines[-1] = longer
            continue
        lines.append("")
        for sign in word:
            if font.getlength(lines[-1] + sign) > ROOM:
                lines.append("")
            lines[-1] += sign
    return [line for line in lines if line]


def _cut(text: str, font: Font) -> str:
    room = ROOM - 96
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text.rpartition(" ")[0] or text[:-1]
    return f"{text.rstrip()}…"


def _plainer(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign.translate(PLAIN))[:1]
    return base if base and _has(SANS, base) else ""


@lru_cache(maxsize=32)
def _font(name: str, size: int, weight: int) -> Font:
    font = ImageFont.truetype(settings.BASE_DIR / "site" / "static" / "fonts" / name, size)
    font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=2048)
def _has(name: str, sign: str) -> bool:
    if sign == " ":
        return True
    font = _font(name, 40, 400)
    return sign.isprintable() and bytes(font.getmask(sign)) not in {b"", bytes(font.getmask("\U0010fffd"))}


def _sprig(picture: Image.Image, at: tuple[int, int], color: str) -> None:
    fine, across = 4, SPRIG
    scale = across * fine / 40
    mask = Image.new("L", (across * fine, across * fine), 0)
    pen = ImageDraw.Draw(mask)
    pen.line([(20 * scale, 36 * scale), (20 * scale, 15 * scale)], fill=255, width=round(2 * scale))
    for begin, curves in LEAVES:
        at_x, at_y = begin
        outline: list[tuple[float, float]] = []
        for x1, y1, x2, y2, x3, y3 in curves:
            for step in range(25):
                t = step / 24
                a, b, c = 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
                outline.append(((at_x + a * x1 + b * x2 + c * x3) * scale, (at_y + a * y1 + b * y2 + c * y3) * scale))
            at_x, at_y = at_x + x3, at_y + y3
        pen.polygon(outline, fill=255)
    picture.paste(color, at, mask.resize((across, across), Image.Resampling.LANCZOS))
